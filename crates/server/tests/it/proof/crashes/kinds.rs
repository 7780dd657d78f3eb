//! Every kind of order, with the server killed at every boundary of its life, one after the other: while it is placed, carried
//! out, undone, and called off half-way. However often that was, it comes to its end, what it was about is as it was when it
//! has been taken back, and all books agree.
//!
//! Two lives of each: in one the server dies before each call and in each transaction, in the other after each call.

use super::places::{ASSIGNMENTS, Place, SERVICE_ORDER, Side, Trap};
use crate::support::{
    Answer, App, Org, Process, Wishes, in_full,
    kinds::{Family, KINDS, Kind, Stand, Undo},
};
use platform::db::params;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// A boundary; the number is the step's place in its item.
#[derive(Clone, Copy, Debug)]
enum Boundary {
    /// The order is written, and not committed.
    Placed,
    /// Its steps are written.
    Begun,
    Claimed(usize),
    Before(usize),
    After(usize),
    Done(usize),
    /// The call that takes a step back.
    BeforeBack(usize),
    AfterBack(usize),
    TakenBack(usize),
    /// Subscriptions, numbers, cards and mails are written.
    Ended,
}

/// Where the server dies in one life of an order.
#[derive(Clone, Copy, Debug)]
enum Dies {
    BeforeCallsAndInTransactions,
    AfterCalls,
}

/// What somebody asks for, and asks for again when no answer comes.
struct Ask {
    path: String,
    body: Value,
    key: String,
}

/// A step of the order that is under way.
pub(super) struct Step {
    pub id: Uuid,
    pub kind: String,
    /// In its item, from 0.
    pub position: i64,
    /// The action of its item.
    pub item_action: String,
}

impl Step {
    /// The call that carries it out, or takes it back.
    pub fn place(
        &self,
        back: bool,
        place: fn(Side, &'static str, String, String) -> Place,
    ) -> Place {
        let assigns = match self.kind.as_str() {
            "teams.assign" => !back,
            "teams.unassign" => back,
            _ => {
                let undo = if back { "-undo" } else { "" };
                let reference = format!("\"{}{undo}\"", self.id);
                return place(Side::Network, "POST", SERVICE_ORDER.to_owned(), reference);
            }
        };
        let verb = if assigns {
            "assignNumber"
        } else {
            "unassignNumber"
        };
        let path = format!("{ASSIGNMENTS}/{verb}");
        place(Side::Microsoft, "POST", path, String::new())
    }
}

impl Boundary {
    fn place(self, steps: &[Step]) -> Place {
        let commit = |change, condition: String| Place::Commit(change, condition);
        let step = |at: usize, from: &str, to: &str| {
            commit(
                "UPDATE ON saga_steps",
                format!("NEW.position = {at} AND OLD.state = '{from}' AND NEW.state = '{to}'"),
            )
        };
        match self {
            Boundary::Placed => commit("INSERT ON orders", "NEW.state = 'acknowledged'".to_owned()),
            Boundary::Begun => commit(
                "UPDATE ON orders",
                "OLD.state = 'acknowledged' AND NEW.state = 'inProgress'".to_owned(),
            ),
            Boundary::Claimed(at) => step(at, "pending", "running"),
            Boundary::Done(at) => step(at, "running", "done"),
            Boundary::TakenBack(at) => step(at, "compensating", "compensated"),
            Boundary::Before(at) => steps[at].place(false, Place::Before),
            Boundary::After(at) => steps[at].place(false, Place::After),
            Boundary::BeforeBack(at) => steps[at].place(true, Place::Before),
            Boundary::AfterBack(at) => steps[at].place(true, Place::After),
            Boundary::Ended => commit(
                "UPDATE ON orders",
                "OLD.executed_at IS NULL AND NEW.executed_at IS NOT NULL".to_owned(),
            ),
        }
    }
}

/// A world, the server in it, and how often it has died.
pub(super) struct Stage {
    pub app: App,
    pub stand: Stand,
    server: Process,
    pub deaths: usize,
}

impl Stage {
    pub async fn new() -> Stage {
        let mut app = App::with(Wishes {
            people: vec![(Org::Nordvind, 40)],
            numbers: 60,
            sims: 60,
            mirrored: vec![Org::Nordvind],
            ..Wishes::default()
        })
        .await;
        let server = Process::serving(&mut app).await;
        let stand = Stand::new(&app).await;
        Stage {
            app,
            stand,
            server,
            deaths: 0,
        }
    }

    fn send(&self, ask: &Ask) -> JoinHandle<reqwest::Result<reqwest::Response>> {
        let mette = self.app.mette().with("idempotency-key", &ask.key);
        let request = mette
            .request(Method::POST, &mette.path(&ask.path))
            .header("content-type", "application/json")
            .body(ask.body.to_string());
        tokio::spawn(request.send())
    }

    /// Whoever heard nothing sends the same again, and gets the one order that there is.
    async fn send_again(&self, ask: &Ask) -> Value {
        let mette = self.app.mette();
        let answer: Answer = mette
            .clone()
            .with("idempotency-key", &ask.key)
            .post(&mette.path(&ask.path), ask.body.clone())
            .await;
        answer.ok(202)
    }

    /// The steps of the order that is under way.
    pub async fn steps(&self) -> Vec<Step> {
        let mut conn = self.app.db().read().await.expect("a connection");
        let rows = conn
            .all(
                "SELECT s.id, s.kind, s.position, i.action FROM saga_steps s JOIN order_items i ON i.id = s.saga JOIN orders o ON o.id = i.order_id
                 WHERE o.executed_at IS NULL ORDER BY s.position",
                params![],
            )
            .await
            .expect("steps");
        rows.iter()
            .map(|row| Step {
                id: row.get(0).expect("an id"),
                kind: row.get(1).expect("a kind"),
                position: row.get(2).expect("a place"),
                item_action: row.get(3).expect("an action"),
            })
            .collect()
    }

    async fn until_sprung(&self, trap: &Trap, place: &str) {
        let mut looks = 0;
        self.app
            .await_that(place, async || {
                looks += 1;
                if trap.is_sprung(&self.app).await {
                    return Some(());
                }
                if looks % 20 == 0 {
                    // It may have sprung just now and hold the database up: then the next look tells.
                    self.app.try_hurry().await.ok();
                }
                None
            })
            .await;
    }

    /// The server dies in the trap, which stays for calls.
    pub async fn die(&mut self, trap: Trap) -> Option<Trap> {
        self.server.kill().await;
        self.deaths += 1;
        trap.after_death(&self.app).await
    }

    pub async fn rise(&mut self, left: Option<Trap>) {
        self.app.expire_leases().await;
        self.server.restart().await;
        if let Some(trap) = left {
            trap.clear(&self.app).await;
        }
    }

    /// Through all of these boundaries. The server is dead at first, `left` is the trap in which it died; it is alive at the end.
    async fn suffer(&mut self, name: &str, left: Option<Trap>, steps: &[Step], all: &[Boundary]) {
        let mut left = left;
        for boundary in all {
            let trap = boundary.place(steps).arm(&self.app).await;
            self.rise(left.take()).await;
            self.until_sprung(&trap, &format!("{name}, {boundary:?}"))
                .await;
            left = self.die(trap).await;
        }
        self.rise(left).await;
    }

    /// From the question to the first step, which is claimed and not called. The server is dead then.
    async fn begin(&mut self, name: &str, ask: &Ask, first: &[Boundary]) -> Vec<Step> {
        let mut asked = None;
        for (at, boundary) in first.iter().enumerate() {
            let trap = boundary.place(&[]).arm(&self.app).await;
            match at {
                0 => asked = Some(self.send(ask)),
                _ => {
                    self.rise(None).await;
                    if at == 1 {
                        self.send_again(ask).await;
                    }
                }
            }
            self.until_sprung(&trap, &format!("{name}, {boundary:?}"))
                .await;
            self.die(trap).await;
        }
        // Answered or not: whoever asked knows only what came before the end.
        if let Some(asked) = asked {
            drop(asked.await);
        }
        self.steps().await
    }

    /// One life of an order, to its end.
    async fn live(&mut self, name: &str, ask: &Ask, dies: Dies) -> Value {
        let first: &[Boundary] = match dies {
            Dies::BeforeCallsAndInTransactions => {
                &[Boundary::Placed, Boundary::Begun, Boundary::Claimed(0)]
            }
            Dies::AfterCalls => &[Boundary::Claimed(0)],
        };
        let steps = self.begin(name, ask, first).await;
        let mut all = Vec::new();
        for at in 0..steps.len() {
            match dies {
                Dies::BeforeCallsAndInTransactions => {
                    all.extend([Boundary::Before(at), Boundary::Done(at)]);
                }
                Dies::AfterCalls => all.push(Boundary::After(at)),
            }
        }
        if matches!(dies, Dies::BeforeCallsAndInTransactions) {
            all.push(Boundary::Ended);
        }
        self.suffer(name, None, &steps, &all).await;
        self.end(name, ask, "completed").await
    }

    async fn end(&self, name: &str, ask: &Ask, expected: &str) -> Value {
        let again = self.send_again(ask).await;
        self.app.until_all_ended().await;
        let order = self.app.mette().see(&again).await;
        assert_eq!(order["state"], expected, "{name}: {order}");
        self.app.check_books().await;
        order
    }

    async fn order(&self, kind: &Kind) -> Ask {
        let item = self.stand.item(&self.app, kind).await;
        let quote = self.app.mette().quote_kind(&item).await;
        Ask {
            path: "orders".to_owned(),
            body: json!({ "quote": quote["id"] }),
            key: self.app.fresh_key(),
        }
    }

    /// Ordered, and undone where that goes.
    async fn there_and_back(&mut self, kind: &Kind, dies: Dies) {
        let name = format!("{}, {dies:?}", kind.name);
        let before = self.stand.told(&self.app, kind.row).await;
        let ask = self.order(kind).await;
        let order = self.live(&name, &ask, dies).await;
        if let Undo::Refused(_) = kind.undo {
            self.stand.clear(&self.app, &order).await;
            return;
        }
        let undo = Ask {
            path: format!("orders/{}/undo", order["id"].as_str().expect("an id")),
            body: json!({}),
            key: self.app.fresh_key(),
        };
        let name = format!("{name}, undone");
        self.live(&name, &undo, dies).await;
        assert_eq!(self.stand.told(&self.app, kind.row).await, before, "{name}");
    }

    /// Called off when the last of its calls has had its effect and was not answered.
    async fn called_off(&mut self, kind: &Kind) {
        let name = format!("{}, called off", kind.name);
        let before = self.stand.told(&self.app, kind.row).await;
        let ask = self.order(kind).await;
        let steps = self.begin(&name, &ask, &[Boundary::Claimed(0)]).await;
        let last = steps.len() - 1;
        let kept = Boundary::After(last).place(&steps).arm(&self.app).await;
        self.rise(None).await;
        self.until_sprung(&kept, &name).await;
        let order = self.send_again(&ask).await;
        self.app.mette().cancel(&order).await.ok(202);
        let first = Boundary::BeforeBack(last)
            .place(&steps)
            .arm(&self.app)
            .await;
        kept.clear(&self.app).await;
        self.until_sprung(&first, &format!("{name}, BeforeBack({last})"))
            .await;
        let left = self.die(first).await;
        let mut all = vec![Boundary::AfterBack(last), Boundary::TakenBack(last)];
        for at in (0..last).rev() {
            all.extend([
                Boundary::BeforeBack(at),
                Boundary::AfterBack(at),
                Boundary::TakenBack(at),
            ]);
        }
        all.push(Boundary::Ended);
        self.suffer(&name, left, &steps, &all).await;
        self.end(&name, &ask, "cancelled").await;
        assert_eq!(self.stand.told(&self.app, kind.row).await, before, "{name}");
    }

    pub async fn finish(self) {
        self.app.until_all_is_done().await;
        let told = self.server.command(&["fsck"]).await;
        assert!(told.is_ok(), "{told:?}");
        drop(self.server);
        self.app.forget_jobs().await;
        self.app.end().await;
    }
}

/// All kinds of a family. In the long form only: it takes minutes.
async fn family(family: Family) {
    if !in_full() {
        return;
    }
    let mut stage = Stage::new().await;
    for kind in KINDS.iter().filter(|kind| kind.family == family) {
        let deaths = stage.deaths;
        for dies in [Dies::BeforeCallsAndInTransactions, Dies::AfterCalls] {
            stage.there_and_back(kind, dies).await;
        }
        stage.called_off(kind).await;
        println!("{}: {} deaths", kind.name, stage.deaths - deaths);
    }
    println!("{} deaths", stage.deaths);
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn telephony() {
    family(Family::Telephony).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mobile() {
    family(Family::Mobile).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn lines() {
    family(Family::Lines).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cards() {
    family(Family::Cards).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn groups() {
    family(Family::Groups).await;
}
