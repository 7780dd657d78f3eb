//! What each person has.
//!
//! Owns subscriptions. Promises that a number and a SIM are on one subscription at most and that a Teams account has one
//! telephony number at most (the database keeps it), and that what is paid was agreed with an order. Does not carry
//! anything out.

mod model;
mod ops;
mod references;
mod store;

pub use model::*;
pub use ops::*;
pub use references::{set_reference, set_references};
pub use store::{
    charged, holders, intervals, kinds_of_people, live_of_person, lock, mobile_of_people,
    of_organisation, open_intervals, subscription, subscriptions,
};
