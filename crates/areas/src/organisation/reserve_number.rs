use super::view::Number;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    numbering::{self, NumberId, NumberRef},
};
use platform::{
    Error, Result,
    http::{Json, Path},
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ReserveNumberRequest)]
pub struct ReserveNumberBody {
    /// What it is kept for: 1 to 200 characters.
    note: String,
}

/// Keeps a free or resting number for something, so that nobody gets it who asks for the first free one. A second time changes the
/// note.
#[utoipa::path(
    put, path = "/api/v1/organisations/{organisation}/numbers/{number}/reservation", operation_id = "reserve_number",
    tag = "organisation",
    params(("organisation" = OrganisationId, Path), ("number" = String, Path, description = "Its id, or the number itself.")),
    request_body = ReserveNumberBody,
    responses((status = 200, description = "The number, as it is kept.", body = Number))
)]
pub async fn reserve_number(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, number)): Path<(OrganisationId, String)>,
    Json(body): Json<ReserveNumberBody>,
) -> Result<Json<Number>> {
    let scope = caller
        .enter(&app, &operations::RESERVE_NUMBER, organisation)
        .await?;
    let number = named(&number)?;
    let mut tx = app.db.begin().await?;
    let kept = numbering::keep(&mut tx, &app.ids, &scope, &number, &body.note).await?;
    tx.commit().await?;
    // Nobody has what is free or rests, and it serves nobody meanwhile.
    Ok(Json(Number::of(kept, None, None, false)))
}

/// The number that a path names; one that cannot be one is not there.
pub(super) fn named(text: &str) -> Result<NumberRef> {
    match text.parse::<NumberId>() {
        Ok(id) => Ok(NumberRef::Id(id)),
        Err(_) => numbering::rules::e164(text)
            .map(NumberRef::E164)
            .map_err(|_| Error::not_found()),
    }
}
