use super::*;
use crate::{db, testing::Fixture, time::ManualClock};
use std::sync::Mutex;

mod lost;

struct Bench {
    fixture: Fixture,
    clock: Arc<ManualClock>,
    ids: Ids,
}

impl Bench {
    async fn new() -> Bench {
        let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
        Bench {
            fixture: Fixture::new(db::migrations()).await,
            ids: Ids::new(clock.clone()),
            clock,
        }
    }

    async fn ask(&self, lane: u128, key: Option<&str>, name: &str) {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let job = NewJob {
            kind: "note",
            key: key.map(str::to_owned),
            payload: serde_json::json!(name),
            lane: Uuid::from_u128(lane),
            run_after: None,
        };
        enqueue(&mut tx, &self.ids, job).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn worker(&self, handler: Arc<dyn Handler>) -> Worker {
        Worker::new(self.fixture.db.clone(), self.clock.clone()).with("note", handler)
    }
}

/// Notes what it ran; fails while `failures` lasts.
#[derive(Default)]
struct Notes {
    ran: Mutex<Vec<String>>,
    failures: Mutex<usize>,
}

#[async_trait]
impl Handler for Notes {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        self.ran
            .lock()
            .unwrap()
            .push(lease.payload.as_str().unwrap_or_default().to_owned());
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return Err(Error::internal("planned"));
        }
        Ok(Outcome::Done)
    }
}

#[tokio::test]
async fn asking_twice_is_running_once() {
    let bench = Bench::new().await;
    let notes = Arc::new(Notes::default());
    bench.ask(1, Some("tenant"), "a").await;
    bench.ask(1, Some("tenant"), "a").await;
    bench.worker(notes.clone()).run_until_idle().await.unwrap();
    bench.ask(1, Some("tenant"), "a").await;
    bench.worker(notes.clone()).run_until_idle().await.unwrap();
    assert_eq!(notes.ran.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn one_who_asks_for_much_does_not_hold_up_the_others() {
    let bench = Bench::new().await;
    for number in 0..50 {
        bench.ask(1, None, &format!("big {number}")).await;
    }
    bench.ask(2, None, "small").await;
    let notes = Arc::new(Notes::default());
    bench.worker(notes.clone()).run_until_idle().await.unwrap();
    let ran = notes.ran.lock().unwrap();
    let place = ran.iter().position(|name| name == "small").unwrap();
    assert!(place < 5, "the small one ran as number {place}");
    assert_eq!(ran.len(), 51);
}

#[tokio::test]
async fn a_failed_run_comes_back_later_and_not_sooner() {
    let bench = Bench::new().await;
    bench.ask(1, None, "a").await;
    let notes = Arc::new(Notes::default());
    *notes.failures.lock().unwrap() = 1;
    let worker = bench.worker(notes.clone());
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    bench.clock.advance(Duration::from_millis(900));
    assert_eq!(worker.run_until_idle().await.unwrap(), 0);
    bench.clock.advance(Duration::from_millis(200));
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert_eq!(
        backlog(&mut bench.fixture.db.read().await.unwrap())
            .await
            .unwrap(),
        Backlog::default()
    );
}

#[tokio::test]
async fn a_job_that_never_works_is_given_up_visibly() {
    let bench = Bench::new().await;
    bench.ask(1, None, "a").await;
    let notes = Arc::new(Notes::default());
    *notes.failures.lock().unwrap() = usize::MAX;
    let worker = bench.worker(notes.clone());
    for _ in 0..MAX_ATTEMPTS + 5 {
        worker.run_until_idle().await.unwrap();
        bench.clock.advance(LONGEST_PAUSE);
    }
    assert_eq!(notes.ran.lock().unwrap().len() as i64, MAX_ATTEMPTS);
    let backlog = backlog(&mut bench.fixture.db.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(
        backlog,
        Backlog {
            failed: 1,
            ..Backlog::default()
        }
    );
}

/// Loses its lease in mid-run to another worker, as a paused process would.
struct Sleeper {
    other: Worker,
    clock: Arc<ManualClock>,
    db: Db,
    wrote: Mutex<Option<Result<()>>>,
}

#[async_trait]
impl Handler for Sleeper {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        self.clock.advance(LEASE * 2);
        assert!(self.other.run_one().await?);
        let mut tx = self.db.begin().await?;
        let outcome = lease.guard(&mut tx).await;
        *self.wrote.lock().unwrap() = Some(outcome);
        Err(Error::conflict("leaseLost", "gone"))
    }
}

#[tokio::test]
async fn a_worker_that_slept_past_its_lease_cannot_write() {
    let bench = Bench::new().await;
    bench.ask(1, None, "a").await;
    let notes = Arc::new(Notes::default());
    let sleeper = Arc::new(Sleeper {
        other: bench.worker(notes.clone()),
        clock: bench.clock.clone(),
        db: bench.fixture.db.clone(),
        wrote: Mutex::new(None),
    });
    bench.worker(sleeper.clone()).run_one().await.unwrap();
    assert_eq!(notes.ran.lock().unwrap().len(), 1);
    let wrote = sleeper.wrote.lock().unwrap().take().unwrap();
    assert_eq!(wrote.unwrap_err().code, "leaseLost");
}

/// While it runs somebody asks for the same again, and another worker looks for work.
struct Asked {
    bench: Arc<Bench>,
    found: Mutex<Option<bool>>,
}

#[async_trait]
impl Handler for Asked {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        let first = self.found.lock().unwrap().is_none();
        if first {
            self.bench.ask(1, Some("order"), "again").await;
            let other = self.bench.worker(Arc::new(Notes::default()));
            *self.found.lock().unwrap() = Some(other.run_one().await?);
        }
        Ok(Outcome::Done)
    }
}

#[tokio::test]
async fn what_has_a_key_never_runs_twice_at_the_same_time() {
    let bench = Arc::new(Bench::new().await);
    bench.ask(1, Some("order"), "first").await;
    let asked = Arc::new(Asked {
        bench: bench.clone(),
        found: Mutex::new(None),
    });
    let runs = bench.worker(asked.clone()).run_until_idle().await.unwrap();
    assert_eq!(*asked.found.lock().unwrap(), Some(false));
    assert_eq!(runs, 2, "the second wish was carried out after the first");
}

/// Stays inside a transaction, which holds its job's row, for several heartbeats.
struct InTransaction(Db);

#[async_trait]
impl Handler for InTransaction {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let mut tx = self.0.begin().await?;
        lease.guard(&mut tx).await?;
        tokio::time::sleep(Duration::from_millis(30)).await;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

#[tokio::test]
async fn a_heartbeat_that_waits_for_the_runs_own_transaction_does_not_stop_the_run() {
    let bench = Bench::new().await;
    bench.ask(1, None, "long").await;
    let mut worker = bench.worker(Arc::new(InTransaction(bench.fixture.db.clone())));
    worker.beat = Duration::from_millis(1);
    let ran = tokio::time::timeout(Duration::from_secs(3), worker.run_one()).await;
    assert!(ran.expect("the run came to its end").unwrap());
    let mut conn = bench.fixture.db.read().await.unwrap();
    assert_eq!(backlog(&mut conn).await.unwrap(), Backlog::default());
}

struct Panics;

#[async_trait]
impl Handler for Panics {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        panic!("planned");
    }
}

#[tokio::test]
async fn a_run_that_panics_has_failed_and_the_worker_lives() {
    let bench = Bench::new().await;
    bench.ask(1, None, "poison").await;
    let worker = bench.worker(Arc::new(Panics));
    assert!(worker.run_one().await.unwrap());
    let mut conn = bench.fixture.db.read().await.unwrap();
    let row = conn
        .one("SELECT state, last_error FROM jobs", params![])
        .await
        .unwrap();
    assert_eq!(row.get::<String>(0).unwrap(), "ready");
    assert!(row.get::<String>(1).unwrap().contains("panic: planned"));
}

/// Asks for its own job again for much later, and then to be run again soon.
struct AsksForLater {
    db: Db,
    ids: Ids,
    runs: Mutex<usize>,
}

#[async_trait]
impl Handler for AsksForLater {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        *self.runs.lock().unwrap() += 1;
        let mut tx = self.db.begin().await?;
        let job = NewJob {
            kind: "note",
            key: Some("tenant".to_owned()),
            payload: serde_json::json!("a"),
            lane: Uuid::from_u128(1),
            run_after: Some(self.ids.now().plus(Duration::from_secs(3600))),
        };
        enqueue(&mut tx, &self.ids, job).await?;
        tx.commit().await?;
        Ok(Outcome::Again(self.ids.now().plus(Duration::from_secs(1))))
    }
}

#[tokio::test]
async fn who_is_to_run_again_soon_is_not_put_off_by_who_asked_for_later() {
    let bench = Bench::new().await;
    bench.ask(1, Some("tenant"), "a").await;
    let handler = Arc::new(AsksForLater {
        db: bench.fixture.db.clone(),
        ids: bench.ids.clone(),
        runs: Mutex::default(),
    });
    let worker = bench.worker(handler.clone());
    worker.run_until_idle().await.unwrap();
    bench.clock.advance(Duration::from_secs(2));
    worker.run_until_idle().await.unwrap();
    assert_eq!(*handler.runs.lock().unwrap(), 2);
}

/// Fails whenever it runs, and hears in the end that it was given up.
struct Hopeless {
    clock: Arc<ManualClock>,
    again: Option<Duration>,
    heard: Mutex<Vec<String>>,
}

#[async_trait]
impl Handler for Hopeless {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        Err(Error::internal("planned"))
    }

    async fn given_up(&self, _: &mut Tx, _: &Lease, why: &str) -> Result<Option<Instant>> {
        self.heard.lock().unwrap().push(why.to_owned());
        Ok(self.again.map(|pause| self.clock.now().plus(pause)))
    }
}

#[tokio::test]
async fn whoever_handles_it_hears_that_a_job_was_given_up_and_may_try_on() {
    for (again, state) in [(None, "failed"), (Some(LONGEST_PAUSE), "ready")] {
        let bench = Bench::new().await;
        bench.ask(1, Some("order"), "a").await;
        let handler = Arc::new(Hopeless {
            clock: bench.clock.clone(),
            again,
            heard: Mutex::default(),
        });
        let worker = bench.worker(handler.clone());
        for _ in 0..MAX_ATTEMPTS {
            assert!(handler.heard.lock().unwrap().is_empty());
            worker.run_until_idle().await.unwrap();
            bench.clock.advance(LONGEST_PAUSE / 2);
            bench.clock.advance(LONGEST_PAUSE / 2);
        }
        {
            let heard = handler.heard.lock().unwrap();
            assert!(
                heard.len() == 1 && heard[0].contains("planned"),
                "{heard:?}"
            );
        }
        let mut conn = bench.fixture.db.read().await.unwrap();
        let row = conn.one("SELECT state FROM jobs", params![]).await.unwrap();
        assert_eq!(row.get::<String>(0).unwrap(), state);
        drop(conn);
        worker.run_until_idle().await.unwrap();
        let told = handler.heard.lock().unwrap().len();
        assert_eq!(told, if again.is_some() { 2 } else { 1 });
    }
}

/// The machine sleeps in the middle of a step's first claim.
struct Dozes {
    db: Db,
    clock: Arc<ManualClock>,
    dozed: Mutex<bool>,
    /// Which try each call was.
    calls: Mutex<Vec<i64>>,
}

#[async_trait]
impl crate::saga::Executor for Dozes {
    async fn run(&self, step: &crate::saga::Step) -> crate::saga::StepOutcome {
        self.calls.lock().unwrap().push(step.attempts);
        crate::saga::StepOutcome::Done {
            memo: serde_json::json!({}),
        }
    }

    async fn compensate(&self, _: &crate::saga::Step) -> crate::saga::StepOutcome {
        unreachable!("nothing is taken back")
    }

    async fn recorded(&self, _: &mut Tx, _: &crate::saga::Step) -> Result<()> {
        if !std::mem::replace(&mut *self.dozed.lock().unwrap(), true) {
            self.clock.advance(LEASE * 2);
        }
        Ok(())
    }
}

struct Drives(Arc<Dozes>);

#[async_trait]
impl Handler for Drives {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let Dozes { db, clock, .. } = &*self.0;
        crate::saga::drive(db, &**clock, lease, Uuid::nil(), false, &*self.0).await?;
        Ok(Outcome::Done)
    }
}

#[tokio::test]
async fn after_a_claim_that_took_too_long_no_call_goes_out() {
    let bench = Bench::new().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    crate::saga::plan(
        &mut tx,
        &bench.ids,
        Uuid::nil(),
        &[("step", serde_json::json!({}))],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    bench.ask(1, None, "saga").await;
    let dozes = Arc::new(Dozes {
        db: bench.fixture.db.clone(),
        clock: bench.clock.clone(),
        dozed: Mutex::new(false),
        calls: Mutex::default(),
    });
    let worker = bench.worker(Arc::new(Drives(dozes.clone())));
    worker.run_until_idle().await.unwrap();
    // The second claim found the lease still held, and its call knows that it may not be the first.
    assert_eq!(*dozes.calls.lock().unwrap(), [2]);
}

/// While it runs somebody asks for the same, and commits only when it has already been given back, or tries to be.
struct AskedAtTheLastMoment {
    bench: Arc<Bench>,
    asked: Mutex<Option<tokio::task::JoinHandle<Result<()>>>>,
}

#[async_trait]
impl Handler for AskedAtTheLastMoment {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        let now = self.bench.clock.now();
        if self.asked.lock().unwrap().is_some() {
            return Ok(Outcome::Done);
        }
        let mut tx = self.bench.fixture.db.begin().await?;
        let job = NewJob {
            kind: "note",
            key: Some("order".to_owned()),
            payload: serde_json::json!("again"),
            lane: Uuid::from_u128(1),
            run_after: None,
        };
        enqueue(&mut tx, &self.bench.ids, job).await?;
        let asking = tokio::spawn(async move {
            // Long enough for the other to come to where it has to wait.
            tokio::time::sleep(Duration::from_millis(150)).await;
            tx.commit().await
        });
        *self.asked.lock().unwrap() = Some(asking);
        Ok(Outcome::Again(now.plus(Duration::from_secs(60))))
    }
}

#[tokio::test]
async fn who_is_given_back_while_somebody_asks_for_the_same_becomes_one_with_it() {
    let bench = Arc::new(Bench::new().await);
    bench.ask(1, Some("order"), "first").await;
    let handler = Arc::new(AskedAtTheLastMoment {
        bench: bench.clone(),
        asked: Mutex::default(),
    });
    let worker = bench.worker(handler.clone());
    assert!(worker.run_one().await.unwrap());
    let asking = handler.asked.lock().unwrap().take().unwrap();
    asking.await.unwrap().unwrap();
    let mut conn = bench.fixture.db.read().await.unwrap();
    let now = backlog(&mut conn).await.unwrap();
    assert_eq!((now.ready, now.running), (1, 0));
}

#[tokio::test]
async fn jobs_for_later_stand_apart_until_their_time_has_come() {
    let bench = Bench::new().await;
    let start = bench.clock.now();
    let later = async |name: &str, seconds: u64| {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let job = NewJob {
            kind: "note",
            key: Some(name.to_owned()),
            payload: serde_json::json!(name),
            lane: Uuid::from_u128(1),
            run_after: Some(start.plus(Duration::from_secs(seconds))),
        };
        enqueue(&mut tx, &bench.ids, job).await.unwrap();
        tx.commit().await.unwrap();
    };
    let due = async || {
        let mut conn = bench.fixture.db.read().await.unwrap();
        let row = conn
            .one("SELECT COUNT(*) FROM jobs WHERE due", params![])
            .await
            .unwrap();
        row.get::<i64>(0).unwrap()
    };
    later("third", 30).await;
    later("first", 10).await;
    later("second", 20).await;
    let notes = Arc::new(Notes::default());
    let worker = bench.worker(notes.clone());
    assert_eq!(worker.run_until_idle().await.unwrap(), 0);
    assert_eq!(due().await, 0, "whoever looks reads none of them");
    bench.clock.advance(Duration::from_secs(25));
    assert_eq!(worker.run_until_idle().await.unwrap(), 2);
    // Asked for now, it need not wait; a run that fails stands apart again.
    *notes.failures.lock().unwrap() = 1;
    later("third", 25).await;
    assert_eq!(due().await, 1);
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert_eq!(due().await, 0);
    bench.clock.advance(Duration::from_secs(2));
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert_eq!(
        *notes.ran.lock().unwrap(),
        ["first", "second", "third", "third"]
    );
}
