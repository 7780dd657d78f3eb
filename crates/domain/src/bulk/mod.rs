//! Many orders from one table.
//!
//! Owns the tables that people upload, for a week. Promises that every row is either quoted or comes back with its reasons, that
//! the rows that can go do not wait for those that cannot, and that nothing is ordered here: an order is placed from the quote
//! like any other.

mod model;
mod ops;
mod rules;
mod store;

pub use model::*;
pub use ops::{bulk, upload};
pub use rules::{Column, MOST_ROWS, template};
