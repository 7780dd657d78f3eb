use crate::{Shared, caller::Caller, operations, usage_view::Usage};
use axum::extract::State;
use domain::{access::OrganisationId, subscriptions::SubscriptionId};
use platform::{
    Period, Result,
    http::{Json, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GetUsageQuery {
    subscription: SubscriptionId,
}

/// What a subscription used in each billing period, against what its package allows.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/usage", operation_id = "get_usage", tag = "organisation",
    params(("organisation" = OrganisationId, Path), GetUsageQuery),
    responses((status = 200, description = "The subscription's usage.", body = Usage))
)]
pub async fn get_usage(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<GetUsageQuery>,
) -> Result<Json<Usage>> {
    let scope = caller
        .enter(&app, &operations::GET_USAGE, organisation)
        .await?;
    let now = Period::of(app.clock.now());
    let mut conn = app.db.read().await?;
    let usage = Usage::of(&mut conn, &scope, query.subscription, now).await?;
    Ok(Json(usage))
}
