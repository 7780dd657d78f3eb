//! Invoices: what a month cost, and the documents that say so.
//!
//! Owns the rules by which charges become lines and lines become an invoice, and what an issued invoice is. Promises whole
//! øre, VAT rounded once per VAT category, every chargeable day billed once. Does not render: documents come through a port.

mod document;
pub mod ports;
pub mod rules;

#[cfg(test)]
mod tests;

pub use document::*;
