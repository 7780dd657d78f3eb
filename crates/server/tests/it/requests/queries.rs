//! Queries, cursors and paths that do not fit.

use crate::support::{App, Caller, Described, Org, contract};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

/// The operations that a query belongs to; those of the sign-in bear what the identity provider may add.
fn with_query() -> impl Iterator<Item = &'static Described> {
    contract().operations.iter().filter(|described| {
        described.path.starts_with("/api/")
            && described.operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|parameter| parameter["in"] == "query")
    })
}

/// What lists sort by whose contract does not say it.
const USUAL: [&str; 5] = ["name", "number", "state", "issuedOn", "amount"];

/// What a list sorts by, and whether its contract says so.
fn sorts_of(described: &'static Described) -> (Vec<&'static str>, bool) {
    let Some(sort) = described.operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|parameter| parameter["in"] == "query" && parameter["name"] == "sort")
    else {
        return (Vec::new(), true);
    };
    let fields = sort["schema"]["pattern"]
        .as_str()
        .and_then(|pattern| pattern.strip_prefix("^-?(")?.strip_suffix(")$"));
    match fields {
        Some(fields) => (fields.split('|').collect(), true),
        None => (USUAL.to_vec(), false),
    }
}

/// Somebody who may ask this.
fn asker<'a>(app: &'a App, described: &Described) -> Caller<'a> {
    match described.operation["x-right"].as_str() {
        Some("operate" | "workQueue") => app.olivia().at(Org::Nordvind),
        _ => app.mette(),
    }
}

#[tokio::test]
async fn every_list_refuses_a_query_that_does_not_fit() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let mut lists = 0;
    for described in with_query() {
        let asker = asker(&app, described);
        let path = app.sample(described, &things).path;
        let mut wrong = vec!["surprise=1".to_owned(), "Limit=1".to_owned()];
        if described.has_parameter("query", "limit") {
            lists += 1;
            wrong.extend(
                [
                    "0",
                    "501",
                    "-1",
                    "ten",
                    "1.5",
                    "",
                    "99999999999999999999",
                    "0x10",
                ]
                .map(|limit| format!("limit={limit}")),
            );
            wrong.push("limit=1&limit=2".to_owned());
        }
        if described.has_parameter("query", "cursor") {
            // Not base64; not JSON; of another list; with keys of another kind; very long.
            wrong.extend(
                [
                    "%00",
                    "x",
                    "e30",
                    "eyJzIjoieCIsImsiOltdfQ",
                    "eyJzIjoibmFtZSIsImsiOltbXV19",
                    &"A".repeat(6_000),
                ]
                .map(|cursor| format!("cursor={cursor}")),
            );
        }
        if described.has_parameter("query", "sort") {
            wrong.extend(
                ["sort=", "sort=password", "sort=--name", "sort=name;drop"].map(str::to_owned),
            );
        }
        for name in ["state", "kind", "has"] {
            if described.has_parameter("query", name) {
                wrong.extend(["", "surprise", "FREE", "1"].map(|value| format!("{name}={value}")));
            }
        }
        if described.has_parameter("query", "q") {
            wrong.push(format!("q={}", "x".repeat(201)));
            // Characters, not bytes.
            let longest = asker
                .get(&format!("{path}?q={}", "%C3%A5".repeat(200)))
                .await;
            assert_eq!(longest.status, 200, "{}: {}", described.id, longest.text);
        }
        for query in wrong {
            let method = described.method.parse().expect("a method");
            let asker = match described.has_parameter("header", "Idempotency-Key") {
                true => asker.clone().with("idempotency-key", &app.fresh_key()),
                false => asker.clone(),
            };
            let answer = asker.send(method, &format!("{path}?{query}"), None).await;
            assert_eq!(
                answer.status, 400,
                "{} ?{query}: {}",
                described.id, answer.text
            );
        }
    }
    assert!(lists >= 5, "only {lists} lists were tried");
    app.work().await;
    app.end().await;
}

/// Every list shows everything once, whatever the size of its pages.
#[tokio::test]
async fn every_list_goes_on_where_its_page_ended() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    for described in with_query() {
        if !described.has_parameter("query", "cursor") {
            continue;
        }
        let asker = asker(&app, described);
        let path = app.sample(described, &things).path;
        let mut sorts = vec![String::new()];
        let (fields, told) = sorts_of(described);
        for (place, field) in fields.into_iter().enumerate() {
            let falls = if place % 2 == 0 { "" } else { "-" };
            let query = format!("&sort={falls}{field}");
            if told || asker.get(&format!("{path}?limit=1{query}")).await.status == 200 {
                sorts.push(query);
            }
        }
        for sort in sorts {
            let whole = asker.get(&format!("{path}?limit=500{sort}")).await.ok(200);
            let mut cursor = None;
            let mut walked = Vec::new();
            loop {
                let go_on =
                    cursor.map_or(String::new(), |cursor: String| format!("&cursor={cursor}"));
                let page = asker
                    .get(&format!("{path}?limit=3{sort}{go_on}"))
                    .await
                    .ok(200);
                assert_eq!(page["total"], whole["total"], "{} {sort}", described.id);
                walked.extend(page["items"].as_array().expect("items").clone());
                cursor = page["next"].as_str().map(str::to_owned);
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(
                Value::Array(walked.clone()),
                whole["items"],
                "{} {sort}",
                described.id
            );
            assert_eq!(
                walked.len() as u64,
                whole["total"].as_u64().expect("a total")
            );
        }
    }
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_search_is_no_pattern_and_no_sql() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    for described in with_query() {
        if !described.has_parameter("query", "q") {
            continue;
        }
        let path = app.sample(described, &things).path;
        for q in [
            "%25",
            "_",
            "%27%20OR%201=1--",
            "%5C",
            "%00",
            "%F0%9F%98%80",
            "%E2%80%AE",
            "*",
        ] {
            let answer = mette.get(&format!("{path}?q={q}")).await;
            assert!(
                matches!(answer.status, 200 | 400),
                "{} {q}: {}",
                described.id,
                answer.text
            );
            if described.id == "list_people" && answer.status == 200 {
                assert_eq!(answer.json()["total"], 0, "{q}");
            }
        }
    }
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_method_or_path_that_is_not_there_is_told_as_a_problem() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for described in &contract().operations {
        paths.insert(app.sample(described, &things).path);
    }
    for path in paths {
        for method in ["PUT", "DELETE"] {
            if contract().find(method, &path).is_some() {
                continue;
            }
            let answer = mette
                .send(method.parse().expect("a method"), &path, None)
                .await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
            assert!(!answer.header("allow").is_empty(), "{method} {path}");
        }
    }
    for path in [
        "/api/v1/nothing",
        "/api/v1/organisations/%2e%2e/people",
        "/api/v2/me",
        "/api/v1/me/",
        "/auth/nothing",
        "/hooks/nothing",
    ] {
        let answer = mette.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (404, "application/problem+json"),
            "{path}"
        );
    }
    for path in ["/", "/users", "/healthz", "/readyz"] {
        let answer = app.nobody().send(Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    app.work().await;
    app.end().await;
}
