//! Numbers on their way here from other operators: the cases, the owner's consent, and what can be done about each.

mod act;
mod consent;
mod get_port;
mod list_ports;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_ports::list_ports))
        .routes(routes!(get_port::get_port))
        .routes(routes!(act::resubmit_port))
        .routes(routes!(act::cancel_port))
        .merge(consent::router())
}
