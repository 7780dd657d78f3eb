//! Many subscriptions that end at one person's word.

use crate::support::{App, Org, Wishes, telephony};
use platform::db::params;
use serde_json::{Value, json};

const MANY: usize = domain::orders::rules::MANY_ENDINGS;

async fn told(app: &App) -> Vec<(String, String)> {
    let mut conn = app.db().read().await.unwrap();
    let rows = conn
        .all(
            "SELECT recipient, subject FROM mail_outbox WHERE subject LIKE '%subscriptions end%' ORDER BY recipient",
            params![],
        )
        .await
        .unwrap();
    rows.iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
        .collect()
}

#[tokio::test]
async fn the_administrators_are_told_once_while_it_can_be_undone() {
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 60)],
        numbers: 60,
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let wishes: Vec<Value> = people
        .iter()
        .take(MANY + 1)
        .map(|person| telephony(&app, *person, json!({ "from": "series" })))
        .collect();
    assert_eq!(wishes.len(), MANY + 1, "not enough people");
    let order = mette.order(json!(wishes)).await;
    app.work().await;
    let ends: Vec<Value> = order["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| json!({ "action": "endSubscription", "subscription": item["subscription"], "number": "rest" }))
        .collect();
    // Split into several orders it is as many; one below is not many yet.
    mette.order(json!(ends[..MANY - 1])).await;
    assert_eq!(told(&app).await, []);
    let last = mette.order(json!(ends[MANY - 1..MANY])).await;
    let number = last["number"].as_str().expect("a number");
    let subject = format!("{MANY} subscriptions end ({number})");
    let mails = told(&app).await;
    assert!(mails.contains(&("mette.holm@nordvind.example".to_owned(), subject)));
    assert!(
        mails
            .iter()
            .any(|(to, _)| to == "ulla.user@nordvind.example")
    );
    mette.order(json!(ends[MANY..])).await;
    assert_eq!(told(&app).await, mails, "once a day");
    app.work().await;
    app.end().await;
}
