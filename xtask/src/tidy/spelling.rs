//! British spelling, for the few words that go wrong most.

use super::{File, Finding, Tree, line_at, rust};

/// In names and in prose.
const EVERYWHERE: [(&str, &str); 7] = [
    ("organization", "organisation"),
    ("organizations", "organisations"),
    ("organizational", "organisational"),
    ("fulfillment", "fulfilment"),
    ("canceled", "cancelled"),
    ("canceling", "cancelling"),
    ("catalog", "catalogue"),
];

/// In prose alone: as names these are other people's (a CSS colour, a driver's behaviour).
const PROSE: [(&str, &str); 7] = [
    ("behavior", "behaviour"),
    ("favorite", "favourite"),
    ("honor", "honour"),
    ("neighbor", "neighbour"),
    ("labeled", "labelled"),
    ("modeled", "modelled"),
    ("color", "colour"),
];

/// Where Microsoft's names, which are American, are part of a contract.
const CONTRACTS: [&str; 6] = [
    "crates/adapters/src/entra/",
    "crates/adapters/src/graph/",
    "crates/simulators/",
    "crates/platform/src/db/",
    "teams/",
    "xtask/src/tidy/spelling.rs",
];

pub fn british(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !CONTRACTS.iter().any(|place| file.path.starts_with(place)))
    {
        for (at, word, right) in wrong(file) {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, at),
                format!("`{word}` is spelt {right} here; another party's name goes in backticks or a string"),
            ));
        }
    }
    findings
}

fn wrong(file: &File) -> Vec<(usize, String, &'static str)> {
    let both: Vec<(&str, &str)> = EVERYWHERE.iter().chain(&PROSE).copied().collect();
    if let Some(views) = &file.rust {
        let mut found = look(&views.code, &EVERYWHERE);
        found.extend(look(&without_ticks(&views.comments), &both));
        return found;
    }
    let ends = |ending: &str| file.path.ends_with(ending);
    if ends(".md") {
        look(&without_ticks(&file.text), &both)
    } else if (ends(".ts") || ends(".tsx") || ends("en.json")) && !ends("schema.d.ts") {
        look(&file.text, &EVERYWHERE)
    } else {
        Vec::new()
    }
}

fn look(text: &str, list: &[(&str, &'static str)]) -> Vec<(usize, String, &'static str)> {
    rust::identifiers(text)
        .filter_map(|(at, identifier)| {
            let words = rust::words(identifier);
            let (_, right) = list
                .iter()
                .find(|(wrong, _)| words.iter().any(|word| word == wrong))?;
            Some((at, identifier.to_owned(), *right))
        })
        .collect()
}

/// What stands between backticks, blanked.
fn without_ticks(text: &str) -> String {
    let mut inside = false;
    text.chars()
        .flat_map(|character| {
            if character == '`' {
                inside = !inside;
            }
            let blank = inside && character != '\n';
            // As many bytes as before, so that positions stay.
            std::iter::repeat_n(
                if blank { ' ' } else { character },
                if blank { character.len_utf8() } else { 1 },
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn names_and_prose_are_british() {
        let files = [
            (
                "crates/areas/src/a.rs",
                "/// its `organizations` and color\nstruct OrganizationRow; let x = \"/organizations/\";",
            ),
            (
                "docs/a.md",
                "the `organizations` authority has a behavior\n",
            ),
            ("crates/adapters/src/graph/a.rs", "struct Organization;"),
            ("web/src/a.tsx", "const color = organisation"),
        ];
        let found: Vec<(String, usize)> = british(&tree(&files))
            .into_iter()
            .map(|finding| (finding.path, finding.line))
            .collect();
        assert_eq!(
            found,
            [
                ("crates/areas/src/a.rs".to_owned(), 2),
                ("crates/areas/src/a.rs".to_owned(), 1),
                ("docs/a.md".to_owned(), 1),
            ]
        );
    }
}
