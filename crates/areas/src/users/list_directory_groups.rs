use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::{ObjectId, OrganisationId},
    directory,
};
use platform::{
    Error, Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListDirectoryGroupsQuery {
    /// Words of a name or description.
    q: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// A group of the organisation's directory.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryGroup {
    /// The object id in Entra ID.
    id: ObjectId,
    name: String,
    #[schema(required)]
    description: Option<String>,
    /// How many are in it, nested groups counted; `null` while nobody has chosen it.
    #[schema(required)]
    members: Option<i64>,
}

/// The groups of the organisation's directory, by name.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/directory/groups", operation_id = "list_directory_groups", tag = "users",
    params(("organisation" = OrganisationId, Path), ListDirectoryGroupsQuery),
    responses((status = 200, description = "Groups, by name.", body = Page<DirectoryGroup>))
)]
pub async fn list_directory_groups(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListDirectoryGroupsQuery>,
) -> Result<Json<Page<DirectoryGroup>>> {
    let scope = caller
        .enter(&app, &operations::LIST_DIRECTORY_GROUPS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["name"])?;
    let q = query.q.unwrap_or_default();
    searched("?q", Some(&q))?;
    let after = paging
        .after
        .as_ref()
        .map(|cursor| Ok::<_, Error>((cursor.text(0)?, ObjectId(cursor.id(1)?))))
        .transpose()?;
    if scope.tenant().is_some() {
        directory::freshen_groups(&app.db, &app.ids, &*app.directory, &scope).await?;
    }
    let mut conn = app.db.read().await?;
    let (groups, total) = directory::groups(&mut conn, &scope, &q, after, paging.fetch()).await?;
    let page = Page::cut(groups, u64::try_from(total).unwrap_or(0), &paging, |last| {
        vec![last.name_key.as_str().into(), last.object.0.into()]
    });
    Ok(Json(page.map(|group| DirectoryGroup {
        id: group.object,
        name: group.name,
        description: group.description,
        members: group.members,
    })))
}
