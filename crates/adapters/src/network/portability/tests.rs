//! The client against a network that plays the donors.

use super::super::tests::{Net, status};
use domain::porting::ports::{CallOff, DonorState, NumberPortability as _, PortIn};
use platform::{Clock as _, outside::OutsideError, time::SystemClock};
use serde_json::{Value, json};
use simulators::common::faults::Effect;

const REFERENCE: &str = "port-1";

/// Of a number that moves in some days.
fn request(number: &str) -> PortIn {
    let mut day = SystemClock.now().danish_day();
    for _ in 0..4 {
        day = day.tomorrow().unwrap();
    }
    PortIn {
        number: number.to_owned(),
        mobile: true,
        donor: "Fjordtel".to_owned(),
        owner_name: "Nordvind A/S".to_owned(),
        owner_cvr: Some("12345678".to_owned()),
        day,
        customer: "c-1".to_owned(),
    }
}

#[tokio::test]
async fn a_donor_is_asked_accepts_schedules_and_can_be_called_off() {
    let net = Net::start().await;
    let asked = request("+4522334455");
    assert_eq!(net.client.find(REFERENCE).await, Ok(None));
    let placed = net.client.ask(REFERENCE, &asked).await.unwrap();
    assert_eq!((placed.state, placed.day), (DonorState::Asked, None));
    for state in [DonorState::Accepted, DonorState::Scheduled] {
        net.network.step(None).await;
        let found = net.client.find(REFERENCE).await.unwrap().unwrap();
        assert_eq!(
            (found.id.as_str(), found.state, found.day),
            (placed.id.as_str(), state, Some(asked.day))
        );
    }
    let sent = &net.network.orders_of(REFERENCE)[0];
    let told = |name: &str| {
        sent.service_order_item[0]
            .service
            .characteristic(name)
            .unwrap()
    };
    assert_eq!(
        [
            "number",
            "numberKind",
            "donor",
            "ownerName",
            "ownerCvr",
            "portDate"
        ]
        .map(told),
        [
            "+4522334455",
            "mobile",
            "Fjordtel",
            "Nordvind A/S",
            "12345678",
            &asked.day.to_string()
        ]
    );
    assert_eq!(sent.related_party[0]["id"], "c-1");
    for _ in 0..2 {
        assert_eq!(net.client.call_off(&placed.id).await, Ok(CallOff::Done));
    }
    let found = net.client.find(REFERENCE).await.unwrap().unwrap();
    assert_eq!(found.state, DonorState::CalledOff);
    assert!(net.network.effects(|_| true).is_empty());
}

#[tokio::test]
async fn a_donor_that_says_no_says_why() {
    let net = Net::start().await;
    net.client
        .ask(REFERENCE, &request("+4522330402"))
        .await
        .unwrap();
    net.network.settle().await;
    let found = net.client.find(REFERENCE).await.unwrap().unwrap();
    assert_eq!(found.state, DonorState::Rejected);
    let (code, words) = found.reason.unwrap();
    assert_eq!(code, "contractBinding");
    assert!(words.ends_with('.'), "{words}");
}

#[tokio::test]
async fn of_several_the_one_that_is_furthest_along_is_taken() {
    let net = Net::start().await;
    for _ in 0..2 {
        net.client
            .ask(REFERENCE, &request("+4522334455"))
            .await
            .unwrap();
    }
    net.network.settle().await;
    let found = net.client.find(REFERENCE).await.unwrap().unwrap();
    assert_eq!(
        found.state,
        DonorState::Scheduled,
        "the repeat was rejected"
    );
}

#[tokio::test]
async fn every_doubt_about_asking_is_an_unknown_outcome() {
    let net = Net::start().await;
    let inject = |pointer: &str, value: Value| Effect::Inject {
        pointer: pointer.to_owned(),
        value,
    };
    for doubt in [
        status(500, None),
        status(409, None),
        Effect::Lost,
        Effect::Truncated,
        Effect::Html,
        Effect::Replace { body: json!([]) },
        inject("/externalId", json!("another")),
        inject("/id", json!("")),
    ] {
        net.fault("POST", "/serviceOrder", doubt.clone());
        let outcome = net.client.ask(REFERENCE, &request("+4522334455")).await;
        assert!(
            matches!(outcome, Err(OutsideError::UnknownOutcome(_))),
            "{doubt:?}: {outcome:?}"
        );
    }
    net.fault("POST", "/serviceOrder", status(503, Some(7)));
    let busy = net.client.ask(REFERENCE, &request("+4522334455")).await;
    assert!(matches!(busy, Err(OutsideError::Busy(_))), "{busy:?}");
    for doubt in [
        Effect::Html,
        Effect::Replace { body: json!({}) },
        Effect::Replace {
            body: json!([{ "id": "1", "externalId": "another", "state": "completed" }]),
        },
    ] {
        net.fault("GET", "/serviceOrder", doubt.clone());
        let found = net.client.find(REFERENCE).await;
        assert!(
            matches!(found, Err(OutsideError::Malformed(_))),
            "{doubt:?}: {found:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_about_calling_off_is_believed_only_when_it_is_one() {
    let net = Net::start().await;
    let placed = net
        .client
        .ask(REFERENCE, &request("+4522334455"))
        .await
        .unwrap();
    for (body, expected) in [
        (json!({ "state": "done" }), Some(CallOff::Done)),
        (
            json!({ "state": "terminatedWithError" }),
            Some(CallOff::TooLate),
        ),
        (json!({ "state": "inProgress" }), Some(CallOff::UnderWay)),
        (json!({}), Some(CallOff::UnderWay)),
        (json!("done"), None),
    ] {
        net.fault("POST", "/cancelServiceOrder", Effect::Replace { body });
        let told = net.client.call_off(&placed.id).await;
        assert_eq!(told.clone().ok(), expected, "{told:?}");
    }
    net.fault("POST", "/cancelServiceOrder", status(500, None));
    let lost = net.client.call_off(&placed.id).await;
    assert!(
        matches!(lost, Err(OutsideError::UnknownOutcome(_))),
        "{lost:?}"
    );
}
