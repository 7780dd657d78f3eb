use super::cookies;
use crate::{Shared, caller::check_origin};
use axum::{
    extract::State,
    http::{HeaderMap, Method, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use domain::access;
use platform::{Result, http::Json};

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedOut {
    /// Where the browser must go to end the session at the identity provider too.
    redirect: String,
}

/// Ends the browser session. Doing it twice, or without one, is no error. In Teams the host owns the sign-in.
#[utoipa::path(
    post, path = "/auth/sign-out", operation_id = "sign_out", tag = "session",
    responses((status = 200, description = "The session here has ended.", body = SignedOut))
)]
pub async fn sign_out(
    State(app): State<Shared>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let home = app.settings.public_url.clone();
    let Some(token) = cookies::session(&headers) else {
        return Ok(Json(SignedOut {
            redirect: home.path().to_owned(),
        })
        .into_response());
    };
    check_origin(&method, &headers, &home)?;
    let mut tx = app.db.begin().await?;
    let session = access::session(&mut tx, &token, app.clock.now()).await?;
    access::close_session(&mut tx, &token).await?;
    tx.commit().await?;
    let redirect = match session {
        // The session here is over whether or not the identity provider can be asked.
        Some(session) => match app
            .identity
            .sign_out_url(session.login_hint.as_deref(), &home)
            .await
        {
            Ok(address) => address.to_string(),
            Err(error) => {
                tracing::warn!(%error, "the identity provider's sign-out address is not known");
                home.path().to_owned()
            }
        },
        None => home.path().to_owned(),
    };
    let cookie = AppendHeaders([(header::SET_COOKIE, cookies::clear_session())]);
    Ok((cookie, Json(SignedOut { redirect })).into_response())
}
