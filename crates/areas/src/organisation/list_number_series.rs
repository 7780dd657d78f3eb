use super::view::NumberSeries;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{access::OrganisationId, numbering};
use platform::{
    Result,
    http::{Json, Page, Path},
};

/// The organisation's number series, with how many numbers of each are free.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/number-series", operation_id = "list_number_series", tag = "organisation",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "Number series, in order.", body = Page<NumberSeries>))
)]
pub async fn list_number_series(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<Page<NumberSeries>>> {
    let scope = caller
        .enter(&app, &operations::LIST_NUMBER_SERIES, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let series = numbering::series(&mut conn, &scope).await?;
    Ok(Json(Page::whole(
        series.into_iter().map(NumberSeries::from).collect(),
    )))
}
