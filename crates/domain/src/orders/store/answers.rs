//! Services that wait for a person, and what was answered.

use super::json;
use crate::{
    access::{OrganisationId, PrincipalId, Scope},
    catalogue::Texts,
    orders::{ItemRequest, OrderId, OrderItemId},
};
use platform::{
    Instant, Result,
    db::{Conn, Tx, params},
};

/// A service that waits for a person of the operator's.
#[derive(Clone, Debug)]
pub struct Booking {
    pub item: OrderItemId,
    pub order_number: i64,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub service: Texts,
    /// What it is to be about.
    pub wish: String,
    pub requested_by_name: String,
    pub requested_at: Instant,
}

/// Those of the organisation and everything below it that nobody has answered, the oldest first.
pub async fn bookings_below(conn: &mut Conn, scope: &Scope) -> Result<Vec<Booking>> {
    conn.all(
        "SELECT i.id, o.number, o.organisation, g.name, f.name, i.request, p.name, o.requested_at
         FROM organisation_ancestors a JOIN orders o ON o.organisation = a.organisation
         JOIN order_items i ON i.order_id = o.id JOIN offerings f ON f.id = i.offering
         JOIN organisations g ON g.id = o.organisation JOIN principals p ON p.id = o.requested_by
         WHERE a.ancestor = ?1 AND o.state = 'held' AND o.cancel_requested_at IS NULL
           AND i.state = 'held' AND i.problem_code = 'serviceBooking'
           AND NOT EXISTS (SELECT 1 FROM order_answers n WHERE n.item = i.id)
         ORDER BY o.requested_at, i.id LIMIT 1000",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| {
        let request: Option<String> = row.get(5)?;
        let request = request.map(|text| json::<ItemRequest>(&text)).transpose()?;
        Ok(Booking {
            item: row.get(0)?,
            order_number: row.get(1)?,
            organisation: row.get(2)?,
            organisation_name: row.get(3)?,
            service: json(&row.get::<String>(4)?)?,
            wish: match request {
                Some(ItemRequest::BookService { wish, .. }) => wish,
                _ => String::new(),
            },
            requested_by_name: row.get(6)?,
            requested_at: row.get(7)?,
        })
    })
    .collect()
}

/// How a booking stands that somebody is about to answer.
pub(in super::super) struct Standing {
    pub order: OrderId,
    /// For an answer.
    pub waits: bool,
    pub cancelled: bool,
}

/// Lets those who would change the booking's order come one after the other.
pub(in super::super) async fn lock_booking(
    tx: &mut Tx,
    scope: &Scope,
    item: OrderItemId,
) -> Result<Option<Standing>> {
    let found = tx
        .optional(
            "SELECT order_id FROM order_items WHERE organisation = ?1 AND id = ?2 AND action = 'bookService'",
            params![scope.organisation(), item],
        )
        .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let order: OrderId = found.get(0)?;
    let cancelled: Option<Instant> = tx
        .one(
            "SELECT cancel_requested_at FROM orders WHERE organisation = ?1 AND id = ?2 FOR UPDATE",
            params![scope.organisation(), order],
        )
        .await?
        .get(0)?;
    let state: String = tx
        .one(
            "SELECT state FROM order_items WHERE organisation = ?1 AND id = ?2",
            params![scope.organisation(), item],
        )
        .await?
        .get(0)?;
    Ok(Some(Standing {
        order,
        waits: state == "held",
        cancelled: cancelled.is_some(),
    }))
}

pub(in super::super) async fn insert_answer(
    tx: &mut Tx,
    scope: &Scope,
    item: OrderItemId,
    confirmed: bool,
    comment: Option<&str>,
    at: Instant,
    by: PrincipalId,
) -> Result<()> {
    tx.execute(
        "INSERT INTO order_answers (item, organisation, confirmed, comment, answered_at, answered_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![item, scope.organisation(), confirmed, comment, at, by],
    )
    .await?;
    Ok(())
}

/// What was answered to an item: whether it was confirmed, and what was said. `None` while nobody has.
pub async fn service_answer(
    conn: &mut Conn,
    scope: &Scope,
    item: OrderItemId,
) -> Result<Option<(bool, Option<String>)>> {
    conn.optional(
        "SELECT confirmed, comment FROM order_answers WHERE organisation = ?1 AND item = ?2",
        params![scope.organisation(), item],
    )
    .await?
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .transpose()
}
