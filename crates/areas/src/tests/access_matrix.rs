//! Every operation of the contract against every kind of caller, over HTTP. What is allowed follows from the table of operations
//! and the table of roles; the picture of it is kept, so that a change of either is seen by whoever reviews it.

use super::{NORDVIND, STRANGE, World, token};
use crate::operations::{self, Operation, Right};
use axum::http::Method;
use domain::access::{self, ObjectId, Role, rules::permissions};
use serde_json::{Value, json};
use std::fmt::Write;
use uuid::Uuid;

/// Who calls.
#[derive(Clone, Copy)]
enum Persona {
    Nobody,
    Stranger,
    Colleague,
    Holder(Role),
}

impl Persona {
    fn all() -> Vec<Persona> {
        let fixed = [Persona::Nobody, Persona::Stranger, Persona::Colleague];
        fixed
            .into_iter()
            .chain(Role::ALL.iter().copied().map(Persona::Holder))
            .collect()
    }

    fn name(self) -> &'static str {
        match self {
            Persona::Nobody => "nobody",
            Persona::Stranger => "stranger",
            Persona::Colleague => "colleague",
            Persona::Holder(role) => role.as_str(),
        }
    }

    /// Each its own object of the directory. Holders of roles come from another tenant: only the role lets them in.
    fn token(self) -> Option<String> {
        let of = |tenant, number: u128| {
            Some(token(
                tenant,
                ObjectId(Uuid::from_u128(number)),
                "user",
                self.name(),
            ))
        };
        match self {
            Persona::Nobody => None,
            Persona::Stranger => of(STRANGE, 1000),
            Persona::Colleague => of(NORDVIND, 1001),
            Persona::Holder(role) => of(STRANGE, 2000 + role as u128),
        }
    }

    /// What the tables say: `None` when the caller may go on, else the status.
    fn refusal(self, operation: &Operation) -> Option<u16> {
        let inside = |granted: bool| if granted { None } else { Some(403) };
        match (self, operation.right) {
            (_, Right::Anybody) => None,
            (Persona::Nobody, _) => Some(401),
            (_, Right::SignedIn) => None,
            (Persona::Stranger, _) => Some(404),
            (_, Right::Colleague) => None,
            (Persona::Colleague, Right::Needs(_)) => Some(403),
            (Persona::Holder(role), Right::Needs(permission)) => {
                inside(permissions(&[role]).has(permission))
            }
        }
    }
}

/// A body that can be read, so that the right is what decides.
fn body(operation: &str) -> Option<Value> {
    match operation {
        "update_me" => Some(json!({ "language": "en" })),
        "quote_order" => Some(json!({ "items": [] })),
        "reserve_number" => Some(json!({ "note": "Somebody new" })),
        "create_support_request" => {
            Some(json!({ "kind": "question", "subject": "A", "text": "B" }))
        }
        "reply_support_request" => Some(json!({ "text": "B" })),
        "resolve_work" => Some(json!({ "resolution": "done" })),
        "assign_role" => Some(json!({ "person": Uuid::from_u128(7), "role": "reader" })),
        "place_order" => Some(json!({ "quote": Uuid::from_u128(7) })),
        "add_notification_address" => Some(json!({ "address": "drift@firm.example" })),
        "confirm_notification_address" | "unsubscribe_notification_address" => {
            Some(json!({ "token": "x" }))
        }
        "create_local_person" => Some(json!({ "firstName": "Lis", "lastName": "Lokal" })),
        "update_local_person" => Some(json!({ "firstName": "Lis" })),
        "resubmit_port" => Some(json!({})),
        "update_order" => Some(json!({ "scheduledFor": "2027-01-04" })),
        "update_organisation" => Some(json!({ "buyerReference": null })),
        "update_subscription" => Some(json!({ "reference": null })),
        "set_references" => Some(json!({ "references": [] })),
        "reveal_e_sim" | "reveal_sim_codes" => Some(json!({ "reason": "asked for" })),
        "credit_invoice" => Some(json!({ "reason": "Charged twice" })),
        "set_billing_terms" => Some(json!({ "payer": null, "discounts": [] })),
        "set_prices" => Some(json!({})),
        "create_download" => Some(json!({ "kind": "people", "format": "csv" })),
        _ => None,
    }
}

async fn grant(world: &World) {
    let system = access::for_system();
    let mut tx = world.app.db.begin().await.unwrap();
    for role in Role::ALL {
        let identity = (STRANGE, ObjectId(Uuid::from_u128(2000 + *role as u128)));
        let names = (role.as_str(), "x@example.test");
        access::grant_at_onboarding(
            &mut tx,
            &world.app.ids,
            system,
            world.nordvind,
            identity,
            names,
            *role,
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn everybody_may_do_what_the_tables_say_and_nothing_else() {
    let world = World::new().await;
    grant(&world).await;
    let api = serde_json::to_value(crate::openapi()).unwrap();
    let mut rows: Vec<(String, String)> = Vec::new();
    for (template, item) in api["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let operation = operations::find(described["operationId"].as_str().unwrap()).unwrap();
            let method: Method = method.to_uppercase().parse().unwrap();
            let mut row = String::new();
            for persona in Persona::all() {
                let status = call(&world, persona, &method, template, operation).await;
                let refusal = persona.refusal(operation);
                match refusal {
                    Some(expected) => {
                        assert_eq!(status, expected, "{} by {}", operation.id, persona.name())
                    }
                    None => assert!(
                        status != 401 && status != 403 && status < 500,
                        "{} by {}: {status}",
                        operation.id,
                        persona.name()
                    ),
                }
                write!(
                    row,
                    " {:>3}",
                    refusal.map_or("yes".to_owned(), |status| status.to_string())
                )
                .unwrap();
            }
            rows.push((operation.id.to_owned(), row));
        }
    }
    rows.sort();
    let mut picture = String::from("columns:");
    for persona in Persona::all() {
        write!(picture, " {}", persona.name()).unwrap();
    }
    for (id, row) in rows {
        write!(picture, "\n{id:<24}{row}").unwrap();
    }
    insta::assert_snapshot!("access_matrix", picture);
}

async fn call(
    world: &World,
    persona: Persona,
    method: &Method,
    template: &str,
    operation: &Operation,
) -> u16 {
    let organisation = world.nordvind.to_string();
    // What stands below the organisation does not exist: whoever may look finds nothing, whoever may not is told so first.
    let mut path: String = template
        .split('/')
        .map(|part| match part {
            "{organisation}" => organisation.clone(),
            "{period}" => "2020-01".to_owned(),
            other if other.starts_with('{') => Uuid::from_u128(8).to_string(),
            other => other.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    if operation.id == "consent" {
        path.push_str(&format!("?organisation={organisation}"));
    }
    if operation.id == "explain_permission" {
        path.push_str("?permission=read");
    }
    if operation.id == "get_usage" {
        path.push_str(&format!("?subscription={}", Uuid::from_u128(8)));
    }
    let mut client = world.nobody();
    if let Some(token) = persona.token() {
        client = client.with("authorization", &format!("Bearer {token}"));
    }
    if operation.keyed {
        client = client.with(
            "idempotency-key",
            &format!("{}-{}", operation.id, persona.name()),
        );
    }
    if operation.id == "add_port_consent" {
        client = client.with("content-type", "application/pdf");
    }
    if operation.versioned && body(operation.id).is_some() {
        client = client.with("if-match", "*");
    }
    if operation.id == "upload_bulk" {
        client = client.with("content-type", "text/csv");
    }
    let status = client
        .send(method.clone(), &path, body(operation.id))
        .await
        .status;
    // A stranger has nothing that could be changed.
    if operation.id == "update_me" && matches!(persona, Persona::Stranger) {
        assert_eq!(status, 403);
        return 200;
    }
    status
}
