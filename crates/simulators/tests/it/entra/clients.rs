//! How clients prove themselves.

use super::{GRAPH_DEFAULT, Sim, answer, refusal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey as _;
use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use simulators::microsoft::entra::jws::{self, Algorithm, base64url};
use simulators::microsoft::world::{CLIENT_ID, CLIENT_SECRET, tenants};

const PEM: &str = include_str!("../../../keys/simulator-key-8.pem");
const OTHER_PEM: &str = include_str!("../../../keys/simulator-key-7.pem");
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A self-signed certificate over a key file.
fn certificate(pem: &str) -> rcgen::Certificate {
    let key = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(pem, &rcgen::PKCS_RSA_SHA256).unwrap();
    rcgen::CertificateParams::new(vec!["portal.example".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap()
}

async fn register(sim: &Sim) -> Vec<u8> {
    let certificate = certificate(PEM);
    let body = json!({ "certificates": [certificate.pem()] });
    let answer = sim
        .patch(&format!("/_simulator/apps/{CLIENT_ID}"), &body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 204);
    certificate.der().to_vec()
}

fn sign(pem: &str, algorithm: Algorithm, header: Value, claims: Value) -> String {
    let key = RsaPrivateKey::from_pkcs8_pem(pem).unwrap();
    let map = |value: Value| -> Map<String, Value> { serde_json::from_value(value).unwrap() };
    let mut header = map(header);
    header.insert("alg".to_owned(), json!(algorithm.as_str()));
    let input = jws::unsigned(&header, &map(claims));
    format!(
        "{input}.{}",
        base64url(jws::sign_rsa(&key, algorithm, &input))
    )
}

fn claims(sim: &Sim) -> Value {
    let now = sim.running.clock.unix();
    json!({
        "aud": sim.url(&format!("/{}/oauth2/v2.0/token", tenants::NORDVIND)), "iss": CLIENT_ID, "sub": CLIENT_ID,
        "jti": "1", "nbf": now, "iat": now, "exp": now + 600
    })
}

async fn assert_with(sim: &Sim, assertion: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("scope", GRAPH_DEFAULT),
        ("client_assertion_type", TYPE),
        ("client_assertion", assertion),
    ];
    sim.token(tenants::NORDVIND, &form).await
}

#[tokio::test]
async fn a_secret_goes_in_the_body_or_in_the_header() {
    let sim = Sim::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", GRAPH_DEFAULT),
    ];
    sim.granted(tenants::NORDVIND, &form).await;
    let request = sim
        .token_request("nordvind.example", &form)
        .basic_auth(CLIENT_ID, Some(CLIENT_SECRET));
    assert_eq!(answer(request).await.0, 200);
    let request = sim
        .token_request("nordvind.example", &form)
        .basic_auth(CLIENT_ID, Some("wrong"));
    assert_eq!(
        refusal(&answer(request).await),
        (401, "invalid_client", 7_000_215)
    );
}

#[tokio::test]
async fn each_wrong_proof_has_its_number() {
    let sim = Sim::start().await;
    let base = [
        ("grant_type", "client_credentials"),
        ("scope", GRAPH_DEFAULT),
    ];
    let with = |extra: &[(&'static str, &'static str)]| [&base[..], extra].concat();
    for (extra, expected) in [
        (vec![], (400, "invalid_request", 900_144)),
        (
            vec![("client_id", CLIENT_ID)],
            (401, "invalid_client", 7_000_218),
        ),
        (
            vec![("client_id", CLIENT_ID), ("client_secret", "wrong")],
            (401, "invalid_client", 7_000_215),
        ),
        (
            vec![("client_id", tenants::FJORD), ("client_secret", "x")],
            (400, "unauthorized_client", 700_016),
        ),
    ] {
        let found = sim.token(tenants::NORDVIND, &with(&extra)).await;
        assert_eq!(refusal(&found), expected, "{extra:?}");
    }
    let secrets =
        json!({ "secrets": [{ "value": CLIENT_SECRET, "expires": "2020-01-01T00:00:00Z" }] });
    sim.patch(&format!("/_simulator/apps/{CLIENT_ID}"), &secrets)
        .send()
        .await
        .unwrap();
    let found = sim.ours(tenants::NORDVIND, &base).await;
    assert_eq!(refusal(&found), (401, "invalid_client", 7_000_222));
}

#[tokio::test]
async fn assertions_of_every_library_are_understood() {
    let sim = Sim::start().await;
    let der = register(&sim).await;
    let (sha1, sha256) = (Sha1::digest(&der), Sha256::digest(&der));
    let with_breaks: String = STANDARD
        .encode(&der)
        .as_bytes()
        .chunks(64)
        .map(|line| format!("{}\n", std::str::from_utf8(line).unwrap()))
        .collect();
    let now = sim.running.clock.unix();
    let mut floats = claims(&sim);
    floats["iat"] = json!(now as f64 + 0.25);
    floats["exp"] = json!(now as f64 + 600.75);
    floats.as_object_mut().unwrap().remove("nbf");
    let mut by_issuer = claims(&sim);
    by_issuer["aud"] = json!(sim.url(&format!("/{}/v2.0", tenants::NORDVIND)));
    for (name, algorithm, header, claims) in [
        (
            "PS256, x5t#S256",
            Algorithm::Ps256,
            json!({"typ": "JWT", "x5t#S256": base64url(sha256)}),
            claims(&sim),
        ),
        (
            "RS256, x5t",
            Algorithm::Rs256,
            json!({"x5t": base64url(sha1)}),
            claims(&sim),
        ),
        (
            "RS256, x5t in plain base64 with padding",
            Algorithm::Rs256,
            json!({"x5t": STANDARD.encode(sha1)}),
            claims(&sim),
        ),
        (
            "RS256, x5t, floats, no nbf",
            Algorithm::Rs256,
            json!({"x5t": format!("{}=", base64url(sha1))}),
            floats,
        ),
        (
            "PS256, x5c with line breaks",
            Algorithm::Ps256,
            json!({"x5c": [with_breaks]}),
            claims(&sim),
        ),
        (
            "the issuer as audience",
            Algorithm::Ps256,
            json!({"x5t#S256": base64url(sha256)}),
            by_issuer,
        ),
    ] {
        let (status, body) = assert_with(&sim, &sign(PEM, algorithm, header, claims)).await;
        assert_eq!(status, 200, "{name}: {body}");
        assert_eq!(super::parts(&body["access_token"]).text("appidacr"), "2");
    }
}

#[tokio::test]
async fn assertions_that_prove_nothing_are_refused() {
    let sim = Sim::start().await;
    let der = register(&sim).await;
    let print = json!({ "x5t#S256": base64url(Sha256::digest(&der)) });
    let now = sim.running.clock.unix();
    let changed = |name: &str, value: Value| {
        let mut claims = claims(&sim);
        claims[name] = value;
        claims
    };
    for (what, pem, header, claims, number) in [
        (
            "another key",
            OTHER_PEM,
            print.clone(),
            claims(&sim),
            700_027,
        ),
        (
            "a certificate nobody registered",
            PEM,
            json!({"x5t": "AAAA"}),
            claims(&sim),
            700_027,
        ),
        (
            "expired",
            PEM,
            print.clone(),
            changed("exp", json!(now - 1)),
            700_024,
        ),
        (
            "not yet",
            PEM,
            print.clone(),
            changed("nbf", json!(now + 4000)),
            700_024,
        ),
        (
            "another audience",
            PEM,
            print.clone(),
            changed("aud", json!("https://elsewhere.example")),
            700_023,
        ),
        (
            "another issuer",
            PEM,
            print.clone(),
            changed("iss", json!("someone")),
            700_021,
        ),
    ] {
        let found = assert_with(&sim, &sign(pem, Algorithm::Ps256, header, claims)).await;
        assert_eq!(refusal(&found), (401, "invalid_client", number), "{what}");
    }
    let found = assert_with(&sim, "nonsense").await;
    assert_eq!(refusal(&found).1, "invalid_client");
}

#[tokio::test]
async fn what_real_libraries_add_is_tolerated() {
    let sim = Sim::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
        ("scope", GRAPH_DEFAULT),
        ("x-client-SKU", "MSAL.Python"),
        ("x-client-current-telemetry", "4|730,2|"),
        (
            "claims",
            "{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}",
        ),
        ("clidata", "1"),
    ];
    let url = sim.url("/nordvind.example/oauth2/v2.0/token?client-request-id=0f0f0f0f-0000-4000-8000-000000000001");
    let (status, body) = answer(sim.http.post(url).form(&form)).await;
    assert_eq!(status, 200);
    assert_eq!(body.get("scope"), None);
    assert_eq!(body.get("refresh_token"), None);
    let correlation = "0f0f0f0f-0000-4000-8000-000000000002";
    let request = sim
        .token_request("nordvind.example", &[("grant_type", "x")])
        .header("client-request-id", correlation);
    assert_eq!(answer(request).await.1["correlation_id"], correlation);
}
