//! Invoices: what a month cost, and the documents that say so.
//!
//! Owns who pays for whom and on which terms, prices of use, closed months with each payer's part of them, issued invoices with
//! their lines, and the rules by which charges become lines and lines an invoice. Promises whole øre, VAT rounded once per VAT
//! category, every chargeable day and unit billed once, one invoice for a payer and a month however often and by however many it
//! is asked for, numbers without a gap, and that what was issued never changes. Does not render: documents come through a port.
//!
//! [`gather`] looks up what a month consists of, [`rules`] make lines of it, [`issue`] writes them, [`jobs`] keep it going.

mod document;
mod gather;
mod issue;
mod jobs;
mod model;
mod ops;
pub mod ports;
mod read;
pub mod rules;
mod store;

#[cfg(test)]
pub(crate) mod tests;

pub use document::*;
pub use issue::close_payer;
pub use jobs::{
    CLOSE_PAYER, CLOSE_PERIOD, ClosePayer, ClosePeriod, SCHEDULE, Schedule, finish_period, start,
};
pub use model::*;
pub use ops::{
    add_usage_prices, altered, close, credit, discounts, document, payer_name, period_status,
    preview, set_finance, set_terms, set_usage_prices, terms,
};
pub use read::*;
