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

/// What undoing itself would refuse is said beforehand, wherever it is shown.
#[tokio::test]
async fn what_a_later_wish_stands_in_the_way_of_is_not_offered_to_be_undone() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let items = people[..2]
        .iter()
        .map(|person| telephony(&app, *person, json!({ "from": "series" })));
    let order = mette.order(items.collect()).await;
    let other = mette
        .activate_telephony(people[2], json!({ "from": "series" }))
        .await;
    app.work().await;
    assert_eq!(undo_of(&mette, &order, people[0]).await, Value::Null);
    let line = order["items"][1]["subscription"].clone();
    let end = json!({ "action": "endSubscription", "subscription": line, "number": "rest", "date": app.day(5) });
    let end = mette.order(json!([end])).await;
    assert_eq!(
        undo_of(&mette, &order, people[1]).await,
        json!({
            "code": "undoScheduled",
            "detail": "What would undo this is ordered already and waits for its day. Cancel that order first.",
        })
    );
    let refused = mette.undo(&order).await;
    assert_eq!(refused.problem(), (409, "undoScheduled".to_owned()));
    // It stands in the way of that order alone, and no longer than it waits.
    assert_eq!(undo_of(&mette, &other, people[2]).await, Value::Null);
    mette.cancel(&end).await.ok(202);
    app.work().await;
    assert_eq!(undo_of(&mette, &order, people[1]).await, Value::Null);
    mette.undo(&order).await.ok(202);
    app.work().await;
    app.end().await;
}

/// Why an order cannot be undone; null when it can. The order itself, the list of orders and the person's profile agree.
async fn undo_of(caller: &Caller<'_>, order: &Value, person: uuid::Uuid) -> Value {
    let seen = caller.see(order).await;
    let until = &seen["undoableUntil"];
    let possible = seen["undo"]["possible"] == true;
    assert_eq!(until.is_string(), possible, "{seen}");
    let listed = caller.look("orders").await;
    let profile = caller.look(&format!("people/{person}")).await;
    for list in [&listed["items"], &profile["orders"]] {
        let found = list
            .as_array()
            .and_then(|list| list.iter().find(|found| found["id"] == order["id"]));
        assert_eq!(found.expect("the order")["undoableUntil"], *until);
    }
    seen["undo"]["reason"].clone()
}

/// Who was made here is not mended in Entra ID.
#[tokio::test]
async fn a_person_who_was_removed_gets_nothing_back_and_it_says_so() {
    let app = App::start().await;
    let mette = app.mette();
    let path = mette.path("people");
    let made = mette
        .clone()
        .with("idempotency-key", &app.fresh_key())
        .post(&path, json!({ "firstName": "Lone", "lastName": "Lokal" }))
        .await
        .ok(201);
    let id = made["id"].as_str().expect("an id");
    let person: uuid::Uuid = id.parse().expect("an id");
    let card = app.cards(Org::Nordvind).await[0];
    let line = mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    app.work().await;
    let line = line["items"][0]["subscription"].clone();
    let end = json!({ "action": "endSubscription", "subscription": line, "number": "rest" });
    let end = mette.order(json!([end])).await;
    app.work().await;
    assert_eq!(mette.see(&end).await["undo"]["possible"], true);
    let removed = mette
        .send(Method::DELETE, &mette.path(&format!("people/{id}")), None)
        .await;
    assert_eq!(removed.status, 204);
    assert_eq!(
        mette.see(&end).await["undo"]["reason"],
        json!({
            "code": "personRemoved",
            "detail": "This person has been removed here. Create the person again and order for them anew.",
        })
    );
    let danish = mette.clone().with("accept-language", "da");
    assert_eq!(
        danish.see(&end).await["undo"]["reason"]["detail"],
        "Personen er fjernet her. Opret personen igen, og bestil på ny."
    );
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
