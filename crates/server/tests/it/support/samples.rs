//! One request for each operation of the contract that would go through. An operation without one fails the tests that go
//! through the whole contract, so that none is forgotten.

use super::{App, Caller, Described, Org, mobile};
use domain::{
    access::{self, OrganisationId, Role},
    billing, directory,
    sims::{self, Codes, NewSim, SimId, SimKind},
};
use platform::{Period, db::params, seal::Secret};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};
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
    /// CSV instead of a JSON body.
    pub csv: Option<String>,
}

/// What stands in the paths of one organisation.
pub struct Things {
    pub organisation: Uuid,
    pub person: Uuid,
    pub order: Uuid,
    pub card: Uuid,
    pub call_group: Uuid,
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
    /// An eSIM whose activation code nobody was shown.
    pub e_sim: Uuid,
    /// A table that was uploaded.
    pub bulk: Uuid,
    pub address: Address,
    /// Usage that was imported there.
    pub import: Uuid,
    /// An invoice with one line, of a month long gone.
    pub invoice: Uuid,
    /// A month long gone that is not closed.
    pub period: String,
}

/// A notification address that was asked, with the tokens in its mails.
pub struct Address {
    pub id: Uuid,
    pub confirm: String,
    pub unsubscribe: String,
}

impl App {
    /// Things of an organisation to ask about. `by` makes a quote and an order there, which must be allowed to them.
    pub async fn things(&self, org: Org, by: &Caller<'_>) -> Things {
        let by = by.clone().at(org);
        let people = self.people(org, true).await;
        let cards = self.cards(org).await;
        let series = |index: u32| json!({ "from": "series", "number": org.mobile(index) });
        // Not everybody who orders may write.
        let writer = match org {
            Org::Nordvind => self.mette(),
            _ => self.hanne(),
        };
        let call_group = self.call_group(&writer.clone().at(org), org).await;
        let order = by.create_mobile(people[0], series(0), cards[0]).await;
        let items = json!([mobile(self, people[1], series(1), cards[1])]);
        let quote = by.quote(items).await.ok(201);
        let asked = writer.at(org).ask("question").await;
        let id = |value: &Value| value["id"].as_str().and_then(|id| id.parse().ok());
        let order_id = id(&order).expect("an order's id");
        let subscription: Uuid = order["items"][0]["subscription"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("a subscription's id");
        Things {
            invoice: self.invoice(org, subscription).await,
            period: self.past_month().to_string(),
            port: self.fresh_port(order_id, true).await,
            organisation: self.org(org),
            person: people[1],
            order: order_id,
            card: cards[1],
            call_group,
            number: org.mobile(1),
            free_number: self.number_id(&org.landline(5)).await,
            quote: id(&quote).expect("a quote's id"),
            request: id(&asked).expect("a request's id"),
            assignment: self.assignment(org).await,
            subscription,
            sim: cards[0],
            local: self.local_person(org).await,
            e_sim: self.e_sim(org).await,
            bulk: id(&by
                .upload_table("action;person\nsuspendSim;nobody")
                .await
                .ok(201))
            .expect("a table's id"),
            address: self.address(org).await,
            import: self.import(org).await,
        }
    }

    /// A month of the first years of the century that no test has asked for.
    pub fn past_month(&self) -> Period {
        let serial = self.keys.fetch_add(1, Ordering::SeqCst);
        let months = i32::try_from(serial).expect("not so many");
        Period::parse("2012-12").expect("a month").back(months)
    }

    /// Closes a month in which a subscription cost something.
    pub async fn invoice(&self, org: Org, subscription: Uuid) -> Uuid {
        let (period, ids) = (self.past_month(), &self.service.ids);
        let mut tx = self.db().begin().await.expect("a transaction");
        tx.execute(
            "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
             SELECT ?1, organisation, id, 'package', offering, 9900, ?3, ?4 FROM subscriptions WHERE id = ?2",
            params![ids.uuid(), subscription, period.start(), period.end()],
        )
        .await
        .expect("an interval");
        let operator = access::operator(&mut tx, access::for_system())
            .await
            .expect("the operator");
        let scope = access::for_work(&mut tx, access::for_system(), operator)
            .await
            .expect("a scope");
        let issuer = &self.service.app.settings.billing;
        billing::close(&mut tx, ids, &scope, issuer, period)
            .await
            .expect("it can be closed");
        // It is done here and now.
        tx.execute(
            "DELETE FROM jobs WHERE kind = 'billing.closePeriod'",
            params![],
        )
        .await
        .expect("the job can go");
        tx.commit().await.expect("it is closed");
        billing::finish_period(self.db(), ids, issuer, period)
            .await
            .expect("the invoices");
        let mut conn = self.db().read().await.expect("a connection");
        conn.one(
            "SELECT id FROM invoices WHERE organisation = ?1 AND period = ?2",
            params![self.org(org), period],
        )
        .await
        .expect("an invoice")
        .get(0)
        .expect("an id")
    }

    /// A call group that rings a line of its own.
    async fn call_group(&self, by: &Caller<'_>, org: Org) -> Uuid {
        let listed = by.look("call-groups").await;
        let known = listed["items"][0]["id"].as_str();
        if let Some(known) = known.and_then(|id| id.parse().ok()) {
            return known;
        }
        let person = self.local_person(org).await;
        let cards = self.cards(org).await;
        let last = cards.last().expect("a card");
        let number = json!({ "from": "series", "number": org.mobile(7) });
        by.create_mobile(person, number, *last).await;
        self.work().await;
        let group = by
            .order(json!([{
                "action": "createCallGroup", "name": "Reception", "members": [person], "strategy": "inOrder",
                "number": { "from": "series", "number": org.mobile(6) }, "ringSeconds": 15
            }]))
            .await;
        self.work().await;
        let group = by.see(&group).await;
        let id = group["items"][0]["callGroup"]["id"].as_str();
        id.and_then(|id| id.parse().ok()).expect("a group's id")
    }

    /// An address that was asked, as if its mails lay here.
    pub async fn address(&self, org: Org) -> Address {
        let (confirm, unsubscribe) = (Secret::random(), Secret::random());
        let id = self.service.ids.uuid();
        let text = format!("{id}@firm.example");
        let later = self.now().plus(Duration::from_secs(3_600));
        let mut tx = self.db().begin().await.expect("a transaction");
        // Those of before go: there are only so many.
        for sql in [
            "DELETE FROM notification_removals WHERE address IN
               (SELECT id FROM notification_addresses WHERE organisation = ?1)",
            "DELETE FROM notification_addresses WHERE address LIKE '%@firm.example' AND organisation = ?1",
        ] {
            let own = params![self.org(org)];
            tx.execute(sql, own).await.expect("those can go");
        }
        tx.execute(
            "INSERT INTO notification_addresses (id, organisation, address, address_fold, language, token_hash,
               token_expires_at, added_at) VALUES (?1, ?2, ?3, ?3, 'en', ?4, ?5, ?6)",
            params![id, self.org(org), text, confirm.hash(), later, self.now()],
        )
        .await
        .expect("an address");
        tx.execute(
            "INSERT INTO notification_removals (token_hash, address, expires_at) VALUES (?1, ?2, ?3)",
            params![unsubscribe.hash(), id, later],
        )
        .await
        .expect("a link");
        tx.commit().await.expect("the address is there");
        Address {
            id,
            confirm: confirm.expose(),
            unsubscribe: unsubscribe.expose(),
        }
    }

    /// An import with a line that could not be counted.
    async fn import(&self, org: Org) -> Uuid {
        let id = self.service.ids.uuid();
        let mut tx = self.db().begin().await.expect("a transaction");
        tx.execute(
            "INSERT INTO usage_imports (id, organisation, origin, state, fence, position, digest, lines, records, duplicates,
               errors, started_at) VALUES (?1, ?2, 'api', 'done', 1, 9, ?3, 2, 0, 0, 1, ?4)",
            params![id, self.org(org), [0_u8; 32], self.now()],
        )
        .await
        .expect("an import");
        tx.execute(
            "INSERT INTO usage_import_errors (import, line, field, code) VALUES (?1, 2, 'number', 'numberUnknown')",
            params![id],
        )
        .await
        .expect("an error");
        tx.commit().await.expect("the import is there");
        id
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
            ("callGroup", things.call_group),
            ("assignment", things.assignment),
            ("number", things.free_number),
            ("address", things.address.id),
            ("import", things.import),
            ("request", things.request),
            ("item", things.request),
            ("port", things.port),
            ("invoice", things.invoice),
        ] {
            path = path.replace(&format!("{{{name}}}"), &value.to_string());
        }
        path = path.replace("{period}", &things.period);
        if described.id == "consent" {
            path.push_str(&format!("?organisation={}", things.organisation));
        }
        if described.id == "explain_permission" {
            path.push_str("?permission=read");
        }
        if described.id == "get_usage" {
            path.push_str(&format!("?subscription={}", things.subscription));
        }
        assert!(
            !path.contains('{'),
            "the samples do not know what stands for a parameter of {path}"
        );
        let number = json!({ "from": "series", "number": things.number });
        // No two prices of one day.
        let serial = self.keys.fetch_add(1, Ordering::SeqCst) as i64;
        let months = i32::try_from(serial).expect("not so many");
        let later = Period::parse("2099-01").expect("a month").back(-months);
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
            (
                "add_notification_address",
                json!({ "address": self.fresh_key() + "@firm.example", "language": "da" }),
            ),
            (
                "confirm_notification_address",
                json!({ "token": things.address.confirm }),
            ),
            (
                "unsubscribe_notification_address",
                json!({ "token": things.address.unsubscribe }),
            ),
            (
                "update_organisation",
                json!({ "defaultGroup": null, "financeAddresses": ["faktura@firm.example"], "buyerReference": null,
                    "gln": null, "cvr": null }),
            ),
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
            (
                "credit_invoice",
                json!({ "lines": [1], "reason": "Charged twice" }),
            ),
            (
                "set_billing_terms",
                json!({ "payer": null, "discounts": [
                    { "basisPoints": 1_000, "category": "usage", "offering": null, "from": "2099-01", "until": null }
                ] }),
            ),
            (
                "set_prices",
                json!({
                    "prices": [{ "offering": "mobile-m", "from": self.day(30 + serial), "oneTime": { "amount": 0, "currency": "DKK" },
                        "monthly": { "amount": 13_900, "currency": "DKK" } }],
                    "usagePrices": [{ "kind": "data", "destination": "eu", "from": later.to_string(),
                        "price": { "amount": 10, "currency": "DKK" }, "base": 1 }]
                }),
            ),
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
            csv: (described.id == "import_usage").then(|| {
                format!(
                    "source,record,number,kind,quantity,startedAt\ncore,1,{},sms,1,2026-11-01T00:00:00Z\n",
                    things.number
                )
            }),
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
        if let Some(csv) = &sample.csv {
            let csv = Some(csv.clone());
            return caller
                .send_text(method, &sample.path, csv, "text/csv")
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
