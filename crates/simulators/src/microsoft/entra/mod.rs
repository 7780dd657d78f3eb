//! Entra ID v2.0: discovery, keys, sign-in, tokens, admin consent and sign-out, at the root of the listener.
//!
//! Owns the signing keys and everything short-lived (codes, refresh tokens, browser sessions); people, applications and
//! consent belong to the [`world`](super::world). Promises the request and response shapes, the error numbers and the
//! lifetimes of the real service. Deliberately not here: the implicit grant, device codes, SAML, B2C, personal accounts.

pub mod admission;
mod authorize;
pub mod claims;
mod client;
mod consent;
mod discovery;
pub mod error;
mod form;
pub mod jws;
pub mod keys;
mod logout;
mod pages;
pub mod scopes;
mod signin;
pub mod store;
mod token;
mod userinfo;
pub mod verify;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::routing::{get, post};

use super::Microsoft;

pub use verify::{GraphAuthError, GraphCaller, verify_graph_token};

use keys::Keys;
use store::Store;

/// What Entra keeps. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Entra {
    /// The signing keys.
    pub keys: Keys,
    store: Arc<Mutex<Store>>,
}

impl Entra {
    /// Codes, refresh tokens and sessions. Do not hold the guard while asking for another.
    pub fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every route of Entra.
pub fn router() -> Router<Microsoft> {
    Router::new()
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        .route("/{tenant}/discovery/instance", get(discovery::instance))
        .route("/{tenant}/userrealm/{username}", get(discovery::user_realm))
        .route(
            "/{tenant}/oauth2/v2.0/authorize",
            get(authorize::authorize).post(authorize::authorize),
        )
        .route("/{tenant}/oauth2/v2.0/token", post(token::token))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(token::device_code))
        .route("/{tenant}/oauth2/v2.0/logout", get(logout::logout))
        .route(
            "/{tenant}/adminconsent",
            get(consent::admin_consent).post(consent::admin_consent),
        )
        .route(
            "/{tenant}/v2.0/adminconsent",
            get(consent::admin_consent).post(consent::admin_consent),
        )
        .route("/error", get(discovery::explain))
        .route(
            "/oidc/userinfo",
            get(userinfo::userinfo).post(userinfo::userinfo),
        )
}
