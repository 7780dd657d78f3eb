//! Orders from the quote to their end, with both outside worlds in it.

mod bulk;
mod cancelling;
mod events;
mod failures;
mod mobile;
mod overview;
mod ports;
mod problems;
mod races;
mod telephony;
