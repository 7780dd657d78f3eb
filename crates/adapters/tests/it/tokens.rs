//! Sign-in, and app-only tokens.

use crate::stand::{
    CERTIFICATE, CLIENT, OTHER_KEY, Reply, SECRET, SIGNING_KEY, Stand, TENANT, public, tenant,
};
use adapters::entra::{Credential, Entra};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::ports::{AuthorisationRequest, IdentityError, IdentityProvider};
use jsonwebtoken::{Algorithm, DecodingKey};
use platform::outside::OutsideError;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use url::Url;

const TOKEN: &str = "/oauth2/v2.0/token";

fn callback() -> Url {
    Url::parse("http://localhost:8080/auth/callback").unwrap()
}

fn request() -> AuthorisationRequest {
    AuthorisationRequest {
        redirect_uri: callback(),
        state: "the state".into(),
        nonce: "the nonce".into(),
        code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into(),
        login_hint: None,
        fresh: false,
        tenant: None,
    }
}

/// An authority that answers the token endpoint so.
async fn answering(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Stand {
    Stand::start(move |request| request.path().ends_with(TOKEN).then(&reply)).await
}

#[tokio::test]
async fn the_sign_in_address_asks_for_a_code_with_pkce() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    let url = entra.authorisation_url(&request()).await.unwrap();
    assert_eq!(url.path(), "/organizations/oauth2/v2.0/authorize");
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    let expected = [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:8080/auth/callback"),
        ("response_mode", "query"),
        ("scope", "openid profile"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(
        query,
        expected
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    );

    let fresh = AuthorisationRequest {
        login_hint: Some("O.abc".into()),
        fresh: true,
        tenant: Some(tenant()),
        ..request()
    };
    let url = entra.authorisation_url(&fresh).await.unwrap();
    assert_eq!(url.path(), format!("/{TENANT}/oauth2/v2.0/authorize"));
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(
        (query["prompt"].as_str(), query["login_hint"].as_str()),
        ("login", "O.abc")
    );
}

#[tokio::test]
async fn the_other_addresses_are_the_authoritys() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    let out = entra
        .sign_out_url(
            Some("O.abc"),
            &Url::parse("http://localhost:8080/").unwrap(),
        )
        .await
        .unwrap();
    assert_eq!(
        out.as_str(),
        format!(
            "{}organizations/oauth2/v2.0/logout?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F&logout_hint=O.abc",
            stand.base
        )
    );
    let back = Url::parse("http://localhost:8080/auth/consent/callback").unwrap();
    let consent = entra.admin_consent_url(tenant(), &back, "s").await.unwrap();
    assert_eq!(
        consent.as_str(),
        format!(
            "{}{TENANT}/v2.0/adminconsent?client_id={CLIENT}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fauth%2Fconsent%2Fcallback&state=s",
            stand.base
        )
    );
}

#[tokio::test]
async fn a_code_becomes_an_identity() {
    let id_token = Arc::new(Mutex::new(String::new()));
    let answer = id_token.clone();
    let stand = answering(move || {
        Reply::json(
            200,
            json!({"token_type": "bearer", "expires_in": 3599, "scope": "openid profile", "access_token": "opaque", "id_token": *answer.lock().unwrap()}),
        )
    })
    .await;
    let entra = stand.entra();
    let set = |nonce: &str| {
        *id_token.lock().unwrap() = stand.token_with("first", SIGNING_KEY, |claims| {
            claims["nonce"] = nonce.into();
            for gone in ["scp", "azp"] {
                claims.as_object_mut().unwrap().remove(gone);
            }
        });
    };
    set("the nonce");
    let identity = entra
        .redeem_code("the code", "the verifier", &callback(), "the nonce", None)
        .await
        .unwrap();
    assert_eq!(identity.tenant, tenant());
    let asked = &stand.seen(TOKEN)[0];
    assert_eq!(asked.path(), "/organizations/oauth2/v2.0/token");
    assert!(!asked.headers.contains_key("authorization"));
    let form = asked.form();
    let expected = [
        ("client_id", CLIENT),
        ("grant_type", "authorization_code"),
        ("code", "the code"),
        ("redirect_uri", "http://localhost:8080/auth/callback"),
        ("code_verifier", "the verifier"),
        ("scope", "openid profile"),
        ("client_secret", SECRET),
    ];
    assert_eq!(
        form,
        expected
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    );

    set("another nonce");
    let replayed = entra
        .redeem_code("the code", "the verifier", &callback(), "the nonce", None)
        .await;
    assert!(
        matches!(replayed, Err(IdentityError::Rejected("nonce"))),
        "{replayed:?}"
    );
}

#[tokio::test]
async fn a_refused_code_and_a_refused_application_are_told_apart() {
    let cases = [
        (
            Reply::token_error(
                400,
                "invalid_grant",
                54005,
                "The code was already redeemed.",
            ),
            "code",
        ),
        (
            Reply::token_error(
                400,
                "invalid_grant",
                501481,
                "The Code_Verifier does not match.",
            ),
            "code",
        ),
        (
            Reply::token_error(400, "interaction_required", 50076, "MFA."),
            "code",
        ),
        (
            Reply::token_error(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided.",
            ),
            "unauthorised",
        ),
        (
            Reply::token_error(400, "unauthorized_client", 700016, "Application not found."),
            "unauthorised",
        ),
        (Reply::Answer(503, vec![], String::new()), "unavailable"),
        (
            Reply::Answer(429, vec![("retry-after", "30".into())], String::new()),
            "busy",
        ),
        (Reply::Answer(200, vec![], "<html>".into()), "malformed"),
        (
            Reply::json(200, json!({"token_type": "Bearer", "access_token": "x"})),
            "malformed",
        ),
        (Reply::Reset, "unavailable"),
    ];
    for (reply, expected) in cases {
        let told = reply.clone();
        let stand = answering(move || told.clone()).await;
        let outcome = stand
            .entra()
            .redeem_code("c", "v", &callback(), "n", None)
            .await;
        let found = match outcome {
            Err(IdentityError::Rejected(why)) => why,
            Err(IdentityError::Outside(OutsideError::Unauthorised { .. })) => "unauthorised",
            Err(IdentityError::Outside(OutsideError::Unavailable(_))) => "unavailable",
            Err(IdentityError::Outside(OutsideError::Busy(wait))) if wait.as_secs() == 30 => "busy",
            Err(IdentityError::Outside(OutsideError::Malformed(_))) => "malformed",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{reply:?}");
    }
}

#[tokio::test]
async fn a_certificate_signs_an_assertion() {
    let stand = Stand::authority().await;
    let mut config = stand.config();
    config.credential = Credential::Certificate {
        key: OTHER_KEY.into(),
        certificate: CERTIFICATE.into(),
    };
    let entra = Entra::new(config, stand.clock.clone()).unwrap();
    entra.app_token(tenant()).await.unwrap();
    let form = stand.seen(TOKEN)[0].form();
    assert!(!form.contains_key("client_secret"));
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let parts: Vec<&str> = form["client_assertion"].split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let header = read(parts[0]);
    let der = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    assert_eq!(
        header,
        json!({"typ": "JWT", "alg": "PS256", "x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(&der))})
    );
    let claims = read(parts[1]);
    assert_eq!(
        claims["aud"],
        format!("{}{TENANT}/oauth2/v2.0/token", stand.base)
    );
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!(CLIENT), &json!(CLIENT))
    );
    assert!(claims["jti"].as_str().unwrap().len() >= 32);
    let life = claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap();
    assert!((60..=600).contains(&life));
    let (n, e) = public(OTHER_KEY);
    let key = DecodingKey::from_rsa_components(&n, &e).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    assert!(
        jsonwebtoken::crypto::verify(parts[2], signed.as_bytes(), &key, Algorithm::PS256).unwrap()
    );
}

#[tokio::test]
async fn configuration_is_checked_at_once_and_shows_no_secret() {
    let stand = Stand::authority().await;
    assert!(!format!("{:?}", stand.config()).contains(SECRET));
    let fails = |change: &dyn Fn(&mut adapters::entra::Config)| {
        let mut config = stand.config();
        change(&mut config);
        Entra::new(config, stand.clock.clone()).err().unwrap()
    };
    fails(&|config| config.client_id = "switchboard".into());
    fails(&|config| config.credential = Credential::Secret(String::new()));
    fails(&|config| {
        config.credential = Credential::Certificate {
            key: "no".into(),
            certificate: CERTIFICATE.into(),
        }
    });
    fails(&|config| {
        config.credential = Credential::Certificate {
            key: OTHER_KEY.into(),
            certificate: "no".into(),
        }
    });
    fails(&|config| config.authority = Url::parse("ftp://login.example/").unwrap());
    fails(&|config| config.http.extra_ca_file = Some("/nowhere/ca.pem".into()));
}

#[tokio::test]
async fn an_app_token_is_fetched_once_and_replaced_before_it_ends() {
    let issued = Arc::new(AtomicUsize::new(0));
    let count = issued.clone();
    let stand = answering(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        Reply::json(200, json!({"token_type": "Bearer", "expires_in": 3600, "access_token": format!("token-{number}")}))
    })
    .await;
    let entra = stand.entra();
    let crowd: Vec<_> = (0..20)
        .map(|_| {
            let entra = entra.clone();
            tokio::spawn(async move { entra.app_token(tenant()).await.unwrap() })
        })
        .collect();
    let mut tokens = Vec::new();
    for one in crowd {
        tokens.push(one.await.unwrap());
    }
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!(issued.load(Ordering::SeqCst), 1);
    assert!(!format!("{:?}", tokens[0]).contains("token-0"));
    let form = stand.seen(TOKEN)[0].form();
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["scope"], "https://graph.microsoft.com/.default");
    assert_eq!(
        stand.seen(TOKEN)[0].path(),
        format!("/{TENANT}/oauth2/v2.0/token")
    );

    stand.clock.advance(Duration::from_secs(54 * 60));
    assert_eq!(entra.app_token(tenant()).await.unwrap(), tokens[0]);
    stand.clock.advance(Duration::from_secs(2 * 60));
    let second = entra.app_token(tenant()).await.unwrap();
    assert_ne!(second, tokens[0]);
    // Graph has not taken it: the next is another. Forgetting an older one forgets nothing.
    entra.forget_app_token(tenant(), &tokens[0]);
    assert_eq!(entra.app_token(tenant()).await.unwrap(), second);
    entra.forget_app_token(tenant(), &second);
    assert_ne!(entra.app_token(tenant()).await.unwrap(), second);
    assert_eq!(issued.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn an_old_app_token_serves_while_no_new_one_can_be_had() {
    let issued = AtomicUsize::new(0);
    let stand = answering(move || match issued.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::json(
            200,
            json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "first"}),
        ),
        _ => Reply::Answer(500, vec![], String::new()),
    })
    .await;
    let entra = stand.entra();
    let first = entra.app_token(tenant()).await.unwrap();
    stand.clock.advance(Duration::from_secs(57 * 60));
    assert_eq!(entra.app_token(tenant()).await.unwrap(), first);
    stand.clock.advance(Duration::from_secs(4 * 60));
    assert!(matches!(
        entra.app_token(tenant()).await,
        Err(OutsideError::Unavailable(_))
    ));
}

#[tokio::test]
async fn refusals_of_app_tokens_carry_microsofts_code() {
    let cases = [
        (400, "unauthorized_client", 700016),
        (401, "invalid_client", 7000215),
        (400, "unauthorized_client", 7000112),
        (400, "invalid_grant", 65001),
        (400, "invalid_tenant", 90002),
        (400, "invalid_request", 900144),
    ];
    for (status, error, number) in cases {
        let stand = answering(move || {
            Reply::token_error(
                status,
                error,
                number,
                "Application for anna@nordvind.example not found.",
            )
        })
        .await;
        match stand.entra().app_token(tenant()).await {
            Err(OutsideError::Unauthorised { code, message }) => {
                assert_eq!(code, format!("AADSTS{number}"));
                assert_eq!(message, "Application for … not found.");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_tenant_that_the_authority_does_not_know_is_not_a_missing_person() {
    let stand = Stand::start(|request| {
        request
            .path()
            .ends_with("openid-configuration")
            .then(|| Reply::token_error(400, "invalid_tenant", 90002, "Tenant not found."))
    })
    .await;
    let outcome = stand.entra().app_token(tenant()).await;
    assert!(
        matches!(&outcome, Err(OutsideError::Unauthorised { code, .. }) if code == "AADSTS90002"),
        "{outcome:?}"
    );
}
