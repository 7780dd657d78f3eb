//! Who is who and who may what.
//!
//! Owns the tree of organisations, the principals (keyed by tenant and object id, never by e-mail), their role
//! assignments, browser sessions and sign-ins under way. Promises that a [`Scope`] exists only where a right was proved.
//! Does not know people of the directory: a principal is whoever signed in.

mod model;
pub mod ports;

pub use model::*;
