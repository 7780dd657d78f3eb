use super::subscription::Subscription;
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    overview::{self, SubscriptionsQuery},
    subscriptions::{SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::{
    Error, Result,
    http::{Json, Page, Paging, Path, Query, page::sort_schema},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListSubscriptionsQuery {
    /// Words of the person's name or of the reference, or three or more digits of the number.
    q: Option<String>,
    kind: Option<SubscriptionKind>,
    /// Without one, all that have not ended.
    state: Option<SubscriptionState>,
    #[param(schema_with = sorts)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What subscriptions are sorted by, the default first.
const SORTS: &[&str] = &["person"];

fn sorts() -> utoipa::openapi::schema::Object {
    sort_schema(SORTS.iter().copied())
}

/// The organisation's subscriptions, by the names of the people who have them.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/subscriptions", operation_id = "list_subscriptions", tag = "users",
    params(("organisation" = OrganisationId, Path), ListSubscriptionsQuery),
    responses((status = 200, description = "Subscriptions, by person.", body = Page<Subscription>))
)]
pub async fn list_subscriptions(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListSubscriptionsQuery>,
) -> Result<Json<Page<Subscription>>> {
    let scope = caller
        .enter(&app, &operations::LIST_SUBSCRIPTIONS, organisation)
        .await?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        SORTS,
    )?;
    let q = query.q.unwrap_or_default();
    searched("?q", Some(&q))?;
    let wish = SubscriptionsQuery {
        q,
        kind: query.kind,
        state: query.state,
        descends: paging.descends(),
        after: paging
            .after
            .as_ref()
            .map(|cursor| {
                Ok::<_, Error>((cursor.text(0)?.to_owned(), SubscriptionId(cursor.id(1)?)))
            })
            .transpose()?,
        limit: paging.fetch(),
    };
    let mut conn = app.db.read().await?;
    let (rows, total) = overview::list_subscriptions(&mut conn, &scope, &wish).await?;
    drop(conn);
    let page = Page::cut(rows, u64::try_from(total).unwrap_or(0), &paging, |last| {
        vec![last.name_key.as_str().into(), last.id.0.into()]
    });
    let language = caller.language();
    Ok(Json(page.map(|row| Subscription::of(row, language))))
}
