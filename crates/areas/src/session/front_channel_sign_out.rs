use crate::Shared;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use domain::access::{self, ports::IdentityError};
use platform::{Error, Result, http::Query};

/// What the identity provider says. It adds what it likes, so unknown names pass.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FrontChannelQuery {
    /// The session that has ended there, as its ID tokens named it.
    sid: Option<String>,
    /// Whose session it was.
    iss: Option<String>,
}

/// More than any session's name has.
const LONGEST: usize = 256;

/// The identity provider tells that a session with it has ended: those here that came from it end too. It loads this in a hidden
/// frame of its sign-out page, where our cookie does not go along; so the session is found by its name there (OpenID Connect
/// Front-Channel Logout 1.0). The answer is the same whether there was one or not.
#[utoipa::path(
    get, path = "/auth/sign-out/front-channel", operation_id = "front_channel_sign_out", tag = "session",
    params(FrontChannelQuery),
    responses((status = 200, description = "Nobody is signed in here by that session.", body = String, content_type = "text/html"))
)]
pub async fn front_channel_sign_out(
    State(app): State<Shared>,
    Query(query): Query<FrontChannelQuery>,
) -> Result<Response> {
    if let Some(session) = query.sid.filter(|sid| (1..=LONGEST).contains(&sid.len())) {
        let tenant = match &query.iss {
            Some(issuer) => app.identity.tenant_of_issuer(issuer).await,
            None => Ok(None),
        };
        match tenant {
            Ok(tenant) => {
                let ended = access::close_sessions_from(&app.db, &session, tenant).await?;
                tracing::info!(ended, "the identity provider told of a sign-out");
            }
            // Somebody else's sign-out is not ours.
            Err(IdentityError::Rejected(_)) => {}
            Err(IdentityError::Outside(error)) => return Err(Error::from(error)),
        }
    }
    let mut response = Html("<!doctype html><title>Signed out</title>").into_response();
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors {}",
        app.settings.authority.origin().ascii_serialization()
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}
