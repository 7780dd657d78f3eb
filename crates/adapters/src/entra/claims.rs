//! Whether a token speaks for somebody: every rule for an application of many tenants (Microsoft: "Secure applications and
//! APIs by validating claims"; RFC 8725). Pure: keys, time and expectations come in.
//!
//! Who somebody is, is (tenant, object id). E-mail addresses and user names are read for display and never compared.

use super::{discovery::TENANT_PLACEHOLDER, jwt::Unverified, keys::Key};
use domain::access::{
    ObjectId, TenantId,
    ports::{Identity, IdentityKind},
};
use platform::Instant;
use serde::Deserialize;
use uuid::Uuid;

/// The tenant of private Microsoft accounts: its users have no organisation.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 60;

/// In seconds. The longest that Microsoft issues, with continuous access evaluation, is 28 hours.
const LONGEST_LIFE: i64 = 29 * 3600;

/// In characters: for what is only shown.
const LONGEST_NAME: usize = 256;

/// In bytes: Microsoft's are GUIDs.
const LONGEST_SID: usize = 128;

/// In bytes: it goes into an address.
const LONGEST_HINT: usize = 1024;

#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// An ID token that answers our own question.
    SignIn { nonce: &'a str },
    /// An access token that somebody brings to our API.
    Bearer,
}

pub(super) struct Expectation<'a> {
    /// With [`TENANT_PLACEHOLDER`].
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub user_scope: &'a str,
    pub allowed_clients: &'a [String],
    pub guests_allowed: bool,
    pub purpose: Purpose<'a>,
}

#[derive(Deserialize)]
pub(super) struct Claims {
    aud: String,
    iss: String,
    tid: String,
    oid: String,
    ver: String,
    // NumericDate allows fractions; Microsoft sends none, and what is not a whole number is refused.
    exp: i64,
    nbf: i64,
    iat: i64,
    nonce: Option<String>,
    azp: Option<String>,
    scp: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    idtyp: Option<String>,
    idp: Option<String>,
    acct: Option<Acct>,
    name: Option<String>,
    preferred_username: Option<String>,
    auth_time: Option<i64>,
    login_hint: Option<String>,
    sid: Option<String>,
}

/// 0 is a member of the tenant, 1 a guest. Seen as a number and as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Acct {
    Number(i64),
    Text(String),
}

impl Acct {
    fn is_member(&self) -> bool {
        match self {
            Acct::Number(number) => *number == 0,
            Acct::Text(text) => text == "0",
        }
    }
}

/// Checks signature and claims. `keys` may hold several keys of the token's id; one that fits in everything is enough.
/// The error is for the log: whoever asks hears no reason.
pub(super) fn check(
    token: &Unverified<'_>,
    keys: &[Key],
    expectation: &Expectation<'_>,
    now: Instant,
) -> Result<Identity, &'static str> {
    let mut refusal = "unknown key";
    for key in keys.iter().filter(|key| key.kid == token.kid) {
        match token
            .verified::<Claims>(key)
            .and_then(|claims| validate(claims, &key.issuer, expectation, now))
        {
            Ok(identity) => return Ok(identity),
            Err(why) => refusal = why,
        }
    }
    Err(refusal)
}

/// Checks the claims of a token whose signature is good. `key_issuer` is the key's own limit.
pub(super) fn validate(
    claims: Claims,
    key_issuer: &str,
    expectation: &Expectation<'_>,
    now: Instant,
) -> Result<Identity, &'static str> {
    if claims.aud != expectation.client_id {
        return Err("audience");
    }
    if claims.ver != "2.0" {
        return Err("version");
    }
    let tenant = guid(&claims.tid).ok_or("tenant")?;
    if claims.tid.eq_ignore_ascii_case(CONSUMERS) {
        return Err("private account");
    }
    let object = guid(&claims.oid).ok_or("object")?;
    if claims.iss != expectation.issuer.replace(TENANT_PLACEHOLDER, &claims.tid) {
        return Err("issuer");
    }
    if claims.iss != key_issuer.replace(TENANT_PLACEHOLDER, &claims.tid) {
        return Err("the key may not sign for this issuer");
    }
    check_times(&claims, now.seconds())?;
    let kind = match expectation.purpose {
        Purpose::SignIn { nonce } => check_id_token(&claims, nonce)?,
        Purpose::Bearer => check_access_token(&claims, expectation)?,
    };
    if kind == IdentityKind::Guest && !expectation.guests_allowed {
        return Err("guest");
    }
    Ok(Identity {
        tenant: TenantId::from(tenant),
        object: ObjectId::from(object),
        kind,
        name: shown(claims.name),
        username: shown(claims.preferred_username),
        authenticated_at: claims.auth_time.and_then(instant),
        login_hint: claims.login_hint.filter(|hint| hint.len() <= LONGEST_HINT),
        provider_session: claims
            .sid
            .filter(|sid| (1..=LONGEST_SID).contains(&sid.len())),
        expires_at: instant(claims.exp).ok_or("expiry")?,
    })
}

fn check_times(claims: &Claims, now: i64) -> Result<(), &'static str> {
    if claims.exp.saturating_add(LEEWAY) <= now {
        return Err("expired");
    }
    if claims.nbf > now.saturating_add(LEEWAY) {
        return Err("not yet valid");
    }
    if claims.iat > now.saturating_add(LEEWAY) {
        return Err("issued in the future");
    }
    let life = claims.exp.saturating_sub(claims.iat);
    if life <= 0 || life > LONGEST_LIFE || claims.nbf >= claims.exp {
        return Err("lifetime");
    }
    Ok(())
}

fn check_id_token(claims: &Claims, nonce: &str) -> Result<IdentityKind, &'static str> {
    // An empty nonce would be no nonce: it may not match by both being absent.
    if nonce.is_empty() || claims.nonce.as_deref() != Some(nonce) {
        return Err("nonce");
    }
    if claims.scp.is_some() || claims.idtyp.as_deref().is_some_and(|idtyp| idtyp != "user") {
        return Err("not an ID token");
    }
    Ok(person(claims))
}

fn check_access_token(
    claims: &Claims,
    expectation: &Expectation<'_>,
) -> Result<IdentityKind, &'static str> {
    if claims.nonce.is_some() {
        return Err("an ID token");
    }
    let client = claims.azp.as_deref().ok_or("client")?;
    match (claims.idtyp.as_deref(), claims.scp.as_deref()) {
        (Some("app"), None) => {
            // Which program it is, is (tenant, object id); what it may do, its role assignments with us.
            guid(client).ok_or("client")?;
            if claims.roles.is_empty() {
                return Err("no application role");
            }
            Ok(IdentityKind::Service)
        }
        (None | Some("user"), Some(scopes)) => {
            if !scopes
                .split(' ')
                .any(|scope| scope == expectation.user_scope)
            {
                return Err("scope");
            }
            let allowed = expectation
                .allowed_clients
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(client));
            if !allowed {
                return Err("client");
            }
            Ok(person(claims))
        }
        // An ID token, or an app-only one that does not say so.
        (None | Some("user"), None) => Err("no scope"),
        _ => Err("neither a user's nor an application's token"),
    }
}

fn person(claims: &Claims) -> IdentityKind {
    let at_home = claims.idp.as_deref().is_none_or(|idp| {
        idp == claims.iss
            || idp
                .split('/')
                .any(|part| part.eq_ignore_ascii_case(&claims.tid))
    });
    let member = claims.acct.as_ref().is_none_or(Acct::is_member);
    let external = claims
        .preferred_username
        .as_deref()
        .is_some_and(|name| name.to_ascii_uppercase().contains("#EXT#"));
    if at_home && member && !external {
        IdentityKind::User
    } else {
        IdentityKind::Guest
    }
}

/// A GUID in its usual form; other spellings of the same value would make one tenant look like two.
fn guid(text: &str) -> Option<Uuid> {
    let uuid = Uuid::try_parse(text).ok().filter(|uuid| !uuid.is_nil())?;
    text.eq_ignore_ascii_case(&uuid.hyphenated().to_string())
        .then_some(uuid)
}

fn instant(seconds: i64) -> Option<Instant> {
    seconds
        .checked_mul(1_000_000)
        .filter(|_| seconds > 0)
        .map(Instant)
}

fn shown(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    match text.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}
