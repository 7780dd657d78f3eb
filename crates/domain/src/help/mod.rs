//! Help from people: support requests and their answers, and the delivery address, which only a support request changes.
//!
//! Owns support requests, their messages and the registered delivery addresses. Promises that an address changes only when
//! somebody who works on the operator's queue carries the request out, and that a request that was declined or done changes nothing
//! more. Does not decide who is told by mail.

mod model;
mod ops;
pub mod rules;
mod store;

pub use model::*;
pub use ops::{ask, begin_address, carry_out, decline, reply};
pub use store::{address_changed_at, delivery_address, open_below, request, requests};
