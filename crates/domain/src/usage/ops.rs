//! The verbs of this room, but for the import.

use super::{UsageTotal, jobs, rules::reading::MONTHS_KEPT, store};
use crate::{access::Scope, subscriptions::SubscriptionId};
use platform::{
    Ids, Period, Result,
    db::{Conn, Tx},
};

/// What a subscription used in the billing periods that are kept, the newest first.
pub async fn of_subscription(
    conn: &mut Conn,
    scope: &Scope,
    subscription: SubscriptionId,
    now: Period,
) -> Result<Vec<UsageTotal>> {
    store::totals(conn, scope, subscription, now.back(MONTHS_KEPT)).await
}

/// Sees to it that what is too old is forgotten. Call it when the server starts; calling it again changes nothing.
pub async fn start(tx: &mut Tx, ids: &Ids) -> Result<()> {
    jobs::start(tx, ids).await
}
