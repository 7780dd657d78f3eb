//! A landline number in Teams: named, the next free one, and a new one.

use crate::support::{App, Org, telephony};
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
        json!([{ "number": number, "kind": "landline", "temporary": false }])
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

#[tokio::test]
async fn the_next_free_number_and_a_new_one_are_chosen_as_the_order_is_placed() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    for (person, number, expected) in [
        (
            people[0],
            json!({ "from": "series" }),
            Org::Nordvind.landline(0),
        ),
        (
            people[1],
            json!({ "from": "series", "number": Org::Nordvind.landline(1) }),
            Org::Nordvind.landline(1),
        ),
        (
            people[2],
            json!({ "from": "series" }),
            Org::Nordvind.landline(2),
        ),
        (
            people[3],
            json!({ "from": "new" }),
            "+4571000000".to_owned(),
        ),
    ] {
        let order = mette.activate_telephony(person, number).await;
        assert_eq!(order["items"][0]["number"], json!(expected));
    }
    app.work().await;
    let orders = mette.look("orders?state=completed&sort=number").await;
    assert_eq!(orders["total"], 4);
    assert_eq!(orders["items"][3]["number"], "O-000004");
    // The new one is the organisation's own from now on.
    let numbers = mette
        .look("numbers?state=active&kind=landline&q=71000000")
        .await;
    assert_eq!(numbers["total"], 1);
    let dashboard = app.rita().look("dashboard").await;
    assert_eq!(dashboard["subscriptions"][0]["count"], 4);
    app.end().await;
}

/// One order for several people: each item is carried out by itself.
#[tokio::test]
async fn an_order_has_many_items() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let next = json!({ "from": "series" });
    let items: Vec<_> = people[..5]
        .iter()
        .map(|person| telephony(&app, *person, next.clone()))
        .collect();
    let order = mette.order(json!(items)).await;
    assert_eq!(order["monthly"]["amount"], 5 * 4_900);
    app.work().await;
    let order = mette.see(&order).await;
    assert_eq!(
        (&order["state"], order["steps"].as_array().unwrap().len()),
        (&json!("completed"), 15)
    );
    let numbers: std::collections::BTreeSet<_> = order["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["number"].to_string())
        .collect();
    assert_eq!(numbers.len(), 5);
    app.end().await;
}

#[tokio::test]
async fn a_role_on_the_parent_orders_for_the_child() {
    let app = App::start().await;
    let sofus = app.sofus().at(Org::Havn);
    let person = app.people(Org::Havn, true).await[0];
    let order = sofus
        .activate_telephony(person, json!({ "from": "series" }))
        .await;
    app.work().await;
    let seen = app.hanne().see(&order).await;
    assert_eq!(
        (&seen["state"], &seen["requestedBy"]["name"]),
        (&json!("completed"), &json!("Sofus Subscription"))
    );
    app.end().await;
}
