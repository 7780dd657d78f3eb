//! What is sold and what it costs.
//!
//! Owns offerings and their prices over time. Promises that a price of the past is never edited and that the rating rules
//! here are the ones that quotes and invoices share. Does not know who buys.

mod model;
mod ops;
pub mod rules;
mod store;

pub use model::*;
pub use ops::*;
pub use store::{attributes, code, ever, known, offering, offering_by_code, offerings, sold};
