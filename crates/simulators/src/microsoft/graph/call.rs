//! One request and its answer, free of HTTP's machinery, so that a request inside a batch is served like any other.

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::contract::Matched;
use super::entity::Selection;
use super::error::GraphError;
use super::query::Query;

/// Who calls, as the token says.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The tenant's GUID.
    pub tenant: String,
    /// Client id of the application.
    pub app_id: String,
    /// Object id of the service principal, or of the user for a delegated token.
    pub object_id: String,
    /// Object id of the user; none for a token that speaks for the application itself.
    pub user: Option<String>,
    /// `roles` of an application's token, the parts of `scp` of a delegated one.
    pub permissions: BTreeSet<String>,
}

impl Caller {
    /// Whether any of `allowed` was granted.
    pub fn has_any<S: AsRef<str>>(&self, allowed: &[S]) -> bool {
        allowed
            .iter()
            .any(|permission| self.permissions.contains(permission.as_ref()))
    }
}

/// A recognised and permitted request.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// What the address was recognised as.
    pub matched: Matched,
    /// The path below the version as it was sent, for links to the next page.
    pub path: String,
    /// The options after the `?`.
    pub query: Query,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Who calls.
    pub caller: Caller,
    /// The base of links, for example `http://localhost:8081/v1.0`.
    pub base: String,
    /// The simulators' present instant.
    pub now: Timestamp,
    /// `client-request-id`, the caller's or ours.
    pub client_request_id: String,
}

impl Call {
    /// The key at `index` of the address.
    pub fn key(&self, index: usize) -> &str {
        self.matched.key(index)
    }

    /// Whether the caller accepts an eventually consistent answer.
    pub fn eventual(&self) -> bool {
        self.header("consistencylevel")
            .eq_ignore_ascii_case("eventual")
    }

    /// A header's text, empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Whether `Prefer` names this preference.
    pub fn prefers(&self, preference: &str) -> bool {
        self.header("prefer")
            .split(',')
            .any(|part| part.trim().eq_ignore_ascii_case(preference))
    }

    /// The body as JSON of a known shape.
    ///
    /// # Errors
    ///
    /// 400 for a body that is absent, is no JSON or has another shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        if self.body.is_empty() {
            return Err(GraphError::bad_request(
                "Empty Payload. JSON content expected.",
            ));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            GraphError::bad_request(format!("Unable to read JSON request payload: {error}."))
        })
    }

    /// `@odata.context` of a collection.
    pub fn collection_context(&self, set: &str, selection: &Selection) -> String {
        format!("{}/$metadata#{set}{}", self.base, selection.context())
    }

    /// A 200 answer that shows one entity of a set.
    pub fn entity(&self, set: &str, selection: &Selection, object: Map<String, Value>) -> Answer {
        let context = format!(
            "{}/$metadata#{set}{}/$entity",
            self.base,
            selection.context()
        );
        Answer::ok(with_context(context, object))
    }
}

/// Puts `@odata.context` into an object.
pub fn with_context(context: String, mut object: Map<String, Value>) -> Value {
    object.insert("@odata.context".to_owned(), Value::String(context));
    Value::Object(object)
}

/// What comes after the headers.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON.
    Json(Value),
    /// Plain text.
    Text(String),
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Headers beyond those every answer has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
}

impl Answer {
    /// 200 with JSON.
    pub fn ok(body: Value) -> Answer {
        Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    /// 201 with JSON.
    pub fn created(body: Value) -> Answer {
        Answer {
            status: StatusCode::CREATED,
            ..Answer::ok(body)
        }
    }

    /// 204.
    pub fn no_content() -> Answer {
        Answer {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Body::None,
        }
    }

    /// 202 without a body, to be followed at `location`.
    pub fn accepted(location: String) -> Answer {
        Answer {
            status: StatusCode::ACCEPTED,
            headers: vec![("Location".to_owned(), location)],
            body: Body::None,
        }
    }

    /// 200 with a number as plain text, as `/$count` answers.
    pub fn count(count: usize) -> Answer {
        Answer {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Body::Text(count.to_string()),
        }
    }

    /// Adds a header.
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Answer {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
