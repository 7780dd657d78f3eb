//! Faults as a caller meets them. They are common to all simulators; the network is where they are tried.

use super::{Net, body, mobile};
use serde_json::{Value, json};
use simulators::common::faults::{Effect, Fault, When};

const ORDERS: &str = "/tmf-api/serviceOrdering/v4/serviceOrder";

async fn fault(net: &Net, fault: Value) {
    let url = format!("{}/_simulator/faults", net.origin);
    let answer = net.client.post(url).json(&fault).send().await.unwrap();
    assert_eq!(answer.status(), 201);
}

fn ask() -> Value {
    mobile("a", "+4520000001", "8945000000000000001")
}

#[tokio::test]
async fn busy_twice_then_well_again() {
    let net = Net::by_hand().await;
    let effect = json!({ "kind": "status", "status": 429, "retryAfter": 7 });
    fault(
        &net,
        json!({ "method": "POST", "path": ORDERS, "when": { "first": 2 }, "effect": effect }),
    )
    .await;
    for _ in 0..2 {
        let busy = net.post("/serviceOrder", &ask()).send().await.unwrap();
        assert_eq!(busy.status(), 429);
        assert_eq!(busy.headers()["retry-after"], "7");
    }
    net.place(&ask()).await;
    assert_eq!(net.network.orders(|_| true).len(), 1);
    let faults = body(
        net.client
            .get(format!("{}/_simulator/faults", net.origin))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(
        (faults[0]["matched"].as_u64(), faults[0]["struck"].as_u64()),
        (Some(3), Some(2))
    );
}

#[tokio::test]
async fn refused_nothing_happened_lost_it_did() {
    let net = Net::by_hand().await;
    fault(&net, json!([
        { "method": "POST", "path": ORDERS, "when": { "nth": 1 }, "effect": { "kind": "refuse" } },
        { "method": "POST", "path": ORDERS, "when": { "nth": 2 }, "effect": { "kind": "lost" } },
    ]))
    .await;
    let refused = net.post("/serviceOrder", &ask()).send().await;
    assert!(refused.is_err());
    assert_eq!(net.network.orders(|_| true).len(), 0);
    let lost = net.post("/serviceOrder", &ask()).send().await;
    assert!(lost.is_err());
    assert_eq!(net.network.orders(|_| true).len(), 1);
}

#[tokio::test]
async fn late_it_happens_though_the_caller_has_gone() {
    let net = Net::by_hand().await;
    let mut receiver = super::Receiver::start().await;
    let callback = json!({ "callback": format!("{}/hooks/network", receiver.origin) });
    net.post("/hub", &callback).send().await.unwrap();
    fault(
        &net,
        json!({ "method": "POST", "path": ORDERS, "effect": { "kind": "late", "ms": 50 } }),
    )
    .await;
    let patience = std::time::Duration::from_millis(5);
    let gone = net
        .post("/serviceOrder", &ask())
        .timeout(patience)
        .send()
        .await
        .unwrap_err();
    assert!(gone.is_timeout());
    let came = receiver.wait_for(1).await;
    assert_eq!(came[0]["eventType"], "ServiceOrderCreateEvent");
    assert_eq!(net.network.orders(|_| true).len(), 1);
}

#[tokio::test]
async fn an_answer_is_cut_short_replaced_or_changed() {
    let net = Net::by_hand().await;
    let placed = net.place(&ask()).await;
    let path = format!("{ORDERS}/*");
    let id = placed["id"].as_str().unwrap();
    let read = || net.get(&format!("/serviceOrder/{id}")).send();

    fault(
        &net,
        json!({ "path": path, "when": { "nth": 1 }, "effect": { "kind": "truncated" } }),
    )
    .await;
    let cut = read().await.unwrap();
    assert_eq!(cut.status(), 200);
    assert!(
        cut.bytes().await.is_err(),
        "the length that was promised did not come"
    );

    net.faults.clear();
    fault(
        &net,
        json!({ "path": path, "when": { "nth": 1 }, "effect": { "kind": "html" } }),
    )
    .await;
    let html = read().await.unwrap();
    assert_eq!(html.status(), 200);
    assert!(
        html.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );

    net.faults.clear();
    let effect = json!({ "kind": "inject", "pointer": "/state", "value": "teleported" });
    fault(
        &net,
        json!({ "path": path, "when": { "nth": 1 }, "effect": effect }),
    )
    .await;
    let changed = body(read().await.unwrap()).await;
    assert_eq!(changed["state"], "teleported");
    assert_eq!(changed["id"], id);

    net.faults.clear();
    let effect = json!({ "kind": "replace", "body": { "hello": "world" } });
    fault(
        &net,
        json!({ "path": path, "when": { "nth": 1 }, "effect": effect }),
    )
    .await;
    assert_eq!(
        body(read().await.unwrap()).await,
        json!({ "hello": "world" })
    );
    assert_eq!(body(read().await.unwrap()).await["state"], "acknowledged");
}

#[tokio::test]
async fn faults_are_cleared_one_or_all_and_nonsense_is_refused() {
    let net = Net::by_hand().await;
    let url = format!("{}/_simulator/faults", net.origin);
    fault(&net, json!([{ "path": "**", "effect": { "kind": "refuse" } }, { "path": "**", "effect": { "kind": "html" } }])).await;
    assert_eq!(
        net.client
            .delete(format!("{url}/1"))
            .send()
            .await
            .unwrap()
            .status(),
        204
    );
    assert_eq!(
        net.client
            .delete(format!("{url}/1"))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let html = net.get("/serviceOrder").send().await.unwrap();
    assert!(
        html.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert_eq!(net.client.delete(&url).send().await.unwrap().status(), 204);
    assert_eq!(
        body(net.get("/serviceOrder").send().await.unwrap()).await,
        json!([])
    );
    let nonsense = json!({ "path": "**", "effect": { "kind": "explode" } });
    assert_eq!(
        net.client
            .post(&url)
            .json(&nonsense)
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn a_fault_can_ask_for_a_text_in_the_body_and_an_answer_can_be_without_end() {
    let net = Net::by_hand().await;
    let effect = json!({ "kind": "status", "status": 500 });
    let path = "/tmf-api/serviceOrdering/v4/serviceOrder";
    fault(
        &net,
        json!({ "method": "POST", "path": path, "contains": "+4520000002", "effect": effect }),
    )
    .await;
    net.place(&ask()).await;
    let other = mobile("b", "+4520000002", "8945000000000000002");
    assert_eq!(
        net.post("/serviceOrder", &other)
            .send()
            .await
            .unwrap()
            .status(),
        500
    );
    assert_eq!(net.network.orders(|_| true).len(), 1);

    net.faults.clear();
    fault(
        &net,
        json!({ "path": "**", "effect": { "kind": "flood", "mebibytes": 1_000_000 } }),
    )
    .await;
    let mut flooded = net.get("/serviceOrder").send().await.unwrap();
    assert_eq!(flooded.status(), 200);
    assert_eq!(flooded.content_length(), None);
    let mut taken = 0;
    while taken < 4 << 20 {
        taken += flooded.chunk().await.unwrap().unwrap().len();
    }
}

#[tokio::test]
async fn held_before_it_is_done_and_kept_after() {
    let net = Net::by_hand().await;
    for (effect, done_meanwhile) in [(Effect::Hold, 0), (Effect::Keep, 1)] {
        let before = net.network.orders(|_| true).len();
        let id = net
            .faults
            .add(Fault::new("POST", ORDERS, effect).when(When::First(1)));
        let sent = tokio::spawn(net.post("/serviceOrder", &ask()).send());
        while net.faults.struck(id) != Some(1)
            || net.network.orders(|_| true).len() < before + done_meanwhile
        {
            tokio::task::yield_now().await;
        }
        assert_eq!(net.network.orders(|_| true).len(), before + done_meanwhile);
        assert!(!sent.is_finished());
        assert!(net.faults.remove(id));
        assert_eq!(sent.await.unwrap().unwrap().status(), 201);
        assert_eq!(net.network.orders(|_| true).len(), before + 1);
    }
    // Whoever gives up waiting before it was begun has asked for nothing.
    let id = net.faults.add(Fault::new("POST", ORDERS, Effect::Hold));
    let sent = tokio::spawn(net.post("/serviceOrder", &ask()).send());
    while net.faults.struck(id) != Some(1) {
        tokio::task::yield_now().await;
    }
    sent.abort();
    assert!(sent.await.is_err());
    net.faults.clear();
    net.place(&ask()).await;
    assert_eq!(net.network.orders(|_| true).len(), 3);
}
