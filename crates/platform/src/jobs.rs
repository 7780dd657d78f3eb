//! Work that follows from a change: a job is a row written in the change's own transaction, and a worker runs it afterwards.
//!
//! At least once: a job may run twice, so what it does must bear that; never twice at once, if it has a key. It carries ids, never data. While it runs it is
//! leased; every write of a run goes through [`Lease::guard`], whose fence refuses a run that has lost its lease. Failed
//! runs come back with growing pauses and stand `failed` after [`MAX_ATTEMPTS`], visible in the metrics.
//!
//! **Lost leases.** A run that takes its process with it writes nothing; only its lease runs out. Whoever finds that takes the job over,
//! the second time only while no other such job is at it, so that it is seen which of those that died together is to blame. After
//! [`MAX_LOST`] in a row the job is given up without being run.
//!
//! **Fairness.** A job has a lane (the organisation or tenant it serves). Each new job of a lane gets a turn at least
//! [`SLICE`] after the lane's last one, and ready jobs run in the order of their turns: a lane that asks for 10,000 jobs
//! waits for itself, not the others for it. Jobs for later stand apart (`due`) until their time has come, so that a claim reads
//! only what may run.

use crate::{
    Clock, Error, Ids, Instant, Kind, Result,
    db::{Conn, Db, Row, Tx, params},
};
use async_trait::async_trait;
use futures::FutureExt;
use std::{
    collections::HashMap, convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Duration,
};
use uuid::Uuid;

/// Virtual time between the turns of one lane.
const SLICE: Duration = Duration::from_millis(20);
/// A run that is longer than this without a heartbeat is taken for dead.
pub const LEASE: Duration = Duration::from_secs(30);
pub const MAX_ATTEMPTS: i64 = 30;
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Leases of one job that may run out in a row.
pub const MAX_LOST: i64 = 5;
/// How long a job is put off whose processes died: so long first, and twice as long each time that it happens again.
const FIRST_PUT_OFF: Duration = Duration::from_secs(3600);
const LONGEST_PUT_OFF: Duration = Duration::from_secs(24 * 3600);
/// The row of `job_lanes` that is locked while it is decided which of the jobs with lost leases is tried next. No lane has this id.
const SUSPECTS: Uuid = Uuid::max();
/// An expired lease `j` that may be taken over at the moment `?1`.
const TO_BE_TAKEN_OVER: &str = "j.state = 'running' AND j.lease_until < ?1
    AND (j.lost = 0 OR NOT EXISTS (SELECT 1 FROM jobs r WHERE r.state = 'running' AND r.lost > 1 AND r.lease_until >= ?1))";
/// How often a worker looks for jobs that other processes wrote or whose time has come.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A job to be written. `kind` names its handler.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: &'static str,
    /// Asking for a ready job with the same key again changes nothing but its time, which becomes the earlier one. One that was put
    /// off because its processes died is not hastened: starting again asks for much.
    pub key: Option<String>,
    /// Ids only.
    pub payload: serde_json::Value,
    pub lane: Uuid,
    pub run_after: Option<Instant>,
}

/// Writes the job in the caller's transaction.
pub async fn enqueue(tx: &mut Tx, ids: &Ids, job: NewJob) -> Result<()> {
    let now = ids.now();
    let run_after = job.run_after.unwrap_or(now);
    let due = run_after <= now;
    let turn = match job.run_after {
        // A job for later takes its turn when its time comes.
        Some(later) if later > now => later,
        _ => {
            let row = tx
                .one(
                    "INSERT INTO job_lanes (lane, last_turn) VALUES (?1, ?2)
                     ON CONFLICT (lane) DO UPDATE SET last_turn =
                       CASE WHEN job_lanes.last_turn + ?3 > excluded.last_turn
                            THEN job_lanes.last_turn + ?3 ELSE excluded.last_turn END
                     RETURNING last_turn",
                    params![job.lane, now, SLICE.as_micros() as i64],
                )
                .await?;
            row.get(0)?
        }
    };
    tx.execute(
        "INSERT INTO jobs (id, kind, key, payload, state, lane, turn, run_after, attempts, fence, created_at, due)
         VALUES (?1, ?2, ?3, ?4, 'ready', ?5, ?6, ?7, 0, 0, ?8, ?9)
         ON CONFLICT (kind, key) WHERE state = 'ready' AND key IS NOT NULL DO UPDATE SET
           due = jobs.due OR excluded.due,
           turn = CASE WHEN excluded.turn < jobs.turn THEN excluded.turn ELSE jobs.turn END,
           run_after = CASE WHEN excluded.run_after < jobs.run_after THEN excluded.run_after ELSE jobs.run_after END
         WHERE jobs.lost < ?10",
        params![
            ids.uuid(), job.kind, job.key, job.payload, job.lane, turn, run_after, now, due, MAX_LOST
        ],
    )
    .await?;
    Ok(())
}

/// A job that this worker has claimed.
#[derive(Clone, Debug)]
pub struct Lease {
    pub job: Uuid,
    pub kind: String,
    pub payload: serde_json::Value,
    /// Runs so far, this one included.
    pub attempts: i64,
    fence: i64,
    /// Leases before this one that ran out, in a row.
    lost: i64,
    /// It was running, and its lease had run out.
    taken_over: bool,
    has_key: bool,
}

impl Lease {
    /// Call it first in each transaction of a run: it fails when another worker has taken the job over, so that two workers
    /// never both have an effect.
    pub async fn guard(&self, tx: &mut Tx) -> Result<()> {
        let held = tx
            .execute(
                "UPDATE jobs SET fence = fence WHERE id = ?1 AND fence = ?2 AND state = 'running'",
                params![self.job, self.fence],
            )
            .await?;
        if held == 1 {
            Ok(())
        } else {
            Err(Error::conflict(
                "leaseLost",
                "another worker has taken this job over",
            ))
        }
    }

    fn read(row: &Row) -> Result<Lease> {
        Ok(Lease {
            job: row.get(0)?,
            kind: row.get(1)?,
            payload: row.get(2)?,
            attempts: row.get(3)?,
            fence: row.get(4)?,
            lost: row.get(5)?,
            taken_over: false,
            has_key: row.get::<Option<String>>(6)?.is_some(),
        })
    }
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Run again at this time; not a failure.
    Again(Instant),
}

/// What a job of one kind does. An error is a failed run: it is tried again later.
#[async_trait]
pub trait Handler: Send + Sync {
    async fn run(&self, lease: &Lease) -> Result<Outcome>;

    /// Its tries are used up, for the reason given: what it was for must not stand as if somebody were at it. In the transaction
    /// that records it. The job is tried again then, or, for `None`, stands `failed`. After lost leases it is tried again later than
    /// that, and, if it has a key, in any case: as long as it waits nobody else asks for the same.
    async fn given_up(&self, _: &mut Tx, _: &Lease, _: &str) -> Result<Option<Instant>> {
        Ok(None)
    }
}

/// Runs jobs. Build it with every handler; a kind without one stays ready and is reported.
pub struct Worker {
    db: Db,
    clock: Arc<dyn Clock>,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    /// How often the lease of a run is renewed.
    beat: Duration,
}

impl Worker {
    pub fn new(db: Db, clock: Arc<dyn Clock>) -> Self {
        Worker {
            db,
            clock,
            handlers: HashMap::new(),
            beat: LEASE / 3,
        }
    }

    #[must_use]
    pub fn with(mut self, kind: &'static str, handler: Arc<dyn Handler>) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Runs until `stop` is cancelled. `concurrency` jobs at once; each in flight is finished first.
    pub async fn run(
        self: Arc<Self>,
        concurrency: usize,
        stop: tokio_util::sync::CancellationToken,
    ) {
        let lanes = (0..concurrency.max(1)).map(|_| {
            let worker = self.clone();
            let stop = stop.clone();
            tokio::spawn(async move { worker.lane(stop).await })
        });
        futures::future::join_all(lanes).await;
    }

    async fn lane(&self, stop: tokio_util::sync::CancellationToken) {
        let committed = self.db.committed();
        while !stop.is_cancelled() {
            let woken = committed.notified();
            match self.run_one().await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::select! {
                        () = woken => {}
                        () = tokio::time::sleep(LOOK_EVERY) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be claimed");
                    tokio::select! {
                        () = tokio::time::sleep(LOOK_EVERY * 4) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }

    /// Runs every job whose time has come, and those that they ask for, until none is left. For tests, which so need no
    /// waiting. Says how many runs there were.
    pub async fn run_until_idle(&self) -> Result<usize> {
        let mut runs = 0;
        while self.run_one().await? {
            runs += 1;
            if runs > 100_000 {
                return Err(Error::internal("the jobs never come to rest"));
            }
        }
        Ok(runs)
    }

    /// Claims and runs one job; `false` when none is due.
    pub async fn run_one(&self) -> Result<bool> {
        let Some(lease) = self.claim().await? else {
            return Ok(false);
        };
        if lease.lost >= MAX_LOST && lease.taken_over {
            self.give_up(&lease, LOST).await?;
            return Ok(true);
        }
        let Some(handler) = self.handlers.get(lease.kind.as_str()).cloned() else {
            self.postpone(&lease, "no handler for this kind in this version")
                .await?;
            return Ok(true);
        };
        let started = self.clock.now();
        let outcome = self.run_with_heartbeat(&*handler, &lease).await;
        let seconds = self.clock.now().since(started).as_secs_f64();
        metrics::histogram!("switchboard_job_seconds", "kind" => lease.kind.clone())
            .record(seconds);
        match outcome {
            Ok(Outcome::Done) => self.finish(&lease).await?,
            Ok(Outcome::Again(at)) => self.again(&lease, at).await?,
            Err(error) if error.code == "leaseLost" => {
                tracing::warn!(job = %lease.job, kind = %lease.kind, "a run lost its lease and changed nothing");
            }
            Err(error) => {
                tracing::warn!(job = %lease.job, kind = %lease.kind, attempts = lease.attempts, %error, "a job failed");
                self.postpone(&lease, &error.to_string()).await?;
            }
        }
        Ok(true)
    }

    /// Run and heartbeat go side by side: inside a transaction a run holds what the heartbeat waits for. A panic is a failed
    /// run, not the end of this worker.
    async fn run_with_heartbeat(&self, handler: &dyn Handler, lease: &Lease) -> Result<Outcome> {
        let run = AssertUnwindSafe(handler.run(lease)).catch_unwind();
        tokio::select! {
            outcome = run => outcome.unwrap_or_else(|panic| {
                let said = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("without words");
                Err(Error::internal(format!("panic: {said}")))
            }),
            never = self.keep_lease(lease) => match never {},
        }
    }

    async fn keep_lease(&self, lease: &Lease) -> Infallible {
        loop {
            tokio::time::sleep(self.beat).await;
            // If this fails the fence decides; the run itself goes on.
            if let Err(error) = self.heartbeat(lease).await {
                tracing::warn!(job = %lease.job, %error, "a lease could not be renewed");
            }
        }
    }

    async fn claim(&self) -> Result<Option<Lease>> {
        let now = self.clock.now();
        // Looking costs no write; most looks find nothing.
        let mut conn = self.db.read().await?;
        let look = conn
            .one(
                &format!(
                    "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'ready' AND NOT due AND run_after <= ?1),
                            EXISTS (SELECT 1 FROM jobs j WHERE j.state = 'ready' AND j.due AND j.run_after <= ?1
                                      AND NOT EXISTS (SELECT 1 FROM jobs r
                                                      WHERE r.state = 'running' AND r.kind = j.kind AND r.key = j.key))
                         OR EXISTS (SELECT 1 FROM jobs j WHERE {TO_BE_TAKEN_OVER})"
                ),
                params![now],
            )
            .await?;
        drop(conn);
        let (time_has_come, any): (bool, bool) = (look.get(0)?, look.get(1)?);
        if !time_has_come && !any {
            return Ok(None);
        }
        let mut tx = self.db.begin().await?;
        let now = self.clock.now();
        let until = now.plus(LEASE);
        if time_has_come {
            tx.execute(
                "UPDATE jobs SET due = TRUE
                 WHERE id IN (SELECT id FROM jobs WHERE state = 'ready' AND NOT due AND run_after <= ?1
                              ORDER BY run_after LIMIT 1000 FOR UPDATE SKIP LOCKED)",
                params![now],
            )
            .await?;
        }
        let row = tx
            .optional(
                "UPDATE jobs SET state = 'running', attempts = attempts + 1, fence = fence + 1, lease_until = ?2
                 WHERE id = (SELECT j.id FROM jobs j WHERE j.state = 'ready' AND j.due AND j.run_after <= ?1
                               AND NOT EXISTS (SELECT 1 FROM jobs r
                                               WHERE r.state = 'running' AND r.kind = j.kind AND r.key = j.key)
                             ORDER BY j.turn LIMIT 1 FOR UPDATE SKIP LOCKED)
                 RETURNING id, kind, payload, attempts, fence, lost, key",
                params![now, until],
            )
            .await?;
        let lease = match row {
            Some(row) => Some(Lease::read(&row)?),
            None => take_over(&mut tx, now, until).await?,
        };
        tx.commit().await?;
        if let Some(lease) = lease.as_ref().filter(|lease| lease.taken_over) {
            metrics::counter!("switchboard_jobs_lost_total", "kind" => lease.kind.clone())
                .increment(1);
            tracing::warn!(job = %lease.job, kind = %lease.kind, lost = lease.lost, "a job's lease ran out; it is taken over");
        }
        Ok(lease)
    }

    async fn heartbeat(&self, lease: &Lease) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.execute(
            "UPDATE jobs SET lease_until = ?3 WHERE id = ?1 AND fence = ?2 AND state = 'running'",
            params![lease.job, lease.fence, self.clock.now().plus(LEASE)],
        )
        .await?;
        tx.commit().await
    }

    async fn finish(&self, lease: &Lease) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.execute(
            "DELETE FROM jobs WHERE id = ?1 AND fence = ?2",
            params![lease.job, lease.fence],
        )
        .await?;
        tx.commit().await
    }

    async fn again(&self, lease: &Lease, at: Instant) -> Result<()> {
        self.give_back(lease, at, Some(0), None).await
    }

    /// Somebody may be asking for the same at this very moment, in a transaction that we do not see until the unique index makes
    /// us wait for it and fail. Then it is there to be seen.
    async fn give_back(
        &self,
        lease: &Lease,
        at: Instant,
        attempts: Option<i64>,
        why: Option<&str>,
    ) -> Result<()> {
        let mut tries = 0;
        loop {
            let mut tx = self.db.begin().await?;
            match release(&mut tx, lease, at, attempts, why).await {
                Ok(()) => return tx.commit().await,
                Err(error) if error.kind == Kind::Conflict && tries < 5 => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn postpone(&self, lease: &Lease, why: &str) -> Result<()> {
        if lease.attempts >= MAX_ATTEMPTS {
            return self.give_up(lease, why).await;
        }
        let at = self.clock.now().plus(pause(lease.attempts));
        self.give_back(lease, at, None, Some(why)).await
    }

    async fn give_up(&self, lease: &Lease, why: &str) -> Result<()> {
        metrics::counter!("switchboard_jobs_given_up_total", "kind" => lease.kind.clone())
            .increment(1);
        tracing::error!(job = %lease.job, kind = %lease.kind, "a job was given up and needs a person");
        // Telling it may be what the process dies of, too: it is tried twice.
        let tell = lease.lost <= MAX_LOST + 1;
        if let Some(handler) = self.handlers.get(lease.kind.as_str()).filter(|_| tell) {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            match handler.given_up(&mut tx, lease, why).await {
                Ok(at) => {
                    self.end(&mut tx, lease, at, why).await?;
                    return tx.commit().await;
                }
                // What keeps the job from running may keep this from being written too.
                Err(error) => {
                    tracing::error!(job = %lease.job, %error, "that it was given up cannot be told")
                }
            }
        }
        let mut tx = self.db.begin().await?;
        self.end(&mut tx, lease, None, why).await?;
        tx.commit().await
    }

    /// What becomes of a job that was given up: ready again at this time, or failed.
    async fn end(&self, tx: &mut Tx, lease: &Lease, at: Option<Instant>, why: &str) -> Result<()> {
        if lease.lost < MAX_LOST {
            return match at {
                Some(at) => release(tx, lease, at, None, Some(why)).await,
                None => fail(tx, lease, why).await,
            };
        }
        let earliest = self.clock.now().plus(put_off(lease.lost));
        match at.map(|at| at.max(earliest)) {
            None if lease.has_key => hold_back(tx, lease, earliest, why).await,
            None => fail(tx, lease, why).await,
            Some(at) => hold_back(tx, lease, at, why).await,
        }
    }
}

/// What a job says whose processes died.
const LOST: &str = "the process ended every time while this ran, or was cut off from the database";

/// A job whose lease has run out. Those whose lease did so before are tried one at a time.
async fn take_over(tx: &mut Tx, now: Instant, until: Instant) -> Result<Option<Lease>> {
    let expired = tx
        .one(
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_until < ?1)",
            params![now],
        )
        .await?;
    if !expired.get::<bool>(0)? {
        return Ok(None);
    }
    // Two workers that decide at the same moment decide one after the other.
    tx.execute(
        "INSERT INTO job_lanes (lane, last_turn) VALUES (?1, 0)
         ON CONFLICT (lane) DO UPDATE SET last_turn = job_lanes.last_turn",
        params![SUSPECTS],
    )
    .await?;
    let row = tx
        .optional(
            &format!(
                "UPDATE jobs SET attempts = attempts + 1, fence = fence + 1, lost = lost + 1, lease_until = ?2
                 WHERE id = (SELECT j.id FROM jobs j WHERE {TO_BE_TAKEN_OVER}
                             ORDER BY j.lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
                 RETURNING id, kind, payload, attempts, fence, lost, key"
            ),
            params![now, until],
        )
        .await?;
    let mut lease = row.as_ref().map(Lease::read).transpose()?;
    if let Some(lease) = &mut lease {
        lease.taken_over = true;
    }
    Ok(lease)
}

/// Ready again, not before `at` whoever asks. What was asked for meanwhile becomes one with it.
async fn hold_back(tx: &mut Tx, lease: &Lease, at: Instant, why: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM jobs WHERE state = 'ready' AND EXISTS
           (SELECT 1 FROM jobs own WHERE own.id = ?1 AND own.fence = ?2 AND own.kind = jobs.kind AND own.key = jobs.key)",
        params![lease.job, lease.fence],
    )
    .await?;
    tx.execute(
        "UPDATE jobs SET state = 'ready', run_after = ?3, turn = ?3, due = FALSE, lease_until = NULL, last_error = ?4
         WHERE id = ?1 AND fence = ?2",
        params![lease.job, lease.fence, at, why],
    )
    .await?;
    Ok(())
}

async fn fail(tx: &mut Tx, lease: &Lease, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'failed', lease_until = NULL, last_error = ?3 WHERE id = ?1 AND fence = ?2",
        params![lease.job, lease.fence, why],
    )
    .await?;
    Ok(())
}

/// Back to ready. If the same key was asked for while this ran, that newer job stands, at the earlier of both times,
/// and this one goes.
async fn release(
    tx: &mut Tx,
    lease: &Lease,
    at: Instant,
    attempts: Option<i64>,
    why: Option<&str>,
) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET run_after = ?3, turn = ?3, due = FALSE WHERE state = 'ready' AND run_after > ?3 AND EXISTS
           (SELECT 1 FROM jobs own WHERE own.id = ?1 AND own.fence = ?2 AND own.kind = jobs.kind AND own.key = jobs.key
              AND own.id <> jobs.id)",
        params![lease.job, lease.fence, at],
    )
    .await?;
    let merged = tx
        .execute(
            "DELETE FROM jobs WHERE id = ?1 AND fence = ?2 AND key IS NOT NULL AND EXISTS
               (SELECT 1 FROM jobs other WHERE other.kind = jobs.kind AND other.key = jobs.key
                  AND other.state = 'ready' AND other.id <> jobs.id)",
            params![lease.job, lease.fence],
        )
        .await?;
    if merged == 0 {
        tx.execute(
            "UPDATE jobs SET state = 'ready', run_after = ?3, turn = ?3, due = FALSE, lease_until = NULL, last_error = ?5,
               attempts = COALESCE(?4, attempts), lost = 0
             WHERE id = ?1 AND fence = ?2",
            params![lease.job, lease.fence, at, attempts, why],
        )
        .await?;
    }
    Ok(())
}

/// 1 s, 2 s, 4 s … up to a quarter of an hour.
pub fn pause(attempts: i64) -> Duration {
    let doublings = u32::try_from((attempts - 1).clamp(0, 20)).unwrap_or(20);
    FIRST_PAUSE
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(LONGEST_PAUSE)
}

/// 1 h, 2 h, 4 h … up to a day.
fn put_off(lost: i64) -> Duration {
    let doublings = u32::try_from((lost - MAX_LOST).clamp(0, 10)).unwrap_or(10);
    FIRST_PUT_OFF
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(LONGEST_PUT_OFF)
}

/// What an operator watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    pub ready: i64,
    pub running: i64,
    pub failed: i64,
}

pub async fn backlog(conn: &mut Conn) -> Result<Backlog> {
    let mut backlog = Backlog::default();
    for row in conn
        .all("SELECT state, COUNT(*) FROM jobs GROUP BY state", &[])
        .await?
    {
        let count = row.get(1)?;
        match row.get::<String>(0)?.as_str() {
            "ready" => backlog.ready = count,
            "running" => backlog.running = count,
            _ => backlog.failed = count,
        }
    }
    Ok(backlog)
}

#[cfg(test)]
mod tests;
