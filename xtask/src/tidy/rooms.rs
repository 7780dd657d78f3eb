//! Who may use whom among the rooms of a crate, from what their code names. The lists of rooms are the tables of
//! ARCHITECTURE.md.

use super::{Finding, Tree, line_at, rust};

/// A domain room uses only rooms before it.
pub fn domain(tree: &Tree) -> Vec<Finding> {
    let order = table(tree, "Domain rooms");
    let mut findings = listed(tree, "crates/domain/src/", &order, "Domain rooms");
    for Uses {
        path,
        room,
        names: others,
    } in uses(tree, "crates/domain/src/")
    {
        let Some(place) = order.iter().position(|name| *name == room) else {
            continue;
        };
        for (line, other) in others {
            if order
                .iter()
                .position(|name| *name == other)
                .is_some_and(|at| at > place)
            {
                findings.push(Finding::new(
                    &path,
                    line,
                    format!(
                        "{room} comes before {other} and may not use it: declare a job or a port in {room} and run or implement it in {other}"
                    ),
                ));
            }
        }
    }
    findings
}

/// No area uses another.
pub fn areas(tree: &Tree) -> Vec<Finding> {
    let names = table(tree, "Areas");
    let mut findings = listed(tree, "crates/areas/src/", &names, "Areas");
    for Uses {
        path,
        room: area,
        names: others,
    } in uses(tree, "crates/areas/src/")
    {
        if !names.contains(&area) {
            continue;
        }
        for (line, other) in others {
            if other != area && names.contains(&other) {
                findings.push(Finding::new(
                    &path,
                    line,
                    format!(
                        "the area {area} may not use the area {other}: move what both need to a file beside them, or to the domain"
                    ),
                ));
            }
        }
    }
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_under("crates/areas/src/"))
    {
        let Some(views) = &file.rust else { continue };
        for (at, name) in rust::identifiers(&views.code).filter(|(_, name)| *name == "store") {
            if views.code[..at].ends_with("::") {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!("an area uses a domain room by its door: ask for what `{name}` gives in the room's mod.rs"),
                ));
            }
        }
    }
    findings
}

/// An adapter uses another only where the table says so.
pub fn adapters(tree: &Tree) -> Vec<Finding> {
    let folder = "crates/adapters/src/";
    let names = table(tree, "Adapters");
    let mut findings = listed(tree, folder, &names, "Adapters");
    for Uses {
        path,
        room: adapter,
        names: others,
    } in uses(tree, folder)
    {
        let allowed = last_column(tree, "Adapters", &adapter);
        for (line, other) in others {
            if other != adapter
                && names.contains(&other)
                && !allowed.contains(&format!("`{other}`"))
            {
                findings.push(Finding::new(
                    &path,
                    line,
                    format!("the adapter {adapter} may not use the adapter {other}: what both need belongs beside them or to the platform"),
                ));
            }
        }
    }
    findings
}

/// No area of the web client imports another; what they share is in parts, api or app.
pub fn web_areas(tree: &Tree) -> Vec<Finding> {
    let folder = "web/src/areas/";
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| {
        file.is_under(folder) && (file.path.ends_with(".ts") || file.path.ends_with(".tsx"))
    }) {
        let Some((area, inside)) = file.path[folder.len()..].split_once('/') else {
            continue;
        };
        // From web/src/areas/users/list.tsx `..` is areas; one more for each folder deeper.
        let up = "../".repeat(inside.matches('/').count() + 1);
        for (number, line) in file.text.lines().enumerate() {
            let Some(from) = imported(line) else { continue };
            let other = from
                .strip_prefix("~/areas/")
                .or_else(|| {
                    from.strip_prefix(up.as_str())
                        .filter(|rest| !rest.starts_with("../"))
                })
                .and_then(|rest| rest.split('/').next());
            if let Some(other) = other.filter(|other| *other != area) {
                findings.push(Finding::new(
                    &file.path,
                    number + 1,
                    format!("the area {area} may not import the area {other}: move what both need to web/src/parts"),
                ));
            }
        }
    }
    findings
}

/// What an import line imports from: `… from '~/parts/x'`, `import('~/x')`.
fn imported(line: &str) -> Option<&str> {
    let rest = line
        .split_once(" from ")
        .or_else(|| line.split_once("import("))
        .or_else(|| line.split_once("import "))
        .map(|(_, rest)| rest.trim_start())?;
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    rest[1..].split(quote).next()
}

/// Who may act for the whole system rather than for an organisation, each with its reason. Looked at one by one: a request
/// never may.
const FOR_SYSTEM: &[(&str, &str)] = &[
    ("crates/domain/src/access/", "makes it"),
    (
        "crates/domain/src/directory/connection.rs",
        "what a tenant grants belongs to no one organisation",
    ),
    (
        "crates/domain/src/directory/jobs.rs",
        "a tenant's mirror belongs to no one organisation",
    ),
    (
        "crates/domain/src/directory/ops.rs",
        "a tenant's mirror belongs to no one organisation",
    ),
    (
        "crates/domain/src/directory/groups.rs",
        "a tenant's groups belong to no one organisation",
    ),
    (
        "crates/domain/src/fulfilment/jobs.rs",
        "carries out what was ordered, and takes the order's own scope first",
    ),
    (
        "crates/domain/src/numbering/rests.rs",
        "numbers rest by the same rule, whosever they are",
    ),
    (
        "crates/domain/src/porting/",
        "asks the donor for whoever ordered, and takes the case's own scope first",
    ),
    (
        "crates/domain/src/orders/ops.rs",
        "a new number comes from the operator's pool",
    ),
    (
        "crates/domain/src/orders/facts.rs",
        "what is sold, and the pool, belong to the operator",
    ),
    (
        "crates/domain/src/orders/progress.rs",
        "what came from the operator's pool goes back there",
    ),
    (
        "crates/domain/src/orders/warn.rs",
        "an administrator may be of a parent's tenant; only the organisation's own administrators are looked up",
    ),
    (
        "crates/areas/src/operator/set_prices.rs",
        "the catalogue and the prices of use are the operator's, and the same for everybody",
    ),
    (
        "crates/domain/src/billing/",
        "a month is closed for everybody; each payer's invoice is made in the scope of its own",
    ),
    (
        "crates/domain/src/usage/import/counting.rs",
        "one file holds the usage of many organisations; a limit is told in the scope of its own",
    ),
    (
        "crates/domain/src/usage/jobs.rs",
        "what is too old is forgotten, whoever's it is",
    ),
    (
        "crates/server/src/compose.rs",
        "starts what keeps itself going",
    ),
    (
        "crates/server/src/usage/mod.rs",
        "the operator's own files, read in the operator's scope",
    ),
    (
        "crates/server/src/billing.rs",
        "the operator's own command, carried out in the operator's scope",
    ),
    ("crates/server/src/fsck.rs", "looks at everybody's data"),
    ("bench/", "makes worlds"),
];

/// `access::for_system` is called by the files that were looked at, and by tests.
pub fn system_scope(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let test = file.path.contains("/tests/") || file.path.ends_with("tests.rs");
        let Some(views) = file.rust.as_ref().filter(|_| !test) else {
            continue;
        };
        if FOR_SYSTEM
            .iter()
            .any(|(place, _)| file.path.starts_with(place))
        {
            continue;
        }
        let code = &views.code[..rust::tests_from(&views.code)];
        for (at, _) in rust::identifiers(code).filter(|(_, name)| *name == "for_system") {
            findings.push(Finding::new(
                &file.path,
                line_at(&file.text, at),
                "acts for the whole system: take the caller's Scope, or have it looked at and list it in xtask/src/tidy/rooms.rs",
            ));
        }
    }
    findings
}

/// The domain knows nothing of HTTP.
pub fn no_http_in_domain(tree: &Tree) -> Vec<Finding> {
    const HTTP: [&str; 8] = [
        "axum",
        "hyper",
        "reqwest",
        "tower",
        "tower_http",
        "StatusCode",
        "HeaderMap",
        "IntoResponse",
    ];
    let mut findings = Vec::new();
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_under("crates/domain/src/"))
    {
        let Some(views) = &file.rust else { continue };
        for (at, name) in rust::identifiers(&views.code) {
            if HTTP.contains(&name) {
                findings.push(Finding::new(
                    &file.path,
                    line_at(&file.text, at),
                    format!("{name} is HTTP, which lives in crates/areas: answer with a type of the room or a platform::Error"),
                ));
            }
        }
    }
    findings
}

/// The names in the first column of the table under a heading of ARCHITECTURE.md, in order.
pub fn table(tree: &Tree, heading: &str) -> Vec<String> {
    rows(tree, heading)
        .filter_map(|row| row.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}

/// The last cell of the row that begins with a name.
fn last_column(tree: &Tree, heading: &str, name: &str) -> String {
    rows(tree, heading)
        .find(|row| row.starts_with(&format!("| `{name}`")))
        .and_then(|row| row.trim_end().trim_end_matches('|').rsplit('|').next())
        .unwrap_or("")
        .to_owned()
}

fn rows<'a>(tree: &'a Tree, heading: &str) -> impl Iterator<Item = &'a str> {
    tree.get("ARCHITECTURE.md")
        .unwrap_or("")
        .lines()
        .skip_while(move |line| {
            !(line.starts_with('#') && line.trim_start_matches('#').trim() == heading)
        })
        .skip(1)
        .take_while(|line| !line.starts_with('#'))
}

/// The folders right under a folder.
fn folders(tree: &Tree, folder: &str) -> Vec<String> {
    let mut names: Vec<String> = tree
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix(folder)?.split_once('/'))
        .map(|(name, _)| name.to_owned())
        .collect();
    names.dedup();
    // Tests of the whole crate are no room.
    names.retain(|name| name != "tests");
    names
}

/// Every folder is in the table, and every row of the table is a folder.
fn listed(tree: &Tree, folder: &str, names: &[String], heading: &str) -> Vec<Finding> {
    let folders = folders(tree, folder);
    let mut findings = Vec::new();
    for name in folders.iter().filter(|name| !names.contains(name)) {
        findings.push(Finding::new(
            &format!("{folder}{name}"),
            0,
            format!("add a row for `{name}` to the table \"{heading}\" of ARCHITECTURE.md"),
        ));
    }
    for name in names.iter().filter(|name| !folders.contains(name)) {
        findings.push(Finding::new(
            "ARCHITECTURE.md",
            0,
            format!(
                "the table \"{heading}\" names `{name}`, and there is no folder {folder}{name}"
            ),
        ));
    }
    findings
}

/// What a file of a room names of its own crate.
struct Uses {
    path: String,
    room: String,
    /// Top-level modules, each with its line.
    names: Vec<(usize, String)>,
}

/// Looks through every file of every room in a folder.
fn uses(tree: &Tree, folder: &str) -> Vec<Uses> {
    let mut all = Vec::new();
    for file in tree.files.iter().filter(|file| file.is_under(folder)) {
        let (Some(views), Some((room, inside))) =
            (&file.rust, file.path[folder.len()..].split_once('/'))
        else {
            continue;
        };
        // How many `super::` lead from this module to the crate's root.
        let depth = 1 + inside.matches('/').count() + usize::from(!inside.ends_with("mod.rs"));
        let names = named(&views.code, depth)
            .into_iter()
            .map(|(at, name)| (line_at(&file.text, at), name))
            .collect();
        all.push(Uses {
            path: file.path.clone(),
            room: room.to_owned(),
            names,
        });
    }
    all
}

/// The names right after `crate::` or after enough `super::`, groups in braces taken apart.
fn named(code: &str, depth: usize) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let starts = code
        .match_indices("crate::")
        .map(|(at, word)| at + word.len());
    let ups = "super::".repeat(depth);
    let supers = code
        .match_indices(ups.as_str())
        .filter(|(at, _)| !code[..*at].ends_with("super::"))
        .map(|(at, word)| at + word.len());
    for start in starts.chain(supers) {
        let before = code[..start].trim_end_matches("::");
        // `$crate::` in a macro is this crate too; `mycrate::` is not.
        if before.strip_suffix("crate").is_some_and(|rest| {
            rest.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '_')
        }) {
            continue;
        }
        if code[start..].starts_with('{') {
            let mut level = 0usize;
            let mut fresh = true;
            for (at, character) in code[start..].char_indices() {
                match character {
                    '{' => level += 1,
                    '}' if level == 1 => break,
                    '}' => level -= 1,
                    ',' if level == 1 => fresh = true,
                    _ if level == 1 && fresh && !character.is_whitespace() => {
                        fresh = false;
                        names.push((start + at, first_name(&code[start + at..])));
                    }
                    _ => {}
                }
            }
        } else {
            names.push((start, first_name(&code[start..])));
        }
    }
    names
}

fn first_name(code: &str) -> String {
    code.chars()
        .take_while(|character| character.is_ascii_alphanumeric() || *character == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::tree, *};

    const MAP: &str = "# Map\n\n## Domain rooms\n\nwords\n\n| room | owns |\n|---|---|\n| `access` | roles |\n| `orders` | orders |\n\n## Areas\n\n| area | is |\n|---|---|\n| `users` | x |\n| `search` | y |\n\n## Adapters\n\n| adapter | speaks | may use |\n|---|---|---|\n| `entra` | x | |\n| `graph` | y | `entra` |\n| `mail` | z | |\n";

    fn found(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<(&str, &str)> = files
            .iter()
            .copied()
            .chain([("ARCHITECTURE.md", MAP)])
            .collect();
        check(&tree(&files))
            .into_iter()
            .map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.what))
            .collect()
    }

    #[test]
    fn a_room_uses_only_rooms_before_it() {
        let fine = [
            ("crates/domain/src/access/mod.rs", "mod ops;"),
            (
                "crates/domain/src/orders/ops.rs",
                "use crate::access::Right; // crate::orders",
            ),
        ];
        assert_eq!(found(domain, &fine), Vec::<String>::new());
        for forward in [
            "use crate::orders::Order;",
            "use crate::{\n    access::Right,\n    orders::{Order, Item},\n};",
            "fn f() { super::super::orders::place() }",
        ] {
            let files = [
                ("crates/domain/src/access/ops.rs", forward),
                ("crates/domain/src/orders/mod.rs", ""),
            ];
            assert_eq!(found(domain, &files).len(), 1, "{forward}");
        }
        let inside = [
            (
                "crates/domain/src/access/mod.rs",
                "use platform::{orders}; use super::access; use crate::access::{orders};",
            ),
            ("crates/domain/src/orders/mod.rs", ""),
        ];
        assert_eq!(found(domain, &inside), Vec::<String>::new());
    }

    #[test]
    fn the_table_and_the_folders_agree() {
        let files = [
            ("crates/domain/src/access/mod.rs", ""),
            ("crates/domain/src/usage/mod.rs", ""),
        ];
        let found = found(domain, &files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("usage") && found[1].contains("orders"),
            "{found:?}"
        );
    }

    #[test]
    fn no_area_uses_an_area() {
        let files = [
            (
                "crates/areas/src/users/list.rs",
                "use crate::search::Hit; use domain::orders::store::row;",
            ),
            ("crates/areas/src/search/mod.rs", "use crate::paging::Page;"),
        ];
        let found = found(areas, &files);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn an_adapter_uses_another_only_as_the_table_says() {
        let files = [
            (
                "crates/adapters/src/graph/mod.rs",
                "use crate::{entra::Entra, mail::Mail, http::Http};",
            ),
            (
                "crates/adapters/src/entra/mod.rs",
                "use crate::graph::Graph;",
            ),
            ("crates/adapters/src/mail/mod.rs", ""),
        ];
        assert_eq!(found(adapters, &files).len(), 2);
    }

    #[test]
    fn no_web_area_imports_another() {
        let files = [(
            "web/src/areas/users/list.tsx",
            "import { a } from '~/areas/users/row'\nimport { b } from '~/areas/search/hit'\nimport { c } from '../search/x'\nimport { d } from '../../parts/y'\nconst e = import('./z')\n",
        )];
        assert_eq!(found(web_areas, &files).len(), 2);
    }

    #[test]
    fn a_request_never_acts_for_the_system() {
        let call = "let system = access::for_system(); // for_system";
        let files = [
            ("crates/areas/src/users/list.rs", call),
            ("crates/areas/src/users/tests.rs", call),
            ("crates/domain/src/directory/jobs.rs", call),
        ];
        assert_eq!(found(system_scope, &files).len(), 1);
    }

    #[test]
    fn the_domain_knows_no_http() {
        let files = [(
            "crates/domain/src/access/ops.rs",
            "use axum::Json; // StatusCode\nlet s = \"HeaderMap\";",
        )];
        assert_eq!(found(no_http_in_domain, &files).len(), 1);
    }
}
