//! What the organisation has, how it is connected and who runs it: its numbers, its drawer of SIM cards, its directory, its
//! administrators.

mod add_notification_address;
mod assign_role;
mod call_group_view;
mod confirm_notification_address;
mod connection;
mod explain_permission;
mod get_call_group;
mod get_delivery_address;
mod get_organisation;
mod get_usage;
mod list_audit_entries;
mod list_call_groups;
mod list_notification_addresses;
mod list_number_series;
mod list_numbers;
mod list_role_assignments;
mod list_roles;
mod list_sims;
mod notification_addresses;
mod release_number;
mod remove_notification_address;
mod reserve_number;
mod revoke_role;
mod role_view;
mod sync;
mod unsubscribe_notification_address;
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
        .routes(routes!(get_delivery_address::get_delivery_address))
        .routes(routes!(list_numbers::list_numbers))
        .routes(routes!(
            reserve_number::reserve_number,
            release_number::release_number
        ))
        .routes(routes!(list_number_series::list_number_series))
        .routes(routes!(list_sims::list_sims))
        .routes(routes!(list_call_groups::list_call_groups))
        .routes(routes!(get_call_group::get_call_group))
        .routes(routes!(connection::get_connection))
        .routes(routes!(sync::sync_directory))
        .routes(routes!(list_roles::list_roles))
        .routes(routes!(
            list_role_assignments::list_role_assignments,
            assign_role::assign_role
        ))
        .routes(routes!(revoke_role::revoke_role))
        .routes(routes!(list_audit_entries::list_audit_entries))
        .routes(routes!(explain_permission::explain_permission))
        .routes(routes!(get_usage::get_usage))
        .routes(routes!(
            list_notification_addresses::list_notification_addresses,
            add_notification_address::add_notification_address
        ))
        .routes(routes!(
            remove_notification_address::remove_notification_address
        ))
        .routes(routes!(
            confirm_notification_address::confirm_notification_address
        ))
        .routes(routes!(
            unsubscribe_notification_address::unsubscribe_notification_address
        ))
}
