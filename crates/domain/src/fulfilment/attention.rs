//! Orders that stand still until a person has looked.

use crate::{
    access::{OrganisationId, Scope},
    orders::{self, OrderId, order_number},
};
use platform::{
    Error, Ids, Instant, Result,
    audit::{self, AuditEntry},
    db::{Conn, Tx},
    saga,
};

/// An order that stands held, in the operator's queue.
#[derive(Clone, Debug)]
pub struct HeldOrder {
    pub id: OrderId,
    /// `O-000123`.
    pub number: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    /// What stands in the way, in the words of whoever refused; of the first item that is held.
    pub why: String,
    pub requested_at: Instant,
}

/// The orders of the organisation and everything below it that need a person, the oldest first.
pub async fn held_below(conn: &mut Conn, scope: &Scope) -> Result<Vec<HeldOrder>> {
    Ok(orders::needing_attention_below(conn, scope)
        .await?
        .into_iter()
        .map(|held| HeldOrder {
            id: held.id,
            number: order_number(held.number),
            organisation: held.organisation,
            organisation_name: held.organisation_name,
            why: held.why,
            requested_at: held.requested_at,
        })
        .collect())
}

/// Somebody has cleared what was in the way: the order is looked at now instead of at its next turn.
///
/// # Errors
/// 404, 409 `orderEnded`.
pub async fn look_again(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<()> {
    let found = orders::order(tx, scope, order).await?;
    if orders::rules::is_final(found.state) {
        return Err(Error::conflict(
            "orderEnded",
            "This order has ended already.",
        ));
    }
    for item in orders::items(tx, scope, order).await? {
        saga::wake(tx, item.id.0).await?;
    }
    let actor = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, actor, "retry_order").on("order", order);
    audit::record(tx, ids, entry).await?;
    orders::ask_to_carry_out(tx, ids, scope, order).await
}
