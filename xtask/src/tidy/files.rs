//! The length of files, and texts in both languages.

use super::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};

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

/// Every `en.json` or `en.toml` has its Danish beside it, with the same keys.
pub fn texts(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let Some((folder, ending)) = [".json", ".toml"]
            .iter()
            .find_map(|ending| Some((file.path.strip_suffix(&format!("/en{ending}"))?, *ending)))
        else {
            continue;
        };
        let danish = format!("{folder}/da{ending}");
        let read = if ending == ".json" {
            json_keys
        } else {
            toml_keys
        };
        let (english, other) = match (read(&file.text), tree.get(&danish).map(read)) {
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
        for key in english.difference(&other) {
            findings.push(Finding::new(
                &danish,
                0,
                format!("`{key}` has no Danish text"),
            ));
        }
        for key in other.difference(&english) {
            findings.push(Finding::new(
                &file.path,
                0,
                format!("`{key}` has no English text"),
            ));
        }
    }
    findings
}

fn json_keys(json: &str) -> Result<BTreeSet<String>, String> {
    serde_json::from_str::<BTreeMap<String, serde_json::Value>>(json)
        .map(|texts| texts.into_keys().collect())
        .map_err(|error| format!("not a JSON object: {error}"))
}

/// The keys of a file of texts, each with its section: `[a]` and `b = "…"` give `a.b`. A text of several lines stands between
/// tripled quotes.
fn toml_keys(toml: &str) -> Result<BTreeSet<String>, String> {
    let mut keys = BTreeSet::new();
    let mut section = String::new();
    let mut inside = false;
    for line in toml.lines() {
        let fences = line.matches("\"\"\"").count();
        if inside {
            inside = fences % 2 == 0;
            continue;
        }
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.trim_end_matches(']'));
        } else if !line.is_empty() && !line.starts_with('#') {
            let (key, _) = line
                .split_once('=')
                .ok_or_else(|| format!("not a key and its text: {line}"))?;
            keys.insert(format!("{section}{}", key.trim()));
        }
        inside = fences % 2 == 1;
    }
    Ok(keys)
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
            (
                "y/en.toml",
                "# all\n[a]\nb = \"B\"\nc = \"\"\"\nd = e\n\"\"\"\n",
            ),
            ("y/da.toml", "[a]\nc = \"C\"\n"),
        ];
        assert_eq!(texts(&tree(&files)).len(), 4);
    }
}
