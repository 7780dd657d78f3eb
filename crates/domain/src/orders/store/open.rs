//! What is under way: on subscriptions, and of one order.

use super::{ITEM, read_item};
use crate::{
    access::{PrincipalId, Scope},
    call_groups::CallGroupId,
    catalogue::OfferingId,
    orders::{Action, ItemState, OrderId, OrderItem, OrderItemId, rules},
    subscriptions::SubscriptionId,
};
use platform::{
    Instant, Result,
    db::{Conn, params},
};
use std::collections::HashSet;

/// What is open on a subscription.
pub(in super::super) struct OpenOn {
    pub subscription: SubscriptionId,
    pub order: OrderId,
    pub action: Action,
    pub offering: Option<OfferingId>,
    pub state: ItemState,
    start_at: Option<Instant>,
    /// The number lies with another operator.
    pub port: bool,
}

impl OpenOn {
    /// It has a day of its own to wait for, and other orders may go before it.
    pub fn waits(&self, now: Instant) -> bool {
        self.port
            || (self.state == ItemState::Acknowledged && self.start_at.is_some_and(|at| at > now))
    }
}

/// The items that are open on several subscriptions.
pub(in super::super) async fn open_on(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[SubscriptionId],
) -> Result<Vec<OpenOn>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!(
            "SELECT subscription, order_id, action, state, start_at, problem_code, offering FROM order_items
             WHERE organisation = ?1 AND subscription IN ({places}) AND state IN ('acknowledged', 'inProgress', 'held')"
        )
    })
    .await?
    .iter()
    .map(|row| {
        Ok(OpenOn {
            subscription: row.get(0)?,
            order: row.get(1)?,
            action: row.get(2)?,
            state: row.get(3)?,
            start_at: row.get(4)?,
            port: row
                .get::<Option<String>>(5)?
                .is_some_and(|code| rules::is_at_donor(&code)),
            offering: row.get(6)?,
        })
    })
    .collect()
}

/// What is open on a call group.
pub(in super::super) struct OpenOnGroup {
    pub call_group: CallGroupId,
    pub order: OrderId,
    pub action: Action,
    state: ItemState,
    start_at: Option<Instant>,
}

impl OpenOnGroup {
    /// It has a day of its own to wait for, and other orders may go before it.
    pub fn waits(&self, now: Instant) -> bool {
        self.state == ItemState::Acknowledged && self.start_at.is_some_and(|at| at > now)
    }
}

/// The items that are open on several call groups.
pub(in super::super) async fn open_on_groups(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[CallGroupId],
) -> Result<Vec<OpenOnGroup>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!(
            "SELECT call_group, order_id, action, state, start_at FROM order_items
             WHERE organisation = ?1 AND call_group IN ({places}) AND state IN ('acknowledged', 'inProgress', 'held')"
        )
    })
    .await?
    .iter()
    .map(|row| {
        Ok(OpenOnGroup {
            call_group: row.get(0)?,
            order: row.get(1)?,
            action: row.get(2)?,
            state: row.get(3)?,
            start_at: row.get(4)?,
        })
    })
    .collect()
}

/// Of several orders those of which something was changed by a later one that has not failed, and that was not undone since.
pub(in super::super) async fn touched(
    conn: &mut Conn,
    scope: &Scope,
    orders: &[OrderId],
) -> Result<HashSet<OrderId>> {
    // A later order and the one that undid it leave things as they were.
    let stands = "NOT EXISTS (SELECT 1 FROM orders u WHERE u.undoes = l.order_id AND u.state = 'completed')
               AND NOT EXISTS (SELECT 1 FROM orders u WHERE u.id = l.order_id AND u.undoes > i.order_id AND u.state = 'completed')";
    conn.all_of(params![scope.organisation()], orders, |places| {
        format!(
            "SELECT i.order_id FROM order_items i JOIN order_items l
               ON l.subscription = i.subscription AND l.organisation = i.organisation AND l.order_id <> i.order_id AND l.id > i.id
             WHERE i.organisation = ?1 AND i.order_id IN ({places}) AND l.state NOT IN ('failed', 'cancelled')
               AND NOT (l.state = 'acknowledged' AND l.start_at IS NOT NULL) AND {stands}
             UNION
             SELECT i.order_id FROM order_items i JOIN order_items l
               ON l.call_group = i.call_group AND l.organisation = i.organisation AND l.order_id <> i.order_id AND l.id > i.id
             WHERE i.organisation = ?1 AND i.order_id IN ({places}) AND l.state NOT IN ('failed', 'cancelled')
               AND NOT (l.state = 'acknowledged' AND l.start_at IS NOT NULL) AND {stands}"
        )
    })
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// How many of an order's items are in which state, and of what kind of hold: (state, problem's code, count).
pub(in super::super) async fn tally(
    conn: &mut Conn,
    scope: &Scope,
    order: OrderId,
) -> Result<Vec<(ItemState, Option<String>, i64)>> {
    conn.all(
        "SELECT state, CASE WHEN state = 'held' THEN problem_code END, COUNT(*) FROM order_items
         WHERE organisation = ?1 AND order_id = ?2 GROUP BY state, CASE WHEN state = 'held' THEN problem_code END",
        params![scope.organisation(), order],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    .collect()
}

/// The items of an order that have not ended.
pub async fn open_of_order(
    conn: &mut Conn,
    scope: &Scope,
    order: OrderId,
) -> Result<Vec<OrderItem>> {
    conn.all(
        &format!("{ITEM} WHERE i.organisation = ?1 AND i.order_id = ?2 AND i.state IN ('acknowledged', 'inProgress', 'held') ORDER BY i.position"),
        params![scope.organisation(), order],
    )
    .await?
    .iter()
    .map(read_item)
    .collect()
}

/// The subscription that an item concerns.
pub(in super::super) async fn subscription_of_item(
    conn: &mut Conn,
    scope: &Scope,
    item: OrderItemId,
) -> Result<Option<SubscriptionId>> {
    match conn
        .optional(
            "SELECT subscription FROM order_items WHERE organisation = ?1 AND id = ?2",
            params![scope.organisation(), item],
        )
        .await?
    {
        Some(row) => row.get(0),
        None => Ok(None),
    }
}

/// The state of one item.
pub(in super::super) async fn state_of_item(
    conn: &mut Conn,
    scope: &Scope,
    item: OrderItemId,
) -> Result<Option<ItemState>> {
    conn.optional(
        "SELECT state FROM order_items WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), item],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

/// How many subscriptions of the organisation's somebody has ordered to end since then.
pub(in crate::orders) async fn endings_since(
    conn: &mut Conn,
    scope: &Scope,
    by: PrincipalId,
    since: Instant,
) -> Result<usize> {
    let count: i64 = conn
        .one(
            "SELECT COUNT(*) FROM orders o JOIN order_items i ON i.order_id = o.id
             WHERE o.organisation = ?1 AND o.requested_by = ?2 AND o.requested_at >= ?3 AND o.undoes IS NULL
               AND i.action = ?4",
            params![scope.organisation(), by, since, Action::EndSubscription],
        )
        .await?
        .get(0)?;
    Ok(usize::try_from(count).unwrap_or(0))
}
