//! Orders from the quote to their end, with both outside worlds in it.

mod telephony;
