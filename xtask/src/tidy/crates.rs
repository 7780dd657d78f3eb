//! Who may use whom among the crates, from their Cargo.toml.

use super::{Finding, Tree, rust};

/// Which crates of the workspace each may depend on; tests may use more.
const CRATES: &[(&str, &[&str])] = &[
    ("platform", &[]),
    ("domain", &["platform"]),
    ("adapters", &["platform", "domain"]),
    ("areas", &["platform", "domain"]),
    ("simulators", &["platform"]),
    ("server", &["platform", "domain", "adapters", "areas"]),
];

/// Dependencies between the crates, and that every crate keeps the workspace's lints.
pub fn crates(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, allowed) in CRATES {
        let path = format!("crates/{name}/Cargo.toml");
        let Some(text) = tree.get(&path) else {
            continue;
        };
        let mut section = "";
        let mut lints = false;
        for (number, line) in text.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim();
            }
            lints |= section == "[lints]" && line.replace(' ', "") == "workspace=true";
            let key = line.split(['.', '=', ' ']).next().unwrap_or("");
            if section == "[dependencies]"
                && CRATES.iter().any(|(other, _)| *other == key)
                && !allowed.contains(&key)
            {
                findings.push(Finding::new(
                    &path,
                    number + 1,
                    format!(
                        "{name} may not use {key} (it may use: {}); what must travel forward travels as a port or a job",
                        list(allowed)
                    ),
                ));
            }
        }
        if !lints {
            findings.push(Finding::new(&path, 0, "add `[lints] workspace = true`"));
        }
    }
    findings
}

/// Every dependency of a crate is named in its code.
pub fn dependencies(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
    {
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let code: Vec<&str> = tree
            .files
            .iter()
            .filter(|file| file.is_under(folder))
            .filter_map(|file| Some(file.rust.as_ref()?.code.as_str()))
            .collect();
        let mut section = "";
        for (number, line) in manifest.text.lines().enumerate() {
            if line.starts_with('[') {
                section = line.trim();
                continue;
            }
            let key = line.split(['.', '=', ' ']).next().unwrap_or("");
            if !section.ends_with("dependencies]") || key.is_empty() || key.starts_with('#') {
                continue;
            }
            let name = key.replace('-', "_");
            let named = code
                .iter()
                .any(|code| rust::identifiers(code).any(|(_, word)| word == name));
            if !named {
                findings.push(Finding::new(
                    &manifest.path,
                    number + 1,
                    format!("no code of this crate names {key}: take it out"),
                ));
            }
        }
    }
    findings
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn crates_depend_one_way() {
        let manifest = "[lints]\nworkspace = true\n[dependencies]\nplatform.workspace = true\nareas.workspace = true\n[dev-dependencies]\nsimulators.workspace = true\n";
        let found = crates(&tree(&[("crates/domain/Cargo.toml", manifest)]));
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn a_dependency_that_nobody_names_is_found() {
        let files = [
            (
                "crates/a/Cargo.toml",
                "[dependencies]\nserde_json = \"1\"\nsea-query.workspace = true\n# why\nrand.workspace = true\n",
            ),
            (
                "crates/a/src/lib.rs",
                "use serde_json::Value; // rand\nfn f() { sea_query::x() }",
            ),
        ];
        let found = dependencies(&tree(&files));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].what.contains("rand"), "{found:?}");
    }
}
