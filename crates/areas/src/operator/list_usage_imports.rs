use super::view::UsageImportBrief;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    usage::{self, UsageImportId},
};
use platform::{
    Instant, Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListUsageImportsQuery {
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Imports of usage records, by upload, file or command.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/imports/usage", operation_id = "list_usage_imports", tag = "operator",
    params(("organisation" = OrganisationId, Path), ListUsageImportsQuery),
    responses((status = 200, description = "Imports, the newest first.", body = Page<UsageImportBrief>))
)]
pub async fn list_usage_imports(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListUsageImportsQuery>,
) -> Result<Json<Page<UsageImportBrief>>> {
    let scope = caller
        .enter(&app, &operations::LIST_USAGE_IMPORTS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["-startedAt"])?;
    let after = match &paging.after {
        Some(cursor) => Some((Instant(cursor.number(0)?), UsageImportId(cursor.id(1)?))),
        None => None,
    };
    let mut conn = app.db.read().await?;
    let (imports, total) = usage::imports(&mut conn, &scope, after, paging.fetch()).await?;
    let page = Page::cut(
        imports,
        u64::try_from(total).unwrap_or(0),
        &paging,
        |last| vec![last.started_at.0.into(), last.id.0.into()],
    );
    Ok(Json(page.map(UsageImportBrief::from)))
}
