//! The switches, open to whoever can reach them:
//!
//! - `GET /_simulator/network/ledger?externalId=&number=&orderId=&applied=`: the effects, oldest first.
//! - `GET /_simulator/network/orders?externalId=`: the orders · `GET /_simulator/network/services?number=`: what is active.
//! - `GET`, `PUT /_simulator/network/settings`: see [`super::settings`]; `PUT` replaces them all.
//! - `POST /_simulator/network/step` `{"order": id or externalId}`: moves that order, or with `{}` all, one state on.
//! - `POST /_simulator/network/ports` `{"number", "does": "accept" | "reject" | "schedule" | "complete", "day"?, "code"?, "reason"?}`: the
//!   donor's decision about a number on its way, by hand.
//! - `GET /_simulator/network/events`: the latest deliveries to listeners.
//! - `GET /_simulator/network/`: the page.

use super::{donor::Decision, engine::Network, page, settings::Settings};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn router(network: &Network) -> Router {
    Router::new()
        .route("/_simulator/network", get(page::show))
        .route("/_simulator/network/", get(page::show))
        .route("/_simulator/network/ledger", get(ledger))
        .route("/_simulator/network/orders", get(orders))
        .route("/_simulator/network/services", get(services))
        .route(
            "/_simulator/network/settings",
            get(settings).put(put_settings),
        )
        .route("/_simulator/network/step", post(step))
        .route("/_simulator/network/ports", post(decide))
        .route("/_simulator/network/events", get(events))
        .with_state(network.clone())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LedgerQuery {
    external_id: Option<String>,
    order_id: Option<String>,
    number: Option<String>,
    applied: Option<bool>,
}

async fn ledger(State(network): State<Network>, Query(query): Query<LedgerQuery>) -> Response {
    let found = network.effects(|effect| {
        query
            .external_id
            .as_ref()
            .is_none_or(|wanted| effect.external_id.as_ref() == Some(wanted))
            && query
                .order_id
                .as_ref()
                .is_none_or(|wanted| &effect.order_id == wanted)
            && query
                .number
                .as_ref()
                .is_none_or(|wanted| effect.characteristics.values().any(|value| value == wanted))
            && query.applied.is_none_or(|wanted| effect.applied == wanted)
    });
    Json(found).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OrdersQuery {
    external_id: Option<String>,
}

async fn orders(State(network): State<Network>, Query(query): Query<OrdersQuery>) -> Response {
    match query.external_id {
        Some(external) => Json(network.orders_of(&external)).into_response(),
        None => Json(network.orders(|_| true)).into_response(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServicesQuery {
    number: Option<String>,
}

async fn services(State(network): State<Network>, Query(query): Query<ServicesQuery>) -> Response {
    let found: Vec<Value> = network
        .services()
        .into_iter()
        .filter(|(_, active)| {
            query
                .number
                .as_ref()
                .is_none_or(|wanted| active.characteristics.values().any(|value| value == wanted))
        })
        .map(|(id, active)| {
            json!({
                "id": id,
                "specification": active.specification.name(),
                "state": active.state(),
                "characteristics": active.characteristics,
            })
        })
        .collect();
    Json(found).into_response()
}

async fn settings(State(network): State<Network>) -> Json<Settings> {
    Json(network.settings())
}

async fn put_settings(
    State(network): State<Network>,
    Json(settings): Json<Settings>,
) -> Json<Settings> {
    network.set_settings(settings);
    Json(network.settings())
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    order: Option<String>,
}

async fn step(State(network): State<Network>, body: Option<Json<Step>>) -> Response {
    let Json(asked) = body.unwrap_or_default();
    let moved = network.step(asked.order.as_deref()).await;
    if asked.order.is_some() && moved.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let moved: Vec<Value> = moved
        .iter()
        .map(|order| json!({ "id": order.id, "externalId": order.external_id, "state": order.state }))
        .collect();
    Json(moved).into_response()
}

async fn decide(State(network): State<Network>, Json(decision): Json<Decision>) -> Response {
    match network.decide(decision).await {
        Some(order) => Json(order).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn events(State(network): State<Network>) -> Response {
    Json(network.hub().delivered()).into_response()
}
