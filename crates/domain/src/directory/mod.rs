//! The people.
//!
//! Owns the mirror of each tenant's directory, kept once per tenant, and the people made here (local persons).
//! Promises that the mirror converges to the directory, that nobody is deleted while something still costs money, and
//! that an empty or broken answer removes nobody. Does not know what people have.

mod connection;
mod jobs;
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
pub use jobs::{KEEP_SUBSCRIPTION, KeepSubscription, SYNC_TENANT, SyncTenant};
pub use model::*;
pub use ops::*;
pub use store::{
    PERSON, PERSON_WIDTH, email, findings, mirror, person, person_by_object, read_person,
};
