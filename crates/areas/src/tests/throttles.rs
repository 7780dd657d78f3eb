use crate::caller::Caller;
use crate::tests::{METTE, NORDVIND, STRANGE, SVEND, World, token};
use axum::{Router, extract::FromRequestParts};
use domain::access::{Role, TenantId};
use platform::config::Limits;
use serde_json::json;
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

async fn limited(change: impl FnOnce(&mut Limits)) -> World {
    let mut limits = Limits::default();
    change(&mut limits);
    World::limited(Router::new(), limits).await
}

#[tokio::test]
async fn a_principal_who_asks_too_often_waits_and_the_others_do_not() {
    let world = limited(|limits| limits.requests_per_minute = 3).await;
    for _ in 0..3 {
        assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
    }
    let refused = world.mette().get("/api/v1/me").await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    assert_eq!(refused.headers["retry-after"], "20");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(world.mads().get("/api/v1/me").await.status, 200);
    world.clock.advance(Duration::from_secs(20));
    assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
}

/// Whoever sends a byte a second has as many places as they may, and no more: the others' are free.
#[tokio::test]
async fn one_principal_cannot_have_every_place() {
    let world = limited(|limits| limits.requests_at_once = 2).await;
    let request = |world: &World| {
        let mut parts = axum::http::Request::new(()).into_parts().0;
        let bearer = format!("Bearer {}", token(NORDVIND, METTE, "user", "Mette"));
        parts
            .headers
            .insert("authorization", bearer.parse().unwrap());
        let app = world.app.clone();
        async move { Caller::from_request_parts(&mut parts, &app).await }
    };
    let first = request(&world).await.unwrap();
    let second = request(&world).await.unwrap();
    let refused = world.mette().get("/api/v1/me").await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    assert_eq!(refused.headers["retry-after"], "1");
    assert_eq!(world.mads().get("/api/v1/me").await.status, 200);
    drop(first);
    assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
    // What listens to live events is no request any more.
    let _listens = second.listens(&world.app).unwrap();
    let _third = request(&world).await.unwrap();
    assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn one_principal_holds_so_many_streams_open_and_no_more() {
    let world = limited(|limits| limits.streams_at_once = 1).await;
    let events = format!("/api/v1/organisations/{}/events", world.nordvind);
    let bearer = |name| format!("Bearer {}", token(NORDVIND, name, "user", "Mette"));
    let open = async |who: String| {
        let request = axum::http::Request::get(&events)
            .header("authorization", who)
            .body(axum::body::Body::empty())
            .unwrap();
        world.router.clone().oneshot(request).await.unwrap()
    };
    let first = open(bearer(METTE)).await;
    assert_eq!(first.status(), 200);
    assert_eq!(open(bearer(METTE)).await.status(), 429);
    drop(first);
    assert_eq!(open(bearer(METTE)).await.status(), 200);
}

#[tokio::test]
async fn bad_proofs_from_one_address_come_to_an_end() {
    let world = limited(|limits| limits.refused_per_minute = 4).await;
    for proof in ["rubbish", "more", "again"] {
        assert_eq!(world.bearer(proof).get("/api/v1/me").await.status, 401);
    }
    assert_eq!(world.nobody().get("/api/v1/me").await.status, 401);
    let refused = world.bearer("rubbish").get("/api/v1/me").await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    // What needs no proof goes on, and later so does the rest.
    assert_eq!(world.nobody().get("/auth/client").await.status, 200);
    world.clock.advance(Duration::from_secs(15));
    assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn an_address_that_brings_ever_new_tenants_is_held_and_one_stranger_is_not() {
    let world = limited(|limits| limits.strangers_per_hour = 5).await;
    let principals = "SELECT COUNT(*) FROM principals";
    let before = world.count(principals).await;
    let stranger = |number: u128| {
        let tenant = TenantId(Uuid::from_u128(0xdead_0000 + number));
        world.bearer(&token(tenant, SVEND, "user", "Svend"))
    };
    for _ in 0..20 {
        assert_eq!(stranger(0).get("/api/v1/me").await.status, 200);
    }
    for number in 1..5 {
        assert_eq!(stranger(number).get("/api/v1/me").await.status, 200);
    }
    let refused = stranger(5).get("/api/v1/me").await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    assert_eq!(world.mette().get("/api/v1/me").await.status, 200);
    assert_eq!(world.count(principals).await, before, "no row is kept");
}

#[tokio::test]
async fn sign_ins_from_one_address_are_limited_in_the_database() {
    let world = limited(|limits| limits.sign_ins_per_minute = 2).await;
    assert_eq!(world.nobody().get("/auth/sign-in").await.status, 303);
    assert_eq!(world.nobody().get("/auth/step-up").await.status, 303);
    for path in ["/auth/sign-in", "/auth/step-up"] {
        let refused = world.nobody().get(path).await;
        assert_eq!(refused.problem(), (429, "tooOften".into()));
        assert_eq!(refused.headers["retry-after"], "30");
        assert!(refused.cookies().is_empty());
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM sign_ins").await, 2);
}

#[tokio::test]
async fn sign_ins_by_people_of_unknown_tenants_are_rarer() {
    let world = limited(|limits| limits.strangers_per_hour = 1).await;
    let come = async |tenant, object, name| {
        let code = token(tenant, object, "user", name);
        world
            .there_and_back("/auth/sign-in", "/auth/callback", &code)
            .await
    };
    assert_eq!(come(STRANGE, SVEND, "Svend").await.location(), "/");
    let refused = come(STRANGE, SVEND, "Svend").await;
    assert!(
        refused
            .location()
            .starts_with("/sign-in-failed?code=tooOften"),
        "{}",
        refused.location()
    );
    assert_eq!(come(NORDVIND, METTE, "Mette").await.location(), "/");
    assert_eq!(world.count("SELECT COUNT(*) FROM sessions").await, 2);
    world.clock.advance(Duration::from_secs(3600));
    assert_eq!(come(STRANGE, SVEND, "Svend").await.location(), "/");
}

#[tokio::test]
async fn the_button_for_synchronising_has_a_limit_for_the_organisation() {
    let world = limited(|limits| limits.directory_syncs_per_hour = 2).await;
    world.mirror(Vec::new()).await;
    world.grant(Role::UserAdministrator).await;
    let path = format!("/api/v1/organisations/{}/directory/sync", world.nordvind);
    for _ in 0..2 {
        assert_eq!(world.mette().post(&path).await.status, 202);
    }
    let refused = world.mette().post(&path).await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    assert_eq!(refused.headers["retry-after"], "1800");
}

#[tokio::test]
async fn files_have_a_limit_for_whoever_asks_and_for_each_link() {
    let world = limited(|limits| limits.downloads_per_hour = 2).await;
    world.grant(Role::Reader).await;
    let path = format!("/api/v1/organisations/{}/downloads", world.nordvind);
    let wish = json!({ "kind": "bulkTemplate", "format": "csv" });
    let made = world.mette().post_json(&path, wish.clone()).await;
    let url = made.json()["url"].as_str().unwrap().to_owned();
    let link = url.strip_prefix("https://portal.example").unwrap();
    for _ in 0..10 {
        assert_eq!(world.nobody().get(link).await.status, 200);
    }
    let refused = world.nobody().get(link).await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
    let other = world.mette().post_json(&path, wish.clone()).await;
    assert_eq!(other.status, 201);
    let refused = world.mette().post_json(&path, wish).await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
}

#[tokio::test]
async fn an_organisation_writes_only_so_much_to_the_operator() {
    let world = limited(|limits| limits.support_messages_per_day = 2).await;
    world.grant(Role::OrganisationAdministrator).await;
    let path = format!("/api/v1/organisations/{}/support-requests", world.nordvind);
    let asked =
        json!({ "kind": "question", "subject": "Cables", "text": "Which?", "address": null });
    let made = world
        .mette()
        .with("idempotency-key", "first")
        .post_json(&path, asked.clone())
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    // The same once more is not more.
    let again = world
        .mette()
        .with("idempotency-key", "first")
        .post_json(&path, asked.clone())
        .await;
    assert_eq!(again.status, 201);
    let reply = format!("{path}/{id}/replies");
    let said = world
        .mette()
        .with("idempotency-key", "reply")
        .post_json(&reply, json!({ "text": "The long ones" }))
        .await;
    assert_eq!(said.status, 201, "{}", said.text);
    let refused = world
        .mette()
        .with("idempotency-key", "second")
        .post_json(&path, asked)
        .await;
    assert_eq!(refused.problem(), (429, "tooOften".into()));
}
