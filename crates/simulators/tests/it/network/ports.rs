//! Numbers that move here from another operator.

use super::{Net, Receiver, order};
use jiff::SignedDuration;
use serde_json::{Value, json};
use simulators::{
    microsoft::world::SimulatorClock,
    network::{Options, Settings},
};

fn port(external: &str, number: &str, day: &str) -> Value {
    let asked = json!({
        "number": number, "donor": "Fjordtel", "ownerName": "Nordvind A/S", "portDate": day, "numberKind": "mobile",
    });
    order(external, "add", "numberPortability", asked)
}

/// Three days from now, by the simulators' clock, in Denmark.
fn soon(clock: &SimulatorClock) -> String {
    let day = clock.now() + SignedDuration::from_hours(72);
    day.to_zoned(jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap())
        .date()
        .to_string()
}

async fn by_hand() -> (Net, SimulatorClock) {
    let clock = SimulatorClock::new();
    let net = Net::with(Options {
        settings: Settings::by_hand(),
        clock: clock.clone(),
        ..Options::default()
    })
    .await;
    (net, clock)
}

impl Net {
    async fn decide(&self, decision: Value) -> u16 {
        let url = format!("{}/_simulator/network/ports", self.origin);
        let sent = self.client.post(url).json(&decision).send().await.unwrap();
        sent.status().as_u16()
    }
}

#[tokio::test]
async fn a_number_is_accepted_scheduled_and_moves_on_its_day_once() {
    let (net, clock) = by_hand().await;
    let mut receiver = Receiver::start().await;
    let callback = json!({ "callback": format!("{}/hooks/network", receiver.origin), "query": "eventType=ServiceOrderStateChangeEvent" });
    assert!(
        net.post("/hub", &callback)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let placed = net
        .place(&port("port-1", "+4522334455", &soon(&clock)))
        .await;
    assert_eq!(placed["state"], "acknowledged");
    net.network.settle().await;
    let now = net.order(&placed["id"]).await;
    assert_eq!(now["state"], "pending");
    assert!(now["expectedCompletionDate"].is_string());
    assert!(
        net.control("ledger?number=%2B4522334455")
            .await
            .as_array()
            .unwrap()
            .is_empty()
    );

    clock.advance(SignedDuration::from_hours(73));
    net.network.settle().await;
    assert_eq!(net.order(&placed["id"]).await["state"], "completed");
    let ledger = net
        .control("ledger?number=%2B4522334455&applied=true")
        .await;
    assert_eq!(ledger.as_array().unwrap().len(), 1);
    let states: Vec<Value> = receiver
        .wait_for(3)
        .await
        .iter()
        .map(|told| told["event"]["serviceOrder"]["state"].clone())
        .collect();
    assert_eq!(states, ["inProgress", "pending", "completed"]);

    // What has moved does not move again.
    let again = net
        .place(&port("port-2", "+4522334455", &soon(&clock)))
        .await;
    net.network.settle().await;
    let again = net.order(&again["id"]).await;
    assert_eq!(
        (&again["state"], &again["errorMessage"][0]["code"]),
        (&json!("rejected"), &json!("portUnderWay"))
    );
}

#[tokio::test]
async fn the_second_request_for_a_number_on_its_way_is_rejected() {
    let (net, clock) = by_hand().await;
    let first = net
        .place(&port("port-1", "+4522334455", &soon(&clock)))
        .await;
    net.network.step(Some("port-1")).await;
    let second = net
        .place(&port("port-1", "+4522334455", &soon(&clock)))
        .await;
    net.network.settle().await;
    assert_eq!(net.order(&first["id"]).await["state"], "pending");
    assert_eq!(net.order(&second["id"]).await["state"], "rejected");
}

#[tokio::test]
async fn it_is_called_off_until_its_day() {
    let (net, clock) = by_hand().await;
    let placed = net
        .place(&port("port-1", "+4522334455", &soon(&clock)))
        .await;
    net.network.settle().await;
    let late = net
        .place(&port("port-2", "+4522334456", &soon(&clock)))
        .await;
    net.network.settle().await;
    let off = |id: &Value| {
        let body = json!({ "cancellationReason": "changed my mind", "serviceOrder": { "id": id } });
        net.post("/cancelServiceOrder", &body)
    };
    let answer: Value = off(&placed["id"])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(answer["state"], "done");
    assert_eq!(net.order(&placed["id"]).await["state"], "cancelled");
    clock.advance(SignedDuration::from_hours(73));
    let answer: Value = off(&late["id"]).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["state"], "terminatedWithError");
    net.network.settle().await;
    assert_eq!(net.order(&late["id"]).await["state"], "completed");
    assert!(
        net.control("ledger?number=%2B4522334455")
            .await
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_donor_decides_by_hand() {
    let (net, clock) = by_hand().await;
    let placed = net
        .place(&port("port-1", "+4522334455", &soon(&clock)))
        .await;
    let number = "+4522334455";
    for (does, state) in [
        ("accept", "inProgress"),
        ("schedule", "pending"),
        ("complete", "completed"),
    ] {
        assert_eq!(
            net.decide(json!({ "number": number, "does": does })).await,
            200
        );
        assert_eq!(net.order(&placed["id"]).await["state"], state);
    }
    assert_eq!(
        net.decide(json!({ "number": number, "does": "accept" }))
            .await,
        404
    );
    assert_eq!(
        net.control("ledger?applied=true")
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let other = net
        .place(&port("port-3", "+4522334457", &soon(&clock)))
        .await;
    let no = json!({ "number": "+4522334457", "does": "reject", "code": "ownerMismatch", "reason": "Another owner." });
    assert_eq!(net.decide(no).await, 200);
    let other = net.order(&other["id"]).await;
    assert_eq!(
        (&other["state"], &other["errorMessage"][0]["code"]),
        (&json!("rejected"), &json!("ownerMismatch"))
    );
}

#[tokio::test]
async fn what_is_missing_is_refused_as_it_comes_in() {
    let (net, _) = by_hand().await;
    let incomplete = order(
        "port-1",
        "add",
        "numberPortability",
        json!({ "number": "+4522334455", "donor": "Fjordtel" }),
    );
    let answer = net.post("/serviceOrder", &incomplete).send().await.unwrap();
    assert_eq!(answer.status(), 400);
}
