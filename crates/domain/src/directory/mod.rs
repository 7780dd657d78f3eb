//! The people.
//!
//! Owns the mirror of each tenant's directory, kept once per tenant, with the members of the groups in use, and the people made
//! here (local persons).
//! Promises that the mirror converges to the directory, that nobody is deleted while something still costs money, and
//! that an empty or broken answer removes nobody. Does not know what people have.

mod connection;
mod groups;
mod jobs;
mod local;
mod model;
mod ops;
pub mod ports;
pub mod rules;
mod store;
#[cfg(test)]
pub(crate) mod tests;

pub use connection::{
    CHECK_CONNECTION, CONSENT_LIFE, Capability, CheckConnection, Consent, Finding, Findings,
    Granted, Proof, begin_consent, prove_consent, request_check, take_consent,
};
pub use groups::{Group, SYNC_GROUPS, SyncGroups, freshen_groups, group, groups, use_group};
pub use jobs::{KEEP_SUBSCRIPTION, KeepSubscription, SYNC_TENANT, SyncTenant};
pub use local::{
    LocalDetails, create_local, local_for_change, lock_local, remove_local, update_local,
};
pub use model::*;
pub use ops::*;
pub use store::{
    Addressed, PERSON, PERSON_WIDTH, account_is_off, addresses, email, findings, mirror, people,
    person, person_by_object, read_person,
};
