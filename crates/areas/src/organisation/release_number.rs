use super::reserve_number::named;
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{access::OrganisationId, numbering};
use platform::{Result, http::Path};

/// Keeps a number for nothing any more: it is free, or rests, for anybody. Once more changes nothing.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/numbers/{number}/reservation", operation_id = "release_number",
    tag = "organisation",
    params(("organisation" = OrganisationId, Path), ("number" = String, Path, description = "Its id, or the number itself.")),
    responses((status = 204, description = "The number is kept for nothing."))
)]
pub async fn release_number(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, number)): Path<(OrganisationId, String)>,
) -> Result<StatusCode> {
    let scope = caller
        .enter(&app, &operations::RELEASE_NUMBER, organisation)
        .await?;
    let number = named(&number)?;
    let mut tx = app.db.begin().await?;
    numbering::let_go(&mut tx, &app.ids, &scope, &number).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
