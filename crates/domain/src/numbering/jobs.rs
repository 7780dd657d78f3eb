//! The job that sets rested numbers free.

use super::ops;
use crate::access::SystemScope;
use async_trait::async_trait;
use platform::{
    Clock, Ids, Result,
    db::{Db, Tx},
    jobs::{self, Handler, Lease, NewJob, Outcome},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// The kind of the job. Its handler is [`EndRests`].
pub const END_RESTS: &str = "numbering.endRests";

/// A rest ends with a day, so this is soon enough.
const EVERY: Duration = Duration::from_secs(15 * 60);

/// Sets free, again and again, the numbers whose rest is over.
pub struct EndRests {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub system: SystemScope,
}

/// Sees to it that the job exists. Call it when the server starts; calling it again changes nothing.
pub async fn start(tx: &mut Tx, ids: &Ids, _: SystemScope) -> Result<()> {
    let job = NewJob {
        kind: END_RESTS,
        key: Some("only".to_owned()),
        payload: serde_json::json!({}),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

#[async_trait]
impl Handler for EndRests {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let freed = ops::end_rests(&mut tx, self.system, now).await?;
        tx.commit().await?;
        tracing::debug!(freed, "numbers have rested");
        Ok(Outcome::Again(now.plus(EVERY)))
    }
}
