use super::{
    cookies,
    sign_in::{Leaving, leave},
};
use crate::Shared;
use axum::{extract::State, http::HeaderMap, response::Response};
use domain::access::{self, SignInPurpose};
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
}

/// Begins a fresh sign-in, in a window of its own. It ends on `/step-up#code=…` in that window, or on `/step-up?code=…` when it
/// failed.
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
    let session = match cookies::session(&headers) {
        Some(token) => {
            let mut conn = app.db.read().await?;
            access::session(&mut conn, &token, app.clock.now()).await?
        }
        None => None,
    };
    let leaving = Leaving {
        purpose: SignInPurpose::StepUp,
        return_to: "/step-up".to_owned(),
        login_hint: query
            .login_hint
            .or_else(|| session.as_ref().map(|session| session.username.clone())),
        expected: session
            .as_ref()
            .map(|session| (session.tenant, session.object)),
        back_to: app.settings.address("auth/step-up/callback"),
    };
    leave(&app, &context, leaving).await
}
