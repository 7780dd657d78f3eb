//! Help from people: what was asked of the operator and what was answered, and the operator's queue of what waits for a person.

mod create_support_request;
mod list_support_requests;
mod list_work;
mod reply_support_request;
mod resolve_work;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(
            list_support_requests::list_support_requests,
            create_support_request::create_support_request
        ))
        .routes(routes!(reply_support_request::reply_support_request))
        .routes(routes!(list_work::list_work))
        .routes(routes!(resolve_work::resolve_work))
}
