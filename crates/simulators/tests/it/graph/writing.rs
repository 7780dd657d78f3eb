//! People made, changed and deleted; licences; the recycle bin.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Sim, TENANT};

const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";

fn newcomer(name: &str) -> Value {
    json!({
        "accountEnabled": true, "displayName": "Nina Ny", "mailNickname": name,
        "userPrincipalName": format!("{name}@nordvind.example"), "givenName": "Nina", "jobTitle": "Consultant",
        "passwordProfile": { "password": "Something-2026!", "forceChangePasswordNextSignIn": true },
    })
}

#[tokio::test]
async fn a_person_is_made_changed_deleted_and_restored() {
    let sim = Sim::start().await;
    let made = sim.post("/users", newcomer("nina.ny")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(made.body["jobTitle"], "Consultant");
    assert!(!made.text.contains("Something-2026!"));

    let changed = sim
        .patch(
            &format!("/users/{id}"),
            json!({ "department": "Sales", "usageLocation": "DK" }),
        )
        .await;
    assert_eq!((changed.status, changed.text.as_str()), (204, ""));
    let read = sim
        .get(&format!(
            "/users/{id}?$select=department,usageLocation,accountEnabled"
        ))
        .await;
    assert_eq!(
        (&read.body["department"], &read.body["usageLocation"]),
        (&json!("Sales"), &json!("DK"))
    );

    assert_eq!(sim.delete(&format!("/users/{id}")).await.status, 204);
    assert_eq!(sim.get(&format!("/users/{id}")).await.status, 404);
    let bin = sim
        .get("/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime")
        .await;
    assert!(
        bin.value()
            .iter()
            .any(|user| user["id"] == id && user["deletedDateTime"].is_string())
    );
    let restored = sim
        .post(
            &format!("/directory/deletedItems/{id}/microsoft.graph.restore"),
            json!({}),
        )
        .await;
    assert_eq!(
        (restored.status, restored.body["id"].as_str()),
        (200, Some(id))
    );
    assert_eq!(sim.get(&format!("/users/{id}")).await.status, 200);
    assert_eq!(
        sim.delete(&format!("/directory/deletedItems/{id}"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn the_name_of_a_deleted_person_is_free_and_the_bin_waits_for_it() {
    let sim = Sim::start().await;
    let first = sim.post("/users", newcomer("nina.ny")).await;
    let first = first.body["id"].as_str().unwrap().to_owned();
    let name = format!(
        "/users/{}",
        newcomer("nina.ny")["userPrincipalName"].as_str().unwrap()
    );
    sim.delete(&name).await;
    let second = sim.post("/users", newcomer("Nina.Ny")).await;
    assert_eq!(second.status, 201);
    let second = second.body["id"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(sim.get(&name).await.body["id"], second.as_str());

    let restore = format!("/directory/deletedItems/{first}/restore");
    let taken = sim.post(&restore, json!({})).await;
    assert_eq!(taken.refusal(), (400, "Request_BadRequest"));
    assert_eq!(taken.body["error"]["details"][0]["code"], "ObjectConflict");

    // Emptying the bin of one takes nothing from the other.
    sim.delete(&format!("/users/{second}")).await;
    assert_eq!(sim.post(&restore, json!({})).await.status, 200);
    sim.delete(&format!("/directory/deletedItems/{second}"))
        .await;
    assert_eq!(sim.get(&name).await.body["id"], first.as_str());
}

#[tokio::test]
async fn the_recycle_bin_is_emptied_after_thirty_days() {
    let mut sim = Sim::start().await;
    let id = sim.person("rita.reader");
    sim.delete(&format!("/users/{id}")).await;
    sim.world
        .clock()
        .advance(SignedDuration::from_hours(30 * 24 + 1));
    sim.token = super::app_token(&sim.http, &sim.origin, TENANT).await;
    assert_eq!(
        sim.get("/directory/deletedItems/microsoft.graph.user")
            .await
            .value()
            .len(),
        0
    );
    assert_eq!(
        sim.post(&format!("/directory/deletedItems/{id}/restore"), json!({}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn what_the_directory_refuses_it_refuses_by_name() {
    let sim = Sim::start().await;
    sim.post("/users", newcomer("nina.ny")).await;
    let twice = sim.post("/users", newcomer("nina.ny")).await;
    assert_eq!(twice.refusal(), (400, "Request_BadRequest"));
    assert_eq!(twice.body["error"]["details"][0]["code"], "ObjectConflict");
    assert_eq!(
        twice.body["error"]["details"][0]["target"],
        "userPrincipalName"
    );

    let with = |change: Value| {
        let mut body = newcomer("somebody.else");
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for wrong in [
        with(json!({ "userPrincipalName": "x@elsewhere.example" })),
        with(json!({ "passwordProfile": { "password": "short" } })),
        with(json!({ "displayName": null })),
        with(json!({ "usageLocation": "Denmark" })),
        with(json!({ "shoeSize": 43 })),
        with(json!({ "assignedLicenses": [] })),
    ] {
        let refused = sim.post("/users", wrong.clone()).await;
        assert_eq!(refused.refusal(), (400, "Request_BadRequest"), "{wrong}");
    }
    assert_eq!(
        sim.get("/users/somebody.else@nordvind.example")
            .await
            .status,
        404
    );
    assert_eq!(
        sim.patch(
            "/users/nobody@nordvind.example",
            json!({ "department": "x" })
        )
        .await
        .status,
        404
    );
    let nonsense = sim
        .send(sim.request(Method::POST, "/users").body("{"))
        .await;
    assert_eq!(nonsense.refusal(), (400, "BadRequest"));
}

#[tokio::test]
async fn plans_come_some_seconds_after_the_licence() {
    let sim = Sim::start().await;
    sim.control(json!({ "licenceSeconds": 30 })).await;
    let made = sim.post("/users", newcomer("nina.ny")).await;
    let id = made.body["id"].as_str().unwrap();
    let path = format!("/users/{id}/assignLicense");
    let add =
        json!({ "addLicenses": [{ "skuId": E5, "disabledPlans": [] }], "removeLicenses": [] });
    let homeless = sim.post(&path, add.clone()).await;
    assert_eq!(homeless.refusal(), (400, "Request_BadRequest"));
    assert!(homeless.text.contains("invalid usage location"));
    sim.patch(&format!("/users/{id}"), json!({ "usageLocation": "DK" }))
        .await;

    let delta = sim
        .get("/users/delta?$deltatoken=latest&$select=assignedLicenses,assignedPlans")
        .await;
    let given = sim
        .post(&format!("/users/{id}/microsoft.graph.assignLicense"), add)
        .await;
    assert_eq!((given.status, given.body["id"].as_str()), (200, Some(id)));
    let select = format!("/users/{id}?$select=assignedLicenses,assignedPlans");
    let before = sim.get(&select).await;
    assert_eq!(before.body["assignedLicenses"][0]["skuId"], E5);
    assert_eq!(before.body["assignedPlans"], json!([]));
    let details = sim.get(&format!("/users/{id}/licenseDetails")).await;
    assert_eq!(
        details.value()[0]["servicePlans"][0]["provisioningStatus"],
        "PendingProvisioning"
    );
    let first = sim.get(delta.link("deltaLink").unwrap()).await;
    assert_eq!(first.value().len(), 1);

    sim.world.clock().advance(SignedDuration::from_secs(31));
    let after = sim.get(&select).await;
    let plans = after.body["assignedPlans"].as_array().unwrap();
    assert!(
        plans
            .iter()
            .any(|plan| plan["servicePlanId"] == "4828c8ec-dc2e-4779-b502-87ac9ce28ab7")
    );
    let second = sim.get(first.link("deltaLink").unwrap()).await;
    assert_eq!(
        second.value()[0]["assignedPlans"].as_array().unwrap().len(),
        plans.len()
    );
}

#[tokio::test]
async fn impossible_licences_are_refused() {
    let sim = Sim::start().await;
    let id = sim.person("mette.holm");
    let path = format!("/users/{id}/assignLicense");
    for (body, code) in [
        (json!({ "addLicenses": [] }), "Request_BadRequest"),
        (
            json!({ "addLicenses": [{ "skuId": "x" }], "removeLicenses": [] }),
            "BadRequest",
        ),
        (
            json!({ "addLicenses": [{ "skuId": "11111111-1111-4111-8111-111111111111" }], "removeLicenses": [] }),
            "Request_BadRequest",
        ),
        (
            json!({ "addLicenses": [], "removeLicenses": ["11111111-1111-4111-8111-111111111111"] }),
            "Request_BadRequest",
        ),
    ] {
        assert_eq!(
            sim.post(&path, body.clone()).await.refusal(),
            (400, code),
            "{body}"
        );
    }
}

#[tokio::test]
async fn every_effect_is_in_the_ledger_without_passwords() {
    let sim = Sim::start().await;
    let request = sim
        .request(Method::POST, "/users")
        .header("client-request-id", "11111111-2222-4333-8444-555555555555")
        .json(&newcomer("nina.ny"));
    let made = sim.send(request).await;
    assert_eq!(
        made.header("client-request-id"),
        "11111111-2222-4333-8444-555555555555"
    );
    sim.post("/users", newcomer("nina.ny")).await;
    sim.get("/users").await;
    let ledger = sim
        .simulator(Method::GET, "/graph/ledger", Value::Null)
        .await;
    let entries = ledger.body["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[0]["clientRequestId"],
        "11111111-2222-4333-8444-555555555555"
    );
    assert_eq!(
        (&entries[0]["action"], &entries[0]["status"]),
        (&json!("users"), &json!(201))
    );
    assert_eq!(entries[0]["tenant"], TENANT);
    assert_eq!(
        (&entries[1]["status"], &entries[1]["error"]),
        (&json!(400), &json!("Request_BadRequest"))
    );
    assert!(!ledger.text.contains("Something-2026!"));
}
