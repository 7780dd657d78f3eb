//! TMF641 v4 over HTTP. Every call proves itself with `Authorization: Bearer <token>`, or with HTTP Basic whose password
//! is the token. Refusals are TMF630's `{code, reason, message, status}`.

use super::{
    engine::Network,
    hub::NotRegistered,
    tmf::{CreateCancelServiceOrder, CreateServiceOrder, Refusal, ServiceOrder},
};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State, rejection::JsonRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

/// Where the interface begins.
pub const BASE: &str = "/tmf-api/serviceOrdering/v4";

const PAGE: usize = 100;
const LARGEST_PAGE: usize = 1000;

impl Network {
    /// TMF641, the control interface and the page.
    pub fn router(&self) -> Router {
        let tmf = Router::new()
            .route("/serviceOrder", post(create_order).get(list_orders))
            .route("/serviceOrder/{id}", get(get_order))
            .route("/cancelServiceOrder", post(cancel_order))
            .route("/cancelServiceOrder/{id}", get(get_cancellation))
            .route("/hub", post(register))
            .route("/hub/{id}", delete(unregister))
            .layer(middleware::from_fn_with_state(self.clone(), prove))
            .with_state(self.clone());
        Router::new()
            .nest(BASE, tmf)
            .merge(super::control::router(self))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut body = json!({ "code": self.code, "reason": self.reason, "status": status.as_str(), "@type": "Error" });
        if let Some(message) = self.message {
            body["message"] = Value::String(message);
        }
        let mut response = (status, Json(body)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge =
                HeaderValue::from_static("Bearer realm=\"network\", Basic realm=\"network\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection {
            JsonRejection::MissingJsonContentType(_) => "unsupportedMediaType",
            _ => "invalidBody",
        };
        let status = match rejection.status() {
            // The standard knows no 422.
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            other => other,
        };
        Refusal::new(status.as_u16(), code, rejection.body_text())
    }
}

async fn prove(
    State(network): State<Network>,
    headers: HeaderMap,
    request: Request,
    next: Next,
) -> Response {
    let proof = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(proof) = proof else {
        return Refusal::new(401, "missingCredentials", "Nobody said who is calling.")
            .into_response();
    };
    let given = match proof.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Some(token.trim().to_owned())
        }
        Some((scheme, pair)) if scheme.eq_ignore_ascii_case("basic") => BASE64_STANDARD
            .decode(pair.trim())
            .ok()
            .and_then(|pair| String::from_utf8(pair).ok())
            .and_then(|pair| {
                pair.split_once(':')
                    .map(|(_, password)| password.to_owned())
            }),
        _ => None,
    };
    if given.as_deref() != Some(network.token()) {
        return Refusal::new(401, "invalidCredentials", "The credentials are not right.")
            .into_response();
    }
    next.run(request).await
}

/// The interface's URL as the caller sees it.
fn base(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    format!("http://{host}{BASE}")
}

async fn create_order(
    State(network): State<Network>,
    headers: HeaderMap,
    body: Result<Json<CreateServiceOrder>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(asked) = body?;
    let order = network.place(asked, &base(&headers))?;
    let location = [(header::LOCATION, order.href.clone())];
    Ok((StatusCode::CREATED, location, Json(order)).into_response())
}

async fn get_order(
    State(network): State<Network>,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, Refusal> {
    let order = network.order(&id).ok_or_else(not_found)?;
    Ok(Json(chosen(&order, query.fields.as_deref())).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ListQuery {
    external_id: Option<String>,
    state: Option<String>,
    fields: Option<String>,
    offset: Option<usize>,
    limit: Option<usize>,
}

async fn list_orders(
    State(network): State<Network>,
    query: Result<Query<ListQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) =
        query.map_err(|rejection| Refusal::new(400, "invalidQuery", rejection.body_text()))?;
    let right_state = |order: &ServiceOrder| {
        query
            .state
            .as_deref()
            .is_none_or(|states| states.split(',').any(|state| state == order.state.name()))
    };
    let found: Vec<ServiceOrder> = match &query.external_id {
        Some(external) => network
            .orders_of(external)
            .into_iter()
            .filter(right_state)
            .collect(),
        None => network.orders(right_state),
    };
    let limit = query.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let page: Vec<Value> = found
        .iter()
        .skip(query.offset.unwrap_or(0))
        .take(limit)
        .map(|order| chosen(order, query.fields.as_deref()))
        .collect();
    let status = if page.len() < found.len() {
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    let counts = [
        ("x-total-count", found.len().to_string()),
        ("x-result-count", page.len().to_string()),
    ];
    Ok((status, counts, Json(page)).into_response())
}

/// The document with the asked fields; `id`, `href` and `@type` are always there.
fn chosen(document: &impl Serialize, fields: Option<&str>) -> Value {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    if let (Some(fields), Value::Object(members)) = (fields, &mut json) {
        let wanted: Vec<&str> = fields.split(',').map(str::trim).collect();
        members.retain(|name, _| {
            ["id", "href", "@type"].contains(&name.as_str()) || wanted.contains(&name.as_str())
        });
    }
    json
}

async fn cancel_order(
    State(network): State<Network>,
    headers: HeaderMap,
    body: Result<Json<CreateCancelServiceOrder>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(asked) = body?;
    let cancellation = network.cancel(asked, &base(&headers))?;
    Ok((StatusCode::CREATED, Json(cancellation)).into_response())
}

async fn get_cancellation(
    State(network): State<Network>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let cancellation = network.cancellation(&id).ok_or_else(not_found)?;
    Ok(Json(cancellation).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    callback: Url,
    #[serde(default)]
    query: Option<String>,
}

async fn register(
    State(network): State<Network>,
    body: Result<Json<Registration>, JsonRejection>,
) -> Result<Response, Refusal> {
    let Json(asked) = body?;
    let listener = network
        .hub()
        .register(asked.callback, asked.query)
        .map_err(|error| match error {
            NotRegistered::Already => Refusal::new(
                409,
                "alreadyRegistered",
                "This callback is registered with this query.",
            ),
            NotRegistered::Query => Refusal::new(
                400,
                "invalidBodyField",
                "query: only eventType and state can be filtered by.",
            ),
            NotRegistered::Disk(_) => {
                Refusal::new(500, "storage", "The listener could not be stored.")
            }
        })?;
    Ok((StatusCode::CREATED, Json(listener)).into_response())
}

async fn unregister(
    State(network): State<Network>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    if network.hub().remove(&id) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(not_found())
    }
}

fn not_found() -> Refusal {
    Refusal::new(404, "notFound", "There is no such resource.")
}
