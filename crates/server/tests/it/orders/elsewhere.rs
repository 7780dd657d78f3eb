//! A SIM for a line in use that goes to another address than the registered one: whoever has that SIM has the line.

use crate::support::{Answer, App, Caller, Org};
use platform::db::params;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

const HOUR: Duration = Duration::from_secs(3600);

/// A line of Rita's.
async fn line(app: &App) -> (Uuid, Value) {
    let mette = app.mette();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let card = app.cards(Org::Nordvind).await[0];
    let order = mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    app.work().await;
    (person, order["items"][0]["subscription"].clone())
}

impl Caller<'_> {
    async fn quote_elsewhere(&self, line: &Value) -> Value {
        let address = json!({
            "name": "Somebody", "street": "Byvej 7", "postalCode": "5000", "city": "Odense C", "country": "DK"
        });
        let item =
            json!({ "action": "replaceSim", "subscription": line, "sim": { "from": "ship" } });
        let body = json!({ "items": [item], "delivery": { "address": address } });
        let quote = self.post(&self.path("quotes"), body).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        quote
    }

    async fn move_to(&self, order: &Value, day: &str) -> Answer {
        let id = order["id"].as_str().expect("an id");
        self.clone()
            .with("if-match", "*")
            .send(
                reqwest::Method::PATCH,
                &self.path(&format!("orders/{id}")),
                Some(json!({ "scheduledFor": day })),
            )
            .await
    }
}

/// To whom mails wait to be sent or were sent, by subject.
async fn told(app: &App, subject: &str) -> Vec<String> {
    let mut conn = app.db().read().await.unwrap();
    let rows = conn
        .all(
            "SELECT recipient FROM mail_outbox WHERE subject LIKE ?1 ORDER BY recipient",
            params![format!("%{subject}%")],
        )
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

fn shipments(app: &App) -> usize {
    let of = |effect: &simulators::network::Effect| effect.specification == "simShipment";
    app.sim.network.effects(of).len()
}

#[tokio::test]
async fn it_needs_a_fresh_sign_in_tells_everybody_concerned_and_is_kept_back_for_a_day() {
    let app = App::start().await;
    let (person, line) = line(&app).await;
    let mette = app.mette();
    let quote = mette.quote_elsewhere(&line).await;
    assert_eq!(quote["freshSignIn"], true);
    let warnings: Vec<&str> = quote["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .filter_map(|warning| warning["code"].as_str())
        .collect();
    assert_eq!(warnings, ["simGoesElsewhere", "simWaits"]);
    assert_eq!(quote["items"][0]["startsOn"], json!(app.day(1)));

    let before = app.dump(&["quotes", "principals"]).await;
    let refused = mette.place(&quote["id"]).await;
    assert_eq!(refused.problem(), (403, "freshSignInNeeded".to_owned()));
    assert_eq!(
        crate::support::database::differences(&before, &app.dump(&["quotes", "principals"]).await)
            .into_iter()
            .filter(|line| !line.starts_with("audit"))
            .collect::<Vec<_>>(),
        Vec::<String>::new()
    );

    let again = mette.quote_elsewhere(&line).await;
    // The mails are there as soon as the order is, before any job has run.
    let fresh = mette.clone().freshly().await;
    let order = fresh.place(&quote["id"]).await.ok(202);
    assert_eq!(
        told(&app, "another address").await,
        [
            "mette.holm@nordvind.example",
            "rita.reader@nordvind.example",
            "ulla.user@nordvind.example"
        ]
    );
    assert_eq!(order["state"], "pending", "{order}");
    assert_eq!(order["scheduledFor"], json!(app.day(1)));
    assert_eq!(order["cancellable"], true);
    // The code of the sign-in is used up.
    assert_eq!(
        fresh.place(&again["id"]).await.problem(),
        (403, "freshSignInNeeded".to_owned())
    );

    // Moving it to today sends it no sooner.
    let moved = mette.move_to(&order, &app.day(0)).await.ok(200);
    assert_eq!(moved["scheduledFor"], json!(app.day(1)));
    app.advance(HOUR * 23);
    app.run_jobs().await;
    assert_eq!(mette.see(&order).await["state"], "pending");
    assert_eq!(shipments(&app), 0);
    // A line whose SIM waits can be blocked all the same.
    let row = mette.look(&format!("people/{person}")).await;
    let blocks =
        |action: &Value| action["action"] == "suspendSim" && action["possible"] == json!(true);
    assert!(
        row["actions"]
            .as_array()
            .expect("actions")
            .iter()
            .any(blocks)
    );
    app.advance(HOUR + Duration::from_secs(1));
    app.run_jobs().await;
    app.work().await;
    assert_eq!(mette.see(&order).await["state"], "completed");
    let sent = app
        .sim
        .network
        .effects(|effect| effect.applied && effect.specification == "simShipment");
    assert_eq!(sent.len(), 1);
    let address = format!("{:?}", sent[0].characteristics);
    assert!(address.contains("Byvej 7"), "{address}");
    app.end().await;
}

#[tokio::test]
async fn whoever_is_told_can_stop_it() {
    let app = App::start().await;
    let (person, line) = line(&app).await;
    let mette = app.mette();
    let before = mette.look(&format!("people/{person}")).await;
    let quote = mette.quote_elsewhere(&line).await;
    let order = mette.freshly().await.place(&quote["id"]).await.ok(202);
    app.advance(HOUR * 12);
    app.run_jobs().await;
    // Another administrator, not the one who ordered.
    let ulla = app.ulla();
    ulla.cancel(&order).await.ok(202);
    app.work().await;
    app.advance(HOUR * 24);
    app.run_jobs().await;
    assert_eq!(ulla.see(&order).await["state"], "cancelled");
    assert_eq!(shipments(&app), 0);
    let after = ulla.look(&format!("people/{person}")).await;
    assert_eq!(after["sims"], before["sims"]);
    app.end().await;
}

/// Of a card to the registered address, which goes at once, only whoever has the line is told; of an eSIM the administrators too.
#[tokio::test]
async fn whoever_has_the_line_is_told_of_any_new_sim() {
    let app = App::start().await;
    let (_, line) = line(&app).await;
    let item = json!({ "action": "replaceSim", "subscription": line, "sim": { "from": "ship" } });
    let order = app.mette().order(json!([item])).await;
    assert_eq!(order["state"], "acknowledged");
    assert_eq!(told(&app, "another address").await, Vec::<String>::new());
    let rita = "rita.reader@nordvind.example";
    assert_eq!(told(&app, "another SIM card").await, [rita]);
    app.work().await;
    assert_eq!(shipments(&app), 1);

    let item = json!({ "action": "replaceSim", "subscription": line, "sim": { "from": "eSim" } });
    app.mette().order(json!([item])).await;
    assert_eq!(
        told(&app, "moves to an eSIM").await,
        [
            "mette.holm@nordvind.example",
            rita,
            "ulla.user@nordvind.example"
        ]
    );
    app.work().await;
    app.end().await;
}

/// Whoever has the registered address changed needs no other one.
#[tokio::test]
async fn a_registered_address_that_is_new_is_another_address_for_a_day() {
    let app = App::start().await;
    let (_, line) = line(&app).await;
    let (mette, olivia) = (app.mette(), app.olivia());
    let asked = mette.ask("deliveryAddress").await;
    let item = asked["id"].as_str().expect("an id");
    olivia
        .clone()
        .with("idempotency-key", &app.fresh_key())
        .post(
            &olivia.path(&format!("work/{item}/resolve")),
            json!({ "resolution": "done" }),
        )
        .await
        .ok(200);
    let item = json!({ "action": "replaceSim", "subscription": line, "sim": { "from": "ship" } });
    let quote = mette.quote(json!([item])).await.ok(201);
    let warnings: Vec<&Value> = quote["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .map(|warning| &warning["code"])
        .collect();
    assert_eq!(warnings, [&json!("simAddressIsNew"), &json!("simWaits")]);
    let order = mette.place(&quote["id"]).await.ok(202);
    assert_eq!(
        (&order["state"], told(&app, "another address").await.len()),
        (&json!("pending"), 3)
    );
    app.work_for(24 * HOUR).await;
    app.work().await;
    assert_eq!(shipments(&app), 1);
    // Once it has been the address for a day it is like any other.
    let quote = mette.quote(json!([item])).await.ok(201);
    assert_eq!(quote["warnings"], json!([]));
    app.end().await;
}
