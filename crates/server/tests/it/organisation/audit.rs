//! What an organisation is told of what was done in it.

use crate::support::{App, Caller, Org};
use serde_json::{Value, json};

async fn entries(caller: &Caller<'_>, query: &str) -> Vec<(String, Value)> {
    let list = caller.look(&format!("audit-entries{query}")).await;
    let items = list["items"].as_array().expect("a list");
    assert_eq!(list["total"], json!(items.len()));
    let action = |item: &Value| item["action"].as_str().expect("a verb").to_owned();
    items
        .iter()
        .map(|item| (action(item), item["by"].clone()))
        .collect()
}

#[tokio::test]
async fn whoever_acts_for_an_organisation_from_outside_is_seen_by_it() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let aksel = app.aksel().at(Org::Nordvind);
    aksel.ask("question").await;
    let mine = mette.ask("question").await;
    let listed = entries(&mette, "").await;
    let actions: Vec<&str> = listed.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(
        actions[..2],
        ["create_support_request", "create_support_request"]
    );
    // The newest first.
    let list = mette.look("audit-entries?limit=1").await;
    assert_eq!(list["items"][0]["subject"]["id"], mine["id"]);
    assert_eq!(list["items"][0]["by"]["onBehalf"], json!(false));
    let outside = entries(&mette, "?onBehalf=true").await;
    assert_eq!(outside.len(), 1);
    let by = &outside[0].1;
    assert_eq!(
        (&by["name"], &by["onBehalf"]),
        (&json!("Aksel Agent"), &json!(true))
    );
    let by = by["principal"].as_str().expect("an id");
    assert_eq!(entries(&mette, &format!("?principal={by}")).await, outside);
    let inside = entries(&mette, "?onBehalf=false").await;
    assert_eq!(inside.len() + 1, listed.len());
    // Another organisation hears nothing of it.
    assert!(
        entries(&hanne, &format!("?principal={by}"))
            .await
            .is_empty()
    );
    assert_eq!(
        app.mads().get(&mette.path("audit-entries")).await.status,
        403
    );

    let wish = json!({ "kind": "audit", "format": "csv" });
    let link = mette.post(&mette.path("downloads"), wish).await.ok(201);
    let link = link["url"]
        .as_str()
        .and_then(|link| link.strip_prefix(&app.url));
    let file = mette.get(link.expect("a link of ours")).await;
    assert_eq!(file.status, 200, "{}", file.text);
    let lines: Vec<&str> = file.text.lines().collect();
    // With what was refused to Mads, and the download itself.
    assert_eq!(lines.len(), 1 + listed.len() + 2, "{}", file.text);
    assert!(lines[0].contains("Who"), "{}", lines[0]);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Aksel Agent;Yes;create_support_request")),
        "{}",
        file.text
    );
    app.end().await;
}
