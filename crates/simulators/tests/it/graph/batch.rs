//! `$batch`.

use serde_json::{Value, json};

use super::Sim;

fn by_id<'a>(body: &'a Value, id: &str) -> &'a Value {
    let responses = body["responses"].as_array().unwrap();
    responses
        .iter()
        .find(|response| response["id"] == id)
        .unwrap()
}

#[tokio::test]
async fn a_batch_is_answered_in_another_order_with_a_status_for_each() {
    let sim = Sim::start().await;
    let id = sim.person("mette.holm");
    let reply = sim
        .post(
            "/$batch",
            json!({ "requests": [
                { "id": "1", "method": "GET", "url": format!("/users/{id}?$select=id") },
                { "id": "2", "method": "GET", "url": "/users/nobody@nordvind.example" },
                { "id": "3", "method": "PATCH", "url": format!("/users/{id}"), "body": { "department": "X" },
                  "headers": { "Content-Type": "application/json" } },
                { "id": "4", "method": "GET", "url": "/users?$search=\"displayName:mette\"&$select=id",
                  "headers": { "ConsistencyLevel": "eventual" } },
                { "id": "5", "method": "GET", "url": format!("/users/{id}?$select=department"), "dependsOn": ["3"] },
                { "id": "6", "method": "GET", "url": "/me", "dependsOn": ["2"] },
            ] }),
        )
        .await;
    assert_eq!(reply.status, 200);
    let ids: Vec<&str> = reply.body["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    assert_ne!(ids, ["1", "2", "3", "4", "5", "6"]);
    assert_eq!(by_id(&reply.body, "1")["body"]["id"], json!(id));
    assert_eq!(by_id(&reply.body, "2")["status"], 404);
    assert_eq!(
        by_id(&reply.body, "2")["body"]["error"]["code"],
        "Request_ResourceNotFound"
    );
    assert_eq!(by_id(&reply.body, "3")["status"], 204);
    assert_eq!(by_id(&reply.body, "4")["status"], 200);
    assert_eq!(by_id(&reply.body, "5")["body"]["department"], "X");
    assert_eq!(by_id(&reply.body, "6")["status"], 424);
}

#[tokio::test]
async fn inner_requests_are_throttled_one_by_one() {
    let sim = Sim::start().await;
    sim.control(json!({ "unitsPer10Seconds": 2, "retryAfterSeconds": 7 }))
        .await;
    let requests: Vec<Value> = (0..3)
        .map(|n| json!({ "id": n.to_string(), "method": "GET", "url": "/users?$select=id" }))
        .collect();
    let reply = sim.post("/$batch", json!({ "requests": requests })).await;
    assert_eq!(reply.status, 200);
    assert_eq!(by_id(&reply.body, "0")["status"], 200);
    assert_eq!(by_id(&reply.body, "2")["status"], 429);
    assert_eq!(by_id(&reply.body, "2")["headers"]["Retry-After"], "7");
}

#[tokio::test]
async fn a_malformed_batch_is_refused_as_a_whole() {
    let sim = Sim::start().await;
    let get = |id: &str| json!({ "id": id, "method": "GET", "url": "/users" });
    let many: Vec<Value> = (0..21).map(|n| get(&n.to_string())).collect();
    for requests in [
        json!(many),
        json!([]),
        json!([get("1"), get("1")]),
        json!([{ "id": "1", "method": "GET", "url": "" }]),
        json!([{ "id": "1", "method": "BREW", "url": "/users" }]),
        json!([{ "id": "1", "method": "POST", "url": "/users", "body": {} }]),
        json!([{ "id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"] }]),
        json!([
            { "id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"] },
            { "id": "2", "method": "GET", "url": "/users", "dependsOn": ["1"] },
        ]),
    ] {
        let reply = sim.post("/$batch", json!({ "requests": requests })).await;
        assert_eq!(reply.refusal(), (400, "BadRequest"), "{requests}");
    }
}

#[tokio::test]
async fn an_address_may_lack_its_slash_and_is_otherwise_taken_as_it_stands() {
    let sim = Sim::start().await;
    let id = sim.person("mette.holm");
    let get = |n: &str, url: String| json!({ "id": n, "method": "GET", "url": url });
    let requests = json!([
        get("bare", format!("users/{id}?$select=id")),
        get("slash", format!("/users/{id}?$select=id")),
        get("version", format!("/v1.0/users/{id}?$select=id")),
        get("whole", format!("https://graph.microsoft.com/v1.0/users/{id}?$select=id")),
        { "id": "change", "method": "PATCH", "url": format!("users/{id}"), "body": { "department": "X" },
          "headers": { "Content-Type": "application/json" } },
    ]);
    let reply = sim.post("/$batch", json!({ "requests": requests })).await;
    assert_eq!(reply.status, 200);
    for one in ["bare", "slash"] {
        assert_eq!(by_id(&reply.body, one)["body"]["id"], json!(id), "{one}");
    }
    for (one, segment) in [("version", "v1.0"), ("whole", "https:")] {
        let refused = by_id(&reply.body, one);
        assert_eq!(refused["status"], 400, "{one}");
        assert_eq!(
            refused["body"]["error"]["message"],
            format!("Resource not found for the segment '{segment}'.")
        );
    }
    assert_eq!(by_id(&reply.body, "change")["status"], 204);
}
