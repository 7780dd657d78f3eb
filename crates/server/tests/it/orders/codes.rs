//! What whoever has it takes the line with: activation codes and PUKs. They lie sealed, are shown to whom they concern after it
//! stands in the audit log, and are found nowhere else.

use crate::support::{App, Caller, Org, Wishes, mobile};
use platform::db::params;
use serde_json::{Value, json};
use uuid::Uuid;

/// Mads with an eSIM that the network has made ready: his person and the eSIM.
async fn mads_with_an_e_sim(app: &App) -> (Uuid, String) {
    let person = app.person(Org::Nordvind, "Mads Medarbejder").await;
    let mut item = mobile(app, person, json!({ "from": "series" }), Uuid::nil());
    item["sim"] = json!({ "from": "eSim" });
    app.ulla().order(json!([item])).await;
    app.work().await;
    let row = app.ulla().look(&format!("people/{person}")).await;
    assert_eq!(row["sims"][0]["kind"], "eSim", "{row}");
    let sim = row["sims"][0]["id"].as_str().expect("an id").to_owned();
    (person, sim)
}

fn code_path(by: &Caller<'_>, sim: &str) -> String {
    by.path(&format!("sims/{sim}/activation-code"))
}

/// Everything that lies in the database, as text; what is sealed stands there as bytes.
async fn everything(app: &App) -> String {
    let dump = app.dump(&[]).await;
    dump.into_values().flatten().collect::<Vec<_>>().join("\n")
}

/// Every mail that was sent, as it was.
fn mails(app: &App) -> String {
    let mails = app.sim.mailbox.mails(None);
    let text = |mail: &simulators::mailbox::Mail| {
        String::from_utf8_lossy(&mail.bytes()).into_owned() + &mail.read().text.unwrap_or_default()
    };
    mails.iter().map(text).collect()
}

/// Bytes as the dump shows them.
fn in_bytes(text: &str) -> String {
    let shown = format!("{:02x?}", text.as_bytes());
    shown.trim_matches(['[', ']']).to_owned()
}

#[tokio::test]
async fn an_activation_code_is_shown_once_to_whom_it_concerns_and_lies_nowhere() {
    let app = App::start().await;
    let (person, sim) = mads_with_an_e_sim(&app).await;
    let (mads, ulla, rita) = (app.mads(), app.ulla(), app.rita());
    let reason = json!({ "reason": "Sets up the telephone for him" });
    let none = json!({ "reason": null });
    let forbidden = (403, "forbidden".to_owned());
    let stale = (403, "freshSignInNeeded".to_owned());
    // Without a fresh sign-in nobody, without the right nobody else, and another organisation knows of nothing.
    for (by, body, told) in [
        (mads.clone(), none.clone(), &stale),
        (ulla.clone(), reason.clone(), &stale),
        (rita.freshly().await, reason.clone(), &forbidden),
    ] {
        let answer = by.post(&code_path(&by, &sim), body).await;
        assert_eq!(answer.problem(), *told, "{}", answer.text);
    }
    let hanne = app.hanne().freshly().await;
    let answer = hanne.post(&code_path(&hanne, &sim), reason.clone()).await;
    assert_eq!(answer.status, 404);
    let fresh = ulla.clone().freshly().await;
    let answer = fresh.post(&code_path(&ulla, &sim), none.clone()).await;
    assert_eq!(answer.fields()[0].0, "/reason", "{}", answer.text);
    let look_ups = "SELECT COUNT(*) FROM code_look_ups";
    assert_eq!(app.count(look_ups).await, 0);

    let fresh = mads.clone().freshly().await;
    let shown = fresh.post(&code_path(&mads, &sim), none.clone()).await;
    assert_eq!(shown.header("cache-control"), "no-store");
    let code = shown.ok(200)["activationCode"].clone();
    let code = code.as_str().expect("a code").to_owned();
    let matching = code.rsplit('$').next().expect("a matching id").to_owned();
    assert!(code.starts_with("LPA:1$") && matching.len() > 20, "{code}");
    let written = "SELECT COUNT(*) FROM code_look_ups l JOIN audit_entries e
        ON e.action = 'reveal_activation_code' AND e.subject_id = ?1
        WHERE l.own AND l.reason IS NULL AND l.kind = 'activationCode' AND e.detail LIKE '%\"own\":true%'";
    let mut conn = app.db().read().await.unwrap();
    let row = conn.one(written, params![sim.as_str()]).await.unwrap();
    assert_eq!(row.get::<i64>(0).unwrap(), 1);
    drop(conn);

    // Once is once, for him and for everybody.
    for (by, body) in [(&mads, none), (&ulla, reason)] {
        let fresh = by.clone().freshly().await;
        let again = fresh.post(&code_path(by, &sim), body).await;
        assert_eq!(again.problem(), (409, "alreadyShown".to_owned()));
    }
    assert_eq!(app.count(look_ups).await, 1);

    // It lies nowhere: not in a table, not in a mail, not in what anybody is told.
    app.run_jobs().await;
    let mut told = everything(&app).await;
    told.push_str(&mails(&app));
    for look in [
        "people",
        "sims",
        "orders?limit=500",
        "subscriptions",
        "numbers",
    ] {
        told.push_str(&ulla.look(look).await.to_string());
    }
    let profile = ulla.look(&format!("people/{person}")).await;
    told.push_str(&profile.to_string());
    for order in profile["orders"].as_array().expect("orders") {
        told.push_str(&ulla.see(order).await.to_string());
    }
    told.push_str(&mads.look("my-page").await.to_string());
    for canary in [matching.clone(), in_bytes(&matching), "LPA:".to_owned()] {
        assert!(!told.contains(&canary), "{canary} is found");
    }
    app.end().await;
}

/// What cannot be written down is not shown.
#[tokio::test]
async fn codes_that_cannot_be_audited_are_not_shown() {
    let app = App::start().await;
    let (_, sim) = mads_with_an_e_sim(&app).await;
    let ulla = app.ulla();
    let reason = json!({ "reason": "Asked for it at the desk" });
    let rename = async |from: &str, to: &str| {
        let mut tx = app.db().begin().await.unwrap();
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        tx.execute(&sql, params![]).await.unwrap();
        tx.commit().await.unwrap();
    };
    rename("audit_entries", "audit_entries_gone").await;
    for path in ["codes", "activation-code"] {
        let fresh = ulla.clone().freshly().await;
        let path = ulla.path(&format!("sims/{sim}/{path}"));
        let answer = fresh.post(&path, reason.clone()).await;
        assert!(answer.status >= 500, "{}", answer.text);
        assert!(
            !answer.text.contains("LPA") && !answer.text.contains("puk"),
            "{}",
            answer.text
        );
    }
    rename("audit_entries_gone", "audit_entries").await;
    assert_eq!(app.count("SELECT COUNT(*) FROM code_look_ups").await, 0);
    // Nothing was used up by it.
    let fresh = ulla.clone().freshly().await;
    let shown = fresh.post(&code_path(&ulla, &sim), reason.clone()).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let path = ulla.path(&format!("sims/{sim}/codes"));
    assert!(ulla.post(&path, reason).await.ok(200)["puk1"].is_string());
    app.end().await;
}

/// A line that moves to an eSIM and back: each profile has a code of its own, and one that was shown is never given to another.
#[tokio::test]
async fn a_profile_whose_code_was_shown_is_given_to_nobody_else() {
    let app = App::with(Wishes {
        sims: 3,
        ..Wishes::default()
    })
    .await;
    let mette = app.mette();
    let person = app.people(Org::Nordvind, true).await[0];
    let card = app.cards(Org::Nordvind).await[0];
    let order = mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    app.work().await;
    let line = order["items"][0]["subscription"].clone();
    let replace =
        json!({ "action": "replaceSim", "subscription": line, "sim": { "from": "eSim" } });
    let mut codes: Vec<Value> = Vec::new();
    for _ in 0..2 {
        let order = mette.order(json!([replace])).await;
        app.work().await;
        let row = mette.look(&format!("people/{person}")).await;
        let sim = row["sims"][0]["id"].as_str().expect("an id").to_owned();
        let fresh = mette.clone().freshly().await;
        let reason = json!({ "reason": "A new telephone" });
        let shown = fresh.post(&code_path(&mette, &sim), reason).await.ok(200);
        assert!(!codes.contains(&shown), "the same code twice");
        codes.push(shown);
        let id = order["id"].as_str().expect("an id");
        let key = app.fresh_key();
        let undone = mette
            .clone()
            .with("idempotency-key", &key)
            .post(&mette.path(&format!("orders/{id}/undo")), json!({}))
            .await
            .ok(202);
        app.work().await;
        assert_eq!(mette.see(&undone).await["state"], "completed");
        assert_eq!(mette.look("sims?state=retired").await["total"], codes.len());
    }
    app.end().await;
}
