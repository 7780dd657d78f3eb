use super::*;
use crate::{db, testing::Fixture};
use serde_json::json;

const NOW: Instant = Instant(1_795_000_000_000_000);

fn scope() -> Scope {
    Scope {
        principal: Uuid::from_u128(1),
        organisation: Uuid::from_u128(2),
        operation: "place_order",
    }
}

async fn keyed(key: &str, body: &str) -> Result<RequestKey> {
    let mut request = Request::post("/orders")
        .body(Body::from(body.to_owned()))
        .unwrap();
    request.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    if !key.is_empty() {
        request.headers_mut().insert(HEADER, key.parse().unwrap());
    }
    Keyed::<serde_json::Value>::from_request(request, &())
        .await
        .map(|keyed| keyed.key)
}

/// Places an order as a handler would; says the status and whether it was done now.
async fn place(
    fixture: &Fixture,
    idempotency: &Idempotency,
    scope: Scope,
    key: &RequestKey,
) -> Result<(Answer, bool)> {
    let flight = idempotency.enter(scope, key)?;
    let mut tx = fixture.db.begin().await?;
    let claim = match flight.begin(&mut tx, NOW).await? {
        Begun::Before(answer) => return Ok((answer, false)),
        Begun::Now(claim) => claim,
    };
    let answer = claim
        .finish(
            &mut tx,
            StatusCode::ACCEPTED,
            Some(crate::http::ETag(1)),
            &json!({ "id": 7 }),
        )
        .await?;
    tx.commit().await?;
    Ok((answer, true))
}

#[tokio::test]
async fn the_same_request_is_carried_out_once_and_answered_the_same() {
    let fixture = Fixture::new(db::migrations()).await;
    let idempotency = Idempotency::default();
    let key = keyed("k-1", r#"{"quote":"q","comment":"c"}"#)
        .await
        .unwrap();
    let (first, done) = place(&fixture, &idempotency, scope(), &key).await.unwrap();
    assert!(done);
    let reordered = keyed("k-1", r#"{ "comment": "c", "quote": "q" }"#)
        .await
        .unwrap();
    let (second, done) = place(&fixture, &idempotency, scope(), &reordered)
        .await
        .unwrap();
    assert!(!done);
    assert_eq!(first, second);
    let response = second.into_response();
    assert_eq!(
        (
            response.status().as_u16(),
            response.headers()["etag"].to_str().unwrap()
        ),
        (202, "\"v1\"")
    );
}

#[tokio::test]
async fn another_body_with_the_same_key_is_refused_and_another_scope_is_another_key() {
    let fixture = Fixture::new(db::migrations()).await;
    let idempotency = Idempotency::default();
    let key = keyed("k-1", r#"{"quote":"q"}"#).await.unwrap();
    place(&fixture, &idempotency, scope(), &key).await.unwrap();
    let other = keyed("k-1", r#"{"quote":"r"}"#).await.unwrap();
    let refused = place(&fixture, &idempotency, scope(), &other)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind, refused.code.as_ref()),
        (Kind::Rule, "idempotencyKeyReused")
    );
    for elsewhere in [
        Scope {
            principal: Uuid::from_u128(9),
            ..scope()
        },
        Scope {
            organisation: Uuid::from_u128(9),
            ..scope()
        },
        Scope {
            operation: "cancel_order",
            ..scope()
        },
    ] {
        assert!(
            place(&fixture, &idempotency, elsewhere, &other)
                .await
                .unwrap()
                .1
        );
    }
}

#[tokio::test]
async fn a_request_that_failed_may_be_tried_again_with_its_key() {
    let fixture = Fixture::new(db::migrations()).await;
    let idempotency = Idempotency::default();
    let key = keyed("k-1", "{}").await.unwrap();
    {
        let flight = idempotency.enter(scope(), &key).unwrap();
        let mut tx = fixture.db.begin().await.unwrap();
        assert!(matches!(
            flight.begin(&mut tx, NOW).await.unwrap(),
            Begun::Now(_)
        ));
    }
    assert!(
        place(&fixture, &idempotency, scope(), &key)
            .await
            .unwrap()
            .1
    );
}

#[tokio::test]
async fn a_request_under_way_is_not_begun_again() {
    let fixture = Fixture::new(db::migrations()).await;
    let idempotency = Idempotency::default();
    let key = keyed("k-1", "{}").await.unwrap();
    let under_way = idempotency.enter(scope(), &key).unwrap();
    let refused = place(&fixture, &idempotency, scope(), &key)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind, refused.code.as_ref(), refused.retry_after),
        (Kind::Conflict, "inFlight", Some(1))
    );
    drop(under_way);
    assert!(
        place(&fixture, &idempotency, scope(), &key)
            .await
            .unwrap()
            .1
    );
}

#[tokio::test]
async fn two_processes_at_once_carry_it_out_once() {
    let fixture = Fixture::new(db::migrations()).await;
    let key = keyed("k-1", "{}").await.unwrap();
    // Each with its own list of what is under way, as two processes have.
    let (one, two) = (Idempotency::default(), Idempotency::default());
    let (one, two) = tokio::join!(
        place(&fixture, &one, scope(), &key),
        place(&fixture, &two, scope(), &key)
    );
    assert_eq!(i32::from(one.unwrap().1) + i32::from(two.unwrap().1), 1);
}

#[tokio::test]
async fn keys_are_needed_and_forgotten_after_their_time() {
    for bad in ["", "with space", &"x".repeat(256)] {
        assert_eq!(
            keyed(bad, "{}").await.unwrap_err().code,
            "idempotencyKeyMissing"
        );
    }
    let fixture = Fixture::new(db::migrations()).await;
    let idempotency = Idempotency::default();
    let key = keyed("k-1", "{}").await.unwrap();
    place(&fixture, &idempotency, scope(), &key).await.unwrap();
    for (at, gone) in [
        (NOW.plus(KEEP), 0),
        (NOW.plus(KEEP).plus(Duration::from_secs(1)), 1),
    ] {
        let mut tx = fixture.db.begin().await.unwrap();
        assert_eq!(purge(&mut tx, at).await.unwrap(), gone);
        tx.commit().await.unwrap();
    }
}
