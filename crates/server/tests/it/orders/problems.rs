//! What stands in the way of an order, each with a pointer to the field; and what may change between quote and order.

use crate::support::{App, Org, Wishes, mobile, telephony};
use domain::{
    access,
    catalogue::{self, OfferingId},
};
use platform::{Money, db::params};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(format!("/items/0/{pointer}"), code.to_owned())]
}

async fn set_state(app: &App, person: Uuid, state: &str) {
    let mut tx = app.db().begin().await.unwrap();
    let sql = "UPDATE people SET state = ?2 WHERE id = ?1";
    assert_eq!(tx.execute(sql, params![person, state]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn rest(app: &App, number: &str) {
    let mut tx = app.db().begin().await.unwrap();
    let sql = "UPDATE numbers SET state = 'resting', release_at = ?2 WHERE number = ?1";
    let until = app.now().plus(Duration::from_secs(90 * 24 * 3600));
    assert_eq!(tx.execute(sql, params![number, until]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_person_may_not_fit() {
    let app = App::start().await;
    let mette = app.mette();
    let licensed = app.people(Org::Nordvind, true).await;
    let unlicensed = app.people(Org::Nordvind, false).await;
    let next = || json!({ "from": "series" });
    let card = app.cards(Org::Nordvind).await[0];
    assert_eq!(
        mette.problems(telephony(&app, unlicensed[0], next())).await,
        one("person", "licenceMissing")
    );
    let row = mette.look(&format!("people/{}", unlicensed[0])).await;
    assert_eq!(row["licences"]["ready"], false);
    assert_ne!(row["licences"]["missing"], json!([]));

    mette.activate_telephony(licensed[0], next()).await;
    assert_eq!(
        mette.problems(telephony(&app, licensed[0], next())).await,
        one("person", "hasTelephony")
    );
    app.work().await;
    assert_eq!(
        mette.problems(telephony(&app, licensed[0], next())).await,
        one("person", "hasTelephony")
    );

    let twice = json!([
        telephony(&app, licensed[1], next()),
        telephony(&app, licensed[1], next())
    ]);
    let quote = mette.quote(twice).await.ok(201);
    assert_eq!(
        crate::support::pointed(&quote["problems"]),
        [("/items/1/person".to_owned(), "twiceInOrder".to_owned())]
    );

    set_state(&app, licensed[2], "disabled").await;
    assert_eq!(
        mette
            .problems(mobile(&app, licensed[2], next(), card))
            .await,
        one("person", "personNotActive")
    );
    set_state(&app, licensed[2], "active").await;
    mette.create_mobile(licensed[2], next(), card).await;
    let other = app.cards(Org::Nordvind).await[0];
    assert_eq!(
        mette
            .problems(mobile(&app, licensed[2], next(), other))
            .await,
        one("person", "hasMobile")
    );
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn the_number_or_card_may_not_fit() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let cards = app.cards(Org::Nordvind).await;
    let series = |number: &str| json!({ "from": "series", "number": number });
    let taken = Org::Nordvind.mobile(0);
    mette
        .create_mobile(people[0], series(&taken), cards[0])
        .await;
    rest(&app, &Org::Nordvind.mobile(1)).await;
    for (number, code) in [
        (taken.as_str(), "numberTaken"),
        (&Org::Nordvind.mobile(1), "numberResting"),
        (&Org::Nordvind.landline(1), "wrongNumberKind"),
        (&Org::Havn.mobile(1), "numberUnknown"),
        ("+4526000001", "numberUnknown"),
        ("+4599999999", "numberUnknown"),
        ("7010", "notANumber"),
        ("+45 70 10 00 0x", "notANumber"),
        ("", "notANumber"),
        ("+45٢٠١٠٠٠٠٢", "notANumber"),
    ] {
        let item = mobile(&app, people[1], series(number), cards[1]);
        assert_eq!(
            mette.problems(item).await,
            one("number/number", code),
            "{number}"
        );
    }
    let item = mobile(&app, people[1], json!({ "from": "series" }), cards[0]);
    assert_eq!(mette.problems(item).await, one("sim/sim", "simTaken"));
    // As people write it.
    let spelt = Org::Nordvind.mobile(2).replace("+45", "+45 ");
    let quote = mette
        .quote(json!([mobile(&app, people[1], series(&spelt), cards[1])]))
        .await
        .ok(201);
    assert_eq!(quote["items"][0]["number"], json!(Org::Nordvind.mobile(2)));
    let same = json!([
        mobile(&app, people[1], series(&Org::Nordvind.mobile(3)), cards[1]),
        mobile(&app, people[2], series(&Org::Nordvind.mobile(3)), cards[1])
    ]);
    let quote = mette.quote(same).await.ok(201);
    let problem = |field: &str| (format!("/items/1/{field}"), "twiceInOrder".to_owned());
    assert_eq!(
        crate::support::pointed(&quote["problems"]),
        [problem("number/number"), problem("sim/sim")]
    );
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn there_may_be_no_number_left() {
    let app = App::with(Wishes {
        numbers: 2,
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    for from in ["series", "new"] {
        let number = || json!({ "from": from });
        let items = |count: usize| {
            let items: Vec<Value> = people[..count]
                .iter()
                .map(|person| telephony(&app, *person, number()))
                .collect();
            json!(items)
        };
        let quote = mette.quote(items(3)).await.ok(201);
        assert_eq!(
            crate::support::pointed(&quote["problems"]),
            [("/items/2/number".to_owned(), "noNumberFree".to_owned())],
            "{from}"
        );
        // Two quotes for the last two: the second comes too late.
        let (first, second) = (
            mette.quote(items(2)).await.ok(201),
            mette.quote(items(1)).await.ok(201),
        );
        let order = mette.place(&first["id"]).await.ok(202);
        assert_eq!(mette.place(&second["id"]).await.status, 409);
        mette.cancel(&order).await.ok(202);
        app.work().await;
    }
    app.end().await;
}

#[tokio::test]
async fn the_offering_may_not_be_sold() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let mut item = telephony(&app, person, json!({ "from": "series" }));
    item["offering"] = json!(app.offering("mobile-s"));
    assert_eq!(
        mette.problems(item.clone()).await,
        one("offering", "wrongOffering")
    );
    item["offering"] = json!(app.offering("teams-nordic"));
    let quote = mette.quote(json!([item])).await.ok(201);
    let mut tx = app.db().begin().await.unwrap();
    let nordic = OfferingId(app.offering("teams-nordic"));
    catalogue::end_sale(&mut tx, access::for_system(), nordic, app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let placed = mette.place(&quote["id"]).await;
    assert_eq!(placed.problem(), (422, "cannotBeOrdered".to_owned()));
    assert_eq!(placed.fields(), one("offering", "offeringNotSold"));
    assert_eq!(
        mette.problems(item).await,
        one("offering", "offeringNotSold")
    );
    let sold = mette.look("catalogue/offerings?kind=telephony").await;
    assert_eq!(sold["total"], 1);
    app.end().await;
}

#[tokio::test]
async fn a_quote_lasts_half_an_hour_and_is_good_once() {
    let app = App::start().await;
    let mette = app.mette();
    let people = app.people(Org::Nordvind, true).await;
    let quote = async |person: Uuid| {
        let items = json!([telephony(&app, person, json!({ "from": "series" }))]);
        mette.quote(items).await.ok(201)
    };
    let (late, used) = (quote(people[0]).await, quote(people[1]).await);
    app.advance(Duration::from_secs(29 * 60));
    mette.place(&used["id"]).await.ok(202);
    app.advance(Duration::from_secs(2 * 60));
    assert_eq!(
        mette.place(&late["id"]).await.problem(),
        (410, "quoteExpired".to_owned())
    );
    assert_eq!(
        mette.place(&used["id"]).await.problem(),
        (409, "quoteUsed".to_owned())
    );
    // Somebody else's quote does not exist.
    let fresh = quote(people[2]).await;
    assert_eq!(
        app.ulla().place(&fresh["id"]).await.problem(),
        (404, "notFound".to_owned())
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, 1);
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn an_order_never_costs_more_than_its_quote_said() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let items = json!([telephony(&app, person, json!({ "from": "series" }))]);
    let quote = mette.quote(items).await.ok(201);
    let mut tx = app.db().begin().await.unwrap();
    let soon = app.now().plus(Duration::from_secs(60));
    let telephony = OfferingId(app.offering("teams-denmark"));
    catalogue::set_price(
        &mut tx,
        &app.service.ids,
        access::for_system(),
        telephony,
        soon,
        Money::dkk(100),
        Money::dkk(5_500),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    app.advance(Duration::from_secs(61));
    let refused = mette.place(&quote["id"]).await;
    assert_eq!(refused.problem(), (409, "priceChanged".to_owned()));
    let again = &refused.json()["quote"];
    assert_eq!(
        (
            &again["monthly"]["net"]["amount"],
            &again["oneTime"]["net"]["amount"]
        ),
        (&json!(5_500), &json!(100))
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, 0);
    let order = mette.place(&again["id"]).await.ok(202);
    assert_eq!(order["monthly"]["amount"], 5_500);
    app.work().await;
    app.end().await;
}
