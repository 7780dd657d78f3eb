use super::view::{OrderBrief, UndoRule};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    orders::{self, ListFilter, ListSort, OrderState},
};
use platform::{
    Result,
    db::Value,
    http::{
        Json, Page, Paging, Path, Query,
        page::{CursorKey, sort_schema},
    },
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOrdersQuery {
    state: Option<OrderState>,
    /// An order number, with or without `O-`.
    q: Option<String>,
    #[param(schema_with = sorts)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What orders are sorted by, the default first.
const SORTS: &[&str] = &["-requestedAt", "number", "state"];

fn sorts() -> utoipa::openapi::schema::Object {
    sort_schema(SORTS.iter().copied())
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
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        SORTS,
    )?;
    let filter = ListFilter {
        state: query.state,
        number: query.q.as_deref().map(number_in),
        sort: match paging.field() {
            "number" => ListSort::Number,
            "state" => ListSort::State,
            _ => ListSort::RequestedAt,
        },
        descending: paging.descends(),
    };
    let after = match &paging.after {
        None => None,
        Some(cursor) => Some((
            match filter.sort {
                ListSort::State => Value::from(cursor.text(0)?),
                ListSort::Number | ListSort::RequestedAt => Value::from(cursor.number(0)?),
            },
            cursor.id(1)?.into(),
        )),
    };
    let mut conn = app.db.read().await?;
    let (rows, total) = orders::list(&mut conn, &scope, &filter, after, paging.fetch()).await?;
    let page = Page::cut(rows, u64::try_from(total).unwrap_or(0), &paging, |last| {
        let key = match filter.sort {
            ListSort::State => CursorKey::from(last.state.as_str()),
            ListSort::Number => CursorKey::from(last.number),
            ListSort::RequestedAt => CursorKey::from(last.requested_at.0),
        };
        vec![key, last.id.0.into()]
    });
    let ids: Vec<_> = page.items.iter().map(|order| order.id).collect();
    let items = orders::summaries(&mut conn, &scope, &ids).await?;
    let touched = orders::touched(&mut conn, &scope, &ids).await?;
    let language = caller.language();
    let now = app.clock.now();
    Ok(Json(page.map(|order| {
        let own: Vec<_> = items
            .iter()
            .filter(|(of, _)| *of == order.id)
            .map(|(_, item)| item)
            .collect();
        let undo = UndoRule {
            policy: &app.settings.orders,
            now,
            touched: touched.contains(&order.id),
        };
        OrderBrief::of(&order, &own, &undo, language)
    })))
}

/// The number that somebody means with `O-000123` or `123`; anything else is no order's number.
fn number_in(q: &str) -> i64 {
    let digits = q.trim().trim_start_matches(['O', 'o', '-', ' ']);
    digits.parse().unwrap_or(-1)
}
