//! Words that may not stand somewhere, or anywhere.

use super::{File, Finding, Tree, line_at, rust};

/// The domain knows no vendor; which one is behind a port is the adapters' affair. Texts for people may name them.
pub fn vendors(tree: &Tree) -> Vec<Finding> {
    const VENDORS: [&str; 8] = [
        "microsoft",
        "entra",
        "graph",
        "tmf",
        "tmf641",
        "smtp",
        "lettre",
        "krilla",
    ];
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_under("crates/domain/src/"))
    {
        let Some(views) = &file.rust else { continue };
        for (at, identifier) in rust::identifiers(&views.code) {
            if rust::words(identifier)
                .iter()
                .any(|word| VENDORS.contains(&word.as_str()))
            {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!("`{identifier}` names a vendor or his protocol: say in the domain's words what the port gives, and leave who gives it to crates/adapters"),
                ));
            }
        }
    }
    findings
}

/// `#[allow]` hides; `#[expect(.., reason)]` speaks up when it is no longer needed.
pub fn allow(tree: &Tree) -> Vec<Finding> {
    let marks = [concat!("#[", "allow("), concat!("#![", "allow(")];
    let mut findings = Vec::new();
    for file in &tree.files {
        let Some(views) = &file.rust else { continue };
        for (at, _) in marks.iter().flat_map(|mark| views.code.match_indices(mark)) {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, at),
                "write #[expect(…, reason = \"…\")]: it says why, and is an error once it is not needed",
            ));
        }
    }
    let ignore = concat!("@ts-", "ignore");
    for file in tree.files.iter().filter(|file| file.is_under("web/")) {
        for (at, _) in file.text.match_indices(ignore) {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, at),
                "write @ts-expect-error with a reason: it is an error once it is not needed",
            ));
        }
    }
    findings
}

/// Files that hold other people's words, or lists that tools write.
fn is_foreign(file: &File) -> bool {
    file.path.ends_with("Cargo.lock")
        || file.path.ends_with("package-lock.json")
        || file.path.ends_with("schema.d.ts")
        || file.path.contains("/contract/")
        || file.path.ends_with(".schema.json")
}

/// Marks of work left undone.
pub fn unfinished(tree: &Tree) -> Vec<Finding> {
    let marks = [
        concat!("to", "do"),
        concat!("fix", "me"),
        concat!("x", "xx"),
    ];
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| !is_foreign(file)) {
        for (at, word) in rust::identifiers(&file.text) {
            let lower = word.to_ascii_lowercase();
            // The lint that forbids the macro has its name.
            if marks.contains(&lower.as_str())
                && !(file.path == "Cargo.toml"
                    && file.text[at + word.len()..].starts_with(" = \"deny\""))
            {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!("`{word}`: do it now, or say in an issue what is missing"),
                ));
            }
        }
    }
    findings
}

/// Names of hosts that only a machine's set-up should know, and paths of one machine.
pub fn machines(tree: &Tree) -> Vec<Finding> {
    let places = [
        concat!("crates", ".io"),
        concat!("npmjs", ".org"),
        concat!("npmjs", ".com"),
        concat!("pypi", ".org"),
        concat!("deb.debian", ".org"),
        concat!("proxy.golang", ".org"),
        concat!("/work/", "main"),
        concat!("/work/", "shared"),
        concat!("/ro", "ot/"),
        concat!("/tmp/", "design"),
    ];
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !file.path.ends_with("Cargo.lock"))
    {
        for place in places {
            if let Some(at) = file.text.find(place) {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!(
                        "`{place}` is one machine's affair: leave it out, or make it configuration"
                    ),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn the_domain_names_no_vendor() {
        let files = [(
            "crates/domain/src/directory/ports.rs",
            "// Graph says so\ntrait GraphClient {} fn central() -> &str { \"Microsoft 365\" } fn entra_id() {}",
        )];
        assert_eq!(vendors(&tree(&files)).len(), 2);
    }

    #[test]
    fn allow_is_found_in_code_only() {
        let text = format!(
            "// {0}dead_code)]\n{0}dead_code)]\nfn f() {{}}",
            concat!("#[", "allow(")
        );
        let found = allow(&tree(&[("crates/a/src/lib.rs", &text)]));
        assert_eq!(
            found.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            [2]
        );
    }

    #[test]
    fn unfinished_work_is_found_anywhere() {
        let text = format!(
            "a {} b, {}dos are fine",
            concat!("TO", "DO"),
            concat!("to", "")
        );
        assert_eq!(unfinished(&tree(&[("docs/a.md", &text)])).len(), 1);
        let lint = format!("{} = \"deny\"", concat!("to", "do"));
        assert!(unfinished(&tree(&[("Cargo.toml", &lint)])).is_empty());
    }

    #[test]
    fn a_machine_s_own_places_are_found() {
        let text = format!("see https://{}/x", concat!("crates", ".io"));
        assert_eq!(machines(&tree(&[("README.md", &text)])).len(), 1);
        assert!(machines(&tree(&[("Cargo.lock", &text)])).is_empty());
    }
}
