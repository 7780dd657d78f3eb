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

/// Every configuration key stands in docs/switchboard.toml and in the table of docs/deploy.md, and no other does.
pub fn configuration(tree: &Tree) -> Vec<Finding> {
    const FILE: &str = "docs/switchboard.toml";
    const TABLE: &str = "docs/deploy.md";
    let Some(source) = tree.get("crates/platform/src/config.rs") else {
        return Vec::new();
    };
    let (source, file) = (declared(source), listed(tree.get(FILE).unwrap_or("")));
    let table = tree.get(TABLE).unwrap_or("");
    let mut findings = Vec::new();
    for key in &source {
        if !file.contains(key) {
            findings.push(Finding::new(
                FILE,
                0,
                format!("describe {key}, which the server knows"),
            ));
        }
        if !table.contains(&format!("`{key}`")) {
            findings.push(Finding::new(
                TABLE,
                0,
                format!("add {key} to the table of configuration keys"),
            ));
        }
    }
    for key in file.iter().filter(|key| !source.contains(key)) {
        findings.push(Finding::new(
            FILE,
            0,
            format!("{key} is no key that the server knows"),
        ));
    }
    findings
}

/// The keys as the server declares them: `section: Section {`, then `key: Type = default;`.
fn declared(source: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut section = "";
    let declarations = source.split("\nsections! {").nth(1).unwrap_or("");
    for line in declarations.lines().take_while(|line| *line != "}") {
        let Some((name, rest)) = line.trim().split_once(": ") else {
            continue;
        };
        if name.starts_with("//") {
            continue;
        }
        if rest.ends_with('{') {
            section = name;
        } else if rest.contains(" = ") {
            keys.push(format!("{section}.{name}"));
        }
    }
    keys
}

/// The keys of a TOML file, those without a default commented out: `# key = …`.
fn listed(toml: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut section = "";
    for line in toml.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            continue;
        }
        let line = line.strip_prefix("# ").unwrap_or(line);
        if let Some((key, _)) = line.split_once(" = ")
            && !section.is_empty()
            && key
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
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
    fn configuration_keys_are_described() {
        let source = "use x;\nsections! {\n    /// Mail.\n    mail: Mail {\n        /// Port: a number.\n        port: u16 = 587;\n        host: Required<String> = Required::missing();\n    }\n}\n";
        let files = |toml, table| {
            configuration(&tree(&[
                ("crates/platform/src/config.rs", source),
                ("docs/switchboard.toml", toml),
                ("docs/deploy.md", table),
            ]))
            .len()
        };
        let table = "| `mail.port`, `mail.host` |";
        assert_eq!(
            files(
                "# All.\n[mail]\n# Port.\nport = 587\n# host = \"x\"\n",
                table
            ),
            0
        );
        assert_eq!(
            files("[mail]\nport = 587\nuser = \"x\"\n", "`mail.port`"),
            3
        );
    }

    #[test]
    fn the_map_stays_short() {
        assert_eq!(architecture(&tree(&[])).len(), 1);
        assert!(architecture(&tree(&[(MAP, "a\n")])).is_empty());
        assert_eq!(architecture(&tree(&[(MAP, &"a\n".repeat(201))])).len(), 1);
    }
}
