//! Call groups: a number that rings several mobiles.
//!
//! Owns call groups and who is in them. Promises that a group's number is held for it alone, that its members have a mobile
//! subscription, that one order item at a time changes it, and that a call it passes on goes nowhere dear unless somebody who may
//! spend allowed it. Does not talk to the network.

mod model;
mod ops;
pub mod rules;
mod store;

pub use model::*;
pub use ops::*;
pub use store::{group, live, lock_live};
