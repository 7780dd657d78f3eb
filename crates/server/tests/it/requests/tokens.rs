//! Tokens that are not good: one answer for all of them.

use crate::support::{App, Org, Proof};
use serde_json::{Value, json};
use simulators::microsoft::control::tokens;
use std::collections::BTreeSet;

#[tokio::test]
async fn every_bad_token_gets_the_same_answer() {
    let app = App::start().await;
    let mette = "mette.holm@nordvind.example";
    let past = app.now().seconds() - 3_600;
    let mut bad = Vec::new();
    for order in [
        json!({ "kind": "id", "user": mette }),
        json!({ "kind": "graph", "user": mette }),
        json!({ "kind": "graphApp", "tenant": Org::Nordvind.tenant_text() }),
        json!({ "kind": "api", "user": mette, "alg": "none" }),
        json!({ "kind": "api", "user": mette, "alg": "HS256" }),
        json!({ "kind": "api", "user": mette, "key": "unknown" }),
        json!({ "kind": "api", "user": mette, "key": "consumer" }),
        json!({ "kind": "api", "user": mette, "claims": { "exp": past } }),
        json!({ "kind": "api", "user": mette, "claims": { "exp": null } }),
        json!({ "kind": "api", "user": mette, "claims": { "nbf": app.now().seconds() + 3_600 } }),
        json!({ "kind": "api", "user": mette, "claims": { "aud": "somebody-else" } }),
        json!({ "kind": "api", "user": mette, "claims": { "tid": Org::Havn.tenant_text() } }),
        json!({ "kind": "api", "user": mette, "claims": { "iss": "https://login.evil.example/v2.0" } }),
        json!({ "kind": "api", "user": mette, "claims": { "scp": null } }),
        json!({ "kind": "api", "user": mette, "claims": { "scp": "User.Read" } }),
        json!({ "kind": "api", "user": mette, "claims": { "oid": null } }),
        json!({ "kind": "api", "user": mette, "claims": { "ver": "1.0" } }),
        json!({}),
    ] {
        let name = order.to_string();
        let order = serde_json::from_value(order).unwrap();
        let (token, ..) = tokens::make(&app.sim.microsoft, &app.sim.microsoft_http, order)
            .unwrap_or_else(|refused| panic!("{name}: {}", refused.1));
        bad.push((name, format!("Bearer {token}")));
    }
    let good = app.mette().token();
    let (signed, _) = good.rsplit_once('.').unwrap();
    for header in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer x".to_owned(),
        "Basic bWV0dGU6eA==".to_owned(),
        good.clone(),
        format!("Bearer {signed}."),
        format!("Bearer {good}x"),
        format!("Bearer {good} {good}"),
    ] {
        bad.push((header.clone(), header));
    }
    let mut answers = BTreeSet::new();
    for (name, header) in bad {
        let caller = app.caller(Proof::Header(header), Org::Nordvind, &[]);
        let answer = caller.get("/api/v1/me").await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.text);
        assert!(
            answer.header("www-authenticate").starts_with("Bearer"),
            "{name}"
        );
        let mut body = answer.json();
        body["requestId"] = Value::Null;
        answers.insert(body.to_string());
    }
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(app.mette().get("/api/v1/me").await.status, 200);
    app.end().await;
}

#[tokio::test]
async fn strangers_leave_no_row() {
    let app = App::start().await;
    let before = app.dump(&[]).await;
    let svend = app.svend();
    let me = svend.get("/api/v1/me").await.ok(200);
    assert_eq!(
        (&me["organisations"], &me["principal"]["id"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(svend.get(&svend.path("people")).await.status, 404);
    assert_eq!(svend.get("/api/v1/organisations").await.ok(200)["total"], 0);
    let after = app.dump(&[]).await;
    assert_eq!(
        crate::support::database::differences(&before, &after),
        Vec::<String>::new()
    );
    app.end().await;
}

/// The same name and e-mail address in another tenant is somebody else.
#[tokio::test]
async fn a_name_is_nobodys_identity() {
    let app = App::start().await;
    let order = json!({
        "kind": "api", "user": "svend.fremmed@fremmed.example", "claims": {
            "name": "Mette Holm", "preferred_username": "mette.holm@nordvind.example",
            "email": "mette.holm@nordvind.example", "upn": "mette.holm@nordvind.example"
        }
    });
    let order = serde_json::from_value(order).unwrap();
    let Ok((token, ..)) = tokens::make(&app.sim.microsoft, &app.sim.microsoft_http, order) else {
        panic!("no token");
    };
    let caller = app.caller(Proof::Header(format!("Bearer {token}")), Org::Nordvind, &[]);
    let answer = caller.get(&caller.path("people")).await;
    assert_eq!(answer.problem(), (404, "notFound".to_owned()));
    app.end().await;
}
