//! Where SQL may stand, and where the two engines may be told apart.

use super::{File, Finding, Tree, line_at, rust};

/// Where an engine may be named, each with its reason.
const DIALECTS_MEET: &[(&str, &str)] = &[
    ("crates/platform/src/db/", "the seam itself"),
    (
        "crates/platform/src/config",
        "documents the addresses that the seam takes",
    ),
    (
        "crates/server/src/cli.rs",
        "its help says which engine a command is for",
    ),
    (
        "crates/server/tests/",
        "the tests say on which engine they run",
    ),
    (
        "crates/platform/src/testing",
        "the tests say on which engine they run",
    ),
    ("bench/", "compares the engines"),
    ("xtask/", "starts one of them, and holds these lists"),
];

/// Words that only one engine's SQL knows.
const DIALECT_SQL: [&str; 26] = [
    "ILIKE",
    "AUTOINCREMENT",
    "PRAGMA",
    "JSONB",
    "SERIAL",
    "BIGSERIAL",
    "STRFTIME",
    "DATE_TRUNC",
    "TO_CHAR",
    "NOW",
    "REGEXP",
    "GLOB",
    "IFNULL",
    "ROWID",
    "LAST_INSERT_ROWID",
    "STRING_AGG",
    "GROUP_CONCAT",
    "ARRAY_AGG",
    "CURRENT_TIMESTAMP",
    "TIMESTAMPTZ",
    "DATETIME",
    "BYTEA_OUTPUT",
    "SQLITE_MASTER",
    "PG_CATALOG",
    "INFORMATION_SCHEMA",
    "GEN_RANDOM_UUID",
];

const DIALECT_SIGNS: [&str; 6] = ["::text", "::bigint", "::int", "::uuid", "->>", "ANY($"];

fn dialects_may_meet(path: &str) -> bool {
    DIALECTS_MEET
        .iter()
        .any(|(place, _)| path.starts_with(place))
}

/// An engine's name in code or in a string. A comment may explain.
pub fn dialect_names(tree: &Tree) -> Vec<Finding> {
    const NAMES: [&str; 6] = [
        "sqlite",
        "rusqlite",
        "postgres",
        "postgresql",
        "pgsql",
        "pg",
    ];
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !dialects_may_meet(&file.path))
    {
        let Some(views) = &file.rust else { continue };
        for view in [&views.code, &views.strings] {
            for (at, identifier) in rust::identifiers(view) {
                if rust::words(identifier)
                    .iter()
                    .any(|word| NAMES.contains(&word.as_str()))
                {
                    findings.push(Finding::new(
                        &file.path,
                        line_at(&file.text, at),
                        format!("`{identifier}` names a database engine, which only crates/platform/src/db may: ask the seam for what differs"),
                    ));
                }
            }
        }
    }
    findings
}

/// SQL that only one engine understands: in strings that hold SQL, and in migrations.
pub fn dialect_sql(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| !dialects_may_meet(&file.path))
    {
        for (start, sql) in sql_of(file) {
            let words = rust::identifiers(&sql)
                .filter(|(_, word)| DIALECT_SQL.contains(&word.to_uppercase().as_str()))
                // A column may be called what an engine calls a function, but not in capitals or before a bracket.
                .filter(|(at, word)| {
                    word.chars().all(|character| !character.is_lowercase())
                        || sql[at + word.len()..].starts_with('(')
                })
                .map(|(at, word)| (at, word.to_owned()));
            let signs = DIALECT_SIGNS
                .iter()
                .filter_map(|sign| sql.find(sign).map(|at| (at, (*sign).to_owned())));
            for (at, word) in words.chain(signs) {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, start + at),
                    format!("`{word}` is one engine's SQL: write it so that both understand it, or teach crates/platform/src/db the difference"),
                ));
            }
        }
    }
    findings
}

/// The texts of a file that are SQL, each with its position; comments of a migration are blanked.
fn sql_of(file: &File) -> Vec<(usize, String)> {
    if file.path.ends_with(".sql") {
        let text: String = file
            .text
            .split_inclusive('\n')
            .map(|line| match line.find("--") {
                Some(at) => format!("{}{}", &line[..at], " ".repeat(line.len() - at - 1) + "\n"),
                None => line.to_owned(),
            })
            .collect();
        return vec![(0, text)];
    }
    let Some(views) = &file.rust else {
        return Vec::new();
    };
    let store = is_store(&file.path);
    views
        .literals
        .iter()
        // In a store a clause may be put together from pieces; capitals tell it from other text.
        .filter(|(_, text)| {
            is_sql(text) || (store && text.contains(|c: char| c.is_ascii_uppercase()))
        })
        .cloned()
        .collect()
}

/// Where SQL may stand.
fn is_store(path: &str) -> bool {
    path.ends_with("/store.rs") || path.contains("/store/") || path.starts_with("crates/platform/")
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches(['\\', 'n', ' ', '\n', '\t']);
    const BEGINNINGS: [&str; 9] = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "CREATE INDEX ",
        "CREATE UNIQUE INDEX ",
        "ALTER TABLE ",
        "DROP TABLE ",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| text.starts_with(beginning))
        || (text.starts_with("WITH ") && text.contains("SELECT "))
}

/// A test may look into the tables, to see what is really there.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// SQL stands in a room's store and in the platform, nowhere else.
pub fn sql_in_stores(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_under("crates/") && !is_store(&file.path) && !is_test(&file.path))
    {
        let Some(views) = &file.rust else { continue };
        let tests = rust::tests_from(&views.code);
        for (at, _) in views
            .literals
            .iter()
            .filter(|(at, text)| *at < tests && is_sql(text))
        {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, *at),
                "SQL stands in the store.rs of the room that owns the table: give it a function there",
            ));
        }
        for (at, _) in rust::identifiers(&views.code).filter(|(_, name)| *name == "sea_query") {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, at),
                "a query is put together in a store.rs: move this there",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    #[test]
    fn engines_are_named_in_the_seam_only() {
        let files = [
            (
                "crates/platform/src/db/mod.rs",
                "enum E { Sqlite, Postgres }",
            ),
            (
                "crates/domain/src/orders/store.rs",
                "// text sorts wrongly on SQLite\nif db.is_postgres() { \"sqlite\" }",
            ),
        ];
        let found = dialect_names(&tree(&files));
        assert_eq!(
            found.iter().map(|finding| finding.line).collect::<Vec<_>>(),
            [2, 2]
        );
    }

    #[test]
    fn one_engine_s_sql_is_found() {
        let files = [
            (
                "crates/domain/src/orders/store.rs",
                "\"SELECT a FROM b WHERE c ILIKE ?1\"; \"SELECT now, serial FROM x\"; \"AND d::text = ?2 OR E\";",
            ),
            (
                "crates/domain/migrations/0001.sql",
                "-- no SERIAL\nCREATE TABLE a (id BIGSERIAL);\n",
            ),
        ];
        let found = dialect_sql(&tree(&files));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(
            found
                .iter()
                .any(|finding| finding.path.ends_with(".sql") && finding.line == 2)
        );
    }

    #[test]
    fn sql_stands_in_stores() {
        let files = [
            (
                "crates/domain/src/orders/ops.rs",
                "tx.rows(\"SELECT 1\"); let help = \"Select a product\";",
            ),
            (
                "crates/domain/src/orders/store.rs",
                "tx.rows(\"SELECT 1\");",
            ),
            (
                "crates/areas/src/users/list.rs",
                "use sea_query::Query; \"UPDATE people SET x = 1\"",
            ),
        ];
        assert_eq!(sql_in_stores(&tree(&files)).len(), 3);
    }
}
