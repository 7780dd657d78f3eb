use super::view::Order;
use crate::{App, Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope},
    orders::{self, OrderId},
    sims,
};
use platform::{
    Error, Result,
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
    let view = whole(&app, &mut conn, &scope, &order, caller.language()).await?;
    Ok((ETag(order.version), Json(view)))
}

/// The order as it is shown, with what hangs on it.
pub(super) async fn whole(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    order: &orders::Order,
    language: Language,
) -> Result<Order> {
    let items = orders::items(conn, scope, order.id).await?;
    let sagas: Vec<_> = items.iter().map(|item| item.id.0).collect();
    let mut found = saga::steps_of_many(conn, &sagas).await?;
    let steps: Vec<_> = items
        .iter()
        .flat_map(|item| found.remove(&item.id.0).unwrap_or_default())
        .collect();
    let (policy, now) = (&app.settings.orders, app.clock.now());
    let undoable = orders::undoable(conn, scope, policy, now, &[(order, items.iter().collect())])
        .await?
        .remove(&order.id)
        .ok_or_else(|| Error::internal("an order was not judged"))?;
    let packs: Vec<_> = items
        .iter()
        .filter(|item| item.action == orders::Action::OrderSims)
        .map(|item| item.id.0)
        .collect();
    let cards = sims::cards_of_packs(conn, scope, &packs).await?;
    Ok(Order::of(order, &items, &cards, &steps, undoable, language))
}
