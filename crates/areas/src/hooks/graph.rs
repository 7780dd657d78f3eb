//! `POST /hooks/graph`: Microsoft Graph tells that people of a tenant have changed, or what becomes of the request to be told.
//!
//! Nothing here is trusted: a notification that carries the secret of its own subscription makes us ask Graph ourselves, at
//! most once for however many come; any other is thrown away with the same answer.

use crate::Shared;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{
    access::TenantId,
    directory::{self, Lifecycle},
};
use platform::{
    Error, Result,
    http::{Query, extract::parse_json},
};
use std::collections::HashSet;
use uuid::Uuid;

/// Graph sends at most a thousand notifications at once, of some four hundred bytes each.
const LIMIT: usize = 1024 * 1024;
/// A token of the handshake that is longer is not Graph's.
const LONGEST_TOKEN: usize = 4096;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/hooks/graph", post(take))
        .layer(DefaultBodyLimit::max(LIMIT))
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Handshake {
    validation_token: Option<String>,
}

#[derive(serde::Deserialize)]
struct Told {
    value: Vec<Notification>,
}

/// Of a notification only where to look counts; Graph may send more than we know.
#[derive(serde::Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "camelCase")]
struct Notification {
    #[serde(default)]
    subscription_id: String,
    #[serde(default)]
    client_state: Option<String>,
    #[serde(default)]
    tenant_id: Option<Uuid>,
    #[serde(default)]
    lifecycle_event: Option<String>,
}

async fn take(
    State(app): State<Shared>,
    Query(handshake): Query<Handshake>,
    body: Bytes,
) -> Result<Response> {
    if let Some(token) = handshake.validation_token {
        return answer(token);
    }
    let told: Told = parse_json(&body)?;
    // A burst speaks of one subscription over and over.
    let told: HashSet<Notification> = told.value.into_iter().collect();
    let mut forged = 0_u64;
    let mut genuine = Vec::new();
    let mut conn = app.db.read().await?;
    for notification in told {
        match (
            &notification.client_state,
            notification.tenant_id.map(TenantId),
        ) {
            (Some(state), Some(tenant))
                if directory::is_genuine(
                    &mut conn,
                    tenant,
                    &notification.subscription_id,
                    state,
                )
                .await? =>
            {
                genuine.push((
                    notification.subscription_id,
                    state.clone(),
                    tenant,
                    notification.lifecycle_event,
                ));
            }
            _ => forged += 1,
        }
    }
    drop(conn);
    if !genuine.is_empty() {
        let mut tx = app.db.begin().await?;
        for (subscription, state, tenant, event) in genuine {
            match event.as_deref().and_then(lifecycle) {
                Some(event) => {
                    directory::note_lifecycle(
                        &mut tx,
                        &app.ids,
                        tenant,
                        &subscription,
                        &state,
                        event,
                    )
                    .await?
                }
                // An event that we do not know is one more reason to look.
                None => {
                    directory::note_change(&mut tx, &app.ids, tenant, &subscription, &state).await?
                }
            };
        }
        tx.commit().await?;
    }
    if forged > 0 {
        tracing::info!(forged, "notifications that are not ours were thrown away");
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

fn lifecycle(event: &str) -> Option<Lifecycle> {
    match event {
        "reauthorizationRequired" => Some(Lifecycle::Renew),
        "subscriptionRemoved" => Some(Lifecycle::Removed),
        "missed" => Some(Lifecycle::Missed),
        _ => None,
    }
}

/// The handshake when a subscription is made: the token comes back as it came. As plain text, so that it is never a page.
fn answer(token: String) -> Result<Response> {
    if token.len() > LONGEST_TOKEN {
        return Err(Error::malformed("This is not a token of the handshake."));
    }
    Ok((
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        token,
    )
        .into_response())
}

#[cfg(test)]
mod tests {
    use crate::tests::{NORDVIND, World, people::person};
    use serde_json::{Value, json};
    use std::time::Duration;

    const PATH: &str = "/hooks/graph";

    fn notification(subscription: &str, state: &str) -> Value {
        json!({
            "subscriptionId": subscription, "clientState": state, "tenantId": NORDVIND, "changeType": "updated",
            "resource": "Users/1", "resourceData": { "id": "1" },
        })
    }

    #[tokio::test]
    async fn the_handshake_gives_the_token_back_as_plain_text() {
        let world = World::new().await;
        let answer = world
            .nobody()
            .post(&format!("{PATH}?validationToken=Validation%3A+%3Cb%3E"))
            .await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (200, "Validation: <b>")
        );
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        let long = "x".repeat(5_000);
        assert_eq!(
            world
                .nobody()
                .post(&format!("{PATH}?validationToken={long}"))
                .await
                .status,
            400
        );
    }

    #[tokio::test]
    async fn a_genuine_notification_is_followed_once_and_a_forged_one_not_at_all() {
        let world = World::new().await;
        let directory = world.mirror(vec![person(1, "Anna Holm")]).await;
        let secret = directory.secret.lock().unwrap().clone();
        let asked = || std::mem::take(&mut *directory.asked.lock().unwrap());
        asked();
        let forged: Vec<_> = (0..500)
            .map(|number| notification("subscription", &format!("guess {number}")))
            .chain([
                notification("another", &secret),
                json!({ "subscriptionId": "subscription" }),
                json!({}),
            ])
            .collect();
        let commits = world.app.db.commits();
        let answer = world
            .nobody()
            .post_json(PATH, json!({ "value": forged }))
            .await;
        assert_eq!(answer.status, 202, "the sender learns nothing");
        assert_eq!(world.app.db.commits(), commits, "and causes no write");
        world.clock.advance(Duration::from_secs(1));
        world.work(&directory).await;
        assert_eq!(asked(), 0);

        let genuine: Vec<_> = (0..100)
            .map(|_| notification("subscription", &secret))
            .collect();
        for _ in 0..3 {
            assert_eq!(
                world
                    .nobody()
                    .post_json(PATH, json!({ "value": genuine }))
                    .await
                    .status,
                202
            );
        }
        world.clock.advance(Duration::from_secs(1));
        world.work(&directory).await;
        assert_eq!(asked(), 1);
    }

    #[tokio::test]
    async fn what_becomes_of_the_request_is_followed_too() {
        let world = World::new().await;
        let directory = world.mirror(vec![person(1, "Anna Holm")]).await;
        let secret = directory.secret.lock().unwrap().clone();
        for event in [
            "subscriptionRemoved",
            "missed",
            "reauthorizationRequired",
            "somethingNew",
        ] {
            let mut told = notification("subscription", &secret);
            told["lifecycleEvent"] = json!(event);
            assert_eq!(
                world
                    .nobody()
                    .post_json(PATH, json!({ "value": [told] }))
                    .await
                    .status,
                202,
                "{event}"
            );
        }
        world.work(&directory).await;
        assert_ne!(
            *directory.secret.lock().unwrap(),
            secret,
            "a new one was asked for"
        );
    }

    #[tokio::test]
    async fn what_is_no_notification_is_refused() {
        let world = World::new().await;
        assert_eq!(
            world
                .nobody()
                .post_json(PATH, json!({ "value": 1 }))
                .await
                .status,
            400
        );
        assert_eq!(world.nobody().post(PATH).await.status, 400);
        let large = json!({ "value": [], "rest": "x".repeat(2 * 1024 * 1024) });
        assert_eq!(world.nobody().post_json(PATH, large).await.status, 413);
    }
}
