use super::{list_roles::name, role_view::RoleAssignment};
use crate::{Shared, caller::Caller, operations, texts::TEXTS};
use axum::extract::State;
use domain::{
    access::{
        self, AssignmentFilter, OrganisationId, Permission, PrincipalId, Role, Scope, TenantId,
        rules,
    },
    directory::{self, PersonId, PersonState},
};
use platform::{
    Error, Result,
    db::Conn,
    http::{Json, Path, Query},
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExplainPermissionQuery {
    #[param(inline)]
    permission: Permission,
    /// Who: a colleague, or …
    person: Option<PersonId>,
    /// … somebody who holds a role here. Without either, the caller.
    principal: Option<PrincipalId>,
}

/// Why somebody may, or may not, do something here.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    permission: Permission,
    /// What the permission allows, in words.
    permission_text: String,
    name: String,
    allowed: bool,
    /// The roles that give it, and where from.
    because: Vec<PermissionReason>,
    /// Why not; `null` when it is allowed.
    #[schema(required)]
    hindrance: Option<PermissionHindrance>,
    /// The roles of this organisation that would give it.
    given_by: Vec<Role>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PermissionReason {
    assignment: RoleAssignment,
    /// In the caller's language.
    detail: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PermissionHindrance {
    /// Stable: `noRole`, `rolesDoNotGive`, `accountDisabled`, `noAccount`.
    code: String,
    detail: String,
}

/// Whom it is about.
struct Somebody {
    name: String,
    filter: Option<AssignmentFilter>,
    disabled: bool,
}

/// Why may this person do that? Every role that gives the permission here, and where it was given.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/permissions/explain", operation_id = "explain_permission", tag = "organisation",
    params(("organisation" = OrganisationId, Path), ExplainPermissionQuery),
    responses((status = 200, description = "The explanation.", body = Explanation))
)]
pub async fn explain_permission(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ExplainPermissionQuery>,
) -> Result<Json<Explanation>> {
    let scope = caller
        .enter(&app, &operations::EXPLAIN_PERMISSION, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let somebody = match (query.person, query.principal) {
        (Some(person), None) => of_person(&mut conn, &scope, person).await?,
        (None, Some(principal)) => of_principal(&mut conn, &scope, principal).await?,
        (None, None) => Somebody {
            name: caller.who.name.clone(),
            filter: Some(by_identity(caller.who.tenant, caller.who.object)),
            disabled: false,
        },
        (Some(_), Some(_)) => {
            return Err(
                Error::malformed("Ask about a person or a principal, not both.").with_field(
                    "?principal",
                    "invalid",
                    "Not together with `person`.",
                ),
            );
        }
    };
    let language = caller.language();
    let kind = access::organisation(&mut conn, &scope).await?.kind;
    let held = match &somebody.filter {
        Some(filter) => access::role_assignments(&mut conn, &scope, filter).await?,
        None => Vec::new(),
    };
    let disabled = somebody.disabled || held.iter().any(|held| held.disabled);
    let any = !held.is_empty();
    let gives = |role: Role| rules::permissions(&[role]).has(query.permission);
    let mut because = Vec::new();
    for held in held.into_iter().filter(|held| gives(held.role)) {
        let own = held.organisation == scope.organisation();
        let key = if own {
            "explain.ownRole".to_owned()
        } else {
            format!("explain.{}Role", held.organisation_kind)
        };
        let role = name(held.role, language);
        because.push(PermissionReason {
            detail: TEXTS.text(language, &key, &[("name", &held.name), ("role", &role)]),
            assignment: RoleAssignment::of(&mut conn, &caller, &scope, held).await?,
        });
    }
    let code = match (&somebody.filter, disabled, because.is_empty(), any) {
        (None, ..) => Some("noAccount"),
        (_, true, ..) => Some("accountDisabled"),
        (_, _, true, true) => Some("rolesDoNotGive"),
        (_, _, true, false) => Some("noRole"),
        _ => None,
    };
    let values = [("name", somebody.name.as_str())];
    Ok(Json(Explanation {
        permission: query.permission,
        permission_text: TEXTS.text(language, &format!("permission.{}", query.permission), &[]),
        allowed: code.is_none(),
        because,
        hindrance: code.map(|code| PermissionHindrance {
            detail: TEXTS.text(language, &format!("explain.{code}"), &values),
            code: code.to_owned(),
        }),
        given_by: rules::roles_of(kind)
            .iter()
            .copied()
            .filter(|role| gives(*role))
            .collect(),
        name: somebody.name,
    }))
}

fn by_identity(tenant: TenantId, object: access::ObjectId) -> AssignmentFilter {
    AssignmentFilter {
        identity: Some((tenant, object)),
        ..AssignmentFilter::default()
    }
}

async fn of_person(conn: &mut Conn, scope: &Scope, person: PersonId) -> Result<Somebody> {
    let person = directory::person(conn, scope, person)
        .await?
        .ok_or_else(Error::not_found)?;
    Ok(Somebody {
        disabled: person.state != PersonState::Active,
        filter: person
            .object
            .zip(scope.tenant())
            .map(|(object, tenant)| by_identity(tenant, object)),
        name: person.display_name,
    })
}

/// Only of those who hold something here: other principals are nobody's business.
async fn of_principal(conn: &mut Conn, scope: &Scope, principal: PrincipalId) -> Result<Somebody> {
    let filter = AssignmentFilter {
        principal: Some(principal),
        ..AssignmentFilter::default()
    };
    let held = access::role_assignments(conn, scope, &filter).await?;
    let first = held.first().ok_or_else(Error::not_found)?;
    Ok(Somebody {
        name: first.name.clone(),
        filter: Some(filter),
        disabled: first.disabled,
    })
}
