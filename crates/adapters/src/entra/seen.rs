//! Bearer tokens that have passed every check, by their SHA-256, until they expire.
//!
//! A tab sends the same token with every request for an hour; an RSA check costs some hundred microseconds of a budget of
//! a few hundred per request. What a check finds can change in two ways only: with time, which is looked at on every use,
//! and with the set of signing keys, by whose generation entries are kept, so that a withdrawn key ends its tokens at
//! once. The digest stands in for the token so that a memory dump holds none.

use super::kept::lock;
use domain::access::ports::Identity;
use platform::Instant;
use std::{collections::HashMap, sync::Mutex};

/// About 5 MB.
const MOST: usize = 10_000;

#[derive(Default)]
pub(super) struct SeenTokens(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    generation: u64,
    identities: HashMap<[u8; 32], Identity>,
}

impl SeenTokens {
    pub fn find(&self, digest: &[u8; 32], generation: u64, now: Instant) -> Option<Identity> {
        let seen = lock(&self.0);
        if seen.generation != generation {
            return None;
        }
        seen.identities
            .get(digest)
            .filter(|identity| identity.expires_at > now)
            .cloned()
    }

    /// `generation` as it was before the check began: when keys changed meanwhile, the next use checks again.
    pub fn keep(&self, digest: [u8; 32], identity: &Identity, generation: u64, now: Instant) {
        let mut seen = lock(&self.0);
        if seen.generation > generation {
            return;
        }
        if seen.generation < generation {
            seen.generation = generation;
            seen.identities.clear();
        }
        if seen.identities.len() >= MOST {
            seen.identities
                .retain(|_, identity| identity.expires_at > now);
        }
        if seen.identities.len() >= MOST {
            // Only valid tokens get here, so this is a busy hour and not an attack; checking again is merely slower.
            seen.identities.clear();
        }
        seen.identities.insert(digest, identity.clone());
    }
}
