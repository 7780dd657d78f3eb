//! What was used: data, calls, messages.
//!
//! Owns usage records, their running totals, the imports that bring them in, and what was noted of limits that were passed.
//! Promises that a record counts once however often it is told, for whoever had the number at that instant and in the billing
//! period in which it began, whatever order records come in; that totals and records never differ; and that a passed limit is
//! told once. Does not know prices.

mod import;
mod jobs;
mod model;
mod ops;
pub mod ports;
pub mod rules;
mod store;

pub use import::{Begin, Importing, begin, run};
pub use jobs::{FORGET, Forget};
pub use model::*;
pub use ops::{of_subscription, start};
pub use store::{errors, import, imports, months, outgoing};

#[cfg(test)]
mod tests;
