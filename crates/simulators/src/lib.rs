//! Stand-ins for every outside party that Switchboard talks to, each speaking that party's real protocol.
//!
//! - [`microsoft`]: Entra ID v2.0, the Teams and directory parts of Graph v1.0, and a small directory administration page.
//! - [`network`]: the telephone network's provisioning interface.
//! - [`mailbox`]: a mail server that keeps what it is sent and shows it.
//!
//! The binary `switchboard-simulators` serves them on fixed ports for the demonstration; tests start them in their
//! own process on free ports with [`Simulators::start`]. Nothing here is meant to face the internet: every control
//! interface is open to whoever can reach it.

pub mod common;
pub mod mailbox;
pub mod microsoft;
pub mod network;
mod running;
pub mod tls;

pub use running::{Options, Running, Simulators};
