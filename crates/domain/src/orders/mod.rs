//! Every change to what an organisation has: quoted, ordered, followed to its end, taken back.
//!
//! Owns quotes, orders and their items. Promises that an order costs what its quote said, that it is placed once, that it
//! ends in exactly one final state, and that number and SIM are held for it from the moment it is placed. Does not carry
//! anything out: it writes the job that fulfilment runs, and says which steps there are.
//!
//! [`kinds`] is the table of what can be ordered, one file a family; [`facts`] looks everything up that a request is about,
//! [`assess`] judges it, [`placing`] writes it. [`ops`] are the verbs of whoever orders, [`undoing`] takes an order back,
//! [`progress`] are the verbs of whoever carries out, [`answering`] that of whoever confirms a service.

mod answering;
mod assess;
mod check;
mod facts;
mod groups;
mod items;
mod kinds;
mod model;
mod ops;
mod placing;
mod progress;
pub mod rules;
mod steps;
mod store;
mod telling;
mod undoing;
mod warn;

pub use answering::answer_booking;
pub use items::*;
pub use model::*;
pub use ops::*;
pub use progress::*;
pub use steps::*;
pub use store::{
    Booking, ListFilter, ListKey, NeedsAttention, bookings_below, charged_once, items, list,
    needing_attention_below, open_of_order, order, order_of_item, order_of_quote, orders, quote,
    requesters, service_answer, step_counts, summaries,
};
pub use telling::{Trouble, summary, trouble};
pub use undoing::{Undoable, undo, undoable};

/// The job that carries an order out; declared here, run by fulfilment. Payload `{ "order", "organisation" }`.
pub const CARRY_OUT: &str = "fulfilment.carryOut";
