//! What is logged holds ids: no token, no cookie, no body, nobody's name, address or number, at any level.

use crate::support::{App, Org, Proof, mobile, telephony};
use serde_json::json;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

// One thread, so that the subscriber of this thread hears everything.
#[tokio::test(flavor = "current_thread")]
async fn the_log_tells_of_nobody() {
    let lines = Lines::default();
    let writer = lines.clone();
    let ours = tracing_subscriber::EnvFilter::new("trace,simulators=off");
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(ours)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // A second subscriber, which hears nothing. While there is only one, `tracing` asks the thread that comes first to a
    // place in the code whether anybody listens there, and keeps the answer: a test beside this one would silence it.
    let _deaf = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let guard = tracing::subscriber::set_default(subscriber);

    let app = App::start().await;
    let mette = app.mette();
    let person = app.person(Org::Nordvind, "Rita Reader").await;
    let number = Org::Nordvind.landline(2);
    let card = app.cards(Org::Nordvind).await[0];
    let comment = "Canary-comment-for-nobody";
    let items = json!([telephony(
        &app,
        person,
        json!({ "from": "series", "number": number })
    )]);
    let quote = mette
        .post(
            &mette.path("quotes"),
            json!({ "items": items, "comment": comment }),
        )
        .await
        .ok(201);
    mette.place(&quote["id"]).await.ok(202);
    mette
        .create_mobile(person, json!({ "from": "series" }), card)
        .await;
    app.work().await;
    // An eSIM, and what makes it work: shown to whom it concerns.
    let other = app.person(Org::Nordvind, "Mads Medarbejder").await;
    let mut item = mobile(&app, other, json!({ "from": "series" }), uuid::Uuid::nil());
    item["sim"] = json!({ "from": "eSim" });
    mette.order(json!([item])).await;
    app.work().await;
    let row = mette.look(&format!("people/{other}")).await;
    let sim = row["sims"][0]["id"].as_str().expect("an id");
    let reason = json!({ "reason": "Canary-reason" });
    let mut codes = Vec::new();
    for path in ["codes", "activation-code"] {
        let fresh = mette.clone().freshly().await;
        let path = mette.path(&format!("sims/{sim}/{path}"));
        codes.push(fresh.post(&path, reason.clone()).await.ok(200));
    }
    let activation = codes[1]["activationCode"].as_str().expect("a code");
    let matching = activation
        .rsplit('$')
        .next()
        .expect("a matching id")
        .to_owned();
    let puk = codes[0]["puk1"].to_string();
    mette.look("people?q=rita%20reader").await;
    mette.look(&format!("people/{person}")).await;
    mette.look(&format!("numbers?q={}", &number[1..])).await;
    // What goes wrong tells no more.
    mette
        .post(
            &mette.path("quotes"),
            json!({ "items": [{ "person": comment }] }),
        )
        .await;
    mette.get(&mette.path("people?cursor=Canary-cursor")).await;
    app.mads().get(&mette.path("people")).await;
    let bad = format!("Bearer {}x", mette.token());
    app.caller(Proof::Header(bad), Org::Nordvind, &[])
        .get("/api/v1/me")
        .await;
    let cookie = "__Host-switchboard=Canary-cookie-of-a-session-that-never-was-there";
    app.caller(Proof::Cookie(cookie.to_owned()), Org::Nordvind, &[])
        .get("/api/v1/me")
        .await;
    app.nobody()
        .get("/auth/callback?code=Canary-code&state=Canary-state")
        .await;
    let token = mette.token();
    let iccid = app
        .count("SELECT CAST(iccid AS BIGINT) FROM sims ORDER BY iccid LIMIT 1")
        .await;
    let iccid = iccid.to_string();
    app.end().await;
    drop(guard);

    let text = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(text.contains("request"), "nothing was heard");
    let local = number[3..].to_owned();
    let signature = token.rsplit('.').next().unwrap();
    for canary in [
        signature,
        comment,
        "Canary-",
        "Rita",
        "Reader",
        "rita.reader",
        "Mette",
        "mette.holm",
        "@nordvind.example",
        &number,
        &local,
        &iccid,
        &matching,
        // With its quotation marks, as a body has it: digits alone stand in many an instant.
        &puk,
        "demo-client-secret",
        "demo-network-token",
        crate::support::CALLBACK_TOKEN,
    ] {
        let found: Vec<&str> = text
            .lines()
            .filter(|line| line.contains(canary))
            .take(3)
            .collect();
        assert!(found.is_empty(), "{canary} is in the log: {found:#?}");
    }
}
