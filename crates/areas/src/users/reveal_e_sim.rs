use super::reveal_sim_codes::{RevealSimCodes, is_own, look_up};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Permission},
    sims::{self, SimId},
};
use platform::{
    Error, Result,
    http::{Json, Path},
};

/// What loads an eSIM. Whoever has it takes the line.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationCode {
    /// `LPA:1$<address>$<matching id>` (GSMA SGP.22), for a QR code.
    activation_code: String,
}

/// Shows an eSIM's activation code, once: to whoever has it on their own subscription, or with the right to see codes and for a
/// reason. Needs a fresh sign-in.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/sims/{sim}/activation-code", operation_id = "reveal_e_sim", tag = "users",
    params(("organisation" = OrganisationId, Path), ("sim" = SimId, Path)), request_body = RevealSimCodes,
    responses((status = 200, description = "The activation code.", body = ActivationCode))
)]
pub async fn reveal_e_sim(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, sim)): Path<(OrganisationId, SimId)>,
    Json(body): Json<RevealSimCodes>,
) -> Result<Json<ActivationCode>> {
    let scope = caller
        .enter(&app, &operations::REVEAL_E_SIM, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let own = is_own(&mut conn, &caller, &scope, sim).await?;
    let known = own || scope.permissions().has(Permission::Read);
    if !known || sims::sim(&mut conn, &scope, sim).await?.is_none() {
        return Err(Error::not_found());
    }
    drop(conn);
    if !own && !scope.permissions().has(Permission::RevealCodes) {
        return Err(Error::forbidden(
            "Your roles on this organisation do not allow this. A role administrator can give you one that does.",
        ));
    }
    let look_up = look_up(own, body.reason.as_deref())?;
    let mut tx = app.db.begin().await?;
    caller.prove_fresh(&mut tx, app.clock.now()).await?;
    let activation_code = sims::reveal_activation_code(
        &mut tx,
        &app.ids,
        &scope,
        &app.sealer,
        app.settings.limits.code_reveals(),
        sim,
        &look_up,
    )
    .await?;
    tx.commit().await?;
    Ok(Json(ActivationCode { activation_code }))
}
