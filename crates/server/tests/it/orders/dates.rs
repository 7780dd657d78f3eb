//! Orders for a day: seen on the row while they wait, moved, called off, and carried out when the day has come.

use crate::support::{Answer, App, Caller, Org, mobile, telephony};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Caller<'_> {
    async fn move_order(&self, order: &Value, version: &str, day: &str) -> Answer {
        let id = order["id"].as_str().expect("an id");
        let path = self.path(&format!("orders/{id}"));
        self.clone()
            .with("if-match", version)
            .send(Method::PATCH, &path, Some(json!({ "scheduledFor": day })))
            .await
    }
}

#[tokio::test]
async fn a_start_on_a_day_is_seen_on_the_row_moved_and_carried_out_on_it() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let item = telephony(&app, person, json!({ "from": "series" }));
    let body = json!({ "items": [item], "requestedStartDate": app.day(10) });
    let quote = mette.post(&mette.path("quotes"), body).await.ok(201);
    assert_eq!(quote["items"][0]["startsOn"], json!(app.day(10)));
    let order = mette.place(&quote["id"]).await.ok(202);
    assert_eq!(
        (&order["state"], &order["scheduledFor"]),
        (&json!("pending"), &json!(app.day(10)))
    );
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["openOrders"][0]["scheduledFor"], json!(app.day(10)));
    assert_eq!(row["monthlyCost"]["amount"], 0);
    // The number is kept for that day.
    let number = order["items"][0]["number"].as_str().expect("a number");
    let kept = mette.look(&format!("numbers?q={}", &number[1..])).await;
    assert_eq!(kept["items"][0]["state"], "reserved");

    for (day, code) in [(-1, "dateInThePast"), (400, "dateTooFar")] {
        let refused = mette.move_order(&order, "\"v1\"", &app.day(day)).await;
        assert_eq!(refused.problem(), (422, code.to_owned()));
        assert_eq!(refused.fields()[0].0, "/scheduledFor");
    }
    let moved = mette.move_order(&order, "\"v1\"", &app.day(3)).await;
    let version = moved.header("etag").to_owned();
    assert_eq!(moved.ok(200)["scheduledFor"], json!(app.day(3)));
    let stale = mette.move_order(&order, "\"v1\"", &app.day(5)).await;
    assert_eq!(stale.problem(), (412, "stale".to_owned()));
    assert_ne!(version, "\"v1\"");
    // Whoever may not order may not move it.
    let rita = app.rita();
    assert_eq!(rita.move_order(&order, "*", &app.day(5)).await.status, 403);

    app.advance(DAY);
    app.run_jobs().await;
    assert_eq!(mette.see(&order).await["state"], "pending");
    assert!(app.sim.network.orders(|_| true).is_empty());
    app.advance(DAY * 3);
    app.run_jobs().await;
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    let late = mette.move_order(&order, "*", &app.day(5)).await;
    assert_eq!(late.problem(), (409, "orderBegun".to_owned()));
    app.end().await;
}

#[tokio::test]
async fn an_end_on_a_day_is_called_off_and_everything_stays() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let line = mette
        .order(json!([mobile(
            &app,
            person,
            json!({ "from": "series" }),
            card
        )]))
        .await;
    app.work().await;
    let line = line["items"][0]["subscription"].clone();
    let end = json!({ "action": "endSubscription", "subscription": line, "number": "rest", "date": app.day(5) });
    let order = mette.order(json!([end])).await;
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(
        (
            &row["openOrders"][0]["action"],
            &row["openOrders"][0]["scheduledFor"]
        ),
        (&json!("endSubscription"), &json!(app.day(5)))
    );
    assert_eq!(row["subscriptions"][0]["state"], "active");
    // Once is enough, and what goes before it goes on.
    assert_eq!(mette.problems(end).await[0].1, "isScheduled");
    mette
        .order(json!([{ "action": "suspendSim", "subscription": line }]))
        .await;
    app.work().await;
    app.ulla().cancel(&order).await.ok(202);
    app.work().await;
    app.advance(DAY * 6);
    app.run_jobs().await;
    assert_eq!(mette.see(&order).await["state"], "cancelled");
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["subscriptions"][0]["state"], "suspended");
    assert_eq!(row["openOrders"], json!([]));
    app.end().await;
}

/// A day that the world did not wait for: what was promised cannot be kept, costs nothing and says why.
#[tokio::test]
async fn what_cannot_be_kept_on_its_day_fails_with_its_reason() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let mut item = telephony(&app, person, json!({ "from": "series" }));
    item["date"] = json!(app.day(4));
    let order = mette.order(json!([item])).await;
    let mut tx = app.db().begin().await.unwrap();
    let sql = "UPDATE people SET state = 'disabled' WHERE id = ?1";
    tx.execute(sql, platform::db::params![person])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.advance(DAY * 5);
    app.run_jobs().await;
    let order = mette.see(&order).await;
    assert_eq!(order["state"], "failed", "{order}");
    assert_eq!(order["items"][0]["problem"]["code"], "personNotActive");
    let free = mette.look("number-series").await;
    assert_eq!(free["items"][0]["free"], free["items"][0]["total"]);
    app.end().await;
}
