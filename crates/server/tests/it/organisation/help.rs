//! Support requests and the operator's queue.

use crate::support::{Answer, App, Caller, Org};
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, When};

async fn keyed(caller: &Caller<'_>, path: &str, body: Value) -> Answer {
    let key = caller.app.fresh_key();
    let path = caller.path(path);
    caller
        .clone()
        .with("idempotency-key", &key)
        .post(&path, body)
        .await
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

async fn resolve(caller: &Caller<'_>, item: &str, body: Value) -> Answer {
    keyed(caller, &format!("work/{item}/resolve"), body).await
}

#[tokio::test]
async fn another_delivery_address_is_asked_for_and_registered_by_the_operator() {
    let app = App::start().await;
    let (mette, olivia) = (app.mette(), app.olivia());
    let address = mette.look("delivery-address").await;
    assert_eq!(address, json!({ "address": null, "pending": null }));
    let asked = mette.ask("deliveryAddress").await;
    assert_eq!(
        (&asked["state"], &asked["number"]),
        (&json!("open"), &json!("S-000001"))
    );
    let address = mette.look("delivery-address").await;
    assert_eq!(address["address"], Value::Null);
    assert_eq!(
        (
            &address["pending"]["request"],
            &address["pending"]["address"]["street"]
        ),
        (&asked["id"], &json!("Havnegade 1"))
    );
    // One change at a time.
    let again = keyed(
        &mette,
        "support-requests",
        json!({ "kind": "deliveryAddress", "subject": "Again", "text": "Please", "address": asked["address"] }),
    )
    .await;
    assert_eq!(again.problem(), (409, "addressAsked".to_owned()));

    // The operator sees it among those of every organisation, asks back, and hears more.
    let work = olivia.look("work").await;
    assert_eq!(
        (
            &work["items"][0]["id"],
            &work["items"][0]["organisation"]["name"]
        ),
        (&asked["id"], &json!("Nordvind A/S"))
    );
    let replies = format!("support-requests/{}/replies", id(&asked));
    let at_nordvind = olivia.clone().at(Org::Nordvind);
    let told = keyed(&at_nordvind, &replies, json!({ "text": "From when?" }))
        .await
        .ok(201);
    assert_eq!(
        (&told["state"], &told["messages"][1]["fromOperator"]),
        (&json!("answered"), &json!(true))
    );
    assert_eq!(olivia.look("work").await["total"], json!(0));
    let told = keyed(&mette, &replies, json!({ "text": "From Monday." }))
        .await
        .ok(201);
    assert_eq!(told["state"], json!("open"));

    let resolved = resolve(
        &olivia,
        id(&asked),
        json!({ "resolution": "done", "comment": "It is so." }),
    )
    .await;
    resolved.ok(200);
    let address = mette.look("delivery-address").await;
    assert_eq!(address["address"], asked["address"]);
    assert_eq!(address["pending"], Value::Null);
    // It is resolved once.
    let again = resolve(&olivia, id(&asked), json!({ "resolution": "done" })).await;
    assert_eq!(again.status, 404);
    app.run_jobs().await;
    let mails = app.sim.mailbox.mails(Some("mette.holm@nordvind.example"));
    assert_eq!(mails.len(), 2, "one for each of the operator's words");
    app.end().await;
}

#[tokio::test]
async fn a_request_is_declined_with_a_reason_and_by_the_operator_only() {
    let app = App::start().await;
    let (mette, hanne, olivia) = (app.mette(), app.hanne(), app.olivia());
    let asked = mette.ask("deliveryAddress").await;
    let item = id(&asked);
    // Neither whoever asked nor somebody else ends it.
    assert_eq!(
        resolve(&mette, item, json!({ "resolution": "done" }))
            .await
            .status,
        403
    );
    assert_eq!(
        resolve(&hanne, item, json!({ "resolution": "done" }))
            .await
            .status,
        403
    );
    let silent = resolve(&olivia, item, json!({ "resolution": "decline" })).await;
    assert_eq!(silent.problem(), (422, "textUnfit".to_owned()));
    let wrong = resolve(&olivia, item, json!({ "resolution": "retry" })).await;
    assert_eq!(wrong.problem(), (422, "wrongResolution".to_owned()));
    let body = json!({ "resolution": "decline", "comment": "That is not your address." });
    resolve(&olivia, item, body).await.ok(200);
    let list = mette.look("support-requests").await;
    assert_eq!(list["items"][0]["state"], json!("declined"));
    assert_eq!(mette.look("delivery-address").await["address"], Value::Null);
    // What stood in an address that is none is pointed to.
    for (field, value) in [
        ("country", "Danmark"),
        ("street", " "),
        ("name", "a\u{1b}[2J"),
    ] {
        let mut address = asked["address"].clone();
        address[field] = json!(value);
        let body =
            json!({ "kind": "deliveryAddress", "subject": "A", "text": "B", "address": address });
        let answer = keyed(&mette, "support-requests", body).await;
        assert_eq!(answer.status, 422, "{field}");
        assert_eq!(
            answer.fields(),
            [(format!("/address/{field}"), "textUnfit".to_owned())]
        );
    }
    app.run_jobs().await;
    app.end().await;
}

#[tokio::test]
async fn an_order_that_stands_still_is_in_the_operators_queue() {
    let app = App::start().await;
    let (mette, olivia) = (app.mette(), app.olivia());
    let card = app.cards(Org::Nordvind).await[0];
    let person = app.people(Org::Nordvind, true).await[0];
    let order = mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    // As fulfilment leaves an order that it cannot carry on by itself.
    let mut tx = app.db().begin().await.unwrap();
    for sql in [
        "UPDATE orders SET state = 'held', held_reason = 'needsAttention'",
        "UPDATE order_items SET state = 'held', problem_code = 'needsAttention', problem_detail = 'the parcel came back'",
    ] {
        tx.execute(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let work = olivia.look("work?kind=heldOrder").await;
    let item = &work["items"][0];
    assert_eq!(
        (&item["id"], &item["number"]),
        (&order["id"], &order["number"])
    );
    assert!(
        item["title"]
            .as_str()
            .expect("a title")
            .contains("the parcel came back"),
        "{item}"
    );
    assert_eq!(mette.get(&mette.path("work")).await.status, 403);
    let other = app.olivia().at(Org::Havn).look("work").await;
    assert_eq!(other["total"], json!(0));
    resolve(&olivia, id(item), json!({ "resolution": "giveUp" }))
        .await
        .ok(200);
    app.work().await;
    app.end().await;
}

/// The network was away for so long that a person was asked; it is back, and the operator has the order tried again at once.
#[tokio::test]
async fn what_was_in_the_way_has_gone_and_the_order_is_tried_again() {
    let app = App::start().await;
    let (mette, olivia) = (app.mette(), app.olivia());
    let effect = Effect::Status {
        status: 503,
        retry_after: None,
        body: None,
    };
    let path = "/tmf-api/serviceOrdering/v4/serviceOrder";
    let fault = Fault::new("POST", path, effect).containing("mobileSubscription");
    let fault = app.sim.network_faults.add(fault.when(When::Always));
    let card = app.cards(Org::Nordvind).await[0];
    let person = app.people(Org::Nordvind, true).await[0];
    let order = mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    app.work().await;
    let held = mette.see(&order).await;
    assert_eq!(
        (&held["state"], &held["heldReason"]),
        (&json!("held"), &json!("needsAttention"))
    );
    assert!(held["items"][0]["problem"]["advice"].is_string(), "{held}");
    let work = olivia.look("work?kind=heldOrder").await;
    let item = id(&work["items"][0]).to_owned();
    // Whoever works on the queue may try again; whoever ordered may not decide that.
    let refused = resolve(&mette, &item, json!({ "resolution": "retry" })).await;
    assert_eq!(refused.status, 403);
    app.sim.network_faults.remove(fault);
    let before = app.now();
    resolve(&olivia, &item, json!({ "resolution": "retry" }))
        .await
        .ok(200);
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    // It did not wait for its next turn: a held order looks again after a quarter of an hour.
    assert!(app.now().since(before) < std::time::Duration::from_secs(300));
    assert_eq!(olivia.look("work").await["total"], 0);
    let again = resolve(&olivia, &item, json!({ "resolution": "retry" })).await;
    assert_eq!(again.problem(), (404, "notFound".to_owned()));
    app.end().await;
}
