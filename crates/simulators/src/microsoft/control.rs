//! The switches of the Microsoft simulator: JSON under `/_simulator`, open to whoever can reach it.
//!
//! - `GET personas`: everybody who can sign in to the portal.
//! - `GET tenants` · `GET`, `POST people` · `GET`, `PATCH`, `DELETE people/{person}` (`?hard=true` removes for good)
//!   · `POST people/{person}/restore`; `{person}` is an object id or a user principal name: see [`people`].
//! - `GET`, `POST groups` · `PATCH`, `DELETE groups/{group}` · `POST groups/{group}/members` ·
//!   `DELETE groups/{group}/members/{member}`: see [`groups`].
//! - `GET`, `POST apps` · `PATCH apps/{client}` · `PATCH`, `DELETE apps/{client}/tenants/{tenant}` ·
//!   `POST apps/{client}/tenants/{tenant}/consent`: see [`apps`].
//! - `GET`, `POST clock` `{"advanceSeconds"}`, `{"offsetSeconds"}` or `{"now"}`.
//! - `GET keys` · `POST keys/rotate` `{"retire": true}`: see [`super::entra::keys`].
//! - `POST tokens`: signs any token, right or wrong: see [`tokens`].
//! - `POST sessions/clear`: signs every browser out and revokes refresh tokens.
//! - `POST reset` `{"world": "demo"}` or `"small"`: the world as it was at the start.
//!
//! A body that does not fit answers 400 `{"error"}`, an unknown object 404, a conflict 409.

pub mod apps;
pub mod groups;
pub mod people;
pub mod tokens;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Microsoft;
use super::world::{self, DirectoryError, World};

/// The routes of this interface.
pub fn router() -> Router<Microsoft> {
    Router::new()
        .route("/_simulator/personas", get(personas))
        .route("/_simulator/tenants", get(tenants))
        .route("/_simulator/people", get(people::list).post(people::create))
        .route(
            "/_simulator/people/{person}",
            get(people::get)
                .patch(people::change)
                .delete(people::delete),
        )
        .route("/_simulator/people/{person}/restore", post(people::restore))
        .route("/_simulator/groups", get(groups::list).post(groups::create))
        .route(
            "/_simulator/groups/{group}",
            patch(groups::change).delete(groups::delete),
        )
        .route("/_simulator/groups/{group}/members", post(groups::add))
        .route(
            "/_simulator/groups/{group}/members/{member}",
            delete(groups::remove),
        )
        .route("/_simulator/apps", get(apps::list).post(apps::register))
        .route("/_simulator/apps/{client}", patch(apps::change))
        .route(
            "/_simulator/apps/{client}/tenants/{tenant}",
            patch(apps::change_principal).delete(apps::remove),
        )
        .route(
            "/_simulator/apps/{client}/tenants/{tenant}/consent",
            post(apps::consent),
        )
        .route("/_simulator/clock", get(show_clock).post(move_clock))
        .route("/_simulator/keys", get(keys))
        .route("/_simulator/keys/rotate", post(rotate))
        .route("/_simulator/tokens", post(tokens::mint))
        .route("/_simulator/sessions/clear", post(clear_sessions))
        .route("/_simulator/reset", post(reset))
}

/// Why a switch could not be thrown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub StatusCode, pub String);

impl Refused {
    /// 400 with a reason.
    pub fn unfit(reason: impl Into<String>) -> Refused {
        Refused(StatusCode::BAD_REQUEST, reason.into())
    }

    /// 404.
    pub fn unknown(what: &str) -> Refused {
        Refused(StatusCode::NOT_FOUND, format!("there is no {what}"))
    }
}

impl From<DirectoryError> for Refused {
    fn from(error: DirectoryError) -> Refused {
        let status = match error {
            DirectoryError::NotFound => StatusCode::NOT_FOUND,
            DirectoryError::UsernameTaken => StatusCode::CONFLICT,
            DirectoryError::UnknownDomain | DirectoryError::Invalid(_) => StatusCode::BAD_REQUEST,
        };
        Refused(status, error.to_string())
    }
}

impl From<world::LicenceError> for Refused {
    fn from(error: world::LicenceError) -> Refused {
        Refused::unfit(error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// A JSON body whatever its content type says; an empty one counts as `{}`.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, Refused> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|error| Refused::unfit(error.to_string()))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let value = serde_json::from_slice(bytes);
        value
            .map(Body)
            .map_err(|error| Refused::unfit(error.to_string()))
    }
}

async fn personas(State(microsoft): State<Microsoft>) -> Json<Value> {
    let world = microsoft.world.read();
    let mut found = Vec::new();
    for tenant in world.tenants() {
        let mut people: Vec<_> = tenant
            .users
            .values()
            .filter(|u| u.persona.is_some())
            .collect();
        people.sort_by_key(|user| user.employee_id.clone());
        for user in people {
            let persona = user.persona.as_ref();
            found.push(json!({
                "name": user.display_name,
                "username": user.username,
                "password": user.password,
                "tenant": tenant.id,
                "objectId": user.id,
                "role": persona.and_then(|p| p.role),
                "organisation": persona.and_then(|p| p.organisation),
            }));
        }
    }
    Json(Value::Array(found))
}

async fn tenants(State(microsoft): State<Microsoft>) -> Json<Value> {
    let world = microsoft.world.read();
    let tenants = world.tenants().map(|tenant| {
        json!({
            "tenant": tenant.id,
            "name": tenant.display_name,
            "domains": tenant.domains,
            "people": tenant.users.len(),
            "groups": tenant.groups.len(),
            "numbers": tenant.numbers.len(),
            "changes": tenant.last_sequence(),
        })
    });
    Json(Value::Array(tenants.collect()))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Move {
    advance_seconds: Option<i64>,
    offset_seconds: Option<i64>,
    now: Option<Timestamp>,
}

async fn show_clock(State(microsoft): State<Microsoft>) -> Json<Value> {
    let clock = microsoft.world.clock();
    Json(json!({ "now": clock.now(), "offsetSeconds": clock.offset().as_secs() }))
}

async fn move_clock(State(microsoft): State<Microsoft>, Body(to): Body<Move>) -> Json<Value> {
    let clock = microsoft.world.clock();
    if let Some(seconds) = to.offset_seconds {
        clock.set_offset(SignedDuration::from_secs(seconds));
    }
    if let Some(now) = to.now {
        clock.advance(now.duration_since(clock.now()));
    }
    if let Some(seconds) = to.advance_seconds {
        clock.advance(SignedDuration::from_secs(seconds));
    }
    show_clock(State(microsoft)).await
}

async fn keys(State(microsoft): State<Microsoft>) -> Json<Value> {
    let roles = [
        "current", "next", "previous", "consumer", "tenant", "unknown",
    ];
    let keys = roles.iter().map(|role| {
        let key = microsoft.entra.keys.role(role);
        ((*role).to_owned(), json!(key.map(|key| key.kid.clone())))
    });
    Json(Value::Object(keys.collect()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    #[serde(default)]
    retire: bool,
}

async fn rotate(State(microsoft): State<Microsoft>, Body(rotation): Body<Rotation>) -> Json<Value> {
    microsoft.entra.keys.rotate(rotation.retire);
    keys(State(microsoft)).await
}

async fn clear_sessions(State(microsoft): State<Microsoft>) -> StatusCode {
    let mut store = microsoft.entra.store();
    store.sessions.clear();
    store.refresh.clear();
    StatusCode::NO_CONTENT
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    world: Option<String>,
}

async fn reset(
    State(microsoft): State<Microsoft>,
    Body(reset): Body<Reset>,
) -> Result<StatusCode, Refused> {
    let clock = microsoft.world.clock().clone();
    let world = match reset.world.as_deref() {
        None | Some("demo") => World::demo(clock),
        Some("small") => World::small(clock),
        Some(other) => return Err(Refused::unfit(format!("there is no world {other}"))),
    };
    microsoft.world.replace(world);
    Ok(StatusCode::NO_CONTENT)
}

/// The tenant of this GUID or domain; its GUID.
fn tenant_id(world: &World, tenant: &str) -> Result<String, Refused> {
    let found = world.tenant(tenant);
    found
        .map(|t| t.id.clone())
        .ok_or_else(|| Refused::unknown("such tenant"))
}
