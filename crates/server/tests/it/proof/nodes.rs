//! Two servers on one database. One of them dies, or sleeps past its lease, in the middle of an order; the other takes over, and
//! nothing is done twice. SQLite has one server, so there is nothing to try there.

use crate::support::{App, Org, Process, Wishes, in_full, telephony};
use platform::db::EngineName;
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, When};
use std::time::Duration;

const SERVICE_ORDER: &str = "/tmf-api/serviceOrdering/v4/serviceOrder";

struct Nodes {
    app: App,
    first: Process,
    second: Process,
    used: usize,
}

impl Nodes {
    async fn start(orders: usize) -> Option<Nodes> {
        let mut app = App::with(Wishes {
            people: vec![(Org::Nordvind, 2 * orders + 40)],
            numbers: orders as u32 + 8,
            ..Wishes::default()
        })
        .await;
        if app.db().engine() == EngineName::Sqlite {
            app.end().await;
            return None;
        }
        let first = Process::beside(&app).await;
        let second = Process::serving(&mut app).await;
        Some(Nodes {
            app,
            first,
            second,
            used: 0,
        })
    }

    async fn order(&mut self) -> Value {
        let person = self.app.people(Org::Nordvind, true).await[self.used];
        self.used += 1;
        let number = json!({ "from": "series" });
        let item = telephony(&self.app, person, number);
        self.app.mette().order(json!([item])).await
    }

    async fn end(self) {
        self.app.until_all_ended().await;
        let completed = "SELECT COUNT(*) FROM orders WHERE state = 'completed'";
        assert_eq!(self.app.count(completed).await, self.used as i64);
        self.app.check_books().await;
        let told = self.second.command(&["fsck"]).await;
        assert!(told.is_ok(), "{told:?}");
        self.app.until_all_is_done().await;
        drop((self.first, self.second));
        self.app.forget_jobs().await;
        self.app.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_two_servers_is_killed_and_the_other_goes_on() {
    let (rounds, together) = if in_full() { (10, 12) } else { (1, 4) };
    let Some(mut nodes) = Nodes::start(rounds * together).await else {
        return;
    };
    for round in 0..rounds {
        // Each time another call is under way when the end comes.
        let (side, method, path) = [
            (&nodes.app.sim.network_faults, "POST", SERVICE_ORDER),
            (&nodes.app.sim.network_faults, "GET", SERVICE_ORDER),
            (
                &nodes.app.sim.microsoft_faults,
                "POST",
                "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments/assignNumber",
            ),
        ][round % 3];
        let side = side.clone();
        let effect = if round % 2 == 0 {
            Effect::Keep
        } else {
            Effect::Hold
        };
        let held = side.add(Fault::new(method, path, effect).when(When::Nth(3)));
        for _ in 0..together {
            nodes.order().await;
        }
        nodes
            .app
            .await_that("a call under way", async || {
                (side.struck(held) == Some(1)).then_some(())
            })
            .await;
        nodes.first.kill().await;
        side.remove(held);
        nodes.app.expire_leases().await;
        nodes.app.until_all_ended().await;
        nodes.app.check_books().await;
        nodes.first.restart().await;
    }
    nodes.end().await;
}

/// Its call has gone out and the answer comes while it sleeps. The other has asked, and gone on; the sleeper may not write.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_slept_past_its_lease_may_not_write() {
    let rounds = if in_full() { 6 } else { 1 };
    let Some(mut nodes) = Nodes::start(rounds).await else {
        return;
    };
    for _ in 0..rounds {
        let faults = nodes.app.sim.network_faults.clone();
        let kept = faults.add(Fault::new("POST", SERVICE_ORDER, Effect::Keep).when(When::First(1)));
        // Whichever of the two has it: the second is asleep until the first has taken the order.
        nodes.second.signal("STOP").await;
        let order = nodes.order_at(0).await;
        nodes
            .app
            .await_that("the call", async || {
                (faults.struck(kept) == Some(1)).then_some(())
            })
            .await;
        nodes.first.signal("STOP").await;
        nodes.second.signal("CONT").await;
        nodes.app.expire_leases().await;
        nodes.app.until_all_ended().await;
        let before = nodes.first.said();
        faults.remove(kept);
        nodes.first.signal("CONT").await;
        nodes
            .app
            .await_that("the sleeper's word", async || {
                let said = nodes.first.said();
                said[before.len()..]
                    .contains("lost its lease")
                    .then_some(())
            })
            .await;
        assert_eq!(nodes.app.mette().see(&order).await["state"], "completed");
        nodes.app.check_books().await;
    }
    nodes.end().await;
}

impl Nodes {
    /// Places an order at the first server (0) or the second.
    async fn order_at(&mut self, node: usize) -> Value {
        let url = [&self.first, &self.second][node].url.clone();
        let usual = std::mem::replace(&mut self.app.url, url);
        let order = self.order().await;
        self.app.url = usual;
        order
    }
}

/// The whole lease goes by in real time, with orders at every stage. In the long form only: it takes minutes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_sleeps_for_longer_than_its_lease_under_load() {
    if !in_full() {
        return;
    }
    let (rounds, together) = (4, 25);
    let Some(mut nodes) = Nodes::start(rounds * together).await else {
        return;
    };
    for round in 0..rounds {
        for _ in 0..together {
            nodes.order_at(1).await;
        }
        nodes.first.signal("STOP").await;
        let mut slept = tokio::time::interval(Duration::from_secs(35));
        slept.tick().await;
        slept.tick().await;
        nodes.first.signal("CONT").await;
        nodes.app.until_all_ended().await;
        nodes.app.check_books().await;
        println!("round {} of {rounds}", round + 1);
    }
    nodes.end().await;
}
