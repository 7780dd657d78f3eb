//! Who is who and who may what.
//!
//! Owns the tree of organisations, the principals (keyed by tenant and object id, never by e-mail), their role
//! assignments, browser sessions and sign-ins under way. Promises that a [`Scope`] exists only where a right was proved, and
//! that rights are read at each request. Does not know people of the directory: a principal is whoever signs in.

mod downloads;
mod grants;
mod model;
mod ops;
pub mod ports;
pub mod rules;
mod store;

pub use downloads::{DOWNLOAD_LIFE, Download, download, open_download};
pub use grants::{
    AssignmentFilter, Grantee, RoleAssignment, assign_role, has_keeper, knows_of, revoke_role,
    role_assignments,
};
pub use model::*;
pub use ops::*;
pub use rules::{Permission, PermissionSet, Role};
pub use store::{
    administrators, colleague, count_memberships, is_within, memberships, onboarded_at, operator,
    organisation, organisation_by_customer_number, organisations_after, organisations_of_tenant,
    principal, principal_by_id, raise_version, set_accounts_enabled, set_default_group,
    set_language, tenant_has_principals, tenant_is_known,
};

#[cfg(test)]
mod tests;
