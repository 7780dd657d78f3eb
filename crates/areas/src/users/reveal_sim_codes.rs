use crate::{Shared, caller::Caller, fields::Fields, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope},
    directory, overview,
    sims::{self, LookUp, SimId},
};
use platform::{
    Result,
    db::Conn,
    http::{Json, Path},
};

/// A reason says something, and is not a story.
const REASON: std::ops::RangeInclusive<usize> = 3..=200;

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RevealSimCodesRequest)]
pub struct RevealSimCodes {
    /// Why, in a few words; kept with the look-up. Needed unless the SIM card is one's own.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required, min_length = 3, max_length = 200)]
    pub(super) reason: Option<String>,
}

/// Codes of a SIM card, shown once to whoever asked.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct SimCodes {
    pin1: String,
    puk1: String,
    pin2: String,
    puk2: String,
}

impl From<sims::Codes> for SimCodes {
    fn from(codes: sims::Codes) -> Self {
        SimCodes {
            pin1: codes.pin1,
            puk1: codes.puk1,
            pin2: codes.pin2,
            puk2: codes.puk2,
        }
    }
}

/// Shows PIN and PUK of a SIM card. Each look-up is kept with its reason and stands in the audit log before anything is shown;
/// one has so many a day (429).
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/sims/{sim}/codes", operation_id = "reveal_sim_codes", tag = "users",
    params(("organisation" = OrganisationId, Path), ("sim" = SimId, Path)), request_body = RevealSimCodes,
    responses((status = 200, description = "The codes.", body = SimCodes))
)]
pub async fn reveal_sim_codes(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, sim)): Path<(OrganisationId, SimId)>,
    Json(body): Json<RevealSimCodes>,
) -> Result<Json<SimCodes>> {
    let scope = caller
        .enter(&app, &operations::REVEAL_SIM_CODES, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let own = is_own(&mut conn, &caller, &scope, sim).await?;
    drop(conn);
    let look_up = look_up(own, body.reason.as_deref())?;
    let mut tx = app.db.begin().await?;
    let codes = sims::reveal_codes(
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
    Ok(Json(codes.into()))
}

/// Why the codes are shown: they are the caller's own, or for a reason.
pub(super) fn look_up(own: bool, reason: Option<&str>) -> Result<LookUp> {
    if own {
        return Ok(LookUp::Own);
    }
    let mut fields = Fields::default();
    let reason = fields.needed("/reason", reason.unwrap_or_default(), *REASON.end());
    if !reason.is_empty() && reason.chars().count() < *REASON.start() {
        fields.complain("/reason", "tooShort", "Say why in a few words.");
    }
    fields.done()?;
    Ok(LookUp::For { reason })
}

/// Whether the SIM is on a subscription of the caller's own.
pub(super) async fn is_own(
    conn: &mut Conn,
    caller: &Caller,
    scope: &Scope,
    sim: SimId,
) -> Result<bool> {
    if caller.home().is_none() || caller.home() != scope.tenant() {
        return Ok(false);
    }
    let Some(person) = directory::person_by_object(conn, scope, caller.who.object).await? else {
        return Ok(false);
    };
    Ok(overview::person_details(conn, scope, person.id)
        .await?
        .is_some_and(|details| details.sims.iter().any(|held| held.id == sim)))
}
