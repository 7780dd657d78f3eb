use super::notification_addresses::NotificationAddress;
use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{access::OrganisationId, notices};
use platform::{
    Result,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
    i18n::Language,
    limits,
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AddNotificationAddressRequest)]
pub struct AddNotificationAddressBody {
    #[schema(format = Email, min_length = 5, max_length = 254)]
    address: String,
    /// Of the mails; without it the organisation's.
    #[schema(required = false)]
    language: Option<Language>,
}

/// Adds an address. It is asked by mail, and told nothing before whoever reads it says yes. Added again while it has not
/// answered, it is asked again.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/notification-addresses", operation_id = "add_notification_address",
    tag = "organisation", params(("organisation" = OrganisationId, Path)),
    request_body = AddNotificationAddressBody,
    responses((status = 201, description = "The address was asked.", body = NotificationAddress))
)]
pub async fn add_notification_address(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<AddNotificationAddressBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::ADD_NOTIFICATION_ADDRESS, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::ADD_NOTIFICATION_ADDRESS.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let limit = app.settings.limits.notification_addresses();
    limits::take(&mut tx, limit, organisation.0, app.clock.now()).await?;
    let body = &request.body;
    let added = notices::add_address(
        &mut tx,
        &app.ids,
        &scope,
        &app.settings.public_url,
        &body.address,
        body.language,
    )
    .await?;
    let view = NotificationAddress::from(added);
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
