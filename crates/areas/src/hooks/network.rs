//! `POST /hooks/network`: the network tells that a service order has moved (TMF641 `ServiceOrderStateChangeEvent`).

use crate::Shared;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    routing::post,
};
use domain::{fulfilment, porting};
use platform::{
    Error, Result,
    http::{Json, Query},
    seal::same_secret,
};
use uuid::Uuid;

/// Events are small; more is somebody's mistake or malice.
const LIMIT: usize = 64 * 1024;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/hooks/network", post(take))
        .layer(DefaultBodyLimit::max(LIMIT))
}

#[derive(serde::Deserialize)]
struct Proof {
    #[serde(default)]
    token: String,
}

/// Of an event only the reference counts; a network may send more than the standard says.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    event: About,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    service_order: Reference,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    #[serde(default)]
    external_id: String,
}

async fn take(
    State(app): State<Shared>,
    Query(proof): Query<Proof>,
    Json(told): Json<Told>,
) -> Result<StatusCode> {
    if !same_secret(&proof.token, app.settings.network_callback_token.expose()) {
        return Err(Error::unauthenticated());
    }
    let reference = told.event.service_order.external_id;
    if let Some(case) = porting::case_of_reference(&reference) {
        let mut tx = app.db.begin().await?;
        porting::note_network_event(&mut tx, &app.ids, case).await?;
        tx.commit().await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    // Taking a step back is an order of its own, named after the step.
    let step = reference.strip_suffix("-undo").unwrap_or(&reference);
    if let Ok(step) = step.parse::<Uuid>() {
        let mut tx = app.db.begin().await?;
        fulfilment::note_network_event(&mut tx, &app.ids, step).await?;
        tx.commit().await?;
    }
    // An order that is not ours is no fault of the sender's.
    Ok(StatusCode::NO_CONTENT)
}
