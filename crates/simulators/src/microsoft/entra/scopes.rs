//! Scopes as a client writes them, and the one resource they are for.

use std::collections::BTreeSet;

use super::error::AadError;
use crate::microsoft::world::World;
use crate::microsoft::world::permissions::{DELEGATED, GRAPH_APP_ID};

/// The scopes of OpenID Connect, which belong to no resource.
pub const OIDC: &[&str] = &["openid", "profile", "email", "offline_access"];

/// Graph's address, which stands before its scopes and is the audience of its tokens.
pub const GRAPH: &str = "https://graph.microsoft.com";

/// Whether an audience or a resource means Graph.
pub fn is_graph(resource: &str) -> bool {
    let bare = resource.trim_end_matches('/');
    bare == GRAPH || bare == GRAPH_APP_ID
}

/// What an API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Microsoft Graph.
    Graph,
    /// The API of a registered application; its client id.
    Api(String),
}

/// A scope parameter, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scopes {
    /// Which of [`OIDC`] were asked for.
    pub oidc: BTreeSet<String>,
    /// The API; Graph when only OpenID Connect scopes were asked for.
    pub resource: Resource,
    /// The resource as the client wrote it, for scopes in answers: empty for Graph's short form.
    pub prefix: String,
    /// Names of the API's scopes, without the resource.
    pub names: BTreeSet<String>,
    /// `.default`: everything consented to.
    pub default: bool,
}

impl Scopes {
    /// Whether an OpenID Connect scope was asked for.
    pub fn wants(&self, oidc: &str) -> bool {
        self.oidc.contains(oidc)
    }

    /// Takes a scope parameter apart.
    ///
    /// # Errors
    /// 70011 for a malformed or unknown scope, 500011 for an unknown resource, 700022 for scopes of two resources,
    /// 900144 when there is none.
    pub fn parse(world: &World, text: &str, tenant: &str) -> Result<Scopes, AadError> {
        let mut found = Scopes {
            oidc: BTreeSet::new(),
            resource: Resource::Graph,
            prefix: String::new(),
            names: BTreeSet::new(),
            default: false,
        };
        let mut resource: Option<Resource> = None;
        for scope in text.split_whitespace() {
            if OIDC.contains(&scope) {
                found.oidc.insert(scope.to_owned());
                continue;
            }
            let (prefix, name) = scope.rsplit_once('/').unwrap_or(("", scope));
            let this = find_resource(world, prefix, scope, tenant)?;
            if resource.as_ref().is_some_and(|before| *before != this) {
                return Err(AadError::new(
                    700_022,
                    "invalid_scope",
                    "The provided value for the input parameter scope is not valid because it contains more than one resource.",
                ));
            }
            check_name(world, &this, name, scope)?;
            resource = Some(this);
            found.prefix = if prefix.is_empty() || is_graph(prefix) {
                String::new()
            } else {
                prefix.to_owned()
            };
            if name == ".default" {
                found.default = true;
            } else {
                found.names.insert(name.to_owned());
            }
        }
        if found.oidc.is_empty() && resource.is_none() {
            return Err(AadError::missing("scope"));
        }
        found.resource = resource.unwrap_or(Resource::Graph);
        Ok(found)
    }

    /// The `scope` of an answer that grants `names`.
    pub fn answer(&self, names: &BTreeSet<String>) -> String {
        let full = |name: &String| match self.prefix.as_str() {
            "" => name.clone(),
            prefix => format!("{prefix}/{name}"),
        };
        let mut all: Vec<String> = names
            .iter()
            .filter(|n| !OIDC.contains(&n.as_str()))
            .map(full)
            .collect();
        // Entra names what the token is for first; offline_access shows in the refresh token, not here.
        all.extend(self.oidc.iter().filter(|s| *s != "offline_access").cloned());
        all.join(" ")
    }
}

fn find_resource(
    world: &World,
    prefix: &str,
    scope: &str,
    tenant: &str,
) -> Result<Resource, AadError> {
    if prefix.is_empty() || is_graph(prefix) {
        return Ok(Resource::Graph);
    }
    match world.application_by_resource(prefix.trim_end_matches('/')) {
        Some(app) if app.app_id_uri.is_some() => Ok(Resource::Api(app.client_id.clone())),
        _ if prefix.contains("://") || prefix.len() == 36 => {
            Err(AadError::resource_missing(prefix, tenant))
        }
        _ => Err(invalid(scope)),
    }
}

fn check_name(world: &World, resource: &Resource, name: &str, scope: &str) -> Result<(), AadError> {
    let known = name == ".default"
        || match resource {
            Resource::Graph => DELEGATED.contains(&name),
            Resource::Api(client_id) => world
                .application(client_id)
                .is_some_and(|app| app.exposed_scopes.iter().any(|s| s == name)),
        };
    if known { Ok(()) } else { Err(invalid(scope)) }
}

fn invalid(scope: &str) -> AadError {
    AadError::new(
        70_011,
        "invalid_scope",
        format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        ),
    )
}
