//! Puts the rooms together into one running service. Nothing is decided here; this is where every part is named once.

mod audit;
mod billing;
pub mod cli;
mod compose;
mod documents;
mod fsck;
mod health;
pub mod serving;
pub mod usage;
mod web;

pub use compose::{Composition, compose, join};
