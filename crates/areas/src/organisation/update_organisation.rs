use super::get_organisation::{Organisation, whole};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::{self, ObjectId, OrganisationId},
    directory,
};
use platform::{
    Error, Kind, Result,
    audit::{self, AuditEntry},
    http::{ETag, IfMatch, Json, Path},
    live,
};

/// What is to change; what is left out stays. Each field that is added here has its own verb in the domain, and is written
/// under the same version.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = UpdateOrganisationRequest)]
pub struct UpdateOrganisation {
    /// A group of the directory, by object id; `null` lifts the limit.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<ObjectId>, required = false)]
    default_group: Option<Option<ObjectId>>,
}

/// Tells `null` from a field that was left out.
fn said<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// Changes what the organisation decides about itself: the group of its directory that limits whom it sees.
#[utoipa::path(
    patch, path = "/api/v1/organisations/{organisation}", operation_id = "update_organisation", tag = "organisation",
    params(("organisation" = OrganisationId, Path)), request_body = UpdateOrganisation,
    responses((status = 200, description = "The organisation as it is now.", body = Organisation))
)]
pub async fn update_organisation(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    if_match: IfMatch,
    Json(change): Json<UpdateOrganisation>,
) -> Result<(ETag, Json<Organisation>)> {
    let scope = caller
        .enter(&app, &operations::UPDATE_ORGANISATION, organisation)
        .await?;
    let Some(group) = change.default_group else {
        return Err(Error::malformed(
            "There is nothing to change. Send at least one field.",
        ));
    };
    if let Some(group) = group {
        // Before the transaction: the directory may have to be asked, and a list must not become empty because it was not.
        let found = directory::use_group(&app.db, &app.ids, &*app.directory, &scope, group)
            .await
            .map_err(|error| match error.code.as_ref() {
                "groupUnknown" => unknown(error),
                _ => error,
            })?;
        if found.gone {
            return Err(unknown(Error::rule(
                "groupUnknown",
                "There is no such group in your directory. Choose one from the list.",
            )));
        }
    }
    let mut tx = app.db.begin().await?;
    let version = access::organisation(&mut tx, &scope).await?.version;
    if_match.check(version)?;
    if !access::set_default_group(&mut tx, &scope, version, group).await? {
        return Err(Error::new(
            Kind::Stale,
            "stale",
            "It was changed since you read it. Read it again and repeat your change.",
        ));
    }
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(organisation.0, by, operations::UPDATE_ORGANISATION.id)
        .with(serde_json::json!({ "defaultGroup": group }));
    audit::record(&mut tx, &app.ids, entry).await?;
    live::tell(&mut tx, &app.ids, organisation.0, "people", None).await?;
    let answer = whole(&mut tx, &scope).await?;
    tx.commit().await?;
    Ok(answer)
}

fn unknown(error: Error) -> Error {
    error.with_field(
        "/defaultGroup",
        "groupUnknown",
        "There is no such group in your directory.",
    )
}
