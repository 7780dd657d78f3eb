//! Every kind of order, from the quote to the new state of the row, undone, and cancelled half-way, with both outside worlds in it.
//! After each the row is what it was, and at the end all books agree.

use crate::support::{App, Caller, Org, Wishes, mobile, telephony};
use serde_json::{Value, json};
use simulators::network::{Does, Rule, Settings};
use std::time::Duration;
use uuid::Uuid;

/// People with this and that, and what they have.
struct Stand<'a> {
    app: &'a App,
    mette: Caller<'a>,
    /// Has telephony and a mobile line with an add-on.
    person: Uuid,
    telephony: Value,
    line: Value,
    /// Has a mobile line that is blocked.
    other: Uuid,
    blocked: Value,
    /// Has nothing.
    nobody: Uuid,
    /// A landline number of the organisation's that rests.
    resting: String,
}

/// Whose row an order changes.
#[derive(Clone, Copy, PartialEq)]
enum Row {
    Person,
    Other,
    Nobody,
}

/// Whether it can be taken back afterwards.
#[derive(Clone, Copy, PartialEq)]
enum Undo {
    Goes,
    /// 409 with this code.
    Refused(&'static str),
}

struct Kind {
    name: &'static str,
    row: Row,
    item: fn(&Stand<'_>, Uuid) -> Value,
    /// What the quote says it adds: once, and to the month.
    price: (i64, i64),
    /// What the row then says, at these places.
    then: &'static [(&'static str, &'static str)],
    undo: Undo,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "activateTelephony from the series",
        row: Row::Nobody,
        item: |stand, _| telephony(stand.app, stand.nobody, json!({ "from": "series" })),
        price: (0, 4_900),
        then: &[
            ("/subscriptions/0/state", "active"),
            ("/numbers/0/kind", "landline"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "activateTelephony with a resting number",
        row: Row::Nobody,
        item: |stand, _| {
            let number = json!({ "from": "resting", "number": stand.resting });
            telephony(stand.app, stand.nobody, number)
        },
        price: (0, 4_900),
        then: &[("/numbers/0/number", "+4570100001")],
        undo: Undo::Goes,
    },
    Kind {
        name: "createMobile with a new number from the drawer",
        row: Row::Nobody,
        item: |stand, card| mobile(stand.app, stand.nobody, json!({ "from": "new" }), card),
        price: (4_900, 12_900),
        then: &[
            ("/subscriptions/0/offering/name", "Mobile M"),
            ("/subscriptions/0/sim/state", "active"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "createMobile by eSIM",
        row: Row::Nobody,
        item: |stand, _| {
            let mut item = mobile(
                stand.app,
                stand.nobody,
                json!({ "from": "series" }),
                Uuid::nil(),
            );
            item["sim"] = json!({ "from": "eSim" });
            item
        },
        price: (4_900, 12_900),
        then: &[("/subscriptions/0/sim/kind", "eSim")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeMobilePackage",
        row: Row::Person,
        item: |stand, _| {
            json!({ "action": "changeMobilePackage", "subscription": stand.line,
                "offering": stand.app.offering("mobile-l") })
        },
        price: (0, 7_000),
        then: &[("/subscriptions/1/offering/name", "Mobile L")],
        undo: Undo::Goes,
    },
    Kind {
        name: "addAddOn",
        row: Row::Person,
        item: |stand, _| {
            json!({ "action": "addAddOn", "subscription": stand.line,
                "offering": stand.app.offering("roaming-world") })
        },
        price: (0, 9_900),
        then: &[("/subscriptions/1/addOns/1/offering/name", "Roaming World")],
        undo: Undo::Goes,
    },
    Kind {
        name: "removeAddOn",
        row: Row::Person,
        item: |stand, _| {
            json!({ "action": "removeAddOn", "subscription": stand.line,
                "offering": stand.app.offering("data-5gb") })
        },
        price: (0, -3_900),
        then: &[],
        undo: Undo::Goes,
    },
    Kind {
        name: "suspendSim",
        row: Row::Person,
        item: |stand, _| json!({ "action": "suspendSim", "subscription": stand.line, "reason": "Lost" }),
        price: (0, 0),
        then: &[
            ("/subscriptions/1/state", "suspended"),
            ("/subscriptions/1/sim/state", "suspended"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "resumeSim",
        row: Row::Other,
        item: |stand, _| json!({ "action": "resumeSim", "subscription": stand.blocked }),
        price: (0, 0),
        then: &[
            ("/subscriptions/0/state", "active"),
            ("/subscriptions/0/sim/state", "active"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "replaceSim out of the drawer",
        row: Row::Other,
        item: |stand, card| {
            json!({ "action": "replaceSim", "subscription": stand.blocked,
                "sim": { "from": "unassigned", "sim": card } })
        },
        price: (0, 0),
        then: &[("/subscriptions/0/sim/state", "suspended")],
        undo: Undo::Goes,
    },
    Kind {
        name: "replaceSim by eSIM",
        row: Row::Person,
        item: |stand, _| json!({ "action": "replaceSim", "subscription": stand.line, "sim": { "from": "eSim" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/sim/kind", "eSim")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeNumber of a mobile line",
        row: Row::Person,
        item: |stand, _| json!({ "action": "changeNumber", "subscription": stand.line, "number": { "from": "new" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/state", "active")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeNumber in Teams to a resting one",
        row: Row::Person,
        item: |stand, _| {
            json!({ "action": "changeNumber", "subscription": stand.telephony,
                "number": { "from": "resting", "number": stand.resting } })
        },
        price: (0, 0),
        then: &[("/subscriptions/0/number", "+4570100001")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of telephony",
        row: Row::Person,
        item: |stand, _| json!({ "action": "endSubscription", "subscription": stand.telephony, "number": "rest" }),
        price: (0, -4_900),
        then: &[("/subscriptions/0/kind", "mobile")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of a mobile line with its add-on",
        row: Row::Person,
        item: |stand, _| json!({ "action": "endSubscription", "subscription": stand.line, "number": "return", "reason": "Left" }),
        price: (0, -16_800),
        then: &[("/subscriptions/0/kind", "telephony")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of a blocked line",
        row: Row::Other,
        item: |stand, _| json!({ "action": "endSubscription", "subscription": stand.blocked, "number": "rest" }),
        price: (0, -12_900),
        then: &[],
        undo: Undo::Goes,
    },
    // What cannot be called back comes last: it stays.
    Kind {
        name: "replaceSim by post",
        row: Row::Person,
        item: |stand, _| json!({ "action": "replaceSim", "subscription": stand.line, "sim": { "from": "ship" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/sim/state", "active")],
        undo: Undo::Refused("undoSimPosted"),
    },
    Kind {
        name: "createMobile by post",
        row: Row::Nobody,
        item: |stand, _| {
            let mut item = mobile(
                stand.app,
                stand.nobody,
                json!({ "from": "series" }),
                Uuid::nil(),
            );
            item["sim"] = json!({ "from": "ship" });
            item
        },
        price: (4_900, 12_900),
        then: &[("/subscriptions/0/sim/kind", "physical")],
        undo: Undo::Refused("undoSimPosted"),
    },
];

impl<'a> Stand<'a> {
    async fn new(app: &'a App) -> Stand<'a> {
        let mette = app.mette();
        let people = app.people(Org::Nordvind, true).await;
        let cards = app.cards(Org::Nordvind).await;
        let next = || json!({ "from": "series" });
        let landline = |index| json!({ "from": "series", "number": Org::Nordvind.landline(index) });
        let first = mette
            .order(json!([
                telephony(app, people[0], landline(0)),
                mobile(app, people[0], next(), cards[0]),
                mobile(app, people[1], next(), cards[1]),
                telephony(app, people[3], landline(1)),
            ]))
            .await;
        app.work().await;
        let of = |place: usize| first["items"][place]["subscription"].clone();
        let add_on = app.offering("data-5gb");
        mette
            .order(json!([
                { "action": "addAddOn", "subscription": of(1), "offering": add_on },
                { "action": "suspendSim", "subscription": of(2) },
                { "action": "endSubscription", "subscription": of(3), "number": "rest" },
            ]))
            .await;
        app.work().await;
        Stand {
            app,
            mette,
            person: people[0],
            telephony: of(0),
            line: of(1),
            other: people[1],
            blocked: of(2),
            nobody: people[2],
            resting: Org::Nordvind.landline(1),
        }
    }

    fn who(&self, row: Row) -> Uuid {
        match row {
            Row::Person => self.person,
            Row::Other => self.other,
            Row::Nobody => self.nobody,
        }
    }

    /// What a person has and what lies ready: everything that an order may touch, as it is told.
    async fn told(&self, row: Row) -> Value {
        let person = self.mette.look(&format!("people/{}", self.who(row))).await;
        let mut told = json!({});
        for field in [
            "numbers",
            "subscriptions",
            "sims",
            "monthlyCost",
            "openOrders",
            "actions",
        ] {
            told[field] = person[field].clone();
        }
        for list in [
            "numbers?limit=500",
            "number-series",
            "sims?state=unassigned",
        ] {
            told[list] = self.mette.look(list).await;
        }
        // When the one came back, to the microsecond, is not what it was.
        for subscription in told["subscriptions"].as_array_mut().into_iter().flatten() {
            subscription["startedAt"] = Value::Null;
        }
        told
    }

    /// An item with a card that is in the drawer now.
    async fn item(&self, kind: &Kind) -> Value {
        (kind.item)(self, self.app.cards(Org::Nordvind).await[0])
    }

    async fn undo(&self, order: &Value) -> crate::support::Answer {
        let id = order["id"].as_str().expect("an order's id");
        self.mette
            .clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&self.mette.path(&format!("orders/{id}/undo")), json!({}))
            .await
    }
}

async fn world() -> App {
    App::with(Wishes {
        numbers: 40,
        sims: 30,
        mirrored: vec![Org::Nordvind],
        limits: vec![("orders_per_hour", 0)],
        ..Wishes::default()
    })
    .await
}

/// The possible action of a row for what is ordered.
fn offered(told: &Value, item: &Value) -> bool {
    told["actions"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|action| {
            action["action"] == item["action"]
                && action["possible"] == json!(true)
                && (item["subscription"].is_null()
                    || action["subscription"] == item["subscription"])
        })
}

#[tokio::test]
async fn each_kind_is_quoted_carried_out_and_undone() {
    let app = world().await;
    let stand = Stand::new(&app).await;
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(kind.row).await;
        let item = stand.item(kind).await;
        assert!(offered(&before, &item), "{name} is not offered: {before}");
        let quote = stand.mette.quote(json!([item])).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{name}: {quote}");
        let amount = |of: &str| quote[of]["net"]["amount"].as_i64().expect("an amount");
        assert_eq!((amount("oneTime"), amount("monthly")), kind.price, "{name}");
        assert_ne!(quote["items"][0]["effects"], json!([]), "{name}");
        let placed = stand.mette.place(&quote["id"]).await.ok(202);
        assert_eq!(placed["monthly"], quote["monthly"]["net"], "{name}");
        let busy = stand.told(kind.row).await;
        assert_eq!(busy["openOrders"][0]["action"], item["action"], "{name}");
        assert!(!offered(&busy, &item), "{name} is offered twice");

        app.work().await;
        let order = stand.mette.see(&placed).await;
        assert_eq!(order["state"], "completed", "{name}: {order}");
        let after = stand.told(kind.row).await;
        for (place, expected) in kind.then {
            assert_eq!(
                after.pointer(place),
                Some(&json!(expected)),
                "{name}: {after}"
            );
        }
        let cost = |told: &Value| told["monthlyCost"]["amount"].as_i64().expect("an amount");
        assert_eq!(cost(&after) - cost(&before), kind.price.1, "{name}");

        assert_eq!(
            order["undo"]["possible"],
            json!(kind.undo == Undo::Goes),
            "{name}: {order}"
        );
        let undone = stand.undo(&order).await;
        if let Undo::Refused(code) = kind.undo {
            assert_eq!(undone.problem(), (409, code.to_owned()), "{name}");
            continue;
        }
        let undone = undone.ok(202);
        app.work().await;
        let undone = stand.mette.see(&undone).await;
        assert_eq!(undone["state"], "completed", "{name} undone: {undone}");
        assert_eq!(undone["oneTime"]["amount"], -kind.price.0, "{name}");
        assert_eq!(stand.told(kind.row).await, before, "{name} undone");
        app.check_books().await;
    }
    app.end().await;
}

/// The network keeps the order waiting, somebody cancels it, and the network goes on.
#[tokio::test]
async fn each_kind_that_is_cancelled_half_way_leaves_the_row_as_it_was() {
    let app = world().await;
    let stand = Stand::new(&app).await;
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(kind.row).await;
        app.sim.network.set_settings(Settings {
            rules: vec![Rule {
                number: None,
                specification: None,
                action: None,
                does: Does::Hold,
                code: None,
                reason: None,
                times: None,
            }],
            ..Settings::by_hand()
        });
        let item = stand.item(kind).await;
        let order = stand.mette.order(json!([item])).await;
        app.work_for(Duration::from_secs(60)).await;
        let seen = stand.mette.see(&order).await;
        let waits = |step: &Value| step["state"] == json!("waiting");
        let steps = seen["steps"].as_array().expect("steps");
        assert!(steps.iter().any(waits), "{name}: {seen}");
        stand.mette.cancel(&order).await.ok(202);
        app.work_for(Duration::from_secs(60)).await;
        app.sim.network.set_settings(Settings::by_hand());
        app.work().await;
        let seen = stand.mette.see(&order).await;
        assert_eq!(seen["state"], "cancelled", "{name}: {seen}");
        assert_eq!(stand.told(kind.row).await, before, "{name} cancelled");
        app.check_books().await;
    }
    app.end().await;
}

/// Each is refused by the network at its last step, and everything before it is taken back.
#[tokio::test]
async fn each_kind_that_the_network_refuses_leaves_the_row_as_it_was() {
    let app = world().await;
    let stand = Stand::new(&app).await;
    for kind in KINDS {
        let name = kind.name;
        let before = stand.told(kind.row).await;
        // The last that is asked for forwards; taking back is another action.
        let specification = match kind.name {
            name if name.contains("elephony") || name.contains("Teams") => "numberUpload",
            _ => "mobileSubscription",
        };
        app.sim.network.set_settings(Settings {
            rules: vec![Rule {
                number: None,
                specification: Some(specification.to_owned()),
                action: None,
                does: Does::Fail,
                code: Some("noWay".to_owned()),
                reason: Some("There is no way there".to_owned()),
                times: Some(1),
            }],
            ..Settings::by_hand()
        });
        let item = stand.item(kind).await;
        let order = stand.mette.order(json!([item])).await;
        app.work().await;
        let seen = stand.mette.see(&order).await;
        assert_eq!(seen["state"], "failed", "{name}: {seen}");
        assert_eq!(seen["items"][0]["problem"]["code"], "stepRefused", "{name}");
        assert_eq!(stand.told(kind.row).await, before, "{name} failed");
        app.check_books().await;
        app.sim.network.set_settings(Settings::by_hand());
    }
    app.end().await;
}
