//! Carrying out orders at the operator's network and at Microsoft.
//!
//! Owns how each step is carried out at whom (which steps an item takes says its kind in `orders`), and the job that drives
//! them. Promises that each step takes
//! effect at most once, that a failed order leaves no effect behind or stands held where a person is needed. Does not
//! price and does not decide what may be ordered.

mod attention;
mod booking;
mod case_moved;
mod executor;
mod jobs;
mod network_steps;
mod port_step;
pub mod ports;
mod teams_steps;

#[cfg(test)]
mod tests;

pub use attention::{HeldOrder, held_below, look_again};
pub use booking::{BookedService, answer_booking, booked_below};
pub use case_moved::CaseMoved;
pub use jobs::{CarryOut, Outside, note_network_event};
