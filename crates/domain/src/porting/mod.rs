//! Numbers on their way to us from another operator: the donor loses a number, we, the recipient, gain it and lead the way.
//!
//! Owns the cases, what happened to each and when, and the consent documents (sealed). Promises that a number is in one open
//! case at most (the database keeps it), that a case ends in exactly one of completed and cancelled, that the donor is asked
//! once for each submission, and that a date is a Danish working day that the donor can keep. Does not know orders: what
//! waits for a case is an id here, and hears by the job [`CASE_MOVED`] that it has moved. Does not change a subscription.

pub mod calendar;
mod jobs;
mod model;
mod ops;
pub mod ports;
pub mod rules;
mod store;
mod tell;

#[cfg(test)]
pub(crate) mod tests;

pub use jobs::FollowCase;
pub use model::*;
pub use ops::*;
pub use store::{Filter, case, consent_of, events, list, of_item, temporary_numbers};

/// The job that asks the donor and follows what it says. Payload `{ "port", "organisation" }`.
pub const FOLLOW_CASE: &str = "porting.followCase";

/// A case has moved: declared here, run by fulfilment, which carries on the order item that waits. Payload `{ "item" }`.
pub const CASE_MOVED: &str = "porting.caseMoved";
