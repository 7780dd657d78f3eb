//! The program is killed at a boundary of an order, started again, and left to itself: the order comes to its end, everything
//! outside has happened once or not at all, and all books agree.
//!
//! There is no hook in the program. A call is caught by the simulator that it is made to, before or after its effect. A commit is
//! caught by a trigger of the test's in the database, which holds the transaction up from inside.

mod billing;
mod credits;
mod kinds;
mod mails;
mod places;
mod ports;
mod tables;
mod usage;

use crate::support::{App, Org, Process, Wishes, in_full, mobile, telephony};
use places::{Journey, Place, places};
use platform::db::params;
use reqwest::Method;
use serde_json::{Value, json};

/// A world, a server in it, and what has been used up.
struct Stage {
    app: App,
    server: Process,
    cycles: usize,
}

impl Stage {
    async fn new(cycles: usize) -> Stage {
        let mut app = App::with(Wishes {
            people: vec![(Org::Nordvind, cycles * 2 + 40)],
            numbers: cycles as u32 + 8,
            sims: cycles as u64 + 8,
            ..Wishes::default()
        })
        .await;
        let server = Process::serving(&mut app).await;
        Stage {
            app,
            server,
            cycles: 0,
        }
    }

    /// One order, one death.
    async fn cycle(&mut self, journey: Journey, place: &Place) {
        let people = self.app.people(Org::Nordvind, true).await;
        let person = people[self.cycles];
        self.cycles += 1;
        let mut items = vec![telephony(&self.app, person, json!({ "from": "series" }))];
        if journey == Journey::Completes {
            let card = self.app.cards(Org::Nordvind).await[0];
            items.push(mobile(&self.app, person, json!({ "from": "new" }), card));
        }
        journey.prepare(&self.app);
        let quote = self.app.mette().quote(json!(items)).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        let key = self.app.fresh_key();

        let trap = place.arm(&self.app).await;
        let cancelled = journey.catch_for_cancelling(&self.app);
        let first = {
            let mette = self.app.mette().with("idempotency-key", &key);
            let request = mette
                .request(Method::POST, &mette.path("orders"))
                .header("content-type", "application/json")
                .body(json!({ "quote": quote["id"] }).to_string());
            tokio::spawn(request.send())
        };
        if let Some(caught) = cancelled {
            // It is at Microsoft, and now nobody wants it any more.
            self.app
                .await_that("the assignment", async || {
                    caught.is_there(&self.app).then_some(())
                })
                .await;
            let order = self.order_of(&quote).await;
            self.app.mette().cancel(&order).await.ok(202);
            caught.let_go(&self.app);
        }
        self.app
            .await_that(&format!("{journey:?}, {place:?}"), async || {
                trap.is_sprung(&self.app).await.then_some(())
            })
            .await;
        self.server.kill().await;
        trap.clear(&self.app).await;
        // Answered or not: whoever asked knows only what came before the end.
        drop(first.await);

        self.app.expire_leases().await;
        self.server.restart().await;
        let again = self.place_again(&quote["id"], &key).await;
        self.app.until_all_ended().await;
        let order = self.app.mette().see(&again).await;
        assert_eq!(
            order["state"],
            journey.end(),
            "{journey:?}, {place:?}: {order}"
        );
        self.app.check_books().await;
        let told = self.server.command(&["fsck", "--json"]).await;
        let told: Value = serde_json::from_str(&told.unwrap_or_else(|told| panic!("{told}")))
            .expect("fsck speaks JSON");
        assert_eq!(told["sound"], true, "{told}");
        journey.tidy(&self.app);
    }

    /// Whoever heard nothing sends the same again, and gets the one order that there is.
    async fn place_again(&self, quote: &Value, key: &str) -> Value {
        let mette = self.app.mette();
        let answer = mette
            .clone()
            .with("idempotency-key", key)
            .post(&mette.path("orders"), json!({ "quote": quote }))
            .await;
        answer.ok(202)
    }

    async fn order_of(&self, quote: &Value) -> Value {
        let quote: uuid::Uuid = quote["id"].as_str().unwrap().parse().unwrap();
        let mut conn = self.app.db().read().await.unwrap();
        let row = conn
            .one("SELECT id FROM orders WHERE quote = ?1", params![quote])
            .await
            .unwrap();
        json!({ "id": row.get::<uuid::Uuid>(0).unwrap() })
    }

    async fn end(self) {
        self.app.until_all_is_done().await;
        drop(self.server);
        self.app.forget_jobs().await;
        self.app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_loses_nothing_and_does_nothing_twice() {
    let all = places();
    let chosen: Vec<_> = if in_full() {
        all.iter().collect()
    } else {
        all.iter().filter(|(_, place)| place.is_sample()).collect()
    };
    let mut stage = Stage::new(chosen.len()).await;
    for (number, (journey, place)) in chosen.iter().enumerate() {
        if in_full() {
            println!("{}/{} {journey:?}, {place:?}", number + 1, chosen.len());
        }
        stage.cycle(*journey, place).await;
    }
    stage.end().await;
}
