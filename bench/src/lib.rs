//! The worlds that the demo and the measurements run in, made through the same verbs that onboarding uses.

pub mod catalogue;
pub mod demo;
pub mod history;
pub mod network;
pub mod stock;
