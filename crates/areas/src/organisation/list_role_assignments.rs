use super::role_view::RoleAssignment;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::access::{self, AssignmentFilter, OrganisationId, PrincipalId, Role};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListRoleAssignmentsQuery {
    #[param(inline)]
    role: Option<Role>,
    /// Only what this principal holds.
    principal: Option<PrincipalId>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Who holds which role here, and from where: the organisation's own, and those that reach it from above.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/role-assignments", operation_id = "list_role_assignments", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListRoleAssignmentsQuery),
    responses((status = 200, description = "Roles, by name of who holds them.", body = Page<RoleAssignment>))
)]
pub async fn list_role_assignments(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListRoleAssignmentsQuery>,
) -> Result<Json<Page<RoleAssignment>>> {
    let scope = caller
        .enter(&app, &operations::LIST_ROLE_ASSIGNMENTS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["name"])?;
    let filter = AssignmentFilter {
        role: query.role,
        principal: query.principal,
        identity: None,
    };
    let mut conn = app.db.read().await?;
    let held = access::role_assignments(&mut conn, &scope, &filter).await?;
    let page = Page::of_whole(held, &paging, |held| held.id.to_string())?;
    let mut shown = Vec::with_capacity(page.items.len());
    for held in page.items {
        shown.push(RoleAssignment::of(&mut conn, &caller, &scope, held).await?);
    }
    Ok(Json(Page {
        items: shown,
        next: page.next,
        total: page.total,
    }))
}
