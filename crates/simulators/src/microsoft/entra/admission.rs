//! Who may sign in to what, and which scopes are granted: the questions that every flow asks.

use std::collections::BTreeSet;

use super::error::AadError;
use super::scopes::{OIDC, Resource, Scopes};
use super::store::Subject;
use crate::microsoft::world::apps::Application;
use crate::microsoft::world::directory::SignInBar;
use crate::microsoft::world::permissions::DELEGATED;
use crate::microsoft::world::{Tenant, User, World, tenants};

/// Delegated permissions on Graph that a user may grant without an administrator.
const USER_CONSENTABLE: &[&str] = &["User.Read", "User.ReadBasic.All", "TeamsActivity.Send"];

/// The tenant segment of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Any work or school account (`organizations`), personal ones too (`common`).
    Any {
        /// Whether it was written `common`.
        common: bool,
    },
    /// This tenant, by GUID.
    Tenant(String),
}

impl Audience {
    /// Recognises the tenant segment.
    ///
    /// # Errors
    /// 90002 for an unknown tenant, 9002346 for `consumers` and the tenant of personal accounts.
    pub fn parse(world: &World, segment: &str) -> Result<Audience, AadError> {
        match segment.to_lowercase().as_str() {
            "common" => Ok(Audience::Any { common: true }),
            "organizations" => Ok(Audience::Any { common: false }),
            "consumers" | tenants::CONSUMERS => Err(AadError::new(
                9_002_346,
                "invalid_request",
                "Application is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.",
            )),
            other => match world.tenant(other) {
                Some(tenant) => Ok(Audience::Tenant(tenant.id.clone())),
                None => Err(AadError::tenant_missing(segment)),
            },
        }
    }

    /// The GUID, if one tenant is meant.
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Audience::Tenant(id) => Some(id),
            Audience::Any { .. } => None,
        }
    }

    /// The segment in addresses that the discovery document gives.
    pub fn segment(&self) -> &str {
        match self {
            Audience::Any { common: true } => "common",
            Audience::Any { common: false } => "organizations",
            Audience::Tenant(id) => id,
        }
    }
}

/// The user object that a person at home in `home_tenant` has in `tenant`: their own, or a guest.
///
/// # Errors
/// 50020 when there is none.
pub fn user_in<'w>(
    tenant: &'w Tenant,
    home_tenant: &str,
    home_user: &str,
    name: &str,
) -> Result<&'w User, AadError> {
    let own = (tenant.id == home_tenant)
        .then(|| tenant.users.get(home_user))
        .flatten();
    let guest = || {
        tenant.users.values().find(|user| {
            let home = user.home.as_ref();
            home.is_some_and(|home| home.tenant == home_tenant && home.object_id == home_user)
        })
    };
    own.or_else(guest).ok_or_else(|| {
        AadError::new(
            50_020,
            "invalid_grant",
            format!(
                "User account '{name}' from identity provider 'https://sts.windows.net/{home_tenant}/' does not exist in tenant '{}' and cannot access the application in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
                tenant.display_name
            ),
        )
    })
}

/// Whether the account works at all.
///
/// # Errors
/// 50057 when it is disabled.
pub fn enabled(user: &User) -> Result<(), AadError> {
    if user.enabled {
        return Ok(());
    }
    Err(AadError::new(
        50_057,
        "invalid_grant",
        "The user account is disabled.",
    ))
}

/// Whether `user` may sign in to `client` in `tenant`.
///
/// # Errors
/// 50057 disabled, 50194 not multi-tenant, 7000112 application disabled, 50105 not assigned, 53003 blocked, 50055
/// password expired, 50076 a second factor is missing.
pub fn admit(
    tenant: &Tenant,
    user: &User,
    client: &Application,
    amr: &[&str],
) -> Result<(), AadError> {
    enabled(user)?;
    if !client.multi_tenant && client.home_tenant != tenant.id {
        return Err(AadError::new(
            50_194,
            "invalid_request",
            format!(
                "Application '{}'({}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
                client.client_id, client.display_name
            ),
        ));
    }
    if let Some(principal) = tenant.service_principals.get(&client.client_id) {
        if !principal.enabled {
            return Err(AadError::app_disabled(&client.client_id));
        }
        if principal.assignment_required && !principal.user_roles.contains_key(&user.id) {
            return Err(AadError::new(
                50_105,
                "invalid_grant",
                format!(
                    "Your administrator has configured the application {} ('{}') to block users unless they are specifically granted ('assigned') access to the application.",
                    client.display_name, client.client_id
                ),
            ));
        }
    }
    match user.bar {
        SignInBar::ConditionalAccess => Err(AadError::new(
            53_003,
            "access_denied",
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        )),
        SignInBar::PasswordExpired => Err(AadError::new(
            50_055,
            "invalid_grant",
            "The password is expired.",
        )),
        SignInBar::MfaRequired if !amr.contains(&"mfa") => {
            Err(AadError::mfa("interaction_required"))
        }
        SignInBar::MfaRequired | SignInBar::None => Ok(()),
    }
}

/// The names of the API's scopes that a token for `subject` may carry.
///
/// # Errors
/// 65001 (with this OAuth code) when something asked for is not consented to, 500011 when the API is not in the
/// tenant, 7000112 when it is disabled there.
pub fn granted(
    world: &World,
    client: &Application,
    subject: &Subject,
    scopes: &Scopes,
    code: &'static str,
) -> Result<BTreeSet<String>, AadError> {
    let refused = || AadError::not_consented(&client.client_id, &client.display_name, code);
    let tenant = world
        .tenant(&subject.tenant)
        .ok_or_else(|| AadError::tenant_missing(&subject.tenant))?;
    let offered: Vec<&str> = match &scopes.resource {
        Resource::Graph => DELEGATED.to_vec(),
        Resource::Api(resource) => {
            let app = world.application(resource);
            let app =
                app.ok_or_else(|| AadError::resource_missing(resource, &tenant.display_name))?;
            let principal = tenant.service_principals.get(resource);
            match principal {
                Some(principal) if !principal.enabled => {
                    return Err(AadError::app_disabled(resource));
                }
                Some(_) => {}
                // A client that asks for itself brings itself by consent; any other needs the API to be there.
                None if *resource == client.client_id => return Err(refused()),
                None => {
                    return Err(AadError::resource_missing(
                        &scopes.prefix,
                        &tenant.display_name,
                    ));
                }
            }
            if app.pre_authorised.contains(&client.client_id) {
                let all = app.exposed_scopes.iter();
                let asked = all.filter(|s| scopes.default || scopes.names.contains(*s));
                return Ok(asked.cloned().collect());
            }
            app.exposed_scopes.iter().map(String::as_str).collect()
        }
    };
    let principal = tenant.service_principals.get(&client.client_id);
    let consented = principal
        .map(|p| p.scopes_for(&subject.user))
        .unwrap_or_default();
    // Signing in needs consent too, although its scopes are not listed: the application must be in the tenant.
    if principal.is_none() || consented.is_empty() {
        return Err(refused());
    }
    if let Some(missing) = scopes.names.iter().find(|name| !consented.contains(*name)) {
        tracing::debug!(missing, "not consented");
        return Err(refused());
    }
    let mut names: BTreeSet<String> = scopes.names.clone();
    if scopes.default || scopes.resource == Resource::Graph {
        names.extend(
            consented
                .iter()
                .filter(|s| offered.contains(&s.as_str()))
                .cloned(),
        );
    }
    if scopes.resource == Resource::Graph {
        names.extend(
            scopes
                .oidc
                .iter()
                .filter(|s| *s != "offline_access")
                .cloned(),
        );
    }
    Ok(names)
}

/// Whether a user may grant these scopes alone; otherwise an administrator has to (90094).
pub fn user_may_grant(user: &User, scopes: &Scopes) -> bool {
    let harmless = match scopes.resource {
        Resource::Graph => scopes
            .names
            .iter()
            .all(|n| USER_CONSENTABLE.contains(&n.as_str())),
        Resource::Api(_) => true,
    };
    harmless || user.may_consent()
}

/// What a user's consent records.
pub fn consented_names(client: &Application, scopes: &Scopes) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = scopes.names.clone();
    if scopes.default {
        match scopes.resource {
            Resource::Graph => names.extend(client.requested_scopes.iter().cloned()),
            Resource::Api(_) => names.extend(client.exposed_scopes.iter().cloned()),
        }
    }
    names.extend(OIDC.iter().map(|s| (*s).to_owned()));
    names
}
