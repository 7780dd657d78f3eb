//! The authority's signing keys (RFC 7517) and when they are fetched anew.
//!
//! Microsoft announces no schedule: keys are kept by id; after an hour a fetch goes on beside the work, after a day before
//! it; an unknown id makes one fetch, at most every five minutes, so that forged tokens cannot make us hammer the
//! authority; when a fetch fails, what we have stays good.

use super::{
    discovery::Directory,
    kept::{Kept, Look, lock},
};
use crate::http::{Call, Effect, Http};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::ports::IdentityError;
use jsonwebtoken::DecodingKey;
use platform::{Instant, outside::OutsideError};
use serde::Deserialize;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const REFRESH_AFTER: Duration = Duration::from_secs(3600);
const GOOD_FOR: Duration = Duration::from_secs(24 * 3600);
/// Between fetches for unknown ids, and after a failed one.
const HOLD_OFF: Duration = Duration::from_secs(5 * 60);

/// RSA moduli, in bytes: 2048 to 8192 bits. Smaller is weak, larger is slow to check.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
const MOST_KEYS: usize = 200;

pub(super) struct Key {
    pub kid: String,
    /// Whose tokens it may sign: an issuer, or a template with `{tenantid}` for any tenant.
    pub issuer: String,
    pub key: DecodingKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    kty: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
    issuer: Option<String>,
}

pub(super) struct Keys {
    directory: Arc<Directory>,
    http: Http,
    kept: Kept<Vec<Key>>,
    /// When an unknown id last made us fetch.
    forced_at: Mutex<Option<Instant>>,
}

impl Keys {
    pub fn new(directory: Arc<Directory>, http: Http) -> Self {
        Keys {
            directory,
            http,
            kept: Kept::default(),
            forced_at: Mutex::default(),
        }
    }

    /// Grows with every new set of keys.
    pub fn generation(&self) -> u64 {
        self.kept.look().generation
    }

    /// The present set, which has a key of this id.
    pub async fn find(self: &Arc<Self>, kid: &str) -> Result<Arc<Vec<Key>>, IdentityError> {
        let look = self.kept.look();
        let known = match &look.value {
            None => {
                let fresh = self.refresh(&look).await?;
                return if holds(&fresh, kid) {
                    Ok(fresh)
                } else {
                    Err(UNKNOWN)
                };
            }
            Some(keys) => keys.clone(),
        };
        let known = self.renewed(known, &look).await;
        if holds(&known, kid) {
            return Ok(known);
        }
        self.for_unknown(kid).await
    }

    /// Sees to it that the set does not grow old. Never fails: last known is good.
    async fn renewed(
        self: &Arc<Self>,
        known: Arc<Vec<Key>>,
        look: &Look<Vec<Key>>,
    ) -> Arc<Vec<Key>> {
        let now = self.http.clock().now();
        let age = now.since(look.fetched_at);
        let tried_lately = look
            .tried_at
            .is_some_and(|tried| tried > look.fetched_at && now.since(tried) < HOLD_OFF);
        if age < REFRESH_AFTER || tried_lately {
            return known;
        }
        if age >= GOOD_FOR {
            return match self.refresh(look).await {
                Ok(fresh) => fresh,
                Err(error) => {
                    tracing::warn!(%error, "signing keys are over a day old and cannot be fetched; they stay in use");
                    known
                }
            };
        }
        if !self.kept.is_in_flight() {
            let keys = self.clone();
            let look = look.clone();
            tokio::spawn(async move {
                if let Err(error) = keys.refresh(&look).await {
                    tracing::warn!(%error, "signing keys cannot be fetched anew; those we have stay in use");
                }
            });
        }
        known
    }

    async fn for_unknown(&self, kid: &str) -> Result<Arc<Vec<Key>>, IdentityError> {
        let now = self.http.clock().now();
        let mine = {
            let mut forced_at = lock(&self.forced_at);
            let allowed = forced_at.is_none_or(|at| now.since(at) >= HOLD_OFF);
            if allowed {
                *forced_at = Some(now);
            }
            allowed
        };
        if mine {
            let look = self.kept.look();
            if let Err(error) = self.refresh(&look).await {
                tracing::warn!(%error, "a token names an unknown key and the keys cannot be fetched");
            }
        } else if self.kept.is_in_flight() {
            // Somebody fetches because of the same new key: keys roll over for everybody at once.
            self.kept.settled().await;
        }
        match self.kept.look().value {
            Some(keys) if holds(&keys, kid) => Ok(keys),
            _ => Err(UNKNOWN),
        }
    }

    async fn refresh(&self, look: &Look<Vec<Key>>) -> Result<Arc<Vec<Key>>, OutsideError> {
        self.kept
            .refresh(look, &**self.http.clock(), self.fetch())
            .await
    }

    async fn fetch(&self) -> Result<Vec<Key>, OutsideError> {
        let metadata = self.directory.organizations().await?;
        let answer = self
            .http
            .send(Call::get("entra.keys", metadata.jwks_uri.clone()))
            .await
            .map_err(|fault| fault.outside(Effect::Read))?;
        if !answer.is_success() {
            return Err(super::exchange::refusal(&answer, self.http.clock().now()));
        }
        let keys = usable(
            answer
                .json()
                .ok_or_else(|| OutsideError::Malformed("the signing keys".into()))?,
        );
        if keys.is_empty() {
            return Err(OutsideError::Malformed("no usable signing key".into()));
        }
        Ok(keys)
    }
}

const UNKNOWN: IdentityError = IdentityError::Rejected("unknown key");

fn holds(keys: &[Key], kid: &str) -> bool {
    keys.iter().any(|key| key.kid == kid)
}

/// The RSA signing keys that say whose tokens they sign. Others are for somebody else and passed over.
fn usable(document: Document) -> Vec<Key> {
    document
        .keys
        .into_iter()
        .take(MOST_KEYS)
        .filter_map(|item| {
            if item.kty.as_deref() != Some("RSA")
                || !matches!(item.usage.as_deref(), None | Some("sig"))
            {
                return None;
            }
            let modulus = URL_SAFE_NO_PAD.decode(item.n?).ok()?;
            let exponent = URL_SAFE_NO_PAD.decode(item.e?).ok()?;
            MODULUS_BYTES.contains(&modulus.len()).then_some(())?;
            Some(Key {
                kid: item.kid?,
                issuer: item.issuer?,
                key: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
            })
        })
        .collect()
}

/// For tests of the pure checks.
#[cfg(test)]
pub(super) fn parse(json: &str) -> Vec<Key> {
    usable(serde_json::from_str(json).unwrap())
}
