//! A landline number in Teams: named, the next free one, and a new one.

use crate::support::{App, Org};
use serde_json::json;

#[tokio::test]
async fn an_administrator_gives_a_colleague_a_number_of_the_series() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let number = Org::Nordvind.landline(3);

    let order = mette
        .activate_telephony(person, json!({ "from": "series", "number": number }))
        .await;
    assert_eq!(order["state"], "acknowledged");
    assert_eq!(order["number"], "O-000001");
    assert_eq!(order["requestedBy"]["name"], "Mette Holm");
    assert_eq!(order["items"][0]["number"], json!(number));
    assert_eq!(order["executedAt"], json!(null));
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["openOrders"][0]["action"], "activateTelephony");
    assert_eq!(row["monthlyCost"]["amount"], 0);

    app.work().await;
    let order = mette.see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    let kinds: Vec<_> = order["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            (
                step["kind"].as_str().unwrap(),
                step["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("network.telephony", "done"),
            ("network.upload", "done"),
            ("teams.assign", "done")
        ]
    );
    assert_eq!(order["cancellable"], false);
    assert!(order["executedAt"].is_string());

    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["openOrders"], json!([]));
    assert_eq!(
        row["numbers"],
        json!([{ "number": number, "kind": "landline" }])
    );
    assert_eq!(row["subscriptions"][0]["state"], "active");
    assert_eq!(row["monthlyCost"]["amount"], 4_900);
    let listed = mette.look(&format!("numbers?q={}", &number[1..])).await;
    assert_eq!(listed["items"][0]["state"], "active");
    let dashboard = mette.look("dashboard").await;
    assert_eq!(dashboard["employees"]["withTelephony"], 1);
    assert_eq!(dashboard["monthlyCost"]["amount"], 4_900);
    app.end().await;
}
