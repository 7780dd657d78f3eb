//! The landing page's figures.

mod get_dashboard;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_dashboard::get_dashboard))
}

#[cfg(test)]
mod tests;
