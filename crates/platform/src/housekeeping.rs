//! What is swept up every hour: answers kept for idempotency keys, mails that were sent, limits that hold nobody any more, and
//! the audit log's heads, which are written to the log. The log lies outside the database: a head found there shows that a chain's end was cut off (see
//! [`crate::audit::agrees`]), which nothing inside the database can.

use crate::{
    Clock, Ids, Result, audit,
    db::{Db, Tx},
    http::idempotency,
    jobs::{self, Handler, Lease, NewJob, Outcome},
    limits, outbox,
};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// The kind of the job. Its handler is [`SweepUp`].
pub const SWEEP_UP: &str = "platform.sweepUp";

const EVERY: Duration = Duration::from_secs(3600);

/// Sees to it that the job exists. Call it when the server starts; calling it again changes nothing.
pub async fn start(tx: &mut Tx, ids: &Ids) -> Result<()> {
    let job = NewJob {
        kind: SWEEP_UP,
        key: Some("only".to_owned()),
        payload: serde_json::json!({}),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

/// Sweeps up. Register it for [`SWEEP_UP`].
pub struct SweepUp {
    db: Db,
    clock: Arc<dyn Clock>,
    /// The number of the last entry told, for each organisation: only what is new is told again.
    told: Mutex<HashMap<Uuid, i64>>,
}

impl SweepUp {
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        SweepUp {
            db,
            clock,
            told: Mutex::default(),
        }
    }

    async fn tell_heads(&self) -> Result<usize> {
        let mut conn = self.db.read().await?;
        let heads = audit::heads(&mut conn).await?;
        drop(conn);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = 0;
        for (organisation, sequence, hash) in heads {
            if told.insert(organisation, sequence) == Some(sequence) {
                continue;
            }
            new += 1;
            let hash = hex(&hash);
            tracing::info!(%organisation, sequence, hash, "audit head");
        }
        Ok(new)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

#[async_trait]
impl Handler for SweepUp {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let keys = idempotency::purge(&mut tx, now).await?;
        let mails = outbox::purge(&mut tx, now).await?;
        let limits = limits::purge(&mut tx, now).await?;
        tx.commit().await?;
        let heads = self.tell_heads().await?;
        tracing::debug!(keys, mails, limits, heads, "swept up");
        Ok(Outcome::Again(now.plus(EVERY)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Instant,
        audit::AuditEntry,
        db::{self, params},
        jobs::Worker,
        testing::Fixture,
        time::ManualClock,
    };

    #[tokio::test]
    async fn what_is_old_is_swept_up_every_hour_and_each_head_is_told_once() {
        let fixture = Fixture::new(db::migrations()).await;
        let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
        let ids = Ids::new(clock.clone());
        let organisation = Uuid::from_u128(1);
        let mut tx = fixture.db.begin().await.unwrap();
        start(&mut tx, &ids).await.unwrap();
        start(&mut tx, &ids).await.unwrap();
        let entry = AuditEntry::new(organisation, None, "onboard");
        audit::record(&mut tx, &ids, entry).await.unwrap();
        tx.execute(
            "INSERT INTO idempotency_keys
               (principal, organisation, operation, idempotency_key, fingerprint, status, body, created_at)
             VALUES (?1, ?1, 'place_order', 'k', ?2, 202, '{}', ?3)",
            params![organisation, [0_u8; 32], clock.now().minus(idempotency::KEEP)],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();

        let sweep = Arc::new(SweepUp::new(fixture.db.clone(), clock.clone()));
        let worker = Worker::new(fixture.db.clone(), clock.clone()).with(SWEEP_UP, sweep.clone());
        assert_eq!(worker.run_until_idle().await.unwrap(), 1);
        let mut conn = fixture.db.read().await.unwrap();
        let left = conn
            .one("SELECT COUNT(*) FROM idempotency_keys", params![])
            .await
            .unwrap();
        assert_eq!(left.get::<i64>(0).unwrap(), 0);
        drop(conn);
        assert_eq!(sweep.told.lock().unwrap().get(&organisation), Some(&1));
        assert_eq!(sweep.tell_heads().await.unwrap(), 0);

        clock.advance(EVERY);
        assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    }
}
