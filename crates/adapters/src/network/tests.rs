//! The client against a network that speaks TMF641, on good days and bad.

use super::ServiceOrdering;
use crate::http::{Http, Settings as HttpSettings};
use domain::{
    access::TenantId,
    call_groups::{OpeningHours, Strategy, Weekday},
    fulfilment::ports::{Network as _, NetworkOrderState, NetworkRequest, NumberType},
    orders::{GroupService, PackService},
};
use platform::{config::SecretText, outside::OutsideError, time::SystemClock};
use serde_json::{Value, json};
use simulators::{
    common::faults::{Effect, Fault, Faults, When},
    network::{DEMO_TOKEN, Does, Network, Options, Rule, Settings},
};
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;

const BASE: &str = "/tmf-api/serviceOrdering/v4";

/// A network whose orders move by hand, and our client of it.
pub(super) struct Net {
    pub(super) network: Network,
    pub(super) faults: Faults,
    origin: String,
    pub(super) client: ServiceOrdering,
}

impl Net {
    pub(super) async fn start() -> Net {
        let network = Network::open(Options {
            settings: Settings::by_hand(),
            ..Options::default()
        })
        .unwrap();
        let faults = Faults::new();
        let origin = serve(faults.wrap(network.router())).await;
        let client = client(&origin, DEMO_TOKEN);
        Net {
            network,
            faults,
            origin,
            client,
        }
    }

    pub(super) fn fault(&self, method: &str, path: &str, effect: Effect) {
        self.faults.clear();
        self.faults
            .add(Fault::new(method, &format!("{BASE}{path}"), effect).when(When::First(1)));
    }

    /// Places an order while this happens.
    async fn place_during(&self, effect: Effect) -> Result<(), OutsideError> {
        self.fault("POST", "/serviceOrder", effect);
        self.client
            .place_order("step", &telephony())
            .await
            .map(|_| ())
    }

    /// Looks for an order while this happens.
    async fn find_during(&self, effect: Effect) -> Result<(), OutsideError> {
        self.fault("GET", "/serviceOrder", effect);
        self.client.find_order("step").await.map(|_| ())
    }
}

async fn serve(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn client(origin: &str, token: &str) -> ServiceOrdering {
    let settings = HttpSettings {
        timeout: Duration::from_secs(2),
        ..HttpSettings::default()
    };
    let http = Http::new(&settings, Arc::new(SystemClock)).unwrap();
    let base = format!("{origin}{BASE}/").parse().unwrap();
    ServiceOrdering::new(http, base, SecretText::from(token)).unwrap()
}

fn telephony() -> NetworkRequest {
    NetworkRequest::ActivateTelephony {
        number: "+4570100001".into(),
        customer: "c-1".into(),
    }
}

pub(super) fn status(status: u16, retry_after: Option<u64>) -> Effect {
    Effect::Status {
        status,
        retry_after,
        body: None,
    }
}

#[tokio::test]
async fn every_request_is_understood_and_carried_out() {
    let net = Net::start().await;
    let tenant = TenantId("0a0a0a0a-0000-4000-8000-000000000003".parse().unwrap());
    let (number, iccid) = ("+4520000001".to_owned(), "8945000000000000001".to_owned());
    let landline = "+4570100001".to_owned();
    let requests = [
        NetworkRequest::UploadNumber {
            number: landline.clone(),
            tenant,
            number_type: NumberType::DirectRouting,
        },
        telephony(),
        NetworkRequest::ActivateMobile {
            number: number.clone(),
            iccid: iccid.clone(),
            package: "mobile-s".into(),
            add_ons: Vec::new(),
            suspended: false,
            customer: "c-1".into(),
        },
        NetworkRequest::SetUpCallGroup {
            service: group(Strategy::InOrder, vec![number.clone()]),
            customer: "c-1".into(),
        },
        NetworkRequest::ChangeCallGroup {
            service: group(Strategy::AllAtOnce, Vec::new()),
        },
        NetworkRequest::EndCallGroup { group: "g".into() },
        NetworkRequest::DeactivateMobile { number, iccid },
        pack(),
        NetworkRequest::VoidPack { pack: cards() },
        NetworkRequest::DeactivateTelephony {
            number: landline.clone(),
        },
        NetworkRequest::WithdrawNumber {
            number: landline,
            tenant,
        },
    ];
    for (index, request) in requests.iter().enumerate() {
        let external = format!("step-{index}");
        let placed = net.client.place_order(&external, request).await.unwrap();
        assert_eq!(placed.state, NetworkOrderState::Acknowledged);
        assert_eq!(placed.external_id, external);
        net.network.settle().await;
        let found = net.client.find_order(&external).await.unwrap().unwrap();
        assert_eq!(
            found.state,
            NetworkOrderState::Completed,
            "{request:?}: {:?}",
            found.message
        );
        assert_eq!(found.id, placed.id);
    }
    let effects = net.network.effects(|effect| effect.applied);
    assert_eq!(effects.len(), requests.len());
    assert_eq!(effects[0].characteristics["numberType"], "directRouting");
    assert_eq!(effects[2].characteristics["package"], "mobile-s");
    let told = &effects[3].characteristics;
    assert_eq!(
        [
            "strategy",
            "ringSeconds",
            "members",
            "openingHours",
            "overflow"
        ]
        .map(|name| told[name].as_str()),
        [
            "inOrder",
            "15",
            "+4520000001",
            "monday 08:00-16:00, friday 08:00-16:00",
            ""
        ]
    );
    assert!(net.network.services().is_empty());
    let orders = net.network.orders_of("step-1");
    assert_eq!(orders[0].related_party[0]["id"], "c-1");
}

fn group(strategy: Strategy, members: Vec<String>) -> GroupService {
    GroupService {
        group: "g".into(),
        number: "+4570100002".into(),
        name: "Reception".into(),
        strategy,
        ring_seconds: 15,
        opening_hours: Some(vec![OpeningHours {
            days: vec![Weekday::Monday, Weekday::Friday],
            from: "08:00".into(),
            to: "16:00".into(),
        }]),
        overflow: None,
        members,
    }
}

fn cards() -> PackService {
    PackService {
        pack: "p".into(),
        cards: 10,
    }
}

fn pack() -> NetworkRequest {
    NetworkRequest::ShipPack {
        pack: cards(),
        customer: "c-1".into(),
        address: None,
        attention: Some("The reception".into()),
    }
}

#[tokio::test]
async fn the_cards_of_a_pack_are_told_with_their_codes_which_cannot_be_printed() {
    let net = Net::start().await;
    let placed = net.client.place_order("step", &pack()).await.unwrap();
    assert_eq!(placed.cards, [], "they are not in the post yet");
    net.network.settle().await;
    let found = net.client.find_order("step").await.unwrap().unwrap();
    assert_eq!(found.cards.len(), 10);
    let card = &found.cards[0];
    assert_eq!((card.pin1.len(), card.puk1.len()), (4, 8));
    let printed = format!("{found:?}");
    assert!(
        !printed.contains(&card.iccid) && !printed.contains(&card.puk1),
        "{printed}"
    );
    // A list that is none says nothing.
    let garbage = json!([{ "iccid": 7 }]);
    let cards = "/0/serviceOrderItem/0/service/serviceCharacteristic";
    net.fault(
        "GET",
        "/serviceOrder",
        Effect::Inject {
            pointer: cards.to_owned(),
            value: json!([{ "name": "cards", "value": garbage }]),
        },
    );
    let found = net.client.find_order("step").await.unwrap().unwrap();
    assert_eq!(found.cards, []);
}

#[tokio::test]
async fn what_is_not_in_the_post_yet_is_called_off() {
    let net = Net::start().await;
    let placed = net.client.place_order("step", &pack()).await.unwrap();
    for _ in 0..2 {
        net.client.call_off_order(&placed.id).await.unwrap();
    }
    net.network.settle().await;
    let found = net.client.find_order("step").await.unwrap().unwrap();
    assert_eq!(found.state, NetworkOrderState::Cancelled);
    assert_eq!(net.network.effects(|_| true).len(), 0);
}

#[tokio::test]
async fn an_order_nobody_placed_is_not_found_and_of_several_the_furthest_is_taken() {
    let net = Net::start().await;
    assert_eq!(net.client.find_order("step").await, Ok(None));
    let first = net.client.place_order("step", &telephony()).await.unwrap();
    net.network.settle().await;
    let second = net.client.place_order("step", &telephony()).await.unwrap();
    net.network.settle().await;
    assert_ne!(first.id, second.id);
    let found = net.client.find_order("step").await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.state),
        (first.id, NetworkOrderState::Completed),
        "the repeat failed; the first did not"
    );
}

#[tokio::test]
async fn why_an_order_failed_is_told_without_numbers() {
    let net = Net::start().await;
    net.client.place_order("a", &telephony()).await.unwrap();
    net.client.place_order("b", &telephony()).await.unwrap();
    net.network.settle().await;
    let failed = net.client.find_order("b").await.unwrap().unwrap();
    assert_eq!(failed.state, NetworkOrderState::Failed);
    assert_eq!(failed.message.as_deref(), Some("… is active already."));
}

#[tokio::test]
async fn an_order_that_is_refused_says_why() {
    let net = Net::start().await;
    let mut settings = Settings::by_hand();
    settings.rules.push(Rule {
        number: None,
        specification: None,
        action: None,
        does: Does::Reject,
        code: Some("notInService".into()),
        reason: Some("Ask anna@operator.example about +4570100001.".into()),
        times: None,
    });
    net.network.set_settings(settings);
    let refused = net.client.place_order("a", &telephony()).await.unwrap_err();
    let said = "Ask … about …".to_owned();
    assert_eq!(
        refused,
        OutsideError::Refused {
            code: "notInService".into(),
            message: said
        }
    );
}

#[tokio::test]
async fn nothing_happened_is_only_said_when_it_is_known() {
    let net = Net::start().await;
    let wait = Duration::from_secs(7);
    assert_eq!(
        net.place_during(status(429, Some(7))).await,
        Err(OutsideError::Busy(wait))
    );
    assert_eq!(
        net.place_during(status(429, None)).await,
        Err(OutsideError::Busy(super::DEFAULT_WAIT))
    );
    assert_eq!(
        net.place_during(status(503, Some(7))).await,
        Err(OutsideError::Busy(wait))
    );
    assert!(matches!(
        net.place_during(status(503, None)).await,
        Err(OutsideError::Unavailable(_))
    ));
    assert!(matches!(
        net.place_during(status(401, None)).await,
        Err(OutsideError::Unauthorised { .. })
    ));
    assert!(matches!(
        net.place_during(status(422, None)).await,
        Err(OutsideError::Refused { .. })
    ));
    assert!(net.network.orders(|_| true).is_empty());

    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let refused = client(&origin, DEMO_TOKEN)
        .place_order("step", &telephony())
        .await;
    assert!(
        matches!(refused, Err(OutsideError::Unavailable(_))),
        "{refused:?}"
    );
    let refused = client(&net.origin, "wrong")
        .place_order("step", &telephony())
        .await;
    assert!(
        matches!(refused, Err(OutsideError::Unauthorised { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn every_doubt_about_an_order_is_an_unknown_outcome() {
    let net = Net::start().await;
    let inject = |pointer: &str, value: Value| Effect::Inject {
        pointer: pointer.to_owned(),
        value,
    };
    let doubts = [
        status(500, None),
        status(502, None),
        status(504, None),
        status(302, None),
        status(409, None),
        status(204, None),
        Effect::Refuse,
        Effect::Lost,
        Effect::Truncated,
        Effect::Html,
        Effect::Replace { body: json!([]) },
        Effect::Replace {
            body: json!({ "id": "", "externalId": "step" }),
        },
        Effect::Replace {
            body: json!("x".repeat(2 << 20)),
        },
        Effect::Flood {
            mebibytes: 1_000_000,
        },
        inject("/externalId", json!("another")),
        inject("/externalId", Value::Null),
        inject("/id", json!("i".repeat(200))),
        inject("/id", json!(7)),
    ];
    for doubt in doubts {
        let outcome = net.place_during(doubt.clone()).await;
        assert!(
            matches!(outcome, Err(OutsideError::UnknownOutcome(_))),
            "{doubt:?}: {outcome:?}"
        );
    }
    net.faults.clear();
    net.network.settle().await;
    let found = net.client.find_order("step").await.unwrap().unwrap();
    assert_eq!(
        found.state,
        NetworkOrderState::Completed,
        "asking tells what happened"
    );
}

#[tokio::test]
async fn a_network_that_does_not_answer_in_time_leaves_the_outcome_unknown() {
    let net = Net::start().await;
    let settings = HttpSettings {
        timeout: Duration::from_millis(50),
        ..HttpSettings::default()
    };
    let http = Http::new(&settings, Arc::new(SystemClock)).unwrap();
    let base = format!("{}{BASE}", net.origin).parse().unwrap();
    let hasty = ServiceOrdering::new(http, base, SecretText::from(DEMO_TOKEN)).unwrap();
    net.fault("POST", "/serviceOrder", Effect::Delay { ms: 60_000 });
    let outcome = hasty.place_order("step", &telephony()).await;
    assert_eq!(
        outcome,
        Err(OutsideError::UnknownOutcome("timed out".into()))
    );
}

#[tokio::test]
async fn a_list_that_cannot_be_believed_does_not_say_that_there_is_no_order() {
    let net = Net::start().await;
    assert!(matches!(
        net.find_during(status(500, None)).await,
        Err(OutsideError::Unavailable(_))
    ));
    assert!(matches!(
        net.find_during(Effect::Refuse).await,
        Err(OutsideError::Unavailable(_))
    ));
    assert!(matches!(
        net.find_during(status(404, None)).await,
        Err(OutsideError::NotFound(_))
    ));
    let others = json!([{ "id": "1", "externalId": "another", "state": "completed" }]);
    let nonsense = [
        Effect::Html,
        Effect::Replace { body: json!({}) },
        Effect::Replace {
            body: json!("x".repeat(2 << 20)),
        },
        Effect::Flood {
            mebibytes: 1_000_000,
        },
        Effect::Replace { body: others },
        status(302, None),
    ];
    for effect in nonsense {
        let found = net.find_during(effect.clone()).await;
        assert!(
            matches!(found, Err(OutsideError::Malformed(_))),
            "{effect:?}: {found:?}"
        );
    }
    // One is there, and the list says so though it shows none.
    net.client.place_order("step", &telephony()).await.unwrap();
    let found = net.find_during(Effect::Replace { body: json!([]) }).await;
    assert!(
        matches!(found, Err(OutsideError::Malformed(_))),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_state_that_nobody_has_heard_of_is_asked_about_again() {
    let net = Net::start().await;
    net.client.place_order("step", &telephony()).await.unwrap();
    for name in ["pendingCancellation", "teleported"] {
        let effect = Effect::Inject {
            pointer: "/0/state".into(),
            value: json!(name),
        };
        net.fault("GET", "/serviceOrder", effect);
        let found = net.client.find_order("step").await.unwrap().unwrap();
        assert_eq!(found.state, NetworkOrderState::Other);
    }
}

#[tokio::test]
async fn listening_twice_does_no_harm() {
    let net = Net::start().await;
    let callback = "http://127.0.0.1:9/hooks/network?token=secret";
    net.client.listen(callback).await.unwrap();
    net.client.listen(callback).await.unwrap();
    let listeners = net.network.hub().listeners();
    assert_eq!(listeners.len(), 1);
    assert_eq!(listeners[0].callback.as_str(), callback);
    assert_eq!(
        listeners[0].query.as_deref(),
        Some("eventType=ServiceOrderStateChangeEvent")
    );
    net.fault("POST", "/hub", Effect::Lost);
    assert!(net.client.listen(callback).await.unwrap_err().is_passing());
}
