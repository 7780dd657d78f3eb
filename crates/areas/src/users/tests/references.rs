//! Subscriptions and what customers write on them.

use crate::tests::{World, people::person};
use domain::access::Role;
use serde_json::{Value, json};

async fn with_subscriptions() -> (World, String) {
    let world = World::new().await;
    world
        .mirror(vec![person(1, "Anna Holm"), person(2, "Bo Lund")])
        .await;
    world.give_card(1, 1).await;
    world.give_card(2, 2).await;
    world.grant(Role::FinanceAdministrator).await;
    let path = format!("/api/v1/organisations/{}/subscriptions", world.nordvind);
    (world, path)
}

#[tokio::test]
async fn subscriptions_are_listed_found_and_written_on() {
    let (world, path) = with_subscriptions().await;
    let mette = world.mette();
    let all = mette.get(&format!("{path}?sort=-person")).await.json();
    let people: Vec<_> = all["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["person"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        (people, &all["total"]),
        (vec!["Bo Lund", "Anna Holm"], &json!(2))
    );
    let anna = &all["items"][1];
    assert_eq!(anna["monthlyCost"]["amount"], 9_900);
    assert_eq!(anna["sim"]["state"], "active");
    let one = format!("{path}/{}", anna["id"].as_str().unwrap());
    let etag = mette.get(&one).await.headers["etag"]
        .to_str()
        .unwrap()
        .to_owned();
    let fresh = mette.clone().with("if-match", &etag);
    for (reference, code) in [
        (json!("x".repeat(101)), "tooLong"),
        (json!("a\nb"), "controlCharacters"),
        (json!("a\u{202e}b"), "controlCharacters"),
    ] {
        let refused = fresh.patch(&one, json!({ "reference": reference })).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["errors"][0]["code"], code);
    }
    // A formula is text like any other; files make it harmless.
    let written = fresh
        .patch(&one, json!({ "reference": " =Cost centre 7 " }))
        .await;
    assert_eq!(
        (written.status, &written.json()["reference"]),
        (200, &json!("=Cost centre 7"))
    );
    assert_eq!(
        fresh.patch(&one, json!({ "reference": null })).await.status,
        412
    );
    for (q, found) in [
        ("cost%20centre", 1),
        ("holm", 1),
        ("20%2000%2000%2002", 1),
        ("nobody", 0),
        ("", 2),
    ] {
        let page = mette.get(&format!("{path}?q={q}")).await.json();
        assert_eq!(page["total"], found, "{q}");
    }
    assert_eq!(
        mette.get(&format!("{path}?state=ended")).await.json()["total"],
        0
    );
}

#[tokio::test]
async fn many_references_are_written_together_or_not_at_all() {
    let (world, path) = with_subscriptions().await;
    let mette = world.mette();
    let all = mette.get(&path).await.json();
    let id = |place: usize| all["items"][place]["id"].clone();
    let send = async |key: &str, references: Value| {
        mette
            .clone()
            .with("idempotency-key", key)
            .post_json(
                &format!("{path}/references"),
                json!({ "references": references }),
            )
            .await
    };
    let nobody = "00000000-0000-7000-8000-000000000009";
    let refused = send(
        "unknown",
        json!([{ "subscription": id(0), "reference": "A" }, { "subscription": nobody, "reference": "B" }]),
    )
    .await;
    assert_eq!(refused.problem(), (422, "subscriptionUnknown".into()));
    assert_eq!(
        refused.json()["errors"][0]["pointer"],
        "/references/1/subscription"
    );
    let twice = json!([{ "subscription": id(0), "reference": "A" }, { "subscription": id(0), "reference": "\u{7}" }]);
    assert_eq!(
        send("twice", twice).await.json()["errors"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(send("none", json!([])).await.status, 400);
    let untouched = "SELECT COUNT(*) FROM subscriptions WHERE reference IS NOT NULL";
    assert_eq!(world.count(untouched).await, 0);
    let both = json!([{ "subscription": id(0), "reference": "A" }, { "subscription": id(1), "reference": "B" }]);
    assert_eq!(send("both", both).await.json(), json!({ "updated": 2 }));
    assert_eq!(world.count(untouched).await, 2);
}
