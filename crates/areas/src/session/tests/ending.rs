//! How a sign-in ends otherwise than by the person: the identity provider says so, or the directory does.

use super::jar;
use crate::tests::{MADS, METTE, NORDVIND, STRANGE, World, people::person, token};
use domain::access::{self, ObjectId};
use platform::Clock;
use uuid::Uuid;

#[tokio::test]
async fn a_session_that_ends_at_the_identity_provider_ends_here() {
    let world = World::new().await;
    let session = jar(&world.sign_in_mette().await);
    let other = jar(&world.sign_in_mette().await);
    let code = token(NORDVIND, MADS, "user", "Mads");
    let mads = world
        .there_and_back("/auth/sign-in", "/auth/callback", &code)
        .await;
    let told = async |query: &str| {
        let answer = world
            .nobody()
            .get(&format!("/auth/sign-out/front-channel{query}"))
            .await;
        (answer.status, answer.headers)
    };
    let issuer = |tenant: &dyn std::fmt::Display| format!("https://login.example/{tenant}/v2.0");
    // Nobody's, another tenant's, another authority's, and what is none.
    for query in [
        String::new(),
        "?sid=".to_owned(),
        "?sid=somebody".to_owned(),
        format!("?sid=sid+of+Mette&iss={}", issuer(&STRANGE)),
        "?sid=sid+of+Mette&iss=https://evil.example/common/v2.0".to_owned(),
        format!("?sid={}", "x".repeat(3_000)),
    ] {
        assert_eq!(told(&query).await.0, 200, "{query}");
        assert_eq!(
            world.browser(&session).get("/api/v1/me").await.status,
            200,
            "{query}"
        );
    }
    let (status, headers) = told(&format!(
        "?sid=sid+of+Mette&iss={}&state=x",
        issuer(&NORDVIND)
    ))
    .await;
    assert_eq!(status, 200);
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors https://login.example"
    );
    assert_eq!(headers["cache-control"], "no-store");
    for ended in [&session, &other] {
        assert_eq!(world.browser(ended).get("/api/v1/me").await.status, 401);
    }
    let mads = jar(&mads);
    assert_eq!(world.browser(&mads).get("/api/v1/me").await.status, 200);
    // Where the issuer names every organisation, or nobody, the session's name is enough.
    told("?sid=sid+of+Mads&iss=https://login.example/organizations/v2.0").await;
    assert_eq!(world.browser(&mads).get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn an_account_that_is_off_is_nobody_however_long_its_token_lives() {
    let world = World::new().await;
    let cookies = jar(&world.sign_in_mette().await);
    let enable = async |enabled| {
        let mut tx = world.app.db.begin().await.unwrap();
        access::set_accounts_enabled(
            &mut tx,
            access::for_system(),
            NORDVIND,
            &[METTE],
            enabled,
            world.clock.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    };
    let people = format!("/api/v1/organisations/{}/people", world.nordvind);
    assert_eq!(world.mette().get(&people).await.status, 200);
    enable(false).await;
    for path in ["/api/v1/me", "/api/v1/organisations", &people] {
        let answer = world.mette().get(path).await;
        assert_eq!(answer.problem(), (401, "accountDisabled".into()), "{path}");
        assert!(!answer.text.contains("Nordvind"), "{}", answer.text);
    }
    assert_eq!(world.browser(&cookies).get("/api/v1/me").await.status, 401);
    // A new session does not help either, should the provider not know yet.
    let again = jar(&world.sign_in_mette().await);
    assert_eq!(
        world.browser(&again).get("/api/v1/me").await.problem(),
        (401, "accountDisabled".into())
    );
    enable(true).await;
    assert_eq!(world.mette().get(&people).await.status, 200);
}

#[tokio::test]
async fn somebody_we_never_saw_is_held_to_what_the_directory_says() {
    let world = World::new().await;
    let (mut off, on) = (person(71, "Lise Lund"), person(72, "Ole Bo"));
    off.enabled = false;
    world.mirror(vec![off, on]).await;
    let ask = async |number| {
        let object = ObjectId(Uuid::from_u128(number));
        let token = token(NORDVIND, object, "user", "Somebody");
        world.bearer(&token).get("/api/v1/me").await
    };
    assert_eq!(ask(71).await.problem(), (401, "accountDisabled".into()));
    assert_eq!(ask(72).await.status, 200);
    assert_eq!(
        world
            .count("SELECT COUNT(*) FROM principals WHERE name = 'Somebody'")
            .await,
        1
    );
}

#[tokio::test]
async fn a_fresh_sign_in_is_asked_for_where_the_person_is_signed_in() {
    let world = World::new().await;
    *world.provider.authenticated_at.lock().unwrap() = Some(world.clock.now());
    let mette = token(NORDVIND, METTE, "user", "Mette");
    let begin = format!("/auth/step-up?tenant={NORDVIND}&host=teams&loginHint=mette");
    // The provider of these tests redeems a code only at the tenant that it was asked of.
    let ended = world
        .there_and_back(&begin, "/auth/step-up/callback", &mette)
        .await;
    assert!(
        ended.location().starts_with("/step-up?host=teams#code="),
        "{}",
        ended.location()
    );
    assert_eq!(world.provider.last_tenant(), Some(NORDVIND));
    let elsewhere = token(STRANGE, METTE, "user", "Mette");
    let ended = world
        .there_and_back(&begin, "/auth/step-up/callback", &elsewhere)
        .await;
    assert!(
        ended.location().starts_with("/step-up?code=anotherAccount"),
        "{}",
        ended.location()
    );
    // A tenant that nobody here is of is not asked about.
    let begin = format!("/auth/step-up?tenant={STRANGE}");
    assert_eq!(world.nobody().get(&begin).await.status, 303);
    assert_eq!(world.provider.last_tenant(), None);
    for query in ["tenant=x", "host=elsewhere"] {
        let answer = world.nobody().get(&format!("/auth/step-up?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM step_ups").await, 1);
}
