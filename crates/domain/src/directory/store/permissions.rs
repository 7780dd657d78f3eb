//! What the application was found to be allowed in a tenant, and administrators on their way to consent.

use super::super::{Consent, Finding, Findings};
use crate::access::{ObjectId, OrganisationId, Scope, SystemScope, TenantId};
use platform::{
    Instant, Result,
    db::{Conn, Tx, params},
};

pub(in super::super) async fn save_findings(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    findings: &[Finding],
    now: Instant,
) -> Result<()> {
    for finding in findings {
        tx.execute(
            "INSERT INTO tenant_permissions (tenant, capability, name, state) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, capability) DO UPDATE SET name = excluded.name, state = excluded.state",
            params![tenant, finding.capability, &finding.name, finding.state],
        )
        .await?;
    }
    tx.execute(
        "UPDATE tenants SET permissions_checked_at = ?2 WHERE id = ?1",
        params![tenant, now],
    )
    .await?;
    Ok(())
}

/// What the last look at the organisation's directory found; empty before the first.
pub async fn findings(conn: &mut Conn, scope: &Scope) -> Result<Findings> {
    let found = conn
        .all(
            "SELECT capability, name, state FROM tenant_permissions WHERE tenant = ?1",
            params![scope.tenant()],
        )
        .await?
        .iter()
        .map(|row| {
            Ok(Finding {
                capability: row.get(0)?,
                name: row.get(1)?,
                state: row.get(2)?,
            })
        })
        .collect::<Result<_>>()?;
    let row = conn
        .optional(
            "SELECT permissions_checked_at, throttled_until, subscription_problem FROM tenants WHERE id = ?1",
            params![scope.tenant()],
        )
        .await?;
    Ok(match row {
        Some(row) => Findings {
            found,
            checked_at: row.get(0)?,
            throttled_until: row.get(1)?,
            notification_problem: row.get(2)?,
        },
        None => Findings::default(),
    })
}

pub(in super::super) async fn set_throttled(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    until: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET throttled_until = ?2 WHERE id = ?1",
        params![tenant, until],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn insert_consent(
    tx: &mut Tx,
    state_hash: &[u8],
    consent: &Consent,
    now: Instant,
) -> Result<()> {
    tx.execute("DELETE FROM consents WHERE expires_at < ?1", params![now])
        .await?;
    tx.execute(
        "INSERT INTO consents (state_hash, organisation, tenant, object_id, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            state_hash,
            consent.organisation,
            consent.tenant,
            consent.object,
            consent.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes it: a state is good once.
pub(in super::super) async fn take_consent(
    tx: &mut Tx,
    state_hash: &[u8],
    now: Instant,
) -> Result<Option<Consent>> {
    tx.optional(
        "DELETE FROM consents WHERE state_hash = ?1 AND expires_at > ?2
         RETURNING organisation, tenant, object_id, expires_at",
        params![state_hash, now],
    )
    .await?
    .map(|row| {
        Ok(Consent {
            organisation: row.get::<OrganisationId>(0)?,
            tenant: row.get::<TenantId>(1)?,
            object: row.get::<ObjectId>(2)?,
            expires_at: row.get(3)?,
        })
    })
    .transpose()
}
