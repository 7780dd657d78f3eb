//! Entity tags (RFC 9110 §8.8.3): what is changed by PATCH has a version, shown as `"v7"`, and a change says which version it
//! was made from.

use crate::{Error, Kind, Result};
use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponseParts, ResponseParts},
};
use std::convert::Infallible;

/// The tag of a version, to be put into an answer: `(ETag(version), Json(body))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ETag(pub i64);

impl std::fmt::Display for ETag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"v{}\"", self.0)
    }
}

impl IntoResponseParts for ETag {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(value) = HeaderValue::from_str(&self.to_string()) {
            response.headers_mut().insert(header::ETAG, value);
        }
        Ok(response)
    }
}

/// The `If-Match` of a change. Without it the change is refused: 428.
#[derive(Clone, Debug)]
pub struct IfMatch(Vec<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let tags: Vec<String> = parts
            .headers
            .get_all(header::IF_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
        if tags.is_empty() {
            return Err(Error::new(
                Kind::PreconditionRequired,
                "ifMatchMissing",
                "Send the If-Match header with the ETag of what you read, so that nobody's change is lost.",
            ));
        }
        Ok(IfMatch(tags))
    }
}

impl IfMatch {
    /// Whether the change was made from `version`. Weak tags never match (RFC 9110 §13.1.1).
    ///
    /// # Errors
    /// 412 when it was made from another one.
    pub fn check(&self, version: i64) -> Result<()> {
        let current = ETag(version).to_string();
        if self.0.iter().any(|tag| tag == "*" || *tag == current) {
            return Ok(());
        }
        Err(Error::new(
            Kind::Stale,
            "stale",
            "It was changed since you read it. Read it again and repeat your change.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn read(headers: &[&str]) -> Result<IfMatch> {
        let mut request = Request::patch("/");
        for value in headers {
            request = request.header(header::IF_MATCH, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        IfMatch::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn a_change_says_what_it_was_made_from() {
        assert_eq!(
            read(&[]).await.unwrap_err().kind,
            Kind::PreconditionRequired
        );
        assert!(read(&["\"v3\""]).await.unwrap().check(3).is_ok());
        assert!(read(&["\"v2\", \"v3\""]).await.unwrap().check(3).is_ok());
        assert!(read(&["*"]).await.unwrap().check(3).is_ok());
        for stale in ["\"v2\"", "W/\"v3\"", "v3", "3"] {
            assert_eq!(
                read(&[stale]).await.unwrap().check(3).unwrap_err().kind,
                Kind::Stale,
                "{stale}"
            );
        }
    }
}
