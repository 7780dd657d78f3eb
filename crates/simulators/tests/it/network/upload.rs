//! Numbers on their way into a Microsoft tenant's inventory.

use super::{Net, order, serve};
use axum::{
    Json, Router,
    extract::Path,
    http::{Method, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use simulators::network::{Options, Settings};
use std::sync::{Arc, Mutex};

const TENANT: &str = "0a0a0a0a-0000-4000-8000-000000000003";

type Calls = Arc<Mutex<Vec<(String, String, Value)>>>;

/// An inventory that notes what it is asked and answers `status`.
async fn inventory(status: StatusCode) -> (url::Url, Calls) {
    let calls = Calls::default();
    let kept = Arc::clone(&calls);
    let take = move |method: Method, Path(tenant): Path<String>, Json(body): Json<Value>| async move {
        kept.lock()
            .unwrap()
            .push((method.to_string(), tenant, body));
        status
    };
    let router = Router::new().route(
        "/_simulator/inventory/{tenant}",
        post(take.clone()).delete(take),
    );
    (serve(router).await.parse().unwrap(), calls)
}

async fn network(microsoft: url::Url) -> Net {
    Net::with(Options {
        microsoft: Some(microsoft),
        settings: Settings::by_hand(),
        ..Options::default()
    })
    .await
}

fn upload(external: &str, action: &str) -> Value {
    let number =
        json!({ "number": "+4570100001", "tenant": TENANT, "numberType": "operatorConnect" });
    order(external, action, "numberUpload", number)
}

#[tokio::test]
async fn an_upload_puts_the_number_into_the_inventory_and_a_delete_takes_it_out() {
    let (microsoft, calls) = inventory(StatusCode::OK).await;
    let net = network(microsoft).await;
    let placed = net.place(&upload("a", "add")).await;
    net.network.settle().await;
    assert_eq!(net.order(&placed["id"]).await["state"], "completed");
    let again = net.place(&upload("b", "add")).await;
    net.network.settle().await;
    assert_eq!(
        net.order(&again["id"]).await["errorMessage"][0]["code"],
        "numberUploaded"
    );
    net.place(&upload("c", "delete")).await;
    net.network.settle().await;
    let body = json!({ "numbers": ["+4570100001"], "numberType": "operatorConnect" });
    let calls = calls.lock().unwrap().clone();
    assert_eq!(
        calls,
        [
            ("POST".to_owned(), TENANT.to_owned(), body.clone()),
            ("DELETE".to_owned(), TENANT.to_owned(), body),
        ]
    );
}

#[tokio::test]
async fn an_inventory_that_refuses_fails_the_item_and_leaves_nothing() {
    let (microsoft, _) = inventory(StatusCode::SERVICE_UNAVAILABLE).await;
    let net = network(microsoft).await;
    let placed = net.place(&upload("a", "add")).await;
    net.network.settle().await;
    let failed = net.order(&placed["id"]).await;
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["errorMessage"][0]["code"], "inventoryUnavailable");
    assert_eq!(net.control("services").await, json!([]));
    assert_eq!(net.control("ledger").await[0]["applied"], false);
}

#[tokio::test]
async fn a_number_is_uploaded_before_it_is_active_in_telephony() {
    let (microsoft, _) = inventory(StatusCode::OK).await;
    let net = network(microsoft).await;
    net.place(&upload("a", "add")).await;
    let active = net
        .place(&order(
            "b",
            "add",
            "teamsTelephony",
            json!({ "number": "+4570100001" }),
        ))
        .await;
    net.network.settle().await;
    assert_eq!(
        net.order(&active["id"]).await["state"],
        "completed",
        "an upload does not occupy the line"
    );
}
