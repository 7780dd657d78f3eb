//! The room at work: its rules by themselves, and months that are closed, on whichever engine the tests run.

mod charges;
mod closing;
mod compare;
mod credits;
mod failures;
mod rules;
mod terms;
pub(crate) mod world;
