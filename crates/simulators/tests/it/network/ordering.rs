//! The way of an order, and what is refused on its way in.

use super::{Net, body, item, mobile, order};
use serde_json::json;

#[tokio::test]
async fn an_order_goes_from_acknowledged_over_in_progress_to_completed() {
    let net = Net::by_hand().await;
    let answer = net
        .post(
            "/serviceOrder",
            &mobile("step-1", "+4520000001", "8945000000000000001"),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    let placed = body(answer).await;
    assert_eq!(placed["state"], "acknowledged");
    assert_eq!(placed["externalId"], "step-1");
    assert_eq!(placed["href"], location.as_str());
    assert!(placed["orderDate"].is_string());
    assert_eq!(
        net.control("ledger").await,
        json!([]),
        "nothing has happened yet"
    );

    net.network.step(None).await;
    let begun = net.order(&placed["id"]).await;
    assert_eq!(begun["state"], "inProgress");
    assert_eq!(begun["serviceOrderItem"][0]["state"], "inProgress");

    net.network.step(None).await;
    let done = net.order(&placed["id"]).await;
    assert_eq!(done["state"], "completed");
    assert!(done["completionDate"].is_string());
    let service = &done["serviceOrderItem"][0]["service"];
    assert_eq!(service["state"], "active");

    let ledger = net.control("ledger?number=%2B4520000001").await;
    assert_eq!(ledger.as_array().unwrap().len(), 1);
    assert_eq!(ledger[0]["applied"], true);
    assert_eq!(ledger[0]["externalId"], "step-1");
    assert_eq!(ledger[0]["orderId"], placed["id"]);
    assert_eq!(ledger[0]["serviceId"], service["id"]);
    assert_eq!(ledger[0]["characteristics"]["iccid"], "8945000000000000001");
    let active = net.control("services?number=%2B4520000001").await;
    assert_eq!(active[0]["id"], service["id"]);
}

#[tokio::test]
async fn an_active_service_is_changed_suspended_and_ended() {
    let net = Net::by_hand().await;
    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    let suspend = json!({ "msisdn": "+4520000001", "status": "suspended" });
    net.place(&order("b", "modify", "mobileSubscription", suspend))
        .await;
    net.network.settle().await;
    assert_eq!(net.control("services").await[0]["state"], "suspended");
    let end = net
        .place(&order(
            "c",
            "delete",
            "mobileSubscription",
            json!({ "msisdn": "+4520000001" }),
        ))
        .await;
    net.network.settle().await;
    assert_eq!(
        net.order(&end["id"]).await["serviceOrderItem"][0]["service"]["state"],
        "terminated"
    );
    assert_eq!(net.control("services").await, json!([]));
    // The number is free again.
    let again = net
        .place(&mobile("d", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    assert_eq!(net.order(&again["id"]).await["state"], "completed");
}

#[tokio::test]
async fn what_is_active_is_not_activated_again_and_what_is_not_is_not_changed() {
    let net = Net::by_hand().await;
    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    net.network.settle().await;
    let cases = [
        (
            mobile("b", "+4520000001", "8945000000000000002"),
            "numberActive",
        ),
        (
            mobile("c", "+4520000003", "8945000000000000001"),
            "simActive",
        ),
        (
            order(
                "d",
                "add",
                "teamsTelephony",
                json!({ "number": "+4520000001" }),
            ),
            "numberActive",
        ),
        (
            order(
                "e",
                "modify",
                "mobileSubscription",
                json!({ "msisdn": "+4520000009", "package": "x" }),
            ),
            "unknownService",
        ),
        (
            order(
                "f",
                "delete",
                "teamsTelephony",
                json!({ "number": "+4520000001" }),
            ),
            "unknownService",
        ),
    ];
    for (asked, code) in cases {
        let placed = net.place(&asked).await;
        net.network.settle().await;
        let failed = net.order(&placed["id"]).await;
        assert_eq!(failed["state"], "failed", "{asked}");
        assert_eq!(failed["errorMessage"][0]["code"], code);
        assert_eq!(
            failed["errorMessage"][0]["serviceOrderItem"][0]["itemId"],
            "1"
        );
        assert_eq!(
            failed["serviceOrderItem"][0]["errorMessage"][0]["code"],
            code
        );
        let ledger = net
            .control(&format!(
                "ledger?externalId={}",
                asked["externalId"].as_str().unwrap()
            ))
            .await;
        assert_eq!(ledger[0]["applied"], false);
    }
    assert_eq!(net.control("services").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_of_which_some_could_be_done_is_partial() {
    let net = Net::by_hand().await;
    let asked = json!({ "externalId": "two", "serviceOrderItem": [
        item("1", "add", "teamsTelephony", json!({ "number": "+4570100001" })),
        item("2", "delete", "teamsTelephony", json!({ "number": "+4570100002" })),
    ]});
    let placed = net.place(&asked).await;
    net.network.settle().await;
    let ended = net.order(&placed["id"]).await;
    assert_eq!(ended["state"], "partial");
    assert_eq!(ended["serviceOrderItem"][0]["state"], "completed");
    assert_eq!(ended["serviceOrderItem"][1]["state"], "failed");
}

#[tokio::test]
async fn orders_are_found_by_external_id_and_state_a_page_at_a_time() {
    let net = Net::by_hand().await;
    for external in ["a", "b", "b"] {
        net.place(&order(
            external,
            "add",
            "teamsTelephony",
            json!({ "number": "+4570100001" }),
        ))
        .await;
    }
    let found = net
        .get("/serviceOrder?externalId=b&fields=state")
        .send()
        .await
        .unwrap();
    assert_eq!(found.status(), 200);
    assert_eq!(found.headers()["x-total-count"], "2");
    let found = body(found).await;
    assert_eq!(found.as_array().unwrap().len(), 2);
    let mut names: Vec<&str> = found[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["@type", "href", "id", "state"]);

    let page = net
        .get("/serviceOrder?state=acknowledged,held&offset=1&limit=1")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 206);
    assert_eq!(page.headers()["x-total-count"], "3");
    assert_eq!(page.headers()["x-result-count"], "1");
    assert_eq!(body(page).await[0]["externalId"], "b");
    assert_eq!(
        body(
            net.get("/serviceOrder?externalId=none")
                .send()
                .await
                .unwrap()
        )
        .await,
        json!([])
    );
    assert_eq!(
        net.get("/serviceOrder?colour=red")
            .send()
            .await
            .unwrap()
            .status(),
        400
    );
}

#[tokio::test]
async fn nobody_gets_in_without_the_token() {
    let net = Net::by_hand().await;
    let url = net.url("/serviceOrder");
    let bare = net.client.get(&url).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert!(bare.headers().contains_key("www-authenticate"));
    assert_eq!(body(bare).await["code"], "missingCredentials");
    let wrong = net
        .client
        .get(&url)
        .bearer_auth("guess")
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
    let basic = net
        .client
        .get(&url)
        .basic_auth("switchboard", Some("demo-network-token"))
        .send()
        .await
        .unwrap();
    assert_eq!(basic.status(), 200);
    let wrong = net
        .client
        .get(&url)
        .basic_auth("demo-network-token", Some(""))
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), 401);
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_in_tmf630s_words() {
    let net = Net::by_hand().await;
    let cases = [
        (json!({}), "invalidBody"),
        (json!({ "serviceOrderItem": [] }), "missingBodyField"),
        (
            order("x", "add", "carrierPigeon", json!({})),
            "unknownSpecification",
        ),
        (
            order("x", "explode", "teamsTelephony", json!({})),
            "invalidBody",
        ),
        (
            order(
                "x",
                "add",
                "mobileSubscription",
                json!({ "msisdn": "+4520000001" }),
            ),
            "missingBodyField",
        ),
        (
            order("x", "delete", "mobileSubscription", json!({})),
            "missingBodyField",
        ),
        (
            order(
                "x",
                "add",
                "teamsTelephony",
                json!({ "number": "70100001" }),
            ),
            "invalidBodyField",
        ),
        (mobile("x", "+4520000001", "123"), "invalidBodyField"),
    ];
    for (asked, code) in cases {
        let refused = net.post("/serviceOrder", &asked).send().await.unwrap();
        assert_eq!(refused.status(), 400, "{asked}");
        let refused = body(refused).await;
        assert_eq!(refused["code"], code, "{asked}");
        assert!(refused["reason"].is_string() && refused["status"] == "400");
    }
    let text = net
        .client
        .post(net.url("/serviceOrder"))
        .bearer_auth("demo-network-token")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(text.status(), 415);
    assert_eq!(
        net.get("/serviceOrder/nowhere")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    assert_eq!(net.control("orders").await, json!([]));
}

#[tokio::test]
async fn left_alone_an_order_runs_by_itself() {
    let net = Net::with(simulators::network::Options {
        settings: simulators::network::Settings::at_once(),
        ..Default::default()
    })
    .await;
    let mut receiver = super::Receiver::start().await;
    let callback = json!({ "callback": format!("{}/hooks/network", receiver.origin), "query": "state=completed" });
    assert_eq!(
        net.post("/hub", &callback).send().await.unwrap().status(),
        201
    );
    net.place(&mobile("a", "+4520000001", "8945000000000000001"))
        .await;
    let came = receiver.wait_for(1).await;
    assert_eq!(came[0]["event"]["serviceOrder"]["state"], "completed");
}
