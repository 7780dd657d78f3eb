use super::view::{Number, digits};
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    numbering::{self, NumberKind, NumberState},
    overview, porting,
};
use platform::{
    Result,
    http::{Json, Page, Paging, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListNumbersQuery {
    state: Option<NumberState>,
    kind: Option<NumberKind>,
    /// Digits that the number contains.
    q: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// The organisation's numbers, in order.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/numbers", operation_id = "list_numbers", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ListNumbersQuery),
    responses((status = 200, description = "Numbers, in order.", body = Page<Number>))
)]
pub async fn list_numbers(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListNumbersQuery>,
) -> Result<Json<Page<Number>>> {
    let scope = caller
        .enter(&app, &operations::LIST_NUMBERS, organisation)
        .await?;
    searched("?q", query.q.as_deref())?;
    let paging = Paging::check(query.limit, query.cursor.as_deref(), None, &["number"])?;
    let filter = numbering::Filter {
        state: query.state,
        kind: query.kind,
        digits: digits(query.q.as_deref().unwrap_or_default()),
    };
    let after = paging
        .after
        .as_ref()
        .map(|cursor| cursor.text(0))
        .transpose()?;
    let mut conn = app.db.read().await?;
    let (numbers, total) =
        numbering::list(&mut conn, &scope, &filter, after, paging.fetch()).await?;
    let ids: Vec<_> = numbers.iter().map(|number| number.id).collect();
    let mut holders = overview::holders_of_numbers(&mut conn, &scope, &ids).await?;
    let mut groups = overview::groups_of_numbers(&mut conn, &scope, &ids).await?;
    let page = Page::cut(
        numbers,
        u64::try_from(total).unwrap_or(0),
        &paging,
        |last| vec![last.number.as_str().into()],
    );
    let temporary = porting::temporary_numbers(&mut conn, &scope).await?;
    Ok(Json(page.map(|number| {
        let person = holders.remove(&number.id);
        let serves = temporary.iter().any(|(held, _)| *held == number.number);
        let group = groups.remove(&number.id);
        Number::of(number, person, group, serves)
    })))
}
