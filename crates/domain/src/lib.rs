//! What the company owns and the rules it keeps. One room a thing; a room's tables are its own, and its door is its `mod.rs`.
//! A room may use those before it in this list; what must travel the other way travels as a job (see ARCHITECTURE.md).

pub mod access;
pub mod notices;
pub mod directory;
pub mod catalogue;
pub mod numbering;
pub mod sims;
pub mod subscriptions;
pub mod orders;
pub mod fulfilment;
pub mod overview;
