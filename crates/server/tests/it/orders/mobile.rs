//! A mobile subscription: a number and a card out of the drawer.

use crate::support::{App, Org, Wishes, mobile};
use platform::db::params;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_new_number_on_a_card_of_the_drawer() {
    let app = App::start().await;
    let ulla = app.ulla();
    // No licence is needed for it.
    let person = app.people(Org::Nordvind, false).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let order = ulla
        .create_mobile(person, json!({ "from": "new" }), card)
        .await;
    assert_eq!(order["items"][0]["number"], "+4526000000");
    assert_eq!(
        (&order["oneTime"]["amount"], &order["monthly"]["amount"]),
        (&json!(4_900), &json!(12_900))
    );
    let reserved = ulla.look("sims?state=reserved").await;
    assert_eq!(reserved["items"][0]["id"], json!(card));
    app.work().await;
    let order = ulla.see(&order).await;
    assert_eq!(order["state"], "completed", "{order}");
    let row = ulla.look(&format!("people/{person}")).await;
    assert_eq!(
        row["numbers"],
        json!([{ "number": "+4526000000", "kind": "mobile", "temporary": false }])
    );
    assert_eq!(row["subscriptions"][0]["offering"]["name"], "Mobile M");
    assert_eq!(row["sims"][0]["state"], "active");
    assert_eq!(row["monthlyCost"]["amount"], 12_900);
    // The network knows the line with its package and its card.
    let services = app.sim.network.services();
    let (_, service) = &services[0];
    assert_eq!(service.characteristics["package"], "mobile-m");
    assert_eq!(service.characteristics["msisdn"], "+4526000000");
    assert_eq!(
        json!(service.characteristics["iccid"]),
        row["sims"][0]["iccid"]
    );
    app.end().await;
}

#[tokio::test]
async fn telephony_and_mobile_in_one_order() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let next = json!({ "from": "series" });
    let items = json!([
        crate::support::telephony(&app, person, next.clone()),
        crate::support::mobile(&app, person, next, card)
    ]);
    let quote = mette.quote(items.clone()).await.ok(201);
    assert_eq!(quote["monthly"]["net"]["amount"], 17_800);
    assert_eq!(quote["monthly"]["vat"]["amount"], 4_450);
    assert_eq!(quote["monthly"]["gross"]["amount"], 22_250);
    assert_eq!(quote["oneTime"]["gross"]["amount"], 6_125);
    let danish = mette
        .clone()
        .with("accept-language", "da")
        .quote(items)
        .await
        .ok(201);
    assert_ne!(danish["items"][0]["effects"], quote["items"][0]["effects"]);
    mette.place(&quote["id"]).await.ok(202);
    app.work().await;
    let row = mette.look(&format!("people/{person}")).await;
    assert_eq!(row["subscriptions"].as_array().unwrap().len(), 2);
    assert_eq!(row["monthlyCost"]["amount"], 17_800);
    let possible: Vec<&str> = row["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|action| action["possible"] == json!(true))
        .map(|action| action["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        possible,
        [
            "changeMobilePackage",
            "addAddOn",
            "suspendSim",
            "replaceSim",
            "changeNumber",
            "changeNumber",
            "endSubscription",
            "endSubscription"
        ]
    );
    app.end().await;
}

/// Two orders at once pass every look at what is there; this is what stops the second.
#[tokio::test]
async fn the_database_keeps_a_second_mobile_subscription_out() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let card = app.cards(Org::Nordvind).await[0];
    let item = mobile(&app, person, json!({ "from": "series" }), card);
    mette.order(json!([item])).await;
    let copy = async |changes: &str| {
        let mut tx = app.db().begin().await.unwrap();
        let sql = format!(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, state, monthly, ordered_at, version)
             SELECT ?1, organisation, person, kind, offering, {changes}, monthly, ordered_at, version
             FROM subscriptions WHERE person = ?2"
        );
        tx.execute(&sql, params![uuid::Uuid::from_u128(9), person])
            .await
            .map_err(|error| error.code)
    };
    assert_eq!(copy("'ordered'").await.unwrap_err(), "taken");
    assert_eq!(copy("'ended'").await.unwrap(), 1);
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn old_quotes_go_and_those_of_orders_stay() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, false).await;
    let cards = app.cards(Org::Nordvind).await;
    let items = |who: usize| {
        json!([mobile(
            &app,
            people[who],
            json!({ "from": "series" }),
            cards[who]
        )])
    };
    mette.order(items(0)).await;
    mette.quote(items(1)).await.ok(201);
    app.work().await;
    app.advance(Duration::from_secs(20 * 3600));
    mette.quote(items(1)).await.ok(201);
    assert_eq!(app.count("SELECT COUNT(*) FROM quotes").await, 3);
    app.advance(Duration::from_secs(5 * 3600));
    mette.quote(items(1)).await.ok(201);
    assert_eq!(app.count("SELECT COUNT(*) FROM quotes").await, 3);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM quotes q JOIN orders o ON o.quote = q.id")
            .await,
        1
    );
    app.end().await;
}

/// The next free number is another one than that which somebody named in the same order; a quote counts both.
#[tokio::test]
async fn a_number_that_is_named_and_the_next_one_are_two() {
    let app = App::with(Wishes {
        numbers: 2,
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let (people, cards) = (
        app.people(Org::Nordvind, true).await,
        app.cards(Org::Nordvind).await,
    );
    let next = json!({ "from": "series" });
    let named = json!({ "from": "series", "number": Org::Nordvind.mobile(0) });
    let items = |numbers: &[&Value]| {
        let items = numbers.iter().enumerate();
        items
            .map(|(at, number)| mobile(&app, people[at], (*number).clone(), cards[at]))
            .collect::<Value>()
    };
    let quote = mette.quote(items(&[&next, &next, &named])).await.ok(201);
    assert_eq!(
        crate::support::pointed(&quote["problems"]),
        [("/items/2/number".to_owned(), "noNumberFree".to_owned())]
    );
    let order = mette.order(items(&[&next, &named])).await;
    assert_eq!(order["items"][0]["number"], Org::Nordvind.mobile(1));
    assert_eq!(order["items"][1]["number"], Org::Nordvind.mobile(0));
    app.work().await;
    app.end().await;
}
