//! Signing out: `GET /{tenant}/oauth2/v2.0/logout`.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::form::Form;
use super::jws::base64_lenient;
use super::{pages, signin};
use crate::microsoft::{Microsoft, Origin};

/// Ends the browser's session, or one account's with `logout_hint`; applications that have a front-channel address are
/// told in hidden frames, then the browser goes on to a registered address.
pub async fn logout(
    State(microsoft): State<Microsoft>,
    origin: Origin,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Form::parse(&query.unwrap_or_default());
    let hint = query.get("logout_hint").map(|hint| {
        let wrapped = hint
            .strip_prefix("O.")
            .and_then(base64_lenient)
            .and_then(|b| String::from_utf8(b).ok());
        wrapped.unwrap_or_else(|| hint.to_owned())
    });
    let value = signin::cookie(&headers).unwrap_or("").to_owned();
    let world = microsoft.world.read();
    let mut store = microsoft.entra.store();
    let (mut frames, mut whole) = (Vec::new(), true);
    if let Some(session) = store.sessions.get_mut(&value) {
        if let Some(hint) = hint {
            let named = world
                .find_by_username(&hint)
                .map(|(_, user)| user.id.clone());
            session
                .accounts
                .retain(|account| named.as_ref().is_some_and(|id| *id != account.user));
            whole = session.accounts.is_empty();
        }
        for client in session
            .clients
            .iter()
            .filter_map(|id| world.application(id))
        {
            if let Some(address) = &client.front_channel_logout {
                let issuer = format!("{}/{segment}/v2.0", origin.0);
                let mark = if address.contains('?') { '&' } else { '?' };
                let pairs = [("sid", session.sid.as_str()), ("iss", issuer.as_str())];
                let pairs = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(pairs)
                    .finish();
                frames.push(format!("{address}{mark}{pairs}"));
            }
        }
    }
    if whole {
        store.sessions.remove(&value);
    }
    drop(store);
    let wanted = query.get("post_logout_redirect_uri");
    let next = wanted.filter(|wanted| {
        world.applications().any(|app| {
            app.post_logout_uris
                .iter()
                .chain(&app.redirect_uris)
                .any(|uri| uri == wanted)
        })
    });
    let next = next.map(|next| match query.get("state") {
        Some(state) => {
            let mark = if next.contains('?') { '&' } else { '?' };
            let state = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("state", state)
                .finish();
            format!("{next}{mark}{state}")
        }
        None => next.to_owned(),
    });
    let mut response = match &next {
        Some(next) if frames.is_empty() => Redirect::to(next).into_response(),
        _ => pages::signed_out(&frames, next.as_deref()),
    };
    if whole {
        let gone = format!("{}; Max-Age=0", signin::set_cookie("", &origin));
        if let Ok(value) = HeaderValue::from_str(&gone) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}
