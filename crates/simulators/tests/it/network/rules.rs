//! Rules, cancelling, and repeated external ids.

use super::{Net, body, mobile, order};
use serde_json::{Value, json};
use simulators::network::Settings;

async fn with_rule(net: &Net, rule: Value) {
    let url = format!("{}/_simulator/network/settings", net.origin);
    let settings = json!({ "delayMs": 0, "manual": true, "rules": [rule] });
    let answer = net.client.put(url).json(&settings).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_rule_rejects_an_order_as_it_comes_in_as_often_as_it_says() {
    let net = Net::by_hand().await;
    let rule = json!({ "number": "+4520000001", "does": "reject", "code": "notYours", "reason": "No.", "times": 1 });
    with_rule(&net, rule).await;
    let asked = mobile("a", "+4520000001", "8945000000000000001");
    let refused = net.post("/serviceOrder", &asked).send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert_eq!(body(refused).await["code"], "notYours");
    net.place(&asked).await;
}

#[tokio::test]
async fn a_rule_fails_an_order_and_nothing_becomes_active() {
    let net = Net::by_hand().await;
    with_rule(
        &net,
        json!({ "specification": "mobileSubscription", "action": "add", "does": "fail" }),
    )
    .await;
    let placed = net
        .place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    assert_eq!(net.order(&placed["id"]).await["state"], "failed");
    assert_eq!(net.control("services").await, json!([]));
    let other = net
        .place(&order(
            "b",
            "add",
            "teamsTelephony",
            json!({ "number": "+4570100001" }),
        ))
        .await;
    net.network.settle().await;
    assert_eq!(net.order(&other["id"]).await["state"], "completed");
}

#[tokio::test]
async fn a_held_order_stands_until_the_rule_goes_and_can_be_called_off() {
    let net = Net::by_hand().await;
    with_rule(&net, json!({ "does": "hold" })).await;
    let first = net
        .place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    let second = net
        .place(&mobile("b", "+4520000002", "8945000000000000002"))
        .await;
    net.network.settle().await;
    assert_eq!(net.order(&first["id"]).await["state"], "held");

    let cancel =
        json!({ "serviceOrder": { "id": second["id"] }, "cancellationReason": "changed my mind" });
    let answer = net
        .post("/cancelServiceOrder", &cancel)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let cancellation = body(answer).await;
    assert_eq!(cancellation["state"], "done");
    let read = net
        .get(&format!(
            "/cancelServiceOrder/{}",
            cancellation["id"].as_str().unwrap()
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(body(read).await, cancellation);
    let cancelled = net.order(&second["id"]).await;
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(cancelled["cancellationReason"], "changed my mind");

    net.network.set_settings(Settings::by_hand());
    net.network.settle().await;
    assert_eq!(net.order(&first["id"]).await["state"], "completed");
    assert_eq!(net.order(&second["id"]).await["state"], "cancelled");
    let services = net.control("services").await;
    assert_eq!(services.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_being_carried_out_cannot_be_called_off() {
    let net = Net::by_hand().await;
    let placed = net
        .place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.step(None).await;
    let cancel = json!({ "serviceOrder": { "id": placed["id"] } });
    let cancellation = body(
        net.post("/cancelServiceOrder", &cancel)
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(cancellation["state"], "terminatedWithError");
    assert_eq!(cancellation["errorMessage"]["code"], "pointOfNoReturn");
    net.network.settle().await;
    assert_eq!(net.order(&placed["id"]).await["state"], "completed");
    let unknown = json!({ "serviceOrder": { "id": "nowhere" } });
    assert_eq!(
        net.post("/cancelServiceOrder", &unknown)
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn a_repeated_external_id_is_a_second_order_unless_the_network_is_told_otherwise() {
    let net = Net::by_hand().await;
    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    let change = order(
        "b",
        "modify",
        "mobileSubscription",
        json!({ "msisdn": "+4520000001", "package": "mobile-l" }),
    );
    let one = net.place(&change).await;
    let two = net.place(&change).await;
    assert_ne!(one["id"], two["id"]);
    net.network.settle().await;
    let ledger = net.control("ledger?externalId=b&applied=true").await;
    assert_eq!(
        ledger.as_array().unwrap().len(),
        2,
        "it really happened twice, and the ledger shows it"
    );

    let mut settings = Settings::by_hand();
    settings.deduplicate = simulators::network::Deduplicate::SameAnswer;
    net.network.set_settings(settings.clone());
    assert_eq!(net.place(&change).await["id"], one["id"]);
    settings.deduplicate = simulators::network::Deduplicate::Conflict;
    net.network.set_settings(settings);
    assert_eq!(
        net.post("/serviceOrder", &change)
            .send()
            .await
            .unwrap()
            .status(),
        409
    );
    net.network.settle().await;
    assert_eq!(
        net.control("ledger?externalId=b")
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn the_control_interface_steps_one_order_and_the_page_shows_it() {
    let net = Net::by_hand().await;
    net.place(&mobile("<b>a</b>", "+4520000001", "8945000000000000001"))
        .await;
    net.place(&mobile("b", "+4520000002", "8945000000000000002"))
        .await;
    let url = format!("{}/_simulator/network/step", net.origin);
    let moved = body(
        net.client
            .post(&url)
            .json(&json!({ "order": "b" }))
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(moved.as_array().unwrap().len(), 1);
    assert_eq!(moved[0]["state"], "inProgress");
    assert_eq!(
        net.client
            .post(&url)
            .json(&json!({ "order": "c" }))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let moved = body(net.client.post(&url).send().await.unwrap()).await;
    assert_eq!(moved.as_array().unwrap().len(), 2);
    let page = net
        .client
        .get(format!("{}/_simulator/network/", net.origin))
        .send()
        .await
        .unwrap();
    let page = page.text().await.unwrap();
    assert!(page.contains("&lt;b&gt;a&lt;/b&gt;") && !page.contains("<b>a</b>"));
}
