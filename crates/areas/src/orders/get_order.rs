use super::view::Order;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope},
    orders::{self, OrderId},
};
use platform::{
    Result,
    db::Conn,
    http::{ETag, Json, Path},
    i18n::Language,
    saga,
};

/// An order with its items and every step and its outcome.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/orders/{order}", operation_id = "get_order", tag = "orders",
    params(("organisation" = OrganisationId, Path), ("order" = OrderId, Path)),
    responses((status = 200, description = "The order.", body = Order))
)]
pub async fn get_order(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, order)): Path<(OrganisationId, OrderId)>,
) -> Result<(ETag, Json<Order>)> {
    let scope = caller
        .enter(&app, &operations::GET_ORDER, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let order = orders::order(&mut conn, &scope, order).await?;
    let view = whole(&mut conn, &scope, &order, caller.language()).await?;
    Ok((ETag(order.version), Json(view)))
}

/// The order as it is shown, with what hangs on it.
pub(super) async fn whole(
    conn: &mut Conn,
    scope: &Scope,
    order: &orders::Order,
    language: Language,
) -> Result<Order> {
    let items = orders::items(conn, scope, order.id).await?;
    let mut steps = Vec::new();
    for item in &items {
        steps.extend(saga::steps(conn, item.id.0).await?);
    }
    Ok(Order::of(order, &items, &steps, language))
}
