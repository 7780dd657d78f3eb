//! The tables of this room.

mod answers;
mod attention;
mod lines;
mod list;
mod once;
mod open;
mod quotes;

pub use answers::{Booking, bookings_below, service_answer};
pub(super) use answers::{insert_answer, lock_booking};
pub use attention::{NeedsAttention, needing_attention_below};
pub(super) use lines::insert_lines;
pub use list::{ListFilter, ListKey, list, requesters, step_counts};
pub use once::charged_once;
pub use open::open_of_order;
pub(super) use open::{
    endings_since, open_on, open_on_groups, state_of_item, subscription_of_item, tally, touched,
};
pub(super) use quotes::{insert_quote, lock_quote};
pub use quotes::{order_of_quote, quote};

use super::{
    Before, Delivery, HeldReason, ItemRequest, ItemState, Order, OrderId, OrderItem, OrderItemId,
    OrderState, QuoteId,
};
use crate::{
    access::{OrganisationId, Scope, SystemScope},
    catalogue::Texts,
};
use platform::{
    Error, Instant, Result,
    db::{Conn, Row, Tx, params, values},
};

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::internal(format!("stored order JSON: {error}")))
}

fn text<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(format!("order JSON: {error}")))
}

pub(super) async fn next_number(tx: &mut Tx, _: &Scope) -> Result<i64> {
    tx.one(
        "UPDATE order_numbers SET last = last + 1 WHERE singleton = 1 RETURNING last",
        params![],
    )
    .await?
    .get(0)
}

pub(super) async fn insert_order(
    tx: &mut Tx,
    scope: &Scope,
    order: &Order,
    quote: QuoteId,
) -> Result<()> {
    tx.execute(
        "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, comment, one_time, monthly,
           start_at, delivery, undoes, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1)",
        params![
            order.id,
            scope.organisation(),
            order.number,
            quote,
            order.state,
            order.requested_by,
            order.requested_at,
            order.comment.as_deref(),
            order.one_time,
            order.monthly,
            order.start_at,
            order.delivery.as_ref().map(text).transpose()?,
            order.undoes
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_items(
    tx: &mut Tx,
    scope: &Scope,
    order: OrderId,
    items: &[OrderItem],
) -> Result<()> {
    let rows = items
        .iter()
        .map(|item| {
            Ok(values![
                item.id,
                scope.organisation(),
                order,
                item.position,
                item.action,
                item.state,
                item.person,
                item.offering,
                item.subscription,
                item.number.as_deref(),
                item.iccid.as_deref(),
                item.one_time,
                item.monthly,
                item.request.as_ref().map(text).transpose()?,
                text(&item.before)?,
                item.start_at,
                item.after_item,
                item.call_group,
                item.quantity
            ])
        })
        .collect::<Result<Vec<_>>>()?;
    tx.execute_many(
        "INSERT INTO order_items (id, organisation, order_id, position, action, state, person, offering, subscription, number, sim,
           one_time, monthly, request, before, start_at, after_item, call_group, quantity)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
        &rows,
    )
    .await?;
    Ok(())
}

const ORDER: &str = "o.id, o.number, o.state, o.held_reason, o.requested_by, p.name, o.requested_at, o.executed_at, o.cancel_requested_at, o.comment, o.one_time, o.monthly, o.version, o.start_at, o.delivery, o.undoes,
     (SELECT u.id FROM orders u WHERE u.undoes = o.id AND u.state NOT IN ('failed', 'cancelled', 'rejected') LIMIT 1)";

fn read_order(row: &Row) -> Result<Order> {
    Ok(Order {
        id: row.get(0)?,
        number: row.get(1)?,
        state: row.get(2)?,
        held_reason: row.get(3)?,
        requested_by: row.get(4)?,
        requested_by_name: row.get(5)?,
        requested_at: row.get(6)?,
        executed_at: row.get(7)?,
        cancel_requested_at: row.get(8)?,
        comment: row.get(9)?,
        one_time: row.get(10)?,
        monthly: row.get(11)?,
        version: row.get(12)?,
        start_at: row.get(13)?,
        delivery: row
            .get::<Option<String>>(14)?
            .map(|text| json::<Delivery>(&text))
            .transpose()?,
        undoes: row.get(15)?,
        undone_by: row.get(16)?,
    })
}

pub async fn order(conn: &mut Conn, scope: &Scope, id: OrderId) -> Result<Order> {
    read_order(
        &conn
            .one(
                &format!("SELECT {ORDER} FROM orders o JOIN principals p ON p.id = o.requested_by WHERE o.organisation = ?1 AND o.id = ?2"),
                params![scope.organisation(), id],
            )
            .await?,
    )
}

const ITEM: &str = "SELECT i.id, i.position, i.action, i.state, i.person, pe.display_name, i.offering, f.name, i.subscription, i.number, i.sim, i.one_time, i.monthly, i.problem_code, i.problem_detail, i.request, i.before, i.start_at, i.after_item, i.ended_at, i.call_group, g.name, i.order_id, i.quantity
     FROM order_items i LEFT JOIN people pe ON pe.id = i.person LEFT JOIN offerings f ON f.id = i.offering
       LEFT JOIN call_groups g ON g.id = i.call_group";

fn read_item(row: &Row) -> Result<OrderItem> {
    Ok(OrderItem {
        id: row.get(0)?,
        position: row.get(1)?,
        action: row.get(2)?,
        state: row.get(3)?,
        person: row.get(4)?,
        person_name: row.get(5)?,
        offering: row.get(6)?,
        offering_name: row
            .get::<Option<String>>(7)?
            .map(|text| json::<Texts>(&text))
            .transpose()?,
        subscription: row.get(8)?,
        number: row.get(9)?,
        iccid: row.get(10)?,
        one_time: row.get(11)?,
        monthly: row.get(12)?,
        problem_code: row.get(13)?,
        problem_detail: row.get(14)?,
        request: row
            .get::<Option<String>>(15)?
            .map(|text| json::<ItemRequest>(&text))
            .transpose()?,
        before: row
            .get::<Option<String>>(16)?
            .map(|text| json::<Before>(&text))
            .transpose()?
            .unwrap_or_default(),
        start_at: row.get(17)?,
        after_item: row.get(18)?,
        ended_at: row.get(19)?,
        call_group: row.get(20)?,
        call_group_name: row.get(21)?,
        quantity: row.get(23)?,
        lines: Vec::new(),
    })
}

pub async fn items(conn: &mut Conn, scope: &Scope, order: OrderId) -> Result<Vec<OrderItem>> {
    let mut items: Vec<OrderItem> = conn
        .all(
            &format!("{ITEM} WHERE i.organisation = ?1 AND i.order_id = ?2 ORDER BY i.position"),
            params![scope.organisation(), order],
        )
        .await?
        .iter()
        .map(read_item)
        .collect::<Result<_>>()?;
    lines::fill(conn, scope, order, &mut items).await?;
    Ok(items)
}

/// Which order an item belongs to: for events from outside that name only their own reference.
pub async fn order_of_item(
    conn: &mut Conn,
    _: SystemScope,
    item: OrderItemId,
) -> Result<Option<(OrganisationId, OrderId)>> {
    conn.optional(
        "SELECT organisation, order_id FROM order_items WHERE id = ?1",
        params![item],
    )
    .await?
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .transpose()
}

/// Several orders by their ids, the newest first. One that is not the organisation's is left out.
pub async fn orders(conn: &mut Conn, scope: &Scope, ids: &[OrderId]) -> Result<Vec<Order>> {
    let mut found: Vec<Order> = conn
        .all_of(params![scope.organisation()], ids, |places| {
            format!(
                "SELECT {ORDER} FROM orders o JOIN principals p ON p.id = o.requested_by
                 WHERE o.organisation = ?1 AND o.id IN ({places})"
            )
        })
        .await?
        .iter()
        .map(read_order)
        .collect::<Result<_>>()?;
    found.sort_by_key(|order| std::cmp::Reverse((order.requested_at, order.id)));
    Ok(found)
}

/// The items of several orders, for their summaries: (order, item).
pub async fn summaries(
    conn: &mut Conn,
    scope: &Scope,
    orders: &[OrderId],
) -> Result<Vec<(OrderId, OrderItem)>> {
    conn.all_of(params![scope.organisation()], orders, |places| {
        format!("{ITEM} WHERE i.organisation = ?1 AND i.order_id IN ({places}) ORDER BY i.order_id, i.position")
    })
    .await?
    .iter()
    .map(|row| Ok((row.get(22)?, read_item(row)?)))
    .collect()
}

/// `false` when the order has ended or is being cancelled already.
pub(super) async fn request_cancel(
    tx: &mut Tx,
    scope: &Scope,
    order: OrderId,
    now: Instant,
) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE orders SET cancel_requested_at = ?3, version = version + 1
             WHERE organisation = ?1 AND id = ?2 AND cancel_requested_at IS NULL
               AND state IN ('acknowledged', 'pending', 'held', 'inProgress')",
            params![scope.organisation(), order, now],
        )
        .await?
        == 1)
}

/// A final state is never left: the condition keeps it whatever the caller thinks.
pub(super) async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    order: OrderId,
    state: OrderState,
    held: Option<HeldReason>,
    executed_at: Option<Instant>,
) -> Result<()> {
    tx.execute(
        "UPDATE orders SET state = ?3, held_reason = ?4, executed_at = ?5, version = version + 1
         WHERE organisation = ?1 AND id = ?2
           AND state NOT IN ('completed', 'partial', 'failed', 'cancelled', 'rejected')",
        params![scope.organisation(), order, state, held, executed_at],
    )
    .await?;
    Ok(())
}

/// Packs of SIM cards that the organisation has ordered since then, but for those that came to nothing.
pub(super) async fn packs_since(conn: &mut Conn, scope: &Scope, since: Instant) -> Result<i64> {
    conn.one(
        "SELECT CAST(COALESCE(SUM(i.quantity), 0) AS BIGINT) FROM orders o JOIN order_items i ON i.order_id = o.id
         WHERE o.organisation = ?1 AND o.requested_at >= ?2 AND i.action = 'orderSims' AND i.state NOT IN ('failed', 'cancelled')",
        params![scope.organisation(), since],
    )
    .await?
    .get(0)
}

/// Lets the organisation's orders that share a limit come one after the other.
pub(super) async fn lock_organisation(tx: &mut Tx, scope: &Scope) -> Result<()> {
    tx.one(
        "SELECT id FROM organisations WHERE id = ?1 FOR UPDATE",
        params![scope.organisation()],
    )
    .await
    .map(|_| ())
}

/// Locks an order, so that two who would change it come one after the other.
pub(super) async fn lock_order(tx: &mut Tx, scope: &Scope, order: OrderId) -> Result<()> {
    tx.one(
        "SELECT id FROM orders WHERE organisation = ?1 AND id = ?2 FOR UPDATE",
        params![scope.organisation(), order],
    )
    .await
    .map(|_| ())
}

/// Another day for every item that waits for one. Says how many there were.
pub(super) async fn set_start(
    tx: &mut Tx,
    scope: &Scope,
    order: OrderId,
    at: Instant,
) -> Result<u64> {
    let moved = tx
        .execute(
            "UPDATE order_items SET start_at = ?3
             WHERE organisation = ?1 AND order_id = ?2 AND state = 'acknowledged' AND start_at IS NOT NULL",
            params![scope.organisation(), order, at],
        )
        .await?;
    tx.execute(
        "UPDATE orders SET start_at = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2 AND state = 'pending'",
        params![scope.organisation(), order, at],
    )
    .await?;
    Ok(moved)
}

/// Items begin: each with what was there before it.
pub(super) async fn begin_items(
    tx: &mut Tx,
    scope: &Scope,
    items: &[(OrderItemId, Before)],
) -> Result<()> {
    let rows = items
        .iter()
        .map(|(item, before)| Ok(values![scope.organisation(), *item, text(before)?]))
        .collect::<Result<Vec<_>>>()?;
    tx.execute_many(
        "UPDATE order_items SET state = 'inProgress', before = ?3
         WHERE organisation = ?1 AND id = ?2 AND state = 'acknowledged'",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn end_item(
    tx: &mut Tx,
    scope: &Scope,
    item: OrderItemId,
    state: ItemState,
    at: Instant,
    problem: Option<(&str, &str)>,
) -> Result<()> {
    let ended = tx
        .execute(
            "UPDATE order_items SET state = ?3, problem_code = ?4, problem_detail = ?5, ended_at = ?6
             WHERE organisation = ?1 AND id = ?2 AND state NOT IN ('completed', 'failed', 'cancelled')",
            params![
                scope.organisation(),
                item,
                state,
                problem.map(|(code, _)| code),
                problem.map(|(_, why)| why),
                at
            ],
        )
        .await?;
    if ended == 1 {
        Ok(())
    } else {
        Err(Error::internal("an item that has ended was to end again"))
    }
}

/// `true` when it was not held for this before.
pub(super) async fn hold_item(
    tx: &mut Tx,
    scope: &Scope,
    item: OrderItemId,
    code: &str,
    why: &str,
) -> Result<bool> {
    Ok(tx
        .execute(
            "UPDATE order_items SET state = 'held', problem_code = ?3, problem_detail = ?4
             WHERE organisation = ?1 AND id = ?2
               AND (state IN ('acknowledged', 'inProgress') OR (state = 'held' AND problem_code <> ?3))",
            params![scope.organisation(), item, code, why],
        )
        .await?
        == 1)
}

pub(super) async fn unhold_item(tx: &mut Tx, scope: &Scope, item: OrderItemId) -> Result<()> {
    tx.execute(
        "UPDATE order_items SET state = 'inProgress', problem_code = NULL, problem_detail = NULL
         WHERE organisation = ?1 AND id = ?2 AND state = 'held'",
        params![scope.organisation(), item],
    )
    .await?;
    Ok(())
}

pub(super) async fn unhold_unbegun(tx: &mut Tx, scope: &Scope, item: OrderItemId) -> Result<()> {
    tx.execute(
        "UPDATE order_items SET state = 'acknowledged', problem_code = NULL, problem_detail = NULL
         WHERE organisation = ?1 AND id = ?2 AND state = 'held'",
        params![scope.organisation(), item],
    )
    .await?;
    Ok(())
}
