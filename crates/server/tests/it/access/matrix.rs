//! Every operation of the contract, tried by everybody.

use super::rules::{NEEDS, Need, Persona, TARGET, Verdict, permissions, personas, roles};
use crate::support::{App, Caller, Described, Things, Wishes, contract};
use platform::db::params;
use serde_json::{Value, json};
use std::{collections::BTreeSet, fmt::Write};
use uuid::Uuid;

fn need(operation: &str) -> Need {
    NEEDS
        .iter()
        .find(|(id, _)| *id == operation)
        .unwrap_or_else(|| panic!("the matrix does not say what {operation} needs"))
        .1
}

/// What somebody tries an operation on: what it uses up is made anew for each who may use it up.
async fn things_for(app: &App, described: &Described, things: &mut Things, persona: &Persona) {
    let goes = persona.verdict(need(&described.id)) == Verdict::Goes;
    if described.path.contains("{port}") {
        // Whoever handles a case moves it on.
        things.port = app.fresh_port(things.order, true).await;
    }
    if described.id == "reveal_e_sim" && goes {
        things.e_sim = app.e_sim(TARGET).await;
    }
    if described.id.ends_with("e_local_person") && goes {
        things.local = app.local_person(TARGET).await;
    }
    match described.id.as_str() {
        "close_period" if goes => things.period = app.past_month().to_string(),
        "credit_invoice" if goes => {
            things.invoice = app.invoice(TARGET, things.subscription).await;
        }
        _ => {}
    }
    let maker: Caller<'_> = match described.id.as_str() {
        "place_order" if goes => persona.caller(app),
        "revoke_role" if goes => {
            things.assignment = app.assignment(TARGET).await;
            return;
        }
        "remove_notification_address"
        | "confirm_notification_address"
        | "unsubscribe_notification_address"
            if goes =>
        {
            things.address = app.address(TARGET).await;
            return;
        }
        "resolve_work" if goes => {
            let asked = app.hanne().ask("question").await;
            let id = asked["id"].as_str().and_then(|id| id.parse().ok());
            things.request = id.expect("an id");
            return;
        }
        "assign_role" if goes => {
            take_the_role_back(app, things.person).await;
            return;
        }
        "cancel_order" | "update_order" | "undo_order" if goes => app.hanne(),
        _ => return,
    };
    take_everything_back(app).await;
    *things = app.things(TARGET, &maker).await;
    match described.id.as_str() {
        "update_order" => things.order = waiting(app).await,
        "undo_order" => things.order = undoable(app).await,
        _ => {}
    }
}

/// An order that waits for its day.
async fn waiting(app: &App) -> Uuid {
    let hanne = app.hanne();
    let line = line(app).await["id"].clone();
    let item = json!({ "action": "replaceSim", "subscription": line, "date": app.day(10),
        "sim": { "from": "unassigned", "sim": app.cards(TARGET).await[0] } });
    let open = hanne.look("orders?state=pending").await;
    for order in open["items"].as_array().expect("a list") {
        hanne.cancel(order).await.ok(202);
    }
    app.run_jobs().await;
    let order = hanne.order(json!([item])).await;
    id_of(&order)
}

/// A completed order that can be undone: a line is blocked, or opened.
async fn undoable(app: &App) -> Uuid {
    let hanne = app.hanne();
    let line = line(app).await;
    let action = if line["state"] == "active" {
        "suspendSim"
    } else {
        "resumeSim"
    };
    let order = hanne
        .order(json!([{ "action": action, "subscription": line["id"] }]))
        .await;
    app.work().await;
    id_of(&order)
}

/// The mobile subscription of somebody of whom no other sample is; made when it is not there.
async fn line(app: &App) -> Value {
    let hanne = app.hanne();
    // What is only placed so far must not be carried out on the way: its person, number and card are wanted again.
    take_everything_back(app).await;
    let person = app.people(TARGET, true).await[2];
    let row = hanne.look(&format!("people/{person}")).await;
    if row["subscriptions"][0].is_object() {
        return row["subscriptions"][0].clone();
    }
    let cards = app.cards(TARGET).await;
    let card = *cards.last().expect("a card");
    hanne
        .create_mobile(person, json!({ "from": "new" }), card)
        .await;
    app.work().await;
    hanne.look(&format!("people/{person}")).await["subscriptions"][0].clone()
}

fn id_of(order: &Value) -> Uuid {
    order["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an order's id")
}

/// So that the same people, numbers and cards can be ordered for again.
async fn take_everything_back(app: &App) {
    let hanne = app.hanne();
    let open = hanne.look("orders?state=acknowledged").await;
    for order in open["items"].as_array().expect("a list") {
        if hanne.see(order).await["cancellable"] == json!(true) {
            hanne.cancel(order).await.ok(202);
        }
    }
    app.work().await;
}

/// So that the same person can be given it again.
async fn take_the_role_back(app: &App, person: Uuid) {
    let object = app.object_of(person).await;
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.execute(
        "DELETE FROM role_assignments WHERE principal IN (SELECT id FROM principals WHERE object_id = ?1)",
        params![object],
    )
    .await
    .expect("the role can go");
    tx.commit().await.expect("the role is gone");
}

#[tokio::test]
async fn every_operation_has_its_verdict_for_everybody() {
    let app = App::with(Wishes {
        people: vec![(TARGET, 40)],
        ..Wishes::default()
    })
    .await;
    let personas = personas(&app).await;
    let mut things = app.things(TARGET, &app.hanne()).await;
    let ids: BTreeSet<&str> = contract()
        .operations
        .iter()
        .map(|operation| operation.id.as_str())
        .collect();
    for (id, _) in NEEDS {
        assert!(
            ids.contains(id),
            "{id} is in the matrix and not in the contract"
        );
    }
    let mut table = String::new();
    let mut wrong = Vec::new();
    for described in &contract().operations {
        writeln!(table, "{}", described.id).expect("a text");
        let mut by_verdict: Vec<(Verdict, Vec<&str>)> = Vec::new();
        for persona in &personas {
            let expected = persona.verdict(need(&described.id));
            things_for(&app, described, &mut things, persona).await;
            let sample = app.sample(described, &things);
            let answer = persona.caller(&app).try_out(described, &sample).await;
            if Verdict::of(answer.status) != Some(expected) {
                wrong.push(format!(
                    "{} by {}: {} instead of {}: {}",
                    described.id,
                    persona.name,
                    answer.status,
                    expected.word(),
                    answer.text
                ));
            }
            match by_verdict
                .iter_mut()
                .find(|(verdict, _)| *verdict == expected)
            {
                Some((_, names)) => names.push(&persona.name),
                None => by_verdict.push((expected, vec![&persona.name])),
            }
        }
        for (verdict, names) in by_verdict {
            writeln!(table, "  {}: {}", verdict.word(), names.join("; ")).expect("a text");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    insta::assert_snapshot!("matrix", table);
    app.work().await;
    app.end().await;
}

#[tokio::test]
async fn everybody_is_told_the_roles_and_permissions_that_they_have() {
    let app = App::start().await;
    for persona in personas(&app).await {
        if persona.verdict(Need::SignedIn) != Verdict::Goes {
            continue;
        }
        let me = persona.caller(&app).get("/api/v1/me").await.ok(200);
        let listed = me["organisations"].as_array().expect("a list");
        let ours = app.org(TARGET).to_string();
        let Some(entry) = listed.iter().find(|entry| entry["id"] == json!(ours)) else {
            assert!(!persona.knows_of(TARGET), "{}", persona.name);
            continue;
        };
        assert!(persona.knows_of(TARGET), "{}", persona.name);
        let told = |field: &str| -> BTreeSet<String> {
            entry[field]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let expected = persona
            .reach(TARGET)
            .into_iter()
            .map(str::to_owned)
            .collect();
        assert_eq!(told("permissions"), expected, "{}", persona.name);
    }
    for role in roles() {
        assert!(permissions(role).contains("read"), "{role}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_refused_attempt_stands_in_the_audit_log() {
    let app = App::start().await;
    let (mads, rita) = (app.mads(), app.rita());
    assert_eq!(mads.get(&mads.path("people")).await.status, 403);
    let answer = rita.post(&rita.path("directory/sync"), json!({})).await;
    assert_eq!(answer.problem(), (403, "forbidden".to_owned()));
    // Somebody who may not know of an organisation leaves no trace in its log.
    let hanne = app.hanne();
    let path = app.path(crate::support::Org::Nordvind, "people");
    assert_eq!(hanne.get(&path).await.status, 404);
    let mut conn = app.db().read().await.unwrap();
    let rows = conn
        .all(
            "SELECT e.subject_id, p.username FROM audit_entries e JOIN principals p ON p.id = e.principal
             WHERE e.action = 'deny' AND e.organisation = ?1 ORDER BY e.sequence",
            params![app.org(crate::support::Org::Nordvind)],
        )
        .await
        .unwrap();
    let entries: Vec<(String, String)> = rows
        .iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
        .collect();
    drop(conn);
    let entry =
        |operation: &str, name: &str| (operation.to_owned(), format!("{name}@nordvind.example"));
    assert_eq!(
        entries,
        [
            entry("list_people", "mads.medarbejder"),
            entry("sync_directory", "rita.reader")
        ]
    );
    app.end().await;
}

/// An id that names nothing, and one that is none, look the same as an organisation that one may not know of.
#[tokio::test]
async fn what_one_may_not_know_of_looks_like_nothing() {
    let app = App::start().await;
    let mette = app.mette();
    let mut bodies = BTreeSet::new();
    for id in [
        app.org(TARGET).to_string(),
        Uuid::from_u128(7).to_string(),
        "no-id".to_owned(),
    ] {
        let answer = mette
            .get(&format!("/api/v1/organisations/{id}/people"))
            .await;
        assert_eq!(answer.status, 404);
        let mut body = answer.json();
        body["requestId"] = Value::Null;
        bodies.insert(body.to_string());
    }
    assert_eq!(bodies.len(), 1, "{bodies:#?}");
    app.end().await;
}

/// A role on a parent reaches what is below it, and the switcher finds it.
#[tokio::test]
async fn each_sees_their_part_of_the_tree() {
    use crate::support::Org;
    let app = App::start().await;
    for (caller, expected) in [
        (app.olivia(), Org::ALL.to_vec()),
        (app.sofus(), vec![Org::Kontorpartner, Org::Fjord, Org::Havn]),
        (app.hanne(), vec![Org::Havn]),
        (app.mads(), vec![Org::Nordvind]),
        (app.svend(), Vec::new()),
    ] {
        let listed = caller.get("/api/v1/organisations").await.ok(200);
        let names = |list: &Value| -> BTreeSet<String> {
            let items = list["items"].as_array().expect("a list");
            let name = |item: &Value| item["name"].as_str().map(str::to_owned);
            items.iter().filter_map(name).collect()
        };
        let expected: BTreeSet<String> = expected.iter().map(|org| org.name().to_owned()).collect();
        assert_eq!(names(&listed), expected);
        assert_eq!(listed["total"], expected.len());
        let found = caller.get("/api/v1/organisations?q=HAVN").await.ok(200);
        let havn = expected.contains(Org::Havn.name());
        assert_eq!(found["total"], u64::from(havn));
    }
    app.end().await;
}
