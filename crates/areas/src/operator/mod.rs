//! The operator's own tools: files that come in, months that are closed, prices and terms.

mod billing_period;
mod billing_terms;
mod download_usage_import_errors;
mod get_usage_import;
mod import_usage;
mod list_usage_imports;
mod set_prices;
#[cfg(test)]
mod tests;
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
        .routes(routes!(billing_period::preview_period))
        .routes(routes!(billing_period::close_period))
        .routes(routes!(
            billing_terms::get_billing_terms,
            billing_terms::set_billing_terms
        ))
        .routes(routes!(set_prices::set_prices))
}
