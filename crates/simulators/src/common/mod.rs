//! What the simulators share: faults on demand, a ledger that survives a crash, and the manners of their pages.

pub mod faults;
pub mod html;
pub mod ledger;

/// An id nobody can guess: a version-4 UUID in its hyphenated form.
pub fn fresh_id() -> String {
    let bytes: [u8; 16] = rand::random();
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}
