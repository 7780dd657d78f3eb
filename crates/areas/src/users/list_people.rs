use super::view::{PersonRow, Reasons};
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::{ObjectId, OrganisationId},
    directory,
    overview::{self, Has, ListedState, PeopleQuery, PeopleSort, Place, SortKey},
};
use platform::{
    Result,
    http::{
        Cursor, Json, Page, Paging, Path, Query,
        page::{CursorKey, sort_schema},
    },
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListPeopleQuery {
    /// Words of a name, e-mail address, title or department, in any order; or three or more digits of a number.
    q: Option<String>,
    /// What the person has: telephony, mobile, or none of them.
    #[param(inline)]
    has: Option<Has>,
    #[param(inline)]
    state: Option<ListedState>,
    /// Only members of this group of the directory, by object id; members of groups within it count.
    group: Option<ObjectId>,
    #[param(schema_with = sorts)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What people are sorted by.
fn sorts() -> utoipa::openapi::schema::Object {
    sort_schema(PeopleSort::ALL.iter().map(|sort| sort.as_str()))
}

/// The organisation's people with what each has, what is under way for them and what they cost a month.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/people", operation_id = "list_people", tag = "users",
    params(("organisation" = OrganisationId, Path), ListPeopleQuery),
    responses((status = 200, description = "People, by name unless asked otherwise.", body = Page<PersonRow>))
)]
pub async fn list_people(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListPeopleQuery>,
) -> Result<Json<Page<PersonRow>>> {
    let scope = caller
        .enter(&app, &operations::LIST_PEOPLE, organisation)
        .await?;
    let sorts: Vec<_> = PeopleSort::ALL.iter().map(|sort| sort.as_str()).collect();
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        &sorts,
    )?;
    let sort = PeopleSort::parse(paging.field()).unwrap_or(PeopleSort::Name);
    let q = query.q.unwrap_or_default();
    searched("?q", Some(&q))?;
    if let Some(group) = query.group {
        directory::use_group(&app.db, &app.ids, &*app.directory, &scope, group)
            .await
            .map_err(|error| match error.code.as_ref() {
                "groupUnknown" => error.with_field(
                    "?group",
                    "groupUnknown",
                    "There is no such group in your directory.",
                ),
                _ => error,
            })?;
    }
    let wish = PeopleQuery {
        q,
        has: query.has,
        state: query.state,
        group: query.group,
        sort,
        descends: paging.descends(),
        after: paging
            .after
            .as_ref()
            .map(|cursor| place(cursor, sort))
            .transpose()?,
        limit: paging.fetch(),
    };
    let mut conn = app.db.read().await?;
    let found = overview::list_people(&mut conn, &scope, &wish).await?;
    drop(conn);
    let mut reasons = Reasons::new(caller.language());
    let total = u64::try_from(found.total).unwrap_or(0);
    let page = Page::cut(found.rows, total, &paging, |last| {
        let key = match &last.place.key {
            SortKey::Text(text) => CursorKey::from(text.as_str()),
            SortKey::Amount(amount) => CursorKey::from(*amount),
        };
        vec![
            key,
            last.place.name_key.as_str().into(),
            last.place.id.0.into(),
        ]
    });
    Ok(Json(
        page.map(|row| PersonRow::of(row, &scope, &mut reasons)),
    ))
}

fn place(cursor: &Cursor, sort: PeopleSort) -> Result<Place> {
    Ok(Place {
        key: match sort {
            PeopleSort::Cost | PeopleSort::Package => SortKey::Amount(cursor.number(0)?),
            _ => SortKey::Text(cursor.text(0)?.to_owned()),
        },
        name_key: cursor.text(1)?.to_owned(),
        id: cursor.id(2)?.into(),
    })
}
