//! Licences, banned crates and sources, from the lists of deny.toml, so that no tool need be installed to know.

use super::{Finding, Tree};
use crate::shell;

/// Of every crate in the lock file that this project can build.
pub fn crates(tree: &Tree) -> Result<Vec<Finding>, String> {
    let lists = Lists::read(tree.get("deny.toml").unwrap_or(""));
    let metadata = ["metadata", "--format-version", "1", "--locked"];
    // Without the network first: with it cargo may look for newer versions, which is slow and here of no use.
    let json = shell::output(shell::cargo([&metadata[..], &["--offline"]].concat()))
        .or_else(|_| shell::output(shell::cargo(metadata)))?;
    let json: serde_json::Value =
        serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut findings = Vec::new();
    for package in json["packages"].as_array().into_iter().flatten() {
        // Without a source it is one of ours.
        let Some(source) = package["source"].as_str() else {
            continue;
        };
        let name = package["name"].as_str().unwrap_or("");
        let licence = package["license"].as_str().unwrap_or("");
        findings.extend(lists.judge(name, licence, source));
    }
    Ok(findings)
}

/// Of every package in the web client's lock file that is part of what is served or that builds it.
pub fn packages(tree: &Tree) -> Vec<Finding> {
    const LOCK: &str = "web/package-lock.json";
    // Tools that build and test the client and are not part of it may ask that changes to themselves be published.
    const TOOLS: [&str; 3] = ["MPL-2.0", "Python-2.0", "CC-BY-4.0"];
    let lists = Lists::read(tree.get("deny.toml").unwrap_or(""));
    let json: serde_json::Value =
        serde_json::from_str(tree.get(LOCK).unwrap_or("{}")).unwrap_or_default();
    let mut findings = Vec::new();
    for (path, package) in json["packages"].as_object().into_iter().flatten() {
        if path.is_empty() {
            continue;
        }
        let tool = package["dev"] == true || package["devOptional"] == true;
        let licence = package["license"].as_str().unwrap_or("");
        let fits = |id: &str| {
            lists.allowed.iter().any(|allowed| allowed == id) || (tool && TOOLS.contains(&id))
        };
        if !satisfied(licence, &fits) {
            findings.push(Finding::new(
                LOCK,
                0,
                format!("{path} is under `{licence}`, which deny.toml does not allow: take another package"),
            ));
        }
    }
    findings
}

struct Lists {
    allowed: Vec<String>,
    banned: Vec<String>,
}

impl Lists {
    fn read(deny: &str) -> Self {
        Lists {
            allowed: quoted(section(deny, "[licenses]", "allow = [")),
            banned: section(deny, "[bans]", "deny = [")
                .lines()
                .filter_map(|line| line.split_once("name = \"")?.1.split('"').next())
                .map(str::to_owned)
                .collect(),
        }
    }

    fn judge(&self, name: &str, licence: &str, source: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut find = |what: String| findings.push(Finding::new("Cargo.lock", 0, what));
        if !source.starts_with("registry+") && !source.starts_with("sparse+") {
            find(format!(
                "{name} comes from {source}: only the public registry is a source"
            ));
        }
        if self.banned.iter().any(|banned| banned == name) {
            find(format!(
                "{name} is banned in deny.toml, which says what to use"
            ));
        }
        if !satisfied(licence, &|id| {
            self.allowed.iter().any(|allowed| allowed == id)
        }) {
            find(format!(
                "{name} is under `{licence}`, which deny.toml does not allow: take another crate"
            ));
        }
        findings
    }
}

/// What stands between the opening of a list and the line that closes it, in a section.
fn section<'a>(text: &'a str, section: &str, list: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(section) else {
        return "";
    };
    let Some((_, rest)) = rest.split_once(&format!("\n{list}")) else {
        return "";
    };
    rest.split("\n]").next().unwrap_or("")
}

fn quoted(list: &str) -> Vec<String> {
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether an SPDX expression is met by licences that fit: `A OR (B AND C)`, `A/B`, `A WITH x`. AND binds tighter.
fn satisfied(expression: &str, fits: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    !words.is_empty() && either(&words, &mut at, fits) && at == words.len()
}

fn either(words: &[&str], at: &mut usize, fits: &dyn Fn(&str) -> bool) -> bool {
    let mut met = both(words, at, fits);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= both(words, at, fits);
    }
    met
}

fn both(words: &[&str], at: &mut usize, fits: &dyn Fn(&str) -> bool) -> bool {
    let mut met = one(words, at, fits);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, fits);
    }
    met
}

fn one(words: &[&str], at: &mut usize, fits: &dyn Fn(&str) -> bool) -> bool {
    let Some(word) = words.get(*at) else {
        return false;
    };
    *at += 1;
    if *word == "(" {
        let met = either(words, at, fits);
        *at += 1;
        return met;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).copied().unwrap_or("");
        *at += 2;
        return fits(&format!("{word} WITH {exception}"));
    }
    fits(word)
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn expressions_are_understood() {
        let fits = |id: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&id);
        for met in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(GPL-3.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(satisfied(met, &fits), "{met}");
        }
        for unmet in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR ISC) AND GPL-3.0",
            "Apache-2.0",
        ] {
            assert!(!satisfied(unmet, &fits), "{unmet}");
        }
    }

    #[test]
    fn the_lists_are_read_from_deny_toml() {
        let deny = "[licenses]\nallow = [\n    \"MIT\",\n    \"ISC\",\n]\n\n[bans]\ndeny = [\n    { name = \"openssl\", reason = \"x\" },\n]\n";
        let lists = Lists::read(deny);
        assert_eq!(lists.allowed, ["MIT", "ISC"]);
        assert_eq!(lists.banned, ["openssl"]);
        assert_eq!(
            lists
                .judge("openssl", "GPL-3.0", "git+https://example.org")
                .len(),
            3
        );
        assert!(lists.judge("a", "MIT", "registry+x").is_empty());
    }

    #[test]
    fn tools_may_have_licences_that_the_product_may_not() {
        let lock = r#"{"packages":{"":{},"node_modules/a":{"license":"MPL-2.0"},"node_modules/b":{"license":"MPL-2.0","dev":true}}}"#;
        let files = [
            ("web/package-lock.json", lock),
            ("deny.toml", "[licenses]\nallow = [\n\"MIT\",\n]\n"),
        ];
        assert_eq!(packages(&tree(&files)).len(), 1);
    }
}
