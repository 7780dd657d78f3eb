//! What people are told by mail.
//!
//! Owns no table of its own: a mail goes into the platform's outbox, in the transaction of what it tells of. Promises that a mail
//! says what happened and where to look, and nothing that whoever reads over a shoulder must not see: no telephone number,
//! no code, no name but the reader's own affairs. Does not decide who is told.

mod ops;

pub use ops::{OrderNews, OrderOutcome, RoleNews, order_ended, role_changed};
