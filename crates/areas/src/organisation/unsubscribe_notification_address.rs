use super::notification_addresses::LinkToken;
use crate::Shared;
use axum::{extract::State, http::StatusCode};
use domain::notices;
use platform::{Error, Result, http::Json, seal::Secret};

/// Takes an address away, by the link in one of its mails. Opening the link alone uses nothing up.
#[utoipa::path(
    post, path = "/api/v1/notification-addresses/unsubscribe", operation_id = "unsubscribe_notification_address",
    tag = "organisation", request_body = LinkToken,
    responses((status = 204, description = "Nothing is sent to the address any more."))
)]
pub async fn unsubscribe_notification_address(
    State(app): State<Shared>,
    Json(body): Json<LinkToken>,
) -> Result<StatusCode> {
    let token = Secret::parse(&body.token).ok_or_else(Error::not_found)?;
    let mut tx = app.db.begin().await?;
    notices::unsubscribe(&mut tx, &app.ids, &token).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
