//! What is done about a case: submitting it, once more with what is put right, and calling it off.

use super::view::{Port, whole};
use crate::{App, Shared, caller::Caller, operations, operations::Operation};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::{OrganisationId, Scope},
    porting::{self, Case, Corrections, OwnerRequest, PortId},
};
use jiff::civil::Date;
use platform::{
    Result,
    db::Tx,
    http::{
        Keyed, KeyedEmpty, Path,
        idempotency::{self, Begun, Claim, Flight, RequestKey},
    },
};

/// What is put right; what is left out stays as it is.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ResubmitPortRequest)]
pub struct ResubmitPortBody {
    /// The operator that has the number now.
    #[serde(default)]
    #[schema(max_length = 100)]
    donor: Option<String>,
    #[serde(default)]
    owner: Option<OwnerRequest>,
    /// A Danish working day, the next one at the earliest.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Date>,
}

/// Submits a case to the other operator: a draft, or once more what was rejected, with what is put right. While the other
/// operator looks at it, asking again with nothing to put right changes nothing.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/ports/{port}/submit", operation_id = "resubmit_port", tag = "porting",
    params(("organisation" = OrganisationId, Path), ("port" = PortId, Path)),
    request_body = ResubmitPortBody,
    responses((status = 202, description = "The other operator is being asked.", body = Port))
)]
pub async fn resubmit_port(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, port)): Path<(OrganisationId, PortId)>,
    request: Keyed<ResubmitPortBody>,
) -> Result<Response> {
    let operation = &operations::RESUBMIT_PORT;
    let (scope, flight) = enter(&app, &caller, operation, organisation, &request.key).await?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let corrections = Corrections {
        donor: request.body.donor.map(|donor| donor.trim().to_owned()),
        owner: request
            .body
            .owner
            .map(|owner| porting::tidy_owner(&owner.owner())),
        date: request.body.date,
    };
    let case = porting::submit(&mut tx, &app.ids, &scope, port, corrections).await?;
    answer(&app, &caller, &scope, tx, claim, case).await
}

/// Calls a case off: at once while the other operator has not been asked, otherwise when it agrees. The order that waits for the
/// number is then taken back, with everything that was set up for it.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/ports/{port}/cancel", operation_id = "cancel_port", tag = "porting",
    params(("organisation" = OrganisationId, Path), ("port" = PortId, Path)),
    responses((status = 202, description = "It is called off, or being called off.", body = Port))
)]
pub async fn cancel_port(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, port)): Path<(OrganisationId, PortId)>,
    request: KeyedEmpty,
) -> Result<Response> {
    let operation = &operations::CANCEL_PORT;
    let (scope, flight) = enter(&app, &caller, operation, organisation, &request.key).await?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let case = porting::cancel(&mut tx, &app.ids, &scope, port).await?;
    answer(&app, &caller, &scope, tx, claim, case).await
}

async fn enter(
    app: &App,
    caller: &Caller,
    operation: &'static Operation,
    organisation: OrganisationId,
    key: &RequestKey,
) -> Result<(Scope, Flight)> {
    let scope = caller.enter(app, operation, organisation).await?;
    let within = idempotency::Scope {
        principal: caller.principal()?.id.0,
        organisation: organisation.0,
        operation: operation.id,
    };
    let flight = app.idempotency.enter(within, key)?;
    Ok((scope, flight))
}

async fn answer(
    app: &App,
    caller: &Caller,
    scope: &Scope,
    mut tx: Tx,
    claim: Claim,
    case: Case,
) -> Result<Response> {
    let view = whole(&mut tx, app, caller, scope, case).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::ACCEPTED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
