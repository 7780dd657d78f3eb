//! What goes on by itself: forgetting.

use super::{rules::reading::MONTHS_KEPT, store};
use crate::{access, notices};
use async_trait::async_trait;
use platform::{
    Ids, Period, Result,
    db::{Db, Tx},
    jobs::{self, Handler, Lease, NewJob, Outcome},
};
use std::time::Duration;
use uuid::Uuid;

/// The kind of the job that forgets. Its handler is [`Forget`].
pub const FORGET: &str = "usage.forget";

const EVERY: Duration = Duration::from_secs(6 * 3600);

/// Imports are remembered this long.
const IMPORTS: Duration = Duration::from_secs(90 * 24 * 3600);

/// Subscriptions of one transaction.
const AT_ONCE: i64 = 50;

pub(super) async fn start(tx: &mut Tx, ids: &Ids) -> Result<()> {
    let job = NewJob {
        kind: FORGET,
        key: Some("only".to_owned()),
        payload: serde_json::json!({}),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

/// Forgets usage of billing periods that lie more than thirteen months back, imports of a quarter ago, and addresses that nobody
/// confirmed in time. Register it for [`FORGET`].
pub struct Forget {
    pub db: Db,
    pub ids: Ids,
}

#[async_trait]
impl Handler for Forget {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let system = access::for_system();
        let now = self.ids.now();
        let oldest = Period::of(now).back(MONTHS_KEPT);
        let mut forgotten = 0;
        loop {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            let period = store::oldest_period(&mut tx, system).await?;
            let Some(period) = period.filter(|period| *period < oldest) else {
                break;
            };
            forgotten += store::forget_period(&mut tx, system, period, AT_ONCE).await?;
            tx.commit().await?;
        }
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let imports = store::forget_imports(&mut tx, system, now.minus(IMPORTS)).await?;
        let addresses = notices::forget_unconfirmed(&mut tx, system, now).await?;
        tx.commit().await?;
        tracing::debug!(forgotten, imports, addresses, "old usage was forgotten");
        Ok(Outcome::Again(now.plus(EVERY)))
    }
}
