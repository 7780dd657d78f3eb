//! What lies around every request: an id, the language, the log, limits, security headers, and the final form of what went
//! wrong.

use super::problem::{self, Raised, Words};
use crate::{
    Error, Kind,
    i18n::{Catalogue, Language},
    telemetry,
};
use axum::{
    Router,
    body::HttpBody,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use std::{
    any::Any,
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Semaphore;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{NotForContentType, Predicate, SizeAbove},
    },
};
use uuid::Uuid;

/// How requests are treated.
#[derive(Clone)]
pub struct HttpOptions {
    /// Bytes of a body that are read; a route may set its own `DefaultBodyLimit`.
    pub body_limit: usize,
    /// How long an answer may take to begin. A stream may go on for as long as it likes.
    pub timeout: Duration,
    /// Routes, by their templates, whose bodies stream in: they may take as long as they go on, and see to that themselves.
    pub streamed: &'static [&'static str],
    /// Requests worked on at once; more are turned away with 503 at once, instead of all of them becoming slow.
    pub concurrency: usize,
    /// Whether browsers are told to insist on https (RFC 6797).
    pub https: bool,
    /// The header in which a proxy in front tells whom it serves.
    pub client_ip_header: Option<HeaderName>,
    /// The rooms' texts for problems.
    pub catalogues: Vec<&'static Catalogue>,
}

impl HttpOptions {
    pub fn new(https: bool, catalogues: Vec<&'static Catalogue>) -> Self {
        HttpOptions {
            body_limit: 1024 * 1024,
            timeout: Duration::from_secs(30),
            streamed: &[],
            concurrency: 512,
            https,
            client_ip_header: None,
            catalogues,
        }
    }
}

/// What is known of the request under way. Extract it in a handler; cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestContext(Arc<Known>);

#[derive(Debug)]
struct Known {
    id: String,
    address: IpAddr,
    asked: Option<Language>,
    language: OnceLock<Language>,
    principal: OnceLock<Uuid>,
    organisation: OnceLock<Uuid>,
}

impl RequestContext {
    fn new(headers: &HeaderMap, address: IpAddr) -> Self {
        let asked = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .and_then(Language::negotiate);
        RequestContext(Arc::new(Known {
            id: request_id(headers),
            address,
            asked,
            language: OnceLock::new(),
            principal: OnceLock::new(),
            organisation: OnceLock::new(),
        }))
    }

    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Where the request comes from, for limits: it proves nothing.
    pub fn address(&self) -> IpAddr {
        self.0.address
    }

    /// The language of the answer: what the request asks for, else the principal's, else English.
    pub fn language(&self) -> Language {
        self.0
            .asked
            .or_else(|| self.0.language.get().copied())
            .unwrap_or_default()
    }

    /// Tells who asks, once it is known: for the log, and for the language where the request asks for none.
    pub fn know_principal(&self, principal: Uuid, language: Language) {
        self.0.principal.get_or_init(|| principal);
        self.0.language.get_or_init(|| language);
    }

    /// Tells which organisation is asked about, for the log.
    pub fn know_organisation(&self, organisation: Uuid) {
        self.0.organisation.get_or_init(|| organisation);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(context) = parts.extensions.get::<RequestContext>() {
            return Ok(context.clone());
        }
        let address = address_of(&parts.headers, &parts.extensions, None);
        let context = RequestContext::new(&parts.headers, address);
        parts.extensions.insert(context.clone());
        Ok(context)
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An id that a proxy in front gave, if it is harmless to log; else a random one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (8..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
        .map_or_else(
            || {
                uuid::Builder::from_random_bytes(rand::random())
                    .into_uuid()
                    .to_string()
            },
            str::to_owned,
        )
}

/// The proxy's word where one is in front, else the connection's other end; unspecified where nobody says.
fn address_of(headers: &HeaderMap, extensions: &Extensions, told: Option<&HeaderName>) -> IpAddr {
    // A list grows at its end: what stands there is the proxy's own, what stands before it may be anybody's.
    told.and_then(|name| headers.get_all(name).iter().next_back())
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .map(str::trim)
        .and_then(|text| {
            text.parse().ok().or_else(|| {
                let with_port: SocketAddr = text.parse().ok()?;
                Some(with_port.ip())
            })
        })
        .or_else(|| {
            extensions
                .get::<ConnectInfo<SocketAddr>>()
                .map(|ConnectInfo(peer)| peer.ip())
        })
        .unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
}

struct Around {
    options: HttpOptions,
    permits: Semaphore,
    /// Of those, the ones for requests that bring a body: whoever sends one byte a second must not keep all others from reading.
    with_body: Semaphore,
}

/// Puts everything of this file around `router`. Fallbacks must be set before; routes added later are outside.
pub fn wrap(router: Router, options: HttpOptions) -> Router {
    let around = Arc::new(Around {
        permits: Semaphore::new(options.concurrency),
        with_body: Semaphore::new((options.concurrency - options.concurrency / 4).max(1)),
        options,
    });
    router
        .layer(DefaultBodyLimit::max(around.options.body_limit))
        .layer(from_fn_with_state(around.clone(), limit))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn_with_state(around, finish))
        .layer(
            // Made for each answer, so the cheapest level; a small answer costs more to compress than to send. What is built once
            // is compressed once, by whoever builds it.
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(
                    SizeAbove::new(1024)
                        .and(NotForContentType::IMAGES)
                        .and(NotForContentType::SSE),
                ),
        )
}

/// Turns away what is too much, and gives up what takes too long.
async fn limit(State(around): State<Arc<Around>>, request: Request, next: Next) -> Response {
    let too_many = || {
        Error::unavailable("too many requests at once")
            .with_retry_after(1)
            .into_response()
    };
    let _share = if request.body().is_end_stream() {
        None
    } else {
        match around.with_body.try_acquire() {
            Ok(share) => Some(share),
            Err(_) => return too_many(),
        }
    };
    let Ok(_permit) = around.permits.try_acquire() else {
        return too_many();
    };
    let streams = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|matched| around.options.streamed.contains(&matched.as_str()));
    if streams {
        return next.run(request).await;
    }
    match tokio::time::timeout(around.options.timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error {
            retry_after: Some(5),
            context: Some("the handler was stopped at the time limit".to_owned()),
            ..Error::new(
                Kind::Unavailable,
                "timeout",
                "The service did not answer in time. Look whether it was done before you try again.",
            )
        }
        .into_response(),
    }
}

/// A panic is a fault of ours, not the end of the process.
fn answer_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without words");
    Error::internal(format!("panic: {said}")).into_response()
}

async fn finish(State(around): State<Arc<Around>>, mut request: Request, next: Next) -> Response {
    let started = tokio::time::Instant::now();
    let address = address_of(
        request.headers(),
        request.extensions(),
        around.options.client_ip_header.as_ref(),
    );
    let context = RequestContext::new(request.headers(), address);
    request.extensions_mut().insert(context.clone());
    let method = request.method().clone();
    let is_interface = is_interface(request.uri().path());
    // The template, never the path: the path holds ids, and numbers of telephones.
    let route = request.extensions().get::<MatchedPath>().map_or_else(
        || "unmatched".to_owned(),
        |matched| matched.as_str().to_owned(),
    );

    let mut response = next.run(request).await;

    let words = Words {
        language: context.language(),
        catalogues: &around.options.catalogues,
    };
    if let Some(Raised(error)) = response.extensions_mut().remove::<Raised>() {
        log_error(&error, &context, &route);
        response = replace(response, problem::render(&error, &words, context.id()));
    } else if is_interface && is_bare_error(&response) {
        let status = response.status();
        response = replace(response, problem::bare(status, &words, context.id()));
    }
    secure(response.headers_mut(), around.options.https);
    if let Ok(id) = HeaderValue::from_str(context.id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }

    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    telemetry::observe_request(method.as_str(), &route, status, elapsed);
    tracing::info!(
        request_id = context.id(),
        method = method.as_str(),
        route,
        status,
        micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX),
        principal = context.0.principal.get().map(tracing::field::display),
        organisation = context.0.organisation.get().map(tracing::field::display),
        "request"
    );
    response
}

/// What machines read: there every error is a problem document.
fn is_interface(path: &str) -> bool {
    ["/api/", "/auth/", "/hooks/"]
        .iter()
        .any(|start| path.starts_with(start))
}

fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_text = content_type.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    (status.is_client_error() || status.is_server_error()) && is_text
}

/// Keeps the headers that the first answer set and the document does not (`Allow`, `Set-Cookie`).
fn replace(first: Response, mut document: Response) -> Response {
    for (name, value) in first.headers() {
        if name != header::CONTENT_LENGTH && !document.headers().contains_key(name) {
            document.headers_mut().append(name.clone(), value.clone());
        }
    }
    document
}

fn log_error(error: &Error, context: &RequestContext, route: &str) {
    let status = problem::status(error.kind).as_u16();
    let code = error.code.as_ref();
    let request_id = context.id();
    let why = error.context.as_deref().unwrap_or("");
    if status >= 500 {
        tracing::error!(request_id, route, status, code, why, "request failed");
    } else {
        tracing::debug!(request_id, route, status, code, why, "request refused");
    }
}

/// The headers that every answer has. What a handler set on purpose stays.
fn secure(headers: &mut HeaderMap, https: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "no-referrer");
    put(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    put(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    put(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    put(header::CACHE_CONTROL, "no-store");
    if https {
        put(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=63072000; includeSubDomains",
        );
    }
}

#[cfg(test)]
mod tests;
