use super::oneself;
use crate::{Shared, caller::Caller, operations, usage_view::Usage};
use axum::extract::State;
use domain::{access::OrganisationId, subscriptions::SubscriptionKind};
use platform::{
    Period, Result,
    http::{Json, Path},
};

/// What one used oneself.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct MyUsage {
    /// Of each mobile subscription that one has, in the order of one's own page.
    subscriptions: Vec<Usage>,
}

/// What one's own mobile subscriptions used in each billing period, against what their packages allow.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/my-page/usage", operation_id = "get_my_usage", tag = "myPage",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "One's own usage.", body = MyUsage))
)]
pub async fn get_my_usage(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Json<MyUsage>> {
    let scope = caller
        .enter(&app, &operations::GET_MY_USAGE, organisation)
        .await?;
    let now = Period::of(app.clock.now());
    let mut conn = app.db.read().await?;
    let held = oneself(&mut conn, &caller, &scope).await?.row.subscriptions;
    let mut subscriptions = Vec::with_capacity(held.len());
    for one in held {
        if one.kind == SubscriptionKind::Mobile {
            subscriptions.push(Usage::of(&mut conn, &scope, one.id, now).await?);
        }
    }
    Ok(Json(MyUsage { subscriptions }))
}
