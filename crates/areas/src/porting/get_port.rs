use super::view::{Port, whole};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    porting::{self, PortId},
};
use platform::{
    Result,
    http::{Json, Path},
};

/// A number on its way here, with everything that happened to it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/ports/{port}", operation_id = "get_port", tag = "porting",
    params(("organisation" = OrganisationId, Path), ("port" = PortId, Path)),
    responses((status = 200, description = "The case.", body = Port))
)]
pub async fn get_port(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, port)): Path<(OrganisationId, PortId)>,
) -> Result<Json<Port>> {
    let scope = caller
        .enter(&app, &operations::GET_PORT, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let case = porting::case(&mut conn, &scope, port).await?;
    whole(&mut conn, &app, &caller, &scope, case)
        .await
        .map(Json)
}
