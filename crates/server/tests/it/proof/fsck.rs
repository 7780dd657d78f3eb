//! `switchboard fsck` finds what is wrong, and nothing where all is well.

use crate::{
    organisation::usage::{HEADING, upload},
    support::{App, Org, mobile, telephony},
};
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
        &["callGroupMemberWithoutLine", "numberOfEndedSubscription", "simOfEndedSubscription"],
    ),
    (
        "UPDATE order_items SET state = 'failed' WHERE action = 'activateTelephony'",
        "UPDATE order_items SET state = 'completed' WHERE action = 'activateTelephony'",
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
        "UPDATE call_groups SET number = NULL",
        "UPDATE call_groups SET number = (SELECT n.id FROM numbers n WHERE n.holder = call_groups.id)",
        &["callGroupWithoutItsNumber"],
    ),
    (
        "UPDATE call_groups SET number = NULL, state = 'ended', ended_at = 1",
        "UPDATE call_groups SET state = 'active', ended_at = NULL, number = (SELECT n.id FROM numbers n WHERE n.holder = call_groups.id)",
        &["callGroupMemberWithoutLine", "numberOfEndedCallGroup"],
    ),
    (
        "INSERT INTO call_group_members (organisation, call_group, subscription, position)
         SELECT g.organisation, g.id, s.id, 99 FROM call_groups g, subscriptions s WHERE s.kind = 'telephony'",
        "DELETE FROM call_group_members WHERE position = 99",
        &["callGroupMemberWithoutLine"],
    ),
    (
        "UPDATE call_groups SET moved_by = (SELECT i.id FROM order_items i WHERE i.action = 'createCallGroup')",
        "UPDATE call_groups SET moved_by = NULL",
        &["callGroupMovedByNobody"],
    ),
    (
        "UPDATE subscriptions SET number = (SELECT g.number FROM call_groups g) WHERE kind = 'telephony'",
        "UPDATE subscriptions SET number = (SELECT n.id FROM numbers n WHERE n.holder = subscriptions.id) WHERE kind = 'telephony'",
        &["numberOnSubscriptionAndCallGroup", "subscriptionWithoutItsNumber"],
    ),
    (
        "DROP INDEX subscriptions_number;
         UPDATE subscriptions SET number = (SELECT s.number FROM subscriptions s WHERE s.kind = 'telephony')",
        "UPDATE subscriptions SET number = (SELECT n.id FROM numbers n WHERE n.holder = subscriptions.id);
         CREATE UNIQUE INDEX subscriptions_number ON subscriptions (number) WHERE state <> 'ended'",
        &["numberOnTwoSubscriptions", "subscriptionWithoutItsNumber"],
    ),
    (
        "DROP INDEX subscriptions_sim;
         UPDATE subscriptions SET sim = (SELECT s.sim FROM subscriptions s WHERE s.kind = 'mobile')",
        "UPDATE subscriptions SET sim = (SELECT c.id FROM sims c WHERE c.holder = subscriptions.id);
         CREATE UNIQUE INDEX subscriptions_sim ON subscriptions (sim) WHERE state <> 'ended'",
        &["simOnTwoSubscriptions", "subscriptionWithoutItsSim"],
    ),
    (
        "INSERT INTO sim_arrivals (id, organisation, item, iccid, imsi, codes)
         SELECT i.id, i.organisation, i.id, '8945000000000000000', '238010000000000', c.codes FROM order_items i, sims c
         WHERE i.action = 'orderSims' AND c.holder IS NOT NULL",
        "DELETE FROM sim_arrivals",
        &["cardsOfEndedOrder"],
    ),
    (
        "UPDATE order_items SET position = 99, order_id = (SELECT i.order_id FROM order_items i WHERE i.action = 'createCallGroup')
         WHERE action = 'orderSims'",
        "UPDATE order_items SET position = 0, order_id =
           (SELECT o.id FROM orders o WHERE NOT EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id))
         WHERE action = 'orderSims'",
        &["orderWithoutItems"],
    ),
    (
        "UPDATE order_lines SET price = price + 1",
        "UPDATE order_lines SET price = price - 1",
        &["itemAgainstLines"],
    ),
    (
        "INSERT INTO order_answers (item, organisation, confirmed, answered_at, answered_by)
         SELECT i.id, i.organisation, TRUE, 0, o.requested_by FROM order_items i JOIN orders o ON o.id = i.order_id
         WHERE i.action = 'buyHardware'",
        "DELETE FROM order_answers",
        &["answerWithoutBooking"],
    ),
    (
        "UPDATE usage_totals SET counted = counted + 1",
        "UPDATE usage_totals SET counted = counted - 1",
        &["usageTotalAgainstRecords"],
    ),
    (
        "UPDATE usage_records SET kind = 'sms'",
        "UPDATE usage_records SET kind = 'data'",
        &["usageTotalAgainstRecords"],
    ),
    (
        "UPDATE usage_notices SET period = '2001-01'",
        "UPDATE usage_notices SET period = (SELECT t.period FROM usage_totals t)",
        &["limitPassedWithoutUsage"],
    ),
    (
        "INSERT INTO billed_usage (organisation, subscription, period, kind, records, domestic, eu, world, premium)
         SELECT organisation, subscription, period, kind, records + 1, 0, 0, 0, 0 FROM usage_totals",
        "DELETE FROM billed_usage",
        &["usageAgainstRecords"],
    ),
    (
        "UPDATE invoice_lines SET product_en = 'x' || product_en",
        "UPDATE invoice_lines SET product_en = SUBSTR(product_en, 2)",
        &["invoiceAltered"],
    ),
    (
        "UPDATE invoice_lines SET amount = amount + 1",
        "UPDATE invoice_lines SET amount = amount - 1",
        &["invoiceAgainstLines", "invoiceAltered"],
    ),
    (
        "UPDATE invoice_sums SET amount = amount + 1",
        "UPDATE invoice_sums SET amount = amount - 1",
        &["invoiceAgainstSums"],
    ),
    (
        "UPDATE invoices SET net = net + 1, gross = gross + 1",
        "UPDATE invoices SET net = net - 1, gross = gross - 1",
        &["invoiceAgainstLines", "invoiceAgainstSums", "invoiceAltered"],
    ),
    (
        "UPDATE invoices SET head = REPLACE(head, '\"en\"', '\"da\"')",
        "UPDATE invoices SET head = REPLACE(head, '\"da\"', '\"en\"')",
        &["invoiceAltered"],
    ),
    (
        "UPDATE invoice_series SET last = last + 1",
        "UPDATE invoice_series SET last = last - 1",
        &["invoiceNumberGap"],
    ),
    (
        "UPDATE billing_runs SET invoice = payer WHERE state = 'issued'",
        "UPDATE billing_runs SET invoice = (SELECT i.id FROM invoices i WHERE i.organisation = payer) WHERE state = 'issued'",
        &["runAgainstInvoice"],
    ),
    (
        "UPDATE invoice_lines SET invoice = charged",
        "UPDATE invoice_lines SET invoice = (SELECT i.id FROM invoices i)",
        &["invoiceAgainstLines", "invoiceAltered", "linesWithoutInvoice"],
    ),
    (
        "UPDATE audit_heads SET organisation = (SELECT g.id FROM call_groups g)
         WHERE organisation = (SELECT g.organisation FROM call_groups g)",
        "UPDATE audit_heads SET organisation = (SELECT g.organisation FROM call_groups g)
         WHERE organisation = (SELECT g.id FROM call_groups g)",
        &["auditChain", "auditWithoutHead"],
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
    let order = mette.order(items).await;
    app.work().await;
    let group = json!({
        "action": "createCallGroup", "name": "Reception", "number": number(), "members": [person],
        "strategy": "inOrder", "ringSeconds": 15
    });
    mette.order(json!([group])).await;
    let pack = json!({ "action": "orderSims", "packs": 1 });
    mette.order_to(json!([pack]), "Kajen 3").await;
    let line = json!({ "offering": app.offering("desk-phone"), "quantity": 2 });
    let goods = json!({ "action": "buyHardware", "lines": [line] });
    mette.order_to(json!([goods]), "Kajen 3").await;
    app.work().await;
    let line = order["items"][1]["subscription"].as_str();
    let line = line.and_then(|id| id.parse().ok()).expect("a line");
    app.invoice(Org::Nordvind, line).await;
    // All of the month's data, so that a limit is passed.
    let used = format!(
        "{HEADING}core,1,{},data,,,20000000000,{}\n",
        order["items"][1]["number"].as_str().expect("a number"),
        app.just_now()
    );
    upload(&app.olivia(), "november", &used).await.ok(200);
    app.run_jobs().await;

    assert_eq!(found(&app).await, BTreeSet::new());
    for (damage, mend, expected) in DAMAGES {
        for (sql, expected) in [
            (damage, expected.iter().copied().collect()),
            (mend, BTreeSet::new()),
        ] {
            let mut tx = app.db().begin().await.unwrap();
            let mut changed = 0;
            for statement in sql.split(';') {
                changed += tx.execute(statement, params![]).await.unwrap();
            }
            assert!(changed > 0, "{sql}");
            tx.commit().await.unwrap();
            assert_eq!(found(&app).await, expected, "{sql}");
        }
    }
    // Whoever adds a check shows what it finds. The engine's own is not for us to damage.
    let shown: BTreeSet<&str> = DAMAGES
        .iter()
        .flat_map(|(.., expected)| expected.iter().copied())
        .chain(["damage"])
        .collect();
    let findings = invariants::look(app.db(), access::for_system()).await;
    let checks = findings.expect("it can be looked at");
    let checks: BTreeSet<&str> = checks.iter().map(|finding| finding.check).collect();
    assert_eq!(shown, checks);
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
