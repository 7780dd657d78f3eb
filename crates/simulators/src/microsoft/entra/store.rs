//! What lives only for a while: authorization codes, refresh tokens, browser sessions and steps of a sign-in.

use std::collections::{BTreeSet, HashMap};

use super::jws::base64url;
use super::scopes::Scopes;

/// How long a code may be redeemed, in seconds.
pub const CODE_LIFE: i64 = 600;
/// How long a refresh token lives unused, in seconds: 90 days.
pub const REFRESH_LIFE: i64 = 90 * 86_400;

/// A person as an authentication left them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// GUID of the tenant the person acts in.
    pub tenant: String,
    /// The person's object id there.
    pub user: String,
    /// GUID of the tenant the person is at home in: another one for guests.
    pub home_tenant: String,
    /// The object id there.
    pub home_user: String,
    /// When credentials were last given, in seconds since 1970.
    pub auth_time: i64,
    /// How: `pwd`, and `mfa` after a second factor.
    pub amr: Vec<&'static str>,
    /// Id of the browser session; a fresh one for flows without a browser.
    pub sid: String,
}

/// How a code is bound to its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// The verifier itself.
    Plain(String),
    /// Base64url of the verifier's SHA-256.
    S256(String),
}

/// An authorization code's meaning.
#[derive(Clone, Debug)]
pub struct Code {
    /// Who asked.
    pub client_id: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// Who signed in.
    pub subject: Subject,
    /// What was asked for.
    pub scopes: Scopes,
    /// To be repeated in the ID token.
    pub nonce: Option<String>,
    /// PKCE.
    pub challenge: Option<Challenge>,
    /// When it was given, in seconds since 1970.
    pub issued: i64,
    /// Whether it was redeemed.
    pub redeemed: bool,
}

/// A refresh token's meaning.
#[derive(Clone, Debug)]
pub struct Refresh {
    /// Who may use it.
    pub client_id: String,
    /// For whom.
    pub subject: Subject,
    /// What it was first given for.
    pub scopes: Scopes,
    /// When it was given, in seconds since 1970.
    pub issued: i64,
    /// The code (or other beginning) it descends from; a replayed code revokes the family.
    pub family: String,
}

/// An account that a browser is signed in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Home tenant.
    pub tenant: String,
    /// Object id at home.
    pub user: String,
    /// When credentials were last given.
    pub auth_time: i64,
    /// How.
    pub amr: Vec<&'static str>,
}

/// A browser's session, known by its cookie.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// `sid` of the tokens.
    pub sid: String,
    /// Accounts, the latest used last.
    pub accounts: Vec<Account>,
    /// Client ids that got a code in this session.
    pub clients: BTreeSet<String>,
}

/// A sign-in between the password and the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Home tenant.
    pub tenant: String,
    /// Object id at home.
    pub user: String,
    /// When the password was given.
    pub auth_time: i64,
}

/// Everything of the above.
#[derive(Debug, Default)]
pub struct Store {
    /// Codes by value.
    pub codes: HashMap<String, Code>,
    /// Refresh tokens by value.
    pub refresh: HashMap<String, Refresh>,
    /// Sessions by cookie.
    pub sessions: HashMap<String, Session>,
    /// Tickets by value.
    pub tickets: HashMap<String, Ticket>,
}

/// A new unguessable value that begins with `prefix`.
pub fn secret(prefix: &str) -> String {
    let bytes: [u8; 32] = rand::random();
    format!("{prefix}{}", base64url(bytes))
}

impl Store {
    /// Keeps a code; answers its value. Codes and tickets long past their time are dropped on the way.
    pub fn add_code(&mut self, code: Code) -> String {
        let old = code.issued - 6 * CODE_LIFE;
        self.codes.retain(|_, c| c.issued > old);
        self.tickets.retain(|_, t| t.auth_time > old);
        let value = secret("1.AX");
        self.codes.insert(value.clone(), code);
        value
    }

    /// Keeps a refresh token; answers its value.
    pub fn add_refresh(&mut self, refresh: Refresh) -> String {
        let value = secret("1.AR");
        self.refresh.insert(value.clone(), refresh);
        value
    }

    /// Revokes every refresh token that descends from a code.
    pub fn revoke_family(&mut self, family: &str) {
        self.refresh.retain(|_, r| r.family != family);
    }
}
