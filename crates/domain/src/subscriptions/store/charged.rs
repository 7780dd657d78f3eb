//! What was charged for in a time, for invoices.

use crate::{
    access::Scope,
    subscriptions::{Charged, Interval},
};
use platform::{
    Instant, Result,
    db::{Conn, params},
};

/// Every interval of the organisation that has a part of the time from `from` up to, and without, `until`, with whom and what it
/// concerns. The earliest first.
pub async fn charged(
    conn: &mut Conn,
    scope: &Scope,
    from: Instant,
    until: Instant,
) -> Result<Vec<Charged>> {
    conn.all(
        "SELECT i.id, i.subscription, i.kind, i.offering, i.monthly, i.started_at, i.ended_at, s.person, p.display_name,
           p.name_key, s.reference,
           (SELECT h.number FROM subscription_numbers h
            WHERE h.organisation = i.organisation AND h.subscription = i.subscription AND h.from_at < ?3
            ORDER BY h.from_at DESC LIMIT 1)
         FROM subscription_intervals i JOIN subscriptions s ON s.id = i.subscription JOIN people p ON p.id = s.person
         WHERE i.organisation = ?1 AND i.started_at < ?3 AND (i.ended_at IS NULL OR i.ended_at > ?2)
         ORDER BY i.started_at, i.id",
        params![scope.organisation(), from, until],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(Charged {
            id: row.get(0)?,
            interval: Interval {
                subscription: row.get(1)?,
                kind: row.get(2)?,
                offering: row.get(3)?,
                monthly: row.get(4)?,
                started_at: row.get(5)?,
                ended_at: row.get(6)?,
            },
            person: row.get(7)?,
            person_name: row.get(8)?,
            person_key: row.get(9)?,
            reference: row.get(10)?,
            number: row.get(11)?,
        })
    })
    .collect()
}
