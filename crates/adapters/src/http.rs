//! The one manner in which adapters speak HTTP: bounded in time and size, never following a redirect, never using a proxy
//! that the environment names, and telling apart "it did not reach them" from "we do not know".
//!
//! Deliberately absent: cookies, decompression (a small answer cannot become a large one), and retries. What may be asked
//! twice is for the caller to know. Nothing here logs an address, a header's value or a body: those hold people's data and
//! tokens. What is logged is the operation's name, the status and the two request ids by which the other side's support
//! can find the call.

use jiff::fmt::rfc2822::DateTimeParser;
use platform::{Clock, Instant, outside::OutsideError};
use rand::RngExt;
use reqwest::{
    Method,
    header::{
        ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
    },
};
use serde::de::DeserializeOwned;
use std::{path::PathBuf, sync::Arc, time::Duration};
use url::Url;

/// The most that an ordinary answer may measure, in bytes.
pub const SMALL_ANSWER: usize = 1024 * 1024;

/// The most that a page of a directory may measure, in bytes. A person with a full licence brings about 15 KiB of plans.
pub const PAGE_ANSWER: usize = 8 * 1024 * 1024;

/// The longest wait that we take from somebody else; a longer one is taken as this.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

const IDLE: Duration = Duration::from_secs(30);

const USER_AGENT: &str = concat!("Switchboard/", env!("CARGO_PKG_VERSION"));
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// How to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The longest time to connect, name lookup and TLS included. Default 5 s.
    pub connect_timeout: Duration,
    /// The longest time for a whole exchange, the answer's body included. Default 20 s.
    pub timeout: Duration,
    /// A PEM file with certificates to trust beside the system's: a company's own inspection proxy, or a stand-in for
    /// the real service. Default none.
    pub extra_ca_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(20),
            extra_ca_file: None,
        }
    }
}

/// A client with a connection pool. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    client: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl Http {
    /// The error says which setting is wrong.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        // Another part of the process may have installed it already; it is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let extra = match &settings.extra_ca_file {
            Some(path) => {
                let pem = std::fs::read(path).map_err(|error| {
                    format!(
                        "the extra CA file {} cannot be read: {error}",
                        path.display()
                    )
                })?;
                let certificates = reqwest::Certificate::from_pem_bundle(&pem)
                    .map_err(|_| format!("the extra CA file {} is not PEM", path.display()))?;
                if certificates.is_empty() {
                    return Err(format!(
                        "the extra CA file {} holds no certificate",
                        path.display()
                    ));
                }
                certificates
            }
            None => Vec::new(),
        };
        let builder = || {
            reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .connect_timeout(settings.connect_timeout)
                .timeout(settings.timeout)
                // Shorter than the other side keeps an idle connection, so that a change seldom meets one just closed.
                .pool_idle_timeout(IDLE)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .referer(false)
        };
        let client = builder()
            .tls_certs_merge(extra.clone())
            .build()
            .or_else(|error| {
                if !extra.is_empty() {
                    return Err(format!("the HTTP client cannot be made: {error}"));
                }
                // A minimal image may hold no certificates at all. Plain HTTP to a neighbour still works then.
                tracing::warn!(
                    "this machine has no CA certificates: every https connection will fail"
                );
                builder()
                    .tls_certs_only(std::iter::empty())
                    .build()
                    .map_err(|error| format!("the HTTP client cannot be made: {error}"))
            })?;
        Ok(Http { client, clock })
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Sends one request and reads the whole answer, whatever its status.
    pub async fn send(&self, call: Call) -> Result<Answer, Fault> {
        let Call {
            what,
            request,
            limit,
            request_id,
        } = call;
        let started = started();
        let outcome = self.exchange(request, limit).await;
        let elapsed = started.elapsed();
        let label = match &outcome {
            Ok(answer) => answer.label(),
            Err(_) => "none",
        };
        metrics::histogram!("switchboard_outside_seconds", "operation" => what, "outcome" => label)
            .record(elapsed.as_secs_f64());
        let elapsed_ms = elapsed.as_millis();
        match outcome {
            Ok(answer) => {
                tracing::debug!(
                    operation = what,
                    status = answer.status,
                    %request_id,
                    their_request_id = answer.their_request_id(),
                    elapsed_ms,
                    "outside call answered"
                );
                Ok(answer)
            }
            Err(fault) => {
                tracing::warn!(operation = what, %request_id, elapsed_ms, fault = fault.text(), "outside call failed");
                Err(fault)
            }
        }
    }

    async fn exchange(&self, request: reqwest::Request, limit: usize) -> Result<Answer, Fault> {
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        let declared = response.content_length().unwrap_or(0);
        if declared > limit as u64 {
            return Err(Fault::TooLarge);
        }
        let mut body = Vec::with_capacity(usize::try_from(declared).unwrap_or(0));
        while let Some(chunk) = response.chunk().await.map_err(|error| {
            if error.is_timeout() {
                Fault::NoAnswer("timed out")
            } else {
                Fault::BrokenOff
            }
        })? {
            if body.len() + chunk.len() > limit {
                return Err(Fault::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            headers: std::mem::take(response.headers_mut()),
            body,
        })
    }
}

/// One request to be.
pub struct Call {
    what: &'static str,
    request: reqwest::Request,
    limit: usize,
    request_id: String,
}

impl Call {
    /// `what` names the operation in logs. JSON is asked for; the answer may measure [`SMALL_ANSWER`].
    pub fn new(what: &'static str, method: Method, url: Url) -> Self {
        let call = Call {
            what,
            request: reqwest::Request::new(method, url),
            limit: SMALL_ANSWER,
            request_id: String::new(),
        };
        call.header(ACCEPT, HeaderValue::from_static("application/json"))
            .request_id(&random_uuid().to_string())
    }

    pub fn get(what: &'static str, url: Url) -> Self {
        Call::new(what, Method::GET, url)
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers_mut().insert(name, value);
        self
    }

    /// Sends this as `client-request-id` in place of a random one, so that both sides' logs can be joined. A text that
    /// cannot stand in a header is passed over.
    pub fn request_id(mut self, id: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(id) {
            self.request.headers_mut().insert(CLIENT_REQUEST_ID, value);
            self.request_id = id.to_owned();
        }
        self
    }

    /// The answer may measure `bytes` and no more.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    pub fn body(mut self, content_type: &'static str, body: Vec<u8>) -> Self {
        *self.request.body_mut() = Some(body.into());
        self.header(CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    pub fn json(self, body: Vec<u8>) -> Self {
        self.body("application/json", body)
    }

    /// A form, its fields in this order.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body("application/x-www-form-urlencoded", body.into_bytes())
    }

    /// Puts a bearer token on the request. Refused when the request goes anywhere but `place`: this is the only way to set
    /// the header, so that a link in an answer cannot lead a token astray.
    pub fn bearer(self, token: &str, place: &Place) -> Result<Self, Fault> {
        if !place.holds(self.request.url()) {
            return Err(Fault::NotSent("a token would have left its host"));
        }
        let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| Fault::NotSent("the token cannot stand in a header"))?;
        value.set_sensitive(true);
        Ok(self.header(AUTHORIZATION, value))
    }
}

/// A scheme, host and port that we trust with something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(Url);

impl Place {
    /// Only http and https, without credentials in the address.
    pub fn of(url: &Url) -> Result<Self, String> {
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(format!("not an http or https address: {}", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("an address must not hold credentials".into());
        }
        Ok(Place(url.clone()))
    }

    pub fn holds(&self, url: &Url) -> bool {
        url.origin() == self.0.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// A link from an answer, absolute or relative to this place; `None` when it leads elsewhere.
    pub fn link(&self, text: &str) -> Option<Url> {
        let url = self.0.join(text).ok()?;
        self.holds(&url).then_some(url)
    }
}

/// A whole answer, of any status.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `None` when the body is not of this shape. The parser's own words are not passed on: they may quote the body.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// How long they ask us to wait (`Retry-After`: seconds, or a date, RFC 9110 §10.2.3), at most an hour.
    pub fn retry_after(&self, now: Instant) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let wait = match text.parse::<u64>() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => {
                let at = DateTimeParser::new().parse_timestamp(text).ok()?;
                Instant::from_timestamp(at).since(now)
            }
        };
        Some(wait.min(LONGEST_WAIT))
    }

    /// For the metric: classes, and the one status by which somebody tells us to slow down.
    fn label(&self) -> &'static str {
        match self.status {
            429 => "429",
            200..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        }
    }

    fn their_request_id(&self) -> &str {
        self.header("request-id")
            .or_else(|| self.header("x-ms-request-id"))
            .filter(|id| id.len() <= 64)
            .unwrap_or("")
    }
}

/// Why there is no whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It did not reach them: the name is unknown, nobody listens, no trust. Nothing has happened.
    NotSent(&'static str),
    /// It may have reached them: time ran out, or the connection broke before the answer began.
    NoAnswer(&'static str),
    /// The answer began and broke off.
    BrokenOff,
    /// The answer is larger than it may be.
    TooLarge,
}

/// Whether a call can have changed something on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Read,
    Change,
}

impl Fault {
    pub fn text(self) -> &'static str {
        match self {
            Fault::NotSent(why) | Fault::NoAnswer(why) => why,
            Fault::BrokenOff => "the answer broke off",
            Fault::TooLarge => "the answer is too large",
        }
    }

    pub fn outside(self, effect: Effect) -> OutsideError {
        let text = self.text().to_owned();
        match (self, effect) {
            (Fault::NotSent(_), _) => OutsideError::Unavailable(text),
            (_, Effect::Change) => OutsideError::UnknownOutcome(text),
            (Fault::TooLarge, Effect::Read) => OutsideError::Malformed(text),
            (_, Effect::Read) => OutsideError::Unavailable(text),
        }
    }
}

/// An answer that cannot be understood: what that means depends on what was asked.
pub fn unreadable(effect: Effect, why: &str) -> OutsideError {
    match effect {
        Effect::Read => OutsideError::Malformed(why.to_owned()),
        Effect::Change => OutsideError::UnknownOutcome(why.to_owned()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "measures how long a call takes, for the metric and the log"
)]
fn started() -> std::time::Instant {
    std::time::Instant::now()
}

fn fault(error: &reqwest::Error) -> Fault {
    if error.is_builder() {
        Fault::NotSent("the request cannot be made")
    } else if error.is_dns() {
        Fault::NotSent("the name is unknown")
    } else if error.is_connect() {
        Fault::NotSent("no connection")
    } else if error.is_timeout() {
        Fault::NoAnswer("timed out")
    } else {
        Fault::NoAnswer("the connection broke")
    }
}

/// A version 4 UUID (RFC 9562 §5.4).
pub fn random_uuid() -> uuid::Uuid {
    uuid::Builder::from_random_bytes(rand::rng().random()).into_uuid()
}

/// Somebody else's explanation, made fit for our logs and pages: one line, at most 240 characters, with everything that
/// looks like an address, a telephone number or a token taken out.
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        let personal = word.contains('@')
            || word.chars().filter(char::is_ascii_digit).count() >= 7
            || word.len() > 80;
        if !out.is_empty() {
            out.push(' ');
        }
        if personal {
            out.push('…');
        } else {
            out.extend(word.chars().filter(|c| !c.is_control()));
        }
        if out.len() > 240 {
            let end = out.floor_char_boundary(240);
            out.truncate(end);
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_holds_only_its_own_scheme_host_and_port() {
        let place = Place::of(&Url::parse("https://graph.example/v1.0").unwrap()).unwrap();
        for good in [
            "https://graph.example/v1.0/users?$skiptoken=a",
            "https://graph.example:443/x",
            "/v1.0/operations('a')",
        ] {
            assert!(place.link(good).is_some(), "{good}");
        }
        for bad in [
            "http://graph.example/v1.0",
            "https://graph.example:8443/v1.0",
            "https://graph.example.evil/v1.0",
            "https://graph.example@evil/v1.0",
            "https://user@graph.example/v1.0",
            "//evil/v1.0",
            "\\\\evil/v1.0",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
        ] {
            assert!(place.link(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_token_does_not_leave_its_host() {
        let place = Place::of(&Url::parse("https://graph.example/v1.0").unwrap()).unwrap();
        let there = Call::get("test", Url::parse("https://graph.example/v1.0/me").unwrap());
        assert!(there.bearer("abc", &place).is_ok());
        let elsewhere = Call::get("test", Url::parse("https://evil.example/v1.0/me").unwrap());
        assert!(elsewhere.bearer("abc", &place).is_err());
    }

    #[test]
    fn waits_are_read_as_seconds_and_as_dates_and_capped() {
        let now = Instant::parse("2026-11-21T10:00:00Z").unwrap();
        let wait = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(value).unwrap());
            Answer {
                status: 429,
                headers,
                body: Vec::new(),
            }
            .retry_after(now)
        };
        assert_eq!(wait("10"), Some(Duration::from_secs(10)));
        assert_eq!(
            wait("Sat, 21 Nov 2026 10:02:00 GMT"),
            Some(Duration::from_secs(120))
        );
        assert_eq!(wait("Sat, 21 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("99999999"), Some(LONGEST_WAIT));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-5"), None);
    }

    #[test]
    fn what_they_say_is_stripped_of_people_and_tokens() {
        assert_eq!(
            plain("User anna@nordvind.example has +4570101234\n already."),
            "User … has … already."
        );
        assert!(plain(&"e".repeat(500)).len() < 10);
        assert!(plain(&"word ".repeat(500)).chars().count() <= 241);
    }
}
