//! A signed token as it came, before anything in it is believed (RFC 7515, compact form).

use super::keys::Key;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// In bytes. Real ones are under 4 KiB; headers over 16 KiB do not pass most proxies either.
pub(super) const LONGEST_TOKEN: usize = 16 * 1024;
const LONGEST_KID: usize = 256;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: Option<String>,
    // Each of these would let the token itself say how it is to be checked, or change how it is read.
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
    enc: Option<IgnoredAny>,
    cty: Option<IgnoredAny>,
}

/// A token whose header is acceptable and whose signature nobody has looked at.
pub(super) struct Unverified<'a> {
    /// A name to look up among the authority's keys, and nothing else.
    pub kid: String,
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Unverified<'a> {
    pub fn read(token: &'a str) -> Result<Self, &'static str> {
        if token.len() > LONGEST_TOKEN {
            return Err("too long");
        }
        let (signed, signature) = token.rsplit_once('.').ok_or("not three parts")?;
        let (header, payload) = signed.split_once('.').ok_or("not three parts")?;
        if payload.contains('.') || signature.is_empty() {
            return Err("not three parts");
        }
        let header: Header = decode(header).ok_or("header")?;
        if header.alg != "RS256" {
            return Err("algorithm");
        }
        if header
            .typ
            .is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT"))
        {
            return Err("type");
        }
        let forbidden = [
            &header.jku,
            &header.jwk,
            &header.x5u,
            &header.x5c,
            &header.crit,
            &header.b64,
            &header.zip,
            &header.enc,
            &header.cty,
        ];
        if forbidden.iter().any(|member| member.is_some()) {
            return Err("header says how to check it");
        }
        if header.kid.is_empty() || header.kid.len() > LONGEST_KID {
            return Err("key id");
        }
        Ok(Unverified {
            kid: header.kid,
            signed,
            payload,
            signature,
        })
    }

    /// The claims, once the signature is `key`'s.
    pub fn verified<T: DeserializeOwned>(&self, key: &Key) -> Result<T, &'static str> {
        match jsonwebtoken::crypto::verify(
            self.signature,
            self.signed.as_bytes(),
            &key.key,
            Algorithm::RS256,
        ) {
            Ok(true) => decode(self.payload).ok_or("claims"),
            _ => Err("signature"),
        }
    }
}

/// Strict: no padding, no stray bits, and a member that stands twice is an error where we read it.
fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
