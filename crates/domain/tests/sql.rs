//! Every SQL text of the platform and of the domain is shown to the engine under test, so that one which only the other engine
//! understands is found even where no test comes by. The texts are taken from the source: none can be forgotten.
//!
//! A text with places for pieces is completed first: a constant by its value, anything else in the ways of [`FILLINGS`] until one
//! fits. Where none does, the text is put together in some other way; [`PUT_TOGETHER`] then names the test that runs it.

use platform::testing::Fixture;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What can stand where a text has a place: a condition, a parameter, columns that every table has, nothing.
const FILLINGS: [&str; 4] = ["TRUE", "?next", "id, id", ""];

/// More places than this are not tried in every way.
const MOST_PLACES: usize = 5;

/// Files whose texts are put together while the server runs, and the test that runs every one.
const PUT_TOGETHER: &[(&str, &str)] = &[
    (
        "overview/store/people.rs",
        "overview::store::tests::every_filter_in_every_order_is_walked_as_the_model_says",
    ),
    ("directory/store/people.rs", "directory::tests"),
    (
        "billing/store/invoices.rs",
        "billing::tests::compare::invoices_are_listed_in_every_order",
    ),
    (
        "billing/store/lines.rs",
        "billing::tests::closing::lines_are_walked_page_by_page_in_every_order",
    ),
    (
        "orders/store/list.rs",
        "orders::overview::every_column_sorts_and_every_filter_narrows, of the server's tests",
    ),
    ("platform/src/audit.rs", "audit::tests"),
];

/// The seam's own statements name engines on purpose.
const APART: [&str; 1] = ["platform/src/db/"];

#[tokio::test]
async fn every_text_means_something_to_this_engine() {
    let fixture = Fixture::new(domain::migrations()).await;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in ["platform/src", "domain/src"] {
        sources(&root.join(folder), &mut files);
    }
    let (mut prepared, mut wrong) = (0, Vec::new());
    for file in files {
        let path = file.display().to_string().replace('\\', "/");
        if APART.iter().any(|apart| path.contains(apart)) {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a source file");
        let source = source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or("");
        let literals = literals(source);
        for (at, (_, text)) in literals.iter().enumerate() {
            if !is_sql(text) {
                continue;
            }
            // Of two constants with one name the one that stands before the text counts, and the nearest of those.
            let (before, after) = literals.split_at(at);
            let constants: BTreeMap<&str, &str> = after
                .iter()
                .rev()
                .chain(before)
                .filter_map(|(name, text)| Some((name.as_deref()?, text.as_str())))
                .collect();
            let mut refused = String::new();
            for sql in completed(text, &constants) {
                match fixture.db.prepare(&sql).await {
                    Ok(()) => {
                        refused.clear();
                        break;
                    }
                    Err(error) => refused = format!("{path}: {error}\n    {sql}"),
                }
            }
            prepared += 1;
            if !refused.is_empty() && !PUT_TOGETHER.iter().any(|(part, _)| path.ends_with(part)) {
                wrong.push(refused);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(prepared > 150, "only {prepared} texts were found");
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, files);
        } else if name.ends_with(".rs")
            && !["tests.rs", "testing.rs", "sql.rs"].contains(&name.as_str())
        {
            files.push(path);
        }
    }
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "]
        .iter()
        .any(|beginning| text.starts_with(beginning))
        || (text.starts_with("WITH ") && text.contains("SELECT "))
}

/// The text with its places filled, in every way that is tried.
fn completed(text: &str, constants: &BTreeMap<&str, &str>) -> Vec<String> {
    // Empty JSON is no place.
    let mut text = text.replace("'{}'", "'empty'");
    for _ in 0..3 {
        for (name, value) in constants {
            text = text.replace(&format!("{{{name}}}"), value);
        }
    }
    if let Some(row) = row(&text)
        && let Some((before, after)) = text.split_once("VALUES {")
    {
        let rest = after.split_once('}').map_or("", |(_, rest)| rest);
        text = format!("{before}VALUES {row}{rest}");
    }
    let mut texts = vec![text];
    for _ in 0..MOST_PLACES {
        texts = texts
            .iter()
            .flat_map(|text| match place(text) {
                Some(place) => FILLINGS
                    .map(|filling| text.replace(&place, &numbered(text, filling)))
                    .to_vec(),
                None => vec![text.clone()],
            })
            .collect();
    }
    texts
}

/// One row for an insert: a parameter for each column that it names.
fn row(text: &str) -> Option<String> {
    let (_, rest) = text.strip_prefix("INSERT INTO ")?.split_once('(')?;
    let columns = rest.split_once(')')?.0.split(',').count();
    let places: Vec<String> = (1..=columns).map(|number| format!("?{number}")).collect();
    Some(format!("({})", places.join(", ")))
}

/// The first place of a text, with its braces.
fn place(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('{')?;
    let (name, _) = rest.split_once('}')?;
    Some(format!("{{{name}}}"))
}

/// The filling with a parameter's number, and with the parameters that stand before the text's own and nowhere in it.
fn numbered(text: &str, filling: &str) -> String {
    let has = |number: &usize| {
        text.match_indices(&format!("?{number}"))
            .any(|(at, found)| !text[at + found.len()..].starts_with(|c: char| c.is_ascii_digit()))
    };
    let last = (1..100).rev().find(has).unwrap_or(0);
    match filling {
        "?next" => format!("?{}", last + 1),
        "TRUE" => (1..last)
            .filter(|number| !has(number))
            .fold("TRUE".to_owned(), |told, number| {
                format!("{told} AND (CAST(?{number} AS TEXT) IS NULL OR TRUE)")
            }),
        other => other.to_owned(),
    }
}

/// The string literals of Rust source, each with the name of the constant whose value it is. Raw strings and comments are
/// recognised; characters are, as far as a quote in one would mislead.
fn literals(source: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    let (mut at, bytes) = (0, source.as_bytes());
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            at += 3;
        } else if let Some(inside) = rest.strip_prefix("r#\"") {
            let length = inside.find("\"#").unwrap_or(inside.len());
            found.push((constant(&source[..at]), inside[..length].to_owned()));
            at += 3 + length + 2;
        } else if bytes[at] == b'"' {
            let mut text = String::new();
            let mut letters = rest[1..].char_indices();
            let mut end = rest.len();
            while let Some((place, letter)) = letters.next() {
                match letter {
                    '"' => {
                        end = place + 2;
                        break;
                    }
                    '\\' => match letters.next() {
                        Some((_, 'n')) => text.push('\n'),
                        // The line goes on at the first letter of the next one.
                        Some((_, '\n')) => {
                            let spaces = letters.as_str();
                            let blank = spaces.len() - spaces.trim_start().len();
                            for _ in 0..spaces[..blank].chars().count() {
                                letters.next();
                            }
                        }
                        Some((_, other)) => text.push(other),
                        None => {}
                    },
                    other => text.push(other),
                }
            }
            found.push((constant(&source[..at]), text));
            at += end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// `NAME` when the source so far ends with `const NAME: &str =`.
fn constant(before: &str) -> Option<String> {
    let declared = before.trim_end().strip_suffix('=')?;
    let (_, declared) = declared.rsplit_once("const ")?;
    let (name, kind) = declared.split_once(':')?;
    (kind.contains("str") && !kind.contains(';')).then(|| name.trim().to_owned())
}

#[test]
fn literals_are_read_as_the_compiler_does() {
    let source = "const A: &str = \"a\\\n    b\"; // \"no\"\n let c = r#\"x \"y\"\"#; let d = '\"'; f(\"e\\\"\")";
    let found = literals(source);
    let texts: Vec<_> = found.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["ab", "x \"y\"", "e\""]);
    assert_eq!(found[0].0.as_deref(), Some("A"));
    assert_eq!(found[1].0, None);
}
