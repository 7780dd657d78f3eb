//! Every change to what an organisation has: quoted, ordered, followed to its end.
//!
//! Owns quotes, orders and their items. Promises that an order costs what its quote said, that it is placed once, that it
//! ends in exactly one final state, and that number and SIM are held for it from the moment it is placed. Does not carry
//! anything out: it writes the job that fulfilment runs.

mod assess;
mod model;
mod ops;
pub mod rules;
mod store;

pub use model::*;
pub use ops::*;
pub use store::{
    ListFilter, ListSort, NeedsAttention, items, list, needing_attention_below, open_items, order,
    order_of_item, orders, quote, summaries,
};

/// The job that carries an order out; declared here, run by fulfilment. Payload `{ "order", "organisation" }`.
pub const CARRY_OUT: &str = "fulfilment.carryOut";
