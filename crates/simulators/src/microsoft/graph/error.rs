//! Graph's own errors: a status, a code that clients branch on, a text, and sometimes headers.

use axum::http::StatusCode;
use serde_json::{Value, json};

/// An answer that is not success, before the request's ids are written into it.
#[derive(Clone, Debug)]
pub struct GraphError {
    /// The HTTP status.
    pub status: StatusCode,
    /// `error.code`.
    pub code: &'static str,
    /// `error.message`.
    pub message: String,
    /// `error.details`: code, message and target of each.
    pub details: Vec<(&'static str, String, &'static str)>,
    /// Headers that belong to the error (`WWW-Authenticate`, `Retry-After`, `Location`).
    pub headers: Vec<(&'static str, String)>,
}

impl GraphError {
    /// An error without details or headers.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> GraphError {
        GraphError {
            status,
            code,
            message: message.into(),
            details: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a header to the answer.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> GraphError {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a line of `details`.
    pub fn with_detail(
        mut self,
        code: &'static str,
        message: impl Into<String>,
        target: &'static str,
    ) -> GraphError {
        self.details.push((code, message.into(), target));
        self
    }

    /// 400 `BadRequest`: the front of Graph could not make sense of the address or its options.
    pub fn bad_request(message: impl Into<String>) -> GraphError {
        GraphError::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// 400 `Request_BadRequest`: the directory refused the content.
    pub fn refused(message: impl Into<String>) -> GraphError {
        GraphError::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// 400 `Request_UnsupportedQuery`: understood, but this query needs other parameters or is not offered.
    pub fn unsupported_query(message: impl Into<String>) -> GraphError {
        GraphError::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// 400 for an address that names something Graph does not have.
    pub fn unknown_segment(segment: &str) -> GraphError {
        GraphError::bad_request(format!("Resource not found for the segment '{segment}'."))
    }

    /// 404 `Request_ResourceNotFound`: no such object in the directory.
    pub fn not_found(id: &str) -> GraphError {
        GraphError::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    /// 404 as the Teams administration service words it.
    pub fn teams_not_found(what: &str) -> GraphError {
        GraphError::new(
            StatusCode::NOT_FOUND,
            "NotFound",
            format!("{what} was not found."),
        )
    }

    /// 403 `Authorization_RequestDenied`.
    pub fn denied() -> GraphError {
        GraphError::new(
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )
    }

    /// 401 `InvalidAuthenticationToken` with the challenge Graph sends.
    pub fn unauthenticated(message: &str, authority: &str) -> GraphError {
        GraphError::new(
            StatusCode::UNAUTHORIZED,
            "InvalidAuthenticationToken",
            message,
        )
        .with_header(
            "WWW-Authenticate",
            format!(
                "Bearer realm=\"\", authorization_uri=\"{authority}/common/oauth2/authorize\", \
                 client_id=\"00000003-0000-0000-c000-000000000000\""
            ),
        )
    }

    /// 405 `Request_BadRequest`.
    pub fn method_not_allowed(method: &str) -> GraphError {
        GraphError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            format!("Specified HTTP method '{method}' is not allowed for the request target."),
        )
    }

    /// 501 `NotImplemented`.
    pub fn not_implemented(what: &str) -> GraphError {
        GraphError::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            format!("Not implemented: {what}"),
        )
    }

    /// 410 `syncStateNotFound`: start over at `location`.
    pub fn sync_state_gone(location: String) -> GraphError {
        GraphError::new(
            StatusCode::GONE,
            "syncStateNotFound",
            "The sync state is no longer available. Start a new synchronization.",
        )
        .with_header("Location", location)
    }

    /// 400 for a page token that is not ours, is of another query or has been used up.
    pub fn bad_page_token() -> GraphError {
        GraphError::new(
            StatusCode::BAD_REQUEST,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your request.",
        )
    }

    /// The body as Graph writes it.
    ///
    /// `date` is UTC without a zone, as in `2026-11-21T10:00:00`.
    pub fn body(&self, date: &str, request_id: &str, client_request_id: &str) -> Value {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "innerError": {
                "date": date,
                "request-id": request_id,
                "client-request-id": client_request_id,
            },
        });
        if !self.details.is_empty() {
            error["details"] = self
                .details
                .iter()
                .map(|(code, message, target)| {
                    json!({ "code": code, "message": message, "target": target })
                })
                .collect();
        }
        json!({ "error": error })
    }
}
