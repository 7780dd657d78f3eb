//! The clients against a server on loopback that behaves as badly as it is told to.

mod bearer;
mod delta;
mod logs;
mod outcomes;
mod simulators;
mod stand;
mod telephony;
mod tokens;
