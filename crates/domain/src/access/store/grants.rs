//! Role assignments, for those who give and take them.

use super::super::{
    AssignmentFilter, OrganisationKind, Principal, PrincipalId, RoleAssignment, RoleAssignmentId,
    Scope, rules::Role,
};
use super::{PRINCIPAL, read_principal};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, params},
};

/// Locks the organisation until the transaction ends: changes of its roles happen one after the other.
pub(in super::super) async fn lock_for_grants(
    tx: &mut Tx,
    scope: &Scope,
) -> Result<OrganisationKind> {
    tx.one(
        "SELECT kind FROM organisations WHERE id = ?1 FOR UPDATE",
        params![scope.organisation()],
    )
    .await?
    .get(0)
}

const REACHING: &str = "SELECT r.id, r.role, r.organisation, o.kind, o.name, r.principal, p.tenant, p.object_id, p.name, p.username,
       p.disabled_at IS NOT NULL, r.granted_by, b.name, r.granted_at, p.language
     FROM organisation_ancestors a
     JOIN role_assignments r ON r.organisation = a.ancestor
     JOIN organisations o ON o.id = r.organisation
     JOIN principals p ON p.id = r.principal
     LEFT JOIN principals b ON b.id = r.granted_by
     WHERE a.organisation = ?1";

fn read(row: &Row) -> Result<RoleAssignment> {
    Ok(RoleAssignment {
        id: row.get(0)?,
        role: row.get(1)?,
        organisation: row.get(2)?,
        organisation_kind: row.get(3)?,
        organisation_name: row.get(4)?,
        principal: row.get(5)?,
        tenant: row.get(6)?,
        object: row.get(7)?,
        name: row.get(8)?,
        username: row.get(9)?,
        disabled: row.get(10)?,
        granted_by: row.get(11)?,
        granted_by_name: row.get(12)?,
        granted_at: row.get(13)?,
        language: row.get(14)?,
    })
}

pub(in super::super) async fn assignments(
    conn: &mut Conn,
    scope: &Scope,
    filter: &AssignmentFilter,
) -> Result<Vec<RoleAssignment>> {
    let (tenant, object) = filter.identity.unzip();
    conn.all(
        &format!(
            "{REACHING} AND (CAST(?2 AS TEXT) IS NULL OR r.role = ?2) AND (CAST(?3 AS UUID) IS NULL OR r.principal = ?3)
               AND (CAST(?4 AS UUID) IS NULL OR (p.tenant = ?4 AND p.object_id = ?5))
             ORDER BY p.name, r.role, r.id"
        ),
        params![scope.organisation(), filter.role, filter.principal, tenant, object],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// An assignment that reaches the organisation.
pub(in super::super) async fn assignment(
    conn: &mut Conn,
    scope: &Scope,
    id: RoleAssignmentId,
) -> Result<Option<RoleAssignment>> {
    conn.optional(
        &format!("{REACHING} AND r.id = ?2"),
        params![scope.organisation(), id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Somebody of the organisation's own tenant, by the id that a thing remembers.
pub async fn colleague(
    conn: &mut Conn,
    scope: &Scope,
    id: PrincipalId,
) -> Result<Option<Principal>> {
    conn.optional(
        &format!("SELECT {PRINCIPAL} FROM principals WHERE id = ?1 AND tenant = ?2"),
        params![id, scope.tenant()],
    )
    .await?
    .as_ref()
    .map(read_principal)
    .transpose()
}

/// `None` when the principal has the role there already.
pub(in super::super) async fn insert_assignment(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    principal: PrincipalId,
    role: Role,
    granted_by: PrincipalId,
) -> Result<Option<RoleAssignmentId>> {
    tx.optional(
        "INSERT INTO role_assignments (id, organisation, principal, role, granted_by, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (principal, organisation, role) DO NOTHING RETURNING id",
        params![
            ids.make::<RoleAssignmentId>(),
            scope.organisation(),
            principal,
            role,
            granted_by,
            ids.now()
        ],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(in super::super) async fn delete_assignment(
    tx: &mut Tx,
    scope: &Scope,
    id: RoleAssignmentId,
) -> Result<()> {
    tx.execute(
        "DELETE FROM role_assignments WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id],
    )
    .await?;
    Ok(())
}

/// How many hold this role on the organisation itself with an account in force, not counting one assignment.
pub(in super::super) async fn keepers_besides(
    conn: &mut Conn,
    scope: &Scope,
    role: Role,
    besides: Option<RoleAssignmentId>,
) -> Result<i64> {
    conn.one(
        "SELECT COUNT(*) FROM role_assignments r JOIN principals p ON p.id = r.principal
         WHERE r.organisation = ?1 AND r.role = ?2 AND p.disabled_at IS NULL
           AND (CAST(?3 AS UUID) IS NULL OR r.id <> ?3)",
        params![scope.organisation(), role, besides],
    )
    .await?
    .get(0)
}
