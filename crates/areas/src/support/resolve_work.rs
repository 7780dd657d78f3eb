use super::list_work::{Resolution, WorkKind};
use crate::{Shared, caller::Caller, help_view::tell_of_answer, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    fulfilment,
    help::{self, SupportRequestId},
    orders::{self, OrderId, OrderItemId},
};
use platform::{
    Error, Result,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
};
use uuid::Uuid;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ResolveWorkRequest)]
pub struct ResolveWorkBody {
    resolution: Resolution,
    /// For whoever asked; what is declined is declined with a reason.
    #[serde(default)]
    comment: Option<String>,
}

/// What became of it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct ResolvedWork {
    #[schema(value_type = String)]
    id: Uuid,
    resolution: Resolution,
}

/// Resolves an item of the queue: a held order is tried again or given up; a support request or a booked service is carried out or declined.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/work/{item}/resolve", operation_id = "resolve_work", tag = "support",
    params(("organisation" = OrganisationId, Path), ("item" = String, Path)),
    request_body = ResolveWorkBody,
    responses((status = 200, description = "It is resolved.", body = ResolvedWork))
)]
pub async fn resolve_work(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, item)): Path<(OrganisationId, Uuid)>,
    request: Keyed<ResolveWorkBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::RESOLVE_WORK, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::RESOLVE_WORK.id,
        },
        &request.key,
    )?;
    // Whose it is decides within which organisation it is resolved; the right reaches down to there, or it is not there.
    let mut conn = app.db.read().await?;
    let order = fulfilment::held_below(&mut conn, &scope)
        .await?
        .into_iter()
        .find(|order| order.id.0 == item)
        .map(|order| order.organisation);
    let booked = fulfilment::booked_below(&mut conn, &scope)
        .await?
        .into_iter()
        .find(|booking| booking.item.0 == item)
        .map(|booking| booking.organisation);
    let asked = help::open_below(&mut conn, &scope)
        .await?
        .into_iter()
        .find(|request| request.id.0 == item)
        .map(|request| request.organisation);
    drop(conn);
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let owner = order.or(booked).or(asked).ok_or_else(Error::not_found)?;
    let scope = caller.enter(&app, &operations::RESOLVE_WORK, owner).await?;
    let resolution = request.body.resolution;
    let comment = request.body.comment.as_deref();
    let kind = match (order, booked) {
        (Some(_), _) => WorkKind::HeldOrder,
        (None, Some(_)) => WorkKind::BookedService,
        (None, None) => WorkKind::SupportRequest,
    };
    match (kind, resolution) {
        (WorkKind::BookedService, Resolution::Done | Resolution::Decline) => {
            let id = OrderItemId(item);
            let confirmed = resolution == Resolution::Done;
            fulfilment::answer_booking(&mut tx, &app.ids, &scope, id, confirmed, comment).await?;
        }
        (WorkKind::HeldOrder, Resolution::Retry) => {
            fulfilment::look_again(&mut tx, &app.ids, &scope, OrderId(item)).await?;
        }
        (WorkKind::HeldOrder, Resolution::GiveUp) => {
            orders::cancel(&mut tx, &app.ids, &scope, OrderId(item)).await?;
        }
        (WorkKind::SupportRequest, Resolution::Done) => {
            let id = SupportRequestId(item);
            let ended = help::carry_out(&mut tx, &app.ids, &scope, id, comment).await?;
            tell_of_answer(&app, &mut tx, &scope, &ended).await?;
        }
        (WorkKind::SupportRequest, Resolution::Decline) => {
            let why = comment.unwrap_or_default();
            let id = SupportRequestId(item);
            let ended = help::decline(&mut tx, &app.ids, &scope, id, why).await?;
            tell_of_answer(&app, &mut tx, &scope, &ended).await?;
        }
        _ => {
            let detail = "This cannot be resolved in that way.";
            return Err(Error::rule("wrongResolution", detail).with_field(
                "/resolution",
                "wrongResolution",
                detail,
            ));
        }
    }
    let view = ResolvedWork {
        id: item,
        resolution,
    };
    let answer = claim.finish(&mut tx, StatusCode::OK, None, &view).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
