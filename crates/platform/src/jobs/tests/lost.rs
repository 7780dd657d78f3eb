//! Runs that take their process with them.

use super::*;
use tokio::sync::Notify;

/// Runs until its process dies, if it is named so; otherwise it is done at once.
struct Deadly {
    began: Notify,
    ran: Mutex<Vec<String>>,
    told: Mutex<Vec<String>>,
    /// What dies.
    deadly: Mutex<Option<&'static str>>,
}

impl Deadly {
    fn new(deadly: &'static str) -> Arc<Deadly> {
        Arc::new(Deadly {
            began: Notify::new(),
            ran: Mutex::default(),
            told: Mutex::default(),
            deadly: Mutex::new(Some(deadly)),
        })
    }

    fn runs_of(&self, name: &str) -> usize {
        let ran = self.ran.lock().unwrap();
        ran.iter().filter(|ran| *ran == name).count()
    }
}

#[async_trait]
impl Handler for Deadly {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let name = lease.payload.as_str().unwrap_or_default().to_owned();
        let deadly = *self.deadly.lock().unwrap() == Some(name.as_str());
        self.ran.lock().unwrap().push(name);
        if deadly {
            self.began.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(Outcome::Done)
    }

    async fn given_up(&self, _: &mut Tx, lease: &Lease, why: &str) -> Result<Option<Instant>> {
        let name = lease.payload.as_str().unwrap_or_default();
        self.told.lock().unwrap().push(format!("{name}: {why}"));
        Ok(None)
    }
}

impl Bench {
    /// One run, which may be the end of its process: then nothing more is heard of it, and its lease runs out.
    async fn run_or_die(&self, deadly: &Arc<Deadly>) -> bool {
        let worker = self.worker(deadly.clone());
        let ran = tokio::select! {
            ran = worker.run_one() => ran.unwrap(),
            () = deadly.began.notified() => true,
        };
        self.clock.advance(LEASE * 2);
        ran
    }

    async fn states(&self) -> Vec<(String, i64)> {
        let mut conn = self.fixture.db.read().await.unwrap();
        conn.all(
            "SELECT state, lost FROM jobs ORDER BY created_at, id",
            params![],
        )
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
        .collect()
    }
}

#[tokio::test]
async fn a_job_that_its_processes_die_of_is_given_up_without_another_run() {
    let bench = Bench::new().await;
    bench.ask(1, None, "poison").await;
    let deadly = Deadly::new("poison");
    for _ in 0..MAX_LOST + 5 {
        bench.run_or_die(&deadly).await;
    }
    assert_eq!(deadly.runs_of("poison") as i64, MAX_LOST);
    assert_eq!(bench.states().await, [("failed".to_owned(), MAX_LOST)]);
    let told = deadly.told.lock().unwrap();
    assert!(
        told.len() == 1 && told[0].starts_with("poison: the process ended"),
        "{told:?}"
    );
}

#[tokio::test]
async fn one_with_a_key_is_put_off_and_not_hastened_by_whoever_asks() {
    let bench = Bench::new().await;
    bench.ask(1, Some("tenant"), "poison").await;
    let deadly = Deadly::new("poison");
    for _ in 0..MAX_LOST {
        bench.run_or_die(&deadly).await;
        // Somebody asks while it is taken for running, as every process does that starts.
        bench.ask(1, Some("tenant"), "poison").await;
    }
    let hour = FIRST_PUT_OFF - LEASE * 3;
    assert!(bench.run_or_die(&deadly).await, "it is given up");
    bench.ask(1, Some("tenant"), "poison").await;
    assert!(!bench.run_or_die(&deadly).await, "and not run");
    assert_eq!(bench.states().await, [("ready".to_owned(), MAX_LOST)]);
    assert_eq!(deadly.runs_of("poison") as i64, MAX_LOST);
    // Its time comes, once: then it is put off for twice as long.
    bench.clock.advance(hour);
    bench.run_or_die(&deadly).await;
    bench.run_or_die(&deadly).await;
    assert_eq!(deadly.runs_of("poison") as i64, MAX_LOST + 1);
    bench.clock.advance(hour);
    bench.ask(1, Some("tenant"), "poison").await;
    assert!(!bench.run_or_die(&deadly).await);
    // Somebody has mended what it died of.
    *deadly.deadly.lock().unwrap() = None;
    bench.clock.advance(FIRST_PUT_OFF);
    assert!(bench.run_or_die(&deadly).await);
    assert_eq!(bench.states().await, []);
}

#[tokio::test]
async fn who_dies_with_it_is_not_given_up_with_it() {
    let bench = Bench::new().await;
    let deadly = Deadly::new("poison");
    for name in ["a", "poison", "b", "c"] {
        bench.ask(1, None, name).await;
    }
    // Every job is claimed by the process before the poison strikes, twice over.
    for _ in 0..2 {
        for _ in 0..4 {
            assert!(
                bench
                    .worker(deadly.clone())
                    .claim()
                    .await
                    .unwrap()
                    .is_some()
            );
        }
        bench.clock.advance(LEASE * 2);
    }
    // From now on they are tried one at a time.
    let first = bench.worker(deadly.clone()).claim().await.unwrap();
    assert_eq!(first.map(|lease| lease.lost), Some(2));
    assert!(
        bench
            .worker(deadly.clone())
            .claim()
            .await
            .unwrap()
            .is_none()
    );
    bench.clock.advance(LEASE * 2);
    for _ in 0..3 * MAX_LOST {
        bench.run_or_die(&deadly).await;
    }
    for name in ["a", "b", "c"] {
        assert_eq!(deadly.runs_of(name), 1, "{name}");
    }
    assert_eq!(bench.states().await, [("failed".to_owned(), MAX_LOST)]);
}

#[tokio::test]
async fn a_run_that_comes_to_an_end_sets_the_count_back() {
    let bench = Bench::new().await;
    bench.ask(1, None, "a").await;
    let deadly = Deadly::new("a");
    let notes = Arc::new(Notes::default());
    *notes.failures.lock().unwrap() = usize::MAX;
    for _ in 0..3 {
        for _ in 1..MAX_LOST {
            bench.run_or_die(&deadly).await;
        }
        assert!(bench.worker(notes.clone()).run_one().await.unwrap());
        assert_eq!(bench.states().await, [("ready".to_owned(), 0)]);
        bench.clock.advance(LONGEST_PAUSE);
    }
    assert!(deadly.told.lock().unwrap().is_empty());
}
