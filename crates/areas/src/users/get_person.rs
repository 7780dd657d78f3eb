use super::view::{OrderBrief, Person};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{access::OrganisationId, directory::PersonId, orders, overview};
use platform::{
    Error, Result,
    http::{Json, Path},
};

/// A person's profile: who they are, their licences, what they have, cost and were ordered.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/people/{person}", operation_id = "get_person", tag = "users",
    params(("organisation" = OrganisationId, Path), ("person" = PersonId, Path)),
    responses((status = 200, description = "The person.", body = Person))
)]
pub async fn get_person(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, person)): Path<(OrganisationId, PersonId)>,
) -> Result<Json<Person>> {
    let scope = caller
        .enter(&app, &operations::GET_PERSON, organisation)
        .await?;
    let language = caller.language();
    let mut conn = app.db.read().await?;
    let details = overview::person_details(&mut conn, &scope, person)
        .await?
        .ok_or_else(Error::not_found)?;
    let items = orders::summaries(&mut conn, &scope, &details.orders).await?;
    let found = orders::orders(&mut conn, &scope, &details.orders).await?;
    let mut briefs = Vec::with_capacity(found.len());
    for order in &found {
        let own: Vec<_> = items
            .iter()
            .filter(|(of, _)| *of == order.id)
            .map(|(_, item)| item)
            .collect();
        briefs.push(OrderBrief::of(order, &own, language));
    }
    drop(conn);
    Ok(Json(Person::of(details, briefs, &scope, language)))
}
