//! A month is closed, and whoever closes it dies: the server after the operator's button, or the command. Begun again it comes to
//! its end: one invoice for each payer, numbers without a gap, each mail once.

use super::places::{Place, Trap};
use crate::support::{App, Org, Process, Wishes, in_full};
use platform::{Period, db::params};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

/// A transaction of the run, by what it changes: the first, the middle or the last invoice of a month by its number.
const BOUNDARIES: &[(&str, &str)] = &[
    ("INSERT ON billing_periods", "NEW.gathered = FALSE"),
    ("INSERT ON billing_members", "NEW.period > ''"),
    ("INSERT ON billing_runs", "NEW.state = 'waiting'"),
    ("UPDATE ON billing_periods", "NEW.gathered = TRUE"),
    ("INSERT ON invoice_lines", "NEW.position = 1"),
    ("INSERT ON invoice_sums", "NEW.lines > 0"),
    ("UPDATE ON invoice_series", "NEW.last > 0"),
    ("INSERT ON invoices", "NEW.sequence % 3 = 1"),
    ("INSERT ON invoices", "NEW.sequence % 3 = 2"),
    ("INSERT ON invoices", "NEW.sequence % 3 = 0"),
    ("INSERT ON mail_outbox", "NEW.state = 'pending'"),
    ("UPDATE ON billing_runs", "NEW.state = 'issued'"),
    ("UPDATE ON billing_runs", "NEW.state = 'nothing'"),
];

/// How a month is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Over HTTP, and the server's worker does the work.
    Button,
    /// `switchboard close-period`, without a server.
    Command,
}

pub(super) struct Stage {
    pub app: App,
    pub server: Process,
    lines: Vec<Uuid>,
    deaths: usize,
    invoices: i64,
}

const PAYERS: [Org; 3] = [Org::Nordvind, Org::Fjord, Org::Havn];

impl Stage {
    pub async fn new() -> Stage {
        let mut app = App::with(Wishes {
            mirrored: PAYERS.to_vec(),
            ..Wishes::default()
        })
        .await;
        let server = Process::serving(&mut app).await;
        let mut lines = Vec::new();
        for org in PAYERS {
            let by = match org {
                Org::Nordvind => app.mette(),
                _ => app.sofus().at(org),
            };
            let person = app.people(org, true).await[0];
            let card = app.cards(org).await[0];
            let order = by
                .create_mobile(person, json!({ "from": "series" }), card)
                .await;
            let line = order["items"][0]["subscription"].as_str();
            lines.push(line.and_then(|id| id.parse().ok()).expect("a line"));
        }
        app.work().await;
        let mut tx = app.db().begin().await.expect("a transaction");
        for org in PAYERS {
            tx.execute(
                "INSERT INTO billing_terms (organisation, finance_addresses) VALUES (?1, ?2)",
                params![app.org(org), r#"["bills@firm.example"]"#],
            )
            .await
            .expect("terms");
        }
        tx.commit().await.expect("they are there");
        Stage {
            app,
            server,
            lines,
            deaths: 0,
            invoices: 0,
        }
    }

    /// A month that has ended, in which each line cost something.
    pub async fn month(&self) -> Period {
        let (period, ids) = (self.app.past_month(), &self.app.service.ids);
        let mut tx = self.app.db().begin().await.expect("a transaction");
        for line in &self.lines {
            tx.execute(
                "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
                 SELECT ?1, organisation, id, 'package', offering, 9900, ?3, ?4 FROM subscriptions WHERE id = ?2",
                params![ids.uuid(), *line, period.start(), period.end()],
            )
            .await
            .expect("an interval");
        }
        tx.commit().await.expect("it has ended");
        period
    }

    async fn of(&self, period: Period, table: &str, and: &str) -> i64 {
        let mut conn = self.app.db().read().await.expect("a connection");
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE period = ?1 AND {and}");
        let row = conn.one(&sql, params![period]).await.expect("a count");
        row.get(0).expect("a number")
    }

    pub async fn until_sprung(&self, trap: &Trap, place: &str) {
        self.app
            .await_that(place, async || {
                trap.is_sprung(&self.app).await.then_some(())
            })
            .await;
    }

    async fn button(&mut self, period: Period, place: &str, trap: Trap) {
        let olivia = self.app.olivia();
        let key = self.app.fresh_key();
        let path = olivia.path(&format!("billing/periods/{period}/close"));
        let asked = olivia
            .clone()
            .with("idempotency-key", &key)
            .request(Method::POST, &path)
            .header("content-type", "application/json")
            .body("{}");
        let asked = tokio::spawn(asked.send());
        self.until_sprung(&trap, place).await;
        self.server.kill().await;
        trap.clear(&self.app).await;
        drop(asked.await);
        self.app.expire_leases().await;
        self.server.restart().await;
        let olivia = self.app.olivia();
        olivia
            .clone()
            .with("idempotency-key", &key)
            .post(&path, json!({}))
            .await
            .ok(202);
        self.app
            .await_that(place, async || {
                let left = "SELECT COUNT(*) FROM jobs WHERE kind IN ('billing.closePeriod', 'billing.closePayer')";
                (self.app.count(left).await == 0).then_some(())
            })
            .await;
    }

    async fn command(&mut self, period: Period, place: &str, trap: Trap) {
        // Nobody else may do the work.
        self.server.kill().await;
        let words = ["close-period", &period.to_string()];
        let mut closing = self.server.begin(&words);
        self.until_sprung(&trap, place).await;
        closing.kill().await.expect("it can be killed");
        trap.clear(&self.app).await;
        let told = self.server.command(&words).await;
        let told = told.unwrap_or_else(|told| panic!("{place}: {told}"));
        assert!(told.contains("3 invoices"), "{place}: {told}");
        // And once more, by a server that finds nothing to do.
        let told = self.server.command(&words).await;
        assert!(told.is_ok(), "{place}: {told:?}");
        self.server.restart().await;
        self.app
            .await_that(place, async || {
                let left = "SELECT COUNT(*) FROM jobs WHERE kind IN ('billing.closePeriod', 'billing.closePayer')";
                (self.app.count(left).await == 0).then_some(())
            })
            .await;
    }

    async fn close(&mut self, by: By, boundary: (&'static str, &str)) {
        let period = self.month().await;
        let place = format!("{by:?}, {period}, {boundary:?}");
        let (change, condition) = boundary;
        let trap = Place::Commit(change, condition.to_owned())
            .arm(&self.app)
            .await;
        match by {
            By::Button => self.button(period, &place, trap).await,
            By::Command => self.command(period, &place, trap).await,
        }
        self.deaths += 1;
        self.invoices += 3;
        assert_eq!(self.of(period, "invoices", "kind = 'invoice'").await, 3);
        assert_eq!(
            self.of(period, "billing_runs", "state = 'waiting'").await,
            0
        );
        assert_eq!(self.of(period, "billing_runs", "state = 'issued'").await, 3);
        assert_eq!(self.of(period, "billing_periods", "gathered").await, 1);
        let invoices = self.app.count("SELECT COUNT(*) FROM invoices").await;
        assert_eq!(invoices, self.invoices, "{place}");
        let last = "SELECT last FROM invoice_series";
        assert_eq!(self.app.count(last).await, self.invoices, "{place}");
        self.app.check_books().await;
    }
}

/// In the long form only: each boundary takes seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_month_that_is_closed_by_the_dying_is_closed_once() {
    if !in_full() {
        return;
    }
    let mut stage = Stage::new().await;
    // The first number of a series is written otherwise than the next ones.
    let first = ("INSERT ON invoice_series", "NEW.last = 1");
    stage.close(By::Button, first).await;
    for by in [By::Button, By::Command] {
        for boundary in BOUNDARIES {
            stage.close(by, *boundary).await;
            println!("{by:?}, {boundary:?}");
        }
    }
    println!("{} deaths", stage.deaths);
    stage.app.until_all_is_done().await;
    // Each is written once. Where the server died between sending and noting it, it goes out again.
    let written = "SELECT COUNT(*) FROM mail_outbox WHERE recipient = 'bills@firm.example' AND state = 'sent'";
    assert_eq!(stage.app.count(written).await, stage.invoices);
    let sound = stage.server.command(&["fsck"]).await;
    assert!(sound.is_ok(), "{sound:?}");
    drop(stage.server);
    stage.app.forget_jobs().await;
    stage.app.end().await;
}
