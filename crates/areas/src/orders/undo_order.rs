use super::{get_order::whole, place_order::explained_fields, view::Order};
use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    orders::{self, OrderId},
};
use platform::{
    Result,
    http::{
        ETag, KeyedEmpty, Path,
        idempotency::{self, Begun},
    },
};

/// Takes a completed order back with a new one that reverses it, within the time that `undoableUntil` tells: the same number,
/// the same SIM, the same package as before, at the network too.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/orders/{order}/undo", operation_id = "undo_order", tag = "orders",
    params(("organisation" = OrganisationId, Path), ("order" = OrderId, Path)),
    responses((status = 202, description = "The order that takes it back.", body = Order))
)]
pub async fn undo_order(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, order)): Path<(OrganisationId, OrderId)>,
    request: KeyedEmpty,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::UNDO_ORDER, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::UNDO_ORDER.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let language = caller.language();
    let order = orders::undo(&mut tx, &app.ids, &scope, &app.settings.orders, order)
        .await
        .map_err(|error| explained_fields(error, language))?;
    let view = whole(&app, &mut tx, &scope, &order, language).await?;
    let answer = claim
        .finish(
            &mut tx,
            StatusCode::ACCEPTED,
            Some(ETag(order.version)),
            &view,
        )
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
