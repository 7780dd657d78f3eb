//! A table of orders, and the server dies: while it reads the table, while the order is placed from it, at a row in the middle
//! while it is carried out, and while it is called off. Each row comes to its end, once.

use super::places::{ASSIGNMENTS, Place, SERVICE_ORDER, Side};
use crate::support::{Answer, App, Org, Process, Wishes, in_full};
use reqwest::Method;
use serde_json::{Value, json};
use std::fmt::Write;
use tokio::task::JoinHandle;

const ROWS: usize = 4;
/// A row of telephony: it has calls to the network and to Microsoft.
const MIDDLE: usize = 2;

const READING: &[(&str, &str)] = &[("INSERT ON bulks", "NEW.total > 0")];
const ORDERING: &[(&str, &str)] = &[
    ("INSERT ON orders", "NEW.state = 'acknowledged'"),
    ("INSERT ON order_items", "NEW.position = 2"),
];
const CARRYING_OUT: &[(&str, &str)] = &[
    (
        "UPDATE ON orders",
        "OLD.state = 'acknowledged' AND NEW.state = 'inProgress'",
    ),
    (
        "UPDATE ON order_items",
        "NEW.position = 2 AND NEW.state = 'completed' AND OLD.state <> 'completed'",
    ),
    (
        "UPDATE ON orders",
        "OLD.executed_at IS NULL AND NEW.executed_at IS NOT NULL",
    ),
];
const CALLING_OFF: &[(&str, &str)] = &[
    (
        "UPDATE ON orders",
        "OLD.cancel_requested_at IS NULL AND NEW.cancel_requested_at IS NOT NULL",
    ),
    (
        "UPDATE ON saga_steps",
        "OLD.state = 'running' AND NEW.state = 'compensating'",
    ),
    (
        "UPDATE ON order_items",
        "NEW.state = 'cancelled' AND OLD.state <> 'cancelled'",
    ),
    (
        "UPDATE ON orders",
        "OLD.executed_at IS NULL AND NEW.executed_at IS NOT NULL",
    ),
];

/// What somebody sends, and sends again when no answer comes.
struct Ask {
    path: String,
    body: String,
    media: &'static str,
    key: String,
}

struct Stage {
    app: App,
    server: Process,
    tables: usize,
}

impl Stage {
    async fn new(tables: usize) -> Stage {
        let rows = tables * ROWS;
        let mut app = App::with(Wishes {
            people: vec![(Org::Nordvind, rows * 2 + 40)],
            numbers: rows as u32 + 8,
            sims: rows as u64 + 8,
            mirrored: vec![Org::Nordvind],
            ..Wishes::default()
        })
        .await;
        let server = Process::serving(&mut app).await;
        Stage {
            app,
            server,
            tables: 0,
        }
    }

    /// A table for people who have nothing yet, and the number of its middle row. Every other row is telephony.
    async fn table(&mut self) -> (Ask, String) {
        let first = self.tables * ROWS;
        self.tables += 1;
        let people = self.app.people(Org::Nordvind, true).await;
        let mut table = "action;person;product;number;sim\n".to_owned();
        for row in 0..ROWS {
            let person = self.app.object_of(people[first + row]).await;
            let at = (first + row) as u32;
            if row % 2 == 0 {
                let number = Org::Nordvind.landline(at);
                writeln!(table, "activateTelephony;{person};teams-denmark;{number};")
            } else {
                let number = Org::Nordvind.mobile(at);
                writeln!(table, "createMobile;{person};mobile-m;{number};eSim")
            }
            .expect("a row");
        }
        let ask = Ask {
            path: "bulk".to_owned(),
            body: table,
            media: "text/csv",
            key: self.app.fresh_key(),
        };
        (ask, Org::Nordvind.landline((first + MIDDLE) as u32))
    }

    fn ordering(&self, bulk: &Value) -> Ask {
        Ask {
            path: "orders".to_owned(),
            body: json!({ "quote": bulk["quote"]["id"] }).to_string(),
            media: "application/json",
            key: self.app.fresh_key(),
        }
    }

    fn send(&self, ask: &Ask) -> JoinHandle<reqwest::Result<reqwest::Response>> {
        let mette = self.app.mette().with("idempotency-key", &ask.key);
        let request = mette
            .request(Method::POST, &mette.path(&ask.path))
            .header("content-type", ask.media)
            .body(ask.body.clone());
        tokio::spawn(request.send())
    }

    async fn send_again(&self, ask: &Ask) -> Answer {
        let mette = self.app.mette();
        let path = mette.path(&ask.path);
        mette
            .with("idempotency-key", &ask.key)
            .send_text(Method::POST, &path, Some(ask.body.clone()), ask.media)
            .await
    }

    /// The server dies at the place, to which what was asked leads it, and lives again.
    async fn die_at(&mut self, place: &Place, ask: &Ask) {
        let trap = place.arm(&self.app).await;
        let asked = self.send(ask);
        let name = format!("{place:?}");
        self.app
            .await_that(&name, async || {
                trap.is_sprung(&self.app).await.then_some(())
            })
            .await;
        self.server.kill().await;
        drop(asked.await);
        let left = trap.after_death(&self.app).await;
        self.app.expire_leases().await;
        self.server.restart().await;
        if let Some(left) = left {
            left.clear(&self.app).await;
        }
    }

    /// The table has become one order, which has come to this end with all its rows.
    async fn end(&self, name: &str, upload: &Ask, ask: &Ask, states: &[&str]) {
        let bulk = self.send_again(upload).await.ok(201);
        let order = self.send_again(ask).await.ok(202);
        self.app.until_all_ended().await;
        let order = self.app.mette().see(&order).await;
        let state = order["state"].as_str().unwrap_or_default();
        assert!(states.contains(&state), "{name}: {order}");
        let id = bulk["id"].as_str().expect("an id");
        let bulk = self.app.mette().look(&format!("bulk/{id}")).await;
        assert_eq!(bulk["order"], order["id"], "{name}");
        let ended = ["completed", "cancelled"]
            .iter()
            .filter_map(|state| bulk["progress"][state].as_u64())
            .sum::<u64>();
        assert_eq!(ended, ROWS as u64, "{name}: {}", bulk["progress"]);
        for table in ["bulks", "orders"] {
            let there = format!("SELECT COUNT(*) FROM {table}");
            assert_eq!(self.app.count(&there).await, self.tables as i64, "{name}");
        }
        self.app.check_books().await;
        println!("{name}");
    }

    async fn reading(&mut self, place: &Place) {
        let (upload, _) = self.table().await;
        self.die_at(place, &upload).await;
        let bulk = self.send_again(&upload).await.ok(201);
        assert_eq!(bulk["valid"], ROWS, "{place:?}: {bulk}");
        let ask = self.ordering(&bulk);
        self.send_again(&ask).await.ok(202);
        self.end(&format!("{place:?}"), &upload, &ask, &["completed"])
            .await;
    }

    async fn ordering_and_carrying_out(&mut self, place: impl Fn(&str) -> Place) {
        let (upload, number) = self.table().await;
        let place = place(&number);
        let bulk = self.send_again(&upload).await.ok(201);
        let ask = self.ordering(&bulk);
        self.die_at(&place, &ask).await;
        self.end(&format!("{place:?}"), &upload, &ask, &["completed"])
            .await;
    }

    /// Called off when Microsoft has given the middle row its number and not said so.
    async fn calling_off(&mut self, place: &Place) {
        let (upload, number) = self.table().await;
        let bulk = self.send_again(&upload).await.ok(201);
        let ask = self.ordering(&bulk);
        let kept = assigning(&number, Place::After).arm(&self.app).await;
        let order = self.send_again(&ask).await.ok(202);
        self.app
            .await_that("the middle row", async || {
                kept.is_sprung(&self.app).await.then_some(())
            })
            .await;
        let trap = place.arm(&self.app).await;
        let off = Ask {
            path: format!("orders/{}/cancel", order["id"].as_str().expect("an id")),
            body: "{}".to_owned(),
            media: "application/json",
            key: self.app.fresh_key(),
        };
        let asked = self.send(&off);
        let requested = format!("{place:?}").contains("cancel_requested_at");
        if !requested {
            self.app
                .await_that("the wish to call it off", async || {
                    let wished =
                        "SELECT COUNT(*) FROM orders WHERE cancel_requested_at IS NOT NULL AND executed_at IS NULL";
                    (self.app.count(wished).await == 1).then_some(())
                })
                .await;
            kept.clear(&self.app).await;
        }
        let name = format!("called off, {place:?}");
        self.app
            .await_that(&name, async || {
                trap.is_sprung(&self.app).await.then_some(())
            })
            .await;
        self.server.kill().await;
        drop(asked.await);
        trap.clear(&self.app).await;
        self.app.expire_leases().await;
        self.server.restart().await;
        if requested {
            kept.clear(&self.app).await;
        }
        // Where the wish was lost with the server it is wished again, unless everything was carried out by then.
        let again = self.send_again(&off).await;
        assert!([202, 409].contains(&again.status), "{name}: {}", again.text);
        let states: &[&str] = match again.status {
            202 => &["cancelled", "partial", "completed"],
            _ => &["completed"],
        };
        self.end(&name, &upload, &ask, states).await;
    }
}

fn assigning(number: &str, place: fn(Side, &'static str, String, String) -> Place) -> Place {
    let path = format!("{ASSIGNMENTS}/assignNumber");
    // Microsoft is asked without the plus.
    place(Side::Microsoft, "POST", path, number[1..].to_owned())
}

fn serving(number: &str, place: fn(Side, &'static str, String, String) -> Place) -> Place {
    let path = SERVICE_ORDER.to_owned();
    place(Side::Network, "POST", path, number.to_owned())
}

fn commits(all: &'static [(&'static str, &'static str)]) -> impl Iterator<Item = Place> {
    all.iter()
        .map(|(change, condition)| Place::Commit(change, (*condition).to_owned()))
}

/// In the long form only: each boundary takes seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_table_that_the_dying_carry_out_is_carried_out_once() {
    if !in_full() {
        return;
    }
    let tables = READING.len() + ORDERING.len() + CARRYING_OUT.len() + CALLING_OFF.len() + 4;
    let mut stage = Stage::new(tables).await;
    for place in commits(READING) {
        stage.reading(&place).await;
    }
    for place in commits(ORDERING).chain(commits(CARRYING_OUT)) {
        stage.ordering_and_carrying_out(|_| place.clone()).await;
    }
    for at in [Place::Before, Place::After] {
        stage
            .ordering_and_carrying_out(|number| serving(number, at))
            .await;
        stage
            .ordering_and_carrying_out(|number| assigning(number, at))
            .await;
    }
    for place in commits(CALLING_OFF) {
        stage.calling_off(&place).await;
    }
    assert_eq!(stage.tables, tables);
    println!("{tables} deaths");
    stage.app.until_all_is_done().await;
    let told = stage.server.command(&["fsck"]).await;
    assert!(told.is_ok(), "{told:?}");
    drop(stage.server);
    stage.app.forget_jobs().await;
    stage.app.end().await;
}
