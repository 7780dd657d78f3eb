//! What is ordered decides what is needed: each action, quoted, placed and cancelled by everybody.

use super::rules::{
    ANYTHING_FOR_PEOPLE, GOODS, Need, SERVICE, SERVICE_FOR_PEOPLE, TARGET, Verdict, personas,
};
use crate::support::{App, Org, Wishes, mobile, telephony};
use platform::db::params;
use serde_json::{Value, json};

/// What each action needs, by the product's table.
const ACTIONS: &[(&str, Need)] = &[
    ("activateTelephony", ANYTHING_FOR_PEOPLE),
    ("createMobile", ANYTHING_FOR_PEOPLE),
    ("changeMobilePackage", ANYTHING_FOR_PEOPLE),
    ("addAddOn", ANYTHING_FOR_PEOPLE),
    ("removeAddOn", ANYTHING_FOR_PEOPLE),
    ("suspendSim", SERVICE_FOR_PEOPLE),
    ("resumeSim", SERVICE_FOR_PEOPLE),
    ("replaceSim", ANYTHING_FOR_PEOPLE),
    ("changeNumber", SERVICE_FOR_PEOPLE),
    ("endSubscription", ANYTHING_FOR_PEOPLE),
    ("orderSims", GOODS),
    ("createCallGroup", SERVICE),
    ("changeCallGroup", SERVICE),
    ("removeCallGroup", SERVICE),
    ("buyHardware", GOODS),
    ("bookService", GOODS),
];

/// Two lines to be changed: one in use, with an add-on, and one that is blocked; and a call group.
struct Lines {
    line: Value,
    blocked: Value,
    group: Value,
}

async fn lines(app: &App) -> Lines {
    let admin = app.hanne();
    let people = app.people(TARGET, false).await;
    let cards = app.cards(TARGET).await;
    let mut made = Vec::new();
    for place in 0..2 {
        let next = json!({ "from": "series" });
        let order = admin.create_mobile(people[place], next, cards[place]).await;
        app.work().await;
        made.push(order["items"][0]["subscription"].clone());
    }
    let [line, blocked] = [made[0].clone(), made[1].clone()];
    let add_on = app.offering("data-5gb");
    admin
        .order(json!([
            { "action": "addAddOn", "subscription": line, "offering": add_on },
            { "action": "suspendSim", "subscription": blocked }
        ]))
        .await;
    app.work().await;
    let group = admin.order(json!([call_group(&blocked)])).await;
    app.work().await;
    let group = admin.see(&group).await["items"][0]["callGroup"]["id"].clone();
    Lines {
        line,
        blocked,
        group,
    }
}

fn call_group(member: &Value) -> Value {
    json!({
        "action": "createCallGroup", "name": "Reception", "number": { "from": "series" }, "members": [member],
        "strategy": "inOrder", "ringSeconds": 15
    })
}

/// An item of each action.
async fn item(app: &App, lines: &Lines, action: &str) -> Value {
    let line = &lines.line;
    let person = app.people(TARGET, true).await[2];
    let next = json!({ "from": "series" });
    match action {
        "activateTelephony" => telephony(app, person, next),
        "createMobile" => mobile(app, person, next, app.cards(TARGET).await[0]),
        "changeMobilePackage" => json!({
            "action": action, "subscription": line, "offering": app.offering("mobile-l")
        }),
        "addAddOn" => json!({
            "action": action, "subscription": line, "offering": app.offering("roaming-world")
        }),
        "removeAddOn" => json!({
            "action": action, "subscription": line, "offering": app.offering("data-5gb")
        }),
        "suspendSim" => json!({ "action": action, "subscription": line }),
        "resumeSim" => json!({ "action": action, "subscription": lines.blocked }),
        "replaceSim" => json!({
            "action": action, "subscription": line, "sim": { "from": "unassigned", "sim": app.cards(TARGET).await[0] }
        }),
        "changeNumber" => json!({ "action": action, "subscription": line, "number": next }),
        "endSubscription" => json!({ "action": action, "subscription": line, "number": "rest" }),
        "orderSims" => json!({ "action": action, "packs": 1 }),
        "buyHardware" => json!({
            "action": action, "lines": [{ "offering": app.offering("desk-phone"), "quantity": 1 }]
        }),
        "bookService" => json!({
            "action": action, "offering": app.offering("training-day"), "wish": "Call groups"
        }),
        "createCallGroup" => call_group(line),
        "changeCallGroup" => {
            json!({ "action": action, "callGroup": lines.group, "name": "Front desk" })
        }
        "removeCallGroup" => json!({ "action": action, "callGroup": lines.group }),
        other => panic!("the test has no item for the action {other}"),
    }
}

#[tokio::test]
async fn each_action_is_quoted_and_ordered_by_those_who_may() {
    let app = App::with(Wishes {
        people: vec![(TARGET, 40)],
        ..Wishes::default()
    })
    .await;
    let known = &crate::support::contract().document["components"]["schemas"]["Action"]["enum"];
    let tried: Vec<&str> = ACTIONS.iter().map(|(action, _)| *action).collect();
    assert_eq!(*known, json!(tried), "an action is not in this table");
    let admin = app.hanne();
    let lines = lines(&app).await;
    for persona in personas(&app).await {
        let caller = persona.caller(&app);
        for (action, need) in ACTIONS {
            let items = json!([item(&app, &lines, action).await]);
            let expected = persona.verdict(*need);
            let place = format!("{action} by {}", persona.name);
            let quote = caller.quote(items.clone()).await;
            assert_eq!(
                Verdict::of(quote.status),
                Some(expected),
                "{place}: {}",
                quote.text
            );
            // A quote is its maker's alone, whatever the other may do.
            let others = admin.quote(items).await.ok(201);
            let stolen = caller.place(&others["id"]).await;
            assert!(
                matches!(stolen.status, 401 | 403 | 404),
                "{place}: {}",
                stolen.text
            );
            let order = if expected == Verdict::Goes {
                let placed = caller.place(&quote.json()["id"]).await.ok(202);
                assert_eq!(placed["items"][0]["action"], *action);
                caller.cancel(&placed).await.ok(202)
            } else {
                let placed = admin.place(&others["id"]).await.ok(202);
                let answer = caller.cancel(&placed).await;
                assert_eq!(
                    Verdict::of(answer.status),
                    Some(expected),
                    "{place}: {}",
                    answer.text
                );
                admin.cancel(&placed).await.ok(202)
            };
            app.work().await;
            assert_eq!(admin.see(&order).await["state"], "cancelled");
        }
    }
    app.end().await;
}

#[tokio::test]
async fn a_right_that_was_taken_away_after_the_quote_is_gone() {
    let app = App::start().await;
    let ulla = app.ulla();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let next = json!({ "from": "series" });
    let quote = ulla
        .quote(json!([telephony(&app, person, next)]))
        .await
        .ok(201);
    let mut tx = app.db().begin().await.unwrap();
    tx.execute(
        "UPDATE role_assignments SET role = 'reader' WHERE role = 'userAdministrator'",
        params![],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        ulla.place(&quote["id"]).await.problem(),
        (403, "forbidden".to_owned())
    );
    let row = ulla.look(&format!("people/{person}")).await;
    let possible: Vec<_> = row["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| &action["possible"])
        .collect();
    assert!(
        possible.iter().all(|possible| **possible == json!(false)),
        "{row}"
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM orders").await, 0);
    app.end().await;
}
