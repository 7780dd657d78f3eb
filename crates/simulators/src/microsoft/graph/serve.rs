//! From an address to an answer: recognise, permit, count, do, write down.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use jiff::{SignedDuration, Timestamp};

use super::super::world::UserType;
use super::super::world::clock::seconds;
use super::address::{self, Part};
use super::call::{Answer, Body, Call, Caller};
use super::contract::{Matched, Operation, contract};
use super::error::GraphError;
use super::ledger::{Entry, without_secrets};
use super::query::Query;
use super::state::Graph;
use super::{
    batch, delta, directory, groups, licences, numbers, people, policies, subscriptions, teams,
    users,
};

/// A request before its address is understood.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The method.
    pub method: Method,
    /// The raw path below the version, beginning with `/`.
    pub path: String,
    /// The raw query, without the `?`.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The base of links, for example `http://localhost:8081/v1.0`.
    pub base: String,
    /// `client-request-id`.
    pub client_request_id: String,
    /// Whether this stands inside a batch.
    pub batched: bool,
}

impl Graph {
    /// Serves one request of an authenticated caller.
    ///
    /// # Errors
    ///
    /// Graph's own errors.
    pub async fn serve(&self, caller: &Caller, incoming: Incoming) -> Result<Answer, GraphError> {
        self.empty_recycle_bins();
        let (call, operation) = self.understand(caller, incoming)?;
        self.permit(&call, &operation)?;
        let charge = self.admit(&call)?;
        let effect = call.method != Method::GET && call.matched.endpoint.template != "/$batch";
        let result = self.dispatch(&call).await;
        if effect {
            self.write_down(&call, &result).await?;
        }
        let mut answer = result?;
        if let Some(charge) = charge {
            answer = answer.with_header("x-ms-resource-unit", charge.units.to_string());
            if let Some(percentage) = charge.percentage {
                answer = answer
                    .with_header("x-ms-throttle-limit-percentage", format!("{percentage:.2}"));
            }
        }
        Ok(answer)
    }

    fn understand(
        &self,
        caller: &Caller,
        incoming: Incoming,
    ) -> Result<(Call, Operation), GraphError> {
        let mut parts = address::split(&incoming.path);
        let me = matches!(parts.first(), Some(Part::Name(name)) if name.simple == "me" && name.arguments.is_empty());
        if me {
            let user = caller.user.clone().ok_or_else(|| {
                GraphError::bad_request(
                    "/me request is only valid with delegated authentication flow.",
                )
            })?;
            parts.splice(
                0..1,
                address::split("users").into_iter().chain([Part::Key(user)]),
            );
        }
        let matched = contract()
            .find(&parts)
            .map_err(|segment| GraphError::unknown_segment(&segment))?;
        if incoming.batched && matched.endpoint.template == "/$batch" {
            return Err(GraphError::bad_request(
                "A batch request cannot contain a batch request.",
            ));
        }
        let mut operation = matched
            .endpoint
            .operations
            .get(incoming.method.as_str())
            .cloned()
            .ok_or_else(|| GraphError::method_not_allowed(incoming.method.as_str()))?;
        if me && incoming.method == Method::GET {
            operation.delegated.push("User.Read".to_owned());
        }
        let query = Query::parse(&incoming.query, &operation)?;
        let call = Call {
            method: incoming.method,
            matched,
            path: incoming.path,
            query,
            headers: incoming.headers,
            body: incoming.body,
            caller: caller.clone(),
            base: incoming.base,
            now: self.world().now(),
            client_request_id: incoming.client_request_id,
        };
        Ok((call, operation))
    }

    fn permit(&self, call: &Call, operation: &Operation) -> Result<(), GraphError> {
        let allowed = if call.caller.user.is_some() {
            &operation.delegated
        } else {
            &operation.application
        };
        if !allowed.is_empty() && !call.caller.has_any(allowed) {
            return Err(GraphError::denied());
        }
        // A guest sees single people, never the list of them.
        let lists_people = matches!(
            call.matched.endpoint.template.as_str(),
            "/users" | "/users/$count" | "/users/delta()"
        );
        if let (true, Some(user)) = (lists_people, &call.caller.user) {
            let world = self.world().read();
            let guest = world
                .tenant(&call.caller.tenant)
                .and_then(|tenant| tenant.user(user))
                .is_none_or(|user| user.user_type == UserType::Guest);
            if guest {
                return Err(GraphError::denied());
            }
        }
        Ok(())
    }

    async fn dispatch(&self, call: &Call) -> Result<Answer, GraphError> {
        let template = call.matched.endpoint.template.as_str();
        match (call.method.as_str(), template) {
            ("POST", "/$batch") => Box::pin(batch::run(self, call)).await,

            ("GET", "/users") => users::list(self, call),
            ("GET", "/users/$count") => users::count(self, call),
            ("GET", "/users/{user-id}") => users::get(self, call),
            ("POST", "/users") => people::create(self, call),
            ("PATCH", "/users/{user-id}") => people::change(self, call),
            ("DELETE", "/users/{user-id}") => people::delete(self, call),
            ("POST", "/users/{user-id}/microsoft.graph.revokeSignInSessions") => {
                people::revoke_sessions(self, call)
            }
            ("GET", "/users/delta()") => delta::users(self, call),
            ("GET", "/groups/delta()") => delta::groups(self, call),
            ("GET", "/users/{user-id}/licenseDetails") => licences::details(self, call),
            ("GET", "/users/{user-id}/licenseDetails/{licenseDetails-id}") => {
                licences::detail(self, call)
            }
            ("POST", "/users/{user-id}/microsoft.graph.assignLicense") => {
                licences::assign(self, call)
            }
            ("GET", "/subscribedSkus") => licences::skus(self, call),
            ("GET", "/subscribedSkus/{subscribedSku-id}") => licences::sku(self, call),

            ("GET", "/groups") => groups::list(self, call),
            ("GET", "/groups/$count") => groups::count(self, call),
            ("GET", "/groups/{group-id}") => groups::get(self, call),
            ("GET", _) if groups::serves(template) => groups::related(self, call),

            ("GET", "/organization") => directory::organizations(self, call),
            ("GET", "/organization/{organization-id}") => directory::organization(self, call),
            ("GET", "/domains") => directory::domains(self, call),
            ("GET", "/domains/{domain-id}") => directory::domain(self, call),
            ("GET", "/directory/deletedItems" | "/directory/deletedItems/microsoft.graph.user") => {
                directory::deleted(self, call)
            }
            ("GET", "/directory/deletedItems/microsoft.graph.group") => {
                directory::deleted_groups(self, call)
            }
            ("GET", "/directory/deletedItems/{directoryObject-id}") => {
                directory::deleted_one(self, call)
            }
            ("DELETE", "/directory/deletedItems/{directoryObject-id}") => {
                directory::purge(self, call)
            }
            ("POST", "/directory/deletedItems/{directoryObject-id}/microsoft.graph.restore") => {
                directory::restore(self, call)
            }
            ("GET", "/servicePrincipals") => directory::service_principals(self, call),
            (
                "GET",
                "/servicePrincipals(appId='{appId}')" | "/servicePrincipals/{servicePrincipal-id}",
            ) => directory::service_principal(self, call),
            ("GET", "/servicePrincipals/{servicePrincipal-id}/appRoleAssignments") => {
                directory::app_role_assignments(self, call)
            }
            (
                "GET",
                "/oauth2PermissionGrants"
                | "/servicePrincipals/{servicePrincipal-id}/oauth2PermissionGrants",
            ) => directory::permission_grants(self, call),

            ("GET", "/admin/reportSettings") => directory::report_settings(self, call),
            ("GET", _) if policies::READS.contains(&template) => policies::find(self, call),
            ("POST", _) if policies::WRITES.contains(&template) => policies::assign(self, call),
            ("GET", _) if template.starts_with(numbers::ROOT) => numbers::read(self, call),
            ("POST", _) if template.starts_with(numbers::ROOT) => numbers::act(self, call),
            ("GET", _) if template.starts_with(teams::ROOT) => teams::read(self, call),

            ("GET", "/subscriptions") => subscriptions::list(self, call),
            ("POST", "/subscriptions") => subscriptions::create(self, call).await,
            ("GET", "/subscriptions/{subscription-id}") => subscriptions::get(self, call),
            ("PATCH", "/subscriptions/{subscription-id}") => subscriptions::renew(self, call),
            ("DELETE", "/subscriptions/{subscription-id}") => subscriptions::delete(self, call),
            ("POST", "/subscriptions/{subscription-id}/microsoft.graph.reauthorize") => {
                subscriptions::reauthorize(self, call)
            }
            _ => Err(GraphError::not_implemented(&format!(
                "{} {template}",
                call.method
            ))),
        }
    }

    /// Objects leave the recycle bin for good after 30 days.
    fn empty_recycle_bins(&self) {
        let limit = SignedDuration::from_hours(30 * 24);
        let now = self.world().now();
        let overdue =
            |deleted: Option<Timestamp>| deleted.is_some_and(|at| now.duration_since(at) > limit);
        let gone: Vec<(String, String)> = {
            let world = self.world().read();
            world
                .tenants()
                .flat_map(|tenant| {
                    tenant
                        .deleted_users
                        .values()
                        .map(move |user| (tenant, user))
                })
                .filter(|(_, user)| overdue(user.deleted))
                .map(|(tenant, user)| (tenant.id.clone(), user.id.clone()))
                .collect()
        };
        for (tenant, user) in gone {
            // Whoever was quicker did the same.
            let _ = self.world().write().purge_user(&tenant, &user);
        }
    }

    async fn write_down(
        &self,
        call: &Call,
        result: &Result<Answer, GraphError>,
    ) -> Result<(), GraphError> {
        let (status, error, outcome) = match result {
            Ok(answer) => (answer.status, None, outcome(answer)),
            Err(error) => (error.status, Some(error.code.to_owned()), None),
        };
        let template = call.matched.endpoint.template.as_str();
        let action = template
            .rsplit('/')
            .find(|segment| !segment.starts_with('{'))
            .and_then(|segment| segment.rsplit('.').next())
            .unwrap_or_default();
        let entry = Entry {
            sequence: self.next_ledger_sequence(),
            at: seconds(call.now),
            tenant: call.caller.tenant.clone(),
            app: call.caller.app_id.clone(),
            user: call.caller.user.clone(),
            client_request_id: call.client_request_id.clone(),
            method: call.method.to_string(),
            path: call.path.clone(),
            action: action.to_owned(),
            body: without_secrets(&call.body),
            status: status.as_u16(),
            error,
            result: outcome,
        };
        let ledger = self.ledger().clone();
        let written = tokio::task::spawn_blocking(move || ledger.append(entry)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            _ => Err(GraphError::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "UnknownError",
                "The simulator's ledger could not be written.",
            )),
        }
    }
}

fn outcome(answer: &Answer) -> Option<String> {
    let location = answer
        .headers
        .iter()
        .find(|(name, _)| name == "Location")
        .map(|(_, value)| value.clone());
    location.or_else(|| match &answer.body {
        Body::Json(body) => body["id"].as_str().map(str::to_owned),
        _ => None,
    })
}

impl Matched {
    /// Whether the address ends with `/$count`.
    pub fn counts(&self) -> bool {
        self.endpoint.template.ends_with("/$count")
    }
}
