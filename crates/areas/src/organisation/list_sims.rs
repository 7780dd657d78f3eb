use super::view::{Sim, digits};
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    sims::{self, SimState},
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListSimsQuery {
    state: Option<SimState>,
    /// Digits that the ICCID contains.
    q: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The organisation's SIM cards, by card number. Codes are not among it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/sims", operation_id = "list_sims", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListSimsQuery),
    responses((status = 200, description = "SIM cards, by card number.", body = Page<Sim>))
)]
pub async fn list_sims(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListSimsQuery>,
) -> Result<Json<Page<Sim>>> {
    let scope = caller
        .enter(&app, &operations::LIST_SIMS, organisation)
        .await?;
    searched("?q", query.q.as_deref())?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["iccid"])?;
    let after = paging
        .after
        .as_ref()
        .map(|cursor| cursor.text(0))
        .transpose()?;
    let digits = digits(query.q.as_deref().unwrap_or_default());
    let mut conn = app.db.read().await?;
    let (sims, total) = sims::list(
        &mut conn,
        &scope,
        query.state,
        &digits,
        after,
        paging.fetch(),
    )
    .await?;
    let page = Page::cut(sims, u64::try_from(total).unwrap_or(0), &paging, |last| {
        vec![last.iccid.as_str().into()]
    });
    Ok(Json(page.map(Sim::from)))
}
