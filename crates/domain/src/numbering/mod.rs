//! Telephone numbers: whose they are and what has them.
//!
//! Owns number series and numbers. Promises that a number has one holder at most (the database keeps it, not only this
//! code) and that a released one rests before it is used again. Does not know what a holder is, only its id.

mod model;
mod ops;
mod rests;
pub mod rules;
mod store;

pub use model::*;
pub use ops::*;
pub use rests::{END_RESTS, EndRests, start_rests};
pub use store::{
    Filter, count_free, find, find_many, is_known, list, number, numbers, of_holder, series,
};
