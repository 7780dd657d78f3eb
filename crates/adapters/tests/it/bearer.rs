//! Bearer tokens, and when signing keys are fetched.

use crate::stand::{OTHER_KEY, Reply, SIGNING_KEY, Stand, TENANT, public};
use domain::access::ports::{IdentityError, IdentityKind, IdentityProvider};
use platform::outside::OutsideError;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

const KEYS: &str = "/discovery/v2.0/keys";
const HOUR: Duration = Duration::from_secs(3600);
const MINUTES_5: Duration = Duration::from_secs(300);

/// An authority whose keys can be made unavailable.
async fn moody() -> (Stand, Arc<AtomicBool>) {
    let down = Arc::new(AtomicBool::new(false));
    let is_down = down.clone();
    let stand = Stand::start(move |request| {
        (is_down.load(Ordering::SeqCst) && request.path().ends_with(KEYS))
            .then(|| Reply::Answer(500, Vec::new(), "no".into()))
    })
    .await;
    (stand, down)
}

fn rejected<T: std::fmt::Debug>(outcome: Result<T, IdentityError>) -> &'static str {
    match outcome {
        Err(IdentityError::Rejected(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_good_token_is_accepted_and_a_crowd_asks_for_keys_once() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    let tokens: Vec<String> = (0..20)
        .map(|number| {
            stand.token_with("first", SIGNING_KEY, |claims| claims["uti"] = number.into())
        })
        .collect();
    let checks = tokens.iter().map(|token| {
        let entra = entra.clone();
        let token = token.clone();
        tokio::spawn(async move { entra.check_bearer(&token).await })
    });
    for check in checks.collect::<Vec<_>>() {
        let identity = check.await.unwrap().unwrap();
        assert_eq!(
            (identity.kind, identity.tenant.to_string().as_str()),
            (IdentityKind::User, TENANT)
        );
    }
    assert_eq!(stand.seen(KEYS).len(), 1);
    assert_eq!(stand.seen("openid-configuration").len(), 1);
    // Nothing of a caller's token is told to anybody.
    assert!(!stand.seen(KEYS)[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_checked_token_is_known_until_it_expires_or_its_key_goes() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    let token = stand.token("first", SIGNING_KEY);
    entra.check_bearer(&token).await.unwrap();
    entra.check_bearer(&token).await.unwrap();
    stand.clock.advance(HOUR - Duration::from_secs(10));
    entra.check_bearer(&token).await.unwrap();
    stand.clock.advance(Duration::from_secs(80));
    assert_eq!(rejected(entra.check_bearer(&token).await), "expired");

    // The key is withdrawn: a token checked before is good no more once we know.
    let token = stand.token("first", SIGNING_KEY);
    entra.check_bearer(&token).await.unwrap();
    stand.publish(&[("second", OTHER_KEY)]);
    let newer = stand.token("second", OTHER_KEY);
    entra.check_bearer(&newer).await.unwrap();
    assert_eq!(rejected(entra.check_bearer(&token).await), "unknown key");
}

#[tokio::test]
async fn an_unknown_key_makes_one_fetch_in_five_minutes() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    for number in 0..50 {
        let forged = stand.token(&format!("forged-{number}"), OTHER_KEY);
        assert_eq!(rejected(entra.check_bearer(&forged).await), "unknown key");
    }
    assert_eq!(stand.seen(KEYS).len(), 2);
    // Keys roll over: known to us only when the five minutes are up.
    stand.publish(&[("first", SIGNING_KEY), ("second", OTHER_KEY)]);
    let newer = stand.token("second", OTHER_KEY);
    assert_eq!(rejected(entra.check_bearer(&newer).await), "unknown key");
    stand.clock.advance(MINUTES_5);
    entra.check_bearer(&newer).await.unwrap();
    assert_eq!(stand.seen(KEYS).len(), 3);
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_crowd_with_a_new_key_waits_for_one_fetch() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    stand.publish(&[("first", SIGNING_KEY), ("second", OTHER_KEY)]);
    let checks: Vec<_> = (0..20)
        .map(|number| {
            let token =
                stand.token_with("second", OTHER_KEY, |claims| claims["uti"] = number.into());
            let entra = entra.clone();
            tokio::spawn(async move { entra.check_bearer(&token).await })
        })
        .collect();
    for check in checks {
        check.await.unwrap().unwrap();
    }
    assert_eq!(stand.seen(KEYS).len(), 2);
}

#[tokio::test]
async fn keys_are_fetched_beside_the_work_after_an_hour() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    stand.clock.advance(HOUR - Duration::from_secs(60));
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    assert_eq!(stand.seen(KEYS).len(), 1);
    stand.clock.advance(Duration::from_secs(120));
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    stand.until(KEYS, 2).await;
}

#[tokio::test]
async fn the_last_known_keys_are_good_while_the_authority_is_not() {
    let (stand, down) = moody().await;
    let entra = stand.entra();
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    down.store(true, Ordering::SeqCst);
    stand.clock.advance(25 * HOUR);
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    assert_eq!(
        stand.seen(KEYS).len(),
        2,
        "after a day, a fetch goes before the work"
    );
    // And not at every request.
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    assert_eq!(stand.seen(KEYS).len(), 2);
    stand.clock.advance(MINUTES_5);
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    assert_eq!(stand.seen(KEYS).len(), 3);
    // An unknown key while they are down is an unknown key.
    assert_eq!(
        rejected(entra.check_bearer(&stand.token("second", OTHER_KEY)).await),
        "unknown key"
    );
    down.store(false, Ordering::SeqCst);
    stand.publish(&[("second", OTHER_KEY)]);
    stand.clock.advance(MINUTES_5);
    entra
        .check_bearer(&stand.token("second", OTHER_KEY))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_document_that_holds_no_key_replaces_none() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
    let (n, e) = public(OTHER_KEY);
    for bad in [
        json!({"keys": []}),
        json!({"keys": [{"kty": "oct", "kid": "first", "k": "AAAA"}]}),
        json!({"keys": [{"kty": "RSA", "use": "sig", "kid": "second", "n": n, "e": e}]}),
        json!([]),
    ] {
        stand.publish_text(bad);
        stand.clock.advance(25 * HOUR);
        entra
            .check_bearer(&stand.token("first", SIGNING_KEY))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn without_any_keys_nobody_is_rejected_for_our_trouble() {
    let (stand, down) = moody().await;
    down.store(true, Ordering::SeqCst);
    let entra = stand.entra();
    let outcome = entra.check_bearer(&stand.token("first", SIGNING_KEY)).await;
    assert!(
        matches!(
            outcome,
            Err(IdentityError::Outside(OutsideError::Unavailable(_)))
        ),
        "{outcome:?}"
    );
    down.store(false, Ordering::SeqCst);
    entra
        .check_bearer(&stand.token("first", SIGNING_KEY))
        .await
        .unwrap();
}

#[tokio::test]
async fn metadata_may_not_lead_to_another_host() {
    for member in [
        "token_endpoint",
        "jwks_uri",
        "authorization_endpoint",
        "end_session_endpoint",
    ] {
        let stand = Stand::start(move |request| {
            request.path().ends_with("openid-configuration").then(|| {
                let base = format!("http://{}", request.headers["host"]);
                let mut document = json!({
                    "issuer": format!("{base}/{{tenantid}}/v2.0"),
                    "token_endpoint": format!("{base}/t"), "jwks_uri": format!("{base}/k"),
                    "authorization_endpoint": format!("{base}/a"), "end_session_endpoint": format!("{base}/e"),
                });
                document[member] = "http://evil.example/steal".into();
                Reply::json(200, document)
            })
        })
        .await;
        let outcome = stand
            .entra()
            .check_bearer(&stand.token("first", SIGNING_KEY))
            .await;
        assert!(
            matches!(
                outcome,
                Err(IdentityError::Outside(OutsideError::Malformed(_)))
            ),
            "{member}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn rubbish_reaches_nobody() {
    let stand = Stand::authority().await;
    let entra = stand.entra();
    for rubbish in ["", "x", "a.b.c", &"a".repeat(20_000)] {
        rejected(entra.check_bearer(rubbish).await);
    }
    assert!(stand.seen("").is_empty());
}
