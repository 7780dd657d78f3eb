//! The reference of a subscription.

use super::super::SubscriptionId;
use crate::access::Scope;
use platform::{
    Result,
    db::{Tx, params},
};

/// Says whether there was something to write on. `version`: only if it still stands there.
pub(super) async fn set(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    version: Option<i64>,
    reference: Option<&str>,
) -> Result<bool> {
    let written = tx
        .execute(
            "UPDATE subscriptions SET reference = ?4, version = version + 1
             WHERE organisation = ?1 AND id = ?2 AND (CAST(?3 AS BIGINT) IS NULL OR version = ?3)",
            params![scope.organisation(), id, version, reference],
        )
        .await?;
    Ok(written == 1)
}
