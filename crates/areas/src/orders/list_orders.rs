use crate::{
    Shared,
    caller::Caller,
    fields::searched,
    operations,
    order_brief::{OrderBrief, briefs},
};
use axum::extract::State;
use domain::{
    access::{OrganisationId, PrincipalId},
    orders::{self, ListFilter, ListKey, ListSort, ListedOrderState},
};
use jiff::civil::Date;
use platform::{
    Result,
    http::{
        Json, Page, Paging, Path, Query,
        page::{CursorKey, sort_schema},
    },
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOrdersQuery {
    /// A state, or `open` or `ended` for several together.
    state: Option<ListedOrderState>,
    /// Who ordered; see `list_order_requesters`.
    requested_by: Option<PrincipalId>,
    /// The first Danish day on which it was ordered.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// The last Danish day on which it was ordered.
    #[param(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    /// An order number with or without `O-`, a telephone number, or words of the name of somebody or of a call group.
    q: Option<String>,
    #[param(schema_with = sort)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What orders are sorted by, the default first.
fn sorts() -> Vec<&'static str> {
    std::iter::once("-requestedAt")
        .chain(ListSort::ALL.iter().map(|sort| sort.as_str()))
        .filter(|sort| *sort != "requestedAt")
        .collect()
}

fn sort() -> utoipa::openapi::schema::Object {
    sort_schema(sorts())
}

/// The organisation's orders.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/orders", operation_id = "list_orders", tag = "orders",
    params(("organisation" = OrganisationId, Path), ListOrdersQuery),
    responses((status = 200, description = "Orders, the newest first unless asked otherwise.", body = Page<OrderBrief>))
)]
pub async fn list_orders(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListOrdersQuery>,
) -> Result<Json<Page<OrderBrief>>> {
    let scope = caller
        .enter(&app, &operations::LIST_ORDERS, organisation)
        .await?;
    searched("?q", query.q.as_deref())?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        &sorts(),
    )?;
    let filter = ListFilter {
        state: query.state,
        requested_by: query.requested_by,
        from: query.from,
        to: query.to,
        q: query.q.unwrap_or_default(),
        sort: ListSort::parse(paging.field()).unwrap_or(ListSort::RequestedAt),
        descending: paging.descends(),
    };
    let after = match &paging.after {
        None => None,
        Some(cursor) => Some((
            if filter.sort.is_text() {
                ListKey::Text(cursor.text(0)?.to_owned())
            } else {
                ListKey::Number(cursor.number(0)?)
            },
            cursor.id(1)?.into(),
        )),
    };
    let mut conn = app.db.read().await?;
    let (rows, total) = orders::list(&mut conn, &scope, &filter, after, paging.fetch()).await?;
    let page = Page::cut(
        rows,
        u64::try_from(total).unwrap_or(0),
        &paging,
        |(last, key)| {
            let key = match key {
                ListKey::Number(number) => CursorKey::from(*number),
                ListKey::Text(text) => CursorKey::from(text.as_str()),
            };
            vec![key, last.id.0.into()]
        },
    );
    let found: Vec<_> = page.items.iter().map(|(order, _)| order).collect();
    let items = briefs(&app, &mut conn, &scope, &found, caller.language()).await?;
    Ok(Json(Page {
        items,
        next: page.next,
        total: page.total,
    }))
}
