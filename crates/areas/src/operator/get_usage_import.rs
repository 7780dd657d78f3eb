use super::view::{FIRST_ERRORS, UsageImport};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    usage::{self, UsageImportId},
};
use platform::{
    Result,
    http::{Json, Path},
};

/// An import of usage records: how far it has come, and what is wrong with the first lines that could not be counted.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/imports/usage/{import}", operation_id = "get_usage_import", tag = "operator",
    params(("organisation" = OrganisationId, Path), ("import" = UsageImportId, Path)),
    responses((status = 200, description = "The import.", body = UsageImport))
)]
pub async fn get_usage_import(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, import)): Path<(OrganisationId, UsageImportId)>,
) -> Result<Json<UsageImport>> {
    let scope = caller
        .enter(&app, &operations::GET_USAGE_IMPORT, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let import = usage::import(&mut conn, &scope, import).await?;
    let errors = usage::errors(&mut conn, &scope, import.id, 0, FIRST_ERRORS).await?;
    Ok(Json(UsageImport::of(import, errors, caller.language())))
}
