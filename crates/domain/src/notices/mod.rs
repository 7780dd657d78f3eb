//! What people are told by mail.
//!
//! Owns no table of its own: a mail goes into the platform's outbox, in the transaction of what it tells of. Promises that a mail
//! says what happened and where to look, and nothing that whoever reads over a shoulder must not see: no telephone number,
//! no code, no name but the reader's own affairs. Does not decide who is told.

mod ops;
mod ports;

pub use ops::{OrderNews, OrderOutcome, SimGoesElsewhere, order_ended, sim_goes_elsewhere};
pub use ports::{PortNews, PortOutcome, port_moved};
