//! RFC 9457 problem documents: the one place where an [`Error`] becomes an HTTP answer.
//!
//! A handler's error does not know the request's language or id. So `into_response` writes the document in English and puts
//! the error beside it as an extension; the layer around every request ([`super::request`]) writes it anew with both, and logs.

use crate::{
    Error, FieldError, Kind,
    i18n::{self, Catalogue, Language},
};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// What went wrong. Some codes come with more members, told at the operation.
#[derive(Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A relative reference that names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A few words in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, in the caller's language.
    pub detail: String,
    /// Stable slug, camelCase.
    pub code: String,
    /// What is wrong with which field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Names this request in our log; tell it to support.
    pub request_id: String,
}

/// The error behind an answer, for the layer that writes the final document.
#[derive(Clone)]
pub(super) struct Raised(pub(super) Arc<Error>);

pub const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::TooSlow => StatusCode::REQUEST_TIMEOUT,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Rule => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooOften => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn slug(kind: Kind) -> &'static str {
    match kind {
        Kind::Malformed => "malformed",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "notFound",
        Kind::TooSlow => "tooSlow",
        Kind::Conflict => "conflict",
        Kind::Gone => "gone",
        Kind::Stale => "stale",
        Kind::TooLarge => "tooLarge",
        Kind::UnsupportedMedia => "unsupportedMedia",
        Kind::Rule => "rule",
        Kind::PreconditionRequired => "preconditionRequired",
        Kind::TooOften => "tooOften",
        Kind::Unavailable => "unavailable",
        Kind::Internal => "internal",
    }
}

/// Whose words are used: the rooms' catalogues, the platform's last.
pub(super) struct Words<'a> {
    pub(super) language: Language,
    pub(super) catalogues: &'a [&'static Catalogue],
}

impl Words<'_> {
    fn find(&self, key: &str, values: &[(&str, &str)]) -> Option<String> {
        self.catalogues
            .iter()
            .copied()
            .chain(std::iter::once(&*i18n::TEXTS))
            .find_map(|catalogue| catalogue.find(self.language, key, values))
    }

    /// In English the error's own message is the most exact. In another language the catalogue speaks, if it has a text for
    /// the code (`problem.<code>.detail`, or `problem.<code>` where there is no title beside it) and the error carries the
    /// values of its placeholders.
    fn detail(&self, error: &Error) -> String {
        let own = || error.message.clone().into_owned();
        if self.language == Language::En {
            return own();
        }
        let values = error
            .extra
            .as_deref()
            .map(i18n::values_of)
            .unwrap_or_default();
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.find(&format!("problem.{}.detail", error.code), &values)
            .or_else(|| self.find(&format!("problem.{}", error.code), &values))
            .unwrap_or_else(own)
    }

    fn field(&self, field: &FieldError) -> FieldError {
        let detail = match self.language {
            Language::En => None,
            _ => self
                .find(&format!("field.{}", field.code), &[])
                .or_else(|| self.find(&format!("problem.{}", field.code), &[])),
        };
        FieldError {
            detail: detail.unwrap_or_else(|| field.detail.clone()),
            ..field.clone()
        }
    }
}

/// The document and its headers.
pub(super) fn render(error: &Error, words: &Words<'_>, request_id: &str) -> Response {
    let status = status(error.kind);
    let title = words
        .find(&format!("problem.{}.title", error.code), &[])
        .or_else(|| words.find(&format!("kind.{}", slug(error.kind)), &[]))
        .unwrap_or_else(|| error.code.clone().into_owned());
    let mut response = document(
        Problem {
            kind: format!("/problems/{}", error.code),
            title,
            status: status.as_u16(),
            detail: words.detail(error),
            code: error.code.clone().into_owned(),
            errors: error
                .fields
                .iter()
                .map(|field| words.field(field))
                .collect(),
            request_id: request_id.to_owned(),
        },
        error.extra.as_deref(),
        words.language,
    );
    if error.kind == Kind::Unauthenticated {
        put(&mut response, header::WWW_AUTHENTICATE, "Bearer");
    }
    if let Some(seconds) = error.retry_after {
        put(&mut response, header::RETRY_AFTER, &seconds.to_string());
    }
    response
}

/// A problem that has a status but no [`Error`]: what the router itself answers, and what slipped past the extractors.
pub(super) fn bare(status: StatusCode, words: &Words<'_>, request_id: &str) -> Response {
    let code = match status {
        StatusCode::METHOD_NOT_ALLOWED => "methodNotAllowed",
        StatusCode::NOT_FOUND => "notFound",
        StatusCode::UNAUTHORIZED => "unauthenticated",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::PAYLOAD_TOO_LARGE => "tooLarge",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupportedMedia",
        StatusCode::TOO_MANY_REQUESTS => "tooOften",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        other if other.is_server_error() => "internal",
        _ => "malformed",
    };
    let text = |part: &str| {
        words
            .find(&format!("problem.{code}.{part}"), &[])
            .unwrap_or_default()
    };
    document(
        Problem {
            kind: format!("/problems/{code}"),
            title: text("title"),
            status: status.as_u16(),
            detail: text("detail"),
            code: code.to_owned(),
            errors: Vec::new(),
            request_id: request_id.to_owned(),
        },
        None,
        words.language,
    )
}

fn document(problem: Problem, extra: Option<&serde_json::Value>, language: Language) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut body = serde_json::to_value(&problem).unwrap_or_default();
    if let (Some(members), Some(serde_json::Value::Object(more))) = (body.as_object_mut(), extra) {
        for (name, value) in more {
            // The standard members stay what they are.
            members.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let words = Words {
            language: Language::En,
            catalogues: &[],
        };
        let mut response = render(&self, &words, "");
        response.extensions_mut().insert(Raised(Arc::new(self)));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    async fn read(response: Response) -> (StatusCode, axum::http::HeaderMap, serde_json::Value) {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        (
            parts.status,
            parts.headers,
            serde_json::from_slice(&bytes).unwrap(),
        )
    }

    #[tokio::test]
    async fn an_error_becomes_a_problem_document() {
        let error = Error::conflict("priceChanged", "The price changed.")
            .with_field("/items/0", "priceChanged", "Now 129.00.")
            .with_extra(serde_json::json!({ "quote": { "id": "q" }, "status": 1 }))
            .with_context("quote 7");
        let words = Words {
            language: Language::En,
            catalogues: &[],
        };
        let (status, headers, body) = read(render(&error, &words, "r-1")).await;
        assert_eq!(status, 409);
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(
            body,
            serde_json::json!({
                "type": "/problems/priceChanged", "title": "It has changed meanwhile", "status": 409,
                "detail": "The price changed.", "code": "priceChanged", "requestId": "r-1",
                "errors": [{ "pointer": "/items/0", "code": "priceChanged", "detail": "Now 129.00." }],
                "quote": { "id": "q" },
            })
        );
    }

    #[tokio::test]
    async fn a_dane_reads_danish_and_the_context_is_nobodys() {
        let error = Error::internal("the disk says EIO");
        let words = Words {
            language: Language::Da,
            catalogues: &[],
        };
        let (status, headers, body) = read(render(&error, &words, "r-1")).await;
        assert_eq!(
            (
                status.as_u16(),
                headers[header::CONTENT_LANGUAGE].to_str().unwrap()
            ),
            (500, "da")
        );
        assert_eq!(body["title"], "En fejl hos os");
        assert!(!body.to_string().contains("EIO"));
    }

    #[tokio::test]
    async fn a_text_uses_the_values_that_the_error_carries() {
        let catalogue: &'static Catalogue = Box::leak(Box::new(
            Catalogue::parse(
                "[problem.numberTaken]\ntitle='Taken'\ndetail='{number} is taken'",
                "[problem.numberTaken]\ntitle='Optaget'\ndetail='{number} er optaget'",
            )
            .unwrap(),
        ));
        let words = Words {
            language: Language::Da,
            catalogues: &[catalogue],
        };
        let error = Error::conflict("numberTaken", "+4570 is taken");
        let (_, _, without) = read(render(&error, &words, "")).await;
        assert_eq!(without["detail"], "+4570 is taken");
        let error = error.with_extra(serde_json::json!({ "number": "+4570" }));
        let (_, _, with) = read(render(&error, &words, "")).await;
        assert_eq!(
            (&with["title"], &with["detail"]),
            (&"Optaget".into(), &"+4570 er optaget".into())
        );
    }

    #[tokio::test]
    async fn every_kind_has_its_status_and_the_headers_that_belong_to_it() {
        let (status, headers, _) = read(Error::unauthenticated().into_response()).await;
        assert_eq!(
            (
                status.as_u16(),
                headers[header::WWW_AUTHENTICATE].to_str().unwrap()
            ),
            (401, "Bearer")
        );
        let (status, headers, _) = read(Error::unavailable("x").into_response()).await;
        assert_eq!(
            (
                status.as_u16(),
                headers[header::RETRY_AFTER].to_str().unwrap()
            ),
            (503, "5")
        );
    }
}
