use super::oneself;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    sims::{self, LookUp, SimId},
};
use platform::{
    Error, Result,
    http::{Json, Path},
};

/// The codes of all SIM cards that one has, as a rule one.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MyCodes {
    sims: Vec<MySimCodes>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MySimCodes {
    sim: SimId,
    iccid: String,
    pin1: String,
    puk1: String,
    pin2: String,
    puk2: String,
}

/// Shows PIN and PUK of one's own SIM cards. No reason is asked for; each look-up stands in the audit log before anything is
/// shown, and one has so many a day (429).
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/my-page/codes", operation_id = "reveal_my_codes", tag = "myPage",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "The codes.", body = MyCodes))
)]
pub async fn reveal_my_codes(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<MyCodes>> {
    let scope = caller
        .enter(&app, &operations::REVEAL_MY_CODES, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    let details = oneself(&mut tx, &caller, &scope).await?;
    let mut shown = Vec::with_capacity(details.sims.len());
    for held in details.sims {
        let codes = match sims::reveal_codes(
            &mut tx,
            &app.ids,
            &scope,
            &app.sealer,
            app.settings.limits.code_reveals(),
            held.id,
            &LookUp::Own,
        )
        .await
        {
            Ok(codes) => codes,
            // One card without known codes must not hide those of another.
            Err(error) if error.code == "noCodes" => continue,
            Err(error) => return Err(error),
        };
        shown.push(MySimCodes {
            sim: held.id,
            iccid: held.iccid,
            pin1: codes.pin1,
            puk1: codes.puk1,
            pin2: codes.pin2,
            puk2: codes.puk2,
        });
    }
    if shown.is_empty() {
        return Err(Error::conflict(
            "noCodes",
            "There is no SIM card of yours whose codes are known here.",
        ));
    }
    tx.commit().await?;
    Ok(Json(MyCodes { sims: shown }))
}
