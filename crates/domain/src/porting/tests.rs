//! A case from its opening to its end, with a donor that fails in every way.

pub(crate) mod bench;
mod cases;
mod consent;
mod faults;
mod rules;
