//! What people do, in one word each.

use super::{Answer, App, Caller, Org, client::pointed};
use platform::db::params;
use serde_json::{Value, json};
use uuid::Uuid;

/// An item that gives a person a number in Teams.
pub fn telephony(app: &App, person: Uuid, number: Value) -> Value {
    json!({
        "action": "activateTelephony", "person": person, "offering": app.offering("teams-denmark"), "number": number
    })
}

/// An item that gives a person a mobile subscription on a card out of the drawer.
pub fn mobile(app: &App, person: Uuid, number: Value, sim: Uuid) -> Value {
    json!({
        "action": "createMobile", "person": person, "offering": app.offering("mobile-m"), "number": number,
        "sim": { "from": "unassigned", "sim": sim }
    })
}

impl App {
    /// Somebody of the directory, by display name.
    pub async fn person(&self, org: Org, name: &str) -> Uuid {
        let mut conn = self.db().read().await.expect("a connection");
        conn.one(
            "SELECT id FROM people WHERE home = ?1 AND display_name = ?2",
            params![org.tenant(), name],
        )
        .await
        .unwrap_or_else(|_| panic!("there is no {name}"))
        .get(0)
        .expect("an id")
    }

    /// Everybody of the directory who is there, licensed for telephony or not, by name.
    pub async fn people(&self, org: Org, licensed: bool) -> Vec<Uuid> {
        let ready: Vec<Uuid> = {
            let world = self.sim.microsoft.world.read();
            let tenant = world.tenant(org.tenant_text()).expect("a tenant");
            tenant
                .users
                .values()
                .filter(|user| user.enabled && user.voice_ready() == licensed)
                .filter_map(|user| user.id.parse().ok())
                .collect()
        };
        let mut conn = self.db().read().await.expect("a connection");
        let rows = conn
            .all(
                "SELECT id, object_id FROM people WHERE home = ?1 AND state = 'active' AND listed ORDER BY name_key, id",
                params![org.tenant()],
            )
            .await
            .expect("people");
        rows.iter()
            .filter(|row| ready.contains(&row.get(1).expect("an object id")))
            .map(|row| row.get(0).expect("an id"))
            .collect()
    }

    /// The sign-in name of the first of [`App::people`] with licences.
    pub async fn first_username(&self, org: Org) -> String {
        let object = self.object_of(self.people(org, true).await[0]).await;
        let world = self.sim.microsoft.world.read();
        let tenant = world.tenant(org.tenant_text()).expect("a tenant");
        tenant
            .users
            .values()
            .find(|user| user.id == object.to_string())
            .map(|user| user.username.clone())
            .expect("somebody of the directory")
    }

    /// The cards in an organisation's drawer.
    pub async fn cards(&self, org: Org) -> Vec<Uuid> {
        let mut conn = self.db().read().await.expect("a connection");
        let rows = conn
            .all(
                "SELECT id FROM sims WHERE organisation = ?1 AND state = 'unassigned' AND kind = 'physical' ORDER BY iccid",
                params![self.org(org)],
            )
            .await
            .expect("cards");
        rows.iter().map(|row| row.get(0).expect("an id")).collect()
    }

    /// The object id of a person of the directory.
    pub async fn object_of(&self, person: Uuid) -> Uuid {
        let mut conn = self.db().read().await.expect("a connection");
        conn.one(
            "SELECT object_id FROM people WHERE id = ?1",
            params![person],
        )
        .await
        .expect("the person")
        .get(0)
        .expect("an object id")
    }
}

impl Caller<'_> {
    /// Uploads a table of orders.
    pub async fn upload_table(&self, table: &str) -> Answer {
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .send_text(
                reqwest::Method::POST,
                &self.path("bulk"),
                Some(table.to_owned()),
                "text/csv",
            )
            .await
    }

    pub async fn quote(&self, items: Value) -> Answer {
        self.post(&self.path("quotes"), json!({ "items": items }))
            .await
    }

    /// Places an order from a quote, with a key of its own.
    pub async fn place(&self, quote: &Value) -> Answer {
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&self.path("orders"), json!({ "quote": quote }))
            .await
    }

    /// Quotes and orders; nothing may stand in the way.
    pub async fn order(&self, items: Value) -> Value {
        let quote = self.quote(items).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        self.place(&quote["id"]).await.ok(202)
    }

    /// As [`Caller::order`], sent to an address.
    pub async fn order_to(&self, items: Value, street: &str) -> Value {
        let address = json!({
            "name": "Nordvind A/S", "street": street, "postalCode": "8000", "city": "Aarhus C", "country": "DK"
        });
        let body = json!({ "items": items, "delivery": { "address": address } });
        let quote = self.post(&self.path("quotes"), body).await.ok(201);
        assert_eq!(quote["problems"], json!([]), "{quote}");
        self.place(&quote["id"]).await.ok(202)
    }

    /// Asks the operator for something, with a key of its own.
    pub async fn ask(&self, kind: &str) -> Value {
        let mut body = json!({ "kind": kind, "subject": "Moving", "text": "We move on Monday." });
        if kind == "deliveryAddress" {
            body["address"] = json!({
                "name": "Nordvind A/S", "attention": null, "street": "Havnegade 1", "postalCode": "8000",
                "city": "Aarhus C", "country": "DK"
            });
        }
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&self.path("support-requests"), body)
            .await
            .ok(201)
    }

    pub async fn activate_telephony(&self, person: Uuid, number: Value) -> Value {
        self.order(json!([telephony(self.app, person, number)]))
            .await
    }

    pub async fn create_mobile(&self, person: Uuid, number: Value, sim: Uuid) -> Value {
        self.order(json!([mobile(self.app, person, number, sim)]))
            .await
    }

    pub async fn cancel(&self, order: &Value) -> Answer {
        let id = order["id"].as_str().expect("an order's id");
        self.clone()
            .with("idempotency-key", &self.app.fresh_key())
            .post(&self.path(&format!("orders/{id}/cancel")), json!({}))
            .await
    }

    /// An order as it stands now.
    pub async fn see(&self, order: &Value) -> Value {
        let id = order["id"].as_str().expect("an order's id");
        self.look(&format!("orders/{id}")).await
    }

    /// What stands in the way of an item: pointers and codes.
    pub async fn problems(&self, item: Value) -> Vec<(String, String)> {
        let quote = self.quote(json!([item])).await.ok(201);
        let problems = pointed(&quote["problems"]);
        if !problems.is_empty() {
            // What cannot be ordered cannot be placed either.
            let placed = self.place(&quote["id"]).await;
            assert!(matches!(placed.status, 409 | 422), "{}", placed.text);
            assert_eq!(placed.fields(), problems);
        }
        problems
    }
}
