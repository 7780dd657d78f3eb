use super::{get_order::whole, view::Order};
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

/// Asks that what has not been finished be taken back. What is done already stays.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/orders/{order}/cancel", operation_id = "cancel_order", tag = "orders",
    params(("organisation" = OrganisationId, Path), ("order" = OrderId, Path)),
    responses((status = 202, description = "It is being taken back.", body = Order))
)]
pub async fn cancel_order(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, order)): Path<(OrganisationId, OrderId)>,
    request: KeyedEmpty,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::CANCEL_ORDER, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::CANCEL_ORDER.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let order = orders::cancel(&mut tx, &app.ids, &scope, order).await?;
    let view = whole(&app, &mut tx, &scope, &order, caller.language()).await?;
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
