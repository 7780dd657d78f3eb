use super::role_view::tell_holder;
use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::access::{self, OrganisationId, RoleAssignmentId};
use platform::{Result, http::Path};

/// Takes a role away. It is gone with the holder's next request, also in open pages; the holder is told by mail. The last one who
/// can give roles in an organisation stays.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/role-assignments/{assignment}", operation_id = "revoke_role",
    tag = "organisation", params(("organisation" = OrganisationId, Path), ("assignment" = RoleAssignmentId, Path)),
    responses((status = 204, description = "The role is taken away."))
)]
pub async fn revoke_role(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, assignment)): Path<(OrganisationId, RoleAssignmentId)>,
) -> Result<StatusCode> {
    let scope = caller
        .enter(&app, &operations::REVOKE_ROLE, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    let held = access::revoke_role(&mut tx, &app.ids, &scope, assignment).await?;
    tell_holder(&app, &mut tx, &scope, &held, false).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
