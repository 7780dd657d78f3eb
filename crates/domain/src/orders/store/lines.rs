//! The lines of items that send hardware.

use super::json;
use crate::{
    access::Scope,
    catalogue::Texts,
    orders::{Action, GoodsLine, OrderId, OrderItem, OrderItemId},
};
use platform::{
    Ids, Result,
    db::{Conn, Tx, params, values},
};
use std::collections::HashMap;
use uuid::Uuid;

pub(in super::super) async fn insert_lines(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    items: &[OrderItem],
) -> Result<()> {
    let mut rows = Vec::new();
    for item in items {
        for (position, line) in item.lines.iter().enumerate() {
            let id: Uuid = ids.make();
            rows.push(values![
                id,
                scope.organisation(),
                item.id,
                position as i64,
                line.offering,
                line.quantity,
                line.price
            ]);
        }
    }
    tx.execute_many(
        "INSERT INTO order_lines (id, organisation, item, position, offering, quantity, price)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &rows,
    )
    .await?;
    Ok(())
}

/// Reads the lines of an order's items into them; asks only where there can be some.
pub(super) async fn fill(
    conn: &mut Conn,
    scope: &Scope,
    order: OrderId,
    items: &mut [OrderItem],
) -> Result<()> {
    if !items.iter().any(|item| item.action == Action::BuyHardware) {
        return Ok(());
    }
    let rows = conn
        .all(
            "SELECT l.item, l.offering, f.name, l.quantity, l.price
             FROM order_items i JOIN order_lines l ON l.item = i.id JOIN offerings f ON f.id = l.offering
             WHERE i.organisation = ?1 AND i.order_id = ?2 ORDER BY i.position, l.position",
            params![scope.organisation(), order],
        )
        .await?;
    let mut lines: HashMap<OrderItemId, Vec<GoodsLine>> = HashMap::new();
    for row in &rows {
        lines.entry(row.get(0)?).or_default().push(GoodsLine {
            offering: row.get(1)?,
            name: json::<Texts>(&row.get::<String>(2)?)?,
            quantity: row.get(3)?,
            price: row.get(4)?,
        });
    }
    for item in items {
        item.lines = lines.remove(&item.id).unwrap_or_default();
    }
    Ok(())
}
