//! Who one is: the browser's sign-in and its end, the fresh sign-in that dangerous things want, oneself, and the organisations one
//! belongs to. The session cookie holds a random token of which only the hash is kept; Teams needs no session at all.
//!
//! Sign-in and its return are redirects for a browser. A failure ends on the web client's page for it, which knows the codes.

mod consent;
pub(crate) mod cookies;
mod finish_sign_in;
mod finish_step_up;
mod front_channel_sign_out;
mod get_client;
mod get_me;
mod list_organisations;
mod sign_in;
mod sign_out;
mod step_up;
mod update_me;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_client::get_client))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(finish_sign_in::finish_sign_in))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(front_channel_sign_out::front_channel_sign_out))
        .routes(routes!(step_up::step_up))
        .routes(routes!(finish_step_up::finish_step_up))
        .routes(routes!(consent::consent))
        .routes(routes!(consent::finish_consent))
        .routes(routes!(get_me::get_me, update_me::update_me))
        .routes(routes!(list_organisations::list_organisations))
}

#[cfg(test)]
mod tests;
