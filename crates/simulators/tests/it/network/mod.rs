//! The network as a caller sees it, over real HTTP.

mod events;
mod faults;
mod ordering;
mod ports;
mod restart;
mod rules;
mod upload;

use axum::{Json, Router, routing::post};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use simulators::{
    common::faults::Faults,
    network::{DEMO_TOKEN, Network, Options, Settings},
};
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// A network on a free port of the loopback, and somebody who calls it.
struct Net {
    network: Network,
    faults: Faults,
    origin: String,
    client: Client,
}

impl Net {
    /// One whose orders move by hand only.
    async fn by_hand() -> Net {
        Net::with(Options {
            settings: Settings::by_hand(),
            ..Options::default()
        })
        .await
    }

    async fn with(options: Options) -> Net {
        let faults = options.faults.clone();
        let network = Network::open(options).unwrap();
        let origin = serve(faults.wrap(network.router())).await;
        Net {
            network,
            faults,
            origin,
            client: client(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/tmf-api/serviceOrdering/v4{path}", self.origin)
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.client
            .post(self.url(path))
            .bearer_auth(DEMO_TOKEN)
            .json(body)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path)).bearer_auth(DEMO_TOKEN)
    }

    /// Places an order that is accepted; the answer.
    async fn place(&self, order: &Value) -> Value {
        let answer = self.post("/serviceOrder", order).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        body(answer).await
    }

    async fn order(&self, id: &Value) -> Value {
        let path = format!("/serviceOrder/{}", id.as_str().unwrap());
        body(self.get(&path).send().await.unwrap()).await
    }

    async fn control(&self, path: &str) -> Value {
        let url = format!("{}/_simulator/network/{path}", self.origin);
        body(self.client.get(url).send().await.unwrap()).await
    }
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn body(answer: Response) -> Value {
    answer.json().await.unwrap()
}

/// An order of one item.
fn order(external: &str, action: &str, specification: &str, characteristics: Value) -> Value {
    json!({ "externalId": external, "serviceOrderItem": [item("1", action, specification, characteristics)] })
}

fn item(id: &str, action: &str, specification: &str, characteristics: Value) -> Value {
    let characteristics: Vec<Value> = characteristics
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    json!({
        "id": id, "action": action,
        "service": {
            "serviceSpecification": { "id": specification, "name": specification },
            "serviceCharacteristic": characteristics,
        },
    })
}

fn mobile(external: &str, msisdn: &str, iccid: &str) -> Value {
    let line = json!({ "msisdn": msisdn, "iccid": iccid, "package": "mobile-s" });
    order(external, "add", "mobileSubscription", line)
}

/// Somebody who is sent things: what came, in order.
#[derive(Clone)]
struct Receiver {
    origin: String,
    came: Arc<Mutex<Vec<Value>>>,
    count: watch::Receiver<usize>,
}

impl Receiver {
    /// Takes what is posted to `/hooks/network`.
    async fn start() -> Receiver {
        let came: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (sender, count) = watch::channel(0);
        let kept = Arc::clone(&came);
        let take = move |uri: axum::http::Uri, Json(mut body): Json<Value>| async move {
            body["query"] = json!(uri.query());
            kept.lock().unwrap().push(body);
            sender.send_modify(|count| *count += 1);
        };
        let origin = serve(Router::new().route("/hooks/network", post(take))).await;
        Receiver {
            origin,
            came,
            count,
        }
    }

    /// What came, once there are so many.
    async fn wait_for(&mut self, count: usize) -> Vec<Value> {
        self.count.wait_for(|now| *now >= count).await.unwrap();
        self.came.lock().unwrap().clone()
    }
}
