//! What machines outside call. Nothing they say is believed: a call says where to look, and the worker looks for itself.

mod graph;
mod network;

use crate::Shared;
use axum::Router;

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .merge(graph::router())
        .merge(network::router())
}
