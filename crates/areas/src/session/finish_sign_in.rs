use super::{
    cookies,
    sign_in::{code_of, code_of_redirect, failed, told},
};
use crate::{App, Shared, caller};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use domain::access::{self, SignIn, SignInPurpose, ports::Identity};
use platform::{
    Result,
    http::{Query, RequestContext},
    limits,
    seal::Secret,
};

/// What the identity provider sends back. It adds what it likes (`session_state`, `client_info`), so unknown names pass.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) error: Option<String>,
    pub(super) error_description: Option<String>,
}

/// Ends a browser sign-in: opens the session and goes to where the person wanted to be.
#[utoipa::path(
    get, path = "/auth/callback", operation_id = "finish_sign_in", tag = "session", params(CallbackQuery),
    responses((status = 303, description = "Into the portal, or to the page that tells why not."))
)]
pub async fn finish_sign_in(
    State(app): State<Shared>,
    context: RequestContext,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Response {
    let purpose = SignInPurpose::SignIn;
    let back = match come_back(&app, &context, purpose, &headers, query).await {
        Ok(back) => back,
        Err(response) => return *response,
    };
    match open(&app, &context, &back).await {
        Ok(token) => {
            let cookies = AppendHeaders([
                (header::SET_COOKIE, cookies::set_session(&token)),
                (header::SET_COOKIE, cookies::clear_sign_in(&back.state)),
            ]);
            (cookies, Redirect::to(&back.sign_in.return_to)).into_response()
        }
        Err(error) => told(&context, purpose, &error),
    }
}

async fn open(app: &App, context: &RequestContext, back: &Back) -> Result<Secret> {
    let mut tx = app.db.begin().await?;
    let (identity, limits) = (&back.identity, &app.settings.limits);
    if !access::is_known(&mut tx, identity.tenant, identity.object).await? {
        let now = app.clock.now();
        limits::take(&mut tx, limits.strangers(), context.address(), now).await?;
    }
    let token = caller::sign_in(&mut tx, app, &back.identity).await?;
    tx.commit().await?;
    Ok(token)
}

/// A browser that came back with a proof that is good.
pub(super) struct Back {
    pub(super) state: Secret,
    pub(super) sign_in: SignIn,
    pub(super) identity: Identity,
}

/// Checks that this browser began this sign-in, that it is under way and not used yet, and redeems the code. Otherwise says where
/// to send the browser.
pub(super) async fn come_back(
    app: &App,
    context: &RequestContext,
    purpose: SignInPurpose,
    headers: &HeaderMap,
    query: CallbackQuery,
) -> Result<Back, Box<Response>> {
    let fail = |code: &str, why: &str| Box::new(failed(context, purpose, code, why));
    let state = query
        .state
        .as_deref()
        .and_then(Secret::parse)
        .filter(|state| cookies::began(headers, state))
        .ok_or_else(|| fail("stateMismatch", "this browser did not begin it"))?;
    let sign_in = take(app, &state)
        .await
        .map_err(|error| Box::new(told(context, purpose, &error)))?
        .filter(|sign_in| sign_in.purpose == purpose)
        .ok_or_else(|| fail("expired", "not under way, or used before"))?;
    if let Some(error) = query.error {
        let description = query.error_description.unwrap_or_default();
        // Only the code of the description is safe to log: the rest names the person.
        let number = description.split(':').next().unwrap_or_default();
        let why = format!("{:.40}: {:.20}", error, number);
        return Err(fail(code_of_redirect(&error, &description), &why));
    }
    let code = query
        .code
        .ok_or_else(|| fail("rejected", "neither a code nor an error came back"))?;
    let back_to = app.settings.address(match purpose {
        SignInPurpose::SignIn => "auth/callback",
        SignInPurpose::StepUp => "auth/step-up/callback",
    });
    let identity = app
        .identity
        .redeem_code(
            &code,
            &sign_in.code_verifier,
            &back_to,
            &sign_in.nonce,
            sign_in.tenant,
        )
        .await
        .map_err(|error| fail(code_of(&error), &error.to_string()))?;
    Ok(Back {
        state,
        sign_in,
        identity,
    })
}

async fn take(app: &App, state: &Secret) -> Result<Option<SignIn>> {
    let mut tx = app.db.begin().await?;
    let sign_in = access::take_sign_in(&mut tx, state, app.clock.now()).await?;
    tx.commit().await?;
    Ok(sign_in)
}
