//! The length of files, and texts in both languages.

use super::{Finding, Tree};
use std::collections::BTreeMap;

const LIMIT: usize = 600;

/// Files that were looked at and found to be one room all the same.
const LONG: &[(&str, &str)] = &[];

/// A file of more than 600 lines is more than one thing, unless somebody looked and said why not.
pub fn length(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let code = [".rs", ".ts", ".tsx", ".mjs", ".css"]
            .iter()
            .any(|ending| file.path.ends_with(ending));
        if !code || file.path.ends_with("schema.d.ts") {
            continue;
        }
        let lines = file.text.lines().count();
        let reviewed = LONG.iter().any(|(path, _)| *path == file.path);
        if lines > LIMIT && !reviewed {
            findings.push(Finding::new(
                &file.path,
                0,
                format!("{lines} lines: divide it by what its parts are about, or list it with a reason in xtask/src/tidy/files.rs"),
            ));
        }
        if lines <= LIMIT && reviewed {
            findings.push(Finding::new(
                &file.path,
                0,
                "is short enough now: take it off the list in xtask/src/tidy/files.rs",
            ));
        }
    }
    findings
}

/// Every `en.json` has a `da.json` beside it with the same keys.
pub fn texts(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("/en.json"))
    {
        let danish = file.path.replace("/en.json", "/da.json");
        let (english, other) = match (keys(&file.text), tree.get(&danish).map(keys)) {
            (Ok(english), Some(Ok(other))) => (english, other),
            (Err(error), _) => {
                findings.push(Finding::new(&file.path, 0, error));
                continue;
            }
            (_, Some(Err(error))) => {
                findings.push(Finding::new(&danish, 0, error));
                continue;
            }
            (_, None) => {
                findings.push(Finding::new(
                    &danish,
                    0,
                    "there is no Danish beside the English texts",
                ));
                continue;
            }
        };
        for key in english.keys().filter(|key| !other.contains_key(*key)) {
            findings.push(Finding::new(
                &danish,
                0,
                format!("`{key}` has no Danish text"),
            ));
        }
        for key in other.keys().filter(|key| !english.contains_key(*key)) {
            findings.push(Finding::new(
                &file.path,
                0,
                format!("`{key}` has no English text"),
            ));
        }
    }
    findings
}

fn keys(json: &str) -> Result<BTreeMap<String, serde_json::Value>, String> {
    serde_json::from_str(json).map_err(|error| format!("not a JSON object: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn long_files_are_found() {
        let long = "x\n".repeat(LIMIT + 1);
        let files = [
            ("a.rs", long.as_str()),
            ("b.md", &long),
            ("src/api/schema.d.ts", &long),
            ("c.ts", "x\n"),
        ];
        assert_eq!(length(&tree(&files)).len(), 1);
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let files = [
            ("web/src/texts/en.json", r#"{"a":"A","b":"B"}"#),
            ("web/src/texts/da.json", r#"{"a":"A","c":"C"}"#),
            ("x/en.json", "{}"),
        ];
        assert_eq!(texts(&tree(&files)).len(), 3);
    }
}
