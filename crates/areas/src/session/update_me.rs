use super::view::Me;
use crate::{Shared, caller::Caller};
use axum::extract::State;
use domain::access;
use platform::{Result, http::Json, i18n::Language};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateMe {
    /// For the portal, mails and documents.
    language: Language,
}

/// Chooses one's language.
#[utoipa::path(
    patch, path = "/api/v1/me", operation_id = "update_me", tag = "session", request_body = UpdateMe,
    responses((status = 200, description = "Who one is now.", body = Me))
)]
pub async fn update_me(
    State(app): State<Shared>,
    mut caller: Caller,
    Json(change): Json<UpdateMe>,
) -> Result<Json<Me>> {
    let principal = caller.principal()?.id;
    let mut tx = app.db.begin().await?;
    access::set_language(&mut tx, principal, change.language).await?;
    tx.commit().await?;
    if let Some(principal) = &mut caller.who.principal {
        principal.language = Some(change.language);
    }
    Me::of(&app, &caller).await.map(Json)
}
