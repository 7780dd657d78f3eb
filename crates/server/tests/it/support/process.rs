//! The real program, beside an [`App`] and on its database: started, killed, stopped in its tracks, and started again. The App is
//! then the world around it, and its own service does no work.

use super::{App, Wishes};
use platform::{Instant, db::params};
use simulators::network::Settings;
use std::{
    fs::File,
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    process::{Child, Command},
};

/// How often it is looked whether somebody else has come to where he is expected, and how often in all.
const TICK: Duration = Duration::from_millis(10);
const TICKS: usize = 12_000;

/// The jobs that come from orders and come to an end; the others go on for ever.
const OF_ORDERS: &str = "kind IN ('fulfilment.carryOut', 'platform.sendMail')";

static STARTED: AtomicUsize = AtomicUsize::new(0);

/// A server process of its own. It ends with this value.
pub struct Process {
    child: Child,
    environment: Vec<(String, String)>,
    http: reqwest::Client,
    /// Where it is served, without `/` at the end; the same each time it is started.
    pub url: String,
    log: PathBuf,
}

impl Process {
    /// Starts the program; the App's callers ask it from now on.
    pub async fn serving(app: &mut App) -> Process {
        let process = Process::beside(app).await;
        app.url = process.url.clone();
        app.served = true;
        process
    }

    /// Starts the program as one more on the App's database.
    pub async fn beside(app: &App) -> Process {
        app.sim.network.set_settings(Settings {
            delay_ms: 20,
            ..Settings::at_once()
        });
        let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let url = format!("http://{address}");
        let mut environment = super::environment(&url, &app.sim, &Wishes::default());
        for (key, value) in [
            ("DATABASE__URL", app.fixture.options.url.clone()),
            ("DATABASE__MAX_CONNECTIONS", "6".to_owned()),
            ("SERVER__LISTEN", address.to_string()),
            ("SERVER__METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("LOG__FILTER", "warn".to_owned()),
        ] {
            environment.push((format!("SWITCHBOARD_{key}"), value));
        }
        let number = STARTED.fetch_add(1, Ordering::SeqCst);
        let log = super::FILES.join(format!("process-{number}.log"));
        let mut process = Process {
            child: spawn(&environment, &log),
            environment,
            http: reqwest::Client::builder()
                .no_proxy()
                .build()
                .expect("a client"),
            url,
            log,
        };
        process.until_ready().await;
        process
    }

    async fn until_ready(&mut self) {
        let ready = format!("{}/readyz", self.url);
        let mut tick = tokio::time::interval(TICK);
        for _ in 0..TICKS {
            tick.tick().await;
            if let Some(status) = self.child.try_wait().expect("the child can be asked") {
                panic!("the server ended by itself, {status}: {}", self.said());
            }
            let answer = self.http.get(&ready).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
        }
        panic!("the server does not come up: {}", self.said());
    }

    /// Ends it as a power cut would: nothing of it runs on.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Starts it again where it was.
    pub async fn restart(&mut self) {
        self.child = spawn(&self.environment, &self.log);
        self.until_ready().await;
    }

    /// `STOP` and `CONT`: it sleeps, and wakes without knowing that it slept.
    pub async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs");
        let sent = Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()
            .await;
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// What it has logged since it was first started.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Starts another command of the program on the same database. It ends with the value.
    pub fn begin(&self, words: &[&str]) -> Child {
        Command::new(PROGRAM)
            .args(words)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts")
    }

    /// Runs another command of the program on the same database: its standard output, if it says that all went well.
    pub async fn command(&self, words: &[&str]) -> Result<String, String> {
        let output = Command::new(PROGRAM)
            .args(words)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .output()
            .await
            .expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(text(&output.stdout) + &text(&output.stderr))
        }
    }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_switchboard");

fn spawn(environment: &[(String, String)], log: &PathBuf) -> Child {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log)
        .expect("a file for the log");
    Command::new(PROGRAM)
        .env_clear()
        .envs(environment.iter().cloned())
        .stdin(Stdio::null())
        .stderr(Stdio::from(log.try_clone().expect("the file once more")))
        .stdout(Stdio::from(log))
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts")
}

impl App {
    /// Looks until `ready` says so, for as long as two minutes: processes take their time.
    pub async fn await_that<T>(&self, what: &str, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
        let mut tick = tokio::time::interval(TICK);
        for _ in 0..TICKS {
            tick.tick().await;
            if let Some(found) = ready().await {
                return found;
            }
        }
        panic!("{what} did not happen")
    }

    /// The leases of whoever is gone run out at once.
    pub async fn expire_leases(&self) {
        let mut tx = self.db().begin().await.expect("a transaction");
        tx.execute(
            "UPDATE jobs SET lease_until = 0 WHERE state = 'running'",
            params![],
        )
        .await
        .expect("leases can run out");
        tx.commit().await.expect("they have run out");
    }

    /// Whatever waits for more than two seconds waits no longer: pauses are not what is tried here.
    pub async fn hurry(&self) {
        self.try_hurry().await.expect("it is later now");
    }

    /// The same, unless somebody holds the database up.
    pub async fn try_hurry(&self) -> platform::Result<()> {
        let soon: Instant = self.now().plus(Duration::from_secs(2));
        let mut tx = self.db().begin().await?;
        for sql in [
            "UPDATE saga_steps SET next_at = 1 WHERE next_at > ?1",
            &format!(
                "UPDATE jobs SET run_after = 1, turn = 1 WHERE state = 'ready' AND run_after > ?1 AND {OF_ORDERS}"
            ),
        ] {
            tx.execute(sql, params![soon]).await?;
        }
        tx.commit().await
    }

    /// Waits until nothing is left to be done for any order.
    pub async fn until_all_is_done(&self) {
        let left = format!("SELECT COUNT(*) FROM jobs WHERE {OF_ORDERS}");
        self.await_that("the last job", async || {
            self.hurry().await;
            (self.count(&left).await == 0).then_some(())
        })
        .await;
    }

    /// Forgets the regular jobs, when no server is there any more to do them.
    pub async fn forget_jobs(&self) {
        let mut tx = self.db().begin().await.expect("a transaction");
        tx.execute("DELETE FROM jobs", params![])
            .await
            .expect("jobs can go");
        tx.commit().await.expect("they have gone");
    }

    /// Waits until no order is under way.
    pub async fn until_all_ended(&self) {
        let open = "SELECT COUNT(*) FROM orders WHERE executed_at IS NULL";
        let mut looks = 0;
        self.await_that("the end of every order", async || {
            looks += 1;
            if looks % 10 == 0 {
                self.hurry().await;
            }
            (self.count(open).await == 0).then_some(())
        })
        .await;
    }
}
