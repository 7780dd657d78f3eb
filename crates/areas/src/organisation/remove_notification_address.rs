use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{
    access::OrganisationId,
    notices::{self, NotificationAddressId},
};
use platform::{Result, http::Path};

/// Takes an address away: nothing is sent there any more.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/notification-addresses/{address}",
    operation_id = "remove_notification_address", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ("address" = NotificationAddressId, Path)),
    responses((status = 204, description = "The address is taken away."))
)]
pub async fn remove_notification_address(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, address)): Path<(OrganisationId, NotificationAddressId)>,
) -> Result<StatusCode> {
    let scope = caller
        .enter(&app, &operations::REMOVE_NOTIFICATION_ADDRESS, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    notices::remove_address(&mut tx, &app.ids, &scope, address).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
