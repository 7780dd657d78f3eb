//! How a client proves itself at the token endpoint.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::claims::Proof;
use super::error::AadError;
use super::form::Form;
use super::jws::{self, Algorithm, Parts};
use crate::microsoft::world::World;
use crate::microsoft::world::apps::{Application, ClientCertificate};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Finds the client of a token request and checks its proof. `endpoints` are the spellings of the token endpoint (and
/// issuer) that an assertion may name as its audience.
///
/// # Errors
/// 900144, 700016 for an unknown client, 7000218 without proof, 7000215, 7000222, 700021, 700024, 700027, 50027.
pub fn authenticate<'w>(
    world: &'w World,
    headers: &HeaderMap,
    form: &Form,
    tenant: &str,
    endpoints: &[String],
) -> Result<(&'w Application, Proof), AadError> {
    let basic = basic(headers);
    let client_id = form
        .get("client_id")
        .or_else(|| basic.as_ref().map(|(id, _)| id.as_str()));
    let assertion = form.get("client_assertion").and_then(jws::parse);
    let claimed = assertion
        .as_ref()
        .map(|parts| parts.text("sub").to_owned())
        .unwrap_or_default();
    let client_id = client_id.or((!claimed.is_empty()).then_some(claimed.as_str()));
    let client_id = client_id.ok_or_else(|| AadError::missing("client_id"))?;
    let app = world
        .application(client_id)
        .ok_or_else(|| AadError::app_missing(client_id, tenant))?;
    let now = world.now();
    if form.get("client_assertion").is_some() {
        if form.get("client_assertion_type") != Some(ASSERTION_TYPE) {
            return Err(AadError::missing("client_assertion_type"));
        }
        let parts = assertion.ok_or_else(|| {
            AadError::new(
                50_027,
                "invalid_client",
                "JWT token is invalid or malformed.",
            )
        })?;
        check_assertion(app, &parts, now.as_second(), endpoints)?;
        return Ok((app, Proof::Certificate));
    }
    let secret = form
        .get("client_secret")
        .or_else(|| basic.as_ref().map(|(_, secret)| secret.as_str()));
    if let Some(secret) = secret {
        let known = app.secrets.iter().find(|s| s.value == secret);
        return match known {
            Some(known) if known.expires < now => Err(AadError::new(
                7_000_222,
                "invalid_client",
                format!(
                    "The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
                ),
            )),
            Some(_) => Ok((app, Proof::Secret)),
            None => Err(AadError::new(
                7_000_215,
                "invalid_client",
                format!(
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client_id}'."
                ),
            )),
        };
    }
    if app.public_client {
        return Ok((app, Proof::None));
    }
    Err(AadError::new(
        7_000_218,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    ))
}

/// Name and secret of HTTP Basic, both form-encoded before they were joined (RFC 6749, section 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let encoded = value
        .strip_prefix("Basic ")
        .or_else(|| value.strip_prefix("basic "))?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |part: &str| {
        let pair = format!("x={part}");
        let first = url::form_urlencoded::parse(pair.as_bytes()).next();
        first
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    Some((decode(id), decode(secret)))
}

fn check_assertion(
    app: &Application,
    parts: &Parts,
    now: i64,
    endpoints: &[String],
) -> Result<(), AadError> {
    let invalid = |number: u32, message: &str| AadError::new(number, "invalid_client", message);
    let subject = parts.text("sub");
    if subject != app.client_id || parts.text("iss") != app.client_id {
        return Err(invalid(
            700_021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        ));
    }
    let audience = parts.text("aud").trim_end_matches('/');
    if !endpoints.iter().any(|e| e == audience) {
        return Err(invalid(
            700_023,
            "Client assertion audience claim does not match Realm issuer. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
        ));
    }
    let range = || {
        invalid(
            700_024,
            "Client assertion is not within its valid time range.",
        )
    };
    let expires = parts.seconds("exp").ok_or_else(range)?;
    let begins = parts.seconds("nbf").or_else(|| parts.seconds("iat"));
    if expires < now || expires > now + 86_400 || begins.is_some_and(|nbf| nbf > now + 300) {
        return Err(range());
    }
    let unknown = || {
        invalid(
            700_027,
            "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.]",
        )
    };
    let certificate = find_certificate(app, parts).ok_or_else(unknown)?;
    if certificate.expires.as_second() < now {
        return Err(invalid(
            700_027,
            "Client assertion contains an invalid signature. [Reason - The key used is expired.]",
        ));
    }
    let key = certificate_key(&certificate.der).ok_or_else(unknown)?;
    let algorithm = Algorithm::parse(parts.header_text("alg")).unwrap_or(Algorithm::None);
    if !jws::verify_rsa(&key, algorithm, parts) {
        return Err(invalid(
            700_027,
            "Client assertion contains an invalid signature. [Reason - The key was not found.]",
        ));
    }
    Ok(())
}

/// The registered certificate that the header names: by `x5t#S256`, `x5t` (base64 of either kind, padded or not, or
/// hexadecimal), `kid` (the thumbprint) or the first certificate of `x5c` (which may hold line breaks).
fn find_certificate<'a>(app: &'a Application, parts: &Parts) -> Option<&'a ClientCertificate> {
    let sent = parts.header.get("x5c").and_then(|chain| match chain {
        Value::Array(chain) => chain.first().and_then(Value::as_str),
        Value::String(single) => Some(single.as_str()),
        _ => None,
    });
    let sent = sent.and_then(|text| {
        let body: String = text
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        jws::base64_lenient(&body)
    });
    app.certificates.iter().find(|certificate| {
        let sha1 = Sha1::digest(&certificate.der).to_vec();
        let sha256 = Sha256::digest(&certificate.der).to_vec();
        let names = |header: &str, print: &[u8]| {
            let text = parts.header_text(header);
            let hex: String = print.iter().map(|b| format!("{b:02x}")).collect();
            !text.is_empty()
                && (text.eq_ignore_ascii_case(&hex)
                    || jws::base64_lenient(text).as_deref() == Some(print))
        };
        names("x5t#S256", &sha256)
            || names("x5t", &sha1)
            || names("kid", &sha1)
            || sent.as_ref() == Some(&certificate.der)
    })
}

/// The RSA public key in a certificate (X.509, DER). None when it holds another kind of key or is malformed.
pub fn certificate_key(der: &[u8]) -> Option<RsaPublicKey> {
    let (certificate, _) = element(der)?;
    let (to_be_signed, _) = element(certificate)?;
    let mut rest = to_be_signed;
    // An explicit version stands first in every certificate of today; it is the one optional field before the key.
    if rest.first() == Some(&0xa0) {
        rest = element(rest)?.1;
    }
    // Serial number, signature algorithm, issuer, validity, subject.
    for _ in 0..5 {
        rest = element(rest)?.1;
    }
    let after = element(rest)?.1;
    let key = &rest[..rest.len() - after.len()];
    RsaPublicKey::from_public_key_der(key).ok()
}

/// The content of the first DER element, and what follows it.
fn element(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let first = usize::from(*der.get(1)?);
    let (length, header) = if first < 0x80 {
        (first, 2)
    } else {
        let count = first & 0x7f;
        let bytes = der.get(2..2 + count).filter(|_| (1..=4).contains(&count))?;
        (
            bytes.iter().fold(0, |sum, b| sum << 8 | usize::from(*b)),
            2 + count,
        )
    };
    let end = header.checked_add(length)?;
    Some((der.get(header..end)?, der.get(end..)?))
}
