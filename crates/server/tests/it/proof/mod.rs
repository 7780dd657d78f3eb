//! What must hold however the day goes: the program killed anywhere, every call failing in every way, everybody wanting the same,
//! several servers at once. Each test takes a short form here, and its long one in `make proof`.

mod crashes;
mod faults;
mod fsck;
mod kind_faults;
mod nodes;
mod races;
