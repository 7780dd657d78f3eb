use super::{get_person, local::Written, view::Person};
use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{access::OrganisationId, directory};
use platform::{
    Result,
    http::{
        ETag, Keyed, Path,
        idempotency::{self, Begun},
    },
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreateLocalPersonRequest)]
pub struct CreateLocalPerson {
    #[schema(min_length = 1, max_length = 100)]
    first_name: String,
    #[schema(min_length = 1, max_length = 100)]
    last_name: String,
    #[schema(max_length = 254)]
    email: Option<String>,
    #[schema(max_length = 100)]
    title: Option<String>,
    #[schema(max_length = 100)]
    department: Option<String>,
    /// Where the person is reached, in E.164 or Danish spelling; not the number of a subscription.
    mobile_phone: Option<String>,
}

/// Makes a local person: a colleague without a Microsoft account, who may have a mobile subscription.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/people", operation_id = "create_local_person", tag = "users",
    params(("organisation" = OrganisationId, Path)), request_body = CreateLocalPerson,
    responses((status = 201, description = "The person.", body = Person))
)]
pub async fn create_local_person(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<CreateLocalPerson>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::CREATE_LOCAL_PERSON, organisation)
        .await?;
    let body = &request.body;
    let details = Written {
        first_name: &body.first_name,
        last_name: &body.last_name,
        email: body.email.as_deref(),
        title: body.title.as_deref(),
        department: body.department.as_deref(),
        mobile_phone: body.mobile_phone.as_deref(),
    }
    .check()?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::CREATE_LOCAL_PERSON.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let claim = match flight.begin(&mut tx, app.clock.now()).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let id = directory::create_local(&mut tx, &app.ids, &scope, &details).await?;
    let (version, person) =
        get_person::whole(&app, &mut tx, &scope, id, None, caller.language()).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, Some(ETag(version)), &person)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}
