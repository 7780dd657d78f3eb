//! Discovery and keys.

use super::Sim;
use serde_json::{Value, json};
use simulators::microsoft::world::tenants;

async fn document(sim: &Sim, tenant: &str) -> Value {
    sim.json(&format!("/{tenant}/v2.0/.well-known/openid-configuration"))
        .await
}

#[tokio::test]
async fn a_tenant_is_found_by_guid_and_by_domain_and_answers_with_its_guid() {
    let sim = Sim::start().await;
    for name in [
        tenants::NORDVIND,
        "nordvind.example",
        "NORDVIND.onmicrosoft.example",
    ] {
        let found = document(&sim, name).await;
        let home = sim.url(&format!("/{}", tenants::NORDVIND));
        assert_eq!(found["issuer"], format!("{home}/v2.0"));
        assert_eq!(found["token_endpoint"], format!("{home}/oauth2/v2.0/token"));
        assert_eq!(found["jwks_uri"], format!("{home}/discovery/v2.0/keys"));
        assert_eq!(
            found["authorization_endpoint"],
            format!("{home}/oauth2/v2.0/authorize")
        );
        assert_eq!(
            found["end_session_endpoint"],
            format!("{home}/oauth2/v2.0/logout")
        );
        assert_eq!(
            found.get("code_challenge_methods_supported"),
            None,
            "Entra does not say that it does PKCE"
        );
    }
}

#[tokio::test]
async fn organizations_and_common_have_the_template_for_an_issuer() {
    let sim = Sim::start().await;
    for name in ["organizations", "common"] {
        let found = document(&sim, name).await;
        assert_eq!(found["issuer"], sim.url("/{tenantid}/v2.0"));
        assert_eq!(
            found["token_endpoint"],
            sim.url(&format!("/{name}/oauth2/v2.0/token"))
        );
    }
}

#[tokio::test]
async fn an_unknown_tenant_is_an_error_and_so_are_personal_accounts() {
    let sim = Sim::start().await;
    for (name, number) in [
        ("nowhere.example", 90_002),
        (tenants::CONSUMERS, 9_002_346),
        ("consumers", 9_002_346),
    ] {
        let answer = sim
            .get(&format!("/{name}/v2.0/.well-known/openid-configuration"))
            .await;
        let answer = (answer.status().as_u16(), answer.json().await.unwrap());
        let (status, _, found) = super::refusal(&answer);
        assert_eq!((status, found), (400, number));
    }
    let unknown = document(&sim, "nowhere.example").await;
    assert_eq!(unknown["error"], "invalid_tenant");
}

#[tokio::test]
async fn keys_are_limited_by_their_issuer() {
    let sim = Sim::start().await;
    let keys = sim.json("/organizations/discovery/v2.0/keys").await;
    let keys = keys["keys"].as_array().unwrap().clone();
    assert!(keys.len() >= 3);
    let count = |issuer: String| keys.iter().filter(|key| key["issuer"] == issuer).count();
    assert!(count(sim.url("/{tenantid}/v2.0")) >= 2);
    assert_eq!(count(sim.url(&format!("/{}/v2.0", tenants::CONSUMERS))), 1);
    assert_eq!(count(sim.url(&format!("/{}/v2.0", tenants::NORDTEL))), 1);
    for key in &keys {
        assert_eq!(key["kty"], "RSA");
        assert_eq!(key["e"], "AQAB");
        assert_eq!(key["kid"], key["x5t"]);
        assert!(key["x5c"][0].as_str().unwrap().starts_with("MII"));
        assert_eq!(key.get("alg"), None, "Entra does not say");
    }
}

#[tokio::test]
async fn a_rotation_keeps_the_old_key_and_an_emergency_takes_it_down() {
    let sim = Sim::start().await;
    let published = async || {
        let keys = sim.json("/common/discovery/v2.0/keys").await;
        let kids = keys["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|k| k["kid"].as_str().unwrap().to_owned());
        kids.collect::<Vec<_>>()
    };
    let first = sim.json("/_simulator/keys").await;
    let next = first["next"].as_str().unwrap().to_owned();
    let old = first["current"].as_str().unwrap().to_owned();
    assert!(
        published().await.contains(&next),
        "the next key is published before it signs"
    );
    assert!(
        !published()
            .await
            .contains(&first["unknown"].as_str().unwrap().to_owned())
    );

    let answer = sim
        .post("/_simulator/keys/rotate", &json!({}))
        .send()
        .await
        .unwrap();
    let after: Value = answer.json().await.unwrap();
    assert_eq!(after["current"], next.as_str());
    assert_eq!(after["previous"], old.as_str());
    assert!(published().await.contains(&old));

    sim.post("/_simulator/keys/rotate", &json!({ "retire": true }))
        .send()
        .await
        .unwrap();
    let kids = published().await;
    assert!(!kids.contains(&old) && !kids.contains(&next));
}
