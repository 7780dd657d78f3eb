//! Where an order can be caught.

use crate::support::App;
use platform::db::{Db, DbOptions, EngineName, params};
use serde_json::json;
use simulators::common::faults::{Effect, Fault, Faults, When};
use std::time::Duration;

/// What becomes of the order, whatever happens to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journey {
    /// Telephony and a mobile subscription.
    Completes,
    /// Telephony that Microsoft refuses at the last step.
    Fails,
    /// Telephony that is cancelled while Microsoft assigns the number.
    IsCancelled,
}

pub const ASSIGNMENTS: &str = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments";
pub const SERVICE_ORDER: &str = "/tmf-api/serviceOrdering/v4/serviceOrder";

impl Journey {
    pub fn end(self) -> &'static str {
        match self {
            Journey::Completes => "completed",
            Journey::Fails => "failed",
            Journey::IsCancelled => "cancelled",
        }
    }

    pub fn prepare(self, app: &App) {
        // Long enough for the operation to be asked about.
        let mut settings = json!({ "operationSeconds": 2 });
        if self == Journey::Fails {
            settings["forcedOutcome"] = json!({ "status": "failed", "detail": "It cannot be" });
        }
        app.sim.graph.change_settings(&settings).expect("settings");
    }

    pub fn tidy(self, app: &App) {
        app.sim.graph.reset_settings();
    }

    /// Holds the assignment up until it has been cancelled.
    pub fn catch_for_cancelling(self, app: &App) -> Option<Caught> {
        (self == Journey::IsCancelled).then(|| {
            let path = format!("{ASSIGNMENTS}/assignNumber");
            let fault = Fault::new("POST", &path, Effect::Keep).when(When::First(1));
            Caught(app.sim.microsoft_faults.add(fault))
        })
    }
}

/// The assignment of a number whose answer is kept back.
pub struct Caught(u64);

impl Caught {
    pub fn is_there(&self, app: &App) -> bool {
        app.sim.microsoft_faults.struck(self.0) == Some(1)
    }

    pub fn let_go(&self, app: &App) {
        app.sim.microsoft_faults.remove(self.0);
    }
}

/// Whose interface is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Network,
    Microsoft,
}

impl Side {
    fn faults(self, app: &App) -> &Faults {
        match self {
            Side::Network => &app.sim.network_faults,
            Side::Microsoft => &app.sim.microsoft_faults,
        }
    }
}

#[derive(Clone, Debug)]
pub enum Place {
    /// In a transaction that has made this change, before it commits: the operation and table, and what it must look like.
    Commit(&'static str, String),
    /// A call has arrived and nothing has been done yet.
    Before(Side, &'static str, String, String),
    /// A call has had its effect, and its answer has not gone out.
    After(Side, &'static str, String, String),
}

/// A place that has been prepared.
pub enum Trap {
    Trigger(&'static str),
    Fault(Side, u64),
}

impl Place {
    /// One of the handful that every run of the tests takes.
    pub fn is_sample(&self) -> bool {
        match self {
            Place::Commit(change, what) => {
                *change == "INSERT ON orders"
                    || what == "NEW.state = 'completed' AND OLD.state <> 'completed'"
            }
            Place::Before(_, method, _, text) => *method == "POST" && text == "mobileSubscription",
            Place::After(_, method, path, _) => {
                *method == "POST" && path.ends_with("/assignNumber")
            }
        }
    }

    pub async fn arm(&self, app: &App) -> Trap {
        let (side, method, path, text, effect) = match self {
            Place::Commit(change, condition) => return arm(app, change, condition).await,
            Place::Before(side, method, path, text) => (side, method, path, text, Effect::Hold),
            Place::After(side, method, path, text) => (side, method, path, text, Effect::Keep),
        };
        let mut fault = Fault::new(method, path, effect).when(When::First(1));
        if !text.is_empty() {
            fault = fault.containing(text);
        }
        Trap::Fault(*side, side.faults(app).add(fault))
    }
}

/// A trigger that does not come to an end. One engine can sleep; the other counts as far as nobody has ever counted.
async fn arm(app: &App, change: &'static str, condition: &str) -> Trap {
    let (_, table) = change.split_once(" ON ").expect("OPERATION ON table");
    let statements = match app.db().engine() {
        EngineName::Sqlite => {
            let digits: Vec<String> = (0..100).map(|digit| format!("({digit})")).collect();
            vec![
                "CREATE TABLE crash_digits (digit BIGINT)".to_owned(),
                format!("INSERT INTO crash_digits (digit) VALUES {}", digits.join(", ")),
                format!(
                    "CREATE TRIGGER crash AFTER {change} FOR EACH ROW WHEN {condition} BEGIN
                       SELECT COUNT(*) FROM crash_digits a, crash_digits b, crash_digits c, crash_digits d, crash_digits e,
                         crash_digits f, crash_digits g WHERE a.digit + b.digit + c.digit + d.digit + e.digit + f.digit + g.digit < 0;
                     END"
                ),
            ]
        }
        EngineName::Postgres => vec![
            "CREATE FUNCTION crash_sleep() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN PERFORM pg_sleep(600); RETURN NULL; END'"
                .to_owned(),
            format!(
                "CREATE TRIGGER crash AFTER {change} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION crash_sleep()"
            ),
        ],
    };
    run(app, &statements).await;
    Trap::Trigger(table)
}

async fn run(app: &App, statements: &[String]) {
    try_run(app, statements).await.expect("it is done");
}

async fn try_run(app: &App, statements: &[String]) -> platform::Result<()> {
    let mut tx = app.db().begin().await?;
    for statement in statements {
        tx.execute(statement, params![]).await?;
    }
    tx.commit().await
}

const SLEEPERS: &str =
    "pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
/// Who waits for a sleeper walks into the trap when that one is gone.
const HELD_UP: &str = "pg_stat_activity WHERE (wait_event = 'PgSleep' OR wait_event_type = 'Lock') AND datname = current_database()";

impl Trap {
    /// Whether the server has walked into it.
    pub async fn is_sprung(&self, app: &App) -> bool {
        match (self, app.db().engine()) {
            (Trap::Fault(side, id), _) => side.faults(app).struck(*id) == Some(1),
            (Trap::Trigger(_), EngineName::Postgres) => {
                app.count(&format!("SELECT COUNT(*) FROM {SLEEPERS}")).await > 0
            }
            (Trap::Trigger(_), EngineName::Sqlite) => is_written_to_for_long(app).await,
        }
    }

    /// Takes away what would hold the database up, and hands back a call's: what was held up there must not happen before the
    /// caller is seen to be gone.
    pub async fn after_death(self, app: &App) -> Option<Trap> {
        match self {
            Trap::Trigger(_) => {
                self.clear(app).await;
                None
            }
            Trap::Fault(..) => Some(self),
        }
    }

    /// Takes it away, after the server's death.
    pub async fn clear(&self, app: &App) {
        let table = match self {
            Trap::Fault(side, id) => {
                side.faults(app).remove(*id);
                return;
            }
            Trap::Trigger(table) => table,
        };
        match app.db().engine() {
            EngineName::Sqlite => {
                let statements = ["DROP TRIGGER crash", "DROP TABLE crash_digits"];
                run(app, &statements.map(str::to_owned)).await;
            }
            EngineName::Postgres => {
                let statements = [
                    format!("DROP TRIGGER crash ON {table}"),
                    "DROP FUNCTION crash_sleep()".to_owned(),
                ];
                // What the dead one has begun goes on there, and would hold its locks until it wakes.
                let end = format!("SELECT COUNT(pg_terminate_backend(pid)) FROM {HELD_UP}");
                app.await_that("the end of what was begun", async || {
                    app.count(&end).await;
                    try_run(app, &statements).await.ok()
                })
                .await;
            }
        }
    }
}

/// Nobody else gets to write for a whole second.
async fn is_written_to_for_long(app: &App) -> bool {
    let options = DbOptions {
        statement_timeout: Duration::from_secs(1),
        max_connections: 1,
        ..app.fixture.options.clone()
    };
    let other = Db::connect(&options).await.expect("the database once more");
    // The engine waits on the thread itself.
    tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(async { other.begin().await.is_err() })
    })
}

/// Every boundary of every journey.
pub fn places() -> Vec<(Journey, Place)> {
    let mut places = Vec::new();
    let mut add = |journey, place| places.push((journey, place));
    let commit = |change, condition: &str| Place::Commit(change, condition.to_owned());
    let step = |kind: &str, from: &str, to: &str| {
        let waits = if from == to {
            " AND NEW.next_at IS NOT NULL"
        } else {
            ""
        };
        Place::Commit(
            "UPDATE ON saga_steps",
            format!("NEW.kind = '{kind}' AND OLD.state = '{from}' AND NEW.state = '{to}'{waits}"),
        )
    };
    let ended = |state: &str| format!("NEW.state = '{state}' AND OLD.state <> '{state}'");

    let journey = Journey::Completes;
    add(
        journey,
        commit("INSERT ON orders", "NEW.state = 'acknowledged'"),
    );
    add(
        journey,
        commit(
            "UPDATE ON orders",
            "OLD.state = 'acknowledged' AND NEW.state = 'inProgress'",
        ),
    );
    for (kind, specification) in [
        ("network.telephony", "teamsTelephony"),
        ("network.upload", "numberUpload"),
        ("network.mobile", "mobileSubscription"),
        ("teams.assign", ""),
    ] {
        add(journey, step(kind, "pending", "running"));
        for place in [Place::Before, Place::After] {
            add(
                journey,
                if specification.is_empty() {
                    let path = format!("{ASSIGNMENTS}/assignNumber");
                    place(Side::Microsoft, "POST", path, String::new())
                } else {
                    place(
                        Side::Network,
                        "POST",
                        SERVICE_ORDER.to_owned(),
                        specification.to_owned(),
                    )
                },
            );
        }
        add(journey, step(kind, "running", "running"));
        add(journey, step(kind, "running", "done"));
    }
    for (side, path) in [
        (Side::Network, SERVICE_ORDER),
        (Side::Microsoft, ASSIGNMENTS),
        // An id has hyphens in it, unlike `delta`.
        (Side::Microsoft, "/v1.0/users/*-*"),
    ] {
        for place in [Place::Before, Place::After] {
            add(journey, place(side, "GET", path.to_owned(), String::new()));
        }
    }
    for change in ["UPDATE ON order_items", "UPDATE ON orders"] {
        add(journey, commit(change, &ended("completed")));
    }
    for change in [
        "UPDATE ON subscriptions",
        "UPDATE ON numbers",
        "UPDATE ON sims",
    ] {
        add(journey, commit(change, &ended("active")));
    }
    add(journey, commit("UPDATE ON mail_outbox", &ended("sent")));

    let journey = Journey::Fails;
    add(journey, step("teams.assign", "running", "failed"));
    for (kind, taking_back) in [
        (
            "network.upload",
            r#""delete","service":{"serviceSpecification":{"id":"numberUpload""#,
        ),
        (
            "network.telephony",
            r#""delete","service":{"serviceSpecification":{"id":"teamsTelephony""#,
        ),
    ] {
        add(journey, step(kind, "done", "compensating"));
        for place in [Place::Before, Place::After] {
            let path = SERVICE_ORDER.to_owned();
            add(
                journey,
                place(Side::Network, "POST", path, taking_back.to_owned()),
            );
        }
        add(journey, step(kind, "compensating", "compensating"));
        add(journey, step(kind, "compensating", "compensated"));
    }
    for change in ["UPDATE ON order_items", "UPDATE ON orders"] {
        add(journey, commit(change, &ended("failed")));
    }

    let journey = Journey::IsCancelled;
    add(journey, step("teams.assign", "running", "compensating"));
    for place in [Place::Before, Place::After] {
        let path = format!("{ASSIGNMENTS}/unassignNumber");
        add(journey, place(Side::Microsoft, "POST", path, String::new()));
    }
    for place in [Place::Before, Place::After] {
        let path = "/v1.0/admin/teams/telephoneNumberManagement/operations**".to_owned();
        add(journey, place(Side::Microsoft, "GET", path, String::new()));
    }
    add(
        journey,
        step("teams.assign", "compensating", "compensating"),
    );
    add(journey, step("teams.assign", "compensating", "compensated"));
    add(journey, commit("UPDATE ON orders", &ended("cancelled")));
    places
}
