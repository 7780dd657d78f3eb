use super::notification_addresses::NotificationAddress;
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{access::OrganisationId, notices};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListNotificationAddressesQuery {
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Who is told by mail when a number has used 80 % and 100 % of its monthly data limit.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/notification-addresses", operation_id = "list_notification_addresses",
    tag = "organisation", params(("organisation" = OrganisationId, Path), ListNotificationAddressesQuery),
    responses((status = 200, description = "Addresses, in order.", body = Page<NotificationAddress>))
)]
pub async fn list_notification_addresses(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListNotificationAddressesQuery>,
) -> Result<Json<Page<NotificationAddress>>> {
    let scope = caller
        .enter(&app, &operations::LIST_NOTIFICATION_ADDRESSES, organisation)
        .await?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["address"])?;
    let mut conn = app.db.read().await?;
    let addresses = notices::addresses(&mut conn, &scope).await?;
    let page = Page::of_whole(addresses, &paging, |address| address.id.to_string())?;
    Ok(Json(page.map(NotificationAddress::from)))
}
