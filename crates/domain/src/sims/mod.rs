//! SIM cards: the drawer, and which subscription has which.
//!
//! Owns SIMs with their sealed codes. Promises one holder a SIM at most, and that PIN and PUK leave the sealed column only
//! through an audited look-up. Does not talk to the network.

mod codes;
mod model;
mod ops;
mod packs;
pub mod rules;
mod store;

pub use codes::{LookUp, LookUpKind, reveal_activation_code, reveal_codes};
pub use model::*;
pub use ops::*;
pub use packs::{CARDS_IN_PACK, announce, cards_of_packs, forget, take_in};
pub use store::{count_stock, list, of_holder, sim, sims};
