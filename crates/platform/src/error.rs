//! One error for the whole server: a kind that HTTP maps to a status, a stable code, a message for the person who asked,
//! and a context for whoever reads the log. The message never holds what the asker may not know.

use std::borrow::Cow;

/// What went wrong, as far as the one who asked is concerned. HTTP maps each to one status (see `http::problem`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 400: the request does not fit the schema.
    Malformed,
    /// 401: nobody is signed in, or the proof of it is not good.
    Unauthenticated,
    /// 403: may know of it, may not do it.
    Forbidden,
    /// 404: is not there, or may not be known of.
    NotFound,
    /// 408: the request did not come to its end in time.
    TooSlow,
    /// 409: a lost race or a wrong state.
    Conflict,
    /// 410: was there once (used invitation, expired quote).
    Gone,
    /// 412: somebody changed it meanwhile.
    Stale,
    /// 413: more than we read.
    TooLarge,
    /// 415: not a media type that we read.
    UnsupportedMedia,
    /// 422: understood, but against a rule.
    Rule,
    /// 428: `If-Match` is missing.
    PreconditionRequired,
    /// 429: too often; comes with seconds to wait.
    TooOften,
    /// 503: not now; comes with seconds to wait.
    Unavailable,
    /// 500: a fault of ours.
    Internal,
}

/// A complaint about one field of a request. `pointer` is an RFC 6901 JSON pointer into the body, or `?name` for a query parameter.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    pub pointer: String,
    /// Stable slug, camelCase.
    pub code: String,
    /// Plain words in the caller's language where a text for the code exists, else English.
    pub detail: String,
}

#[derive(Debug)]
pub struct Error {
    pub kind: Kind,
    /// Stable slug, camelCase.
    pub code: Cow<'static, str>,
    /// For the one who asked: what happened and what to do.
    pub message: Cow<'static, str>,
    pub fields: Vec<FieldError>,
    /// Seconds to wait before the next try (429 and 503).
    pub retry_after: Option<u32>,
    /// Extra members of the problem document, for example the new quote of `priceChanged`.
    pub extra: Option<Box<serde_json::Value>>,
    /// For the log only.
    pub context: Option<String>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(
        kind: Kind,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Error {
            kind,
            code: code.into(),
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            extra: None,
            context: None,
        }
    }

    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Kind::Malformed, "malformed", message)
    }

    pub fn unauthenticated() -> Self {
        Error::new(
            Kind::Unauthenticated,
            "unauthenticated",
            "Sign in with a Microsoft work account to go on.",
        )
    }

    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Kind::Forbidden, "forbidden", message)
    }

    /// Always the same words, so that the answer does not tell the absent from the hidden.
    pub fn not_found() -> Self {
        Error::new(
            Kind::NotFound,
            "notFound",
            "There is nothing here, or you may not see it.",
        )
    }

    pub fn conflict(
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Error::new(Kind::Conflict, code, message)
    }

    pub fn rule(code: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(Kind::Rule, code, message)
    }

    pub fn unavailable(context: impl Into<String>) -> Self {
        Error {
            retry_after: Some(5),
            context: Some(context.into()),
            ..Error::new(
                Kind::Unavailable,
                "unavailable",
                "The service cannot answer right now. Nothing was changed; try again in a moment.",
            )
        }
    }

    pub fn internal(context: impl Into<String>) -> Self {
        Error {
            context: Some(context.into()),
            ..Error::new(
                Kind::Internal,
                "internal",
                "Something went wrong on our side. Nothing is lost; try again, and tell support the request id if it stays.",
            )
        }
    }

    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = Some(context.into());
        self
    }

    pub fn with_field(
        mut self,
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        self.fields.push(FieldError {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        });
        self
    }

    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub fn with_extra(mut self, extra: serde_json::Value) -> Self {
        self.extra = Some(Box::new(extra));
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.context {
            Some(context) => write!(f, " ({context})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
