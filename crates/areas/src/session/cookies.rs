//! The two kinds of cookie. `__Host-` makes the browser insist on `Secure`, on our host alone and on the whole path
//! (draft-ietf-httpbis-rfc6265bis §4.1.3); browsers take `localhost` for secure.

use axum::http::{HeaderMap, HeaderValue, header};
use domain::access::{SESSION_LIFE, SIGN_IN_LIFE};
use platform::seal::Secret;
use std::time::Duration;

const SESSION: &str = "__Host-switchboard";
/// One for each sign-in under way, so that two tabs do not spoil each other's: the name ends in the beginning of the state.
const SIGN_IN: &str = "__Host-switchboard-sign-in-";

/// The session token that the browser sent.
pub(crate) fn session(headers: &HeaderMap) -> Option<Secret> {
    find(headers, SESSION)
}

pub(crate) fn set_session(token: &Secret) -> HeaderValue {
    set(SESSION, &token.expose(), SESSION_LIFE)
}

pub(crate) fn clear_session() -> HeaderValue {
    set(SESSION, "", Duration::ZERO)
}

/// Whether this browser began the sign-in with this state.
pub(crate) fn began(headers: &HeaderMap, state: &Secret) -> bool {
    find(headers, &sign_in_name(state)).as_ref() == Some(state)
}

pub(crate) fn set_sign_in(state: &Secret) -> HeaderValue {
    set(&sign_in_name(state), &state.expose(), SIGN_IN_LIFE)
}

pub(crate) fn clear_sign_in(state: &Secret) -> HeaderValue {
    set(&sign_in_name(state), "", Duration::ZERO)
}

fn sign_in_name(state: &Secret) -> String {
    format!("{SIGN_IN}{:.8}", state.expose())
}

fn find(headers: &HeaderMap, name: &str) -> Option<Secret> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .and_then(|(_, value)| Secret::parse(value))
}

/// Lax: sent when somebody follows a link to us (and comes back from the identity provider), not with another site's requests.
fn set(name: &str, value: &str, life: Duration) -> HeaderValue {
    let text = format!(
        "{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}",
        life.as_secs()
    );
    let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}
