//! What people are told by mail.
//!
//! Owns the addresses that asked to be told; a mail goes into the platform's outbox, in the transaction of what it tells of.
//! Promises that a mail says what happened and where to look, and nothing that whoever reads over a shoulder must not see: no
//! code, no name but the reader's own affairs, and no telephone number but to an address that asked to be told of its use; and
//! that an address that has not confirmed gets nothing but the question. Does not decide what is told.

mod addresses;
mod invoices;
mod model;
mod ops;
mod ports;
pub mod rules;
mod store;

pub use addresses::{
    LimitNews, add_address, confirm_address, forget_unconfirmed, limit_passed, remove_address,
    unsubscribe,
};
pub use invoices::{InvoiceNews, invoice_ready};
pub use model::*;
pub use ops::{
    AnswerNews, EndingsNews, NewSim, OrderNews, OrderOutcome, RoleNews, SimNews, many_endings,
    new_sim, order_ended, request_answered, role_changed,
};
pub use ports::{PortNews, PortOutcome, port_moved};
pub use store::{address, addresses};

#[cfg(test)]
mod tests;
