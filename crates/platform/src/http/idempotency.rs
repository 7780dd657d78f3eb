//! `Idempotency-Key`: a request that is sent twice is carried out once. The stored answer is written in the transaction of the
//! change, so that there is never one without the other; a request that failed leaves no row, and may be tried again with the
//! same key.
//!
//! ```ignore
//! let flight = state.idempotency.enter(scope, &keyed)?;          // 409 while the same key is under way here
//! let mut tx = state.db.begin().await?;
//! let claim = match flight.begin(&mut tx, now).await? {
//!     Begun::Before(answer) => return Ok(answer.into_response()),
//!     Begun::Now(claim) => claim,
//! };
//! let order = orders::place(&mut tx, ..).await?;
//! let answer = claim.finish(&mut tx, StatusCode::ACCEPTED, None, &order).await?;
//! tx.commit().await?;
//! Ok(answer.into_response())
//! ```
//!
//! Within one process a key under way is refused at once; between processes the database makes the second wait for the first.

use super::extract::{parse_json, read_bytes, read_json_bytes};
use crate::{
    Error, Instant, Kind, Result, audit,
    db::{Tx, params},
};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// How long a key is remembered.
pub const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// A request body that came with an `Idempotency-Key`.
#[derive(Debug)]
pub struct Keyed<T> {
    pub key: RequestKey,
    pub body: T,
}

/// A body that is a table, as it came, with an `Idempotency-Key`. Its content type is `text/csv`, whatever its encoding.
#[derive(Debug)]
pub struct KeyedTable {
    pub key: RequestKey,
    pub content: axum::body::Bytes,
}

/// The key of a request without a body (or with `{}`).
#[derive(Debug)]
pub struct KeyedEmpty {
    pub key: RequestKey,
}

/// The key and what it was sent with.
#[derive(Clone, Debug)]
pub struct RequestKey {
    key: String,
    /// SHA-256 of path, query and body; the body's members in order, so that only its meaning counts.
    fingerprint: [u8; 32],
}

impl RequestKey {
    fn read(headers: &HeaderMap) -> Result<String> {
        let key = headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .trim();
        if (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(key.to_owned());
        }
        Err(Error::new(
            Kind::Malformed,
            "idempotencyKeyMissing",
            "Send an Idempotency-Key header: a fresh random value for each thing that you want done once.",
        ))
    }

    /// What was sent, for whoever compares what belongs to it himself.
    pub fn key(&self) -> &str {
        &self.key
    }

    fn fingerprint(target: &str, body: &serde_json::Value) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update((target.len() as u64).to_be_bytes());
        hash.update(target);
        hash.update(audit::canonical(body));
        hash.finalize().into()
    }
}

fn target(request: &Request) -> String {
    request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string)
}

/// The key alone, of a request whose body is too long to be read before it is carried out.
impl<S: Send + Sync> FromRequestParts<S> for RequestKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let target = parts
            .uri
            .path_and_query()
            .map_or_else(String::new, ToString::to_string);
        Ok(RequestKey {
            key: RequestKey::read(&parts.headers)?,
            fingerprint: RequestKey::fingerprint(&target, &serde_json::Value::Null),
        })
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Keyed<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let key = RequestKey::read(request.headers())?;
        let target = target(&request);
        let bytes = read_json_bytes(request, state).await?;
        let body = parse_json(&bytes)?;
        let fingerprint = RequestKey::fingerprint(&target, &parse_json(&bytes)?);
        Ok(Keyed {
            key: RequestKey { key, fingerprint },
            body,
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for KeyedTable {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let key = RequestKey::read(request.headers())?;
        let is_table = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/csv"));
        if !is_table {
            return Err(Error::new(
                Kind::UnsupportedMedia,
                "unsupportedMedia",
                "Send a table, with the content type text/csv.",
            ));
        }
        let target = target(&request);
        let content = read_bytes(request, state).await?;
        let mut hash = Sha256::new();
        hash.update((target.len() as u64).to_be_bytes());
        hash.update(target);
        hash.update(&content);
        Ok(KeyedTable {
            key: RequestKey {
                key,
                fingerprint: hash.finalize().into(),
            },
            content,
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for KeyedEmpty {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        let key = RequestKey::read(request.headers())?;
        let target = target(&request);
        let bytes = read_bytes(request, state).await?;
        if !bytes.is_empty() {
            let Nothing {} = parse_json(&bytes)?;
        }
        let fingerprint = RequestKey::fingerprint(&target, &serde_json::Value::Null);
        Ok(KeyedEmpty {
            key: RequestKey { key, fingerprint },
        })
    }
}

/// Within which a key means one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    pub principal: Uuid,
    /// The nil UUID for what belongs to no organisation.
    pub organisation: Uuid,
    pub operation: &'static str,
}

type InFlight = Mutex<HashSet<(Scope, String)>>;

/// The keys under way in this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Idempotency(Arc<InFlight>);

impl Idempotency {
    /// Marks the key as under way until the answer is dropped. Call it after the right was checked and before the transaction
    /// begins.
    ///
    /// # Errors
    /// 409 `inFlight` when it is under way already.
    pub fn enter(&self, scope: Scope, key: &RequestKey) -> Result<Flight> {
        let name = (scope, key.key.clone());
        if !self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone())
        {
            return Err(Error::conflict(
                "inFlight",
                "The same request is being carried out right now. Ask again in a moment.",
            )
            .with_retry_after(1));
        }
        Ok(Flight {
            in_flight: self.0.clone(),
            name,
            fingerprint: key.fingerprint,
        })
    }
}

/// A key under way.
pub struct Flight {
    in_flight: Arc<InFlight>,
    name: (Scope, String),
    fingerprint: [u8; 32],
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.name);
    }
}

/// Whether there is something left to do.
pub enum Begun {
    /// It was done before: this was the answer.
    Before(Answer),
    /// It is to be done now, in this transaction.
    Now(Claim),
}

/// The right and the duty to carry the request out and to write down the answer. Keeps the flight alive.
pub struct Claim {
    flight: Flight,
}

/// An answer as it was given and will be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    etag: Option<String>,
    body: String,
}

impl Flight {
    /// Looks whether the request was carried out before. If not, the key is claimed in `tx`.
    ///
    /// # Errors
    /// 422 `idempotencyKeyReused` when the key was used for another request.
    pub async fn begin(self, tx: &mut Tx, now: Instant) -> Result<Begun> {
        let (scope, key) = &self.name;
        let claimed = tx
            .execute(
                "INSERT INTO idempotency_keys
                   (principal, organisation, operation, idempotency_key, fingerprint, status, body, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, 0, '', ?6)
                 ON CONFLICT (principal, organisation, operation, idempotency_key) DO NOTHING",
                params![scope.principal, scope.organisation, scope.operation, key, self.fingerprint, now],
            )
            .await?;
        if claimed == 1 {
            return Ok(Begun::Now(Claim { flight: self }));
        }
        let row = tx
            .one(
                "SELECT fingerprint, status, etag, body FROM idempotency_keys
                 WHERE principal = ?1 AND organisation = ?2 AND operation = ?3 AND idempotency_key = ?4",
                params![scope.principal, scope.organisation, scope.operation, key],
            )
            .await?;
        if row.get::<Vec<u8>>(0)? != self.fingerprint {
            return Err(Error::rule(
                "idempotencyKeyReused",
                "The Idempotency-Key was already used for another request. Send a fresh one.",
            ));
        }
        Ok(Begun::Before(Answer {
            status: u16::try_from(row.get::<i64>(1)?).unwrap_or(500),
            etag: row.get(2)?,
            body: row.get(3)?,
        }))
    }
}

impl Claim {
    /// Writes the answer down; the caller commits, then gives it. The flight ends with the claim, so keep the commit close.
    pub async fn finish(
        &self,
        tx: &mut Tx,
        status: StatusCode,
        etag: Option<super::ETag>,
        body: &impl Serialize,
    ) -> Result<Answer> {
        let answer = Answer {
            status: status.as_u16(),
            etag: etag.map(|etag| etag.to_string()),
            body: serde_json::to_string(body)
                .map_err(|error| Error::internal(error.to_string()))?,
        };
        let (scope, key) = &self.flight.name;
        tx.execute(
            "UPDATE idempotency_keys SET status = ?5, etag = ?6, body = ?7
             WHERE principal = ?1 AND organisation = ?2 AND operation = ?3 AND idempotency_key = ?4",
            params![
                scope.principal,
                scope.organisation,
                scope.operation,
                key,
                i64::from(answer.status),
                answer.etag.clone(),
                &answer.body
            ],
        )
        .await?;
        Ok(answer)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        if let Some(etag) = self.etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
            headers.insert(header::ETAG, etag);
        }
        response
    }
}

/// Forgets keys older than [`KEEP`]. Says how many.
pub async fn purge(tx: &mut Tx, now: Instant) -> Result<u64> {
    tx.execute(
        "DELETE FROM idempotency_keys WHERE created_at < ?1",
        params![now.minus(KEEP)],
    )
    .await
}

#[cfg(test)]
mod tests;
