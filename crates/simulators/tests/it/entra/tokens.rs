//! The token that a test asks for, right or wrong, and how Graph receives tokens.

use super::{METTE, Sim, parts};
use serde_json::{Value, json};
use simulators::microsoft::entra::jws::{self, Algorithm};
use simulators::microsoft::world::{CLIENT_ID, tenants};

async fn mint(sim: &Sim, order: Value) -> Value {
    let answer = sim.post("/_simulator/tokens", &order).send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(status, 200, "{body}");
    body["token"].clone()
}

#[tokio::test]
async fn a_right_token_differs_from_a_wrong_one_in_what_was_ordered() {
    let sim = Sim::start().await;
    let right = parts(&mint(&sim, json!({ "kind": "api", "user": METTE })).await);
    assert_eq!(
        (right.text("scp"), right.text("aud")),
        ("access_as_user", CLIENT_ID)
    );
    let key = sim.running.microsoft.entra.keys.current();
    assert!(jws::verify_rsa(&key.public, Algorithm::Rs256, &right));

    let order = json!({
        "kind": "api", "user": METTE, "key": "consumer", "claims": { "exp": 1, "azp": null }, "header": { "typ": null }
    });
    let wrong = parts(&mint(&sim, order).await);
    assert_eq!(wrong.seconds("exp"), Some(1));
    assert!(!wrong.claims.contains_key("azp") && !wrong.header.contains_key("typ"));
    assert!(!jws::verify_rsa(&key.public, Algorithm::Rs256, &wrong));
    let consumer = sim.running.microsoft.entra.keys.role("consumer").unwrap();
    assert!(jws::verify_rsa(&consumer.public, Algorithm::Rs256, &wrong));
    assert_eq!(wrong.header_text("kid"), consumer.kid);
}

#[tokio::test]
async fn the_classic_forgeries_can_be_made() {
    let sim = Sim::start().await;
    let none = parts(&mint(&sim, json!({ "kind": "id", "user": METTE, "alg": "none" })).await);
    assert!(none.signature.is_empty());
    assert_eq!(none.header_text("alg"), "none");
    let confused = parts(
        &mint(
            &sim,
            json!({ "kind": "api", "user": METTE, "alg": "HS256" }),
        )
        .await,
    );
    let pem = sim.running.microsoft.entra.keys.current().public_pem();
    assert_eq!(
        confused.signature,
        jws::sign_hmac(pem.as_bytes(), &confused.signed)
    );
    let app = parts(
        &mint(
            &sim,
            json!({ "kind": "apiApp", "tenant": "nordvind.example" }),
        )
        .await,
    );
    assert_eq!(app.text("idtyp"), "app");
    let free = parts(&mint(&sim, json!({ "claims": { "a": 1 }, "key": "unknown" })).await);
    assert_eq!(free.claims.len(), 1);
    for order in [
        json!({ "kind": "api" }),
        json!({ "kind": "x" }),
        json!({ "alg": "ES256" }),
        json!({ "x": 1 }),
    ] {
        assert_eq!(
            sim.post("/_simulator/tokens", &order)
                .send()
                .await
                .unwrap()
                .status(),
            400,
            "{order}"
        );
    }
}

#[tokio::test]
async fn graph_knows_its_own_tokens() {
    let sim = Sim::start().await;
    let call = async |token: &Value| {
        let request = sim
            .http
            .get(sim.url("/v1.0/users?$top=1"))
            .bearer_auth(token.as_str().unwrap());
        request.send().await.unwrap().status().as_u16()
    };
    let app = json!({ "kind": "graphApp", "tenant": tenants::NORDVIND });
    assert_eq!(call(&mint(&sim, app.clone()).await).await, 200);
    for change in [
        json!({ "key": "unknown" }),
        json!({ "key": "consumer" }),
        json!({ "alg": "none" }),
        json!({ "alg": "HS256" }),
        json!({ "claims": { "exp": 1 } }),
        json!({ "claims": { "aud": CLIENT_ID } }),
        json!({ "claims": { "tid": tenants::CONSUMERS } }),
    ] {
        let mut order = app.clone();
        order
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(call(&mint(&sim, order).await).await, 401, "{change}");
    }
    let user = mint(&sim, json!({ "kind": "graph", "user": METTE })).await;
    let me = sim
        .http
        .get(sim.url("/v1.0/me"))
        .bearer_auth(user.as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(me.status(), 200);
    sim.patch(
        &format!("/_simulator/people/{METTE}"),
        &json!({ "enabled": false }),
    )
    .send()
    .await
    .unwrap();
    let me = sim
        .http
        .get(sim.url("/v1.0/me"))
        .bearer_auth(user.as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(me.status(), 401);
}

#[tokio::test]
async fn userinfo_answers_about_the_holder() {
    let sim = Sim::start().await;
    let token = sim.person(METTE, "openid profile").await["access_token"].clone();
    let answer = sim
        .http
        .get(sim.url("/oidc/userinfo"))
        .bearer_auth(token.as_str().unwrap())
        .send()
        .await
        .unwrap();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(
        (body["name"].as_str(), body["email"].as_str()),
        (Some("Mette Holm"), Some(METTE))
    );
    assert_eq!(sim.get("/oidc/userinfo").await.status(), 401);
}
