//! The overview of orders: every column sorts, every filter narrows, and the file holds exactly what the list does.

use crate::support::{App, Caller, Org};
use serde_json::{Value, json};

async fn numbers(by: &Caller<'_>, query: &str) -> Vec<String> {
    let list = by.look(&format!("orders?{query}")).await;
    let items = list["items"].as_array().expect("a list");
    assert_eq!(list["total"], json!(items.len()), "{list}");
    let number = |order: &Value| order["number"].as_str().unwrap_or_default().to_owned();
    items.iter().map(number).collect()
}

async fn csv(by: &Caller<'_>, wish: Value) -> String {
    let link = by.post(&by.path("downloads"), wish).await.ok(201);
    let url = link["url"].as_str().expect("a link");
    let path = &url[url.find("/api").expect("a path")..];
    by.app.nobody().get(path).await.text
}

/// A completed order, one that failed, one that waits, and one of another person's.
async fn orders(app: &App) {
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let next = || json!({ "from": "series" });
    mette.activate_telephony(people[0], next()).await;
    app.work().await;
    let settings = json!({ "forcedOutcome": { "status": "failed", "detail": "=It cannot be" } });
    app.sim.graph.change_settings(&settings).expect("settings");
    mette.activate_telephony(people[1], next()).await;
    app.work().await;
    app.sim.graph.reset_settings();
    let mut later = crate::support::telephony(app, people[2], next());
    later["date"] = json!(app.day(5));
    mette.order(json!([later])).await;
    let card = app.cards(Org::Nordvind).await[0];
    app.ulla().create_mobile(people[3], next(), card).await;
    app.work().await;
}

#[tokio::test]
async fn every_column_sorts_and_every_filter_narrows() {
    let app = App::start().await;
    orders(&app).await;
    let mette = app.mette();
    let all = numbers(&mette, "sort=number").await;
    assert_eq!(all.len(), 4);
    for sort in [
        "number",
        "summary",
        "requestedBy",
        "requestedAt",
        "executedAt",
        "state",
        "oneTime",
        "monthly",
    ] {
        let up = numbers(&mette, &format!("sort={sort}")).await;
        let mut down = numbers(&mette, &format!("sort=-{sort}")).await;
        down.reverse();
        assert_eq!(up, down, "{sort}");
        // Page by page they are the same.
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = mette
                .look(&format!("orders?limit=1&sort={sort}{cursor}"))
                .await;
            paged.push(
                page["items"][0]["number"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            );
            let Some(next) = page["next"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, up, "{sort}, page by page");
    }
    let last = numbers(&mette, "sort=executedAt").await;
    assert_eq!(last[3], all[2], "what has not ended stands last");
    let by = mette.look("orders/requesters").await;
    assert_eq!(by["total"], 2);
    let ulla = by["items"]
        .as_array()
        .and_then(|people| {
            people.iter().find(|one| {
                one["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("Ulla"))
            })
        })
        .expect("Ulla")["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let today = app.now().danish_day();
    let tomorrow = app.day(1);
    let person = mette.look("orders?sort=number").await["items"][0]["summary"]
        .as_str()
        .and_then(|summary| summary.split(" · ").nth(1))
        .expect("a name")
        .replace(' ', "%20");
    for (query, expected) in [
        ("state=open".to_owned(), &all[2..3]),
        ("state=failed".to_owned(), &all[1..2]),
        (format!("requestedBy={ulla}"), &all[3..4]),
        (format!("from={today}&to={today}"), &all[..]),
        (format!("from={tomorrow}"), &all[..0]),
        (format!("q={}", all[1]), &all[1..2]),
        (format!("q={person}"), &all[0..1]),
        ("q=ULLA".to_owned(), &all[3..4]),
        ("q=70100000".to_owned(), &all[0..1]),
        ("q=nobody%25".to_owned(), &all[..0]),
    ] {
        let found = numbers(&mette, &format!("{query}&sort=number")).await;
        assert_eq!(found, expected, "{query}");
    }
    let failed = &mette.look("orders?state=failed").await["items"][0];
    assert_eq!(failed["problem"]["code"], "stepRefused");
    assert!(failed["problem"]["advice"].is_string());
    assert_eq!(failed["steps"]["failed"], 1);
    let steps = mette.see(failed).await["steps"].clone();
    let refused = steps
        .as_array()
        .and_then(|steps| steps.iter().find(|step| step["state"] == "failed"))
        .expect("the step");
    assert!(refused["advice"].is_string());
    app.end().await;
}

#[tokio::test]
async fn the_file_holds_what_the_list_does_and_nothing_that_a_spreadsheet_carries_out() {
    let app = App::start().await;
    orders(&app).await;
    let mette = app.mette();
    let wish = json!({
        "kind": "orders", "format": "csv", "sort": "number", "filter": { "state": "ended" },
        "columns": ["number", "numbers", "state", "steps", "outcome"]
    });
    let file = csv(&mette, wish).await;
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "Order;Numbers;State;Steps;Outcome");
    assert_eq!(lines.len(), 4, "{file}");
    assert_eq!(lines[1], "O-000001;+45 70 10 00 00;Completed;3 of 3;");
    assert!(lines[2].contains("=It cannot be"), "{file}");
    for line in &lines {
        for cell in line.split(';') {
            let inner = cell.trim_start_matches('"');
            assert!(!inner.starts_with(['=', '@', '-', '\t']), "{line}");
            assert!(!inner.starts_with('+') || inner.contains(' '), "{line}");
        }
    }
    // All of it, in every column, for the same rows.
    let whole = csv(&mette, json!({ "kind": "orders", "format": "csv" })).await;
    assert_eq!(whole.lines().count(), 5);
    let path = mette.path("downloads");
    for wish in [
        json!({ "kind": "orders", "format": "csv", "sort": "secret" }),
        json!({ "kind": "orders", "format": "csv", "filter": { "q": "x".repeat(201) } }),
        json!({ "kind": "orders", "format": "csv", "filter": { "state": "lost" } }),
    ] {
        assert_eq!(mette.post(&path, wish).await.status, 400);
    }
    app.end().await;
}
