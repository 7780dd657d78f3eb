//! The pure decisions of this room: what a line says, what counts, which limit is passed.

pub mod counting;
pub mod lines;
pub mod reading;
