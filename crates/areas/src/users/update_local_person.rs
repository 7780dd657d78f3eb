use super::{
    get_person,
    local::{Change, Written},
    view::Person,
};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    directory::{self, LocalDetails, PersonId},
};
use platform::{
    Error, Result,
    http::{ETag, IfMatch, Json, Path},
};

/// What is to change; what is left out stays. `null` takes away what need not be there.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateLocalPersonRequest, min_properties = 1)]
pub struct UpdateLocalPerson {
    #[schema(min_length = 1, max_length = 100)]
    first_name: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    last_name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, max_length = 254)]
    email: Change,
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, max_length = 100)]
    title: Change,
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false, max_length = 100)]
    department: Change,
    /// In E.164 or Danish spelling.
    #[serde(default)]
    #[schema(value_type = Option<String>, required = false)]
    mobile_phone: Change,
}

/// Changes a local person. Who comes from Entra ID is changed there: 422 `directoryPerson`.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}/people/{person}", operation_id = "update_local_person", tag = "users",
    params(("organisation" = OrganisationId, Path), ("person" = PersonId, Path)), request_body = UpdateLocalPerson,
    responses((status = 200, description = "The person as they are now.", body = Person))
)]
pub async fn update_local_person(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, PersonId)>,
    if_match: IfMatch,
    Json(change): Json<UpdateLocalPerson>,
) -> Result<(ETag, Json<Person>)> {
    let scope = caller
        .enter(&app, &operations::UPDATE_LOCAL_PERSON, organisation)
        .await?;
    if change.is_empty() {
        return Err(Error::malformed(
            "There is nothing to change. Send at least one field.",
        ));
    }
    let mut tx = app.db.begin().await?;
    let person = directory::local_for_change(&mut tx, &scope, id).await?;
    // What would be refused anyway is refused for its own sake (RFC 9110 §13.2.1).
    let details = change.applied(LocalDetails::of(&person))?;
    if_match.check(person.version)?;
    directory::update_local(&mut tx, &app.ids, &scope, &person, &details).await?;
    let (version, person) =
        get_person::whole(&app, &mut tx, &scope, id, None, caller.language()).await?;
    tx.commit().await?;
    Ok((ETag(version), Json(person)))
}

impl UpdateLocalPerson {
    fn is_empty(&self) -> bool {
        let stays = |change: &Change| matches!(change, Change::Stays);
        self.first_name.is_none()
            && self.last_name.is_none()
            && stays(&self.email)
            && stays(&self.title)
            && stays(&self.department)
            && stays(&self.mobile_phone)
    }

    fn applied(&self, person: LocalDetails) -> Result<LocalDetails> {
        fn new<'a>(change: &'a Change, old: Option<&'a str>) -> Option<&'a str> {
            match change {
                Change::Stays => old,
                Change::Becomes(text) => text.as_deref(),
            }
        }
        Written {
            first_name: self.first_name.as_deref().unwrap_or(&person.first_name),
            last_name: self.last_name.as_deref().unwrap_or(&person.last_name),
            email: new(&self.email, person.email.as_deref()),
            title: new(&self.title, person.title.as_deref()),
            department: new(&self.department, person.department.as_deref()),
            mobile_phone: new(&self.mobile_phone, person.mobile_phone.as_deref()),
        }
        .check()
    }
}
