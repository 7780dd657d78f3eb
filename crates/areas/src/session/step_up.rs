use super::{
    cookies,
    sign_in::{Leaving, leave},
};
use crate::Shared;
use axum::{extract::State, http::HeaderMap, response::Response};
use domain::access::{self, SignInPurpose, TenantId};
use platform::{
    Result,
    http::{Query, RequestContext},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StepUpQuery {
    /// Whose account to suggest.
    login_hint: Option<String>,
    /// In which tenant one is signed in (`tenant` of `get_me`): a guest is somebody else at home.
    tenant: Option<TenantId>,
    /// Who opened the window and is told the code; the browser's page without.
    #[param(inline)]
    host: Option<StepUpHost>,
}

#[derive(Clone, Copy, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum StepUpHost {
    Browser,
    Teams,
}

/// Begins a fresh sign-in, in a window of its own. It ends on `/step-up#code=…` in that window (`/step-up?host=teams#code=…` where
/// Teams opened it), or on `/step-up?code=…` when it failed.
///
/// With a session cookie the same person must come back. A window that Teams opened has no cookie of ours: there the code is good
/// for whoever signed in, and the operation that it is sent to compares.
#[utoipa::path(
    get, path = "/auth/step-up", operation_id = "step_up", tag = "session", params(StepUpQuery),
    responses((status = 303, description = "To the identity provider, which asks for the proof anew."))
)]
pub async fn step_up(
    State(app): State<Shared>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<StepUpQuery>,
) -> Result<Response> {
    let mut conn = app.db.read().await?;
    let session = match cookies::session(&headers) {
        Some(token) => access::session(&mut conn, &token, app.clock.now()).await?,
        None => None,
    };
    let tenant = match (&session, query.tenant) {
        (Some(session), _) => Some(session.tenant),
        // Of a tenant that nobody here is of, the authority is not asked: the name of it is anybody's to write.
        (None, Some(tenant)) if access::tenant_has_principals(&mut conn, tenant).await? => {
            Some(tenant)
        }
        (None, _) => None,
    };
    drop(conn);
    let leaving = Leaving {
        purpose: SignInPurpose::StepUp,
        return_to: match query.host {
            Some(StepUpHost::Teams) => "/step-up?host=teams",
            Some(StepUpHost::Browser) | None => "/step-up",
        }
        .to_owned(),
        login_hint: query
            .login_hint
            .or_else(|| session.as_ref().map(|session| session.username.clone())),
        tenant,
        object: session.as_ref().map(|session| session.object),
        back_to: app.settings.address("auth/step-up/callback"),
    };
    leave(&app, &context, leaving).await
}
