use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    billing::{self, PeriodState, PeriodStatus},
    usage::{Destination, UsageKind},
};
use platform::{
    Instant, Money, Period, Result,
    http::{
        Json, KeyedEmpty, Path,
        idempotency::{self, Begun},
    },
};

/// How a billing period stands. For one that is open the figures say what closing it now would make.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BillingPeriod {
    period: Period,
    state: PeriodState,
    /// It can be closed.
    ended: bool,
    #[schema(required)]
    closed_at: Option<Instant>,
    payers: Payers,
    invoices: i64,
    lines: i64,
    /// Without VAT.
    net: Money,
    vat: Money,
    /// With VAT.
    total: Money,
    /// Use for which there is no price, and which so is not charged.
    unpriced: Vec<Unpriced>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Payers {
    total: i64,
    /// Their invoices are still to be made.
    waiting: i64,
    issued: i64,
    /// They have nothing to pay.
    nothing: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Unpriced {
    kind: UsageKind,
    destination: Destination,
    /// Megabytes, minutes or messages.
    quantity: i64,
}

fn shown(status: PeriodStatus, now: Instant) -> BillingPeriod {
    let total = if status.state == PeriodState::Open {
        status.waiting
    } else {
        status.waiting + status.issued + status.nothing
    };
    BillingPeriod {
        period: status.period,
        state: status.state,
        ended: now >= status.period.end(),
        closed_at: status.closed_at,
        payers: Payers {
            total,
            waiting: status.waiting,
            issued: status.issued,
            nothing: status.nothing,
        },
        invoices: status.issued,
        lines: status.lines,
        net: status.net,
        vat: status.vat,
        total: status.gross,
        unpriced: status
            .unpriced
            .into_iter()
            .map(|(kind, destination, quantity)| Unpriced {
                kind,
                destination,
                quantity,
            })
            .collect(),
    }
}

/// How a month stands; of an open one, what closing it now would make. Of the first five hundred payers, then.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/billing/periods/{period}", operation_id = "preview_period", tag = "operator",
    params(("organisation" = OrganisationId, Path), ("period" = Period, Path)),
    responses((status = 200, description = "How the month stands.", body = BillingPeriod))
)]
pub async fn preview_period(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, period)): Path<(OrganisationId, Period)>,
) -> Result<Json<BillingPeriod>> {
    let scope = caller
        .enter(&app, &operations::PREVIEW_PERIOD, organisation)
        .await?;
    let status = billing::preview(&app.db, &scope, period).await?;
    Ok(Json(shown(status, app.clock.now())))
}

/// Closes a month that has ended: its invoices are made from now on, one for each payer who has something to pay.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/billing/periods/{period}/close", operation_id = "close_period", tag = "operator",
    params(("organisation" = OrganisationId, Path), ("period" = Period, Path)),
    responses((status = 202, description = "It is closed; its invoices are being made.", body = BillingPeriod))
)]
pub async fn close_period(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, period)): Path<(OrganisationId, Period)>,
    request: KeyedEmpty,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::CLOSE_PERIOD, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::CLOSE_PERIOD.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let claim = match flight.begin(&mut tx, now).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let issuer = &app.settings.billing;
    billing::close(&mut tx, &app.ids, &scope, issuer, period).await?;
    let status = billing::period_status(&mut tx, &scope, period).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::ACCEPTED, None, &shown(status, now))
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
