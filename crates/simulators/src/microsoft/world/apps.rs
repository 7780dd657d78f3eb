//! Applications: registrations, and their presence (service principals) in each tenant.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ids;
use super::{DirectoryError, World};

/// Client ids of Microsoft's own applications that may ask for a token to a Teams tab.
pub const TEAMS_CLIENTS: &[(&str, &str)] = &[
    (
        "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
        "Teams desktop and mobile",
    ),
    ("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Teams web"),
    ("4765445b-32c6-49b0-83e6-1d93765276ca", "Microsoft 365 web"),
    (
        "0ec893e0-5785-4de6-99da-4ed124e5296c",
        "Microsoft 365 desktop",
    ),
    (
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",
        "Microsoft 365 mobile and Outlook desktop",
    ),
    ("bc59ab01-8403-45c6-8796-ac3ef710b3e3", "Outlook web"),
    ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook mobile"),
];

/// A registration, kept in its home tenant and shared by all.
#[derive(Clone, Debug)]
pub struct Application {
    /// Client (application) id.
    pub client_id: String,
    /// Shown on the sign-in and consent pages.
    pub display_name: String,
    /// The GUID of the tenant that owns the registration.
    pub home_tenant: String,
    /// Whether other tenants' users may sign in to it.
    pub multi_tenant: bool,
    /// A public client needs no secret (and may use the password grant without one).
    pub public_client: bool,
    /// App ID URI, for example `api://localhost:8080/<client id>`; none when it exposes no API.
    pub app_id_uri: Option<String>,
    /// Delegated scopes that its API exposes, for example `access_as_user`.
    pub exposed_scopes: Vec<String>,
    /// Roles that its API exposes to applications.
    pub exposed_roles: Vec<String>,
    /// Clients that may ask for the exposed scopes without consent.
    pub pre_authorised: Vec<String>,
    /// Redirect URIs, matched exactly.
    pub redirect_uris: Vec<String>,
    /// Where the browser may be sent after signing out.
    pub post_logout_uris: Vec<String>,
    /// Front-channel sign-out address, loaded in a hidden frame when a session with this application ends.
    pub front_channel_logout: Option<String>,
    /// Secrets.
    pub secrets: Vec<ClientSecret>,
    /// Certificates that may sign client assertions.
    pub certificates: Vec<ClientCertificate>,
    /// Application permissions on Graph that the registration asks for: what admin consent grants.
    pub requested_roles: Vec<String>,
    /// Delegated permissions on Graph that the registration asks for.
    pub requested_scopes: Vec<String>,
    /// `accessTokenAcceptedVersion` of its API: 2 gives version 2.0 tokens, 1 the older shape.
    pub token_version: u8,
}

/// A client secret.
#[derive(Clone, Debug)]
pub struct ClientSecret {
    /// The secret itself.
    pub value: String,
    /// When it stops working.
    pub expires: Timestamp,
}

/// A certificate registered for client assertions.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// When it stops working.
    pub expires: Timestamp,
}

/// An application's presence in a tenant.
#[derive(Clone, Debug, Default)]
pub struct ServicePrincipal {
    /// Object id in this tenant.
    pub id: String,
    /// The application's client id.
    pub client_id: String,
    /// `accountEnabled`.
    pub enabled: bool,
    /// `appRoleAssignmentRequired`: only users with a role assignment may sign in.
    pub assignment_required: bool,
    /// Application permissions on Graph granted by an administrator.
    pub graph_roles: BTreeSet<String>,
    /// Roles granted on other APIs: the resource's client id to role names.
    pub api_roles: BTreeMap<String, BTreeSet<String>>,
    /// Delegated permissions granted for everybody (`AllPrincipals`); our own API's scopes are listed by name too.
    pub tenant_scopes: BTreeSet<String>,
    /// Delegated permissions granted by single users (`Principal`), by object id.
    pub user_scopes: BTreeMap<String, BTreeSet<String>>,
    /// Users assigned to the application, with the roles it exposes.
    pub user_roles: BTreeMap<String, BTreeSet<String>>,
}

impl ServicePrincipal {
    /// The delegated scopes that `user` can exercise through this application.
    pub fn scopes_for(&self, user: &str) -> BTreeSet<String> {
        let mut scopes = self.tenant_scopes.clone();
        scopes.extend(self.user_scopes.get(user).into_iter().flatten().cloned());
        scopes
    }
}

impl World {
    /// The registration with this client id.
    pub fn application(&self, client_id: &str) -> Option<&Application> {
        self.applications.get(&client_id.to_lowercase())
    }

    /// The registration whose API `resource` names: its App ID URI, or its client id with or without `api://`.
    pub fn application_by_resource(&self, resource: &str) -> Option<&Application> {
        let bare = resource.strip_prefix("api://").unwrap_or(resource);
        self.application(bare).or_else(|| {
            self.applications
                .values()
                .find(|app| app.app_id_uri.as_deref() == Some(resource))
        })
    }

    /// Every registration.
    pub fn applications(&self) -> impl Iterator<Item = &Application> {
        self.applications.values()
    }

    /// Adds a registration, or replaces the one with the same client id.
    pub fn register_application(&mut self, application: Application) {
        self.applications
            .insert(application.client_id.to_lowercase(), application);
    }

    /// Changes a registration.
    ///
    /// # Errors
    /// `NotFound` when there is no such registration.
    pub fn update_application(
        &mut self,
        client_id: &str,
        change: impl FnOnce(&mut Application),
    ) -> Result<(), DirectoryError> {
        let app = self.applications.get_mut(&client_id.to_lowercase());
        change(app.ok_or(DirectoryError::NotFound)?);
        Ok(())
    }

    /// Brings an application into a tenant (without any permission) unless it is there. Answers its object id.
    ///
    /// # Errors
    /// `NotFound` when the tenant is unknown.
    pub fn add_service_principal(
        &mut self,
        tenant: &str,
        client_id: &str,
    ) -> Result<String, DirectoryError> {
        let tenant = self.tenant_mut(tenant)?;
        let id = ids::guid(&["service principal", &tenant.id, client_id]);
        let entry = tenant.service_principals.entry(client_id.to_lowercase());
        let principal = entry.or_insert_with(|| ServicePrincipal {
            id,
            client_id: client_id.to_lowercase(),
            enabled: true,
            ..ServicePrincipal::default()
        });
        Ok(principal.id.clone())
    }

    /// Changes an application's presence in a tenant.
    ///
    /// # Errors
    /// `NotFound` when the tenant is unknown or the application is not in it.
    pub fn update_service_principal(
        &mut self,
        tenant: &str,
        client_id: &str,
        change: impl FnOnce(&mut ServicePrincipal),
    ) -> Result<(), DirectoryError> {
        let principals = &mut self.tenant_mut(tenant)?.service_principals;
        let principal = principals.get_mut(&client_id.to_lowercase());
        change(principal.ok_or(DirectoryError::NotFound)?);
        Ok(())
    }

    /// Takes an application and all its grants out of a tenant.
    ///
    /// # Errors
    /// `NotFound` when the tenant is unknown.
    pub fn remove_service_principal(
        &mut self,
        tenant: &str,
        client_id: &str,
    ) -> Result<(), DirectoryError> {
        let principals = &mut self.tenant_mut(tenant)?.service_principals;
        principals.remove(&client_id.to_lowercase());
        Ok(())
    }

    /// Grants everything that the registration asks for to the whole tenant, as an administrator's consent does.
    ///
    /// # Errors
    /// `NotFound` when the tenant or the registration is unknown.
    pub fn consent(&mut self, tenant: &str, client_id: &str) -> Result<(), DirectoryError> {
        let app = self
            .application(client_id)
            .ok_or(DirectoryError::NotFound)?
            .clone();
        self.add_service_principal(tenant, client_id)?;
        self.update_service_principal(tenant, client_id, |principal| {
            principal
                .graph_roles
                .extend(app.requested_roles.iter().cloned());
            principal
                .tenant_scopes
                .extend(app.requested_scopes.iter().cloned());
            principal
                .tenant_scopes
                .extend(app.exposed_scopes.iter().cloned());
            if !app.exposed_roles.is_empty() {
                let own = principal
                    .api_roles
                    .entry(app.client_id.clone())
                    .or_default();
                own.extend(app.exposed_roles.iter().cloned());
            }
        })
    }
}
