//! The ledger: every call with an effect, written down before it is answered, so that a test (or a crash) can tell
//! what was asked for and how often.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One effectful call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Position, from 1.
    pub sequence: u64,
    /// When, by the simulators' clock.
    pub at: String,
    /// The tenant's GUID.
    pub tenant: String,
    /// Client id of the calling application.
    pub app: String,
    /// Object id of the user for whom it called; absent for the application itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The caller's `client-request-id`.
    pub client_request_id: String,
    /// The method.
    pub method: String,
    /// The path below `/v1.0`.
    pub path: String,
    /// The last part of the address as the contract names it, for example `assignNumber` or `users`.
    pub action: String,
    /// The body as sent; passwords are left out.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub body: Value,
    /// The status answered.
    pub status: u16,
    /// `error.code` of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What came of it: the id of what was made, or the operation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// The body for the ledger: JSON without passwords.
pub fn without_secrets(bytes: &[u8]) -> Value {
    let mut value: Value = serde_json::from_slice(bytes).unwrap_or(Value::Null);
    if let Some(profile) = value
        .get_mut("passwordProfile")
        .and_then(Value::as_object_mut)
    {
        profile.remove("password");
    }
    value
}
