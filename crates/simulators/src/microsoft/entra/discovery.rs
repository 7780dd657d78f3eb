//! What clients learn first: the OpenID Connect document, the keys, and what kind of account a name belongs to.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::admission::Audience;
use super::error::Ids;
use super::form::Form;
use crate::common::html::{escape, page};
use crate::microsoft::{Microsoft, Origin};

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub async fn configuration(
    State(microsoft): State<Microsoft>,
    Origin(base): Origin,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    let audience = Audience::parse(&microsoft.world.read(), &segment);
    match audience {
        Ok(audience) => Json(document(&base, &audience)).into_response(),
        Err(error) => {
            let correlation = headers
                .get("client-request-id")
                .and_then(|v| v.to_str().ok());
            error.respond(&Ids::new(microsoft.world.now(), correlation), &base)
        }
    }
}

fn document(base: &str, audience: &Audience) -> Value {
    let segment = audience.segment();
    let issuer = match audience {
        Audience::Tenant(tenant) => format!("{base}/{tenant}/v2.0"),
        // Literally so: the client puts the token's tenant in.
        Audience::Any { .. } => format!("{base}/{{tenantid}}/v2.0"),
    };
    let region = audience.tenant().map(|_| "EU");
    json!({
        "token_endpoint": format!("{base}/{segment}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/{segment}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{base}/oidc/userinfo"),
        "authorization_endpoint": format!("{base}/{segment}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{base}/{segment}/oauth2/v2.0/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/{segment}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name",
            "msgraph_host", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid",
            "ver", "at_hash", "c_hash", "email"],
        "kerberos_endpoint": format!("{base}/{segment}/kerberos"),
        "tenant_region_scope": region,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    })
}

/// `GET /{tenant}/discovery/v2.0/keys`.
pub async fn keys(
    State(microsoft): State<Microsoft>,
    Origin(base): Origin,
    Path(segment): Path<String>,
    headers: HeaderMap,
) -> Response {
    // Every tenant publishes the same keys; only a tenant that does not exist has none.
    if let Err(error) = Audience::parse(&microsoft.world.read(), &segment) {
        let correlation = headers
            .get("client-request-id")
            .and_then(|v| v.to_str().ok());
        return error.respond(&Ids::new(microsoft.world.now(), correlation), &base);
    }
    Json(microsoft.entra.keys.document(&base)).into_response()
}

/// `GET /{tenant}/userrealm/{username}`: what Microsoft's libraries ask before the password grant.
pub async fn user_realm(
    State(microsoft): State<Microsoft>,
    Origin(base): Origin,
    Path((_segment, username)): Path<(String, String)>,
) -> Json<Value> {
    let domain = username.rsplit_once('@').map_or("", |(_, domain)| domain);
    let known = microsoft.world.read().tenant(domain).is_some();
    Json(json!({
        "ver": "1.0",
        "account_type": if known { "Managed" } else { "Unknown" },
        "domain_name": domain,
        "cloud_instance_name": base,
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }))
}

/// `GET /{tenant}/discovery/instance` and `GET /common/discovery/instance`: this simulator is the only cloud it knows.
pub async fn instance(Origin(base): Origin, Path(_segment): Path<String>) -> Json<Value> {
    let host = base.split("://").nth(1).unwrap_or(&base);
    Json(json!({
        "tenant_discovery_endpoint": format!("{base}/common/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

/// `GET /error?code=`: where an error's `error_uri` leads.
pub async fn explain(RawQuery(query): RawQuery) -> Html<String> {
    let query = Form::parse(&query.unwrap_or_default());
    let number = escape(query.text("code"));
    let body = format!(
        "<p>AADSTS{number} is described in Microsoft’s reference of \
         <a href=\"https://learn.microsoft.com/entra/identity-platform/reference-error-codes\">error codes</a>.</p>"
    );
    Html(page("Sign-in error", &body))
}
