//! What was used by month and destination, for invoices.

use super::super::{Outgoing, UsedInMonth};
use crate::{access::Scope, subscriptions::SubscriptionId};
use platform::{
    Period, Result,
    db::{Conn, params},
};

/// What of the organisation's was used from one month to another, both included.
pub async fn months(
    conn: &mut Conn,
    scope: &Scope,
    from: Period,
    to: Period,
) -> Result<Vec<UsedInMonth>> {
    conn.all(
        "SELECT subscription, period, kind, records FROM usage_totals
         WHERE organisation = ?1 AND period >= ?2 AND period <= ?3 AND (counted > 0 OR beyond > 0)
         ORDER BY period, subscription, kind",
        params![scope.organisation(), from, to],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(UsedInMonth {
            subscription: row.get(0)?,
            period: row.get(1)?,
            kind: row.get(2)?,
            records: row.get(3)?,
        })
    })
    .collect()
}

/// What went out of these subscriptions in a month.
pub async fn outgoing(
    conn: &mut Conn,
    scope: &Scope,
    period: Period,
    subscriptions: &[SubscriptionId],
) -> Result<Vec<Outgoing>> {
    conn.all_of(
        params![scope.organisation(), period.start(), period.end()],
        subscriptions,
        |places| {
            format!(
                "SELECT subscription, kind, destination, CAST(SUM(quantity) AS BIGINT) FROM usage_records
                 WHERE organisation = ?1 AND started_at >= ?2 AND started_at < ?3 AND subscription IN ({places})
                   AND direction = 'outgoing' GROUP BY subscription, kind, destination"
            )
        },
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Outgoing {
            subscription: row.get(0)?,
            kind: row.get(1)?,
            destination: row.get(2)?,
            quantity: row.get(3)?,
        })
    })
    .collect()
}
