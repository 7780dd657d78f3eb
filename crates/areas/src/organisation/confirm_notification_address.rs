use super::notification_addresses::LinkToken;
use crate::Shared;
use axum::extract::State;
use domain::notices;
use platform::{Error, Result, http::Json, i18n::Language, seal::Secret};

/// What was confirmed.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfirmedAddress {
    address: String,
    /// Of the mails.
    language: Language,
}

/// Says yes for an address: it is told from now on. The token stands in the mail that asked, and is good once; opening the link
/// alone uses nothing up. 410 `linkUsed` or `linkExpired` when it is too late.
#[utoipa::path(
    post, path = "/api/v1/notification-addresses/confirm", operation_id = "confirm_notification_address", tag = "organisation",
    request_body = LinkToken,
    responses((status = 200, description = "The address is confirmed.", body = ConfirmedAddress))
)]
pub async fn confirm_notification_address(
    State(app): State<Shared>,
    Json(body): Json<LinkToken>,
) -> Result<Json<ConfirmedAddress>> {
    let token = Secret::parse(&body.token).ok_or_else(Error::not_found)?;
    let mut tx = app.db.begin().await?;
    let confirmed = notices::confirm_address(&mut tx, &app.ids, &token).await?;
    tx.commit().await?;
    Ok(Json(ConfirmedAddress {
        address: confirmed.address,
        language: confirmed.language,
    }))
}
