//! What Graph does with a bearer token: recognise it as one of this Entra's for Graph, and say who calls.

use std::collections::BTreeSet;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde_json::Value;

use super::jws::{self, Algorithm};
use crate::microsoft::Microsoft;

/// Who calls Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphCaller {
    /// The tenant's GUID.
    pub tenant: String,
    /// Client id of the calling application.
    pub client_id: String,
    /// Object id of the service principal (application alone) or of the user (delegated).
    pub object_id: String,
    /// Object id of the user; none for a token that speaks for the application itself.
    pub user: Option<String>,
    /// Application permissions (`roles`) or delegated ones (`scp`), by name.
    pub permissions: BTreeSet<String>,
}

/// Why a token is refused. Graph answers all of these 401 `InvalidAuthenticationToken`; [`std::fmt::Display`] gives the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphAuthError {
    /// No bearer token.
    #[error("Access token is empty.")]
    Missing,
    /// Not a token.
    #[error("CompactToken parsing failed with error code: 80049217")]
    Malformed,
    /// Signed by a key that is not this Entra's.
    #[error("Access token validation failure. Invalid signature.")]
    Signature,
    /// For somebody else.
    #[error("Access token validation failure. Invalid audience.")]
    Audience,
    /// Issued for no tenant that exists.
    #[error("Access token validation failure. Invalid issuer.")]
    Issuer,
    /// Not valid any more, or not yet.
    #[error("Lifetime validation failed, the token is expired.")]
    Expired,
    /// The user or the application is gone or disabled, or its sessions were revoked.
    #[error(
        "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp"
    )]
    Revoked,
}

/// Recognises the bearer token of a request to Graph.
///
/// # Errors
/// See [`GraphAuthError`].
pub fn verify_graph_token(
    microsoft: &Microsoft,
    headers: &HeaderMap,
) -> Result<GraphCaller, GraphAuthError> {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let header = header.ok_or(GraphAuthError::Missing)?;
    let (scheme, token) = header.split_once(' ').ok_or(GraphAuthError::Missing)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(GraphAuthError::Missing);
    }
    let parts = jws::parse(token).ok_or(GraphAuthError::Malformed)?;
    let key = microsoft.entra.keys.find(parts.header_text("kid"));
    let key = key.ok_or(GraphAuthError::Signature)?;
    if parts.header_text("alg") != "RS256"
        || !jws::verify_rsa(&key.public, Algorithm::Rs256, &parts)
    {
        return Err(GraphAuthError::Signature);
    }
    if !super::scopes::is_graph(parts.text("aud")) {
        return Err(GraphAuthError::Audience);
    }
    let world = microsoft.world.read();
    let tenant = world
        .tenant(parts.text("tid"))
        .ok_or(GraphAuthError::Issuer)?;
    let now = world.now().as_second();
    let issued = parts.seconds("iat").unwrap_or(0);
    if parts.seconds("exp").is_none_or(|exp| exp < now)
        || parts.seconds("nbf").is_some_and(|nbf| nbf > now + 300)
    {
        return Err(GraphAuthError::Expired);
    }
    let client_id = parts.text("appid").to_owned();
    let object_id = parts.text("oid").to_owned();
    let app_only = parts.text("idtyp") == "app";
    let permissions = if app_only {
        let roles = parts.claims.get("roles").and_then(Value::as_array);
        roles
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    } else {
        let user = tenant
            .users
            .get(&object_id)
            .ok_or(GraphAuthError::Revoked)?;
        if !user.enabled || user.sessions_valid_from.as_second() > issued {
            return Err(GraphAuthError::Revoked);
        }
        parts
            .text("scp")
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    Ok(GraphCaller {
        tenant: tenant.id.clone(),
        user: (!app_only).then(|| object_id.clone()),
        client_id,
        object_id,
        permissions,
    })
}
