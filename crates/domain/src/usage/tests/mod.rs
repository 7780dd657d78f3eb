//! The room at work, on whichever engine the tests run.

mod counting;
mod importing;
mod limits;
mod world;
