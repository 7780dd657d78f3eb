//! What the simulators share: faults on demand, a ledger that survives a crash, and the manners of their pages.

pub mod faults;
pub mod html;
pub mod ledger;
