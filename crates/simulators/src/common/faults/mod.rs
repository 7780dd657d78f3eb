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
//! for anything at all; with a `?` in the pattern the query is matched too. `contains` may ask for a text in the request's
//! body, or in the event that is delivered. `when` is `"always"` (the default),
//! `{"first": n}`, `{"after": n}` (every one but the first n) or `{"nth": n}`, counted over what the fault matched. Delays
//! of all matching faults add up; of the other effects the first one in force decides.
//!
//! | effect | is it done? | what the caller sees |
//! |---|---|---|
//! | `delay {ms}` | yes, unless the caller gives up first | the usual, later |
//! | `late {ms}` | yes, even when the caller has gone by then | the usual, later |
//! | `hold` | once the fault is removed, unless the caller gives up first | the usual, then |
//! | `keep` | yes | the usual, once the fault is removed |
//! | `status {status, retryAfter?, body?}` | no | this status |
//! | `refuse` | no | the connection closes without an answer |
//! | `lost` | yes | the connection closes without an answer |
//! | `truncated` | yes | half of the body, then the connection closes |
//! | `html` | no | 200 with a page |
//! | `flood {mebibytes}` | no | 200 with a JSON text of that size, unannounced |
//! | `replace {body}` | yes | another JSON body |
//! | `inject {pointer, value}` | yes | one value in the JSON answer set or added |
//! | `duplicate` | events only | delivered twice |
//!
//! What is not an HTTP request has a method of its own. `EVENT` with the event's type as path strikes a delivery to a
//! listener ([`Faults::delivery`]): `duplicate`, `delay`, and `lost` or `refuse` for one that never arrives. `SMTP` strikes
//! the mailbox: see [`crate::mailbox::smtp`].
//!
//! A connection is closed by unwinding the task that serves it, without the panic hook; so there must be no layer that
//! catches panics between this one and the listener. Over HTTP/2 the unwinding closes all the connection's streams.

mod layer;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// An order to misbehave.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// The request's method in upper case, or `EVENT` or `SMTP`. `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// A glob over the path.
    pub path: String,
    /// A text that the request's body must contain. `None`: whatever it contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Which of the matching requests it strikes.
    #[serde(default)]
    pub when: When,
    /// What happens to them.
    pub effect: Effect,
}

impl Fault {
    /// A fault that always strikes. An empty `method` means any.
    pub fn new(method: &str, path: &str, effect: Effect) -> Self {
        Fault {
            method: (!method.is_empty()).then(|| method.to_owned()),
            path: path.to_owned(),
            contains: None,
            when: When::Always,
            effect,
        }
    }

    /// The same fault, striking only where the body contains this text.
    pub fn containing(mut self, text: &str) -> Self {
        self.contains = Some(text.to_owned());
        self
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
    /// Waits until this fault is removed, then goes on as if nothing were. `struck` tells that somebody waits.
    Hold,
    /// Does it at once, and keeps the answer until this fault is removed.
    Keep,
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
    /// Does it after a while, even when the caller has given up waiting by then.
    Late {
        /// Milliseconds.
        ms: u64,
    },
    /// Does it, sends half of the body, closes the connection.
    Truncated,
    /// Answers 200 with an HTML page without doing anything.
    Html,
    /// Answers 200 with a JSON text of this size, sent as fast as it is taken, without doing anything.
    Flood {
        /// How large it is.
        mebibytes: u64,
    },
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
    /// Which fault says so.
    pub fault: Option<u64>,
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
    /// Grows whenever faults are removed.
    removed: watch::Sender<u64>,
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
        registry.removed.send_modify(|times| *times += 1);
        registry.faults.len() < before
    }

    /// Removes all faults.
    pub fn clear(&self) {
        let mut registry = self.lock();
        registry.faults.clear();
        registry.removed.send_modify(|times| *times += 1);
    }

    /// Returns when the fault is not there any more.
    pub(crate) async fn until_removed(&self, id: u64) {
        let mut removed = self.lock().removed.subscribe();
        while self.struck(id).is_some() {
            // The sender lives as long as the registry, which is ours.
            if removed.changed().await.is_err() {
                return;
            }
        }
    }

    /// How often the fault has struck; `None` when it is not there.
    pub fn struck(&self, id: u64) -> Option<u64> {
        self.lock()
            .faults
            .iter()
            .find(|entry| entry.id == id)
            .map(|entry| entry.struck)
    }

    /// Counts what happens at `method` and `path` (with `?query` where there is one), and says what it meets. Faults that
    /// ask for a text in the body are passed over.
    pub fn strike(&self, method: &str, path: &str) -> Strike {
        self.strike_with(method, path, b"")
    }

    /// As [`Faults::strike`], with the body that a fault may ask about.
    pub fn strike_with(&self, method: &str, path: &str, body: &[u8]) -> Strike {
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
            if fault
                .contains
                .as_ref()
                .is_some_and(|text| !contains(body, text.as_bytes()))
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
                    strike.fault = Some(entry.id);
                    entry.struck += 1;
                }
                _ => {}
            }
        }
        strike
    }

    /// What becomes of the delivery of an event of this type.
    pub fn delivery(&self, event_type: &str) -> Delivery {
        self.delivery_of(event_type, b"")
    }

    /// As [`Faults::delivery`], with the event that a fault may ask about.
    pub fn delivery_of(&self, event_type: &str, event: &[u8]) -> Delivery {
        let strike = self.strike_with("EVENT", event_type, event);
        Delivery {
            delay: strike.delay,
            copies: match strike.effect {
                Some(Effect::Duplicate) => 2,
                Some(Effect::Lost | Effect::Refuse) => 0,
                _ => 1,
            },
        }
    }

    fn asks_about_bodies(&self) -> bool {
        self.lock()
            .faults
            .iter()
            .any(|entry| entry.fault.contains.is_some())
    }

    /// Puts this registry before all of the router's handlers and adds the control interface.
    pub fn wrap(&self, router: Router) -> Router {
        router
            .layer(axum::middleware::from_fn_with_state(
                self.clone(),
                layer::inject,
            ))
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
            let error = json!({"error": "not a fault: see crates/simulators/src/common/faults"});
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

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|part| part == text)
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
