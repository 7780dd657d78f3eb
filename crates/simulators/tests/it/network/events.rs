//! Listeners and events.

use super::{Net, Receiver, body, mobile};
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, When};

fn callback(receiver: &Receiver, query: Value) -> Value {
    json!({ "callback": format!("{}/hooks/network?secret=s3", receiver.origin), "query": query })
}

#[tokio::test]
async fn a_listener_hears_every_state_in_order_with_the_secret_of_its_callback() {
    let net = Net::by_hand().await;
    let mut receiver = Receiver::start().await;
    let registered = net
        .post("/hub", &callback(&receiver, json!(null)))
        .send()
        .await
        .unwrap();
    assert_eq!(registered.status(), 201);
    let placed = net
        .place(&mobile("step-1", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    let came = receiver.wait_for(3).await;
    let told: Vec<_> = came
        .iter()
        .map(|event| {
            (
                event["eventType"].as_str().unwrap(),
                event["event"]["serviceOrder"]["state"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("ServiceOrderCreateEvent", "acknowledged"),
            ("ServiceOrderStateChangeEvent", "inProgress"),
            ("ServiceOrderStateChangeEvent", "completed"),
        ]
    );
    for event in &came {
        assert_eq!(event["query"], "secret=s3");
        assert_eq!(event["event"]["serviceOrder"]["id"], placed["id"]);
        assert_eq!(event["event"]["serviceOrder"]["externalId"], "step-1");
        assert!(event["eventId"].is_string() && event["eventTime"].is_string());
    }
    let page = net
        .client
        .get(format!("{}/_simulator/network/", net.origin))
        .send()
        .await
        .unwrap();
    assert!(
        !page.text().await.unwrap().contains("s3"),
        "the page keeps the secret"
    );
}

#[tokio::test]
async fn a_listener_hears_what_it_asked_for_once_and_nothing_after_it_left() {
    let net = Net::by_hand().await;
    let mut receiver = Receiver::start().await;
    let asked = callback(
        &receiver,
        json!("eventType=ServiceOrderStateChangeEvent&state=completed,failed"),
    );
    let registered = body(net.post("/hub", &asked).send().await.unwrap()).await;
    assert_eq!(net.post("/hub", &asked).send().await.unwrap().status(), 409);
    assert_eq!(
        net.post("/hub", &callback(&receiver, json!("colour=red")))
            .send()
            .await
            .unwrap()
            .status(),
        400
    );

    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    assert_eq!(
        receiver.wait_for(1).await[0]["event"]["serviceOrder"]["state"],
        "completed"
    );

    let path = format!("/hub/{}", registered["id"].as_str().unwrap());
    let leave = || {
        net.client
            .delete(net.url(&path))
            .bearer_auth("demo-network-token")
            .send()
    };
    assert_eq!(leave().await.unwrap().status(), 204);
    assert_eq!(leave().await.unwrap().status(), 404);
    net.place(&mobile("b", "+4520000002", "8945000000000000002"))
        .await;
    net.network.settle().await;
    assert_eq!(net.network.hub().delivered().len(), 1);
}

#[tokio::test]
async fn an_event_is_lost_and_another_doubled_when_a_fault_says_so() {
    let net = Net::by_hand().await;
    let mut receiver = Receiver::start().await;
    net.post(
        "/hub",
        &callback(&receiver, json!("eventType=ServiceOrderStateChangeEvent")),
    )
    .send()
    .await
    .unwrap();
    let of = |effect, when| Fault::new("EVENT", "ServiceOrderStateChangeEvent", effect).when(when);
    net.faults.add(of(Effect::Lost, When::Nth(1)));
    net.faults.add(of(Effect::Duplicate, When::Nth(2)));
    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    let came = receiver.wait_for(2).await;
    assert_eq!(came[0]["event"]["serviceOrder"]["state"], "completed");
    assert_eq!(
        came[0]["eventId"], came[1]["eventId"],
        "the same event, twice"
    );
}
