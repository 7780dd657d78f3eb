use super::{get_order::whole, view::Order};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    orders::{self, OrderId},
};
use jiff::civil::Date;
use platform::{
    Result,
    http::{ETag, IfMatch, Json, Path},
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateOrderRequest)]
pub struct UpdateOrderBody {
    /// The Danish day on which it is to begin instead; today or at most a year from now.
    #[schema(value_type = String, format = Date)]
    scheduled_for: Date,
}

/// Moves an order that waits for its day to another one.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}/orders/{order}", operation_id = "update_order", tag = "orders",
    params(("organisation" = OrganisationId, Path), ("order" = OrderId, Path)),
    request_body = UpdateOrderBody,
    responses((status = 200, description = "The order with its new day.", body = Order))
)]
pub async fn update_order(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, order)): Path<(OrganisationId, OrderId)>,
    seen: IfMatch,
    Json(change): Json<UpdateOrderBody>,
) -> Result<(ETag, Json<Order>)> {
    let scope = caller
        .enter(&app, &operations::UPDATE_ORDER, organisation)
        .await?;
    let language = caller.language();
    let mut tx = app.db.begin().await?;
    let check = |version| seen.check(version);
    let order = orders::reschedule(
        &mut tx,
        &app.ids,
        &scope,
        order,
        change.scheduled_for,
        check,
    )
    .await?;
    let view = whole(&app, &mut tx, &scope, &order, language).await?;
    tx.commit().await?;
    Ok((ETag(order.version), Json(view)))
}
