//! What the organisation has and how it is connected: its numbers, its drawer of SIM cards, its directory.

mod connection;
mod get_organisation;
mod list_number_series;
mod list_numbers;
mod list_sims;
mod sync;
mod update_organisation;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(
            get_organisation::get_organisation,
            update_organisation::update_organisation
        ))
        .routes(routes!(list_numbers::list_numbers))
        .routes(routes!(list_number_series::list_number_series))
        .routes(routes!(list_sims::list_sims))
        .routes(routes!(connection::get_connection))
        .routes(routes!(sync::sync_directory))
}
