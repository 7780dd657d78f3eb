//! Who calls: the proof of identity that came with the request, and the way from there to a [`Scope`].
//!
//! Two proofs are taken: a bearer token (Teams, integrators) and the session cookie of a browser. A cookie travels by itself,
//! so with it alone a change is taken from the portal's own origin only.

use crate::{
    App, Shared,
    operations::{Operation, Right},
    session::cookies,
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, header, request::Parts},
};
use domain::{
    access::{
        self, Membership, OrganisationId, Principal, PrincipalId, Scope,
        ports::{Identity, IdentityError, IdentityKind},
    },
    directory,
};
use platform::{
    Error, Instant, Kind, Result,
    audit::{self, AuditEntry},
    db::Tx,
    http::RequestContext,
    i18n::Language,
    limits::Place,
    seal::Secret,
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use url::Url;

/// By what the caller is known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub enum ProvedBy {
    Cookie,
    Bearer,
}

/// Somebody who is signed in. Extract it; 401 without.
#[derive(Debug)]
pub struct Caller {
    pub who: access::Caller,
    pub by: ProvedBy,
    is_person: bool,
    context: RequestContext,
    step_up: Option<Secret>,
    proof: Proof,
    /// Held until the answer is made.
    place: Place,
}

/// Until when the proof holds, for answers that go on for long.
#[derive(Debug)]
enum Proof {
    Token { expires_at: Instant },
    Session(Secret),
}

/// The header with the one-time code of a fresh sign-in.
const STEP_UP: &str = "step-up";

impl FromRequestParts<Shared> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self> {
        let Ok(context) = RequestContext::from_request_parts(parts, app).await;
        let (from, now) = (context.address(), app.clock.now());
        app.throttles.may_prove(from, now)?;
        let proved = match parts.headers.get(header::AUTHORIZATION) {
            Some(value) => by_bearer(app, value.to_str().unwrap_or_default()).await,
            None => by_cookie(app, parts).await,
        };
        let (seen, proof) = match proved {
            Err(error) if error.kind == Kind::Unauthenticated => {
                app.throttles.refused(from, now)?;
                return Err(error);
            }
            proved => proved?,
        };
        let by = match proof {
            Proof::Token { .. } => ProvedBy::Bearer,
            Proof::Session(_) => ProvedBy::Cookie,
        };
        let is_person = seen.is_person;
        let who = know(app, seen).await?;
        let place = app.throttles.asks(&who, from, now)?;
        if let Some(principal) = &who.principal {
            context.know_principal(principal.id.0, principal.language.unwrap_or_default());
        }
        let step_up = parts
            .headers
            .get(STEP_UP)
            .and_then(|code| code.to_str().ok())
            .and_then(Secret::parse);
        Ok(Caller {
            who,
            by,
            is_person,
            context,
            step_up,
            proof,
            place,
        })
    }
}

/// What a proof says, whichever it was.
struct Seen {
    tenant: access::TenantId,
    object: access::ObjectId,
    is_person: bool,
    name: String,
    username: String,
    authenticated_at: Option<Instant>,
}

async fn by_bearer(app: &App, value: &str) -> Result<(Seen, Proof)> {
    let token = value
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Error::unauthenticated().with_context("not a bearer token"))?;
    let identity = app.identity.check_bearer(token).await.map_err(refused)?;
    let proof = Proof::Token {
        expires_at: identity.expires_at,
    };
    let seen = Seen {
        is_person: identity.kind != IdentityKind::Service,
        tenant: identity.tenant,
        object: identity.object,
        name: identity.name,
        username: identity.username,
        authenticated_at: identity.authenticated_at,
    };
    Ok((seen, proof))
}

async fn by_cookie(app: &App, parts: &Parts) -> Result<(Seen, Proof)> {
    let token = cookies::session(&parts.headers).ok_or_else(Error::unauthenticated)?;
    check_origin(&parts.method, &parts.headers, &app.settings.public_url)?;
    let mut conn = app.db.read().await?;
    let session = access::session(&mut conn, &token, app.clock.now())
        .await?
        .ok_or_else(|| Error::unauthenticated().with_context("no such session, or it has ended"))?;
    let seen = Seen {
        tenant: session.tenant,
        object: session.object,
        is_person: true,
        name: session.name,
        username: session.username,
        authenticated_at: Some(session.authenticated_at),
    };
    Ok((seen, Proof::Session(token)))
}

/// Every bad token gets the same answer; the reason is for the log.
fn refused(error: IdentityError) -> Error {
    match error {
        IdentityError::Rejected(why) => Error::unauthenticated().with_context(why),
        IdentityError::Outside(error) => Error::from(error),
    }
}

/// A change that comes with a cookie must come from our own pages. Browsers send `Origin` with every such request, and
/// `Sec-Fetch-Site` (W3C Fetch Metadata) where they know it.
///
/// # Errors
/// 403 `crossSite`.
pub(crate) fn check_origin(method: &Method, headers: &HeaderMap, ours: &Url) -> Result<()> {
    if method.is_safe() {
        return Ok(());
    }
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let same_origin = text("origin") == Some(&ours.origin().ascii_serialization());
    let same_site = text("sec-fetch-site").is_none_or(|site| site == "same-origin");
    if same_origin && same_site {
        return Ok(());
    }
    Err(Error::new(
        Kind::Forbidden,
        "crossSite",
        "The request did not come from the portal itself.",
    ))
}

/// The caller behind a proof. People of a tenant that we serve are remembered, so that orders and the audit log can name them;
/// strangers and applications leave no row.
async fn know(app: &App, seen: Seen) -> Result<access::Caller> {
    let mut conn = app.db.read().await?;
    let mut caller = access::caller(
        &mut conn,
        seen.tenant,
        seen.object,
        &seen.name,
        &seen.username,
        seen.authenticated_at,
    )
    .await?;
    let off = match &caller.principal {
        Some(known) => !known.enabled,
        None => directory::account_is_off(&mut conn, seen.tenant, seen.object).await?,
    };
    if off {
        // The token may have an hour to live; the account has not.
        return Err(Error::new(
            Kind::Unauthenticated,
            "accountDisabled",
            "This account is disabled in your organisation's directory. Its administrator can say why.",
        ));
    }
    let worth_remembering = seen.is_person
        && !seen.name.is_empty()
        && match &caller.principal {
            Some(known) => known.name != seen.name || known.username != seen.username,
            None => access::tenant_is_known(&mut conn, seen.tenant).await?,
        };
    drop(conn);
    if worth_remembering {
        let mut tx = app.db.begin().await?;
        caller.principal = access::remember(&mut tx, &app.ids, &caller).await?;
        tx.commit().await?;
    }
    Ok(caller)
}

/// Remembers whoever has just signed in, and opens the browser session. The secret is for the cookie.
pub(crate) async fn sign_in(tx: &mut Tx, app: &App, identity: &Identity) -> Result<Secret> {
    let caller = access::Caller {
        tenant: identity.tenant,
        object: identity.object,
        name: identity.name.clone(),
        username: identity.username.clone(),
        principal: None,
        authenticated_at: identity.authenticated_at,
    };
    access::remember(tx, &app.ids, &caller).await?;
    access::open_session(tx, &app.ids, identity).await
}

impl Caller {
    /// The request becomes a stream of live events: it counts among those from now on, and no longer among the requests.
    ///
    /// # Errors
    /// 429 `tooOften` when this principal holds too many open.
    pub(crate) fn listens(mut self, app: &App) -> Result<Caller> {
        self.place = app.throttles.listens(&self.who)?;
        Ok(self)
    }

    /// The language of the answer.
    pub fn language(&self) -> Language {
        self.context.language()
    }

    /// Whether the proof still holds, for an answer that goes on for long: the token has not run out, the session has not ended.
    pub async fn is_still_good(&self, app: &App) -> bool {
        let now = app.clock.now();
        match &self.proof {
            Proof::Token { expires_at } => now < *expires_at,
            Proof::Session(token) => match app.db.read().await {
                Ok(mut conn) => matches!(access::session(&mut conn, token, now).await, Ok(Some(_))),
                Err(_) => false,
            },
        }
    }

    /// The tenant whose organisations' colleague the caller is. An application is nobody's colleague.
    pub(crate) fn home(&self) -> Option<access::TenantId> {
        self.is_person.then_some(self.who.tenant)
    }

    pub fn context(&self) -> &RequestContext {
        &self.context
    }

    /// 403 for a stranger, of whom we keep nothing.
    pub fn principal(&self) -> Result<&Principal> {
        self.who.principal.as_ref().ok_or_else(|| {
            Error::forbidden(
                "Your account belongs to no organisation here, so nothing can be kept for it.",
            )
        })
    }

    /// The proof that the caller may carry out `operation` on `organisation`: 404 when they may not know of it, 403 when they
    /// may not do this. Rights are read now. An attempt that is refused stands in the organisation's audit log.
    pub async fn enter(
        &self,
        app: &App,
        operation: &Operation,
        organisation: OrganisationId,
    ) -> Result<Scope> {
        self.context.know_organisation(organisation.0);
        let mut conn = app.db.read().await?;
        let outcome = match operation.right {
            Right::Needs(permission) => {
                access::authorise(&mut conn, &self.who, organisation, permission).await
            }
            Right::Anybody | Right::SignedIn | Right::Colleague => {
                access::enter(&mut conn, &self.who, organisation).await
            }
        };
        drop(conn);
        if let Err(error) = &outcome
            && error.kind == Kind::Forbidden
            && let Some(principal) = &self.who.principal
            && app
                .denials
                .is_news(principal.id, organisation, operation.id, app.clock.now())
        {
            let mut tx = app.db.begin().await?;
            let entry = AuditEntry::new(organisation.0, Some(principal.id.0), "deny")
                .on("operation", operation.id);
            audit::record(&mut tx, &app.ids, entry).await?;
            tx.commit().await?;
        }
        outcome
    }

    /// Uses up the code of a fresh sign-in, in the transaction of what it allows.
    ///
    /// # Errors
    /// 403 `freshSignInNeeded` without a good one.
    pub async fn prove_fresh(&self, tx: &mut Tx, now: Instant) -> Result<()> {
        match &self.step_up {
            Some(code) => access::use_step_up(tx, &self.who, code, now).await,
            None => Err(Error::new(
                Kind::Forbidden,
                "freshSignInNeeded",
                "This needs a sign-in from the last five minutes. Confirm who you are, then try again.",
            )),
        }
    }

    /// Organisations that the caller may see, after the given one, in order of name; `q` filters.
    pub(crate) async fn memberships(
        &self,
        app: &App,
        q: &str,
        after: Option<(String, OrganisationId)>,
        limit: i64,
    ) -> Result<Vec<Membership>> {
        let mut conn = app.db.read().await?;
        let principal = self.who.principal.as_ref().map(|principal| principal.id);
        access::memberships(&mut conn, principal, self.home(), q, after, limit).await
    }
}

/// What was refused lately, so that somebody who hammers on a closed door fills the audit log with one entry a minute.
#[derive(Default)]
pub struct Denials(Mutex<HashMap<(PrincipalId, OrganisationId, &'static str), Instant>>);

const ONCE_IN: Duration = Duration::from_secs(60);
const AT_MOST: usize = 10_000;

impl Denials {
    fn is_news(
        &self,
        principal: PrincipalId,
        organisation: OrganisationId,
        operation: &'static str,
        now: Instant,
    ) -> bool {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= AT_MOST {
            recent.retain(|_, at| now.since(*at) < ONCE_IN);
            if recent.len() >= AT_MOST {
                return false;
            }
        }
        match recent.insert((principal, organisation, operation), now) {
            Some(before) if now.since(before) < ONCE_IN => {
                recent.insert((principal, organisation, operation), before);
                false
            }
            _ => true,
        }
    }
}
