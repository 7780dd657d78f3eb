//! The list of people as a table.

use super::{amount, headings, or_null, table};
use crate::fields::searched;
use domain::{
    access::{ObjectId, Scope},
    numbering::NumberKind,
    overview::{self, Has, ListedState, PeopleQuery, PeopleSort, PersonRow, Place},
    subscriptions::SubscriptionKind,
};
use platform::{
    Result,
    csv::Cell,
    db::Conn,
    http::{Paging, page::sort_schema},
    i18n::Language,
    words,
};

/// As the list of people is filtered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
    rename_all = "camelCase",
    deny_unknown_fields,
    default
)]
pub struct PeopleFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has: Option<Has>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ListedState>,
    /// A group of the directory, by object id.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<ObjectId>,
}

platform::told_apart!(PeopleFilter);

words! {
    pub enum PeopleColumn {
        LastName = "lastName",
        FirstName = "firstName",
        Email = "email",
        Title = "title",
        Department = "department",
        State = "state",
        Telephony = "telephony",
        Mobile = "mobile",
        Package = "package",
        MonthlyCost = "monthlyCost",
        ObjectId = "objectId",
    }
}

/// Rows that are read together.
const PAGE: i64 = 500;

pub(super) fn check(filter: &PeopleFilter, sort: Option<&str>) -> Result<()> {
    searched("/filter/q", filter.q.as_deref())?;
    sorting(sort).map(|_| ())
}

/// What may stand in `sort`: as the list of people sorts.
pub(super) fn sorts() -> utoipa::openapi::schema::Object {
    or_null(sort_schema(
        PeopleSort::ALL.iter().map(|sort| sort.as_str()),
    ))
}

fn sorting(sort: Option<&str>) -> Result<(PeopleSort, bool)> {
    let sorts: Vec<_> = PeopleSort::ALL.iter().map(|sort| sort.as_str()).collect();
    let paging = Paging::check(None, None, sort, &sorts).map_err(|mut error| {
        for field in &mut error.fields {
            field.pointer = "/sort".to_owned();
        }
        error
    })?;
    let field = PeopleSort::parse(paging.field()).unwrap_or(PeopleSort::Name);
    Ok((field, paging.descends()))
}

pub(super) async fn write(
    conn: &mut Conn,
    scope: &Scope,
    filter: &PeopleFilter,
    sort: Option<&str>,
    columns: Option<&[PeopleColumn]>,
    language: Language,
) -> Result<String> {
    let (sort, descends) = sorting(sort)?;
    let columns = columns.unwrap_or(PeopleColumn::ALL);
    let names: Vec<_> = columns.iter().map(|column| column.as_str()).collect();
    let headings = headings(language, "people", &names);
    let mut writer = table(&headings);
    let mut after: Option<Place> = None;
    loop {
        let wish = PeopleQuery {
            q: filter.q.clone().unwrap_or_default(),
            has: filter.has,
            state: filter.state,
            group: filter.group,
            sort,
            descends,
            after: after.take(),
            limit: PAGE,
        };
        let page = overview::list_people(conn, scope, &wish).await?;
        for row in &page.rows {
            writer.row(columns.iter().map(|column| cell(row, *column, language)));
        }
        match page.rows.last() {
            Some(last) if page.rows.len() as i64 == PAGE => after = Some(last.place.clone()),
            _ => return Ok(writer.finish()),
        }
    }
}

fn cell(row: &PersonRow, column: PeopleColumn, language: Language) -> Cell<'_> {
    let number = |kind: NumberKind| {
        let numbers = row
            .subscriptions
            .iter()
            .filter_map(|held| held.number.as_ref());
        numbers
            .filter(|(_, of)| *of == kind)
            .map(|(number, _)| number.as_str())
            .next()
            .map_or_else(|| Cell::text(""), Cell::phone)
    };
    match column {
        PeopleColumn::LastName => Cell::maybe(row.person.last_name.as_deref()),
        PeopleColumn::FirstName => Cell::text(
            row.person
                .first_name
                .as_deref()
                .unwrap_or(&row.person.display_name),
        ),
        PeopleColumn::Email => Cell::maybe(row.person.email.as_deref()),
        PeopleColumn::Title => Cell::maybe(row.person.title.as_deref()),
        PeopleColumn::Department => Cell::maybe(row.person.department.as_deref()),
        PeopleColumn::State => Cell::plain(super::TEXTS.text(
            language,
            &format!("personState.{}", row.person.state),
            &[],
        )),
        PeopleColumn::Telephony => number(NumberKind::Landline),
        PeopleColumn::Mobile => number(NumberKind::Mobile),
        PeopleColumn::Package => Cell::text(
            row.subscriptions
                .iter()
                .filter(|held| held.kind == SubscriptionKind::Mobile)
                .map(|held| held.offering_name.in_language(language))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        PeopleColumn::MonthlyCost => amount(language, row.monthly),
        PeopleColumn::ObjectId => Cell::plain(
            row.person
                .object
                .map(|object| object.to_string())
                .unwrap_or_default(),
        ),
    }
}
