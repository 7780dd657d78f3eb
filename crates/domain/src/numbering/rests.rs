//! Numbers that rested long enough are free again: once a day, as the day begins in Denmark.

use super::ops;
use crate::access;
use async_trait::async_trait;
use platform::{
    Clock, Ids, Instant, Result,
    db::{Db, Tx},
    jobs::{self, Handler, Lease, NewJob, Outcome},
};
use std::sync::Arc;
use uuid::Uuid;

/// The kind of the job. Its handler is [`EndRests`].
pub const END_RESTS: &str = "numbering.endRests";

/// Sees to it that the job exists. Call it when the server starts; calling it again changes nothing.
pub async fn start_rests(tx: &mut Tx, ids: &Ids) -> Result<()> {
    let job = NewJob {
        kind: END_RESTS,
        key: Some("only".to_owned()),
        payload: serde_json::json!({}),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

/// Ends the rests that are over. A day that was slept through is caught up with at the next start.
pub struct EndRests {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Handler for EndRests {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let ended = ops::end_rests(&mut tx, access::for_system(), now).await?;
        tx.commit().await?;
        if ended > 0 {
            tracing::info!(ended, "numbers have rested and are free again");
        }
        Ok(Outcome::Again(next_day(now)))
    }
}

/// The beginning of the next day in Denmark.
fn next_day(now: Instant) -> Instant {
    let today = now.danish_day();
    today.tomorrow().map_or(now, Instant::of_danish_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_day_begins_at_danish_midnight_also_when_the_clocks_change() {
        for (now, expected) in [
            ("2026-11-20T11:00:00Z", "2026-11-20T23:00:00Z"),
            ("2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
            ("2027-03-27T23:30:00Z", "2027-03-28T22:00:00Z"),
            ("2026-10-24T22:30:00Z", "2026-10-25T23:00:00Z"),
        ] {
            let at = |text: &str| Instant::parse(text).unwrap();
            assert_eq!(next_day(at(now)), at(expected), "{now}");
        }
    }
}
