use super::call_group_view::CallGroup;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{access::OrganisationId, call_groups::CallGroupId, overview};
use platform::{
    Error, Result,
    http::{Json, Path},
};

/// One call group. One that has been taken down is not there any more.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/call-groups/{callGroup}", operation_id = "get_call_group",
    tag = "organisation",
    params(("organisation" = OrganisationId, Path), ("callGroup" = CallGroupId, Path)),
    responses((status = 200, description = "The call group.", body = CallGroup))
)]
pub async fn get_call_group(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, group)): Path<(OrganisationId, CallGroupId)>,
) -> Result<Json<CallGroup>> {
    let scope = caller
        .enter(&app, &operations::GET_CALL_GROUP, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let row = overview::call_groups(&mut conn, &scope)
        .await?
        .into_iter()
        .find(|row| row.group.id == group)
        .ok_or_else(Error::not_found)?;
    Ok(Json(CallGroup::of(row, &scope, caller.language())))
}
