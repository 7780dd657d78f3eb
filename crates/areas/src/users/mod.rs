//! People and what they have: the list that most visitors come for, and one person's profile.

mod get_person;
mod list_people;
mod view;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_people::list_people))
        .routes(routes!(get_person::get_person))
}

#[cfg(test)]
mod tests;
