//! What was charged once, for invoices.

use crate::{access::Scope, orders::ChargedOnce};
use platform::{
    Instant, Result,
    db::{Conn, params},
};

/// The items of the organisation's that were carried out from `from` up to, and without, `until` and cost something once, or
/// handed something back. The earliest first.
pub async fn charged_once(
    conn: &mut Conn,
    scope: &Scope,
    from: Instant,
    until: Instant,
) -> Result<Vec<ChargedOnce>> {
    conn.all(
        "SELECT COALESCE(l.id, i.id), i.action, i.person, p.display_name, p.name_key, COALESCE(l.offering, i.offering),
           i.subscription, i.number, s.reference, COALESCE(l.quantity, 1), COALESCE(l.price, i.one_time)
         FROM order_items i LEFT JOIN order_lines l ON l.item = i.id LEFT JOIN people p ON p.id = i.person LEFT JOIN subscriptions s ON s.id = i.subscription
         WHERE i.organisation = ?1 AND i.one_time <> 0 AND i.state = 'completed' AND i.ended_at >= ?2 AND i.ended_at < ?3
         ORDER BY i.ended_at, i.id, l.position",
        params![scope.organisation(), from, until],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(ChargedOnce {
            charge: row.get(0)?,
            action: row.get(1)?,
            person: row.get(2)?,
            person_name: row.get(3)?,
            person_key: row.get(4)?,
            offering: row.get(5)?,
            subscription: row.get(6)?,
            number: row.get(7)?,
            reference: row.get(8)?,
            quantity: row.get(9)?,
            price: row.get(10)?,
        })
    })
    .collect()
}
