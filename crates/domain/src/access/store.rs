//! The tables of this room.

mod grants;
mod tree;

pub(super) use grants::{
    assignment, assignments, delete_assignment, insert_assignment, keepers_besides, lock_for_grants,
};

pub use grants::colleague;
pub use tree::is_within;
mod sessions;

pub(super) use sessions::*;

use super::{
    Actor, Membership, NewOrganisation, NumberType, ObjectId, Organisation, OrganisationId,
    OrganisationKind, Principal, PrincipalId, RoleAssignmentId, Scope, SystemScope, TenantId,
    rules::{Role, permissions},
};
use platform::{
    Ids, Instant, Result,
    db::{Conn, Row, Tx, params, values},
    fold::{fold, like_contains},
    i18n::Language,
};

const ORGANISATION: &str = "o.id, o.kind, o.name, o.customer_number, o.parent, o.tenant, o.language, o.number_type, o.version, o.default_group";

const ORGANISATION_WIDTH: usize = 10;

fn read_organisation(row: &Row) -> Result<Organisation> {
    Ok(Organisation {
        id: row.get(0)?,
        kind: row.get::<OrganisationKind>(1)?,
        name: row.get(2)?,
        customer_number: row.get(3)?,
        parent: row.get(4)?,
        tenant: row.get(5)?,
        language: row.get(6)?,
        number_type: row.get(7)?,
        version: row.get(8)?,
        default_group: row.get(9)?,
    })
}

/// What one (principal, organisation) pair means, in one query: the organisation and every role that reaches it.
pub(super) struct Reach {
    pub tenant: Option<TenantId>,
    pub number_type: NumberType,
    pub default_group: Option<ObjectId>,
    pub roles: Vec<Role>,
}

pub(super) async fn reach(
    conn: &mut Conn,
    organisation: OrganisationId,
    principal: Option<PrincipalId>,
) -> Result<Option<Reach>> {
    let rows = conn
        .all(
            "SELECT o.tenant, o.number_type, held.role, o.default_group FROM organisations o
             LEFT JOIN (SELECT a.organisation, r.role FROM organisation_ancestors a
                        JOIN role_assignments r ON r.organisation = a.ancestor
                        JOIN principals p ON p.id = r.principal
                        WHERE a.organisation = ?1 AND r.principal = ?2 AND p.disabled_at IS NULL) held
               ON held.organisation = o.id
             WHERE o.id = ?1",
            params![organisation, principal],
        )
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut roles = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(role) = row.get::<Option<Role>>(2)? {
            roles.push(role);
        }
    }
    Ok(Some(Reach {
        tenant: first.get(0)?,
        number_type: first.get(1)?,
        default_group: first.get(3)?,
        roles,
    }))
}

pub(super) async fn scope_for_work(conn: &mut Conn, organisation: OrganisationId) -> Result<Scope> {
    let row = conn
        .one(
            "SELECT tenant, number_type, default_group FROM organisations WHERE id = ?1",
            params![organisation],
        )
        .await?;
    Ok(Scope {
        organisation,
        tenant: row.get(0)?,
        number_type: row.get(1)?,
        default_group: row.get(2)?,
        actor: Actor::System,
        permissions: permissions(&[]),
    })
}

pub async fn organisation(conn: &mut Conn, scope: &Scope) -> Result<Organisation> {
    let row = conn
        .one(
            &format!("SELECT {ORGANISATION} FROM organisations o WHERE o.id = ?1"),
            params![scope.organisation()],
        )
        .await?;
    read_organisation(&row)
}

/// Sets or lifts the organisation's default group, if it still stands at `version`; says whether it did.
pub async fn set_default_group(
    tx: &mut Tx,
    scope: &Scope,
    version: i64,
    group: Option<ObjectId>,
) -> Result<bool> {
    let set = tx
        .execute(
            "UPDATE organisations SET default_group = ?3, version = version + 1 WHERE id = ?1 AND version = ?2",
            params![scope.organisation(), version, group],
        )
        .await?;
    Ok(set == 1)
}

/// Every organisation that a tenant's people belong to.
pub async fn organisations_of_tenant(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
) -> Result<Vec<OrganisationId>> {
    conn.all(
        "SELECT id FROM organisations WHERE tenant = ?1 ORDER BY id",
        params![tenant],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

pub async fn organisation_by_customer_number(
    conn: &mut Conn,
    _: SystemScope,
    customer_number: &str,
) -> Result<Option<OrganisationId>> {
    conn.optional(
        "SELECT id FROM organisations WHERE customer_number = ?1",
        params![customer_number],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

/// Some of all organisations, in the order of their ids, after the given one.
pub async fn organisations_after(
    conn: &mut Conn,
    _: SystemScope,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<OrganisationId>> {
    conn.all(
        "SELECT id FROM organisations WHERE CAST(?1 AS UUID) IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
        params![after, limit],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// When an organisation was onboarded.
pub async fn onboarded_at(conn: &mut Conn, scope: &Scope) -> Result<Instant> {
    conn.one(
        "SELECT created_at FROM organisations WHERE id = ?1",
        params![scope.organisation()],
    )
    .await?
    .get(0)
}

/// Raises the organisation's version, if it still stands at `version`, for a change of what other rooms keep of it; says whether
/// it did.
pub async fn raise_version(tx: &mut Tx, scope: &Scope, version: i64) -> Result<bool> {
    let raised = tx
        .execute(
            "UPDATE organisations SET version = version + 1 WHERE id = ?1 AND version = ?2",
            params![scope.organisation(), version],
        )
        .await?;
    Ok(raised == 1)
}

/// The operator at the root, who sells and owns the free pool of numbers.
pub async fn operator(conn: &mut Conn, _: SystemScope) -> Result<OrganisationId> {
    conn.one(
        "SELECT id FROM organisations WHERE kind = 'operator' AND parent IS NULL ORDER BY id LIMIT 1",
        params![],
    )
    .await?
    .get(0)
}

pub(super) async fn insert_organisation(
    tx: &mut Tx,
    ids: &Ids,
    new: &NewOrganisation,
) -> Result<OrganisationId> {
    let id: OrganisationId = ids.make();
    tx.execute(
        "INSERT INTO organisations (id, kind, name, name_fold, customer_number, parent, tenant, language, number_type, created_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1)",
        params![
            id,
            new.kind,
            &new.name,
            fold(&new.name),
            &new.customer_number,
            new.parent,
            new.tenant,
            new.language,
            new.number_type,
            ids.now()
        ],
    )
    .await?;
    tx.execute(
        "INSERT INTO organisation_ancestors (organisation, ancestor)
         SELECT o.id, a.ancestor FROM organisations o, organisation_ancestors a WHERE o.id = ?1 AND a.organisation = ?2",
        params![id, new.parent],
    )
    .await?;
    tx.execute(
        "INSERT INTO organisation_ancestors (organisation, ancestor) VALUES (?1, ?1)",
        params![id],
    )
    .await?;
    Ok(id)
}

pub(super) async fn parent_kind(
    conn: &mut Conn,
    parent: OrganisationId,
) -> Result<Option<OrganisationKind>> {
    conn.optional(
        "SELECT kind FROM organisations WHERE id = ?1",
        params![parent],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

const PRINCIPAL: &str = "id, tenant, object_id, name, username, language, disabled_at";

fn read_principal(row: &Row) -> Result<Principal> {
    Ok(Principal {
        id: row.get(0)?,
        tenant: row.get(1)?,
        object: row.get(2)?,
        name: row.get(3)?,
        username: row.get(4)?,
        language: row.get(5)?,
        enabled: row.get::<Option<Instant>>(6)?.is_none(),
    })
}

/// Whoever this is, if we have given them anything. No scope: it is how a scope begins.
pub async fn principal(
    conn: &mut Conn,
    tenant: TenantId,
    object: ObjectId,
) -> Result<Option<Principal>> {
    conn.optional(
        &format!("SELECT {PRINCIPAL} FROM principals WHERE tenant = ?1 AND object_id = ?2"),
        params![tenant, object],
    )
    .await?
    .as_ref()
    .map(read_principal)
    .transpose()
}

/// Somebody who did something, by the id that the thing remembers.
pub async fn principal_by_id(
    conn: &mut Conn,
    _: SystemScope,
    id: PrincipalId,
) -> Result<Option<Principal>> {
    conn.optional(
        &format!("SELECT {PRINCIPAL} FROM principals WHERE id = ?1"),
        params![id],
    )
    .await?
    .as_ref()
    .map(read_principal)
    .transpose()
}

/// Whoever answers for the organisation and its people: its own administrators, whose accounts are in force.
pub async fn administrators(conn: &mut Conn, scope: &Scope) -> Result<Vec<Principal>> {
    conn.all(
        &format!(
            "SELECT {PRINCIPAL} FROM principals WHERE disabled_at IS NULL AND id IN
               (SELECT a.principal FROM role_assignments a
                WHERE a.organisation = ?1 AND a.role IN ('organisationAdministrator', 'userAdministrator')) ORDER BY id"
        ),
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(read_principal)
    .collect()
}

/// The principal for this identity, made when there is none; the names become the newest ones.
pub(super) async fn upsert_principal(
    tx: &mut Tx,
    ids: &Ids,
    tenant: TenantId,
    object: ObjectId,
    name: &str,
    username: &str,
) -> Result<Principal> {
    let row = tx
        .one(
            &format!(
                "INSERT INTO principals (id, tenant, object_id, name, username, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (tenant, object_id) DO UPDATE SET name = excluded.name, username = excluded.username
                 RETURNING {PRINCIPAL}"
            ),
            params![ids.make::<PrincipalId>(), tenant, object, name, username, ids.now()],
        )
        .await?;
    read_principal(&row)
}

/// Whether this tenant's directory serves any organisation.
pub async fn tenant_is_known(conn: &mut Conn, tenant: TenantId) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM organisations WHERE tenant = ?1 LIMIT 1",
            params![tenant],
        )
        .await?
        .is_some())
}

/// Whether anybody of this tenant has been given anything here.
pub async fn tenant_has_principals(conn: &mut Conn, tenant: TenantId) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM principals WHERE tenant = ?1 LIMIT 1",
            params![tenant],
        )
        .await?
        .is_some())
}

pub async fn set_language(tx: &mut Tx, principal: PrincipalId, language: Language) -> Result<()> {
    tx.execute(
        "UPDATE principals SET language = ?2 WHERE id = ?1",
        params![principal, language],
    )
    .await?;
    Ok(())
}

/// Called when the directory says that accounts are disabled, deleted or back. Rights are read at each request, so this
/// takes effect at once; browser sessions end.
pub async fn set_accounts_enabled(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    objects: &[ObjectId],
    enabled: bool,
    now: Instant,
) -> Result<()> {
    let accounts = || objects.iter().map(|object| values![tenant, *object]);
    if enabled {
        let back: Vec<_> = accounts().collect();
        tx.execute_many(
            "UPDATE principals SET disabled_at = NULL WHERE tenant = ?1 AND object_id = ?2",
            &back,
        )
        .await?;
        return Ok(());
    }
    let off: Vec<_> = objects
        .iter()
        .map(|object| values![tenant, *object, now])
        .collect();
    tx.execute_many(
        "UPDATE principals SET disabled_at = ?3 WHERE tenant = ?1 AND object_id = ?2 AND disabled_at IS NULL",
        &off,
    )
    .await?;
    let ended: Vec<_> = accounts().collect();
    tx.execute_many(
        "DELETE FROM sessions WHERE tenant = ?1 AND object_id = ?2",
        &ended,
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_role(
    tx: &mut Tx,
    ids: &Ids,
    organisation: OrganisationId,
    principal: PrincipalId,
    role: Role,
    granted_by: Option<PrincipalId>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO role_assignments (id, organisation, principal, role, granted_by, granted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (principal, organisation, role) DO NOTHING",
        params![
            ids.make::<RoleAssignmentId>(),
            organisation,
            principal,
            role,
            granted_by,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// Organisations that the caller may see, by name, those with a role of their own first by nature of the filter: `q` is
/// folded and matched within name or customer number. The scope here is the caller: their principal, or their tenant, which
/// is `None` for an application: it is nobody's colleague.
pub async fn memberships(
    conn: &mut Conn,
    principal: Option<PrincipalId>,
    tenant: Option<TenantId>,
    q: &str,
    after: Option<(String, OrganisationId)>,
    limit: i64,
) -> Result<Vec<Membership>> {
    let (after_name, after_id) = after.unzip();
    let rows = conn
        .all(
            &format!(
                "SELECT {ORGANISATION}, r.role FROM
                   (SELECT o.* FROM organisations o
                    WHERE (o.id IN (SELECT a.organisation FROM organisation_ancestors a
                                    JOIN role_assignments r ON r.organisation = a.ancestor
                                    JOIN principals p ON p.id = r.principal
                                    WHERE r.principal = ?1 AND p.disabled_at IS NULL)
                           OR o.tenant = ?2)
                      AND (o.name_fold LIKE ?3 ESCAPE '\\' OR o.customer_number LIKE ?3 ESCAPE '\\')
                      AND (CAST(?4 AS TEXT) IS NULL OR (o.name_fold, o.id) > (?4, ?5))
                    ORDER BY o.name_fold, o.id LIMIT ?6) o
                 JOIN organisation_ancestors a ON a.organisation = o.id
                 LEFT JOIN role_assignments r ON r.organisation = a.ancestor
                   AND r.principal = (SELECT p.id FROM principals p WHERE p.id = ?1 AND p.disabled_at IS NULL)
                 ORDER BY o.name_fold, o.id"
            ),
            params![
                principal,
                tenant,
                like_contains(&fold(q)),
                after_name,
                after_id,
                limit
            ],
        )
        .await?;
    // One row for each organisation and each of its ancestors and the roles there; together they are one membership.
    let mut memberships: Vec<Membership> = Vec::new();
    for row in &rows {
        let id: OrganisationId = row.get(0)?;
        if memberships
            .last()
            .is_none_or(|last| last.organisation.id != id)
        {
            let organisation = read_organisation(row)?;
            memberships.push(Membership {
                own_page: tenant.is_some() && organisation.tenant == tenant,
                permissions: permissions(&[]),
                roles: Vec::new(),
                organisation,
            });
        }
        if let (Some(role), Some(last)) = (
            row.get::<Option<Role>>(ORGANISATION_WIDTH)?,
            memberships.last_mut(),
        ) && !last.roles.contains(&role)
        {
            last.roles.push(role);
        }
    }
    for membership in &mut memberships {
        membership.permissions = permissions(&membership.roles);
    }
    Ok(memberships)
}

/// How many organisations [`memberships`] would give without a limit.
pub async fn count_memberships(
    conn: &mut Conn,
    principal: Option<PrincipalId>,
    tenant: Option<TenantId>,
    q: &str,
) -> Result<u64> {
    let row = conn
        .one(
            "SELECT COUNT(*) FROM organisations o
             WHERE (o.id IN (SELECT a.organisation FROM organisation_ancestors a
                             JOIN role_assignments r ON r.organisation = a.ancestor
                             JOIN principals p ON p.id = r.principal
                             WHERE r.principal = ?1 AND p.disabled_at IS NULL)
                    OR o.tenant = ?2)
               AND (o.name_fold LIKE ?3 ESCAPE '\\' OR o.customer_number LIKE ?3 ESCAPE '\\')",
            params![principal, tenant, like_contains(&fold(q))],
        )
        .await?;
    Ok(u64::try_from(row.get::<i64>(0)?).unwrap_or(0))
}
