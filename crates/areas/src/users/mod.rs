//! People and what they have: the list that most visitors come for, and one person's profile.

mod create_local_person;
mod delete_local_person;
mod get_person;
mod list_directory_groups;
mod list_people;
mod list_subscriptions;
mod local;
mod looks;
mod reveal_e_sim;
mod reveal_sim_codes;
mod set_references;
mod subscription;
mod update_local_person;
mod view;

pub use looks::Looks;

use crate::Shared;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(
            list_people::list_people,
            create_local_person::create_local_person
        ))
        .routes(routes!(
            get_person::get_person,
            update_local_person::update_local_person,
            delete_local_person::delete_local_person
        ))
        .routes(routes!(list_directory_groups::list_directory_groups))
        .routes(routes!(list_subscriptions::list_subscriptions))
        .routes(routes!(set_references::set_references))
        .routes(routes!(
            subscription::get_subscription,
            subscription::update_subscription
        ))
        .routes(routes!(reveal_sim_codes::reveal_sim_codes))
        .routes(routes!(reveal_e_sim::reveal_e_sim))
}

#[cfg(test)]
mod tests;
