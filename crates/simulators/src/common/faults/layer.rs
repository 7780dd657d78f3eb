//! The layer that strikes requests.

use super::{Effect, Faults};
use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, response::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use futures::StreamExt;
use serde_json::{Value, json};
use std::{io, time::Duration};

/// Larger bodies than this are not looked into; no simulator makes them.
const BODY_LIMIT: usize = 64 << 20;

/// The layer: strikes the request as the registry says.
pub(super) async fn inject(
    State(faults): State<Faults>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut body = Bytes::new();
    if faults.asks_about_bodies() {
        let (parts, sent) = request.into_parts();
        // A body that breaks off never gets to the handler either.
        let Ok(bytes) = to_bytes(sent, BODY_LIMIT).await else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        body = bytes.clone();
        request = Request::from_parts(parts, Body::from(bytes));
    }
    let uri = request.uri();
    let path = uri
        .path_and_query()
        .map_or_else(|| uri.path(), |both| both.as_str());
    let strike = faults.strike_with(request.method().as_str(), path, &body);
    if !strike.delay.is_zero() {
        tokio::time::sleep(strike.delay).await;
    }
    let Some(effect) = strike.effect else {
        return next.run(request).await;
    };
    let head = request.method() == Method::HEAD;
    match effect {
        Effect::Status {
            status,
            retry_after,
            body,
        } => answer(status, retry_after, body),
        Effect::Refuse => close(),
        Effect::Hold => {
            faults.until_removed(strike.fault.unwrap_or_default()).await;
            next.run(request).await
        }
        Effect::Keep => {
            let answer = next.run(request).await;
            faults.until_removed(strike.fault.unwrap_or_default()).await;
            answer
        }
        Effect::Lost => {
            drop(next.run(request).await);
            close()
        }
        Effect::Html => Html(
            "<!doctype html><html><head><title>Maintenance</title></head>\
             <body><h1>We will be back soon</h1></body></html>",
        )
        .into_response(),
        Effect::Late { ms } => {
            // In a task of its own: the one that serves the connection ends with it.
            let work = tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                next.run(request).await
            });
            work.await
                .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
        Effect::Flood { mebibytes } => flood(mebibytes),
        Effect::Truncated if !head => truncate(next.run(request).await).await,
        Effect::Replace { body } => {
            let (parts, _) = next.run(request).await.into_parts();
            with_json(parts, &body)
        }
        Effect::Inject { pointer, value } => {
            let (parts, body) = next.run(request).await.into_parts();
            let bytes = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
            match serde_json::from_slice::<Value>(&bytes) {
                Ok(mut json) => {
                    put(&mut json, &pointer, value);
                    with_json(parts, &json)
                }
                Err(_) => Response::from_parts(parts, Body::from(bytes)),
            }
        }
        Effect::Delay { .. } | Effect::Duplicate | Effect::Truncated => next.run(request).await,
    }
}

fn answer(status: u16, retry_after: Option<u64>, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = body.unwrap_or_else(|| {
        let reason = status.canonical_reason().unwrap_or("Fault");
        // Graph reads `error`, TM Forum's interfaces read `code` and `reason`.
        json!({
            "error": {"code": reason.replace(' ', ""), "message": "A fault was asked for."},
            "code": status.as_str(), "reason": reason, "message": "A fault was asked for.", "status": status.as_str(),
        })
    });
    let mut response = (status, Json(body)).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Ends the task that serves the connection, and with it the connection. See the module's head.
fn close() -> ! {
    std::panic::resume_unwind(Box::new("connection closed by a fault"))
}

/// A JSON text of `x`s. Its length is not announced: whoever reads has to count for himself.
fn flood(mebibytes: u64) -> Response {
    let part = Bytes::from(vec![b'x'; 1 << 20]);
    let parts = (0..mebibytes).map(move |_| part.clone());
    let whole = [Bytes::from_static(b"\"")]
        .into_iter()
        .chain(parts)
        .chain([Bytes::from_static(b"\"")]);
    let body = Body::from_stream(futures::stream::iter(whole.map(Ok::<Bytes, io::Error>)));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn truncate(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    // The promised length is the whole one, so that the reader can tell.
    parts.headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(bytes.len() as u64),
    );
    let half = bytes.slice(..bytes.len() / 2);
    let broken = io::Error::new(io::ErrorKind::ConnectionReset, "truncated by a fault");
    let begun = futures::stream::iter([Ok::<Bytes, io::Error>(half)]);
    // The pause lets the half that is there go out before the connection breaks.
    let broken = futures::stream::once(async move {
        tokio::task::yield_now().await;
        Err(broken)
    });
    Response::from_parts(parts, Body::from_stream(begun.chain(broken)))
}

fn with_json(mut parts: Parts, body: &Value) -> Response {
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    Response::from_parts(parts, Body::from(body.to_string()))
}

/// Sets the value at a JSON pointer; does nothing where the parent is missing or is no container.
fn put(json: &mut Value, pointer: &str, value: Value) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        *json = value;
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(last, value);
        }
        Some(Value::Array(items)) => {
            if last == "-" {
                items.push(value);
            } else if let Some(place) = last.parse::<usize>().ok().and_then(|at| items.get_mut(at))
            {
                *place = value;
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_injected_value_lands_where_the_pointer_says() {
        let mut json = json!({"state": "completed", "items": [{"a": 1}]});
        put(&mut json, "/state", json!("teleported"));
        put(&mut json, "/items/0/b~1c", json!(2));
        put(&mut json, "/items/-", json!(3));
        put(&mut json, "/nowhere/x", json!(4));
        assert_eq!(
            json,
            json!({"state": "teleported", "items": [{"a": 1, "b/c": 2}, 3]})
        );
    }
}
