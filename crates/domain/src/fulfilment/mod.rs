//! Carrying out orders at the operator's network and at Microsoft.
//!
//! Owns the steps of each order item and what came of them. Promises that each step takes effect at most once, that a
//! failed order leaves no effect behind or stands held where a person is needed. Does not price and does not decide what
//! may be ordered.

pub mod ports;
