//! Every kind of order, as one table: what it is ordered of, and what then is true. Whoever tries something on every kind goes
//! through it: the tests of orders, the program that is killed, the calls that go wrong. A new kind is one line.

use super::{Answer, App, Caller, Org, mobile, telephony};
use serde_json::{Value, json};
use uuid::Uuid;

/// People with this and that, and what they have.
pub struct Stand {
    /// Has telephony and a mobile line with an add-on.
    person: Uuid,
    telephony: Value,
    line: Value,
    /// Has a mobile line that is blocked.
    other: Uuid,
    blocked: Value,
    /// Has nothing.
    nobody: Uuid,
    /// A landline number of the organisation's that rests, and a mobile one.
    resting: String,
    resting_mobile: String,
    /// Has a mobile line that the call group rings.
    member: Uuid,
    group: Value,
}

/// Whose row an order changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Person,
    Other,
    Nobody,
    /// The call group, not a person.
    Group,
    /// The organisation's drawer, not a person.
    Drawer,
    /// What comes by post and is nobody's.
    Parcel,
}

/// Whether it can be taken back afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    Goes,
    /// 409 with this code.
    Refused(&'static str),
}

/// Kinds that are tried together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Telephony,
    Mobile,
    /// What changes a mobile line.
    Lines,
    /// What changes a line's card.
    Cards,
    /// What concerns no one person.
    Groups,
}

pub struct Kind {
    pub name: &'static str,
    pub family: Family,
    pub row: Row,
    /// `card` lies in the drawer.
    pub item: fn(stand: &Stand, app: &App, card: Uuid) -> Value,
    /// What the quote says it adds: once, and to the month.
    pub price: (i64, i64),
    /// What the row then says, at these places.
    pub then: &'static [(&'static str, &'static str)],
    pub undo: Undo,
}

pub const KINDS: &[Kind] = &[
    Kind {
        name: "activateTelephony from the series",
        family: Family::Telephony,
        row: Row::Nobody,
        item: |stand, app, _| telephony(app, stand.nobody, json!({ "from": "series" })),
        price: (0, 4_900),
        then: &[
            ("/subscriptions/0/state", "active"),
            ("/numbers/0/kind", "landline"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "activateTelephony with a resting number",
        family: Family::Telephony,
        row: Row::Nobody,
        item: |stand, app, _| {
            let number = json!({ "from": "resting", "number": stand.resting });
            telephony(app, stand.nobody, number)
        },
        price: (0, 4_900),
        then: &[("/numbers/0/number", "+4570100001")],
        undo: Undo::Goes,
    },
    Kind {
        name: "createMobile with a new number from the drawer",
        family: Family::Mobile,
        row: Row::Nobody,
        item: |stand, app, card| mobile(app, stand.nobody, json!({ "from": "new" }), card),
        price: (4_900, 12_900),
        then: &[
            ("/subscriptions/0/offering/name", "Mobile M"),
            ("/subscriptions/0/sim/state", "active"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "createMobile with a resting number",
        family: Family::Mobile,
        row: Row::Nobody,
        item: |stand, app, card| {
            let number = json!({ "from": "resting", "number": stand.resting_mobile });
            mobile(app, stand.nobody, number, card)
        },
        price: (4_900, 12_900),
        then: &[("/subscriptions/0/sim/state", "active")],
        undo: Undo::Goes,
    },
    Kind {
        name: "createMobile by eSIM",
        family: Family::Mobile,
        row: Row::Nobody,
        item: |stand, app, _| {
            let mut item = mobile(app, stand.nobody, json!({ "from": "series" }), Uuid::nil());
            item["sim"] = json!({ "from": "eSim" });
            item
        },
        price: (4_900, 12_900),
        then: &[("/subscriptions/0/sim/kind", "eSim")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeMobilePackage",
        family: Family::Lines,
        row: Row::Person,
        item: |stand, app, _| {
            json!({ "action": "changeMobilePackage", "subscription": stand.line,
                "offering": app.offering("mobile-l") })
        },
        price: (0, 7_000),
        then: &[("/subscriptions/1/offering/name", "Mobile L")],
        undo: Undo::Goes,
    },
    Kind {
        name: "addAddOn",
        family: Family::Lines,
        row: Row::Person,
        item: |stand, app, _| {
            json!({ "action": "addAddOn", "subscription": stand.line,
                "offering": app.offering("roaming-world") })
        },
        price: (0, 9_900),
        then: &[("/subscriptions/1/addOns/1/offering/name", "Roaming World")],
        undo: Undo::Goes,
    },
    Kind {
        name: "removeAddOn",
        family: Family::Lines,
        row: Row::Person,
        item: |stand, app, _| {
            json!({ "action": "removeAddOn", "subscription": stand.line,
                "offering": app.offering("data-5gb") })
        },
        price: (0, -3_900),
        then: &[],
        undo: Undo::Goes,
    },
    Kind {
        name: "suspendSim",
        family: Family::Cards,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "suspendSim", "subscription": stand.line, "reason": "Lost" }),
        price: (0, 0),
        then: &[
            ("/subscriptions/1/state", "suspended"),
            ("/subscriptions/1/sim/state", "suspended"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "resumeSim",
        family: Family::Cards,
        row: Row::Other,
        item: |stand, _, _| json!({ "action": "resumeSim", "subscription": stand.blocked }),
        price: (0, 0),
        then: &[
            ("/subscriptions/0/state", "active"),
            ("/subscriptions/0/sim/state", "active"),
        ],
        undo: Undo::Goes,
    },
    Kind {
        name: "replaceSim out of the drawer",
        family: Family::Cards,
        row: Row::Other,
        item: |stand, _, card| {
            json!({ "action": "replaceSim", "subscription": stand.blocked,
                "sim": { "from": "unassigned", "sim": card } })
        },
        price: (0, 0),
        then: &[("/subscriptions/0/sim/state", "suspended")],
        undo: Undo::Goes,
    },
    Kind {
        name: "replaceSim by eSIM",
        family: Family::Cards,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "replaceSim", "subscription": stand.line, "sim": { "from": "eSim" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/sim/kind", "eSim")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeNumber of a mobile line",
        family: Family::Lines,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "changeNumber", "subscription": stand.line, "number": { "from": "new" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/state", "active")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeNumber in Teams to a resting one",
        family: Family::Telephony,
        row: Row::Person,
        item: |stand, _, _| {
            json!({ "action": "changeNumber", "subscription": stand.telephony,
                "number": { "from": "resting", "number": stand.resting } })
        },
        price: (0, 0),
        then: &[("/subscriptions/0/number", "+4570100001")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of telephony",
        family: Family::Telephony,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "endSubscription", "subscription": stand.telephony, "number": "rest" }),
        price: (0, -4_900),
        then: &[("/subscriptions/0/kind", "mobile")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of a mobile line with its add-on",
        family: Family::Lines,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "endSubscription", "subscription": stand.line, "number": "return", "reason": "Left" }),
        price: (0, -16_800),
        then: &[("/subscriptions/0/kind", "telephony")],
        undo: Undo::Goes,
    },
    Kind {
        name: "endSubscription of a blocked line",
        family: Family::Lines,
        row: Row::Other,
        item: |stand, _, _| json!({ "action": "endSubscription", "subscription": stand.blocked, "number": "rest" }),
        price: (0, -12_900),
        then: &[],
        undo: Undo::Goes,
    },
    Kind {
        name: "createCallGroup",
        family: Family::Groups,
        row: Row::Group,
        item: |stand, _, _| {
            json!({
                "action": "createCallGroup", "name": "Night watch", "number": { "from": "series" },
                "members": [stand.member], "strategy": "allAtOnce", "ringSeconds": 20,
                "openingHours": [{ "days": ["monday"], "from": "22:00", "to": "24:00" }],
                "overflow": { "number": "70 10 00 09" }
            })
        },
        price: (0, 0),
        then: &[("/call-groups/items/0/name", "Night watch")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeCallGroup",
        family: Family::Groups,
        row: Row::Group,
        item: |stand, _, _| {
            json!({
                "action": "changeCallGroup", "callGroup": stand.group, "name": "Front desk", "strategy": "allAtOnce",
                "members": [stand.person, stand.member]
            })
        },
        price: (0, 0),
        then: &[("/call-groups/items/0/strategy", "allAtOnce")],
        undo: Undo::Goes,
    },
    Kind {
        name: "changeCallGroup to another number",
        family: Family::Groups,
        row: Row::Group,
        item: |stand, _, _| json!({ "action": "changeCallGroup", "callGroup": stand.group, "number": { "from": "new" } }),
        price: (0, 0),
        then: &[("/call-groups/items/0/state", "active")],
        undo: Undo::Goes,
    },
    Kind {
        name: "removeCallGroup",
        family: Family::Groups,
        row: Row::Group,
        item: |stand, _, _| json!({ "action": "removeCallGroup", "callGroup": stand.group }),
        price: (0, 0),
        then: &[],
        undo: Undo::Goes,
    },
    // What cannot be called back comes last: it stays.
    Kind {
        name: "orderSims",
        family: Family::Groups,
        row: Row::Drawer,
        item: |_, _, _| json!({ "action": "orderSims", "packs": 1 }),
        price: (0, 0),
        then: &[],
        undo: Undo::Refused("undoSimPosted"),
    },
    Kind {
        name: "buyHardware",
        family: Family::Groups,
        row: Row::Parcel,
        item: |_, app, _| {
            let line = |code: &str, quantity: u32| json!({ "offering": app.offering(code), "quantity": quantity });
            json!({ "action": "buyHardware", "lines": [line("desk-phone", 2), line("headset-wireless", 1)] })
        },
        price: (429_700, 0),
        then: &[],
        undo: Undo::Refused("undoGoodsPosted"),
    },
    Kind {
        name: "replaceSim by post",
        family: Family::Cards,
        row: Row::Person,
        item: |stand, _, _| json!({ "action": "replaceSim", "subscription": stand.line, "sim": { "from": "ship" } }),
        price: (0, 0),
        then: &[("/subscriptions/1/sim/state", "active")],
        undo: Undo::Refused("undoSimPosted"),
    },
    Kind {
        name: "createMobile by post",
        family: Family::Mobile,
        row: Row::Nobody,
        item: |stand, app, _| {
            let mut item = mobile(app, stand.nobody, json!({ "from": "series" }), Uuid::nil());
            item["sim"] = json!({ "from": "ship" });
            item
        },
        price: (4_900, 12_900),
        then: &[("/subscriptions/0/sim/kind", "physical")],
        undo: Undo::Refused("undoSimPosted"),
    },
];

impl Stand {
    pub async fn new(app: &App) -> Stand {
        let mette = app.mette();
        let people = app.people(Org::Nordvind, true).await;
        let cards = app.cards(Org::Nordvind).await;
        let next = || json!({ "from": "series" });
        let landline = |index| json!({ "from": "series", "number": Org::Nordvind.landline(index) });
        let resting_mobile = Org::Nordvind.mobile(0);
        let first = mette
            .order(json!([
                telephony(app, people[0], landline(0)),
                mobile(app, people[0], next(), cards[0]),
                mobile(app, people[1], next(), cards[1]),
                telephony(app, people[3], landline(1)),
                mobile(
                    app,
                    people[3],
                    json!({ "from": "series", "number": resting_mobile }),
                    cards[2]
                ),
                mobile(app, people[4], next(), cards[3]),
            ]))
            .await;
        app.work().await;
        let of = |place: usize| first["items"][place]["subscription"].clone();
        let add_on = app.offering("data-5gb");
        let second = mette
            .order(json!([
                { "action": "addAddOn", "subscription": of(1), "offering": add_on },
                { "action": "suspendSim", "subscription": of(2) },
                { "action": "endSubscription", "subscription": of(3), "number": "rest" },
                { "action": "endSubscription", "subscription": of(4), "number": "rest" },
                { "action": "createCallGroup", "name": "Reception", "members": [people[4]], "strategy": "inOrder",
                  "number": landline(2), "ringSeconds": 15 },
            ]))
            .await;
        app.work().await;
        let second = mette.see(&second).await;
        assert_eq!(second["state"], "completed", "{second}");
        Stand {
            person: people[0],
            telephony: of(0),
            line: of(1),
            other: people[1],
            blocked: of(2),
            nobody: people[2],
            resting: Org::Nordvind.landline(1),
            resting_mobile,
            member: people[4],
            group: second["items"][4]["callGroup"]["id"].clone(),
        }
    }

    /// What an order is about and what lies ready: everything that it may touch, as it is told.
    pub async fn told(&self, app: &App, row: Row) -> Value {
        let mette = app.mette();
        let mut told = json!({});
        let person = match row {
            Row::Person => Some(self.person),
            Row::Other => Some(self.other),
            Row::Nobody => Some(self.nobody),
            Row::Group | Row::Drawer | Row::Parcel => None,
        };
        let mut lists = vec![
            "numbers?limit=500",
            "number-series",
            "sims?state=unassigned",
        ];
        if let Some(person) = person {
            let person = mette.look(&format!("people/{person}")).await;
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
        } else {
            lists.push("call-groups");
        }
        for list in lists {
            told[list] = mette.look(list).await;
        }
        // When the one came back, to the microsecond, is not what it was; nor is how often a group was changed.
        for subscription in told["subscriptions"].as_array_mut().into_iter().flatten() {
            subscription["startedAt"] = Value::Null;
        }
        told
    }

    /// An item with a card that is in the drawer now.
    pub async fn item(&self, app: &App, kind: &Kind) -> Value {
        (kind.item)(self, app, app.cards(Org::Nordvind).await[0])
    }

    /// Makes room for the next time, after what cannot be undone: whoever is to have nothing has nothing.
    pub async fn clear(&self, app: &App, order: &Value) {
        let item = &order["items"][0];
        if item["action"] == "createMobile" {
            let gone = json!({ "action": "endSubscription", "subscription": item["subscription"], "number": "return" });
            app.mette().order(json!([gone])).await;
            app.work().await;
        }
    }
}

impl Kind {
    /// What the network is asked for last, forwards.
    pub fn last_specification(&self) -> &'static str {
        match (self.family, self.row) {
            (Family::Telephony, _) => "numberUpload",
            (_, Row::Group) => "callGroup",
            (_, Row::Drawer) => "simPack",
            (_, Row::Parcel) => "goodsShipment",
            _ => "mobileSubscription",
        }
    }
}

impl Caller<'_> {
    /// A quote for an item of the table; what is sent for nobody goes to an address.
    pub async fn quote_kind(&self, item: &Value) -> Value {
        let mut body = json!({ "items": [item] });
        if item["action"] == "orderSims" || item["action"] == "buyHardware" {
            body["delivery"] = json!({ "address": {
                "name": "Nordvind A/S", "street": "Kajen 3", "postalCode": "8000", "city": "Aarhus C", "country": "DK"
            } });
        }
        let quote = self.post(&self.path("quotes"), body).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        quote
    }

    /// Quotes and orders an item of the table.
    pub async fn order_kind(&self, item: &Value) -> Value {
        let quote = self.quote_kind(item).await;
        self.place(&quote["id"]).await.ok(202)
    }

    pub async fn undo(&self, order: &Value) -> Answer {
        let id = order["id"].as_str().expect("an order's id");
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&self.path(&format!("orders/{id}/undo")), json!({}))
            .await
    }
}
