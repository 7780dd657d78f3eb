use crate::{
    Shared,
    caller::Caller,
    help_view::{SupportRequest, tell_of_answer},
    operations,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::{OrganisationId, Permission},
    help::{self, SupportRequestId},
};
use platform::{
    Result,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
    limits,
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ReplySupportRequestRequest)]
pub struct ReplySupportRequestBody {
    text: String,
}

/// Writes to a request. The operator's word answers it, and whoever asked is told by mail; the customer's opens it again.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/support-requests/{request}/replies", operation_id = "reply_support_request",
    tag = "support", params(("organisation" = OrganisationId, Path), ("request" = SupportRequestId, Path)),
    request_body = ReplySupportRequestBody,
    responses((status = 201, description = "The request with what was written.", body = SupportRequest))
)]
pub async fn reply_support_request(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, SupportRequestId)>,
    request: Keyed<ReplySupportRequestBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::REPLY_SUPPORT_REQUEST, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::REPLY_SUPPORT_REQUEST.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let operator = scope.permissions().has(Permission::WorkQueue);
    if !operator {
        let limit = app.settings.limits.support_messages();
        limits::take(&mut tx, limit, organisation.0, app.clock.now()).await?;
    }
    let written = help::reply(&mut tx, &app.ids, &scope, id, &request.body.text).await?;
    if operator {
        tell_of_answer(&app, &mut tx, &scope, &written).await?;
    }
    let view = SupportRequest::from(written);
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
