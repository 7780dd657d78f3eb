//! The operator's own tools: files that come in.

mod download_usage_import_errors;
mod get_usage_import;
mod import_usage;
mod list_usage_imports;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where a body may take as long as it likes, as long as it goes on.
pub(crate) const STREAMED: &[&str] = &["/api/v1/organisations/{organisation}/imports/usage"];

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(
            import_usage::import_usage,
            list_usage_imports::list_usage_imports
        ))
        .routes(routes!(get_usage_import::get_usage_import))
        .routes(routes!(
            download_usage_import_errors::download_usage_import_errors
        ))
}
