//! How the application proves itself to the token endpoint: a secret, or an assertion signed with a certificate's key
//! (RFC 7523; Microsoft: "Application authentication certificate credentials").

use crate::http::random_uuid;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::Instant;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;

/// In seconds; Microsoft takes assertions of up to ten minutes.
const ASSERTION_LIFE: i64 = 5 * 60;
/// In seconds: our clock may be a little ahead of theirs.
const ASSERTION_BACKDATE: i64 = 30;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What the registration holds about us. Its `Debug` shows no secret.
#[derive(Clone)]
pub enum Credential {
    /// A client secret, sent in the body of token requests.
    Secret(String),
    /// A certificate, which is better: its private key never leaves us.
    Certificate {
        /// The RSA private key, PEM (PKCS#8 or PKCS#1).
        key: String,
        /// The certificate that stands in the registration, PEM; of several the first.
        certificate: String,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Credential::Secret(_) => "Secret(…)",
            Credential::Certificate { .. } => "Certificate(…)",
        })
    }
}

/// A credential made ready.
pub(super) enum Proof {
    Secret(String),
    Certificate {
        key: Box<EncodingKey>,
        /// base64url SHA-256 of the certificate's DER, which tells the authority which key to check with.
        thumbprint: String,
    },
}

#[derive(Serialize)]
struct Assertion<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: i64,
    iat: i64,
    exp: i64,
}

impl Proof {
    /// Signs once, so that an unusable key shows at start and not at the first sign-in.
    pub fn new(client_id: &str, credential: &Credential) -> Result<Self, String> {
        let proof = match credential {
            Credential::Secret(secret) if secret.is_empty() => {
                return Err("the client secret is empty".into());
            }
            Credential::Secret(secret) => Proof::Secret(secret.clone()),
            Credential::Certificate { key, certificate } => {
                let key = EncodingKey::from_rsa_pem(key.as_bytes())
                    .map_err(|_| "the client certificate's key is not an RSA key in PEM")?;
                let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())
                    .map_err(|_| "the client certificate is not PEM")?;
                Proof::Certificate {
                    key: Box::new(key),
                    thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
                }
            }
        };
        proof.fields(client_id, "https://localhost/token", Instant(0))?;
        Ok(proof)
    }

    /// The form fields that prove us to this token endpoint.
    pub fn fields(
        &self,
        client_id: &str,
        token_endpoint: &str,
        now: Instant,
    ) -> Result<Vec<(&'static str, String)>, String> {
        match self {
            Proof::Secret(secret) => Ok(vec![("client_secret", secret.clone())]),
            Proof::Certificate { key, thumbprint } => {
                let mut header = Header::new(Algorithm::PS256);
                header.x5t_s256 = Some(thumbprint.clone());
                let now = now.seconds();
                let assertion = Assertion {
                    aud: token_endpoint,
                    iss: client_id,
                    sub: client_id,
                    jti: random_uuid().to_string(),
                    nbf: now - ASSERTION_BACKDATE,
                    iat: now,
                    exp: now + ASSERTION_LIFE,
                };
                let token = jsonwebtoken::encode(&header, &assertion, key)
                    .map_err(|_| "the client certificate's key does not sign")?;
                Ok(vec![
                    ("client_assertion_type", ASSERTION_TYPE.to_owned()),
                    ("client_assertion", token),
                ])
            }
        }
    }
}
