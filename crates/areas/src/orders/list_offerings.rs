use super::view::Offering;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    catalogue::{self, OfferingKind},
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOfferingsQuery {
    kind: Option<OfferingKind>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What is sold now, in the operator's order.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/catalogue/offerings", operation_id = "list_offerings", tag = "orders",
    params(("organisation" = OrganisationId, Path), ListOfferingsQuery),
    responses((status = 200, description = "What is sold now.", body = Page<Offering>))
)]
pub async fn list_offerings(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListOfferingsQuery>,
) -> Result<Json<Page<Offering>>> {
    caller
        .enter(&app, &operations::LIST_OFFERINGS, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["position"])?;
    let mut conn = app.db.read().await?;
    let offerings = catalogue::offerings(&mut conn, app.clock.now(), query.kind).await?;
    let page = Page::of_whole(offerings, &paging, |offering| offering.code.clone())?;
    let language = caller.language();
    Ok(Json(page.map(|offering| Offering::of(offering, language))))
}
