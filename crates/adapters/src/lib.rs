//! The real clients of the systems that Switchboard talks to. Each implements a port of `domain` and nothing else, so that
//! no rule of the business hides in a client, and each answers with [`platform::outside::OutsideError`], so that a worker
//! can decide what to do next without knowing who was called.

pub mod entra;
pub mod graph;
pub mod http;
pub mod mail;
pub mod network;
pub mod pdf;
pub mod ubl;

#[cfg(test)]
mod samples;
