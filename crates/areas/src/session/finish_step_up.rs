use super::{
    cookies,
    finish_sign_in::{Back, CallbackQuery, come_back},
    sign_in::{failed, told},
};
use crate::{App, Shared};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::access::{self, FRESH, SignInPurpose};
use platform::{
    Instant, Result,
    http::{Query, RequestContext},
    seal::Secret,
};

/// Ends a fresh sign-in with a one-time code, in the fragment: fragments stay in the browser, out of logs and referrers.
#[utoipa::path(
    get, path = "/auth/step-up/callback", operation_id = "finish_step_up", tag = "session", params(CallbackQuery),
    responses((status = 303, description = "To `/step-up#code=…`, or to `/step-up?code=…` with why not."))
)]
pub async fn finish_step_up(
    State(app): State<Shared>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Response {
    let purpose = SignInPurpose::StepUp;
    let back = match come_back(&app, &context, purpose, &headers, query).await {
        Ok(back) => back,
        Err(response) => return *response,
    };
    let (identity, wanted) = (&back.identity, &back.sign_in);
    if wanted
        .tenant
        .is_some_and(|tenant| tenant != identity.tenant)
        || wanted
            .object
            .is_some_and(|object| object != identity.object)
    {
        return failed(
            &context,
            purpose,
            "anotherAccount",
            "somebody else came back",
        );
    }
    // `prompt=login` is in the browser's hands; `auth_time` is in the signed token. Without it there is no proof.
    let now = app.clock.now();
    let Some(at) = identity
        .authenticated_at
        .filter(|at| now.since(*at) <= FRESH)
    else {
        return failed(
            &context,
            purpose,
            "notFresh",
            "the token does not say that the sign-in is fresh (auth_time)",
        );
    };
    match record(&app, &back, at).await {
        Ok(code) => {
            let cookie = AppendHeaders([(header::SET_COOKIE, cookies::clear_sign_in(&back.state))]);
            let address = format!("{}#code={}", back.sign_in.return_to, code.expose());
            (cookie, Redirect::to(&address)).into_response()
        }
        Err(error) => told(&context, purpose, &error),
    }
}

async fn record(app: &App, back: &Back, at: Instant) -> Result<Secret> {
    let mut tx = app.db.begin().await?;
    let code =
        access::record_step_up(&mut tx, back.identity.tenant, back.identity.object, at).await?;
    tx.commit().await?;
    Ok(code)
}
