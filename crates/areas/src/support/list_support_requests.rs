use crate::{Shared, caller::Caller, help_view::SupportRequest, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    help::{self, SupportState},
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListSupportRequestsQuery {
    #[param(inline)]
    state: Option<SupportState>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What the organisation asked the operator, with the answers.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/support-requests", operation_id = "list_support_requests", tag = "support",
    params(("organisation" = OrganisationId, Path), ListSupportRequestsQuery),
    responses((status = 200, description = "Support requests, the newest first.", body = Page<SupportRequest>))
)]
pub async fn list_support_requests(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListSupportRequestsQuery>,
) -> Result<Json<Page<SupportRequest>>> {
    let scope = caller
        .enter(&app, &operations::LIST_SUPPORT_REQUESTS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["-number"])?;
    let before = paging
        .after
        .as_ref()
        .map(|cursor| cursor.number(0))
        .transpose()?;
    let mut conn = app.db.read().await?;
    let (found, total) =
        help::requests(&mut conn, &scope, query.state, before, paging.fetch()).await?;
    let page = Page::cut(found, u64::try_from(total).unwrap_or(0), &paging, |last| {
        vec![last.number.into()]
    });
    Ok(Json(page.map(SupportRequest::from)))
}
