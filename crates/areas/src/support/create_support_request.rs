use crate::{
    Shared,
    caller::Caller,
    help_view::{DeliveryAddress, SupportRequest},
    operations,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::OrganisationId,
    help::{self, NewRequest, SupportKind},
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
#[schema(as = CreateSupportRequestRequest)]
pub struct CreateSupportRequestBody {
    kind: SupportKind,
    #[schema(min_length = 1, max_length = 150)]
    subject: String,
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
    /// Of a `deliveryAddress`: the address that is to be registered.
    #[serde(default)]
    address: Option<DeliveryAddress>,
}

/// Asks the operator for something: a question, or another delivery address.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/support-requests", operation_id = "create_support_request", tag = "support",
    params(("organisation" = OrganisationId, Path)),
    request_body = CreateSupportRequestBody,
    responses((status = 201, description = "The request, which the operator sees in their queue.", body = SupportRequest))
)]
pub async fn create_support_request(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<CreateSupportRequestBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::CREATE_SUPPORT_REQUEST, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::CREATE_SUPPORT_REQUEST.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let limit = app.settings.limits.support_messages();
    limits::take(&mut tx, limit, organisation.0, app.clock.now()).await?;
    let new = NewRequest {
        kind: request.body.kind,
        subject: request.body.subject,
        text: request.body.text,
        address: request.body.address.map(Into::into),
    };
    let asked = help::ask(&mut tx, &app.ids, &scope, &new).await?;
    let view = SupportRequest::from(asked);
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
