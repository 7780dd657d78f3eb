//! What open pages hear, as it happens.

use crate::support::{App, Caller, Org};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// An open stream of events.
struct Stream {
    response: reqwest::Response,
    text: String,
}

impl Stream {
    async fn open(caller: &Caller<'_>) -> Stream {
        let response = caller
            .request(Method::GET, &caller.path("events"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream {
            response,
            text: String::new(),
        }
    }

    /// The next event's name and data. Comments that keep the connection open are no event.
    async fn next(&mut self) -> (String, Value) {
        let next = tokio::time::timeout(Duration::from_secs(20), self.read_on());
        next.await.expect("an event in time")
    }

    async fn read_on(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::trim)
                };
                if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                    return (name.to_owned(), serde_json::from_str(data).expect("JSON"));
                }
                continue;
            }
            let chunk = self.response.chunk().await;
            let chunk = chunk.expect("a chunk").expect("no end");
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    /// Reads on until this kind of thing has changed.
    async fn until(&mut self, kind: &str, id: &Value) {
        loop {
            let (name, data) = self.next().await;
            assert_eq!(name, "change");
            assert!(
                data.as_object()
                    .unwrap()
                    .keys()
                    .all(|key| key == "kind" || key == "ids"),
                "{data}"
            );
            if data["kind"] == kind && data["ids"].as_array().unwrap().contains(id) {
                return;
            }
        }
    }
}

#[tokio::test]
async fn a_page_hears_of_its_organisations_orders_and_of_no_other() {
    let app = App::start().await;
    let (mette, hanne) = (app.mette(), app.hanne());
    let (mut ours, mut theirs) = (Stream::open(&app.rita()).await, Stream::open(&hanne).await);
    let person = app.people(Org::Nordvind, true).await[0];
    let order = mette
        .activate_telephony(person, json!({ "from": "series" }))
        .await;
    ours.until("orders", &order["id"]).await;
    app.work().await;
    ours.until("person", &json!(person)).await;

    // The other page has heard nothing of all that: the first thing it hears is its own.
    let other = app.people(Org::Havn, true).await[0];
    let own = hanne
        .activate_telephony(other, json!({ "from": "series" }))
        .await;
    loop {
        let (_, data) = theirs.next().await;
        for id in data["ids"].as_array().unwrap() {
            assert_ne!(*id, order["id"]);
            assert_ne!(*id, json!(person));
        }
        if data["kind"] == "orders" && data["ids"].as_array().unwrap().contains(&own["id"]) {
            break;
        }
    }
    app.work().await;
    app.end().await;
}
