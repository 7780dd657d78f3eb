//! Consent of a tenant's administrator: the way to the identity provider's page for it, and back.
//!
//! The way is bound to the session that begins it: only somebody of the organisation's own tenant goes, and only the same person
//! comes back. What the browser brings is believed in nothing; access is proved by using it.

use super::cookies;
use crate::{App, Shared, operations, operations::Right};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::{
    access::{self, OrganisationId, Scope, Session},
    directory::{self, CONSENT_LIFE, Consent, Proof},
};
use platform::{
    Error, Kind, Result,
    http::{Query, RequestContext},
    limits,
    seal::Secret,
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentQuery {
    organisation: OrganisationId,
}

/// Sends an administrator of the organisation's tenant to consent. Without a session the sign-in comes first.
#[utoipa::path(
    get, path = "/auth/consent", operation_id = "consent", tag = "session", params(ConsentQuery),
    responses((status = 303, description = "To the identity provider, to the sign-in, or back to the connection with `?consent=` and why not."))
)]
pub async fn consent(
    State(app): State<Shared>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<ConsentQuery>,
) -> Result<Response> {
    let organisation = query.organisation;
    let Some(session) = signed_in(&app, &headers).await? else {
        let mut sign_in = url::form_urlencoded::Serializer::new(String::new());
        sign_in.append_pair(
            "returnTo",
            &format!("/auth/consent?organisation={organisation}"),
        );
        return Ok(Redirect::to(&format!("/auth/sign-in?{}", sign_in.finish())).into_response());
    };
    let scope = match allowed(&app, &session, organisation).await {
        Ok(scope) => scope,
        Err(error) => return Ok(told(&context, organisation, &error)),
    };
    let tenant = match scope.tenant() {
        None => return Ok(ended(&context, organisation, "noDirectory")),
        Some(tenant) if tenant != session.tenant => {
            return Ok(ended(&context, organisation, "otherTenant"));
        }
        Some(tenant) => tenant,
    };
    let state = Secret::random();
    let back_to = app.settings.address("auth/consent/callback");
    let address = match app
        .identity
        .admin_consent_url(tenant, &back_to, &state.expose())
        .await
    {
        Ok(address) => address,
        Err(error) => {
            tracing::warn!(request_id = context.id(), %error, "the page of consent cannot be named");
            return Ok(ended(&context, organisation, "unavailable"));
        }
    };
    let consent = Consent {
        organisation,
        tenant,
        object: session.object,
        expires_at: app.clock.now().plus(CONSENT_LIFE),
    };
    let mut tx = app.db.begin().await?;
    let limit = app.settings.limits.sign_ins();
    limits::take(&mut tx, limit, context.address(), app.clock.now()).await?;
    directory::begin_consent(&mut tx, &app.ids, &state, &consent).await?;
    tx.commit().await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookies::set_sign_in(&state))]);
    Ok((cookie, Redirect::to(address.as_str())).into_response())
}

/// What the identity provider sends back. `tenant` and `admin_consent` are not read: the first could be anybody's, the second
/// stands there beside an error too.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConsentCallbackQuery {
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Ends the way to consent. It counts when the directory then answers us.
#[utoipa::path(
    get, path = "/auth/consent/callback", operation_id = "finish_consent", tag = "session", params(ConsentCallbackQuery),
    responses((status = 303, description = "To the organisation's connection with `?consent=` and what became of it."))
)]
pub async fn finish_consent(
    State(app): State<Shared>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<ConsentCallbackQuery>,
) -> Result<Response> {
    let lost = || {
        let query = format!("code=stateMismatch&requestId={}", context.id());
        Redirect::to(&format!("/sign-in-failed?{query}")).into_response()
    };
    let Some(state) = query
        .state
        .as_deref()
        .and_then(Secret::parse)
        .filter(|state| cookies::began(&headers, state))
    else {
        return Ok(lost());
    };
    let mut tx = app.db.begin().await?;
    let consent = directory::take_consent(&mut tx, &state, app.clock.now()).await?;
    tx.commit().await?;
    let Some(consent) = consent else {
        return Ok(lost());
    };
    let outcome = finish(&app, &context, &headers, &consent, &query).await;
    let cookie = AppendHeaders([(header::SET_COOKIE, cookies::clear_sign_in(&state))]);
    Ok((cookie, outcome).into_response())
}

async fn finish(
    app: &App,
    context: &RequestContext,
    headers: &HeaderMap,
    consent: &Consent,
    query: &ConsentCallbackQuery,
) -> Response {
    let organisation = consent.organisation;
    let same = match signed_in(app, headers).await {
        Ok(session) => session
            .filter(|session| (session.tenant, session.object) == (consent.tenant, consent.object)),
        Err(error) => return told(context, organisation, &error),
    };
    let Some(session) = same else {
        return ended(context, organisation, "anotherAccount");
    };
    if let Some(error) = &query.error {
        let description = query.error_description.as_deref().unwrap_or_default();
        return ended(context, organisation, code_of(error, description));
    }
    let proved = async {
        let scope = allowed(app, &session, organisation).await?;
        if scope.tenant() != Some(consent.tenant) {
            return Err(Error::not_found());
        }
        directory::prove_consent(&app.db, &app.ids, &*app.connection, &scope, consent.tenant).await
    };
    match proved.await {
        Ok(Proof::Whole) => ended(context, organisation, "granted"),
        Ok(Proof::Partial) => ended(context, organisation, "partial"),
        Ok(Proof::NotYet) => ended(context, organisation, "pending"),
        Err(error) => told(context, organisation, &error),
    }
}

/// The browser's session.
async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<Session>> {
    let Some(token) = cookies::session(headers) else {
        return Ok(None);
    };
    let mut conn = app.db.read().await?;
    access::session(&mut conn, &token, app.clock.now()).await
}

async fn allowed(app: &App, session: &Session, organisation: OrganisationId) -> Result<Scope> {
    let mut conn = app.db.read().await?;
    let caller = access::caller(
        &mut conn,
        session.tenant,
        session.object,
        &session.name,
        &session.username,
        Some(session.authenticated_at),
    )
    .await?;
    match operations::SYNC_DIRECTORY.right {
        Right::Needs(permission) => {
            access::authorise(&mut conn, &caller, organisation, permission).await
        }
        _ => access::enter(&mut conn, &caller, organisation).await,
    }
}

/// What the page of consent said had gone wrong. AADSTS65004: declined; 90094: no administrator.
fn code_of(error: &str, description: &str) -> &'static str {
    match error {
        _ if description.contains("AADSTS90094") => "notAdministrator",
        "access_denied" | "permission_denied" => "declined",
        "temporarily_unavailable" | "server_error" => "unavailable",
        _ => "rejected",
    }
}

fn told(context: &RequestContext, organisation: OrganisationId, error: &Error) -> Response {
    let code = match error.kind {
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "notFound",
        _ => "unavailable",
    };
    tracing::warn!(request_id = context.id(), code, %error, "a consent did not come through");
    ended(context, organisation, code)
}

/// To the page that shows the connection. The code is public.
fn ended(context: &RequestContext, organisation: OrganisationId, code: &str) -> Response {
    let address = format!(
        "/o/{organisation}/organisation/connection?consent={code}&requestId={}",
        context.id()
    );
    Redirect::to(&address).into_response()
}
