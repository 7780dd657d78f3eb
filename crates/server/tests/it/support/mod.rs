//! The world that the tests live in: the real composition on a database of its own, served on a free port of this machine,
//! with simulators of the outside worlds beside it. The time of both is one clock, which a test moves instead of waiting.

pub mod canaries;
mod client;
mod contract;
pub mod database;
mod fsck;
pub mod kinds;
mod ports;
mod process;
mod samples;
mod verbs;
mod world;

pub use client::pointed;
pub use client::{Answer, Caller, Proof};
pub use contract::{Described, contract};
pub use process::Process;
pub use samples::{Sample, Things};
pub use verbs::{mobile, telephony};
pub use world::{Org, Wishes};

use domain::directory;
use platform::{
    Clock, Instant,
    config::Config,
    db::{Db, params},
    seal::Sealer,
    testing::Fixture,
};
use server::Composition;
use simulators::{
    Options, Running, Simulators,
    microsoft::world::{CLIENT_ID, CLIENT_SECRET, SimulatorClock, World},
    network::{self, DEMO_TOKEN},
};
use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What the network proves itself with when it calls us.
pub const CALLBACK_TOKEN: &str = "the-networks-own-token";

/// How long an order may take by the clock of the world, before a test says that it hangs.
const LONGEST: Duration = Duration::from_secs(4 * 3600);

/// The simulators' time is ours.
struct Time(SimulatorClock);

impl Clock for Time {
    fn now(&self) -> Instant {
        Instant::from_timestamp(self.0.now())
    }
}

/// A running service with everything around it. End each test with [`App::end`].
pub struct App {
    pub service: Composition,
    pub sim: Running,
    /// Where the service is served, without `/` at the end.
    pub url: String,
    /// For building the world and for changing it behind the service's back.
    pub sealer: Sealer,
    orgs: HashMap<Org, Uuid>,
    offerings: HashMap<&'static str, Uuid>,
    http: reqwest::Client,
    tokens: Mutex<HashMap<String, (String, Instant)>>,
    keys: AtomicU64,
    stop: CancellationToken,
    ended: bool,
    /// A process of its own does the work.
    served: bool,
    // Goes last: the database's files go with it.
    pub fixture: Fixture,
}

/// Files that every service of this process reads: the web client's document and the keys that seal.
static FILES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("switchboard_it_{}", std::process::id()));
    std::fs::create_dir_all(folder.join("web")).expect("a temporary folder");
    std::fs::write(folder.join("keys"), Sealer::make_key_line("1")).expect("a file of keys");
    std::fs::write(
        folder.join("web/index.html"),
        "<!doctype html><title>Switchboard</title><script type=\"module\">0</script>",
    )
    .expect("the client's document");
    folder
});

impl App {
    /// The usual small world.
    pub async fn start() -> App {
        App::with(Wishes::default()).await
    }

    pub async fn with(wishes: Wishes) -> App {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let clock = SimulatorClock::new();
        let mut small = World::small(clock.clone());
        for (org, people) in &wishes.people {
            small = small.with_people(org.tenant_text(), *people);
        }
        small
            .update_application(CLIENT_ID, |app| {
                for path in ["callback", "consent/callback", "step-up/callback"] {
                    app.redirect_uris.push(format!("{url}/auth/{path}"));
                }
                app.post_logout_uris.push(format!("{url}/"));
            })
            .expect("the registration is there");
        let sim = Simulators::start(Options {
            network_settings: network::Settings::by_hand(),
            ..Options::with_world(small)
        })
        .await
        .expect("the simulators start");
        let fixture = Fixture::new(domain::migrations()).await;
        let stop = CancellationToken::new();
        let service = server::join(
            &config(&url, &sim, &wishes),
            fixture.db.clone(),
            Arc::new(Time(clock)),
            stop.clone(),
        )
        .await
        .expect("the service comes up");
        let served = axum::serve(
            listener,
            service
                .router
                .clone()
                .into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(async move { served.await });
        let sealer = Sealer::from_file(&FILES.join("keys")).expect("the keys can be read");
        let mut app = App {
            service,
            sim,
            url,
            sealer,
            orgs: HashMap::new(),
            offerings: HashMap::new(),
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .expect("a client"),
            tokens: Mutex::default(),
            keys: AtomicU64::new(0),
            stop,
            ended: false,
            served: false,
            fixture,
        };
        world::build(&mut app, &wishes).await;
        app.mirror(&wishes).await;
        app
    }

    /// Takes over the directories that the test looks at, and forgets the regular jobs: a test that is about them starts them.
    async fn mirror(&self, wishes: &Wishes) {
        let mut tx = self.db().begin().await.expect("a transaction");
        directory::start(&mut tx, &self.service.ids, domain::access::for_system())
            .await
            .expect("the mirrors begin");
        for org in Org::ALL {
            if !wishes.mirrored.contains(org) {
                tx.execute(
                    "DELETE FROM jobs WHERE key = ?1",
                    params![org.tenant().to_string()],
                )
                .await
                .expect("a job can go");
            }
        }
        tx.commit().await.expect("the jobs are there");
        self.run_jobs().await;
        let mut tx = self.db().begin().await.expect("a transaction");
        if !wishes.regular_jobs {
            tx.execute("DELETE FROM jobs", params![])
                .await
                .expect("the jobs can go");
        }
        tx.commit().await.expect("the jobs are gone");
    }

    pub fn db(&self) -> &Db {
        &self.service.db
    }

    pub fn now(&self) -> Instant {
        self.service.ids.now()
    }

    /// Moves the time of everybody.
    pub fn advance(&self, by: Duration) {
        self.sim
            .clock
            .advance(jiff::SignedDuration::try_from(by).expect("not that long"));
    }

    pub fn org(&self, org: Org) -> Uuid {
        self.orgs[&org]
    }

    /// An offering by its code.
    pub fn offering(&self, code: &str) -> Uuid {
        self.offerings[code]
    }

    /// Below an organisation: `path("people")`.
    pub fn path(&self, org: Org, rest: &str) -> String {
        let slash = if rest.is_empty() || rest.starts_with('?') {
            ""
        } else {
            "/"
        };
        format!("/api/v1/organisations/{}{slash}{rest}", self.org(org))
    }

    /// A value for an `Idempotency-Key` that was not used before.
    pub fn fresh_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// Goes on with another database, as after a restore; nobody is served any more.
    pub async fn go_on_with(&mut self, db: Db) {
        let settings = config(&self.url, &self.sim, &Wishes::default());
        let clock = self.service.app.clock.clone();
        self.service = server::join(&settings, db, clock, self.stop.clone())
            .await
            .expect("the service comes up");
    }

    /// Runs what is due now.
    pub async fn run_jobs(&self) {
        self.service
            .worker
            .run_until_idle()
            .await
            .expect("the jobs come to rest");
    }

    /// Carries out what was ordered, until every order has ended or stands held. Time passes where somebody must wait.
    pub async fn work(&self) {
        if self.served {
            return self.until_all_ended().await;
        }
        let deadline = self.now().plus(LONGEST);
        loop {
            self.run_jobs().await;
            self.sim.network.settle().await;
            let Some(next) = self.next_of_an_order_under_way().await else {
                return;
            };
            assert!(
                next < deadline,
                "an order is still under way after {LONGEST:?}"
            );
            self.advance(next.since(self.now()));
        }
    }

    /// Carries out for this long, however the orders stand then.
    pub async fn work_for(&self, time: Duration) {
        let deadline = self.now().plus(time);
        loop {
            self.run_jobs().await;
            self.sim.network.settle().await;
            match self.next_of_an_order_under_way().await {
                Some(next) if next < deadline => self.advance(next.since(self.now())),
                _ => break,
            }
        }
        self.advance(deadline.since(self.now()));
        self.run_jobs().await;
    }

    /// When the next jobs of orders that neither ended nor stand held are due: those of the next few seconds go together.
    async fn next_of_an_order_under_way(&self) -> Option<Instant> {
        let open = self
            .orders("SELECT id FROM orders WHERE executed_at IS NULL AND state NOT IN ('held', 'pending')")
            .await;
        if open.is_empty() {
            return None;
        }
        let mut conn = self.db().read().await.expect("a connection");
        let jobs = conn
            .all(
                "SELECT key, run_after FROM jobs WHERE kind = ?1 AND state = 'ready'",
                params![domain::orders::CARRY_OUT],
            )
            .await
            .expect("the jobs");
        let due: HashMap<String, Instant> = jobs
            .iter()
            .map(|row| (row.get(0).expect("a key"), row.get(1).expect("a time")))
            .collect();
        let due: Vec<Instant> = open
            .iter()
            .map(|order| {
                *due.get(order).unwrap_or_else(|| {
                    panic!("the order {order} is under way and nobody works on it")
                })
            })
            .collect();
        let soon = due.iter().min()?.plus(Duration::from_secs(2));
        due.into_iter().filter(|at| *at <= soon).max()
    }

    /// Ids of orders.
    async fn orders(&self, sql: &str) -> HashSet<String> {
        let mut conn = self.db().read().await.expect("a connection");
        let rows = conn.all(sql, params![]).await.expect("orders");
        rows.iter()
            .map(|row| row.get::<Uuid>(0).expect("an id").to_string())
            .collect()
    }

    /// Ends a test: nothing is left undone, every side tells the same of what was done.
    pub async fn end(mut self) {
        self.ended = true;
        self.check_jobs().await;
        fsck::check(&self).await;
    }

    /// Every side tells the same of what was done so far; no order may be under way.
    pub async fn check_books(&self) {
        fsck::check(self).await;
    }

    /// Nothing is left to be done but what goes on for ever, and what a held order waits for; nothing was given up.
    async fn check_jobs(&self) {
        let held = self
            .orders("SELECT id FROM orders WHERE state IN ('held', 'pending')")
            .await;
        let mut conn = self.db().read().await.expect("a connection");
        let jobs = conn
            .all("SELECT kind, state, key, last_error FROM jobs", params![])
            .await
            .expect("the jobs");
        let mut left = Vec::new();
        for job in &jobs {
            let kind: String = job.get(0).expect("a kind");
            let state: String = job.get(1).expect("a state");
            let key: Option<String> = job.get(2).expect("a key");
            let regular = [
                "billing.schedule",
                "directory.",
                "numbering.",
                "platform.",
                "porting.",
            ]
            .iter()
            .any(|room| kind.starts_with(room));
            let waits = key.is_some_and(|key| held.contains(&key));
            if state != "ready" || !(regular || waits) {
                left.push(database::shown(job));
            }
        }
        assert!(left.is_empty(), "jobs are left over: {left:#?}");
    }

    /// Looks until `ready` says so. For what somebody else's task brings about; what a clock brings about is not waited for.
    pub async fn until<T>(&self, what: &str, mut ready: impl AsyncFnMut() -> Option<T>) -> T {
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        for _ in 0..4_000 {
            tick.tick().await;
            if let Some(found) = ready().await {
                return found;
            }
        }
        panic!("{what} did not happen")
    }

    /// One number out of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        let mut conn = self.db().read().await.expect("a connection");
        let row = conn.one(sql, params![]).await.expect("a count");
        row.get(0).expect("a number")
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.stop.cancel();
        if !self.ended && !std::thread::panicking() {
            panic!("the test did not end with app.end().await");
        }
    }
}

/// Whether the long form of a test is asked for: see `make proof`.
pub fn in_full() -> bool {
    std::env::var_os("PROOF").is_some()
}

/// The service's settings, as the environment of its process would have them.
fn environment(url: &str, sim: &Running, wishes: &Wishes) -> Vec<(String, String)> {
    let keys = FILES.join("keys");
    let web = FILES.join("web");
    let values = [
        ("SERVER__PUBLIC_URL", format!("{url}/")),
        ("SERVER__WEB_DIST", web.display().to_string()),
        ("ENTRA__AUTHORITY", sim.microsoft_http.clone()),
        ("ENTRA__CLIENT_ID", CLIENT_ID.to_owned()),
        ("ENTRA__CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("GRAPH__BASE", sim.graph_base()),
        ("GRAPH__NOTIFICATIONS", wishes.notifications.to_string()),
        (
            "NETWORK__BASE",
            format!("{}/tmf-api/serviceOrdering/v4", sim.network_url),
        ),
        ("NETWORK__TOKEN", DEMO_TOKEN.to_owned()),
        ("NETWORK__CALLBACK_TOKEN", CALLBACK_TOKEN.to_owned()),
        ("MAIL__HOST", "127.0.0.1".to_owned()),
        ("MAIL__PORT", sim.smtp.port().to_string()),
        ("MAIL__TLS", "none".to_owned()),
        (
            "MAIL__FROM",
            "Switchboard <no-reply@nordtel.example>".to_owned(),
        ),
        ("SECRETS__SEAL_KEY_FILE", keys.display().to_string()),
        // Everybody who is sent an invoice knows who sells.
        ("SELLER__NAME", "Telesalg A/S".to_owned()),
        ("SELLER__CVR", "12345674".to_owned()),
        ("SELLER__STREET", "Telegrafvej 5".to_owned()),
        ("SELLER__POSTAL_CODE", "2750".to_owned()),
        ("SELLER__CITY", "Ballerup".to_owned()),
        ("SELLER__BANK_REGISTRATION", "9570".to_owned()),
        ("SELLER__BANK_ACCOUNT", "0012345678".to_owned()),
    ];
    let limits = wishes
        .limits
        .iter()
        .map(|(key, most)| (format!("LIMITS__{}", key.to_uppercase()), most.to_string()));
    let timeout = wishes.outside_timeout.map(|seconds| {
        (
            "SERVER__OUTSIDE_TIMEOUT_SECONDS".to_owned(),
            seconds.to_string(),
        )
    });
    values
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .chain(limits)
        .chain(timeout)
        .map(|(name, value)| (format!("SWITCHBOARD_{name}"), value))
        .collect()
}

fn config(url: &str, sim: &Running, wishes: &Wishes) -> Config {
    Config::load(None, environment(url, sim, wishes)).unwrap_or_else(|error| panic!("{error}"))
}
