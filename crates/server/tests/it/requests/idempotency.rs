//! `Idempotency-Key`: sent twice, done once.

use crate::support::{App, Org, contract, mobile};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn every_keyed_operation_wants_a_key() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    // A fresh sign-in goes along where one is wanted; its code is not used up.
    let before = app.dump(&["step_ups"]).await;
    for described in &contract().operations {
        let mut sample = app.sample(described, &things);
        if !sample.keyed {
            continue;
        }
        sample.keyed = false;
        let long = "k".repeat(256);
        for key in [None, Some(""), Some("two words"), Some(long.as_str())] {
            let caller = match key {
                Some(key) => mette.clone().with("idempotency-key", key),
                None => mette.clone(),
            };
            let answer = caller.try_out(described, &sample).await;
            assert_eq!(
                answer.problem(),
                (400, "idempotencyKeyMissing".to_owned()),
                "{} {key:?}",
                described.id
            );
        }
    }
    let after = app.dump(&["step_ups"]).await;
    assert_eq!(
        crate::support::database::differences(&before, &after),
        Vec::<String>::new()
    );
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_is_done_once() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let before = app.count("SELECT COUNT(*) FROM orders").await;
    let keyed = mette.clone().with("idempotency-key", "the-key");
    let orders = mette.path("orders");
    let body = json!({ "quote": things.quote });
    let first = keyed.post(&orders, body.clone()).await;
    first.ok(202);
    // Spelt otherwise it means the same.
    let spelt = format!("  {{ \"quote\" :\n \"{}\" }} ", things.quote);
    let again = keyed
        .send_text(
            reqwest::Method::POST,
            &orders,
            Some(spelt),
            "application/json; charset=utf-8",
        )
        .await;
    assert_eq!((again.status, &again.text), (202, &first.text));
    assert_eq!(again.header("etag"), first.header("etag"));
    app.work().await;
    let later = keyed.post(&orders, body.clone()).await;
    assert_eq!((later.status, &later.text), (202, &first.text));
    // With another body it is a mistake; of another operation or person it is another key.
    let other = keyed
        .post(&orders, json!({ "quote": uuid::Uuid::from_u128(3) }))
        .await;
    assert_eq!(other.problem(), (422, "idempotencyKeyReused".to_owned()));
    let ulla = app.ulla().with("idempotency-key", "the-key");
    assert_eq!(ulla.post(&orders, body.clone()).await.status, 404);
    let cancel = format!("{orders}/{}/cancel", things.order);
    assert_eq!(
        keyed.post(&cancel, json!({})).await.problem(),
        (409, "orderEnded".to_owned())
    );
    // Thirty days later nobody remembers.
    app.advance(Duration::from_secs(31 * 24 * 3600));
    let mut tx = app.db().begin().await.unwrap();
    platform::http::idempotency::purge(&mut tx, app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        keyed.post(&orders, body).await.problem(),
        (409, "quoteUsed".to_owned())
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, before + 1);
    app.end().await;
}

#[tokio::test]
async fn what_failed_may_be_tried_again_with_the_same_key() {
    let app = App::start().await;
    let (mette, ulla) = (app.mette(), app.ulla());
    let people = app.people(Org::Nordvind, true).await;
    let cards = app.cards(Org::Nordvind).await;
    let number = json!({ "from": "series", "number": Org::Nordvind.mobile(4) });
    let item = mobile(&app, people[0], number.clone(), cards[0]);
    let quote = mette.quote(json!([item])).await.ok(201);
    let other = ulla.create_mobile(people[1], number, cards[1]).await;
    let keyed = mette.clone().with("idempotency-key", "once-more");
    let body = json!({ "quote": quote["id"] });
    let refused = keyed.post(&mette.path("orders"), body.clone()).await;
    assert_eq!(refused.problem(), (409, "numberTaken".to_owned()));
    ulla.cancel(&other).await.ok(202);
    app.work().await;
    keyed.post(&mette.path("orders"), body).await.ok(202);
    app.work().await;
    app.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_with_one_key_are_one() {
    let app = App::start().await;
    let mette = app.mette();
    let things = app.things(Org::Nordvind, &mette).await;
    let before = app.count("SELECT COUNT(*) FROM orders").await;
    let keyed = mette.clone().with("idempotency-key", "all-at-once");
    let (path, body) = (mette.path("orders"), json!({ "quote": things.quote }));
    let send = || keyed.post(&path, body.clone());
    let (a, b, c, d, e) = tokio::join!(send(), send(), send(), send(), send());
    let mut taken = 0;
    for answer in [a, b, c, d, e] {
        match answer.status {
            202 => taken += 1,
            _ => {
                assert_eq!(answer.problem(), (409, "inFlight".to_owned()));
                assert!(!answer.header("retry-after").is_empty());
            }
        }
    }
    assert!(taken >= 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, before + 1);
    app.work().await;
    app.end().await;
}
