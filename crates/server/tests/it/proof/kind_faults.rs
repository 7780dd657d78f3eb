//! Each call with an effect of each kind of order, going wrong in each way: once, and from then on always. The order comes to its end or
//! stands held until the trouble is over; refused it comes to nothing. Then it is undone, and everything is as it was.

use super::faults::{Call, NETWORK, TEAMS, Trouble};
use crate::support::{
    App, Org, Wishes, in_full,
    kinds::{Family, KINDS, Kind, Stand, Undo},
};
use futures::future::join_all;
use platform::db::params;
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, Faults, When};
use std::time::Duration;

/// What goes wrong, and what becomes of the order. `e`: it is carried out. `h`: it stands held until the trouble is over, and then
/// is carried out. `f`: it fails, and leaves nothing behind.
struct Case {
    trouble: Wrong,
    once: char,
    always: char,
}

#[derive(Clone, Copy, Debug)]
enum Wrong {
    Trouble(Trouble),
    /// 400: it cannot be.
    Refused,
}

const CASES: [Case; 8] = [
    case(Wrong::Trouble(Trouble::Silence), 'e', 'h'),
    case(Wrong::Trouble(Trouble::DoneInSilence), 'e', 'e'),
    case(Wrong::Trouble(Trouble::Closed), 'e', '-'),
    case(Wrong::Trouble(Trouble::TooMuch), 'e', '-'),
    case(Wrong::Trouble(Trouble::Broken), 'e', 'h'),
    case(Wrong::Trouble(Trouble::Lost), 'e', 'e'),
    case(Wrong::Trouble(Trouble::WrongBody), 'e', '-'),
    case(Wrong::Refused, 'f', '-'),
];

const fn case(trouble: Wrong, once: char, always: char) -> Case {
    Case {
        trouble,
        once,
        always,
    }
}

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
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

    fn fault(self, effect: Effect) -> Fault {
        match self {
            Side::Network => Fault::new("POST", NETWORK, effect),
            Side::Microsoft => {
                let path = format!("{}/numberAssignments/*", TEAMS);
                Fault::new("POST", &path, effect)
            }
        }
    }
}

impl Wrong {
    fn effect(self) -> Effect {
        match self {
            Wrong::Trouble(trouble) => trouble.effect(Call::Telephony),
            Wrong::Refused => Effect::Status {
                status: 400,
                retry_after: None,
                body: None,
            },
        }
    }
}

struct Try<'a> {
    app: &'a App,
    stand: &'a Stand,
    cells: usize,
}

impl Try<'_> {
    /// Takes it back, or makes room for the next one where that does not go.
    async fn back(&self, kind: &Kind, order: &Value) {
        let (app, mette) = (self.app, self.app.mette());
        if kind.undo == Undo::Goes {
            let undo = mette.undo(order).await.ok(202);
            app.work().await;
            assert_eq!(
                mette.see(&undo).await["state"],
                "completed",
                "{}",
                kind.name
            );
        } else {
            self.stand.clear(app, order).await;
        }
    }

    /// The calls that an order of this kind makes when nothing goes wrong, by their place among those to the same side.
    async fn calls(&self, kind: &Kind) -> Vec<(Side, u64)> {
        let mette = self.app.mette();
        let item = self.stand.item(self.app, kind).await;
        let order = mette.order_kind(&item).await;
        self.app.work().await;
        let id: uuid::Uuid = order["id"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("an id");
        let mut conn = self.app.db().read().await.expect("a connection");
        let steps = conn
            .all(
                "SELECT s.kind FROM saga_steps s JOIN order_items i ON i.id = s.saga WHERE i.order_id = ?1 ORDER BY s.position",
                params![id],
            )
            .await
            .expect("steps");
        drop(conn);
        let (mut network, mut microsoft) = (0, 0);
        let mut calls = Vec::new();
        for step in &steps {
            let kind: String = step.get(0).expect("a kind");
            if kind.starts_with("teams.") {
                microsoft += 1;
                calls.push((Side::Microsoft, microsoft));
            } else {
                network += 1;
                calls.push((Side::Network, network));
            }
        }
        self.back(kind, &mette.see(&order).await).await;
        calls
    }

    async fn cell(&mut self, kind: &Kind, call: (Side, u64), case: &Case, always: bool) {
        let (app, mette) = (self.app, self.app.mette());
        let (side, nth) = call;
        let expected = if always { case.always } else { case.once };
        let empty =
            side == Side::Microsoft && matches!(case.trouble, Wrong::Trouble(Trouble::WrongBody));
        // Its answer is empty: there is nothing that could be something else.
        if expected == '-' || empty {
            return;
        }
        let when = if always {
            When::After(nth - 1)
        } else {
            When::Nth(nth)
        };
        let place = format!("{}, {call:?}, {:?}, {when:?}", kind.name, case.trouble);
        let before = self.stand.told(app, kind.row).await;
        let item = self.stand.item(app, kind).await;
        let order = mette.order_kind(&item).await;
        let faults = side.faults(app);
        let fault = faults.add(side.fault(case.trouble.effect()).when(when));
        app.work().await;
        assert!(
            faults.struck(fault) > Some(0),
            "{place}: nothing went wrong"
        );
        let seen = mette.see(&order).await;
        if expected == 'h' {
            assert_eq!(
                (&seen["state"], &seen["heldReason"]),
                (&json!("held"), &json!("needsAttention")),
                "{place}: {seen}"
            );
        }
        faults.remove(fault);
        if expected == 'h' {
            app.advance(Duration::from_secs(16 * 60));
            app.run_jobs().await;
            app.work().await;
        }
        let seen = mette.see(&order).await;
        let end = if expected == 'f' {
            "failed"
        } else {
            "completed"
        };
        assert_eq!(seen["state"], end, "{place}: {seen}");
        app.check_books().await;
        if end == "completed" {
            self.back(kind, &seen).await;
        }
        if end == "failed" || kind.undo == Undo::Goes {
            assert_eq!(self.stand.told(app, kind.row).await, before, "{place}");
        }
        self.cells += 1;
    }
}

async fn world() -> App {
    App::with(Wishes {
        people: vec![(Org::Nordvind, 40)],
        numbers: 200,
        sims: 200,
        mirrored: vec![Org::Nordvind],
        outside_timeout: Some(2),
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await
}

async fn family(app: App, family: Family) -> usize {
    let stand = Stand::new(&app).await;
    let mut all = Try {
        app: &app,
        stand: &stand,
        cells: 0,
    };
    for kind in KINDS.iter().filter(|kind| kind.family == family) {
        for call in all.calls(kind).await {
            for case in &CASES {
                for always in [false, true] {
                    all.cell(kind, call, case, always).await;
                }
            }
        }
        println!("{}: {} cells so far", kind.name, all.cells);
    }
    let cells = all.cells;
    app.end().await;
    cells
}

/// In the long form only: it takes minutes. The families go side by side, since they wait more than they work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_bears_every_trouble_at_each_of_its_calls() {
    if !in_full() {
        return;
    }
    let mut families = Vec::new();
    for of in [
        Family::Telephony,
        Family::Mobile,
        Family::Lines,
        Family::Cards,
        Family::Groups,
    ] {
        // One after the other: building one takes the whole machine.
        let app = world().await;
        families.push(family(app, of));
    }
    let cells = join_all(families).await;
    println!("{} cells", cells.iter().sum::<usize>());
}
