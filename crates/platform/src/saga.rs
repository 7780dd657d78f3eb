//! A piece of work with several effects outside, none of which can be rolled back: its steps run in order, and when one
//! fails for good the ones before it are compensated in reverse.
//!
//! Each step runs as claim → outside call → record, in a transaction, outside any, and in a transaction. A step that may have
//! been tried before (`attempts > 1`) asks what happened before it repeats: that is the executor's duty, and its reference
//! outside is [`Step::id`], which never changes.

use crate::{
    Clock, Ids, Instant, Result,
    db::{Conn, Db, Row, Tx, params, values},
    jobs::{Lease, pause},
    words,
};
use async_trait::async_trait;
use std::time::Duration;
use uuid::Uuid;

words! {
    pub enum StepState {
        Pending = "pending",
        /// Claimed: an outside call may have been made.
        Running = "running",
        Done = "done",
        /// Refused for good; it has no effect outside.
        Failed = "failed",
        Compensating = "compensating",
        Compensated = "compensated",
        /// Never begun, and never will be.
        Skipped = "skipped",
    }
}

#[derive(Clone, Debug)]
pub struct Step {
    /// Goes along with every outside call as its reference.
    pub id: Uuid,
    pub saga: Uuid,
    pub position: i64,
    pub kind: String,
    pub state: StepState,
    pub payload: serde_json::Value,
    pub memo: serde_json::Value,
    /// Tries in the present direction, the one under way included.
    pub attempts: i64,
    pub next_at: Option<Instant>,
    pub outcome: Option<String>,
    pub started_at: Option<Instant>,
    pub finished_at: Option<Instant>,
}

impl PartialEq for Step {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.state == other.state
    }
}

/// What one try of a step, or of its compensation, came to.
#[derive(Clone, Debug, PartialEq)]
pub enum StepOutcome {
    Done {
        memo: serde_json::Value,
    },
    /// Under way outside: look again then. Does not count as a failed try.
    Wait {
        until: Instant,
        memo: serde_json::Value,
    },
    /// Something passing. After [`TRIES`] of them the saga is stuck and a person is asked.
    Retry {
        after: Option<Duration>,
        why: String,
    },
    /// Refused for good, without effect. For a compensation: a person must mend it.
    Failed {
        why: String,
    },
}

/// Passing failures of one step before a person is asked: about an hour of growing pauses.
pub const TRIES: i64 = 12;

/// A claim that took longer is not acted on: whoever was held up so long, a machine that slept perhaps, may have lost the lease
/// meanwhile, and no fence stands before a call outside.
const STALE_CLAIM: Duration = Duration::from_secs(10);

/// How steps are carried out.
#[async_trait]
pub trait Executor: Send + Sync {
    async fn run(&self, step: &Step) -> StepOutcome;
    /// Takes the step's effect back; must bear being called twice, and when there was no effect.
    async fn compensate(&self, step: &Step) -> StepOutcome;
    /// In the transaction that records a step's new state.
    async fn recorded(&self, tx: &mut Tx, step: &Step) -> Result<()>;
}

/// Where the saga stands when nothing more can be done now.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Completed,
    /// Every effect was taken back; `why` from the step that failed, `None` when it was asked for.
    Unwound {
        why: Option<String>,
    },
    Waiting {
        until: Instant,
    },
    /// A person is needed: a step has used up its tries, or an effect cannot be taken back.
    Stuck {
        why: String,
    },
}

/// What to do next; pure.
#[derive(Debug, PartialEq)]
enum Next<'a> {
    Run(&'a Step),
    Compensate(&'a Step),
    Wait(Instant),
    /// As [`Next::Wait`], after every try was used up.
    Stuck(String),
    Completed,
    Unwound(Option<String>),
}

fn next<'a>(steps: &'a [Step], unwind: bool, now: Instant) -> Next<'a> {
    let failed = steps.iter().find(|step| step.state == StepState::Failed);
    let turned = steps
        .iter()
        .any(|step| matches!(step.state, StepState::Compensating | StepState::Compensated));
    let pause = |step: &Step| {
        let until = step.next_at.filter(|at| *at > now)?;
        // Whoever looks before the next try still finds it stuck.
        Some(match &step.outcome {
            Some(why) if step.attempts >= TRIES => Next::Stuck(why.clone()),
            _ => Next::Wait(until),
        })
    };
    if failed.is_some() || turned || unwind {
        // A running step may have had its effect: it is compensated like a finished one.
        let last = steps.iter().rev().find(|step| {
            matches!(
                step.state,
                StepState::Done | StepState::Running | StepState::Compensating
            )
        });
        return match last {
            Some(step) if step.state == StepState::Compensating => {
                pause(step).unwrap_or(Next::Compensate(step))
            }
            Some(step) => Next::Compensate(step),
            None => Next::Unwound(failed.and_then(|step| step.outcome.clone())),
        };
    }
    match steps.iter().find(|step| step.state != StepState::Done) {
        None => Next::Completed,
        Some(step) => pause(step).unwrap_or(Next::Run(step)),
    }
}

/// Writes the steps of a saga, in order, each with its kind and payload.
pub async fn plan(
    tx: &mut Tx,
    ids: &Ids,
    saga: Uuid,
    steps: &[(&str, serde_json::Value)],
) -> Result<()> {
    for (position, (kind, payload)) in steps.iter().enumerate() {
        tx.execute(
            "INSERT INTO saga_steps (id, saga, position, kind, state, payload, memo, attempts)
             VALUES (?1, ?2, ?3, ?4, 'pending', ?5, '{}', 0)",
            params![ids.uuid(), saga, position as i64, *kind, payload.clone()],
        )
        .await?;
    }
    Ok(())
}

/// Writes the steps of many sagas at once; see [`plan`].
pub async fn plan_many(
    tx: &mut Tx,
    ids: &Ids,
    sagas: &[(Uuid, Vec<(&str, serde_json::Value)>)],
) -> Result<()> {
    let mut rows = Vec::new();
    for (saga, steps) in sagas {
        for (position, (kind, payload)) in steps.iter().enumerate() {
            rows.push(values![
                ids.uuid(),
                *saga,
                position as i64,
                *kind,
                payload.clone()
            ]);
        }
    }
    tx.execute_many(
        "INSERT INTO saga_steps (id, saga, position, kind, state, payload, memo, attempts)
         VALUES (?1, ?2, ?3, ?4, 'pending', ?5, '{}', 0)",
        &rows,
    )
    .await?;
    Ok(())
}

/// The steps of many sagas, each saga's in order.
pub async fn steps_of_many(
    conn: &mut Conn,
    sagas: &[Uuid],
) -> Result<std::collections::HashMap<Uuid, Vec<Step>>> {
    let rows = conn
        .all_of(&[], sagas, |places| {
            format!(
                "SELECT id, saga, position, kind, state, payload, memo, attempts, next_at, outcome, started_at, finished_at
                 FROM saga_steps WHERE saga IN ({places}) ORDER BY saga, position"
            )
        })
        .await?;
    let mut found: std::collections::HashMap<Uuid, Vec<Step>> = std::collections::HashMap::new();
    for row in &rows {
        let step = read(row)?;
        found.entry(step.saga).or_default().push(step);
    }
    Ok(found)
}

/// Until when there is nothing to do for a saga with these steps; `None` when it is to be driven now. For whoever has many.
pub fn rests_until(steps: &[Step], unwind: bool, now: Instant) -> Option<Instant> {
    match next(steps, unwind, now) {
        Next::Wait(until) => Some(until),
        _ => None,
    }
}

pub async fn steps(conn: &mut Conn, saga: Uuid) -> Result<Vec<Step>> {
    conn.all(
        "SELECT id, saga, position, kind, state, payload, memo, attempts, next_at, outcome, started_at, finished_at
         FROM saga_steps WHERE saga = ?1 ORDER BY position",
        params![saga],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The saga that a step belongs to: for events from outside that name the step.
pub async fn saga_of(conn: &mut Conn, step: Uuid) -> Result<Option<Uuid>> {
    conn.optional("SELECT saga FROM saga_steps WHERE id = ?1", params![step])
        .await?
        .map(|row| row.get(0))
        .transpose()
}

/// Lets a waiting step look at once, because somebody outside said that it has moved.
pub async fn wake(tx: &mut Tx, saga: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE saga_steps SET next_at = NULL WHERE saga = ?1 AND state IN ('running', 'compensating')",
        params![saga],
    )
    .await?;
    Ok(())
}

/// Gives the steps that used up their tries new ones, after a person mended what was in the way.
pub async fn retry(tx: &mut Tx, saga: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE saga_steps SET next_at = NULL, attempts = 1 WHERE saga = ?1 AND state IN ('running', 'compensating')",
        params![saga],
    )
    .await?;
    Ok(())
}

/// After an older copy of the database was put in place: what had not been begun when it was made may have been done since. Every
/// step that waits counts as tried once, so that whoever carries it out asks before they do it. Says how many there are.
pub async fn doubt(tx: &mut Tx) -> Result<u64> {
    tx.execute(
        "UPDATE saga_steps SET attempts = 1 WHERE state = 'pending' AND attempts = 0",
        params![],
    )
    .await
}

fn read(row: &Row) -> Result<Step> {
    Ok(Step {
        id: row.get(0)?,
        saga: row.get(1)?,
        position: row.get(2)?,
        kind: row.get(3)?,
        state: row.get(4)?,
        payload: row.get(5)?,
        memo: row.get(6)?,
        attempts: row.get(7)?,
        next_at: row.get(8)?,
        outcome: row.get(9)?,
        started_at: row.get(10)?,
        finished_at: row.get(11)?,
    })
}

/// Drives a saga as far as it goes now, under a job's lease. `unwind` asks to take everything back.
pub async fn drive(
    db: &Db,
    clock: &dyn Clock,
    lease: &Lease,
    saga: Uuid,
    unwind: bool,
    executor: &dyn Executor,
) -> Result<Progress> {
    loop {
        let mut conn = db.read().await?;
        let steps = steps(&mut conn, saga).await?;
        drop(conn);
        let (step, forward) = match next(&steps, unwind, clock.now()) {
            Next::Completed => return Ok(Progress::Completed),
            Next::Unwound(why) => {
                skip_the_rest(db, lease, saga).await?;
                return Ok(Progress::Unwound { why });
            }
            Next::Wait(until) => return Ok(Progress::Waiting { until }),
            Next::Stuck(why) => return Ok(Progress::Stuck { why }),
            Next::Run(step) => (step, true),
            Next::Compensate(step) => (step, false),
        };
        let asked = clock.now();
        let step = claim(db, clock, lease, step, forward, executor).await?;
        if clock.now().since(asked) > STALE_CLAIM {
            // Claiming again tells whether the lease still holds.
            continue;
        }
        let outcome = if forward {
            executor.run(&step).await
        } else {
            executor.compensate(&step).await
        };
        if let Some(progress) = record(db, clock, lease, step, forward, outcome, executor).await? {
            return Ok(progress);
        }
    }
}

async fn claim(
    db: &Db,
    clock: &dyn Clock,
    lease: &Lease,
    step: &Step,
    forward: bool,
    executor: &dyn Executor,
) -> Result<Step> {
    let state = if forward {
        StepState::Running
    } else {
        StepState::Compensating
    };
    let mut claimed = step.clone();
    // A step that waits and counts a try has perhaps been tried in a life that this database does not know (see `doubt`).
    claimed.attempts = if step.state == state || step.state == StepState::Pending {
        step.attempts + 1
    } else {
        1
    };
    claimed.started_at = step.started_at.or(Some(clock.now()));
    let first = step.state != state;
    claimed.state = state;
    let mut tx = db.begin().await?;
    lease.guard(&mut tx).await?;
    tx.execute(
        "UPDATE saga_steps SET state = ?2, attempts = ?3, started_at = ?4, next_at = NULL WHERE id = ?1",
        params![claimed.id, state, claimed.attempts, claimed.started_at],
    )
    .await?;
    if first {
        executor.recorded(&mut tx, &claimed).await?;
    }
    tx.commit().await?;
    Ok(claimed)
}

async fn record(
    db: &Db,
    clock: &dyn Clock,
    lease: &Lease,
    mut step: Step,
    forward: bool,
    outcome: StepOutcome,
    executor: &dyn Executor,
) -> Result<Option<Progress>> {
    let now = clock.now();
    let mut progress = None;
    match outcome {
        StepOutcome::Done { memo } => {
            step.state = if forward {
                StepState::Done
            } else {
                StepState::Compensated
            };
            step.memo = memo;
            step.finished_at = Some(now);
            step.next_at = None;
            step.outcome = None;
        }
        StepOutcome::Wait { until, memo } => {
            step.memo = memo;
            step.next_at = Some(until);
            // Waiting is not failing: the next look is not one try more, yet it is not the first either.
            step.attempts = 1;
            progress = Some(Progress::Waiting { until });
        }
        StepOutcome::Retry { after, why } => {
            // Whoever asks us to wait may mean no time at all; our own pauses grow whatever they say.
            let until = now.plus(after.unwrap_or_default().max(pause(step.attempts)));
            step.next_at = Some(until);
            step.outcome = Some(why.clone());
            progress = Some(if step.attempts >= TRIES {
                Progress::Stuck { why }
            } else {
                Progress::Waiting { until }
            });
        }
        StepOutcome::Failed { why } if forward => {
            step.state = StepState::Failed;
            step.finished_at = Some(now);
            step.next_at = None;
            step.outcome = Some(why);
        }
        StepOutcome::Failed { why } => {
            // Asking again is of use when somebody has mended it, and not each time that somebody looks.
            step.attempts = step.attempts.max(TRIES);
            step.next_at = Some(now.plus(pause(TRIES)));
            step.outcome = Some(why.clone());
            progress = Some(Progress::Stuck { why });
        }
    }
    let mut tx = db.begin().await?;
    lease.guard(&mut tx).await?;
    tx.execute(
        "UPDATE saga_steps SET state = ?2, memo = ?3, attempts = ?4, next_at = ?5, outcome = ?6, finished_at = ?7
         WHERE id = ?1",
        params![
            step.id,
            step.state,
            step.memo.clone(),
            step.attempts,
            step.next_at,
            step.outcome.clone(),
            step.finished_at
        ],
    )
    .await?;
    executor.recorded(&mut tx, &step).await?;
    tx.commit().await?;
    Ok(progress)
}

async fn skip_the_rest(db: &Db, lease: &Lease, saga: Uuid) -> Result<()> {
    let mut tx = db.begin().await?;
    lease.guard(&mut tx).await?;
    tx.execute(
        "UPDATE saga_steps SET state = 'skipped' WHERE saga = ?1 AND state = 'pending'",
        params![saga],
    )
    .await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use StepState::*;

    fn steps_in(states: &[StepState]) -> Vec<Step> {
        states
            .iter()
            .enumerate()
            .map(|(position, state)| Step {
                id: Uuid::from_u128(position as u128),
                saga: Uuid::nil(),
                position: position as i64,
                kind: format!("step{position}"),
                state: *state,
                payload: serde_json::Value::Null,
                memo: serde_json::Value::Null,
                attempts: 0,
                next_at: None,
                outcome: (*state == Failed).then(|| "refused".to_owned()),
                started_at: None,
                finished_at: None,
            })
            .collect()
    }

    fn told(states: &[StepState], unwind: bool) -> String {
        match next(&steps_in(states), unwind, Instant(0)) {
            Next::Run(step) => format!("run {}", step.position),
            Next::Compensate(step) => format!("compensate {}", step.position),
            Next::Wait(at) => format!("wait {}", at.0),
            Next::Stuck(why) => format!("stuck {why}"),
            Next::Completed => "completed".to_owned(),
            Next::Unwound(why) => format!("unwound {}", why.unwrap_or_default()),
        }
    }

    #[test]
    fn steps_run_in_order_and_unwind_in_reverse() {
        assert_eq!(told(&[Pending, Pending], false), "run 0");
        assert_eq!(told(&[Done, Running], false), "run 1");
        assert_eq!(told(&[Done, Done], false), "completed");
        assert_eq!(told(&[Done, Done, Failed], false), "compensate 1");
        assert_eq!(told(&[Done, Compensated, Failed], false), "compensate 0");
        assert_eq!(
            told(&[Compensated, Compensated, Failed], false),
            "unwound refused"
        );
        assert_eq!(told(&[Failed, Pending], false), "unwound refused");
    }

    #[test]
    fn a_cancelled_saga_takes_back_what_may_have_happened() {
        assert_eq!(told(&[Pending, Pending], true), "unwound ");
        assert_eq!(told(&[Done, Running, Pending], true), "compensate 1");
        // Half-way back there is no way forward any more, also when the wish is forgotten.
        assert_eq!(told(&[Done, Compensated, Pending], false), "compensate 0");
    }

    #[test]
    fn a_waiting_step_is_left_alone_until_its_time() {
        let mut steps = steps_in(&[Running]);
        steps[0].next_at = Some(Instant(10));
        assert_eq!(next(&steps, false, Instant(9)), Next::Wait(Instant(10)));
        assert!(matches!(next(&steps, false, Instant(10)), Next::Run(_)));
    }

    #[test]
    fn a_step_without_tries_left_is_stuck_until_its_next_one() {
        for (state, unwind) in [(Running, false), (Compensating, true)] {
            let mut steps = steps_in(&[state]);
            steps[0].next_at = Some(Instant(10));
            steps[0].attempts = TRIES;
            steps[0].outcome = Some("no answer".to_owned());
            let stuck = Next::Stuck("no answer".to_owned());
            assert_eq!(next(&steps, unwind, Instant(9)), stuck);
            assert_ne!(next(&steps, unwind, Instant(10)), stuck);
        }
    }
}
