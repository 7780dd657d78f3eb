//! Entra ID v2.0: discovery, keys, sign-in, tokens, admin consent and sign-out, at the root of the listener.
//!
//! Owns the signing keys and everything short-lived (codes, refresh tokens, browser sessions); people, applications and
//! consent belong to the [`world`](super::world). Promises the request and response shapes, the error numbers and the
//! lifetimes of the real service. Deliberately not here: the implicit grant, device codes, SAML, B2C, personal accounts.

pub mod error;
pub mod jws;
pub mod keys;
pub mod scopes;
pub mod verify;

pub use verify::{GraphAuthError, GraphCaller, verify_graph_token};

use keys::Keys;

/// What Entra keeps. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Entra {
    /// The signing keys.
    pub keys: Keys,
}
