//! The mailbox over HTTP, open to whoever can reach it:
//!
//! - `GET /_simulator/mails?to=&wait=`: the mails, oldest first, as [`super::message::Read`]; with `wait` (milliseconds, at
//!   most a minute) the answer waits for the first one.
//! - `GET /_simulator/mails/{id}`, `…/raw` (message/rfc822), `…/html` (in a sandbox).
//! - `DELETE /_simulator/mails?to=`, `DELETE /_simulator/mails/{id}`.

use super::{Mailbox, message::Read, page};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use std::time::Duration;

const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Mailbox {
    /// The mailbox over HTTP, and its page.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/_simulator/mailbox", get(page::list))
            .route("/_simulator/mailbox/", get(page::list))
            .route("/_simulator/mailbox/{id}", get(page::show))
            .route("/_simulator/mails", get(list).delete(clear))
            .route("/_simulator/mails/{id}", get(one).delete(remove))
            .route("/_simulator/mails/{id}/raw", get(raw))
            .route("/_simulator/mails/{id}/html", get(html))
            .with_state(self.clone())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    to: Option<String>,
    wait: Option<u64>,
}

async fn list(State(mailbox): State<Mailbox>, Query(query): Query<ListQuery>) -> Json<Vec<Read>> {
    let to = query.to.as_deref();
    let mails = match query.wait {
        Some(ms) => {
            mailbox
                .wait_for(to, 1, Duration::from_millis(ms).min(LONGEST_WAIT))
                .await
        }
        None => mailbox.mails(to),
    };
    Json(mails.iter().map(super::Mail::read).collect())
}

async fn one(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.mail(&id) {
        Some(mail) => Json(mail.read()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn raw(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    match mailbox.mail(&id) {
        Some(mail) => ([(header::CONTENT_TYPE, "message/rfc822")], mail.bytes()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The HTML part. It may not run scripts, load anything or know where it is.
async fn html(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(html) = mailbox.mail(&id).and_then(|mail| mail.read().html) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, html).into_response()
}

async fn clear(State(mailbox): State<Mailbox>, Query(query): Query<ListQuery>) -> StatusCode {
    match mailbox.clear(query.to.as_deref()) {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn remove(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> StatusCode {
    match mailbox.remove(&id) {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
