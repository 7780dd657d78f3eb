use super::write;
use crate::samples;

/// The files in `golden` are what the official rules are run on (`make test`, step `e-invoice`), so they must be what is written.
#[test]
fn the_documents_are_the_ones_that_the_official_rules_have_seen() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    for (name, document) in samples::all() {
        let file = folder.join(format!("{name}.xml"));
        let xml = write(&document).unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&file, &xml).unwrap();
        }
        let golden = std::fs::read(&file).unwrap_or_default();
        assert!(
            xml == golden,
            "{name}.xml is not what is written now; UPDATE_GOLDEN=1 writes it anew, then run the step e-invoice"
        );
    }
}

#[test]
fn what_xml_cannot_carry_is_left_out_and_markup_is_escaped() {
    let text = String::from_utf8(write(&samples::everything()).unwrap()).unwrap();
    assert!(text.contains("=1+1 &lt;script&gt; &amp;"), "{text}");
    assert!(!text.contains('\u{7}'));
}

#[test]
fn a_credit_note_names_what_it_corrects() {
    let text = String::from_utf8(write(&samples::credit_note()).unwrap()).unwrap();
    assert!(text.contains("<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"));
    assert!(text.contains("<cbc:ID>2026-000042</cbc:ID>"));
    assert!(!text.contains("DueDate>2026-12-31</cbc:DueDate"));
}
