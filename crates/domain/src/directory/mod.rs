//! The people.
//!
//! Owns the mirror of each tenant's directory, kept once per tenant, and the people made here (local persons).
//! Promises that the mirror converges to the directory, that nobody is deleted while something still costs money, and
//! that an empty or broken answer removes nobody. Does not know what people have.

mod model;
pub mod ports;

pub use model::*;
