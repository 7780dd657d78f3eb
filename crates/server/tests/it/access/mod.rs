//! Access is a table under test: every operation, every kind of caller, one verdict.

mod fields;
mod matrix;
mod orders;
mod rules;
