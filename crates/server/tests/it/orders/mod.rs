//! Orders from the quote to their end, with both outside worlds in it.

mod bad_input;
mod bulk;
mod cancelling;
mod codes;
mod dates;
mod elsewhere;
mod endings;
mod events;
mod failures;
mod goods;
mod kinds;
mod mobile;
mod overview;
mod ports;
mod problems;
mod races;
mod telephony;
