//! The keys that sign tokens, and the document that publishes them.
//!
//! Five roles: `current` signs; `next` is published and will sign after a rotation; `previous` signed before and is
//! still published; `consumer` and `tenant` are published but limited by their `issuer` to personal accounts and to one
//! tenant; `unknown` is published nowhere. The key material is fixed (see `keys/README.md`) until the eight files are
//! used up by rotations; after that keys are generated.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};

use super::jws::base64url;
use crate::microsoft::world::tenants;

/// A key pair with its self-signed certificate.
#[derive(Debug)]
pub struct Key {
    /// `kid`, which is the certificate's SHA-1 thumbprint (`x5t`), as with Entra.
    pub kid: String,
    /// The private key.
    pub private: RsaPrivateKey,
    /// The public key.
    pub public: RsaPublicKey,
    certificate: Vec<u8>,
}

impl Key {
    /// The public key in PEM: what an attacker would use as an HMAC secret.
    pub fn public_pem(&self) -> String {
        self.public
            .to_public_key_pem(LineEnding::LF)
            .unwrap_or_default()
    }

    fn new(private: RsaPrivateKey) -> Option<Key> {
        let certificate = self_signed(&private)?;
        Some(Key {
            kid: base64url(Sha1::digest(&certificate)),
            public: private.to_public_key(),
            private,
            certificate,
        })
    }

    fn published(&self, issuer: &str) -> Value {
        json!({
            "kty": "RSA",
            "use": "sig",
            "kid": self.kid,
            "x5t": self.kid,
            "n": base64url(self.public.n().to_bytes_be()),
            "e": base64url(self.public.e().to_bytes_be()),
            "x5c": [STANDARD.encode(&self.certificate)],
            "issuer": issuer,
        })
    }
}

fn self_signed(private: &RsaPrivateKey) -> Option<Vec<u8>> {
    let pem = private.to_pkcs8_pem(LineEnding::LF).ok()?;
    let pair = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &rcgen::PKCS_RSA_SHA256).ok()?;
    let mut params = rcgen::CertificateParams::default();
    params.serial_number = Some(rcgen::SerialNumber::from(1));
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(
        rcgen::DnType::CommonName,
        "accounts.accesscontrol.simulator",
    );
    Some(params.self_signed(&pair).ok()?.der().to_vec())
}

const PEMS: [&str; 8] = [
    include_str!("../../../keys/simulator-key-1.pem"),
    include_str!("../../../keys/simulator-key-2.pem"),
    include_str!("../../../keys/simulator-key-3.pem"),
    include_str!("../../../keys/simulator-key-4.pem"),
    include_str!("../../../keys/simulator-key-5.pem"),
    include_str!("../../../keys/simulator-key-6.pem"),
    include_str!("../../../keys/simulator-key-7.pem"),
    include_str!("../../../keys/simulator-key-8.pem"),
];

/// The fixed keys, read once per process.
static FIXED: LazyLock<Vec<Arc<Key>>> = LazyLock::new(|| {
    PEMS.iter()
        .filter_map(|pem| Key::new(RsaPrivateKey::from_pkcs8_pem(pem).ok()?))
        .map(Arc::new)
        .collect()
});

#[derive(Debug)]
struct Ring {
    current: Arc<Key>,
    next: Arc<Key>,
    previous: Vec<Arc<Key>>,
    consumer: Arc<Key>,
    tenant: Arc<Key>,
    unknown: Arc<Key>,
    used: usize,
}

/// All keys of a simulator. Clones share them.
#[derive(Clone, Debug)]
pub struct Keys(Arc<RwLock<Ring>>);

impl Default for Keys {
    fn default() -> Keys {
        let fixed = |index: usize| Arc::clone(&FIXED[index]);
        Keys(Arc::new(RwLock::new(Ring {
            current: fixed(0),
            next: fixed(1),
            previous: Vec::new(),
            consumer: fixed(2),
            tenant: fixed(3),
            unknown: fixed(4),
            used: 5,
        })))
    }
}

impl Keys {
    /// The key in a role: `current`, `next`, `previous`, `consumer`, `tenant` or `unknown`.
    pub fn role(&self, role: &str) -> Option<Arc<Key>> {
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match role {
            "current" => Some(Arc::clone(&ring.current)),
            "next" => Some(Arc::clone(&ring.next)),
            "previous" => ring.previous.last().cloned(),
            "consumer" => Some(Arc::clone(&ring.consumer)),
            "tenant" => Some(Arc::clone(&ring.tenant)),
            "unknown" => Some(Arc::clone(&ring.unknown)),
            _ => None,
        }
    }

    /// The key that signs.
    pub fn current(&self) -> Arc<Key> {
        Arc::clone(
            &self
                .0
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .current,
        )
    }

    /// The published key with this id that may sign for any tenant.
    pub fn find(&self, kid: &str) -> Option<Arc<Key>> {
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let general = [&ring.current, &ring.next]
            .into_iter()
            .chain(&ring.previous);
        general.into_iter().find(|key| key.kid == kid).cloned()
    }

    /// The JWKS document for a listener. The `issuer` of each key follows the listener's base URL.
    pub fn document(&self, base: &str) -> Value {
        let ring = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let any = format!("{base}/{{tenantid}}/v2.0");
        // The order means nothing; the current key is deliberately not the first.
        let mut keys = vec![
            ring.next.published(&any),
            ring.consumer
                .published(&format!("{base}/{}/v2.0", tenants::CONSUMERS)),
            ring.current.published(&any),
            ring.tenant
                .published(&format!("{base}/{}/v2.0", tenants::NORDTEL)),
        ];
        keys.extend(ring.previous.iter().map(|key| key.published(&any)));
        json!({ "keys": keys })
    }

    /// Lets the next key sign. The one that signed stays published unless `retire`, which also takes down all
    /// previous ones: what an emergency looks like. Answers the new key's id.
    pub fn rotate(&self, retire: bool) -> String {
        let mut ring = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let fresh = FIXED.get(ring.used).cloned().or_else(generate);
        ring.used += 1;
        let fresh = fresh.unwrap_or_else(|| Arc::clone(&ring.unknown));
        let next = std::mem::replace(&mut ring.next, fresh);
        let old = std::mem::replace(&mut ring.current, next);
        if retire {
            ring.previous.clear();
        } else {
            ring.previous.push(old);
        }
        ring.current.kid.clone()
    }
}

fn generate() -> Option<Arc<Key>> {
    Key::new(RsaPrivateKey::new(&mut OsRng, 2048).ok()?).map(Arc::new)
}
