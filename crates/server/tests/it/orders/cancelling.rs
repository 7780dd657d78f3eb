//! Taking an order back: before anything was done, half-way, and too late.

use crate::support::{App, Org};
use serde_json::{Value, json};
use simulators::network::{Does, Rule, Settings};
use std::time::Duration;

fn states(order: &Value) -> Vec<(&str, &str)> {
    let text = |value: &'_ Value| -> &'static str {
        Box::leak(value.as_str().unwrap().to_owned().into_boxed_str())
    };
    order["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (text(&step["kind"]), text(&step["state"])))
        .collect()
}

#[tokio::test]
async fn before_it_began_nothing_is_done_at_all() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let order = mette
        .create_mobile(person, json!({ "from": "new" }), card)
        .await;
    let cancelled = mette.cancel(&order).await.ok(202);
    assert_eq!(cancelled["cancellable"], false);
    assert_eq!(
        mette.cancel(&order).await.problem(),
        (409, "cancelUnderWay".to_owned())
    );
    app.work().await;
    let order = mette.see(&order).await;
    assert_eq!(order["state"], "cancelled", "{order}");
    assert!(app.sim.network.orders(|_| true).is_empty());
    assert_eq!(app.cards(Org::Nordvind).await[0], card);
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(
        (
            &row["openOrders"],
            &row["numbers"],
            &row["monthlyCost"]["amount"]
        ),
        (&json!([]), &json!([]), &json!(0))
    );
    // The new number went back to the operator.
    assert_eq!(mette.look("numbers?q=26000000").await["total"], 0);
    assert_eq!(
        mette.cancel(&order).await.problem(),
        (409, "orderEnded".to_owned())
    );
    app.end().await;
}

#[tokio::test]
async fn half_way_what_was_done_is_taken_back() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    // The network keeps the second step waiting.
    app.sim.network.set_settings(Settings {
        rules: vec![Rule {
            number: None,
            specification: Some("numberUpload".to_owned()),
            action: None,
            does: Does::Hold,
            code: None,
            reason: None,
            times: None,
        }],
        ..Settings::by_hand()
    });
    let order = mette
        .activate_telephony(person, json!({ "from": "series" }))
        .await;
    app.work_for(Duration::from_secs(120)).await;
    let seen = mette.see(&order).await;
    assert_eq!(
        states(&seen),
        [
            ("network.telephony", "done"),
            ("network.upload", "waiting"),
            ("teams.assign", "pending")
        ]
    );
    mette.cancel(&order).await.ok(202);
    app.work_for(Duration::from_secs(120)).await;
    // As long as it is not known what the second step comes to, it cannot be taken back.
    assert_eq!(mette.see(&order).await["state"], "inProgress");
    app.sim.network.set_settings(Settings::by_hand());
    app.work().await;
    let seen = mette.see(&order).await;
    assert_eq!(seen["state"], "cancelled", "{seen}");
    assert_eq!(
        states(&seen),
        [
            ("network.telephony", "compensated"),
            ("network.upload", "compensated"),
            ("teams.assign", "skipped")
        ]
    );
    assert!(app.sim.network.services().is_empty());
    // The number is free again, for the next one.
    mette
        .activate_telephony(
            person,
            json!({ "from": "series", "number": Org::Nordvind.landline(0) }),
        )
        .await;
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn what_has_ended_cannot_be_cancelled() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let order = mette
        .activate_telephony(person, json!({ "from": "series" }))
        .await;
    app.work().await;
    assert_eq!(
        mette.cancel(&order).await.problem(),
        (409, "orderEnded".to_owned())
    );
    assert_eq!(mette.see(&order).await["state"], "completed");
    app.end().await;
}
