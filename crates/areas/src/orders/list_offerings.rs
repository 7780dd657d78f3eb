use super::view::Offering;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    catalogue::{self, OfferingKind},
};
use platform::{
    Result,
    http::{Json, Page, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOfferingsQuery {
    kind: Option<OfferingKind>,
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
    let mut conn = app.db.read().await?;
    let offerings = catalogue::offerings(&mut conn, app.clock.now(), query.kind).await?;
    let language = caller.language();
    Ok(Json(Page::whole(
        offerings
            .into_iter()
            .map(|offering| Offering::of(offering, language))
            .collect(),
    )))
}
