//! `switchboard fsck` finds what is wrong, and nothing where all is well.

use crate::support::{App, Org, mobile, telephony};
use domain::{access, invariants};
use platform::db::params;
use serde_json::json;
use std::collections::BTreeSet;

async fn found(app: &App) -> BTreeSet<&'static str> {
    let findings = invariants::look(app.db(), access::for_system())
        .await
        .expect("it can be looked at");
    findings
        .iter()
        .filter(|finding| finding.found > 0)
        .map(|finding| finding.check)
        .collect()
}

/// What somebody does to the data behind the service's back, how it is put right, and what is found in between.
const DAMAGES: &[(&str, &str, &[&str])] = &[
    (
        "UPDATE numbers SET holder = NULL, state = 'free' WHERE holder IN (SELECT id FROM subscriptions WHERE kind = 'mobile')",
        "UPDATE numbers SET state = 'active', holder = (SELECT s.id FROM subscriptions s WHERE s.number = numbers.id)
         WHERE id IN (SELECT number FROM subscriptions WHERE kind = 'mobile')",
        &["subscriptionWithoutItsNumber"],
    ),
    (
        "UPDATE sims SET holder = NULL, state = 'unassigned' WHERE holder IS NOT NULL",
        "UPDATE sims SET state = 'active', holder = (SELECT s.id FROM subscriptions s WHERE s.sim = sims.id)
         WHERE id IN (SELECT sim FROM subscriptions WHERE sim IS NOT NULL)",
        &["subscriptionWithoutItsSim"],
    ),
    (
        "UPDATE subscriptions SET state = 'ended' WHERE kind = 'mobile'",
        "UPDATE subscriptions SET state = 'active' WHERE kind = 'mobile'",
        &["numberOfEndedSubscription", "simOfEndedSubscription"],
    ),
    (
        "UPDATE order_items SET state = 'failed' WHERE position = 0",
        "UPDATE order_items SET state = 'completed' WHERE position = 0",
        &["itemAgainstSteps", "orderAgainstItems"],
    ),
    (
        "UPDATE saga_steps SET state = 'running' WHERE kind = 'network.mobile'",
        "UPDATE saga_steps SET state = 'done' WHERE kind = 'network.mobile'",
        &["itemAgainstSteps"],
    ),
    (
        "UPDATE order_items SET monthly = monthly + 1 WHERE position = 0",
        "UPDATE order_items SET monthly = monthly - 1 WHERE position = 0",
        &["orderAgainstItemPrices"],
    ),
    (
        "UPDATE orders SET monthly = monthly + 1",
        "UPDATE orders SET monthly = monthly - 1",
        &["orderAgainstItemPrices", "orderAgainstQuote"],
    ),
    (
        "UPDATE orders SET state = 'inProgress', executed_at = NULL",
        "UPDATE orders SET state = 'completed', executed_at = 1",
        &["orderAgainstItems", "orderNotInAuditLog", "orderWithoutNextStep"],
    ),
    (
        "UPDATE audit_entries SET at = at + 1 WHERE action = 'end_order'",
        "UPDATE audit_entries SET at = at - 1 WHERE action = 'end_order'",
        &["auditChain"],
    ),
    (
        "UPDATE audit_entries SET action = 'end_something' WHERE action = 'end_order'",
        "UPDATE audit_entries SET action = 'end_order' WHERE action = 'end_something'",
        &["auditChain", "orderNotInAuditLog"],
    ),
];

#[tokio::test]
async fn each_damage_is_found_and_told_apart() {
    let app = App::start().await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let number = || json!({ "from": "series" });
    let items = json!([
        telephony(&app, person, number()),
        mobile(&app, person, number(), card)
    ]);
    mette.order(items).await;
    app.work().await;
    assert_eq!(found(&app).await, BTreeSet::new());
    for (damage, mend, expected) in DAMAGES {
        for (sql, expected) in [
            (damage, expected.iter().copied().collect()),
            (mend, BTreeSet::new()),
        ] {
            let mut tx = app.db().begin().await.unwrap();
            assert!(tx.execute(sql, params![]).await.unwrap() > 0, "{sql}");
            tx.commit().await.unwrap();
            assert_eq!(found(&app).await, expected, "{sql}");
        }
    }
    app.end().await;
}

/// It looks at one moment: what is committed while it looks is not half there.
#[tokio::test]
async fn a_snapshot_does_not_move() {
    let app = App::start().await;
    let count = "SELECT COUNT(*) FROM quotes";
    let mut conn = app.db().snapshot().await.unwrap();
    let before: i64 = conn.one(count, params![]).await.unwrap().get(0).unwrap();
    let person = app.people(Org::Nordvind, true).await[0];
    let item = telephony(&app, person, json!({ "from": "series" }));
    app.mette().quote(json!([item])).await.ok(201);
    let after: i64 = conn.one(count, params![]).await.unwrap().get(0).unwrap();
    assert_eq!(after, before);
    assert!(conn.execute("DELETE FROM quotes", params![]).await.is_err());
    drop(conn);
    assert_eq!(app.count(count).await, before + 1);
    app.end().await;
}
