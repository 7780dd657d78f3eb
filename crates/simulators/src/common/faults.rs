//! Faults on demand: what an upstream does on a bad day, ordered over HTTP or from a test.
//!
//! One [`Faults`] registry stands before each listener. [`Faults::wrap`] puts it before a router's handlers and adds its
//! control interface:
//!
//! - `GET /_simulator/faults`: the faults in force, with how often each matched and struck.
//! - `POST /_simulator/faults`: adds one ([`Fault`]) or a list of them; answers 201 with their ids.
//! - `DELETE /_simulator/faults` removes all, `DELETE /_simulator/faults/{id}` one.
//!
//! ```json
//! { "method": "POST", "path": "/v1.0/users/*/assignLicense", "when": { "first": 2 },
//!   "effect": { "kind": "status", "status": 429, "retryAfter": 3 } }
//! ```
//!
//! `method` may be left out (any). `path` is a glob over the path as sent: `*` stands for anything within a segment, `**`
//! for anything at all; with a `?` in the pattern the query is matched too. `when` is `"always"` (the default),
//! `{"first": n}`, `{"after": n}` (every one but the first n) or `{"nth": n}`, counted over what the fault matched. Delays
//! of all matching faults add up; of the other effects the first one in force decides.
//!
//! Effects: `delay {ms}` · `status {status, retryAfter?, body?}` · `refuse` (the connection closes without an answer, and
//! nothing was done) · `lost` (it was done, and the connection closes without an answer) · `truncated` (done, half of the
//! body arrives) · `html` (not done; 200 with a page) · `replace {body}` (done; another JSON body) · `inject {pointer,
//! value}` (done; one value in the JSON answer is set or added) · `duplicate` (events only: delivered twice).
//!
//! What is not an HTTP request has a method of its own. `EVENT` with the event's type as path strikes a delivery to a
//! listener ([`Faults::delivery`]): `duplicate`, `delay`, and `lost` or `refuse` for one that never arrives. `SMTP` strikes
//! the mailbox: see [`crate::mailbox::smtp`].
//!
//! A connection is closed by unwinding the task that serves it, without the panic hook; so there must be no layer that
//! catches panics between this one and the listener. Over HTTP/2 the unwinding closes all the connection's streams.

use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
    routing::{delete, get},
};
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Larger answers than this pass through `truncated`, `replace` and `inject` as errors; no simulator makes them.
const BODY_LIMIT: usize = 64 << 20;

/// An order to misbehave.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The request's method in upper case, or `EVENT` or `SMTP`. `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A glob over the path.
    pub path: String,
    /// Which of the matching requests it strikes.
    #[serde(default)]
    pub when: When,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// A fault that always strikes; `"* /path"` is not needed, an empty `method` means any.
    pub fn new(method: &str, path: &str, effect: Effect) -> Self {
        Fault {
            method: (!method.is_empty()).then(|| method.to_owned()),
            path: path.to_owned(),
            when: When::Always,
            effect,
        }
    }

    /// The same fault, striking only as `when` says.
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }
}

/// Which of the requests that a fault matches it strikes; they are counted from one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum When {
    /// Every one.
    #[default]
    Always,
    /// The first so many.
    First(u64),
    /// Every one but the first so many.
    After(u64),
    /// Exactly this one.
    Nth(u64),
}

impl When {
    fn holds(self, count: u64) -> bool {
        match self {
            When::Always => true,
            When::First(n) => count <= n,
            When::After(n) => count > n,
            When::Nth(n) => count == n,
        }
    }
}

/// What a fault does. The module's head says it for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Effect {
    /// Waits, then goes on as if nothing were.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Answers this status without doing anything.
    Status {
        /// An HTTP status; for `SMTP` a reply code.
        status: u16,
        /// `Retry-After` in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
        /// A JSON body; a general one when left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// Closes the connection without doing or answering anything.
    Refuse,
    /// Does it, then closes the connection without answering.
    Lost,
    /// Events only: delivers twice.
    Duplicate,
    /// Does it, sends half of the body, closes the connection.
    Truncated,
    /// Answers 200 with an HTML page without doing anything.
    Html,
    /// Does it, answers this JSON instead.
    Replace {
        /// The body sent in place of the right one.
        body: Value,
    },
    /// Does it, changes the JSON answer in one place.
    Inject {
        /// A JSON pointer (RFC 6901) whose parent exists; the last part may be a new member, or `-` in an array.
        pointer: String,
        /// The value to put there.
        value: Value,
    },
}

/// What a request or an event meets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strike {
    /// How long it is held up first.
    pub delay: Duration,
    /// What happens then, if anything but the usual.
    pub effect: Option<Effect>,
}

/// What becomes of the delivery of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How long it is held up first.
    pub delay: Duration,
    /// How often it is delivered: usually 1, 0 when lost.
    pub copies: u32,
}

/// The registry of faults before one listener. Clones share it.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Registry>>);

#[derive(Default)]
struct Registry {
    last: u64,
    faults: Vec<Entry>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: u64,
    matched: u64,
    struck: u64,
    #[serde(flatten)]
    fault: Fault,
}

impl Faults {
    /// An empty registry.
    pub fn new() -> Self {
        Faults::default()
    }

    /// Adds a fault; its id.
    pub fn add(&self, fault: Fault) -> u64 {
        let mut registry = self.lock();
        registry.last += 1;
        let id = registry.last;
        registry.faults.push(Entry {
            id,
            matched: 0,
            struck: 0,
            fault,
        });
        id
    }

    /// Removes a fault; whether it was there.
    pub fn remove(&self, id: u64) -> bool {
        let mut registry = self.lock();
        let before = registry.faults.len();
        registry.faults.retain(|entry| entry.id != id);
        registry.faults.len() < before
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.lock().faults.clear();
    }

    /// How often the fault has struck; `None` when it is not there.
    pub fn struck(&self, id: u64) -> Option<u64> {
        self.lock()
            .faults
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.struck)
    }

    /// Counts what happens at `method` and `path` (with `?query` where there is one), and says what it meets.
    pub fn strike(&self, method: &str, path: &str) -> Strike {
        let mut strike = Strike::default();
        let mut registry = self.lock();
        for entry in &mut registry.faults {
            let fault = &entry.fault;
            if fault
                .method
                .as_deref()
                .is_some_and(|wanted| wanted != method)
            {
                continue;
            }
            let subject = if fault.path.contains('?') {
                path
            } else {
                path.split('?').next().unwrap_or(path)
            };
            if !matches(fault.path.as_bytes(), subject.as_bytes()) {
                continue;
            }
            entry.matched += 1;
            if !fault.when.holds(entry.matched) {
                continue;
            }
            match &fault.effect {
                Effect::Delay { ms } => {
                    strike.delay += Duration::from_millis(*ms);
                    entry.struck += 1;
                }
                other if strike.effect.is_none() => {
                    strike.effect = Some(other.clone());
                    entry.struck += 1;
                }
                _ => {}
            }
        }
        strike
    }

    /// What becomes of the delivery of an event of this type.
    pub fn delivery(&self, event_type: &str) -> Delivery {
        let strike = self.strike("EVENT", event_type);
        Delivery {
            delay: strike.delay,
            copies: match strike.effect {
                Some(Effect::Duplicate) => 2,
                Some(Effect::Lost | Effect::Refuse) => 0,
                _ => 1,
            },
        }
    }

    /// Puts this registry before all of the router's handlers and adds the control interface.
    pub fn wrap(&self, router: Router) -> Router {
        router
            .layer(axum::middleware::from_fn_with_state(self.clone(), inject))
            .merge(self.control())
    }

    fn control(&self) -> Router {
        Router::new()
            .route("/_simulator/faults", get(list).post(add).delete(clear))
            .route("/_simulator/faults/{id}", delete(remove))
            .with_state(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Registry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Fault),
    Many(Vec<Fault>),
}

async fn list(State(faults): State<Faults>) -> Response {
    let entries = faults.lock().faults.clone();
    Json(entries).into_response()
}

async fn add(State(faults): State<Faults>, Json(body): Json<Value>) -> Response {
    let asked = match serde_json::from_value(body) {
        Ok(OneOrMany::One(fault)) => vec![fault],
        Ok(OneOrMany::Many(list)) => list,
        Err(_) => {
            let error = json!({"error": "not a fault: see crates/simulators/src/common/faults.rs"});
            return (StatusCode::BAD_REQUEST, Json(error)).into_response();
        }
    };
    let ids: Vec<u64> = asked.into_iter().map(|fault| faults.add(fault)).collect();
    (StatusCode::CREATED, Json(json!({ "ids": ids }))).into_response()
}

async fn clear(State(faults): State<Faults>) -> StatusCode {
    faults.clear();
    StatusCode::NO_CONTENT
}

async fn remove(State(faults): State<Faults>, Path(id): Path<u64>) -> StatusCode {
    if faults.remove(id) {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// The layer: strikes the request as the registry says.
async fn inject(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let path = uri
        .path_and_query()
        .map_or_else(|| uri.path(), |both| both.as_str());
    let strike = faults.strike(request.method().as_str(), path);
    if !strike.delay.is_zero() {
        tokio::time::sleep(strike.delay).await;
    }
    let Some(effect) = strike.effect else {
        return next.run(request).await;
    };
    let head = request.method() == Method::HEAD;
    match effect {
        Effect::Status {
            status,
            retry_after,
            body,
        } => answer(status, retry_after, body),
        Effect::Refuse => close(),
        Effect::Lost => {
            drop(next.run(request).await);
            close()
        }
        Effect::Html => Html(
            "<!doctype html><html><head><title>Maintenance</title></head>\
             <body><h1>We will be back soon</h1></body></html>",
        )
        .into_response(),
        Effect::Truncated if !head => truncate(next.run(request).await).await,
        Effect::Replace { body } => {
            let (parts, _) = next.run(request).await.into_parts();
            with_json(parts, &body)
        }
        Effect::Inject { pointer, value } => {
            let (parts, body) = next.run(request).await.into_parts();
            let bytes = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
            match serde_json::from_slice::<Value>(&bytes) {
                Ok(mut json) => {
                    put(&mut json, &pointer, value);
                    with_json(parts, &json)
                }
                Err(_) => Response::from_parts(parts, Body::from(bytes)),
            }
        }
        Effect::Delay { .. } | Effect::Duplicate | Effect::Truncated => next.run(request).await,
    }
}

fn answer(status: u16, retry_after: Option<u64>, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.unwrap_or_else(|| {
        let reason = status.canonical_reason().unwrap_or("Fault");
        // Graph reads `error`, TM Forum's interfaces read `code` and `reason`.
        json!({
            "error": {"code": reason.replace(' ', ""), "message": "A fault was asked for."},
            "code": status.as_str(), "reason": reason, "message": "A fault was asked for.", "status": status.as_str(),
        })
    });
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Ends the task that serves the connection, and with it the connection. See the module's head.
fn close() -> ! {
    std::panic::resume_unwind(Box::new("connection closed by a fault"))
}

async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    // The promised length is the whole one, so that the reader can tell.
    parts.headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(bytes.len() as u64),
    );
    let half = bytes.slice(..bytes.len() / 2);
    let broken = io::Error::new(io::ErrorKind::ConnectionReset, "truncated by a fault");
    let begun = futures::stream::iter([Ok::<Bytes, io::Error>(half)]);
    // The pause lets the half that is there go out before the connection breaks.
    let broken = futures::stream::once(async move {
        tokio::task::yield_now().await;
        Err(broken)
    });
    Response::from_parts(parts, Body::from_stream(begun.chain(broken)))
}

fn with_json(mut parts: axum::http::response::Parts, body: &Value) -> Response {
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Response::from_parts(parts, Body::from(body.to_string()))
}

/// Sets the value at a JSON pointer; does nothing where the parent is missing or is no container.
fn put(json: &mut Value, pointer: &str, value: Value) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        *json = value;
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(last, value);
        }
        Some(Value::Array(items)) => {
            if last == "-" {
                items.push(value);
            } else if let Some(place) = last.parse::<usize>().ok().and_then(|at| items.get_mut(at))
            {
                *place = value;
            }
        }
        _ => {}
    }
}

/// Whether the glob covers the whole subject: `*` stands for anything without `/`, `**` for anything.
fn matches(glob: &[u8], subject: &[u8]) -> bool {
    match glob {
        [] => subject.is_empty(),
        [b'*', b'*', rest @ ..] => {
            (0..=subject.len()).any(|taken| matches(rest, &subject[taken..]))
        }
        [b'*', rest @ ..] => {
            let segment = subject
                .iter()
                .position(|byte| *byte == b'/')
                .unwrap_or(subject.len());
            (0..=segment).any(|taken| matches(rest, &subject[taken..]))
        }
        [first, rest @ ..] => subject.first() == Some(first) && matches(rest, &subject[1..]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_within_its_segment_and_two_do_not() {
        let is = |glob: &str, path: &str| matches(glob.as_bytes(), path.as_bytes());
        assert!(is("/v1.0/users/*", "/v1.0/users/a%20b"));
        assert!(!is("/v1.0/users/*", "/v1.0/users/a/assignLicense"));
        assert!(is(
            "/v1.0/users/*/assignLicense",
            "/v1.0/users/a/assignLicense"
        ));
        assert!(is("/v1.0/**", "/v1.0/users/a/assignLicense"));
        assert!(is("**", "anything/at/all"));
        assert!(!is("/v1.0/users", "/v1.0/users/"));
    }

    #[test]
    fn the_counting_decides_which_ones_are_struck() {
        let faults = Faults::new();
        let status = |status| Effect::Status {
            status,
            retry_after: None,
            body: None,
        };
        faults.add(Fault::new("GET", "/a", status(503)).when(When::First(1)));
        faults.add(Fault::new("GET", "/a", Effect::Lost).when(When::Nth(3)));
        faults.add(Fault::new("", "/a", Effect::Delay { ms: 5 }).when(When::After(2)));
        let strikes: Vec<_> = (0..4).map(|_| faults.strike("GET", "/a?x=1")).collect();
        assert_eq!(strikes[0].effect, Some(status(503)));
        assert_eq!(strikes[1], Strike::default());
        assert_eq!(strikes[2].effect, Some(Effect::Lost));
        assert_eq!(strikes[2].delay, Duration::from_millis(5));
        assert_eq!(strikes[3].effect, None);
        assert_eq!(faults.strike("POST", "/b"), Strike::default());
    }

    #[test]
    fn a_query_is_matched_only_where_the_pattern_has_one() {
        let faults = Faults::new();
        faults.add(Fault::new("", "/a?state=*", Effect::Html));
        assert_eq!(faults.strike("GET", "/a").effect, None);
        assert_eq!(
            faults.strike("GET", "/a?state=held").effect,
            Some(Effect::Html)
        );
    }

    #[test]
    fn an_injected_value_lands_where_the_pointer_says() {
        let mut json = json!({"state": "completed", "items": [{"a": 1}]});
        put(&mut json, "/state", json!("teleported"));
        put(&mut json, "/items/0/b~1c", json!(2));
        put(&mut json, "/items/-", json!(3));
        put(&mut json, "/nowhere/x", json!(4));
        assert_eq!(
            json,
            json!({"state": "teleported", "items": [{"a": 1, "b/c": 2}, 3]})
        );
    }

    #[test]
    fn a_fault_reads_as_the_head_of_the_module_shows_it() {
        let fault: Fault = serde_json::from_value(json!({
            "method": "POST", "path": "/v1.0/users/*/assignLicense", "when": {"first": 2},
            "effect": {"kind": "status", "status": 429, "retryAfter": 3}
        }))
        .unwrap();
        assert_eq!(fault.when, When::First(2));
        assert!(
            serde_json::from_value::<Fault>(
                json!({"path": "/", "effect": {"kind": "refuse"}, "whne": 1})
            )
            .is_err()
        );
    }
}
