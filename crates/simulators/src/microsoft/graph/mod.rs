//! Graph v1.0, mounted at `/v1.0`: people, groups, licences, numbers, subscriptions, batches.
//!
//! Owns the interface: addresses in both spellings, query options, paging and delta links, permissions, throttling, the
//! shapes of answers and errors, and the ledger of effectful calls. What is true belongs to the [`world`](super::world).
//! Promises the shapes of `contract/msgraph-v1.0-subset.json`, from which addresses, options and permissions are read and
//! against which every answer is tested. Deliberately not here: beta, `$expand`, mail, calendars, reports, call records;
//! their addresses answer 501.
//!
//! Its own control interface, besides the faults that stand before the whole listener:
//!
//! - `GET`, `PATCH`, `DELETE /_simulator/graph/control`: [`control::Settings`].
//! - `GET`, `DELETE /_simulator/graph/ledger`.
//! - `POST /_simulator/graph/delta/expire`.
//! - `GET /_simulator/graph/notifications`, `GET /_simulator/graph/subscriptions`,
//!   `POST /_simulator/graph/subscriptions/{id}/lifecycle {"event"}`.
//! - `GET`, `POST`, `DELETE /_simulator/inventory/{tenant} {"numbers": [...], "numberType"}`: the operator's port.

mod address;
mod batch;
mod call;
mod collection;
pub mod contract;
pub mod control;
mod delta;
mod directory;
mod entity;
mod error;
mod filter;
mod groups;
mod http;
pub mod ledger;
mod licences;
mod notify;
mod numbers;
mod people;
mod policies;
mod query;
mod rules;
mod search;
mod serve;
mod state;
mod subscriptions;
mod teams;
mod throttle;
mod tokens;
mod users;
mod views;

use axum::routing::{any, get, post};
use axum::{Extension, Router};

use super::Microsoft;

pub use state::Graph;

/// Every route of Graph v1.0 (the paths begin with `/v1.0`) and of its control interface.
pub fn router(graph: Graph) -> Router<Microsoft> {
    Router::new()
        .route("/v1.0", any(http::graph))
        .route("/v1.0/{*path}", any(http::graph))
        .route(
            "/_simulator/graph/control",
            get(http::settings)
                .patch(http::change_settings)
                .delete(http::reset_settings),
        )
        .route(
            "/_simulator/graph/ledger",
            get(http::ledger).delete(http::clear_ledger),
        )
        .route("/_simulator/graph/delta/expire", post(http::expire_delta))
        .route("/_simulator/graph/notifications", get(http::notifications))
        .route("/_simulator/graph/subscriptions", get(http::subscriptions))
        .route(
            "/_simulator/graph/subscriptions/{id}/lifecycle",
            post(http::lifecycle),
        )
        .route(
            "/_simulator/inventory/{tenant}",
            get(http::inventory)
                .post(http::upload)
                .delete(http::withdraw),
        )
        .layer(Extension(graph))
}
