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
