//! One request for each operation of the contract that would go through. An operation without one fails the tests that go
//! through the whole contract, so that none is forgotten.

use super::{App, Caller, Described, Org, mobile};
use domain::{
    access::{self, OrganisationId},
    directory,
    sims::{self, Codes, NewSim, SimId, SimKind},
};
use platform::db::params;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A request that would go through.
#[derive(Clone, Debug)]
pub struct Sample {
    pub path: String,
    pub body: Option<Value>,
    /// A file, where that is the body.
    pub file: Option<&'static str>,
    /// Whether an `Idempotency-Key` goes along.
    pub keyed: bool,
    /// Whether it changes a version, whichever that is.
    pub versioned: bool,
}

/// What stands in the paths of one organisation.
pub struct Things {
    pub organisation: Uuid,
    pub person: Uuid,
    pub order: Uuid,
    pub card: Uuid,
    pub number: String,
    pub quote: Uuid,
    pub port: Uuid,
    /// Of the person whom the order is for.
    pub subscription: Uuid,
    /// The card of that subscription.
    pub sim: Uuid,
    /// Somebody made here.
    pub local: Uuid,
    /// An eSIM whose activation code nobody was shown.
    pub e_sim: Uuid,
    /// A table that was uploaded.
    pub bulk: Uuid,
}

impl App {
    /// Things of an organisation to ask about. `by` makes a quote and an order there, which must be allowed to them.
    pub async fn things(&self, org: Org, by: &Caller<'_>) -> Things {
        let by = by.clone().at(org);
        let people = self.people(org, true).await;
        let cards = self.cards(org).await;
        let series = |index: u32| json!({ "from": "series", "number": org.mobile(index) });
        let order = by.create_mobile(people[0], series(0), cards[0]).await;
        let items = json!([mobile(self, people[1], series(1), cards[1])]);
        let quote = by.quote(items).await.ok(201);
        let id = |value: &Value| value["id"].as_str().and_then(|id| id.parse().ok());
        let order_id = id(&order).expect("an order's id");
        Things {
            port: self.fresh_port(order_id, true).await,
            organisation: self.org(org),
            person: people[1],
            order: order_id,
            card: cards[1],
            number: org.mobile(1),
            quote: id(&quote).expect("a quote's id"),
            subscription: order["items"][0]["subscription"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("a subscription's id"),
            sim: cards[0],
            local: self.local_person(org).await,
            e_sim: self.e_sim(org).await,
            bulk: id(&by
                .upload_table("action;person\nsuspendSim;nobody")
                .await
                .ok(201))
            .expect("a table's id"),
        }
    }

    /// Puts an eSIM with an activation code where nobody uses it.
    pub async fn e_sim(&self, org: Org) -> Uuid {
        let serial = self.fresh_key();
        let serial = serial.trim_start_matches("key-");
        let body = format!("89990000000000{serial:0>4}");
        let iccid = format!("{body}{}", sims::rules::check_digit(&body));
        let code = |text: &str| text.to_owned();
        let new = NewSim {
            iccid: iccid.clone(),
            imsi: format!("23899000000{serial:0>4}"),
            kind: SimKind::ESim,
            codes: Codes {
                pin1: code("1234"),
                puk1: code("12345678"),
                pin2: code("1234"),
                puk2: code("12345678"),
            },
        };
        let mut tx = self.db().begin().await.expect("a transaction");
        let owner = OrganisationId(self.org(org));
        let (ids, system) = (&self.service.ids, access::for_system());
        let scope = access::for_work(&mut tx, system, owner)
            .await
            .expect("a scope");
        sims::add_to_drawer(&mut tx, ids, system, &self.sealer, owner, &[new])
            .await
            .expect("an eSIM");
        let row = tx
            .one("SELECT id FROM sims WHERE iccid = ?1", params![iccid])
            .await
            .expect("the eSIM");
        let id: Uuid = row.get(0).expect("an id");
        let code = "LPA:1$smdp.example$MATCHING-ID";
        sims::keep_activation_code(&mut tx, &scope, &self.sealer, SimId(id), code)
            .await
            .expect("its code");
        tx.commit().await.expect("the eSIM is there");
        id
    }

    /// Makes a local person.
    pub async fn local_person(&self, org: Org) -> Uuid {
        let mut tx = self.db().begin().await.expect("a transaction");
        let scope = access::for_work(&mut tx, access::for_system(), OrganisationId(self.org(org)))
            .await
            .expect("a scope");
        let details = directory::LocalDetails {
            first_name: "Lone".to_owned(),
            last_name: "Lokal".to_owned(),
            email: None,
            title: None,
            department: None,
            mobile_phone: None,
        };
        let id = directory::create_local(&mut tx, &self.service.ids, &scope, &details)
            .await
            .expect("a local person");
        tx.commit().await.expect("the person is there");
        id.0
    }

    /// The Danish day so many days from now.
    pub fn day(&self, days: i64) -> String {
        use jiff::ToSpan;
        self.now()
            .danish_day()
            .saturating_add(days.days())
            .to_string()
    }

    /// A request for an operation about these things.
    pub fn sample(&self, described: &Described, things: &Things) -> Sample {
        let mut path = described.path.clone();
        let person = match described.id.as_str() {
            "update_local_person" | "delete_local_person" => things.local,
            _ => things.person,
        };
        let sim = match described.id.as_str() {
            "reveal_e_sim" => things.e_sim,
            _ => things.sim,
        };
        for (name, value) in [
            ("organisation", things.organisation),
            ("person", person),
            ("subscription", things.subscription),
            ("sim", sim),
            ("bulk", things.bulk),
            ("order", things.order),
            ("port", things.port),
        ] {
            path = path.replace(&format!("{{{name}}}"), &value.to_string());
        }
        assert!(
            !path.contains('{'),
            "the samples do not know what stands for a parameter of {path}"
        );
        let number = json!({ "from": "series", "number": things.number });
        let bodies: BTreeMap<&str, Value> = BTreeMap::from([
            ("update_me", json!({ "language": "en" })),
            (
                "quote_order",
                json!({ "items": [mobile(self, things.person, number, things.card)], "comment": "By the window" }),
            ),
            ("place_order", json!({ "quote": things.quote })),
            ("update_organisation", json!({ "defaultGroup": null })),
            ("create_local_person", local_details()),
            ("update_local_person", local_details()),
            (
                "update_subscription",
                json!({ "reference": "Cost centre 7" }),
            ),
            (
                "set_references",
                json!({ "references": [{ "subscription": things.subscription, "reference": "Cost centre 8" }] }),
            ),
            (
                "reveal_e_sim",
                json!({ "reason": "Loads it for a new colleague" }),
            ),
            (
                "reveal_sim_codes",
                json!({ "reason": "Asked for it at the desk" }),
            ),
            (
                "create_download",
                json!({
                    "kind": "people", "format": "csv", "sort": "-lastName", "columns": ["lastName", "mobile"],
                    "filter": { "q": "a", "has": "mobile", "state": "active", "group": Uuid::from_u128(5) }
                }),
            ),
            (
                "resubmit_port",
                json!({ "donor": "Telby", "owner": { "name": "Havn A/S", "cvr": "12345678" }, "date": self.working_day() }),
            ),
            ("update_order", json!({ "scheduledFor": self.day(20) })),
        ]);
        let body = bodies.get(described.id.as_str()).cloned();
        assert_eq!(
            body.is_some(),
            described.body().is_some(),
            "the samples hold no body for {}",
            described.id
        );
        Sample {
            path,
            body,
            file: described.takes_a_file().then_some("%PDF-1.7 consent"),
            keyed: described.has_parameter("header", "Idempotency-Key"),
            versioned: described.has_parameter("header", "If-Match"),
        }
    }
}

impl App {
    /// A day on which a number can move, some weeks from now.
    pub fn working_day(&self) -> String {
        let mut day = self.now().danish_day();
        for _ in 0..10 {
            day = domain::porting::calendar::next_working_day(day);
        }
        day.to_string()
    }
}

fn local_details() -> Value {
    json!({
        "firstName": "Lis", "lastName": "Lager", "email": "lis@example.com", "title": "Storekeeper",
        "department": "Stock", "mobilePhone": "+45 20 30 40 50"
    })
}

impl Caller<'_> {
    /// Sends a sample, with a fresh key where it wants one.
    pub async fn try_out(&self, described: &Described, sample: &Sample) -> super::Answer {
        let mut caller = self.clone();
        if sample.keyed {
            caller = caller.with("idempotency-key", &self.app.fresh_key());
        }
        if sample.versioned {
            caller = caller.with("if-match", "*");
        }
        if described.has_parameter("header", "Step-Up") {
            caller = caller.freshly().await;
        }
        let method = described.method.parse().expect("a method");
        if described.id == "upload_bulk" {
            let table = Some("action;person\nsuspendSim;nobody".to_owned());
            return caller
                .send_text(method, &sample.path, table, "text/csv")
                .await;
        }
        if let Some(file) = sample.file {
            let file = Some(file.to_owned());
            return caller
                .send_text(method, &sample.path, file, "application/pdf")
                .await;
        }
        caller.send(method, &sample.path, sample.body.clone()).await
    }
}
