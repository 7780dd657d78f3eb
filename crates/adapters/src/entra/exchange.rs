//! The token endpoint: a code for an ID token, and our own proof for an app-only token of a tenant.

use super::{
    AppToken, Entra, SIGN_IN_SCOPE,
    discovery::Metadata,
    kept::{Kept, lock},
};
use crate::http::{Answer, Call, Effect, plain, unreadable};
use domain::access::{TenantId, ports::IdentityError};
use platform::{Instant, outside::OutsideError};
use reqwest::Method;
use serde::Deserialize;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;

/// When they are busy and do not say for how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);
/// How long before its end a token is replaced, so that none expires on the way.
const EARLY: Duration = Duration::from_secs(5 * 60);
const LONGEST_TOKEN: usize = 16 * 1024;
const MOST_TENANTS: usize = 20_000;

/// Unlike other errors of RFC 6749, these say that we ourselves are not accepted.
const ABOUT_US: [&str; 2] = ["invalid_client", "unauthorized_client"];

#[derive(Deserialize)]
struct Success {
    token_type: String,
    expires_in: Option<u64>,
    access_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    error: String,
    #[serde(default)]
    error_description: String,
    #[serde(default)]
    error_codes: Vec<u64>,
}

impl Failure {
    fn code(&self) -> String {
        match self.error_codes.first() {
            Some(code) => format!("AADSTS{code}"),
            None => self
                .error
                .chars()
                .filter(char::is_ascii_graphic)
                .take(40)
                .collect(),
        }
    }

    /// The description without its code, which stands in `code`, and its trace ids and time.
    fn message(&self) -> String {
        let text = self
            .error_description
            .split("Trace ID:")
            .next()
            .unwrap_or_default();
        let text = match text.split_once(": ") {
            Some((code, rest)) if code.starts_with("AADSTS") => rest,
            _ => text,
        };
        plain(text)
    }
}

/// App-only tokens, one per tenant.
#[derive(Default)]
pub(super) struct AppTokens(Mutex<HashMap<TenantId, Arc<Kept<Issued>>>>);

pub(super) struct Issued {
    token: AppToken,
    replace_at: Instant,
    expires_at: Instant,
}

impl AppTokens {
    fn of(&self, tenant: TenantId) -> Arc<Kept<Issued>> {
        let mut tokens = lock(&self.0);
        if tokens.len() >= MOST_TENANTS && !tokens.contains_key(&tenant) {
            tokens.clear();
        }
        tokens.entry(tenant).or_default().clone()
    }
}

impl Entra {
    pub(super) fn default_scope(&self) -> String {
        format!(
            "{}/.default",
            self.config.graph_resource.trim_end_matches('/')
        )
    }

    /// A token with which the application asks Graph about `tenant`, kept until shortly before its end; however many ask
    /// at once, the authority is asked once. `Unauthorised` carries Microsoft's code (`AADSTS700016`: nobody in the tenant
    /// has consented) and its explanation.
    pub async fn app_token(&self, tenant: TenantId) -> Result<AppToken, OutsideError> {
        let kept = self.app_tokens.of(tenant);
        let look = kept.look();
        let now = self.clock.now();
        if let Some(issued) = &look.value
            && now < issued.replace_at
        {
            return Ok(issued.token.clone());
        }
        match kept.refresh(&look, &*self.clock, self.issue(tenant)).await {
            Ok(issued) => Ok(issued.token.clone()),
            // The old one has some minutes left: trouble at the authority need not be ours yet.
            Err(error) => match &look.value {
                Some(issued) if now < issued.expires_at => Ok(issued.token.clone()),
                _ => Err(error),
            },
        }
    }

    /// Graph did not take this token: the next question asks for another.
    pub fn forget_app_token(&self, tenant: TenantId, token: &AppToken) {
        self.app_tokens
            .of(tenant)
            .forget(|issued| issued.token == *token);
    }

    /// Whatever token is kept for this tenant is not used any more: what it allows may have changed.
    pub fn forget_tenant(&self, tenant: TenantId) {
        self.app_tokens.of(tenant).forget(|_| true);
    }

    async fn issue(&self, tenant: TenantId) -> Result<Issued, OutsideError> {
        let metadata = self.directory.tenant(tenant).await?;
        let scope = self.default_scope();
        let asked_at = self.clock.now();
        let answer = self
            .ask(
                "entra.app_token",
                &metadata,
                &[("grant_type", "client_credentials"), ("scope", &scope)],
            )
            .await?;
        if !answer.is_success() {
            return Err(refusal(&answer, self.clock.now()));
        }
        let success = read(&answer)?;
        let token = success
            .access_token
            .filter(|token| is_token(token))
            .ok_or_else(|| OutsideError::Malformed("the answer holds no access token".into()))?;
        let life = Duration::from_secs(success.expires_in.unwrap_or(0).min(24 * 3600));
        let early = EARLY.min(life / 2);
        Ok(Issued {
            token: AppToken(token.into()),
            replace_at: asked_at.plus(life - early),
            expires_at: asked_at.plus(life),
        })
    }

    /// The ID token for a code.
    pub(super) async fn exchange_code(
        &self,
        code: &str,
        code_verifier: &str,
        redirect_uri: &Url,
        tenant: Option<TenantId>,
    ) -> Result<String, IdentityError> {
        let metadata = match tenant {
            Some(tenant) => self.directory.tenant(tenant).await?,
            None => self.directory.organizations().await?,
        };
        let answer = self
            .ask(
                "entra.redeem_code",
                &metadata,
                &[
                    ("grant_type", "authorization_code"),
                    ("code", code),
                    ("redirect_uri", redirect_uri.as_str()),
                    ("code_verifier", code_verifier),
                    ("scope", SIGN_IN_SCOPE),
                ],
            )
            .await?;
        if !answer.is_success() {
            if (400..500).contains(&answer.status)
                && answer.status != 429
                && let Some(failure) = answer.json::<Failure>()
                && !ABOUT_US.contains(&failure.error.as_str())
            {
                tracing::info!(
                    code = failure.code(),
                    "the authority does not take the code"
                );
                return Err(IdentityError::Rejected("code"));
            }
            return Err(refusal(&answer, self.clock.now()).into());
        }
        read(&answer)?
            .id_token
            .filter(|token| is_token(token))
            .ok_or_else(|| OutsideError::Malformed("the answer holds no ID token".into()).into())
    }

    async fn ask(
        &self,
        what: &'static str,
        metadata: &Metadata,
        fields: &[(&str, &str)],
    ) -> Result<Answer, OutsideError> {
        let endpoint = metadata.token_endpoint.clone();
        let proof = self
            .credential
            .fields(&self.config.client_id, endpoint.as_str(), self.clock.now())
            .map_err(OutsideError::Unavailable)?;
        let mut form = vec![("client_id", self.config.client_id.as_str())];
        form.extend_from_slice(fields);
        form.extend(proof.iter().map(|(name, value)| (*name, value.as_str())));
        self.http
            .send(Call::new(what, Method::POST, endpoint).form(&form))
            .await
            // A token asked for twice changes nothing for anybody.
            .map_err(|fault| fault.outside(Effect::Read))
    }
}

fn read(answer: &Answer) -> Result<Success, OutsideError> {
    answer
        .json::<Success>()
        .filter(|success| success.token_type.eq_ignore_ascii_case("Bearer"))
        .ok_or_else(|| unreadable(Effect::Read, "the token endpoint's answer"))
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_TOKEN
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What an answer without success means. Never `NotFound`: a tenant that the authority does not know must not look like a
/// person that Graph does not know.
pub(super) fn refusal(answer: &Answer, now: Instant) -> OutsideError {
    if let Some(wait) = answer.retry_after(now)
        && matches!(answer.status, 429 | 503)
    {
        return OutsideError::Busy(wait);
    }
    match answer.status {
        429 => OutsideError::Busy(DEFAULT_WAIT),
        500..=599 => OutsideError::Unavailable(format!("the authority answers {}", answer.status)),
        400..=499 => match answer.json::<Failure>() {
            Some(failure)
                if failure.error == "temporarily_unavailable"
                    || failure.error == "server_error" =>
            {
                OutsideError::Unavailable(failure.code())
            }
            Some(failure) => OutsideError::Unauthorised {
                code: failure.code(),
                message: failure.message(),
            },
            None => OutsideError::Malformed(format!(
                "the authority answers {} with something else",
                answer.status
            )),
        },
        status => OutsideError::Malformed(format!("the authority answers {status}")),
    }
}
