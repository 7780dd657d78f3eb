//! Somebody's own page, which everybody of an organisation's directory has, with a role or without: what they have,
//! what they used and the codes of their own SIM cards.

mod get_my_page;
mod get_my_usage;
mod reveal_my_codes;

use crate::{Shared, caller::Caller};
use domain::{
    access::Scope,
    directory,
    overview::{self, PersonDetails},
};
use platform::{Error, Result, db::Conn};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(get_my_page::get_my_page))
        .routes(routes!(get_my_usage::get_my_usage))
        .routes(routes!(reveal_my_codes::reveal_my_codes))
}

/// The caller as a person of this organisation.
///
/// # Errors
/// 404 `noOwnPage` for whoever is not in the organisation's directory: a partner's administrator, an application.
async fn oneself(conn: &mut Conn, caller: &Caller, scope: &Scope) -> Result<PersonDetails> {
    let home = caller.home();
    if home.is_some() && home == scope.tenant() {
        let person = directory::person_by_object(conn, scope, caller.who.object).await?;
        if let Some(person) = person {
            return overview::details_of(conn, scope, person).await;
        }
    }
    Err(Error::new(
        platform::Kind::NotFound,
        "noOwnPage",
        "You are not in this organisation's directory, so you have no page of your own here.",
    ))
}

#[cfg(test)]
mod tests;
