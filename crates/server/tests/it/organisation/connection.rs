//! The connection to the directory: what is granted, what is wrong, and the consent that mends it.

use crate::support::{Answer, App, Caller, Org, Proof, Wishes};
use domain::access::{
    self, ObjectId, TenantId,
    ports::{Identity, IdentityKind},
};
use reqwest::Url;
use serde_json::{Value, json};
use simulators::{
    common::faults::{Effect, Fault, When},
    microsoft::world::CLIENT_ID,
};
use std::time::Duration;

/// A browser in which somebody is signed in.
async fn browser<'a>(app: &'a App, username: &str, org: Org) -> Caller<'a> {
    let identity = Identity {
        tenant: TenantId(org.tenant()),
        object: ObjectId(app.object(username)),
        kind: IdentityKind::User,
        name: "Somebody".into(),
        username: username.into(),
        authenticated_at: Some(app.now()),
        login_hint: None,
        provider_session: None,
        expires_at: app.now().plus(Duration::from_secs(3600)),
    };
    let mut tx = app.db().begin().await.unwrap();
    let token = access::open_session(&mut tx, &app.service.ids, &identity)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let cookie = format!("__Host-switchboard={}", token.expose());
    app.caller(Proof::Cookie(cookie), org, &[org])
}

/// Leaves for the page of consent: where to, and the cookie that must come back.
async fn leave(browser: &Caller<'_>, org: Org) -> (Url, String) {
    let organisation = browser.app.org(org);
    let left = browser
        .get(&format!("/auth/consent?organisation={organisation}"))
        .await;
    assert_eq!(left.status, 303, "{}", left.text);
    let cookie = left
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap_or_default()
        .to_owned();
    let url = left.header("location").parse().expect("an address");
    (url, cookie)
}

/// What the administrator does on Microsoft's page; the path of ours that the browser is then sent to.
async fn at_microsoft(page: &Url, username: &str, decision: &str) -> String {
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client");
    let form = [
        ("step", "password"),
        ("username", username),
        ("password", "Demo-2026!"),
    ];
    let answer = http.post(page.clone()).form(&form).send().await.unwrap();
    let session = answer.headers().get("set-cookie").cloned();
    let html = answer.text().await.unwrap();
    let account = html
        .split("name=\"account\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_else(|| panic!("no page of consent: {html}"));
    let form = [
        ("step", "consent"),
        ("account", account),
        ("decision", decision),
    ];
    let mut request = http.post(page.clone()).form(&form);
    if let Some(session) = session {
        let session = session.to_str().unwrap().split(';').next().unwrap();
        request = request.header("cookie", session.to_owned());
    }
    let answer = request.send().await.unwrap();
    let back: Url = answer.headers()["location"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    format!("{}?{}", back.path(), back.query().unwrap_or_default())
}

/// Comes back with both cookies.
async fn come_back(browser: &Caller<'_>, path: &str, state: &str) -> Answer {
    let Proof::Cookie(session) = &browser.proof else {
        panic!("a browser has a session");
    };
    let mut both = browser.clone();
    both.proof = Proof::Cookie(format!("{session}; {state}"));
    both.get(path).await
}

fn outcome(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let location = answer.header("location");
    location
        .split("consent=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .unwrap_or(location)
        .to_owned()
}

/// Somebody of the tenant who may consent for all of it.
fn administrator(app: &App, org: Org) -> String {
    let world = app.sim.microsoft.world.read();
    let tenant = world.tenant(org.tenant_text()).expect("a tenant");
    tenant
        .users
        .values()
        .find(|user| user.may_consent() && user.enabled)
        .map(|user| user.username.clone())
        .expect("an administrator")
}

fn states(connection: &Value) -> Vec<&Value> {
    let permissions = connection["permissions"].as_array().expect("a list");
    permissions
        .iter()
        .map(|permission| &permission["state"])
        .collect()
}

async fn synchronise(app: &App) {
    let ulla = app.ulla();
    let path = ulla.path("directory/sync");
    assert_eq!(ulla.post(&path, json!({})).await.status, 202);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_consent_that_was_withdrawn_is_told_and_mended() {
    let app = App::start().await;
    let mette = app.mette();
    synchronise(&app).await;
    let ok = mette.look("directory/connection").await;
    assert_eq!(states(&ok), vec![&json!("granted"); 6], "{ok}");

    let tenant = Org::Nordvind.tenant_text();
    app.sim
        .microsoft
        .world
        .write()
        .remove_service_principal(tenant, CLIENT_ID)
        .unwrap();
    // A token from before works until its end.
    app.advance(Duration::from_secs(7200));
    synchronise(&app).await;
    let broken = mette.look("directory/connection").await;
    assert_eq!(
        (&broken["state"], &broken["problem"]["code"]),
        (&json!("failing"), &json!("consentMissing"))
    );
    assert_eq!(states(&broken), vec![&json!("missing"); 6], "{broken}");

    let browser = browser(&app, "mette.holm@nordvind.example", Org::Nordvind).await;
    let administrator = administrator(&app, Org::Nordvind);
    // Declined: nothing changes.
    let (page, state) = leave(&browser, Org::Nordvind).await;
    let back = at_microsoft(&page, &administrator, "cancel").await;
    assert_eq!(
        outcome(&come_back(&browser, &back, &state).await),
        "declined"
    );
    // Granted, and the state is good once.
    let (page, state) = leave(&browser, Org::Nordvind).await;
    let back = at_microsoft(&page, &administrator, "accept").await;
    assert_eq!(
        outcome(&come_back(&browser, &back, &state).await),
        "granted"
    );
    assert!(outcome(&come_back(&browser, &back, &state).await).contains("stateMismatch"));
    app.run_jobs().await;
    let mended = mette.look("directory/connection").await;
    assert_eq!(
        (&mended["state"], &mended["problem"]),
        (&json!("ok"), &Value::Null)
    );
    assert_eq!(states(&mended), vec![&json!("granted"); 6]);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM audit_entries WHERE action = 'consent'")
            .await,
        1
    );
    app.end().await;
}

#[tokio::test]
async fn whoever_says_they_consented_is_not_believed() {
    let app = App::start().await;
    let tenant = Org::Nordvind.tenant_text();
    app.sim
        .microsoft
        .world
        .write()
        .remove_service_principal(tenant, CLIENT_ID)
        .unwrap();
    app.advance(Duration::from_secs(7200));
    let browser = browser(&app, "mette.holm@nordvind.example", Org::Nordvind).await;
    let (page, state) = leave(&browser, Org::Nordvind).await;
    assert!(page.path().contains(tenant), "{page}");
    let value = page
        .query_pairs()
        .find(|(name, _)| name == "state")
        .map(|(_, value)| value.into_owned())
        .expect("a state");
    // Another browser, even with the state, is somebody else's.
    let forged = format!(
        "/auth/consent/callback?admin_consent=True&tenant={}&state={value}",
        Org::Havn.tenant_text()
    );
    let nobody = app.nobody().get(&forged).await;
    assert!(outcome(&nobody).contains("stateMismatch"));
    // The tenant of the query is not looked at, and nothing works yet.
    assert_eq!(
        outcome(&come_back(&browser, &forged, &state).await),
        "pending"
    );
    app.run_jobs().await;
    app.end().await;
}

#[tokio::test]
async fn only_people_of_the_tenant_with_the_right_go_to_consent() {
    let app = App::start().await;
    let ask = |org: Org| format!("/auth/consent?organisation={}", app.org(org));
    for (username, home, org, code) in [
        (
            "rita.reader@nordvind.example",
            Org::Nordvind,
            Org::Nordvind,
            "forbidden",
        ),
        (
            "mette.holm@nordvind.example",
            Org::Nordvind,
            Org::Havn,
            "notFound",
        ),
        (
            "paula.partner@kontorpartner.example",
            Org::Kontorpartner,
            Org::Havn,
            "otherTenant",
        ),
    ] {
        let browser = browser(&app, username, home).await;
        let browser = app.caller(browser.proof, home, Org::ALL);
        assert_eq!(outcome(&browser.get(&ask(org)).await), code, "{username}");
    }
    let nobody = app.nobody().get(&ask(Org::Nordvind)).await;
    assert!(
        nobody
            .header("location")
            .starts_with("/auth/sign-in?returnTo=%2Fauth%2Fconsent"),
        "{}",
        nobody.header("location")
    );
    assert_eq!(app.count("SELECT COUNT(*) FROM consents").await, 0);
    app.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_told_with_the_way_out() {
    let app = App::start().await;
    let mette = app.mette();
    let tenant = Org::Nordvind.tenant_text();
    let change = |enabled: bool, roles: bool| {
        let mut world = app.sim.microsoft.world.write();
        world
            .update_service_principal(tenant, CLIENT_ID, |principal| {
                principal.enabled = enabled;
                if !roles {
                    principal.graph_roles.remove("GroupMember.Read.All");
                }
            })
            .unwrap();
    };
    change(false, true);
    app.advance(Duration::from_secs(7200));
    synchronise(&app).await;
    let told = mette.look("directory/connection").await;
    assert_eq!(told["problem"]["code"], json!("applicationDisabled"));
    let danish = mette
        .clone()
        .with("accept-language", "da")
        .look("directory/connection")
        .await;
    let advice = danish["problem"]["advice"].as_str().expect("advice");
    assert!(advice.contains("aktivere"), "{advice}");

    // One permission short: the people still come, and the list says what is missing.
    change(true, false);
    app.advance(Duration::from_secs(7200));
    synchronise(&app).await;
    let told = mette.look("directory/connection").await;
    assert_eq!(
        (&told["state"], &told["problem"]),
        (&json!("ok"), &Value::Null)
    );
    let missing: Vec<&Value> = told["permissions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|permission| permission["state"] == json!("missing"))
        .map(|permission| &permission["name"])
        .collect();
    assert_eq!(missing, ["GroupMember.Read.All"], "{told}");

    // The secret was changed behind our back.
    app.sim
        .microsoft
        .world
        .write()
        .update_application(CLIENT_ID, |app| app.secrets.clear())
        .unwrap();
    app.advance(Duration::from_secs(7200));
    synchronise(&app).await;
    let told = mette.look("directory/connection").await;
    assert_eq!(told["problem"]["code"], json!("secretRejected"), "{told}");
    app.end().await;
}

/// Microsoft asks to wait, or does not want to tell of changes: both are said in words, and both are over when they are.
#[tokio::test]
async fn throttling_and_missing_notifications_are_told_and_pass() {
    let app = App::with(Wishes {
        notifications: true,
        regular_jobs: true,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    app.run_jobs().await;
    let mette = app.mette();
    let busy = Effect::Status {
        status: 429,
        retry_after: Some(120),
        body: None,
    };
    let fault = Fault::new("GET", "/v1.0/users/delta", busy).when(When::Always);
    let fault = app.sim.microsoft_faults.add(fault);
    app.advance(Duration::from_secs(301));
    app.run_jobs().await;
    let told = mette.look("directory/connection").await;
    assert_eq!(told["problem"]["code"], "throttled", "{told}");
    assert!(told["problem"]["advice"].is_string());
    app.sim.microsoft_faults.remove(fault);
    for _ in 0..2 {
        app.advance(Duration::from_secs(301));
        app.run_jobs().await;
    }
    let told = mette.look("directory/connection").await;
    assert_eq!(
        (&told["problem"], &told["state"]),
        (&Value::Null, &json!("ok"))
    );

    // The other side has forgotten what it was to tell, and does not take it up again.
    let refuse = Effect::Status {
        status: 403,
        retry_after: None,
        body: Some(json!({ "error": { "code": "Forbidden", "message": "Not here" } })),
    };
    let fault = Fault::new("POST", "/v1.0/subscriptions", refuse).when(When::Always);
    let fault = app.sim.microsoft_faults.add(fault);
    let ids: Vec<String> = {
        let world = app.sim.microsoft.world.read();
        world.subscriptions().map(|s| s.id.clone()).collect()
    };
    for id in ids {
        app.sim.microsoft.world.write().remove_subscription(&id);
    }
    for _ in 0..4 {
        app.advance(Duration::from_secs(301));
        app.run_jobs().await;
    }
    let told = mette.look("directory/connection").await;
    assert_eq!(told["notificationsProblem"]["code"], "notTold", "{told}");
    assert_eq!(told["state"], "ok");
    app.sim.microsoft_faults.remove(fault);
    for _ in 0..6 {
        app.advance(Duration::from_secs(301));
        app.run_jobs().await;
    }
    let told = mette.look("directory/connection").await;
    assert_eq!(
        (&told["notificationsProblem"], &told["notifications"]),
        (&Value::Null, &json!("on")),
        "{told}"
    );
    app.end().await;
}
