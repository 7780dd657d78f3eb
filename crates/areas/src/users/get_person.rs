use super::{looks, view::Person};
use crate::{App, Shared, caller::Caller, operations, order_brief::briefs};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope},
    billing,
    directory::PersonId,
    orders, overview,
};
use platform::{
    Error, Instant, Period, Result,
    db::Conn,
    http::{ETag, Json, Path},
    i18n::Language,
};

/// A person's profile: who they are, their licences, what they have, cost and were ordered. The licences are asked for anew
/// where that does not take long.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/people/{person}", operation_id = "get_person", tag = "users",
    params(("organisation" = OrganisationId, Path), ("person" = PersonId, Path)),
    responses((status = 200, description = "The person.", body = Person))
)]
pub async fn get_person(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, person)): Path<(OrganisationId, PersonId)>,
) -> Result<(ETag, Json<Person>)> {
    let scope = caller
        .enter(&app, &operations::GET_PERSON, organisation)
        .await?;
    looks::refresh(&app, &scope, person).await;
    let asked_at = app.looks.answered_at(person);
    let mut conn = app.db.read().await?;
    let (version, person) =
        whole(&app, &mut conn, &scope, person, asked_at, caller.language()).await?;
    Ok((ETag(version), Json(person)))
}

/// The whole profile with its version. `asked_at`: when the directory was last asked for this person alone.
pub(super) async fn whole(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    person: PersonId,
    asked_at: Option<Instant>,
    language: Language,
) -> Result<(i64, Person)> {
    let mut details = overview::person_details(conn, scope, person)
        .await?
        .ok_or_else(Error::not_found)?;
    if details.row.person.object.is_some() {
        details.checked_at = details.checked_at.max(asked_at);
    }
    let found = orders::orders(conn, scope, &details.orders).await?;
    let found: Vec<_> = found.iter().collect();
    let briefs = briefs(app, conn, scope, &found, language).await?;
    let discounts = billing::discounts(conn, scope).await?;
    let period = Period::of(app.clock.now());
    let discount = overview::rules::discount(&details.row.subscriptions, &discounts, period);
    let version = details.row.person.version;
    Ok((
        version,
        Person::of(details, briefs, discount, scope, language),
    ))
}
