//! Applications: registrations, secrets and certificates, and what each tenant has granted.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refused};
use crate::microsoft::Microsoft;
use crate::microsoft::world::apps::{Application, ClientCertificate, ClientSecret};
use crate::microsoft::world::tenants;

/// A secret with the instant it stops working; never when none is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    value: String,
    expires: Option<Timestamp>,
}

/// What can be said about a registration; what is left out stays as it is. Lists replace what was there.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    client_id: Option<String>,
    display_name: Option<String>,
    multi_tenant: Option<bool>,
    public_client: Option<bool>,
    app_id_uri: Option<String>,
    exposed_scopes: Option<Vec<String>>,
    exposed_roles: Option<Vec<String>>,
    pre_authorised: Option<Vec<String>>,
    redirect_uris: Option<Vec<String>>,
    post_logout_uris: Option<Vec<String>>,
    front_channel_logout: Option<String>,
    secrets: Option<Vec<Secret>>,
    /// Certificates in PEM.
    certificates: Option<Vec<String>>,
    requested_roles: Option<Vec<String>>,
    requested_scopes: Option<Vec<String>>,
    token_version: Option<u8>,
}

/// What can be said about an application's presence in a tenant. Lists replace what was there.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Presence {
    enabled: Option<bool>,
    assignment_required: Option<bool>,
    /// Application permissions on Graph.
    roles: Option<BTreeSet<String>>,
    /// Delegated permissions for everybody.
    scopes: Option<BTreeSet<String>>,
    /// Roles on other APIs, by the API's client id.
    api_roles: Option<BTreeMap<String, BTreeSet<String>>>,
    /// Users assigned to the application, by object id, with the roles it exposes.
    user_roles: Option<BTreeMap<String, BTreeSet<String>>>,
}

/// `GET apps`.
pub async fn list(State(microsoft): State<Microsoft>) -> Json<Value> {
    let world = microsoft.world.read();
    let apps = world.applications().map(|app| {
        let presences = world.tenants().filter_map(|t| t.service_principals.get(&app.client_id).map(|p| (t, p)));
        let presences = presences.map(|(tenant, principal)| {
            json!({
                "tenant": tenant.id,
                "objectId": principal.id,
                "enabled": principal.enabled,
                "assignmentRequired": principal.assignment_required,
                "roles": principal.graph_roles,
                "scopes": principal.tenant_scopes,
                "apiRoles": principal.api_roles,
            })
        });
        json!({
            "clientId": app.client_id,
            "displayName": app.display_name,
            "appIdUri": app.app_id_uri,
            "redirectUris": app.redirect_uris,
            "postLogoutUris": app.post_logout_uris,
            "frontChannelLogout": app.front_channel_logout,
            "secrets": app.secrets.iter().map(|s| json!({"value": s.value, "expires": s.expires})).collect::<Vec<_>>(),
            "certificates": app.certificates.len(),
            "requestedRoles": app.requested_roles,
            "requestedScopes": app.requested_scopes,
            "tenants": presences.collect::<Vec<_>>(),
        })
    });
    Json(Value::Array(apps.collect()))
}

/// `POST apps`: registers an application; 201. `clientId` and `displayName` are needed.
pub async fn register(
    State(microsoft): State<Microsoft>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refused> {
    let client_id = change
        .client_id
        .clone()
        .ok_or_else(|| Refused::unfit("clientId is missing"))?;
    let display_name = change
        .display_name
        .clone()
        .ok_or_else(|| Refused::unfit("displayName is missing"))?;
    let mut app = Application {
        client_id: client_id.to_lowercase(),
        display_name,
        home_tenant: tenants::NORDTEL.to_owned(),
        multi_tenant: true,
        public_client: false,
        app_id_uri: None,
        exposed_scopes: Vec::new(),
        exposed_roles: Vec::new(),
        pre_authorised: Vec::new(),
        redirect_uris: Vec::new(),
        post_logout_uris: Vec::new(),
        front_channel_logout: None,
        secrets: Vec::new(),
        certificates: Vec::new(),
        requested_roles: Vec::new(),
        requested_scopes: Vec::new(),
        token_version: 2,
    };
    let certificates = read_certificates(change.certificates.as_deref())?;
    apply(&mut app, change, certificates);
    microsoft.world.write().register_application(app);
    Ok(StatusCode::CREATED)
}

/// `PATCH apps/{client}`: 204.
pub async fn change(
    State(microsoft): State<Microsoft>,
    Path(client): Path<String>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refused> {
    let certificates = read_certificates(change.certificates.as_deref())?;
    microsoft
        .world
        .write()
        .update_application(&client, |app| apply(app, change, certificates))?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_certificates(pems: Option<&[String]>) -> Result<Option<Vec<ClientCertificate>>, Refused> {
    let Some(pems) = pems else { return Ok(None) };
    let mut found = Vec::with_capacity(pems.len());
    for pem in pems {
        let der = CertificateDer::from_pem_slice(pem.as_bytes());
        let der = der.map_err(|_| Refused::unfit("a certificate is not PEM"))?;
        found.push(ClientCertificate {
            der: der.to_vec(),
            expires: Timestamp::MAX,
        });
    }
    Ok(Some(found))
}

fn apply(app: &mut Application, change: Change, certificates: Option<Vec<ClientCertificate>>) {
    fn set<T>(field: &mut T, value: Option<T>) {
        if let Some(value) = value {
            *field = value;
        }
    }
    set(&mut app.display_name, change.display_name);
    set(&mut app.multi_tenant, change.multi_tenant);
    set(&mut app.public_client, change.public_client);
    set(&mut app.app_id_uri, change.app_id_uri.map(Some));
    set(&mut app.exposed_scopes, change.exposed_scopes);
    set(&mut app.exposed_roles, change.exposed_roles);
    set(&mut app.pre_authorised, change.pre_authorised);
    set(&mut app.redirect_uris, change.redirect_uris);
    set(&mut app.post_logout_uris, change.post_logout_uris);
    set(
        &mut app.front_channel_logout,
        change.front_channel_logout.map(Some),
    );
    set(&mut app.requested_roles, change.requested_roles);
    set(&mut app.requested_scopes, change.requested_scopes);
    set(&mut app.token_version, change.token_version);
    set(&mut app.certificates, certificates);
    let secrets = change.secrets.map(|secrets| {
        let secrets = secrets.into_iter();
        secrets
            .map(|s| ClientSecret {
                value: s.value,
                expires: s.expires.unwrap_or(Timestamp::MAX),
            })
            .collect()
    });
    set(&mut app.secrets, secrets);
}

/// `PATCH apps/{client}/tenants/{tenant}`: 204. The application is brought into the tenant if it is not there.
pub async fn change_principal(
    State(microsoft): State<Microsoft>,
    Path((client, tenant)): Path<(String, String)>,
    Body(presence): Body<Presence>,
) -> Result<StatusCode, Refused> {
    let mut world = microsoft.world.write();
    world.add_service_principal(&tenant, &client)?;
    world.update_service_principal(&tenant, &client, |principal| {
        if let Some(enabled) = presence.enabled {
            principal.enabled = enabled;
        }
        if let Some(required) = presence.assignment_required {
            principal.assignment_required = required;
        }
        if let Some(roles) = presence.roles {
            principal.graph_roles = roles;
        }
        if let Some(scopes) = presence.scopes {
            principal.tenant_scopes = scopes;
        }
        if let Some(roles) = presence.api_roles {
            principal.api_roles = roles;
        }
        if let Some(roles) = presence.user_roles {
            principal.user_roles = roles;
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE apps/{client}/tenants/{tenant}`: takes the application and all consent out of the tenant; 204.
pub async fn remove(
    State(microsoft): State<Microsoft>,
    Path((client, tenant)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    microsoft
        .world
        .write()
        .remove_service_principal(&tenant, &client)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST apps/{client}/tenants/{tenant}/consent`: grants all that the registration asks for, as its administrator; 204.
pub async fn consent(
    State(microsoft): State<Microsoft>,
    Path((client, tenant)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    microsoft.world.write().consent(&tenant, &client)?;
    Ok(StatusCode::NO_CONTENT)
}
