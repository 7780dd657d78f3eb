//! Another organisation's things in one's own requests: they do not exist from here.

use crate::support::{App, Org, contract, database::differences, pointed};
use serde_json::{Value, json};
use uuid::Uuid;

/// What is written by asking, whatever is asked for.
const ASKING: &[&str] = &["quotes", "principals", "step_ups"];

#[tokio::test]
async fn a_foreign_id_in_a_path_is_not_there_and_changes_nothing() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let ours = app.things(Org::Nordvind, &mette).await;
    let theirs = app.things(Org::Havn, &hanne).await;
    let before = app.dump(ASKING).await;
    let mut swapped = 0;
    for described in contract()
        .operations
        .iter()
        .filter(|d| d.has_organisation())
    {
        let sample = app.sample(described, &ours);
        for (own, foreign) in [
            (ours.organisation, theirs.organisation),
            (ours.person, theirs.person),
            (ours.order, theirs.order),
            (ours.free_number, theirs.free_number),
            (ours.request, theirs.request),
            (ours.port, theirs.port),
            (ours.subscription, theirs.subscription),
            (ours.sim, theirs.sim),
            (ours.local, theirs.local),
            (ours.e_sim, theirs.e_sim),
            (ours.bulk, theirs.bulk),
            (ours.invoice, theirs.invoice),
        ] {
            // Mette works on no queue and operates nothing: she is refused before anything is looked for.
            let operators = ["resolve_work", "credit_invoice"].contains(&described.id.as_str());
            let not_hers = operators && own != ours.organisation;
            // One that is no id is a mistake in a query and nothing in a path: here it is about paths.
            let path = sample.path.split('?').next().unwrap_or_default();
            if not_hers || !path.contains(&own.to_string()) {
                continue;
            }
            for other in [
                foreign.to_string(),
                Uuid::from_u128(9).to_string(),
                "x".to_owned(),
            ] {
                let mut with = sample.clone();
                with.path = sample.path.replace(&own.to_string(), &other);
                let answer = mette.try_out(described, &with).await;
                assert_eq!(
                    answer.problem(),
                    (404, "notFound".to_owned()),
                    "{} {other}",
                    described.id
                );
                swapped += 1;
            }
        }
    }
    assert!(swapped > 30, "only {swapped} ids were swapped");
    assert_eq!(
        differences(&before, &app.dump(ASKING).await),
        Vec::<String>::new()
    );
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn a_foreign_id_in_an_order_is_pointed_to_and_changes_nothing() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let ours = app.things(Org::Nordvind, &mette).await;
    let theirs = app.things(Org::Havn, &hanne).await;
    let described = contract()
        .operations
        .iter()
        .find(|operation| operation.id == "quote_order");
    let sample = app.sample(described.expect("quoting is in the contract"), &ours);
    let body = sample.body.expect("a body");
    let before = app.dump(ASKING).await;
    let nobody = json!(Uuid::from_u128(9));
    for (at, values, code) in [
        (
            "/items/0/person",
            vec![json!(theirs.person), nobody.clone()],
            "personUnknown",
        ),
        (
            "/items/0/number/number",
            vec![json!(theirs.number), json!("+4520999999")],
            "numberUnknown",
        ),
        (
            "/items/0/sim/sim",
            vec![json!(theirs.card), nobody.clone()],
            "simUnknown",
        ),
        ("/items/0/offering", vec![nobody], "offeringNotSold"),
    ] {
        let mut told = Vec::new();
        for value in values {
            let mut with = body.clone();
            *with.pointer_mut(at).expect("a field") = value.clone();
            let quote = mette.post(&sample.path, with).await.ok(201);
            assert_eq!(
                pointed(&quote["problems"]),
                [(at.to_owned(), code.to_owned())]
            );
            let placed = mette.place(&quote["id"]).await;
            assert_eq!(placed.status, 422, "{}", placed.text);
            // Another's and nobody's look the same.
            told.push(quote["problems"].clone());
        }
        assert!(
            told.iter().all(|problems| *problems == told[0]),
            "{told:#?}"
        );
    }
    for quote in [theirs.quote, Uuid::from_u128(9)] {
        assert_eq!(
            mette.place(&json!(quote)).await.problem(),
            (404, "notFound".to_owned())
        );
    }
    assert_eq!(
        differences(&before, &app.dump(ASKING).await),
        Vec::<String>::new()
    );
    app.work().await;
    app.end().await;
}

/// What one organisation is told does not depend on what another has.
#[tokio::test]
async fn another_organisations_doings_do_not_show() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let looks = [
        "people",
        "numbers",
        "number-series",
        "sims",
        "orders",
        "dashboard",
        "catalogue/offerings",
    ];
    let mut before = Vec::new();
    for look in looks {
        before.push(mette.look(look).await);
    }
    let person = app.people(Org::Havn, true).await[0];
    hanne
        .activate_telephony(person, json!({ "from": "new" }))
        .await;
    app.work().await;
    for (look, before) in looks.iter().zip(before) {
        assert_eq!(mette.look(look).await, before, "{look}");
    }
    // The order numbers are the operator's, one after the other; what a list holds is not.
    let order = mette
        .activate_telephony(
            app.people(Org::Nordvind, true).await[0],
            json!({ "from": "new" }),
        )
        .await;
    assert_eq!(mette.look("orders").await["total"], 1);
    assert_eq!(order["state"], Value::from("acknowledged"));
    app.work().await;
    app.end().await;
}
