//! Giving and taking roles, and telling who holds which and from where.

use super::{
    Caller, ObjectId, OrganisationId, OrganisationKind, PrincipalId, RoleAssignmentId, Scope,
    TenantId, ops, rules,
    rules::{Permission, Refusal, Role, permissions},
    store,
};
use platform::{
    Error, Ids, Instant, Kind, Result,
    audit::{self, AuditEntry},
    db::{Conn, Tx},
    i18n::Language,
    live,
};

/// One role of one principal, as it reaches an organisation.
#[derive(Clone, Debug)]
pub struct RoleAssignment {
    pub id: RoleAssignmentId,
    pub role: Role,
    /// Where it was given: the organisation itself, or one above it.
    pub organisation: OrganisationId,
    pub organisation_kind: OrganisationKind,
    pub organisation_name: String,
    pub principal: PrincipalId,
    pub tenant: TenantId,
    pub object: ObjectId,
    pub name: String,
    pub username: String,
    pub language: Option<Language>,
    /// The account is disabled or deleted: the role holds nothing while it is.
    pub disabled: bool,
    /// `None` for onboarding.
    pub granted_by: Option<PrincipalId>,
    pub granted_by_name: Option<String>,
    pub granted_at: Instant,
}

/// Which assignments a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct AssignmentFilter {
    pub role: Option<Role>,
    pub principal: Option<PrincipalId>,
    /// By identity, for somebody who may not have signed in yet.
    pub identity: Option<(TenantId, ObjectId)>,
}

/// Who is given a role. Names are for display; they become the newest ones.
#[derive(Clone, Debug)]
pub struct Grantee {
    pub tenant: TenantId,
    pub object: ObjectId,
    pub name: String,
    pub username: String,
}

/// Every role that reaches the organisation, by name of who holds it.
pub async fn role_assignments(
    conn: &mut Conn,
    scope: &Scope,
    filter: &AssignmentFilter,
) -> Result<Vec<RoleAssignment>> {
    store::assignments(conn, scope, filter).await
}

/// Whether the caller may know of an organisation. For what an answer about another one tells of it.
pub async fn knows_of(
    conn: &mut Conn,
    caller: &Caller,
    organisation: OrganisationId,
) -> Result<bool> {
    match ops::enter(conn, caller, organisation).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind == Kind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether somebody who can sign in may give roles in the organisation itself. Where nobody can, those above it still may.
pub async fn has_keeper(conn: &mut Conn, scope: &Scope, kind: OrganisationKind) -> Result<bool> {
    Ok(store::keepers_besides(conn, scope, rules::keeper(kind), None).await? > 0)
}

/// Gives a role on the scope's organisation.
///
/// The organisation is locked and the giver's right read again, so that of two who change roles at once the second sees what the
/// first has done.
///
/// # Errors
/// 403 `forbidden` without the right, 403 `notToYourself`, 422 `roleNotHere`, 409 `roleHeld`.
pub async fn assign_role(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    grantee: &Grantee,
    role: Role,
) -> Result<RoleAssignment> {
    let (kind, giver, own) = giver(tx, scope).await?;
    let oneself = (giver.tenant, giver.object) == (grantee.tenant, grantee.object);
    rules::may_give(own, kind, role, oneself).map_err(refused)?;
    let holder = store::upsert_principal(
        tx,
        ids,
        grantee.tenant,
        grantee.object,
        &grantee.name,
        &grantee.username,
    )
    .await?;
    let id = store::insert_assignment(tx, ids, scope, holder.id, role, giver.id)
        .await?
        .ok_or_else(|| Error::conflict("roleHeld", "This person has this role here already."))?;
    note(tx, ids, scope, "assign_role", id, holder.id, role).await?;
    store::assignment(tx, scope, id)
        .await?
        .ok_or_else(|| Error::internal("a role that was just given is not there"))
}

/// Takes a role away that was given on the scope's organisation. What it allowed is gone with the next request.
///
/// # Errors
/// 403 without the right, 404, 409 `inheritedRole` for one that was given above, 409 `lastRoleAdministrator`.
pub async fn revoke_role(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: RoleAssignmentId,
) -> Result<RoleAssignment> {
    let (kind, _, own) = giver(tx, scope).await?;
    if !own.has(Permission::GrantRoles) {
        return Err(refused(Refusal::NoRight));
    }
    let held = store::assignment(tx, scope, id)
        .await?
        .ok_or_else(Error::not_found)?;
    if held.organisation != scope.organisation() {
        return Err(Error::conflict(
            "inheritedRole",
            "This role was given above this organisation. It can be taken away there, by whoever gives roles there.",
        ));
    }
    let others = store::keepers_besides(tx, scope, held.role, Some(id)).await?;
    if !rules::may_go(kind, held.role, !held.disabled, others) {
        return Err(Error::conflict(
            "lastRoleAdministrator",
            "This is the last one who can give roles here. Give the role to somebody else first.",
        ));
    }
    store::delete_assignment(tx, scope, id).await?;
    note(tx, ids, scope, "revoke_role", id, held.principal, held.role).await?;
    Ok(held)
}

/// The kind of the organisation, who acts, and what they may do there now. Locks the organisation against other changes of roles.
async fn giver(
    tx: &mut Tx,
    scope: &Scope,
) -> Result<(OrganisationKind, super::Principal, rules::PermissionSet)> {
    let kind = store::lock_for_grants(tx, scope).await?;
    let id = scope
        .principal()
        .ok_or_else(|| Error::internal("only people give roles; onboarding has its own way"))?;
    let giver = store::principal_by_id(tx, ops::for_system(), id)
        .await?
        .ok_or_else(Error::not_found)?;
    let reach = store::reach(tx, scope.organisation(), Some(id))
        .await?
        .ok_or_else(Error::not_found)?;
    Ok((kind, giver, permissions(&reach.roles)))
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::NoRight => Error::forbidden(
            "Your roles on this organisation do not allow this. A role administrator can give you one that does.",
        ),
        Refusal::WrongKind => Error::rule(
            "roleNotHere",
            "This role does not exist for this kind of organisation.",
        ),
        Refusal::ToOneself => Error::new(
            Kind::Forbidden,
            "notToYourself",
            "Nobody gives themselves more than they have. Ask another who may give roles here.",
        ),
    }
}

async fn note(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    id: RoleAssignmentId,
    holder: PrincipalId,
    role: Role,
) -> Result<()> {
    let actor = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, actor, action)
        .on("principal", holder)
        .with(serde_json::json!({ "role": role.as_str(), "assignment": id.to_string() }));
    audit::record(tx, ids, entry).await?;
    live::tell(tx, ids, scope.organisation().0, "roles", Some(holder.0)).await
}
