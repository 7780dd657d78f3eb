use super::role_view::{RoleAssignment, tell_holder};
use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::{self, Grantee, OrganisationId, Role, Scope},
    directory::{self, PersonId, PersonState},
};
use platform::{
    Error, Result,
    db::Conn,
    http::{
        Keyed, Path,
        idempotency::{self, Begun},
    },
};

#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AssignRoleRequest)]
pub struct AssignRoleBody {
    /// Somebody of the organisation's directory.
    person: PersonId,
    role: Role,
}

/// Gives a colleague a role. Wants a sign-in from the last five minutes. Nobody gives what they may not give, nor themselves more
/// than they have; the colleague is told by mail.
#[utoipa::path(
    post, path = "/api/v1/organisations/{organisation}/role-assignments", operation_id = "assign_role", tag = "organisation",
    params(("organisation" = OrganisationId, Path)),
    request_body = AssignRoleBody,
    responses((status = 201, description = "The role is given and in force.", body = RoleAssignment))
)]
pub async fn assign_role(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    request: Keyed<AssignRoleBody>,
) -> Result<Response> {
    let scope = caller
        .enter(&app, &operations::ASSIGN_ROLE, organisation)
        .await?;
    let flight = app.idempotency.enter(
        idempotency::Scope {
            principal: caller.principal()?.id.0,
            organisation: organisation.0,
            operation: operations::ASSIGN_ROLE.id,
        },
        &request.key,
    )?;
    let mut tx = app.db.begin().await?;
    let now = app.clock.now();
    let claim = match flight.begin(&mut tx, now).await? {
        Begun::Before(answer) => return Ok(answer.into_response()),
        Begun::Now(claim) => claim,
    };
    let grantee = grantee(&mut tx, &scope, request.body.person).await?;
    caller.prove_fresh(&mut tx, now).await?;
    let held = access::assign_role(&mut tx, &app.ids, &scope, &grantee, request.body.role).await?;
    tell_holder(&app, &mut tx, &scope, &held, true).await?;
    let view = RoleAssignment::of(&mut tx, &caller, &scope, held).await?;
    let answer = claim
        .finish(&mut tx, StatusCode::CREATED, None, &view)
        .await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// The account behind a colleague, who must be able to sign in.
async fn grantee(conn: &mut Conn, scope: &Scope, person: PersonId) -> Result<Grantee> {
    let refused = |code: &'static str, detail: &'static str| {
        Error::rule(code, detail).with_field("/person", code, detail)
    };
    let person = directory::person(conn, scope, person)
        .await?
        .ok_or_else(|| refused("personUnknown", "This person is not in your organisation."))?;
    let (Some(object), Some(tenant)) = (person.object, scope.tenant()) else {
        return Err(refused(
            "noAccount",
            "This person was made here and has no Microsoft account to sign in with.",
        ));
    };
    if person.state != PersonState::Active {
        return Err(refused(
            "personNotActive",
            "This account is disabled or deleted in Entra ID. Enable it there first.",
        ));
    }
    Ok(Grantee {
        tenant,
        object,
        name: person.display_name,
        username: person.username.unwrap_or_default(),
    })
}
