use super::connection::{self, Connection};
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{access::OrganisationId, directory};
use platform::{
    Result,
    http::{Json, Path},
};

/// Synchronises the people with the directory now. Asked for while one waits, it is the same one.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/directory/sync", operation_id = "sync_directory",
    tag = "organisation", params(("organisation" = OrganisationId, Path)),
    responses((status = 202, description = "It will begin in a moment; the connection as it stands.", body = Connection))
)]
pub async fn sync_directory(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<(StatusCode, Json<Connection>)> {
    let scope = caller
        .enter(&app, &operations::SYNC_DIRECTORY, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    directory::request_sync(&mut tx, &app.ids, &scope).await?;
    let connection = connection::of(&mut tx, &scope, caller.language()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(connection)))
}
