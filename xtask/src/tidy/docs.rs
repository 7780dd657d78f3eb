//! The documents: the map is short, every decision is listed on it, and what is linked exists.

use super::{Finding, Tree, line_at};

const MAP: &str = "ARCHITECTURE.md";

/// Every page of docs/decisions is linked from the map.
pub fn decisions(tree: &Tree) -> Vec<Finding> {
    let map = tree.get(MAP).unwrap_or("");
    tree.files
        .iter()
        .filter(|file| file.is_under("docs/decisions/") && !map.contains(&file.path))
        .map(|file| Finding::new(&file.path, 0, "link this decision from ARCHITECTURE.md"))
        .collect()
}

/// At most 200 lines, so that it is read.
pub fn architecture(tree: &Tree) -> Vec<Finding> {
    let lines = tree.get(MAP).map_or(0, |text| text.lines().count());
    match lines {
        0 => vec![Finding::new(MAP, 0, "the map is missing")],
        1..=200 => Vec::new(),
        _ => vec![Finding::new(
            MAP,
            0,
            format!("{lines} lines: at most 200, so that it is read"),
        )],
    }
}

/// A link of a document to a file of the project leads somewhere.
pub fn links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".md")) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, _) in file.text.match_indices("](") {
            let link = file.text[at + 2..]
                .split([')', '#', ' ', '\n'])
                .next()
                .unwrap_or("");
            if link.is_empty() || link.contains(':') || link.ends_with(".png") {
                continue;
            }
            let path = resolve(folder, link);
            let exists = tree
                .files
                .iter()
                .any(|other| other.path == path || other.path.starts_with(&format!("{path}/")));
            if !exists {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!("links to {link}, which does not exist"),
                ));
            }
        }
    }
    findings
}

fn resolve(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn decisions_are_linked_and_links_lead_somewhere() {
        let files = [
            (
                MAP,
                "[one](docs/decisions/one.md) [gone](docs/gone.md) [out](https://example.org)",
            ),
            (
                "docs/decisions/one.md",
                "[map](../../ARCHITECTURE.md#areas) [folder](../decisions)",
            ),
            ("docs/decisions/two.md", ""),
        ];
        assert_eq!(decisions(&tree(&files)).len(), 1);
        let found = links(&tree(&files));
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn the_map_stays_short() {
        assert_eq!(architecture(&tree(&[])).len(), 1);
        assert!(architecture(&tree(&[(MAP, "a\n")])).is_empty());
        assert_eq!(architecture(&tree(&[(MAP, &"a\n".repeat(201))])).len(), 1);
    }
}
