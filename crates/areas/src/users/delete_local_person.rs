use crate::{Shared, caller::Caller, operations};
use axum::{extract::State, http::StatusCode};
use domain::{
    access::{OrganisationId, Scope},
    directory::{self, PersonId},
    overview,
};
use platform::{Error, Result, db::Conn, http::Path, i18n::Language};

/// Removes a local person for whom nothing is active and nothing under way. Their name stays with the orders that were for them.
#[utoipa::path(
    delete, path = "/api/v1/organisations/{organisation}/people/{person}", operation_id = "delete_local_person", tag = "users",
    params(("organisation" = OrganisationId, Path), ("person" = PersonId, Path)),
    responses((status = 204, description = "The person is gone from the list."))
)]
pub async fn delete_local_person(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, PersonId)>,
) -> Result<StatusCode> {
    let scope = caller
        .enter(&app, &operations::DELETE_LOCAL_PERSON, organisation)
        .await?;
    let mut tx = app.db.begin().await?;
    let person = directory::local_for_change(&mut tx, &scope, id).await?;
    let held = held(&mut tx, &scope, id, caller.language()).await?;
    if !held.is_empty() {
        return Err(Error::conflict(
            "personHasSubscriptions",
            format!(
                "This person still has something, or is being given it: {}. End it first.",
                held.join("; ")
            ),
        )
        .with_extra(serde_json::json!({ "held": held.join("; ") })));
    }
    directory::remove_local(&mut tx, &app.ids, &scope, &person).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the person has, each with the number to know it by.
async fn held(
    conn: &mut Conn,
    scope: &Scope,
    id: PersonId,
    language: Language,
) -> Result<Vec<String>> {
    let Some(details) = overview::person_details(conn, scope, id).await? else {
        return Ok(Vec::new());
    };
    Ok(details
        .row
        .subscriptions
        .iter()
        .map(|subscription| {
            let name = subscription.offering_name.in_language(language);
            match &subscription.number {
                Some((number, _)) => {
                    format!("{name} ({})", domain::numbering::rules::display(number))
                }
                None => name.to_owned(),
            }
        })
        .collect())
}
