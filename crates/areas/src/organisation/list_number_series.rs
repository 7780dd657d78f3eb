use super::view::NumberSeries;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{access::OrganisationId, numbering};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListNumberSeriesQuery {
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The organisation's number series, with how many numbers of each are free and which.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/number-series", operation_id = "list_number_series", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListNumberSeriesQuery),
    responses((status = 200, description = "Number series, in order.", body = Page<NumberSeries>))
)]
pub async fn list_number_series(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListNumberSeriesQuery>,
) -> Result<Json<Page<NumberSeries>>> {
    let scope = caller
        .enter(&app, &operations::LIST_NUMBER_SERIES, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["first"])?;
    let mut conn = app.db.read().await?;
    let series = numbering::series(&mut conn, &scope).await?;
    let page = Page::of_whole(series, &paging, |series| series.first.clone())?;
    let mut shown = Vec::with_capacity(page.items.len());
    for series in page.items {
        let runs = numbering::runs(&mut conn, &scope, series.id).await?;
        shown.push(NumberSeries::of(series, runs));
    }
    Ok(Json(Page {
        items: shown,
        next: page.next,
        total: page.total,
    }))
}
