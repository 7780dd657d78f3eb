//! Access is a table under test: every operation, every kind of caller, one verdict.

mod matrix;
mod orders;
mod rules;
