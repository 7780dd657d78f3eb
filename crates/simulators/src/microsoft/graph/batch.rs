//! `POST /$batch`: up to twenty requests in one, answered in another order than they were asked.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::call::{Answer, Body, Call};
use super::error::GraphError;
use super::http;
use super::serve::Incoming;
use super::state::Graph;

/// Requests in one batch.
const MOST: usize = 20;

#[derive(Deserialize)]
struct Batch {
    requests: Vec<Inner>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inner {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// Serves a batch.
pub async fn run(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let batch: Batch = call.json()?;
    check(&batch.requests)?;
    let mut answered: HashMap<String, Value> = HashMap::new();
    let mut waiting: Vec<Inner> = batch.requests;
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let (ready, later): (Vec<Inner>, Vec<Inner>) = waiting
            .into_iter()
            .partition(|inner| inner.depends_on.iter().all(|id| answered.contains_key(id)));
        if ready.is_empty() {
            return Err(GraphError::bad_request(
                "The dependsOn properties of the batch form a circle.",
            ));
        }
        waiting = later;
        for inner in ready {
            let failed = inner.depends_on.iter().any(|id| {
                answered[id]["status"]
                    .as_u64()
                    .is_none_or(|status| !(200..300).contains(&status))
            });
            let response = if failed {
                failed_dependency(call, &inner)
            } else {
                one(graph, call, &inner).await
            };
            order.push(inner.id.clone());
            answered.insert(inner.id, response);
        }
    }
    // The order of the answers is not that of the requests, and nobody may rely on it.
    order.reverse();
    let responses: Vec<Value> = order.iter().filter_map(|id| answered.remove(id)).collect();
    Ok(Answer::ok(json!({ "responses": responses })))
}

fn check(requests: &[Inner]) -> Result<(), GraphError> {
    if requests.is_empty() {
        return Err(GraphError::bad_request(
            "The batch request must contain at least one request.",
        ));
    }
    if requests.len() > MOST {
        return Err(GraphError::bad_request(format!(
            "The number of batch requests {} exceeds the maximum allowed of {MOST}.",
            requests.len()
        )));
    }
    for (index, inner) in requests.iter().enumerate() {
        let bad = |what: &str| {
            Err(GraphError::bad_request(format!(
                "Batch request '{}': {what}",
                inner.id
            )))
        };
        if inner.id.is_empty()
            || requests[..index]
                .iter()
                .any(|other| other.id.eq_ignore_ascii_case(&inner.id))
        {
            return bad("the id must be unique and not empty.");
        }
        if !matches!(
            inner.method.as_str(),
            "GET" | "POST" | "PATCH" | "PUT" | "DELETE"
        ) {
            return bad("the method is not supported.");
        }
        if inner.url.is_empty() {
            return bad("the url must not be empty.");
        }
        let typed = inner
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-type"));
        if !inner.body.is_null() && !typed {
            return bad("a request with a body must have a Content-Type header.");
        }
        if let Some(unknown) = inner
            .depends_on
            .iter()
            .find(|id| requests.iter().all(|other| other.id != **id))
        {
            return bad(&format!("dependsOn names the unknown request '{unknown}'."));
        }
    }
    Ok(())
}

async fn one(graph: &Graph, call: &Call, inner: &Inner) -> Value {
    let mut headers = HeaderMap::new();
    for (name, value) in &inner.headers {
        let pair = HeaderName::try_from(name.as_str()).ok().zip(
            value
                .as_str()
                .and_then(|text| HeaderValue::from_str(text).ok()),
        );
        if let Some((name, value)) = pair {
            headers.insert(name, value);
        }
    }
    let (path, query) = inner.url.split_once('?').unwrap_or((&inner.url, ""));
    let incoming = Incoming {
        method: Method::try_from(inner.method.as_str()).unwrap_or(Method::GET),
        path: path_of(path),
        query: query.to_owned(),
        headers,
        body: if inner.body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(inner.body.to_string())
        },
        base: call.base.clone(),
        client_request_id: call.client_request_id.clone(),
        batched: true,
    };
    let answer = match graph.serve(&call.caller, incoming).await {
        Ok(answer) => answer,
        Err(error) => http::error_answer(&error, call.now, &call.client_request_id),
    };
    response(&inner.id, answer)
}

/// Graph takes `users` for `/users`. It does not take an address apart: a host or a version that a client left in place is
/// a segment that nobody knows, and only the request that carries it fails.
fn path_of(written: &str) -> String {
    if written.starts_with('/') {
        written.to_owned()
    } else {
        format!("/{written}")
    }
}

fn response(id: &str, answer: Answer) -> Value {
    let mut headers: Map<String, Value> = answer
        .headers
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let mut response = json!({ "id": id, "status": answer.status.as_u16() });
    match answer.body {
        Body::None => {}
        Body::Json(body) => {
            headers.insert("Content-Type".to_owned(), json!("application/json"));
            response["body"] = body;
        }
        Body::Text(text) => {
            headers.insert("Content-Type".to_owned(), json!("text/plain"));
            response["body"] = json!(text);
        }
    }
    response["headers"] = Value::Object(headers);
    response
}

fn failed_dependency(call: &Call, inner: &Inner) -> Value {
    let error = GraphError::new(
        StatusCode::FAILED_DEPENDENCY,
        "FailedDependency",
        "This request was not executed because another request it depends on failed.",
    );
    response(
        &inner.id,
        http::error_answer(&error, call.now, &call.client_request_id),
    )
}
