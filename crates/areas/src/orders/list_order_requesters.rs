use crate::{Shared, caller::Caller, operations, order_brief::PrincipalRef};
use axum::extract::State;
use domain::{access::OrganisationId, orders};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOrderRequestersQuery {
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Who has ordered something here, by name: to narrow the list of orders down to one.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/orders/requesters", operation_id = "list_order_requesters",
    tag = "orders", params(("organisation" = OrganisationId, Path), ListOrderRequestersQuery),
    responses((status = 200, description = "Who has ordered, by name.", body = Page<PrincipalRef>))
)]
pub async fn list_order_requesters(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListOrderRequestersQuery>,
) -> Result<Json<Page<PrincipalRef>>> {
    let scope = caller
        .enter(&app, &operations::LIST_ORDER_REQUESTERS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["name"])?;
    let mut conn = app.db.read().await?;
    let found = orders::requesters(&mut conn, &scope).await?;
    let page = Page::of_whole(found, &paging, |(id, _)| id.to_string())?;
    Ok(Json(page.map(|(id, name)| PrincipalRef { id, name })))
}
