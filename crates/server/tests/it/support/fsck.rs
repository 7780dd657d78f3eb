//! At the end of a test the books must agree: our database, what the network carried out, what Microsoft assigned, and what came
//! by mail. Nothing was done twice, nothing is missing, nothing is there that nobody ordered.

use super::{App, Org};
use domain::{access, invariants};
use platform::db::{Row, Value, params};
use simulators::network::{specifications::Specification, tmf::Action};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

struct Step {
    id: String,
    kind: String,
    state: String,
}

struct Item {
    id: Uuid,
    state: String,
    number: Option<String>,
    steps: Vec<Step>,
}

pub(super) async fn check(app: &App) {
    let items = items(app).await;
    check_orders(app).await;
    check_network(app, &items, &ports(app).await);
    check_microsoft(app, &items).await;
    check_stock(app).await;
    check_mails(app).await;
    let findings = invariants::look(app.db(), access::for_system())
        .await
        .expect("the database can be looked at");
    let wrong: Vec<_> = findings.iter().filter(|found| found.found > 0).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn rows(app: &App, sql: &str, values: &[Value]) -> Vec<Row> {
    let mut conn = app.db().read().await.expect("a connection");
    conn.all(sql, values).await.expect("rows")
}

async fn items(app: &App) -> Vec<Item> {
    let mut items = Vec::new();
    for row in rows(app, "SELECT id, state, number FROM order_items", params![]).await {
        let id: Uuid = row.get(0).expect("an id");
        let steps = rows(
            app,
            "SELECT id, kind, state FROM saga_steps WHERE saga = ?1 ORDER BY position",
            params![id],
        )
        .await;
        items.push(Item {
            id,
            state: row.get(1).expect("a state"),
            number: row.get(2).expect("a number"),
            steps: steps
                .iter()
                .map(|row| Step {
                    id: row.get::<Uuid>(0).expect("an id").to_string(),
                    kind: row.get(1).expect("a kind"),
                    state: row.get(2).expect("a state"),
                })
                .collect(),
        });
    }
    items
}

/// An order has ended when all its items have, in the state that follows from theirs.
async fn check_orders(app: &App) {
    for row in rows(app, "SELECT id, state, organisation FROM orders", params![]).await {
        let id: Uuid = row.get(0).expect("an id");
        let state: String = row.get(1).expect("a state");
        let organisation: Uuid = row.get(2).expect("an organisation");
        let items = rows(
            app,
            "SELECT state, organisation FROM order_items WHERE order_id = ?1",
            params![id],
        )
        .await;
        let states: BTreeSet<String> = items
            .iter()
            .map(|row| row.get(0).expect("a state"))
            .collect();
        for item in &items {
            assert_eq!(item.get::<Uuid>(1).expect("an organisation"), organisation);
        }
        let all = |wanted: &str| states.len() == 1 && states.contains(wanted);
        let fits = match state.as_str() {
            "completed" => all("completed"),
            "cancelled" => all("cancelled"),
            "failed" => states.contains("failed") && !states.contains("completed"),
            "partial" => states.contains("completed") && states.len() > 1,
            "held" => states.contains("held"),
            // It waits for its day.
            "pending" => all("acknowledged"),
            _ => false,
        };
        assert!(fits, "the order {id} is {state} with items {states:?}");
        let ended = i64::from(!matches!(state.as_str(), "held" | "pending"));
        for (action, expected) in [("place_order", 1), ("end_order", ended)] {
            let told = rows(
                app,
                "SELECT COUNT(*) FROM audit_entries WHERE organisation = ?1 AND action = ?2 AND subject_id = ?3",
                params![organisation, action, id.to_string()],
            )
            .await;
            let told: i64 = told[0].get(0).expect("a count");
            assert_eq!(told, expected, "{action} of {id} in the audit log");
        }
    }
}

/// What each submission of a case was asked under, and whether its number has moved.
async fn ports(app: &App) -> BTreeMap<String, bool> {
    let mut ports = BTreeMap::new();
    for row in rows(app, "SELECT id, attempt, state FROM ports", params![]).await {
        let id: Uuid = row.get(0).expect("an id");
        let attempts: i64 = row.get(1).expect("a count");
        let state: String = row.get(2).expect("a state");
        for attempt in 1..=attempts {
            let moved = state == "completed" && attempt == attempts;
            ports.insert(format!("port-{id}-{attempt}"), moved);
        }
    }
    ports
}

/// Each step took effect at the network as often as its state says, and each number moved as often as its case does.
fn check_network(app: &App, items: &[Item], ports: &BTreeMap<String, bool>) {
    let mut effects: BTreeMap<String, Vec<Action>> = BTreeMap::new();
    for effect in app.sim.network.effects(|effect| effect.applied) {
        effects
            .entry(effect.external_id.clone().unwrap_or_default())
            .or_default()
            .push(effect.action);
    }
    for (reference, moved) in ports {
        let moves = effects.remove(reference).unwrap_or_default().len();
        assert_eq!(moves, usize::from(*moved), "moves of {reference}");
    }
    for item in items {
        for step in item.steps.iter().filter(|s| s.kind.starts_with("network.")) {
            let done = effects.remove(&step.id).unwrap_or_default().len();
            let undone = effects
                .remove(&format!("{}-undo", step.id))
                .unwrap_or_default()
                .len();
            let place = format!("{} of the item {} is {}", step.kind, item.id, step.state);
            match step.state.as_str() {
                "done" => assert_eq!((done, undone), (1, 0), "{place}"),
                "pending" | "skipped" | "failed" => assert_eq!((done, undone), (0, 0), "{place}"),
                "compensated" => assert!(done <= 1 && done == undone, "{place}: {done}, {undone}"),
                _ => assert!(
                    item.state == "held" && done <= 1 && undone <= done,
                    "{place}"
                ),
            }
            if item.state == "completed" {
                assert_eq!(step.state, "done", "{place}");
            }
        }
    }
    assert!(
        effects.is_empty(),
        "effects that nobody ordered: {effects:#?}"
    );
}

/// A number is assigned in Teams when, and only when, a telephony subscription of that very person has it.
async fn check_microsoft(app: &App, items: &[Item]) {
    let mut expected = BTreeMap::new();
    for row in rows(
        app,
        "SELECT n.number, p.object_id FROM subscriptions s JOIN numbers n ON n.id = s.number JOIN people p ON p.id = s.person
         WHERE s.kind = 'telephony' AND s.state IN ('active', 'ending')",
        params![],
    )
    .await
    {
        let number: String = row.get(0).expect("a number");
        let object: Uuid = row.get(1).expect("an object id");
        expected.insert(number, object.to_string());
    }
    let held: BTreeSet<&str> = items
        .iter()
        .filter(|item| item.state == "held")
        .filter_map(|item| item.number.as_deref())
        .collect();
    let world = app.sim.microsoft.world.read();
    let mut found = BTreeMap::new();
    for org in Org::ALL {
        let tenant = world.tenant(org.tenant_text()).expect("a tenant");
        for line in tenant.numbers.values() {
            if let Some(target) = &line.target
                && !held.contains(line.number.as_str())
            {
                found.insert(line.number.clone(), target.clone());
            }
        }
    }
    assert_eq!(
        found, expected,
        "Teams (left) against subscriptions (right)"
    );
}

/// What was sent has come. What came twice, because nobody could know that it had come, came twice to the byte.
async fn check_mails(app: &App) {
    // First what was sent: where a server is at work, more comes while we look.
    let sent = rows(
        app,
        "SELECT id FROM mail_outbox WHERE state = 'sent'",
        params![],
    )
    .await;
    let mut came: BTreeMap<String, String> = BTreeMap::new();
    for mail in app.sim.mailbox.mails(None) {
        let id = mail
            .read()
            .headers
            .into_iter()
            .find(|header| header.name == "Message-ID")
            .map(|header| header.value)
            .expect("a mail has an id");
        let id = id
            .trim_matches(['<', ' '])
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned();
        let text = came.entry(id).or_insert_with(|| mail.raw.clone());
        assert_eq!(*text, mail.raw, "one mail, and another under its id");
    }
    for row in sent {
        let id: Uuid = row.get(0).expect("an id");
        assert!(
            came.contains_key(&id.to_string()),
            "the mail {id} never came"
        );
    }
}

/// Numbers, SIM cards, subscriptions and items hold one another.
async fn check_stock(app: &App) {
    for (what, sql) in [
        (
            "a number in use without a subscription that has it",
            "SELECT n.number, n.state FROM numbers n WHERE n.state IN ('active', 'reserved') AND NOT EXISTS
               (SELECT 1 FROM subscriptions s WHERE s.id = n.holder AND s.number = n.id AND s.organisation = n.organisation
                  AND ((n.state = 'active' AND s.state IN ('active', 'suspended', 'ending'))
                    OR (n.state = 'reserved' AND s.state = 'ordered')))
             AND NOT EXISTS (SELECT 1 FROM call_groups g WHERE g.id = n.holder AND g.number = n.id
               AND g.organisation = n.organisation AND ((n.state = 'active' AND g.state IN ('active', 'ending'))
                 OR (n.state = 'reserved' AND g.state = 'ordered')))
             AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.id = n.holder AND n.state = 'reserved'
               AND i.state IN ('acknowledged', 'inProgress', 'held'))",
        ),
        (
            "a SIM card in use without a subscription that has it",
            "SELECT m.iccid, m.state FROM sims m WHERE m.state IN ('active', 'suspended', 'reserved') AND NOT EXISTS
               (SELECT 1 FROM subscriptions s WHERE s.id = m.holder AND s.sim = m.id AND s.organisation = m.organisation
                  AND ((m.state = 'active' AND s.state IN ('active', 'ending'))
                    OR (m.state = 'suspended' AND s.state IN ('suspended', 'ending'))
                    OR (m.state = 'reserved' AND s.state = 'ordered')))
             AND NOT EXISTS (SELECT 1 FROM order_items i WHERE i.id = m.holder AND m.state = 'reserved'
               AND i.state IN ('acknowledged', 'inProgress', 'held'))",
        ),
        (
            "a subscription without its number",
            "SELECT s.id FROM subscriptions s WHERE s.state <> 'ended' AND NOT EXISTS
               (SELECT 1 FROM numbers n WHERE n.id = s.number AND n.holder = s.id)",
        ),
        (
            "a number in use whose history does not say so",
            "SELECT s.id FROM subscriptions s JOIN numbers n ON n.id = s.number
             WHERE s.state IN ('active', 'suspended', 'ending') AND NOT EXISTS
               (SELECT 1 FROM subscription_numbers h WHERE h.subscription = s.id AND h.number = n.number AND h.until_at IS NULL)",
        ),
        (
            "a number's history that goes on without it",
            "SELECT h.number FROM subscription_numbers h WHERE h.until_at IS NULL AND NOT EXISTS
               (SELECT 1 FROM subscriptions s JOIN numbers n ON n.id = s.number
                WHERE s.id = h.subscription AND n.number = h.number AND s.state IN ('active', 'suspended', 'ending'))",
        ),
        (
            "a mobile subscription without its card",
            "SELECT s.id FROM subscriptions s WHERE s.state <> 'ended' AND s.kind = 'mobile' AND NOT EXISTS
               (SELECT 1 FROM sims m WHERE m.id = s.sim AND m.holder = s.id)",
        ),
        (
            "a subscription that no item asked for",
            "SELECT s.id FROM subscriptions s WHERE NOT EXISTS (SELECT 1 FROM order_items i WHERE i.subscription = s.id)",
        ),
        (
            "an item whose subscription stands otherwise",
            "SELECT i.id, i.state, s.state FROM order_items i JOIN subscriptions s ON s.id = i.subscription WHERE NOT
               ((i.state = 'completed' AND s.state <> 'ordered') OR (i.state IN ('failed', 'cancelled') AND s.state <> 'ordered')
                OR (i.state IN ('acknowledged', 'inProgress', 'held') AND s.state = 'ordered'))
             AND i.action IN ('activateTelephony', 'createMobile') AND NOT EXISTS
               (SELECT 1 FROM order_items l WHERE l.subscription = i.subscription AND l.id > i.id
                  AND l.action IN ('activateTelephony', 'createMobile'))",
        ),
        (
            "an ended subscription that still costs, or a live one that does not",
            "SELECT s.id, s.state FROM subscriptions s WHERE (s.state IN ('ended', 'ordered')) = EXISTS
               (SELECT 1 FROM subscription_intervals i WHERE i.subscription = s.id AND i.ended_at IS NULL)",
        ),
        (
            "a subscription whose price is not that of its intervals",
            "SELECT s.id, s.monthly FROM subscriptions s WHERE s.state IN ('active', 'suspended', 'ending') AND s.monthly <>
               (SELECT SUM(i.monthly) FROM subscription_intervals i WHERE i.subscription = s.id AND i.ended_at IS NULL)",
        ),
        (
            "a number that was given back and is not where it came from",
            "SELECT n.number FROM numbers n WHERE n.state = 'free' AND n.organisation <> n.origin",
        ),
    ] {
        let found: Vec<String> = rows(app, sql, params![])
            .await
            .iter()
            .map(super::database::shown)
            .collect();
        assert!(found.is_empty(), "{what}: {found:#?}");
    }
    let active: BTreeSet<String> = rows(
        app,
        "SELECT n.number FROM subscriptions s JOIN numbers n ON n.id = s.number WHERE s.state IN ('active', 'suspended', 'ending')
         UNION SELECT n.number FROM call_groups g JOIN numbers n ON n.id = g.number WHERE g.state IN ('active', 'ending')",
        params![],
    )
    .await
    .iter()
    .map(|row| row.get(0).expect("a number"))
    .collect();
    let held = rows(app, "SELECT 1 FROM orders WHERE state = 'held'", params![]).await;
    if held.is_empty() {
        let served: BTreeSet<String> = app
            .sim
            .network
            .services()
            .into_iter()
            // That a number moved here once says nothing of whether it is served.
            .filter(|(_, active)| active.specification != Specification::NumberPortability)
            .flat_map(|(_, active)| active.characteristics)
            .filter(|(name, _)| name == "msisdn" || name == "number")
            .map(|(_, number)| number)
            .collect();
        assert_eq!(
            served, active,
            "the network (left) against subscriptions (right)"
        );
    }
}
