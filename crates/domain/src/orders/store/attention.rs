//! Orders that need a person, across organisations.

use crate::{
    access::{OrganisationId, Scope},
    orders::OrderId,
};
use platform::{
    Instant, Result,
    db::{Conn, params},
};

/// An order that stands held until a person has looked.
#[derive(Clone, Debug)]
pub struct NeedsAttention {
    pub id: OrderId,
    pub number: i64,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    /// Of the first item that is held.
    pub why: String,
    pub requested_at: Instant,
}

/// Of the organisation and everything below it, the oldest first; without those that only wait for a service to be agreed.
pub async fn needing_attention_below(
    conn: &mut Conn,
    scope: &Scope,
) -> Result<Vec<NeedsAttention>> {
    conn.all(
        "SELECT o.id, o.number, o.organisation, g.name, o.requested_at,
           COALESCE((SELECT MIN(i.problem_detail) FROM order_items i WHERE i.order_id = o.id AND i.state = 'held'
             AND i.problem_code <> 'serviceBooking'), '')
         FROM organisation_ancestors a JOIN orders o ON o.organisation = a.organisation
         JOIN organisations g ON g.id = o.organisation
         WHERE a.ancestor = ?1 AND o.state = 'held' AND o.held_reason = 'needsAttention'
           AND EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.state = 'held' AND i.problem_code <> 'serviceBooking')
         ORDER BY o.requested_at, o.id LIMIT 1000",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(NeedsAttention {
            id: row.get(0)?,
            number: row.get(1)?,
            organisation: row.get(2)?,
            organisation_name: row.get(3)?,
            requested_at: row.get(4)?,
            why: row.get(5)?,
        })
    })
    .collect()
}
