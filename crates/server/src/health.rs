//! What a load balancer and an orchestrator ask.

use axum::{extract::State, http::StatusCode};
use platform::db::Db;

/// The process lives.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers and its schema is the one that this program knows.
pub async fn ready(State(db): State<Db>) -> (StatusCode, &'static str) {
    match db.ready(domain::migrations()).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}
