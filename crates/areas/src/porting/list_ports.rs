use super::view::PortBrief;
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    porting::{self, Filter, PortId, PortState},
};
use platform::{
    Instant, Result,
    http::{Json, Page, Paging, Path, Query},
};
use uuid::Uuid;

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListPortsQuery {
    state: Option<PortState>,
    /// Of this order only.
    #[param(value_type = Option<domain::orders::OrderId>)]
    order: Option<Uuid>,
    /// Digits that the number contains.
    q: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Numbers on their way here from other operators, and those that came; the newest first.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/ports", operation_id = "list_ports", tag = "porting",
    params(("organisation" = OrganisationId, Path), ListPortsQuery),
    responses((status = 200, description = "Cases, the newest first.", body = Page<PortBrief>))
)]
pub async fn list_ports(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListPortsQuery>,
) -> Result<Json<Page<PortBrief>>> {
    let scope = caller
        .enter(&app, &operations::LIST_PORTS, organisation)
        .await?;
    searched("?q", query.q.as_deref())?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        None,
        &["-requestedAt"],
    )?;
    let filter = Filter {
        state: query.state,
        order: query.order,
        digits: query
            .q
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_digit)
            .take(20)
            .collect(),
    };
    let after = match &paging.after {
        Some(cursor) => Some((Instant(cursor.number(0)?), PortId(cursor.id(1)?))),
        None => None,
    };
    let mut conn = app.db.read().await?;
    let (cases, total) = porting::list(&mut conn, &scope, &filter, after, paging.fetch()).await?;
    let page = Page::cut(cases, u64::try_from(total).unwrap_or(0), &paging, |last| {
        vec![last.created_at.0.into(), last.id.0.into()]
    });
    let (now, language) = (app.clock.now(), caller.language());
    let can = |permission| scope.permissions().has(permission);
    Ok(Json(
        page.map(|case| PortBrief::of(case, can, now, language)),
    ))
}
