//! What the whole service does, seen from outside: over HTTP, against simulators of the outside worlds, on whichever database
//! engine SWITCHBOARD_TEST_DB names. One binary; the folders mirror the areas.

mod access;
mod contract;
mod directory;
mod orders;
mod organisation;
mod proof;
mod requests;
mod support;
