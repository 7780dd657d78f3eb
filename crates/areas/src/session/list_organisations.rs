use super::view::MyOrganisation;
use crate::{Shared, caller::Caller, fields::searched};
use axum::extract::State;
use domain::access;
use platform::{
    Result,
    fold::fold,
    http::{Json, Page, Paging, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListOrganisationsQuery {
    /// Part of the name or of the customer number.
    q: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The organisations that one may see, by name.
#[utoipa::path(
    get, path = "/api/v1/organisations", operation_id = "list_organisations", tag = "session",
    params(ListOrganisationsQuery),
    responses((status = 200, description = "Organisations, by name.", body = Page<MyOrganisation>))
)]
pub async fn list_organisations(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<ListOrganisationsQuery>,
) -> Result<Json<Page<MyOrganisation>>> {
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["name"])?;
    let after = match &paging.after {
        Some(cursor) => Some((cursor.text(0)?.to_owned(), cursor.id(1)?.into())),
        None => None,
    };
    let q = query.q.unwrap_or_default();
    searched("?q", Some(&q))?;
    let memberships = caller.memberships(&app, &q, after, paging.fetch()).await?;
    let mut conn = app.db.read().await?;
    let principal = caller.who.principal.as_ref().map(|principal| principal.id);
    let total = access::count_memberships(&mut conn, principal, caller.home(), &q).await?;
    let page = Page::cut(memberships, total, &paging, |last| {
        vec![
            fold(&last.organisation.name).into(),
            last.organisation.id.0.into(),
        ]
    });
    Ok(Json(page.map(MyOrganisation::from)))
}
