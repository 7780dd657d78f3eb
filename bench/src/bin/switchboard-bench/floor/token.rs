//! The check of a token: RS256 once, and from then on by the token's SHA-256 until it expires, as the server does.

use crate::authority::CLIENT_ID;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

#[derive(Clone, Copy)]
pub struct Identity {
    pub tenant: Uuid,
    pub object: Uuid,
    expires: i64,
}

#[derive(serde::Deserialize)]
struct Claims {
    iss: String,
    tid: Uuid,
    oid: Uuid,
    exp: i64,
    scp: String,
}

pub struct Tokens {
    key: DecodingKey,
    authority: String,
    validation: Validation,
    seen: Mutex<HashMap<[u8; 32], Identity>>,
}

impl Tokens {
    pub fn new(authority: &str, modulus: &str, exponent: &str) -> Result<Tokens, String> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[CLIENT_ID]);
        Ok(Tokens {
            key: DecodingKey::from_rsa_components(modulus, exponent)
                .map_err(|error| error.to_string())?,
            authority: authority.to_owned(),
            validation,
            seen: Mutex::default(),
        })
    }

    pub fn check(&self, token: &str, now: i64) -> Option<Identity> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self
            .seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&digest)
            .copied();
        if let Some(known) = known {
            return (known.expires > now).then_some(known);
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .ok()?
            .claims;
        if claims.iss != format!("{}/{}/v2.0", self.authority, claims.tid)
            || claims.scp != "access_as_user"
        {
            return None;
        }
        let identity = Identity {
            tenant: claims.tid,
            object: claims.oid,
            expires: claims.exp,
        };
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(digest, identity);
        Some(identity)
    }
}
