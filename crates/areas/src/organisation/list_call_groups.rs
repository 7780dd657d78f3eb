use super::call_group_view::CallGroup;
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    call_groups::CallGroupState,
    overview::{self, GroupSort},
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query, page::sort_schema},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListCallGroupsQuery {
    state: Option<CallGroupState>,
    /// Part of the group's name or number, or of a member's.
    q: Option<String>,
    #[param(schema_with = sorts)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What call groups are sorted by.
fn sorts() -> utoipa::openapi::schema::Object {
    sort_schema(GroupSort::ALL.iter().map(|sort| sort.as_str()))
}

/// The organisation's mobile call groups: numbers that ring several mobiles. Changes go through orders. For groups that ring in
/// Teams there are Teams' own call queues.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/call-groups", operation_id = "list_call_groups", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListCallGroupsQuery),
    responses((status = 200, description = "Call groups that have not ended.", body = Page<CallGroup>))
)]
pub async fn list_call_groups(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListCallGroupsQuery>,
) -> Result<Json<Page<CallGroup>>> {
    let scope = caller
        .enter(&app, &operations::LIST_CALL_GROUPS, organisation)
        .await?;
    let sorts: Vec<_> = GroupSort::ALL.iter().map(|sort| sort.as_str()).collect();
    searched("?q", query.q.as_deref())?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        &sorts,
    )?;
    let sort = GroupSort::parse(paging.field()).unwrap_or(GroupSort::Name);
    let mut conn = app.db.read().await?;
    let mut groups = overview::call_groups(&mut conn, &scope).await?;
    groups.retain(|row| query.state.is_none_or(|state| row.group.state == state));
    let q = query.q.as_deref().unwrap_or_default();
    overview::rules::arrange_groups(&mut groups, q, sort, paging.descends());
    let page = Page::of_whole(groups, &paging, |row| row.group.id.to_string())?;
    let language = caller.language();
    Ok(Json(page.map(|row| CallGroup::of(row, &scope, language))))
}
