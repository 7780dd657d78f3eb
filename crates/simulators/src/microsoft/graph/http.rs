//! HTTP: the listener's side of Graph, and of its control interface.

use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::entra::{GraphCaller, verify_graph_token};
use super::super::world::ids::random_guid;
use super::super::world::numbers::NumberError;
use super::super::{Microsoft, Origin};
use super::call::{Answer, Body, Caller};
use super::error::GraphError;
use super::serve::Incoming;
use super::state::Graph;

/// Bodies larger than this are refused; the largest real one is a batch of twenty.
const BODY_LIMIT: usize = 4 << 20;

impl From<GraphCaller> for Caller {
    fn from(caller: GraphCaller) -> Caller {
        Caller {
            tenant: caller.tenant,
            app_id: caller.client_id,
            object_id: caller.object_id,
            user: caller.user,
            permissions: caller.permissions,
        }
    }
}

/// Everything under `/v1.0`.
pub async fn graph(
    State(microsoft): State<Microsoft>,
    Extension(graph): Extension<Graph>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let request_id = random_guid();
    let client_request_id = parts
        .headers
        .get("client-request-id")
        .and_then(|value| value.to_str().ok())
        .map_or_else(|| request_id.clone(), str::to_owned);
    let origin = Origin::of(&parts).0;
    let result = async {
        let caller = verify_graph_token(&microsoft, &parts.headers)
            .map_err(|error| GraphError::unauthenticated(&error.to_string(), &origin))?;
        let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
            GraphError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                "The request is too large.",
            )
        })?;
        let incoming = Incoming {
            method: parts.method.clone(),
            path: parts
                .uri
                .path()
                .strip_prefix("/v1.0")
                .unwrap_or_default()
                .to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            body,
            base: format!("{origin}/v1.0"),
            client_request_id: client_request_id.clone(),
            batched: false,
        };
        graph.serve(&Caller::from(caller), incoming).await
    }
    .await;
    let answer = match result {
        Ok(answer) => answer,
        Err(error) => answer_of(&error, graph.world().now(), &request_id, &client_request_id),
    };
    respond(answer, &request_id, &client_request_id)
}

/// An error as an answer, with a request id of its own.
pub fn error_answer(error: &GraphError, now: Timestamp, client_request_id: &str) -> Answer {
    answer_of(error, now, &random_guid(), client_request_id)
}

fn answer_of(
    error: &GraphError,
    now: Timestamp,
    request_id: &str,
    client_request_id: &str,
) -> Answer {
    let date = now.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    Answer {
        status: error.status,
        headers: error
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        body: Body::Json(error.body(&date, request_id, client_request_id)),
    }
}

fn respond(answer: Answer, request_id: &str, client_request_id: &str) -> Response {
    let (content_type, bytes) = match answer.body {
        Body::None => (None, Bytes::new()),
        Body::Json(value) => (
            Some(
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
            ),
            Bytes::from(serde_json::to_vec(&value).unwrap_or_default()),
        ),
        Body::Text(text) => (Some("text/plain"), Bytes::from(text)),
    };
    let mut response = (answer.status, bytes).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if let Some(content_type) = content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let ids = [
        ("request-id", request_id),
        ("client-request-id", client_request_id),
    ];
    let own = ids
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (name, value) in own.chain(answer.headers) {
        let pair = HeaderName::try_from(name)
            .ok()
            .zip(HeaderValue::from_str(&value).ok());
        if let Some((name, value)) = pair {
            headers.insert(name, value);
        }
    }
    response
}

fn plain_error(status: StatusCode, message: impl Into<String>) -> Response {
    (status, Json(json!({ "error": message.into() }))).into_response()
}

/// `GET /_simulator/graph/control`.
pub async fn settings(Extension(graph): Extension<Graph>) -> Response {
    Json(graph.settings()).into_response()
}

/// `PATCH /_simulator/graph/control`.
pub async fn change_settings(
    Extension(graph): Extension<Graph>,
    Json(patch): Json<Value>,
) -> Response {
    match graph.change_settings(&patch) {
        Ok(settings) => Json(settings).into_response(),
        Err(message) => plain_error(StatusCode::BAD_REQUEST, message),
    }
}

/// `DELETE /_simulator/graph/control`: everything but the world's delays as it was at the start.
pub async fn reset_settings(Extension(graph): Extension<Graph>) -> Response {
    Json(graph.reset_settings()).into_response()
}

/// `GET /_simulator/graph/ledger`: every effectful call, oldest first.
pub async fn ledger(Extension(graph): Extension<Graph>) -> Response {
    Json(json!({ "entries": graph.ledger().all() })).into_response()
}

/// `DELETE /_simulator/graph/ledger`.
pub async fn clear_ledger(Extension(graph): Extension<Graph>) -> Response {
    match graph.ledger().retain(|_| false) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => plain_error(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// `POST /_simulator/graph/delta/expire`: every delta token given so far has expired.
pub async fn expire_delta(Extension(graph): Extension<Graph>) -> Response {
    graph.expire_delta_tokens();
    StatusCode::NO_CONTENT.into_response()
}

/// `GET /_simulator/graph/notifications`: the latest attempts to deliver.
pub async fn notifications(Extension(graph): Extension<Graph>) -> Response {
    Json(json!({ "attempts": graph.notifier().log(), "stopped": graph.notifier().stopped() }))
        .into_response()
}

/// `GET /_simulator/graph/subscriptions`: all tenants' subscriptions.
pub async fn subscriptions(Extension(graph): Extension<Graph>) -> Response {
    let world = graph.world().read();
    let all: Vec<Value> = world
        .subscriptions()
        .map(|subscription| {
            json!({
                "id": subscription.id, "tenant": subscription.tenant, "resource": subscription.resource,
                "notificationUrl": subscription.notification_url,
                "expires": super::super::world::clock::seconds(subscription.expires),
                "needsReauthorisation": subscription.needs_reauthorisation,
            })
        })
        .collect();
    Json(json!({ "subscriptions": all })).into_response()
}

/// What `POST /_simulator/graph/subscriptions/{id}/lifecycle` takes.
#[derive(Deserialize)]
pub struct Lifecycle {
    event: String,
}

/// `POST /_simulator/graph/subscriptions/{id}/lifecycle {"event": "missed"}`. `reauthorizationRequired` holds deliveries
/// back until the subscriber reauthorises or renews; `subscriptionRemoved` removes the subscription.
pub async fn lifecycle(
    Extension(graph): Extension<Graph>,
    Path(id): Path<String>,
    Json(body): Json<Lifecycle>,
) -> Response {
    let found = graph.world().read().subscription(&id).cloned();
    let Some(mut subscription) = found else {
        return plain_error(StatusCode::NOT_FOUND, "no such subscription");
    };
    match body.event.as_str() {
        "reauthorizationRequired" => {
            subscription.needs_reauthorisation = true;
            graph.world().write().put_subscription(subscription.clone());
        }
        "subscriptionRemoved" => {
            graph.world().write().remove_subscription(&id);
        }
        "missed" => {}
        other => return plain_error(StatusCode::BAD_REQUEST, format!("unknown event {other}")),
    }
    graph.notifier().lifecycle(&subscription, &body.event);
    StatusCode::ACCEPTED.into_response()
}

/// What the operator uploads or withdraws.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    numbers: Vec<String>,
    #[serde(default)]
    number_type: Option<String>,
}

/// `POST /_simulator/inventory/{tenant}`: the operator's own port, through which numbers reach a tenant's inventory. Which
/// interface Microsoft gives to operators is not public, so this one is an assumption.
pub async fn upload(
    Extension(graph): Extension<Graph>,
    Path(tenant): Path<String>,
    Json(body): Json<Upload>,
) -> Response {
    let number_type = body.number_type.as_deref().unwrap_or("operatorConnect");
    if !matches!(
        number_type,
        "operatorConnect" | "directRouting" | "callingPlan"
    ) {
        return plain_error(
            StatusCode::BAD_REQUEST,
            format!("unknown numberType {number_type}"),
        );
    }
    let uploaded = graph
        .world()
        .write()
        .upload_numbers(&tenant, number_type, &body.numbers);
    match uploaded {
        Ok(added) => (StatusCode::CREATED, Json(json!({ "added": added }))).into_response(),
        Err(error) => refused(&error),
    }
}

/// `DELETE /_simulator/inventory/{tenant}`: takes unassigned numbers out of the inventory; all of them or none. One that is
/// not there counts as taken out.
pub async fn withdraw(
    Extension(graph): Extension<Graph>,
    Path(tenant): Path<String>,
    Json(body): Json<Upload>,
) -> Response {
    let mut world = graph.world().write();
    let Some(found) = world.tenant(&tenant) else {
        return refused(&NumberError::UnknownTenant);
    };
    let normal: Vec<String> = body
        .numbers
        .iter()
        .filter_map(|number| super::super::world::numbers::normalise(number))
        .collect();
    let assigned = normal.iter().find(|number| {
        found
            .numbers
            .get(*number)
            .is_some_and(|line| line.target.is_some())
    });
    if let Some(number) = assigned {
        return refused(&NumberError::AlreadyAssigned(number.clone()));
    }
    let removed = normal
        .iter()
        .filter(|number| world.release_number(&tenant, number).is_ok())
        .count();
    Json(json!({ "removed": removed })).into_response()
}

/// `GET /_simulator/inventory/{tenant}`: the numbers and who has them.
pub async fn inventory(Extension(graph): Extension<Graph>, Path(tenant): Path<String>) -> Response {
    let world = graph.world().read();
    let Some(found) = world.tenant(&tenant) else {
        return refused(&NumberError::UnknownTenant);
    };
    let numbers: Vec<Value> = found
        .numbers
        .values()
        .map(|line| {
            json!({
                "number": line.number, "numberType": line.number_type,
                "assignmentStatus": line.assignment_status, "assignmentTargetId": line.target,
            })
        })
        .collect();
    Json(json!({ "numbers": numbers })).into_response()
}

fn refused(error: &NumberError) -> Response {
    let status = match error {
        NumberError::UnknownTenant => StatusCode::NOT_FOUND,
        NumberError::AlreadyAssigned(_) => StatusCode::CONFLICT,
        _ => StatusCode::BAD_REQUEST,
    };
    plain_error(status, error.to_string())
}
