//! Tokens: how the tests make them, and the good ones.

mod hostile;

use super::{
    claims::{self, Expectation, Purpose},
    jwt::Unverified,
    keys::{self, Key},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::ports::{Identity, IdentityKind};
use jsonwebtoken::{Algorithm, EncodingKey};
use platform::Instant;
use rsa::{RsaPrivateKey, pkcs8::DecodePrivateKey, traits::PublicKeyParts};
use serde_json::{Value, json};
use std::sync::LazyLock;

const SIGNING_KEY: &str = include_str!("../../../tests/data/signing-key.pem");
const OTHER_KEY: &str = include_str!("../../../tests/data/other-key.pem");

/// 2026-11-21T10:00:00Z, in seconds.
const NOW: i64 = 1_795_255_200;
const CLIENT: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
const TEAMS: &str = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";
const TENANT: &str = "0a0a0a0a-0000-4000-8000-000000000003";
const OTHER_TENANT: &str = "0a0a0a0a-0000-4000-8000-000000000006";
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OBJECT: &str = "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0";
const ISSUER: &str = "https://login.example/{tenantid}/v2.0";
const NONCE: &str = "n-0S6_WzA2Mj";

fn issuer_of(tenant: &str) -> String {
    ISSUER.replace("{tenantid}", tenant)
}

/// Four published keys: for any tenant, for private accounts, for one other tenant, and one whose issuer is another world.
static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let (n, e) = public(SIGNING_KEY);
    let key = |kid: &str, issuer: &str| json!({"kty":"RSA","use":"sig","kid":kid,"x5t":kid,"n":n,"e":e,"issuer":issuer});
    keys::parse(
        &json!({"keys": [
            key("any", ISSUER),
            key("consumers", &issuer_of(CONSUMERS)),
            key("other-tenant", &issuer_of(OTHER_TENANT)),
            key("other-world", "https://evil.example/{tenantid}/v2.0"),
            {"kty":"EC","use":"sig","kid":"curve","crv":"P-256","x":"AA","y":"AA","issuer":ISSUER},
            {"kty":"RSA","use":"enc","kid":"encryption","n":n,"e":e,"issuer":ISSUER},
            {"kty":"RSA","use":"sig","kid":"no-issuer","n":n,"e":e},
            {"kty":"RSA","use":"sig","kid":"small","n":"AQAB","e":e,"issuer":ISSUER},
        ]})
        .to_string(),
    )
});

fn public(pem: &str) -> (String, String) {
    let key = RsaPrivateKey::from_pkcs8_pem(pem).unwrap();
    (
        URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    )
}

/// A token in the making.
#[derive(Clone)]
struct Draft {
    header: Value,
    claims: Value,
    signature: Signature,
}

#[derive(Clone)]
enum Signature {
    Rsa(&'static str, Algorithm),
    /// With the public key as the secret.
    Hmac,
    Text(&'static str),
}

impl Draft {
    fn user() -> Self {
        Draft {
            header: json!({"typ":"JWT","alg":"RS256","kid":"any"}),
            claims: json!({
                "aud": CLIENT, "iss": issuer_of(TENANT), "iat": NOW - 300, "nbf": NOW - 300, "exp": NOW + 3600,
                "azp": TEAMS, "azpacr": "0", "name": "Adele Vance", "oid": OBJECT,
                "preferred_username": "adelev@contoso.com", "rh": "1.AX", "scp": "access_as_user",
                "sub": "pairwise", "tid": TENANT, "uti": "SQxWhx5CQ3uaVtCT7Qflfg", "ver": "2.0"
            }),
            signature: Signature::Rsa(SIGNING_KEY, Algorithm::RS256),
        }
    }

    fn app() -> Self {
        let mut draft = Draft::user();
        for gone in ["scp", "name", "preferred_username"] {
            draft.claims.as_object_mut().unwrap().remove(gone);
        }
        draft.claims["idtyp"] = "app".into();
        draft.claims["azp"] = "11111111-2222-4333-8444-555555555555".into();
        draft.claims["roles"] = json!(["Switchboard.Call"]);
        draft
    }

    fn id_token() -> Self {
        let mut draft = Draft::user();
        for gone in ["scp", "azp", "azpacr"] {
            draft.claims.as_object_mut().unwrap().remove(gone);
        }
        draft.claims["nonce"] = NONCE.into();
        draft.claims["roles"] = json!(["Portal.Admin"]);
        draft.claims["auth_time"] = (NOW - 310).into();
        draft.claims["login_hint"] = "O.abc".into();
        draft
    }

    fn set(mut self, claim: &str, value: impl Into<Value>) -> Self {
        self.claims[claim] = value.into();
        self
    }

    fn without(mut self, claim: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(claim);
        self
    }

    fn head(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    fn tenant(self, tenant: &str) -> Self {
        self.set("tid", tenant).set("iss", issuer_of(tenant))
    }

    fn signed(mut self, signature: Signature) -> Self {
        self.signature = signature;
        self
    }

    fn token(&self) -> String {
        sign(
            &self.header.to_string(),
            &self.claims.to_string(),
            &self.signature,
        )
    }
}

fn sign(header: &str, claims: &str, signature: &Signature) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = match signature {
        Signature::Rsa(pem, algorithm) => {
            let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
            jsonwebtoken::crypto::sign(signed.as_bytes(), &key, *algorithm).unwrap()
        }
        Signature::Hmac => {
            let key = EncodingKey::from_secret(public(SIGNING_KEY).0.as_bytes());
            jsonwebtoken::crypto::sign(signed.as_bytes(), &key, Algorithm::HS256).unwrap()
        }
        Signature::Text(text) => (*text).to_owned(),
    };
    format!("{signed}.{signature}")
}

fn check(
    token: &str,
    purpose: Purpose<'_>,
    guests_allowed: bool,
) -> Result<Identity, &'static str> {
    let allowed = [TEAMS.to_owned(), CLIENT.to_owned()];
    let expectation = Expectation {
        issuer: ISSUER,
        client_id: CLIENT,
        user_scope: "access_as_user",
        allowed_clients: &allowed,
        guests_allowed,
        purpose,
    };
    let unverified = Unverified::read(token)?;
    claims::check(&unverified, &KEYS, &expectation, Instant(NOW * 1_000_000))
}

fn bearer(token: &str) -> Result<Identity, &'static str> {
    check(token, Purpose::Bearer, false)
}

fn sign_in(token: &str) -> Result<Identity, &'static str> {
    check(token, Purpose::SignIn { nonce: NONCE }, false)
}

#[test]
fn good_tokens_say_who_it_is() {
    let user = bearer(&Draft::user().token()).unwrap();
    assert_eq!(user.kind, IdentityKind::User);
    assert_eq!(user.tenant.to_string(), TENANT);
    assert_eq!(user.object.to_string(), OBJECT);
    assert_eq!(
        (user.name.as_str(), user.username.as_str()),
        ("Adele Vance", "adelev@contoso.com")
    );
    assert_eq!(user.expires_at, Instant((NOW + 3600) * 1_000_000));

    let app = bearer(&Draft::app().token()).unwrap();
    assert_eq!(app.kind, IdentityKind::Service);
    assert_eq!(app.object.to_string(), OBJECT);

    let signed_in = sign_in(&Draft::id_token().token()).unwrap();
    assert_eq!(signed_in.kind, IdentityKind::User);
    assert_eq!(
        signed_in.authenticated_at,
        Some(Instant((NOW - 310) * 1_000_000))
    );
    assert_eq!(signed_in.login_hint.as_deref(), Some("O.abc"));
}

#[test]
fn harmless_differences_are_accepted() {
    let good = [
        Draft::user().head("typ", "jwt"),
        Draft::user().head("x5t", "any"),
        Draft::user().set("scp", "openid access_as_user profile"),
        Draft::user().set("azp", CLIENT),
        Draft::user().set("azp", TEAMS.to_uppercase()),
        Draft::user().set("idtyp", "user"),
        Draft::user().set("acct", 0),
        Draft::user().set("idp", format!("https://sts.windows.net/{TENANT}/")),
        Draft::user().set("roles", json!(["Whatever"])),
        Draft::user().set("xms_unheard_of", json!({"a": [1]})),
        Draft::user().set("exp", NOW - 59),
        Draft::user().set("nbf", NOW + 59).set("iat", NOW + 59),
        Draft::user().without("name").without("preferred_username"),
        // A tenant has its key limited to itself.
        Draft::user()
            .tenant(OTHER_TENANT)
            .head("kid", "other-tenant"),
    ];
    for (index, draft) in good.iter().enumerate() {
        assert!(
            bearer(&draft.token()).is_ok(),
            "number {index}: {:?}",
            bearer(&draft.token()).err()
        );
    }
}
