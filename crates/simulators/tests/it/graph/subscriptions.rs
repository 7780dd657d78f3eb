//! Change notifications: the handshake, what is told, repetitions, renewal, lifecycle.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Sim, TENANT};

/// A subscriber: proves itself, and passes on what it is told.
struct Subscriber {
    url: String,
    told: UnboundedReceiver<Value>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

#[derive(Clone)]
struct Hook {
    tell: UnboundedSender<Value>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

async fn hook(
    State(hook): State<Hook>,
    Query(query): Query<std::collections::HashMap<String, String>>,
    body: Bytes,
) -> (StatusCode, String) {
    if let Some(token) = query.get("validationToken") {
        return (StatusCode::OK, token.clone());
    }
    let status = hook.answers.lock().unwrap().pop_front().unwrap_or(202);
    let told = hook.tell.send(serde_json::from_slice(&body).unwrap());
    told.unwrap();
    match StatusCode::from_u16(status) {
        Ok(status) => (status, String::new()),
        // No status is one that never comes.
        Err(_) => std::future::pending().await,
    }
}

impl Subscriber {
    async fn start() -> Subscriber {
        let (tell, told) = unbounded_channel();
        let answers = Arc::default();
        let state = Hook {
            tell,
            answers: Arc::clone(&answers),
        };
        let router = Router::new()
            .route("/hook", post(hook))
            .route("/wrong", post(async || "something else"))
            .route("/hanging", post(std::future::pending::<StatusCode>))
            .route("/refusing", post(async || StatusCode::FORBIDDEN))
            .with_state(state);
        let url = super::serve(router).await;
        Subscriber { url, told, answers }
    }

    async fn next(&mut self) -> Value {
        let told = tokio::time::timeout(Duration::from_secs(10), self.told.recv()).await;
        told.expect("nothing was told").unwrap()
    }

    fn is_quiet(&mut self) -> bool {
        self.told.try_recv().is_err()
    }
}

fn wanted(sim: &Sim, url: &str) -> Value {
    let expires = sim
        .world
        .now()
        .checked_add(SignedDuration::from_hours(24))
        .unwrap();
    json!({
        "changeType": "updated,deleted", "notificationUrl": url, "lifecycleNotificationUrl": url,
        "resource": "users", "expirationDateTime": expires.to_string(), "clientState": "a secret between us",
    })
}

async fn subscribed(sim: &Sim, subscriber: &Subscriber) -> String {
    let made = sim
        .post(
            "/subscriptions",
            wanted(sim, &format!("{}/hook", subscriber.url)),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_change_is_told_with_the_client_state() {
    let sim = Sim::start().await;
    let mut subscriber = Subscriber::start().await;
    let id = subscribed(&sim, &subscriber).await;
    let person = sim.person("mette.holm");
    sim.patch(
        &format!("/users/{person}"),
        json!({ "department": "Elsewhere" }),
    )
    .await;
    let told = subscriber.next().await;
    let notification = &told["value"][0];
    assert_eq!(notification["subscriptionId"], json!(id));
    assert_eq!(
        (&notification["changeType"], &notification["tenantId"]),
        (&json!("updated"), &json!(TENANT))
    );
    assert_eq!(notification["clientState"], "a secret between us");
    assert_eq!(notification["resource"], json!(format!("Users/{person}")));
    assert_eq!(
        notification["resourceData"],
        json!({ "@odata.type": "#Microsoft.Graph.User", "@odata.id": format!("Users/{person}"), "id": person })
    );

    sim.delete(&format!("/users/{person}")).await;
    assert_eq!(subscriber.next().await["value"][0]["changeType"], "updated");
    sim.delete(&format!("/directory/deletedItems/{person}"))
        .await;
    let mut types = Vec::new();
    while !types.contains(&"deleted".to_owned()) {
        let told = subscriber.next().await;
        types.extend(
            told["value"]
                .as_array()
                .unwrap()
                .iter()
                .map(|n| n["changeType"].as_str().unwrap().to_owned()),
        );
    }
}

#[tokio::test]
async fn a_subscriber_that_does_not_prove_itself_gets_nothing() {
    let sim = Sim::start().await;
    let subscriber = Subscriber::start().await;
    for path in ["wrong", "refusing", "nowhere"] {
        let refused = sim
            .post(
                "/subscriptions",
                wanted(&sim, &format!("{}/{path}", subscriber.url)),
            )
            .await;
        assert_eq!(refused.refusal(), (400, "ValidationError"), "{path}");
    }
    let mut half = wanted(&sim, &format!("{}/hook", subscriber.url));
    half["lifecycleNotificationUrl"] = json!(format!("{}/wrong", subscriber.url));
    assert_eq!(
        sim.post("/subscriptions", half).await.refusal().1,
        "ValidationError"
    );
    assert_eq!(sim.get("/subscriptions").await.value().len(), 0);
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_is_refused() {
    let sim = Sim::start().await;
    let subscriber = Subscriber::start().await;
    let later = |hours: i64| {
        json!(
            sim.world
                .now()
                .checked_add(SignedDuration::from_hours(hours))
                .unwrap()
                .to_string()
        )
    };
    for (name, value) in [
        ("changeType", json!("moved")),
        ("resource", json!("me/messages")),
        ("notificationUrl", json!("ftp://x")),
        ("expirationDateTime", later(-1)),
        ("expirationDateTime", later(697)),
        ("clientState", json!("x".repeat(129))),
        ("resource", Value::Null),
    ] {
        let mut body = wanted(&sim, &format!("{}/hook", subscriber.url));
        body[name] = value;
        assert_eq!(
            sim.post("/subscriptions", body).await.refusal(),
            (400, "InvalidRequest"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_subscription_is_renewed_shown_and_deleted() {
    let sim = Sim::start().await;
    let subscriber = Subscriber::start().await;
    let id = subscribed(&sim, &subscriber).await;
    let path = format!("/subscriptions/{id}");
    assert_eq!(sim.get(&path).await.body["clientState"], Value::Null);
    let end = sim
        .world
        .now()
        .checked_add(SignedDuration::from_hours(48))
        .unwrap();
    let renewed = sim
        .patch(&path, json!({ "expirationDateTime": end.to_string() }))
        .await;
    assert_eq!(renewed.status, 200);
    assert!(
        renewed.body["expirationDateTime"]
            .as_str()
            .unwrap()
            .starts_with(&end.strftime("%Y-%m-%dT%H:%M:%S").to_string())
    );
    assert_eq!(sim.get("/subscriptions").await.value().len(), 1);
    assert_eq!(sim.delete(&path).await.status, 204);
    assert_eq!(sim.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_notification_that_is_not_accepted_comes_again() {
    let sim = Sim::start().await;
    let mut subscriber = Subscriber::start().await;
    sim.control(json!({ "notificationRetryMs": 1 })).await;
    let id = subscribed(&sim, &subscriber).await;
    subscriber.answers.lock().unwrap().extend([503, 500]);
    let person = sim.person("mette.holm");
    sim.patch(
        &format!("/users/{person}"),
        json!({ "department": "Elsewhere" }),
    )
    .await;
    let first = subscriber.next().await;
    assert_eq!(subscriber.next().await, first);
    assert_eq!(subscriber.next().await, first);
    // The log is written after the answer has come; the next delivery proves that it has.
    sim.patch(
        &format!("/users/{person}"),
        json!({ "department": "Again" }),
    )
    .await;
    subscriber.next().await;
    let log = sim
        .simulator(Method::GET, "/graph/notifications", json!(null))
        .await;
    let attempts = log.body["attempts"].as_array().unwrap();
    assert_eq!(
        (&attempts[0]["status"], &attempts[1]["status"]),
        (&json!(503), &json!(500))
    );
    assert_eq!(attempts[0]["subscriptionId"], json!(id));
}

/// Asks until as many notifications as this were kept back and lost.
async fn stopped(sim: &Sim, held: u64, dropped: u64) {
    loop {
        let reply = sim
            .simulator(Method::GET, "/graph/notifications", json!(null))
            .await;
        if reply.body["stopped"] == json!({ "held": held, "dropped": dropped }) {
            return;
        }
    }
}

#[tokio::test]
async fn notifications_can_be_lost_kept_back_and_doubled() {
    let sim = Sim::start().await;
    let mut subscriber = Subscriber::start().await;
    subscribed(&sim, &subscriber).await;
    let person = sim.person("mette.holm");
    let change = async |name: &str| {
        sim.patch(&format!("/users/{person}"), json!({ "department": name }))
            .await;
    };
    sim.control(json!({ "notifications": "dropped" })).await;
    change("lost").await;
    stopped(&sim, 0, 1).await;
    sim.control(json!({ "notifications": "paused" })).await;
    change("kept").await;
    stopped(&sim, 1, 1).await;
    assert!(subscriber.is_quiet());
    sim.control(json!({ "notifications": "on", "notificationCopies": 2 }))
        .await;
    let first = subscriber.next().await;
    assert_eq!(subscriber.next().await, first);
}

#[tokio::test]
async fn a_subscriber_that_takes_too_long_counts_as_silent() {
    let sim = Sim::start().await;
    let mut subscriber = Subscriber::start().await;
    sim.control(json!({ "validationTimeoutMs": 20 })).await;
    let refused = sim
        .post(
            "/subscriptions",
            wanted(&sim, &format!("{}/hanging", subscriber.url)),
        )
        .await;
    assert_eq!(refused.refusal(), (400, "ValidationError"));
    assert!(refused.text.contains("timed out"));

    sim.control(json!({ "validationTimeoutMs": null })).await;
    subscribed(&sim, &subscriber).await;
    sim.control(json!({ "notificationTimeoutMs": 50, "notificationRetryMs": 1 }))
        .await;
    subscriber.answers.lock().unwrap().push_back(0);
    let person = sim.person("mette.holm");
    sim.patch(
        &format!("/users/{person}"),
        json!({ "department": "Elsewhere" }),
    )
    .await;
    let first = subscriber.next().await;
    assert_eq!(subscriber.next().await, first);
    let log = sim
        .simulator(Method::GET, "/graph/notifications", json!(null))
        .await;
    assert_eq!(log.body["attempts"][0]["status"], Value::Null);
}

#[tokio::test]
async fn lifecycle_events_hold_back_remove_and_confess() {
    let sim = Sim::start().await;
    let mut subscriber = Subscriber::start().await;
    let id = subscribed(&sim, &subscriber).await;
    let event = async |name: &str| {
        let path = format!("/graph/subscriptions/{id}/lifecycle");
        sim.simulator(Method::POST, &path, json!({ "event": name }))
            .await
            .status
    };
    assert_eq!(event("missed").await, 202);
    assert_eq!(
        subscriber.next().await["value"][0]["lifecycleEvent"],
        "missed"
    );
    assert_eq!(event("reauthorizationRequired").await, 202);
    let told = subscriber.next().await;
    assert_eq!(
        told["value"][0]["lifecycleEvent"],
        "reauthorizationRequired"
    );
    assert_eq!(told["value"][0]["clientState"], "a secret between us");
    assert_eq!(
        sim.post(&format!("/subscriptions/{id}/reauthorize"), json!({}))
            .await
            .status,
        204
    );
    let person = sim.person("mette.holm");
    sim.patch(
        &format!("/users/{person}"),
        json!({ "department": "Elsewhere" }),
    )
    .await;
    assert_eq!(subscriber.next().await["value"][0]["changeType"], "updated");
    assert_eq!(event("subscriptionRemoved").await, 202);
    assert_eq!(
        subscriber.next().await["value"][0]["lifecycleEvent"],
        "subscriptionRemoved"
    );
    assert_eq!(sim.get(&format!("/subscriptions/{id}")).await.status, 404);
    assert_eq!(event("missed").await, 404);
}
