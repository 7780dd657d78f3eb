//! Prices and terms, over HTTP.

use crate::tests::{METTE, NORDVIND, World};
use axum::http::Method;
use domain::{
    access::{self, Role},
    catalogue::{self, Attributes, NewOffering, OfferingKind, Texts},
};
use platform::{Instant, Money};
use serde_json::{Value, json};

/// Mette works for the operator too, which sells one package.
async fn selling() -> World {
    let world = World::new().await;
    let (ids, system) = (&world.app.ids, access::for_system());
    let text = |text: &str| Texts {
        en: text.to_owned(),
        da: text.to_owned(),
    };
    let package = NewOffering {
        kind: OfferingKind::MobilePackage,
        code: "small".into(),
        name: text("Small"),
        description: text(""),
        attributes: Attributes::default(),
        position: 1,
        sold_from: Instant(0),
        one_time: Money::ZERO,
        monthly: Money::dkk(9_900),
    };
    let mut tx = world.app.db.begin().await.unwrap();
    catalogue::add_offering(&mut tx, ids, system, &package)
        .await
        .unwrap();
    access::grant_at_onboarding(
        &mut tx,
        ids,
        system,
        world.operator,
        (NORDVIND, METTE),
        ("Mette", "mette@example.test"),
        Role::OperatorAdministrator,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    world
}

fn kroner(ore: i64) -> Value {
    json!({ "amount": ore, "currency": "DKK" })
}

fn price(from: &str, monthly: i64) -> Value {
    json!({ "offering": "small", "from": from, "oneTime": kroner(0), "monthly": kroner(monthly) })
}

fn of_use(from: &str, base: i64) -> Value {
    json!({ "kind": "data", "destination": "eu", "from": from, "price": kroner(50), "base": base })
}

#[tokio::test]
async fn prices_that_do_not_fit_are_named_where_they_stand_and_change_nothing() {
    let world = selling().await;
    let path = format!("/api/v1/organisations/{}/billing/prices", world.operator);
    let before = world.count("SELECT COUNT(*) FROM prices").await;
    let early = "2026-12-01";
    let cases = [
        (json!({}), 400, vec!["/prices"]),
        (
            json!({ "prices": [price(early, -1)] }),
            400,
            vec!["/prices/0/monthly/amount"],
        ),
        (
            json!({ "prices": [price(early, i64::MAX)] }),
            400,
            vec!["/prices/0/monthly/amount"],
        ),
        (
            json!({ "usagePrices": [of_use("2026-12", 0)] }),
            400,
            vec!["/usagePrices/0/base"],
        ),
        (
            json!({ "prices": [price("2026-11-21", 1)] }),
            422,
            vec!["/prices/0/from"],
        ),
        (
            json!({ "usagePrices": [of_use("2026-11", 1)] }),
            422,
            vec!["/usagePrices/0/from"],
        ),
        (
            json!({ "prices": [price("2027-01-01", 1), price(early, 1), price(early, 2)] }),
            422,
            vec!["/prices/1/from", "/prices/2/from"],
        ),
        (
            json!({ "prices": [price(early, 1)], "usagePrices": [of_use("2026-12", 1), of_use("2026-12", 2)] }),
            422,
            vec!["/usagePrices/0/from", "/usagePrices/1/from"],
        ),
    ];
    for (place, (body, status, pointers)) in cases.into_iter().enumerate() {
        let keyed = world
            .mette()
            .with("idempotency-key", &format!("prices-that-fail-{place}"));
        let answer = keyed.post_json(&path, body).await;
        assert_eq!(answer.status, status, "{}", answer.text);
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        let named: Vec<_> = errors.iter().map(|error| &error["pointer"]).collect();
        assert_eq!(named, pointers, "{}", answer.text);
    }
    let after = world.count("SELECT COUNT(*) FROM prices").await;
    assert_eq!(after, before);

    let keyed = world
        .mette()
        .with("idempotency-key", "prices-that-are-good");
    let good = json!({ "prices": [price(early, 10_900)], "usagePrices": [of_use("2026-12", 100)] });
    for _ in 0..2 {
        let answer = keyed.post_json(&path, good.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json(), json!({ "prices": 1, "usagePrices": 1 }));
    }
    let after = world.count("SELECT COUNT(*) FROM prices").await;
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn terms_are_set_whole_and_overlapping_discounts_are_both_named() {
    let world = selling().await;
    let path = format!("/api/v1/organisations/{}/billing/terms", world.nordvind);
    let mette = world.mette();
    let discount = |points: i64, from: &str, until: Option<&str>| json!({ "basisPoints": points, "category": "subscriptions", "offering": null, "from": from, "until": until });
    let put = async |payer: Value, discounts: Value| {
        let body = json!({ "payer": payer, "discounts": discounts });
        mette.send(Method::PUT, &path, Some(body)).await
    };
    let own = json!(world.nordvind);
    for (payer, discounts, code, pointers) in [
        (
            own.clone(),
            json!([
                discount(1_000, "2026-11", None),
                discount(500, "2026-12", None)
            ]),
            "overlap",
            vec!["/discounts/0/from", "/discounts/1/from"],
        ),
        (
            own.clone(),
            json!([discount(10_001, "2026-11", None)]),
            "rateOutOfRange",
            vec!["/discounts/0/basisPoints"],
        ),
        (
            own.clone(),
            json!([discount(1, "2026-11", Some("2026-11"))]),
            "discountUnfit",
            vec!["/discounts/0"],
        ),
        (
            json!(world.havn),
            json!([]),
            "payerNotAbove",
            vec!["/payer"],
        ),
    ] {
        let answer = put(payer, discounts).await;
        assert_eq!(answer.problem(), (422, code.to_owned()));
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        let named: Vec<_> = errors.iter().map(|error| &error["pointer"]).collect();
        assert_eq!(named, pointers, "{}", answer.text);
    }
    let next_to_each_other = json!([
        discount(1_000, "2026-11", Some("2026-12")),
        discount(500, "2026-12", None)
    ]);
    let set = put(own, next_to_each_other.clone()).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let kept = mette.get(&path).await.json();
    assert_eq!(kept["discounts"], next_to_each_other);
}
