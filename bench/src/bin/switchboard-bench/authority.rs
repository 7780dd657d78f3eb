//! A tiny authority: signs tokens as Entra's v2.0 endpoint does, and publishes its metadata and its key on loopback, so that
//! the server's own adapter checks them in its own way. The key is made anew for each run.

use axum::{Json, Router, extract::State, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::access::{ObjectId, TenantId};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::{Clock, time::SystemClock};
use rsa::{RsaPrivateKey, pkcs1::EncodeRsaPrivateKey, traits::PublicKeyParts};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpListener;

pub const CLIENT_ID: &str = "5b1c0a5e-7e1e-4c0a-9b0a-000000005b01";
const KEY_ID: &str = "bench";

pub struct Authority {
    /// Without `/` at the end.
    pub base: String,
    key: EncodingKey,
    /// Of the public key, as RFC 7518 writes them.
    pub modulus: String,
    pub exponent: String,
}

impl Authority {
    /// Makes a key and serves until the process ends.
    pub async fn start() -> Result<Authority, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(|error| error.to_string())?;
        let base = format!(
            "http://{}",
            listener.local_addr().map_err(|error| error.to_string())?
        );
        let private = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048)
            .map_err(|error| error.to_string())?;
        let der = private.to_pkcs1_der().map_err(|error| error.to_string())?;
        let authority = Authority {
            key: EncodingKey::from_rsa_der(der.as_bytes()),
            modulus: URL_SAFE_NO_PAD.encode(private.n().to_bytes_be()),
            exponent: URL_SAFE_NO_PAD.encode(private.e().to_bytes_be()),
            base: base.clone(),
        };
        let keys = json!({ "keys": [{
            "kty": "RSA", "use": "sig", "kid": KEY_ID, "n": authority.modulus, "e": authority.exponent,
            "issuer": issuer(&base, "{tenantid}"),
        }] });
        let metadata = json!({
            "issuer": issuer(&base, "{tenantid}"),
            "authorization_endpoint": format!("{base}/organizations/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/organizations/oauth2/v2.0/token"),
            "jwks_uri": format!("{base}/organizations/discovery/v2.0/keys"),
            "end_session_endpoint": format!("{base}/organizations/oauth2/v2.0/logout"),
        });
        let answer = |State(document): State<Arc<Value>>| async move { Json((*document).clone()) };
        let router = Router::new()
            .route(
                "/organizations/v2.0/.well-known/openid-configuration",
                get(answer).with_state(Arc::new(metadata)),
            )
            .route(
                "/organizations/discovery/v2.0/keys",
                get(answer).with_state(Arc::new(keys)),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(authority)
    }

    /// An access token for the application, good for an hour.
    pub fn token(
        &self,
        tenant: TenantId,
        object: ObjectId,
        name: &str,
        username: &str,
    ) -> Result<String, String> {
        let now = SystemClock.now().seconds();
        let claims = json!({
            "aud": CLIENT_ID, "iss": issuer(&self.base, &tenant.to_string()), "ver": "2.0",
            "tid": tenant.to_string(), "oid": object.to_string(), "azp": CLIENT_ID, "scp": "access_as_user",
            "name": name, "preferred_username": username, "iat": now - 10, "nbf": now - 10, "exp": now + 3600,
            // What else a real token carries, so that it is as long as one.
            "rh": "1.AXcA0000000000000000000000000000000000000000000000000000.", "sub": "a".repeat(43), "uti": "b".repeat(22),
            "azpacr": "0",
        });
        let header = Header {
            kid: Some(KEY_ID.to_owned()),
            ..Header::new(Algorithm::RS256)
        };
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|error| error.to_string())
    }
}

fn issuer(base: &str, tenant: &str) -> String {
    format!("{base}/{tenant}/v2.0")
}
