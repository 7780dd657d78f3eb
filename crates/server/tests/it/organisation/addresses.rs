//! Who is told of limits: asked by mail, told by mail, once, also when the mail server is away for a while.

use super::usage::{HEADING, upload};
use crate::support::{App, Caller, Org};
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault};
use std::time::Duration;

async fn add(caller: &Caller<'_>, address: &str) -> crate::support::Answer {
    let key = caller.app.fresh_key();
    let caller = caller.clone().with("idempotency-key", &key);
    let body = json!({ "address": address, "language": "en" });
    caller
        .post(&caller.path("notification-addresses"), body)
        .await
}

/// The token behind `#` in the latest mail to an address.
fn token(app: &App, address: &str) -> String {
    let mails = app.sim.mailbox.mails(Some(address));
    let text = mails.last().expect("a mail").read().text.expect("its text");
    let (_, after) = text.split_once('#').expect("a link");
    after.chars().take(43).collect()
}

async fn confirm(app: &App, token: &str) -> crate::support::Answer {
    let nobody = app.nobody();
    let body = json!({ "token": token });
    nobody
        .post("/api/v1/notification-addresses/confirm", body)
        .await
}

#[tokio::test]
async fn an_address_is_asked_confirmed_told_and_taken_away() {
    let app = App::start().await;
    let (mette, rita) = (app.mette(), app.rita());
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let drift = "drift@firm.example";
    assert_eq!(add(&rita, drift).await.problem().0, 403);
    let added = add(&mette, drift).await.ok(201);
    assert_eq!(
        (&added["state"], &added["confirmedAt"]),
        (&json!("pending"), &Value::Null)
    );
    let bad = add(&mette, "drift").await;
    assert_eq!(bad.problem(), (422, "mailAddress".to_owned()));
    assert_eq!(
        bad.fields(),
        [("/address".to_owned(), "mailAddress".to_owned())]
    );
    app.run_jobs().await;
    let first = token(&app, drift);
    // Looking at the link uses nothing up: what stands behind # is not even sent.
    let page = app.nobody().get("/confirm-address").await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
    let at = app.just_now();
    let row = |record: &str, megabytes: i64| {
        format!(
            "{HEADING}core,{record},{number},data,,,{},{at}\n",
            megabytes * 1_000_000
        )
    };
    upload(&app.olivia(), "1", &row("1", 16_500)).await.ok(200);
    app.run_jobs().await;
    assert_eq!(
        app.sim.mailbox.mails(Some(drift)).len(),
        1,
        "nothing but the question"
    );
    let yes = confirm(&app, &first).await.ok(200);
    assert_eq!(yes, json!({ "address": drift, "language": "en" }));
    assert_eq!(
        confirm(&app, &first).await.problem(),
        (410, "linkUsed".to_owned())
    );
    assert_eq!(
        confirm(&app, "x").await.problem(),
        (404, "notFound".to_owned())
    );
    assert_eq!(
        add(&mette, drift).await.problem(),
        (409, "addressThere".to_owned())
    );
    let listed = rita.look("notification-addresses").await;
    assert_eq!(
        (&listed["total"], &listed["items"][0]["state"]),
        (&json!(1), &json!("confirmed"))
    );
    upload(&app.olivia(), "2", &row("2", 4_000)).await.ok(200);
    app.run_jobs().await;
    let mails = app.sim.mailbox.mails(Some(drift));
    assert_eq!(
        mails.len(),
        2,
        "80 % was passed before anybody could be told of it"
    );
    assert!(
        mails[1]
            .read()
            .subject
            .contains("has used all of its data in")
    );
    // The reader takes the address away.
    let body = json!({ "token": token(&app, drift) });
    let path = "/api/v1/notification-addresses/unsubscribe";
    assert_eq!(app.nobody().post(path, body.clone()).await.status, 204);
    assert_eq!(app.nobody().post(path, body).await.status, 404);
    assert_eq!(rita.look("notification-addresses").await["total"], json!(0));
    let actions = "SELECT COUNT(*) FROM audit_entries WHERE subject_kind = 'notificationAddress'";
    assert_eq!(app.count(actions).await, 3);
    app.end().await;
}

#[tokio::test]
async fn an_administrator_takes_an_address_away() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let added = add(&mette, "drift@firm.example").await.ok(201);
    let id = added["id"].as_str().expect("an id");
    let rest = format!("notification-addresses/{id}");
    for (caller, status) in [
        (&hanne, 404),
        (&app.rita(), 403),
        (&mette, 204),
        (&mette, 404),
    ] {
        let path = caller.path(&rest);
        let answer = caller.send(reqwest::Method::DELETE, &path, None).await;
        assert_eq!(answer.status, status);
    }
    app.run_jobs().await;
    let late = token(&app, "drift@firm.example");
    assert_eq!(confirm(&app, &late).await.status, 404);
    app.end().await;
}

#[tokio::test]
async fn nobody_is_bombed_with_questions() {
    let app = App::start().await;
    let mette = app.mette();
    for _ in 0..3 {
        add(&mette, "victim@firm.example").await.ok(201);
    }
    let answer = add(&mette, "victim@firm.example").await;
    assert_eq!(answer.problem(), (429, "tooOften".to_owned()));
    assert!(!answer.header("retry-after").is_empty());
    // Nor does an organisation write to the whole world.
    for index in 3..20 {
        let answer = add(&mette, &format!("a{index}@firm.example")).await;
        assert_eq!(answer.status, 201, "{index}: {}", answer.text);
    }
    let answer = add(&mette, "one-more@firm.example").await;
    assert_eq!(answer.problem(), (429, "tooOften".to_owned()));
    app.run_jobs().await;
    assert_eq!(app.sim.mailbox.mails(Some("victim@firm.example")).len(), 3);
    app.end().await;
}

#[tokio::test]
async fn mails_wait_for_the_mail_server_and_go_once() {
    let app = App::start().await;
    let mette = app.mette();
    let (_, number) = app.mobile_line(Org::Nordvind, 0).await;
    let drift = "drift@firm.example";
    add(&mette, drift).await.ok(201);
    app.run_jobs().await;
    confirm(&app, &token(&app, drift)).await.ok(200);
    let away = Effect::Status {
        status: 451,
        retry_after: None,
        body: None,
    };
    let fault = app
        .sim
        .network_faults
        .add(Fault::new("SMTP", "/data/*", away));
    let row = format!(
        "{HEADING}core,1,{number},data,,,20000000000,{}\n",
        app.just_now()
    );
    upload(&app.olivia(), "1", &row).await.ok(200);
    for _ in 0..3 {
        app.run_jobs().await;
        app.advance(Duration::from_secs(600));
    }
    assert_eq!(
        app.sim.mailbox.mails(Some(drift)).len(),
        1,
        "the question only"
    );
    let waiting = "SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending'";
    assert_eq!(app.count(waiting).await, 2);
    app.sim.network_faults.remove(fault);
    for _ in 0..3 {
        app.advance(Duration::from_secs(1_800));
        app.run_jobs().await;
    }
    assert_eq!(
        app.sim.mailbox.mails(Some(drift)).len(),
        3,
        "one at 80 %, one at 100 %"
    );
    assert_eq!(app.count(waiting).await, 0);
    app.end().await;
}
