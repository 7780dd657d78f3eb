//! One request for each operation of the contract that would go through. An operation without one fails the tests that go
//! through the whole contract, so that none is forgotten.

use super::{App, Caller, Described, Org, mobile};
use domain::{
    access::{self, OrganisationId, Role},
    directory,
};
use platform::db::params;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::atomic::Ordering};
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
    /// Whether the code of a fresh sign-in goes along.
    pub fresh: bool,
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
    /// The id of a number that nobody has.
    pub free_number: Uuid,
    pub quote: Uuid,
    /// A support request that is open.
    pub request: Uuid,
    /// A role that somebody has there.
    pub assignment: Uuid,
    pub port: Uuid,
    /// Of the person whom the order is for.
    pub subscription: Uuid,
    /// The card of that subscription.
    pub sim: Uuid,
    /// Somebody made here.
    pub local: Uuid,
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
        // Not everybody who orders may write.
        let writer = match org {
            Org::Nordvind => self.mette(),
            _ => self.hanne(),
        };
        let asked = writer.at(org).ask("question").await;
        let id = |value: &Value| value["id"].as_str().and_then(|id| id.parse().ok());
        let order_id = id(&order).expect("an order's id");
        Things {
            port: self.fresh_port(order_id, true).await,
            organisation: self.org(org),
            person: people[1],
            order: order_id,
            card: cards[1],
            number: org.mobile(1),
            free_number: self.number_id(&org.landline(5)).await,
            quote: id(&quote).expect("a quote's id"),
            request: id(&asked).expect("a request's id"),
            assignment: self.assignment(org).await,
            subscription: order["items"][0]["subscription"]
                .as_str()
                .and_then(|id| id.parse().ok())
                .expect("a subscription's id"),
            sim: cards[0],
            local: self.local_person(org).await,
        }
    }

    /// A number's id.
    pub async fn number_id(&self, number: &str) -> Uuid {
        let mut conn = self.db().read().await.expect("a connection");
        conn.one("SELECT id FROM numbers WHERE number = ?1", params![number])
            .await
            .expect("the number")
            .get(0)
            .expect("an id")
    }

    /// A role that a newcomer was given on the organisation.
    pub async fn assignment(&self, org: Org) -> Uuid {
        let serial = self.keys.fetch_add(1, Ordering::SeqCst);
        let object = Uuid::from_u128(0xA000_0000 + u128::from(serial));
        self.grant(org, (org.tenant(), object), Role::Reader).await;
        let mut conn = self.db().read().await.expect("a connection");
        conn.one(
            "SELECT r.id FROM role_assignments r JOIN principals p ON p.id = r.principal WHERE p.object_id = ?1",
            params![object],
        )
        .await
        .expect("the role")
        .get(0)
        .expect("an id")
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
        for (name, value) in [
            ("organisation", things.organisation),
            ("person", person),
            ("subscription", things.subscription),
            ("sim", things.sim),
            ("order", things.order),
            ("assignment", things.assignment),
            ("number", things.free_number),
            ("request", things.request),
            ("item", things.request),
            ("port", things.port),
        ] {
            path = path.replace(&format!("{{{name}}}"), &value.to_string());
        }
        if described.id == "consent" {
            path.push_str(&format!("?organisation={}", things.organisation));
        }
        if described.id == "explain_permission" {
            path.push_str("?permission=read");
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
            (
                "create_support_request",
                json!({ "kind": "question", "subject": "Cables", "text": "Which ones?", "address": null }),
            ),
            ("reply_support_request", json!({ "text": "The long ones" })),
            (
                "resolve_work",
                json!({ "resolution": "done", "comment": "It is so" }),
            ),
            ("reserve_number", json!({ "note": "Somebody new" })),
            (
                "assign_role",
                json!({ "person": things.person, "role": "reader" }),
            ),
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
            fresh: described.has_parameter("header", "Step-Up"),
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
        if sample.fresh {
            caller = caller.freshly().await;
        }
        if sample.versioned {
            caller = caller.with("if-match", "*");
        }
        let method = described.method.parse().expect("a method");
        if let Some(file) = sample.file {
            let file = Some(file.to_owned());
            return caller
                .send_text(method, &sample.path, file, "application/pdf")
                .await;
        }
        caller.send(method, &sample.path, sample.body.clone()).await
    }
}
