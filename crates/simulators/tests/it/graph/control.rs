//! Who may call, how much, and what happens on a bad day.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;
use simulators::common::faults::{Effect, Fault, When};
use simulators::microsoft::world::{CLIENT_ID, tenants};

use super::{Sim, TENANT};

#[tokio::test]
async fn without_a_token_there_is_a_challenge() {
    let sim = Sim::start().await;
    for token in ["", "Bearer nonsense", "Basic abc"] {
        let url = format!("{}/v1.0/users", sim.origin);
        let reply = sim
            .send(sim.http.get(url).header("Authorization", token))
            .await;
        assert_eq!(
            reply.refusal(),
            (401, "InvalidAuthenticationToken"),
            "{token}"
        );
        assert!(reply.header("www-authenticate").starts_with("Bearer "));
        assert_eq!(
            reply.body["error"]["innerError"]["request-id"],
            reply.header("request-id")
        );
    }
}

#[tokio::test]
async fn every_feature_needs_its_own_permission() {
    let mut sim = Sim::start().await;
    let set_roles = |roles: &[&str]| {
        let roles: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        let mut world = sim.world.write();
        world
            .update_service_principal(TENANT, CLIENT_ID, |principal| {
                principal.graph_roles = roles.into_iter().collect();
            })
            .unwrap();
    };
    set_roles(&["User.Read.All", "GroupMember.Read.All"]);
    sim.token = super::app_token(&sim.http, &sim.origin, TENANT).await;
    let numbers = "/admin/teams/telephoneNumberManagement/numberAssignments";
    assert_eq!(sim.get("/users?$top=1").await.status, 200);
    assert_eq!(sim.get("/groups?$top=1").await.status, 200);
    assert_eq!(sim.get("/organization?$select=id").await.status, 200);
    assert_eq!(sim.get_eventual("/users/$count").await.status, 200);
    for path in [
        "/subscribedSkus",
        numbers,
        "/admin/teams/userConfigurations",
        "/admin/reportSettings",
        "/domains",
    ] {
        let denied = sim.get(path).await;
        assert_eq!(
            denied.refusal(),
            (403, "Authorization_RequestDenied"),
            "{path}"
        );
    }
    let id = sim.person("mette.holm");
    assert_eq!(
        sim.patch(&format!("/users/{id}"), json!({ "department": "x" }))
            .await
            .status,
        403
    );
    assert_eq!(
        sim.post(&format!("{numbers}/assignNumber"), json!({}))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn a_token_reads_its_own_tenant_only() {
    let mut sim = Sim::start().await;
    sim.token = super::app_token(&sim.http, &sim.origin, tenants::FJORD).await;
    let organization = sim.get("/organization").await;
    assert_eq!(organization.value()[0]["id"], tenants::FJORD);
    let id = sim.person("mette.holm");
    assert_eq!(sim.get(&format!("/users/{id}")).await.status, 404);
}

#[tokio::test]
async fn costs_are_told_and_limits_answered_with_429() {
    let sim = Sim::start().await;
    assert_eq!(sim.get("/users").await.header("x-ms-resource-unit"), "2");
    assert_eq!(
        sim.get("/users?$select=id")
            .await
            .header("x-ms-resource-unit"),
        "1"
    );
    assert_eq!(
        sim.get("/subscribedSkus")
            .await
            .header("x-ms-resource-unit"),
        "3"
    );
    sim.control(json!({ "unitsPer10Seconds": 10 })).await;
    sim.world.clock().advance(SignedDuration::from_secs(11));
    for _ in 0..4 {
        assert_eq!(sim.get("/users").await.status, 200);
    }
    assert_eq!(
        sim.get("/users")
            .await
            .header("x-ms-throttle-limit-percentage"),
        "1.00"
    );
    let refused = sim.get("/users").await;
    assert_eq!(refused.refusal(), (429, "TooManyRequests"));
    assert_eq!(refused.header("retry-after"), "10");
    assert!(
        refused
            .header("x-ms-throttle-scope")
            .starts_with("Tenant_Application/Read/")
    );
    assert_eq!(
        refused.header("x-ms-throttle-information"),
        "ResourceUnitLimitExceeded"
    );
    sim.control(json!({ "retryAfterSeconds": null })).await;
    assert_eq!(sim.get("/users").await.headers.get("retry-after"), None);
    sim.world.clock().advance(SignedDuration::from_secs(11));
    assert_eq!(sim.get("/users").await.status, 200);
}

#[tokio::test]
async fn an_answer_may_be_lost_after_the_number_was_assigned() {
    let sim = Sim::start().await;
    let (person, number) = (sim.voice_ready(0), sim.free_number());
    let assign = "/v1.0/admin/teams/telephoneNumberManagement/numberAssignments/assignNumber";
    sim.faults
        .add(Fault::new("POST", assign, Effect::Lost).when(When::First(1)));
    let path = assign.trim_start_matches("/v1.0");
    let request = sim
        .request(Method::POST, path)
        .json(&sim.assign_body(&number, &person));
    assert!(request.send().await.is_err());
    let ledger = sim
        .simulator(Method::GET, "/graph/ledger", json!(null))
        .await;
    assert_eq!(ledger.body["entries"].as_array().unwrap().len(), 1);
    let world = sim.world.read();
    let line = &world.tenant(TENANT).unwrap().numbers[&number];
    assert_eq!(line.target.as_deref(), Some(person.as_str()));
}

#[tokio::test]
async fn answers_may_be_wrong_in_every_way_a_client_must_bear() {
    let sim = Sim::start().await;
    let strike = |effect| {
        sim.faults.clear();
        sim.faults
            .add(Fault::new("GET", "/v1.0/users", effect).when(When::First(1)));
    };
    strike(Effect::Status {
        status: 503,
        retry_after: Some(2),
        body: None,
    });
    let unavailable = sim.get("/users").await;
    assert_eq!(
        (unavailable.status, unavailable.header("retry-after")),
        (503, "2")
    );
    strike(Effect::Html);
    assert!(sim.get("/users").await.text.starts_with("<!doctype html>"));
    strike(Effect::Refuse);
    assert!(sim.request(Method::GET, "/users").send().await.is_err());
    strike(Effect::Truncated);
    let half = sim.request(Method::GET, "/users").send().await.unwrap();
    assert!(half.text().await.is_err());
    strike(Effect::Inject {
        pointer: "/value/0/userType".to_owned(),
        value: json!("hologram"),
    });
    assert_eq!(
        sim.get("/users?$select=id").await.value()[0]["userType"],
        "hologram"
    );
    assert_eq!(sim.get("/users").await.status, 200);
}
