//! Signed tokens (JWS compact form) with nothing taken for granted: headers and claims are plain JSON, so that tests can
//! make the wrong ones too.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rsa::rand_core::OsRng;
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// DER that stands before a SHA-256 hash in a PKCS #1 v1.5 signature (RFC 8017, section 9.2, note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA with PKCS #1 v1.5 and SHA-256: what Entra uses.
    Rs256,
    /// RSA-PSS with SHA-256.
    Ps256,
    /// HMAC with SHA-256 over a text that the caller gives: a well-known attack when that text is the public key.
    Hs256,
    /// No signature at all: the other well-known attack.
    None,
}

impl Algorithm {
    /// The name in the header's `alg`.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Ps256 => "PS256",
            Algorithm::Hs256 => "HS256",
            Algorithm::None => "none",
        }
    }

    /// The algorithm of this name.
    pub fn parse(name: &str) -> Option<Algorithm> {
        let all = [
            Algorithm::Rs256,
            Algorithm::Ps256,
            Algorithm::Hs256,
            Algorithm::None,
        ];
        all.into_iter().find(|a| a.as_str() == name)
    }
}

/// A token taken apart; nothing about it is verified yet.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// What the signature covers.
    pub signed: String,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Parts {
    /// A claim that is text; empty when it is missing or something else.
    pub fn text(&self, claim: &str) -> &str {
        self.claims.get(claim).and_then(Value::as_str).unwrap_or("")
    }

    /// A NumericDate claim in whole seconds; it may be a fraction (some senders write floats).
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        value.as_i64().or_else(|| {
            let float = value.as_f64().filter(|f| f.is_finite() && f.abs() < 1e15)?;
            Some(float.trunc() as i64)
        })
    }

    /// A header that is text; empty when it is missing.
    pub fn header_text(&self, name: &str) -> &str {
        self.header.get(name).and_then(Value::as_str).unwrap_or("")
    }
}

/// Base64url without padding.
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64 in any of its spellings: either alphabet, padded or not, with line breaks.
pub fn base64_lenient(text: &str) -> Option<Vec<u8>> {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_ascii_whitespace() && *c != '=')
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let padding = "=".repeat((4 - clean.len() % 4) % 4);
    STANDARD.decode(clean + &padding).ok()
}

/// The header and the claims as they stand before the signature.
pub fn unsigned(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let part = |map: &Map<String, Value>| base64url(Value::Object(map.clone()).to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Signs with an RSA key. `Hs256` and `None` are not RSA: see [`sign_hmac`]; they give an empty signature here.
pub fn sign_rsa(key: &RsaPrivateKey, algorithm: Algorithm, input: &str) -> Vec<u8> {
    let hash = Sha256::digest(input.as_bytes());
    let signed = match algorithm {
        Algorithm::Rs256 => key.sign(pkcs1(), &hash),
        Algorithm::Ps256 => key.sign_with_rng(&mut OsRng, Pss::new::<Sha256>(), &hash),
        Algorithm::Hs256 | Algorithm::None => return Vec::new(),
    };
    // A loaded key signs; were it broken, the empty signature would be refused by everybody.
    signed.unwrap_or_default()
}

/// Signs with HMAC-SHA-256 (RFC 2104).
pub fn sign_hmac(secret: &[u8], input: &str) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut key = [0u8; BLOCK];
    if secret.len() > BLOCK {
        key[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        key[..secret.len()].copy_from_slice(secret);
    }
    let inner = Sha256::new()
        .chain_update(key.map(|b| b ^ 0x36))
        .chain_update(input)
        .finalize();
    let outer = Sha256::new()
        .chain_update(key.map(|b| b ^ 0x5c))
        .chain_update(inner);
    outer.finalize().to_vec()
}

/// Whether the signature fits the key; false for algorithms that are not RSA.
pub fn verify_rsa(key: &RsaPublicKey, algorithm: Algorithm, parts: &Parts) -> bool {
    let hash = Sha256::digest(parts.signed.as_bytes());
    match algorithm {
        Algorithm::Rs256 => key.verify(pkcs1(), &hash, &parts.signature).is_ok(),
        Algorithm::Ps256 => key
            .verify(Pss::new::<Sha256>(), &hash, &parts.signature)
            .is_ok(),
        Algorithm::Hs256 | Algorithm::None => false,
    }
}

fn pkcs1() -> Pkcs1v15Sign {
    Pkcs1v15Sign {
        hash_len: Some(32),
        prefix: Box::new(SHA256_PREFIX),
    }
}

/// Takes a token apart; none when it is not three parts of base64url with JSON objects in the first two.
pub fn parse(token: &str) -> Option<Parts> {
    let (signed, signature) = token.trim().rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let object = |part: &str| -> Option<Map<String, Value>> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?).ok()
    };
    Some(Parts {
        header: object(header)?,
        claims: object(claims)?,
        signed: signed.to_owned(),
        signature: URL_SAFE_NO_PAD
            .decode(signature.trim_end_matches('='))
            .ok()?,
    })
}
