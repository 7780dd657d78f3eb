//! One question to Graph, and what its answer means.

use super::Graph;
use crate::http::{Answer, Call, Effect, Fault, SMALL_ANSWER, plain, unreadable};
use domain::access::TenantId;
use platform::{Instant, outside::OutsideError};
use reqwest::{
    Method,
    header::{HeaderName, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;
use url::Url;

/// When they are busy and do not say for how long: some services of Graph send 429 without `Retry-After`.
const DEFAULT_WAIT: Duration = Duration::from_secs(10);
/// The longest that a read waits here; anything longer is for whoever asked.
const SHORT_WAIT: Duration = Duration::from_secs(2);
const SHORT_WAITS: u32 = 2;
/// Of one list. A hundred thousand groups in pages of a hundred.
const MOST_PAGES: usize = 1_000;

/// Codes that say that a delta link has expired. Microsoft documents "40X with for example" the first two.
const EXPIRED_LINK: [&str; 4] = [
    "syncStateNotFound",
    "resyncRequired",
    "Directory_ExpiredPageToken",
    "Request_ExpiredToken",
];

const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");

/// A question, which can be put more than once.
pub(super) struct Question<'a> {
    /// Its name in logs.
    what: &'static str,
    tenant: TenantId,
    method: Method,
    url: Url,
    effect: Effect,
    body: Option<Vec<u8>>,
    eventual: bool,
    reference: Option<&'a str>,
    limit: usize,
}

impl<'a> Question<'a> {
    pub fn read(what: &'static str, tenant: TenantId, url: Url) -> Self {
        Question {
            what,
            tenant,
            method: Method::GET,
            url,
            effect: Effect::Read,
            body: None,
            eventual: false,
            reference: None,
            limit: SMALL_ANSWER,
        }
    }

    pub fn change(
        what: &'static str,
        tenant: TenantId,
        method: Method,
        url: Url,
        body: Vec<u8>,
    ) -> Self {
        Question {
            method,
            effect: Effect::Change,
            body: Some(body),
            ..Question::read(what, tenant, url)
        }
    }

    /// An advanced query: Graph wants to be told that an answer a few seconds old will do. On every page of a list.
    pub fn eventual(mut self) -> Self {
        self.eventual = true;
        self
    }

    /// Goes along as the client request id.
    pub fn reference(mut self, reference: &'a str) -> Self {
        self.reference = Some(reference);
        self
    }

    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }
}

/// A list's page.
#[derive(Deserialize)]
pub(super) struct Page<T> {
    pub value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    pub delta: Option<String>,
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Deserialize)]
struct ErrorDetail {
    code: String,
    message: Option<String>,
}

impl Graph {
    /// A successful answer, or what the lack of one means.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Answer, OutsideError> {
        self.ask_with(question, outcome).await
    }

    /// As [`Graph::ask`], with one's own reading of answers without success.
    async fn ask_with(
        &self,
        question: &Question<'_>,
        read: impl Fn(&Answer, Effect, Instant) -> OutsideError,
    ) -> Result<Answer, OutsideError> {
        let mut waits = 0;
        let mut renewed = false;
        loop {
            let token = self.entra.app_token(question.tenant).await?;
            let call = self.prepare(question).bearer(token.reveal(), &self.place);
            let answer = match call {
                Ok(call) => self.http.send(call).await,
                Err(fault) => Err(fault),
            }
            .map_err(|fault: Fault| fault.outside(question.effect))?;
            if answer.is_success() {
                return Ok(answer);
            }
            // Not accepted means not looked at, so even an effectful call may be put again with a new token.
            if answer.status == 401 && !renewed {
                renewed = true;
                self.entra.forget_app_token(question.tenant, &token);
                continue;
            }
            let now = self.http.clock().now();
            if question.effect == Effect::Read
                && matches!(answer.status, 429 | 503)
                && waits < SHORT_WAITS
                && let Some(wait) = answer.retry_after(now)
                && wait <= SHORT_WAIT
            {
                waits += 1;
                tokio::time::sleep(wait).await;
                continue;
            }
            let error = read(&answer, question.effect, now);
            tracing::info!(operation = question.what, tenant = %question.tenant, status = answer.status, %error, "Graph says no");
            return Err(error);
        }
    }

    pub(super) async fn ask_for<T: DeserializeOwned>(
        &self,
        question: &Question<'_>,
    ) -> Result<T, OutsideError> {
        parse(&self.ask(question).await?, question.effect)
    }

    /// Asks along a delta link: when it has expired, `StartOver` says so.
    pub(super) async fn ask_delta<T: DeserializeOwned>(
        &self,
        question: &Question<'_>,
    ) -> Result<T, OutsideError> {
        let read = |answer: &Answer, effect, now| {
            if is_expired_link(answer) {
                OutsideError::StartOver
            } else {
                outcome(answer, effect, now)
            }
        };
        parse(&self.ask_with(question, read).await?, question.effect)
    }

    /// Every page of a list, each item through `keep`.
    pub(super) async fn ask_for_all<T: DeserializeOwned, U>(
        &self,
        mut question: Question<'_>,
        mut keep: impl FnMut(T) -> Option<U>,
    ) -> Result<Vec<U>, OutsideError> {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: Page<T> = self.ask_for(&question).await?;
            all.extend(page.value.into_iter().filter_map(&mut keep));
            match page.next {
                None => return Ok(all),
                Some(link) => question.url = self.follow(&link)?,
            }
        }
        Err(OutsideError::Malformed("a list without end".into()))
    }

    /// A link from an answer to a read.
    pub(super) fn follow(&self, link: &str) -> Result<Url, OutsideError> {
        self.place
            .link(link)
            .ok_or_else(|| OutsideError::Malformed("a link leads to another host".into()))
    }

    fn prepare(&self, question: &Question<'_>) -> Call {
        let mut call = Call::new(question.what, question.method.clone(), question.url.clone())
            .limit(question.limit);
        if let Some(body) = &question.body {
            call = call.json(body.clone());
        }
        if question.eventual {
            call = call.header(CONSISTENCY_LEVEL, HeaderValue::from_static("eventual"));
        }
        if let Some(reference) = question.reference {
            call = call.request_id(reference);
        }
        call
    }
}

fn parse<T: DeserializeOwned>(answer: &Answer, effect: Effect) -> Result<T, OutsideError> {
    answer
        .json()
        .ok_or_else(|| unreadable(effect, "Graph's answer has another shape"))
}

/// What an answer without success means.
///
/// For an effectful call 429 and 503 say that nothing was done; every other 5xx leaves it open. A 404 counts only in
/// Graph's own words: a proxy's page must not make a person disappear.
pub(super) fn outcome(answer: &Answer, effect: Effect, now: Instant) -> OutsideError {
    let wait = answer.retry_after(now);
    let detail = answer.json::<ErrorBody>().map(|body| body.error);
    let code = match &detail {
        Some(detail) if !detail.code.is_empty() => detail
            .code
            .chars()
            .filter(char::is_ascii_graphic)
            .take(80)
            .collect(),
        _ => format!("HTTP{}", answer.status),
    };
    let message = detail
        .as_ref()
        .and_then(|detail| detail.message.as_deref())
        .map(plain)
        .unwrap_or_default();
    match answer.status {
        401 | 403 => OutsideError::Unauthorised { code, message },
        429 => OutsideError::Busy(wait.unwrap_or(DEFAULT_WAIT)),
        503 => match wait {
            Some(wait) => OutsideError::Busy(wait),
            None => OutsideError::Unavailable("Graph answers 503".into()),
        },
        408 | 500..=599 if answer.status != 501 => {
            let why = format!("Graph answers {}", answer.status);
            match effect {
                Effect::Read => OutsideError::Unavailable(why),
                Effect::Change => OutsideError::UnknownOutcome(why),
            }
        }
        404 | 410 if detail.is_some() => OutsideError::NotFound(code),
        400..=499 | 501 if detail.is_some() => OutsideError::Refused { code, message },
        status => unreadable(
            effect,
            &format!("Graph answers {status} with something else"),
        ),
    }
}

/// Whether an answer to a delta link says that it has expired.
pub(super) fn is_expired_link(answer: &Answer) -> bool {
    match answer.status {
        410 => true,
        400 | 404 => answer.json::<ErrorBody>().is_some_and(|body| {
            EXPIRED_LINK
                .iter()
                .any(|code| code.eq_ignore_ascii_case(&body.error.code))
        }),
        _ => false,
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters and the comma, which lists of names are full of.
pub(super) fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => {
                out.push(byte as char)
            }
            _ => {
                use std::fmt::Write;
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}
