use crate::{Shared, caller::Caller, help_view::DeliveryAddress, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    help::{self, SupportKind, SupportRequestId, SupportState},
};
use platform::{
    Result,
    http::{Json, Path},
};

/// Where what is sent goes, unless an order says otherwise.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredAddress {
    /// `null` while none is registered.
    #[schema(required)]
    address: Option<DeliveryAddress>,
    /// A change that was asked for and is not carried out yet.
    #[schema(required)]
    pending: Option<PendingAddress>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PendingAddress {
    request: SupportRequestId,
    address: DeliveryAddress,
}

/// The registered delivery address. A support request of the kind `deliveryAddress` changes it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/delivery-address", operation_id = "get_delivery_address", tag = "organisation",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The address.", body = RegisteredAddress))
)]
pub async fn get_delivery_address(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<RegisteredAddress>> {
    let scope = caller
        .enter(&app, &operations::GET_DELIVERY_ADDRESS, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let address = help::delivery_address(&mut conn, &scope).await?;
    let mut pending = None;
    for state in [SupportState::Open, SupportState::Answered] {
        let (found, _) = help::requests(&mut conn, &scope, Some(state), None, 500).await?;
        pending = pending.or(found
            .into_iter()
            .find(|request| request.kind == SupportKind::DeliveryAddress));
    }
    Ok(Json(RegisteredAddress {
        address: address.map(DeliveryAddress::from),
        pending: pending.and_then(|request| {
            Some(PendingAddress {
                request: request.id,
                address: request.address?.into(),
            })
        }),
    }))
}
