//! The request for change notifications of each tenant.

use crate::access::{SystemScope, TenantId};
use platform::{
    Error, Instant, Result,
    db::{Conn, Tx, params},
};

/// A request for notifications that is running.
#[derive(Clone, Debug)]
pub(in super::super) struct Subscription {
    pub id: String,
    pub expires_at: Instant,
    pub renew_at: Instant,
}

/// `None`: there is no such mirror. `Some(None)`: none is running.
pub(in super::super) async fn subscription(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
) -> Result<Option<Option<Subscription>>> {
    let Some(row) = conn
        .optional(
            "SELECT subscription, subscription_expires_at, subscription_renew_at FROM tenants WHERE id = ?1",
            params![tenant],
        )
        .await?
    else {
        return Ok(None);
    };
    let parts: (Option<String>, Option<Instant>, Option<Instant>) =
        (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Some(match parts {
        (Some(id), Some(expires_at), Some(renew_at)) => Some(Subscription {
            id,
            expires_at,
            renew_at,
        }),
        _ => None,
    }))
}

/// The hash of the secret that notifications of this subscription must carry, if it is this tenant's.
pub(in super::super) async fn subscription_secret(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
    subscription: &str,
) -> Result<Option<Vec<u8>>> {
    match conn
        .optional(
            "SELECT subscription_secret_hash FROM tenants WHERE subscription = ?1 AND id = ?2",
            params![subscription, tenant],
        )
        .await?
    {
        Some(row) => row.get(0),
        None => Ok(None),
    }
}

/// Keeps a subscription; `secret_hash` is `None` when it was only renewed.
pub(in super::super) async fn save_subscription(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    subscription: &Subscription,
    secret_hash: Option<[u8; 32]>,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET subscription = ?2, subscription_secret_hash = COALESCE(?3, subscription_secret_hash),
           subscription_expires_at = ?4, subscription_renew_at = ?5, subscription_problem = NULL
         WHERE id = ?1",
        params![
            tenant,
            &subscription.id,
            secret_hash,
            subscription.expires_at,
            subscription.renew_at
        ],
    )
    .await?;
    Ok(())
}

/// There is none any more.
pub(in super::super) async fn drop_subscription(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET subscription = NULL, subscription_secret_hash = NULL, subscription_expires_at = NULL,
           subscription_renew_at = NULL, subscription_problem = NULL
         WHERE id = ?1",
        params![tenant],
    )
    .await?;
    Ok(())
}

/// The running one is to be renewed before its time.
pub(in super::super) async fn renew_subscription_at(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    at: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET subscription_renew_at = ?2 WHERE id = ?1 AND subscription IS NOT NULL",
        params![tenant, at],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn set_subscription_problem(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    problem: &str,
) -> Result<()> {
    let changed = tx
        .execute(
            "UPDATE tenants SET subscription_problem = ?2 WHERE id = ?1",
            params![tenant, problem],
        )
        .await?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::internal("a tenant without a mirror"))
    }
}
