//! The address under which a request reached the simulator: what issuers, endpoints and links begin with.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;

/// The scheme of a listener; each listener puts its own into the request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// Encrypted.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }
}

/// Scheme and host without a slash at the end, for example `http://localhost:8081`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub String);

impl Origin {
    /// The origin of a request, from the listener's scheme and `Host` (or HTTP/2's authority).
    pub fn of(parts: &Parts) -> Origin {
        let scheme = parts
            .extensions
            .get::<Scheme>()
            .copied()
            .unwrap_or(Scheme::Http);
        let host = parts
            .headers
            .get(HOST)
            .and_then(|value| value.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(|a| a.as_str()));
        Origin(format!(
            "{}://{}",
            scheme.as_str(),
            host.unwrap_or("localhost")
        ))
    }

    /// Whether the listener is encrypted, so that a cookie may say `Secure`.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Origin, Infallible> {
        Ok(Origin::of(parts))
    }
}
