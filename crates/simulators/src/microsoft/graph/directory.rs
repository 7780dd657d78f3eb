//! The tenant itself, its domains, its recycle bin, and the applications in it.

use serde_json::{Value, json};

use super::super::world::apps::ServicePrincipal;
use super::super::world::clock::seconds;
use super::super::world::ids::guid;
use super::super::world::permissions::{self, GRAPH_APP_ID};
use super::super::world::{DirectoryError, Tenant, World};
use super::call::{Answer, Call};
use super::collection::{self, Listing};
use super::contract::contract;
use super::entity::{
    APP_ROLE_ASSIGNMENT, DOMAIN, GROUP, ORGANIZATION, PERMISSION_GRANT, REPORT_SETTINGS,
    SERVICE_PRINCIPAL, Selection, USER,
};
use super::error::GraphError;
use super::people::refusal;
use super::state::Graph;
use super::users::tenant;
use super::views::{Made, ObjectView, UserView, by_id};

fn organization_of(tenant: &Tenant) -> Value {
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .map(|name| {
            json!({
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": name == tenant.default_domain(),
                "isInitial": tenant.domains.last() == Some(name),
                "name": name,
                "type": "Managed",
            })
        })
        .collect();
    let plans: Vec<Value> = tenant
        .skus
        .iter()
        .filter_map(|owned| super::super::world::plans::find_sku(&owned.sku_id))
        .flat_map(|sku| sku.plans())
        .map(|plan| {
            json!({
                "assignedDateTime": seconds(tenant.created), "capabilityStatus": "Enabled",
                "service": plan.service, "servicePlanId": plan.id,
            })
        })
        .collect();
    json!({
        "id": tenant.id,
        "displayName": tenant.display_name,
        "countryLetterCode": tenant.country,
        "defaultUsageLocation": tenant.country,
        "createdDateTime": seconds(tenant.created),
        "preferredLanguage": "da",
        "tenantType": "AAD",
        "mobileDeviceManagementAuthority": "unknown",
        "verifiedDomains": domains,
        "assignedPlans": plans,
    })
}

/// `GET /organization`: a collection of one.
pub fn organizations(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let listing = Listing::plain(call, &ORGANIZATION, "organization", (100, 999))?;
    collection::page(
        call,
        &settings,
        &listing,
        by_id([organization_of(tenant(&world, call)?)]),
    )
}

/// `GET /organization/{id}`.
pub fn organization(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&ORGANIZATION, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    if tenant.id != call.key(0) {
        return Err(GraphError::not_found(call.key(0)));
    }
    Ok(call.entity(
        "organization",
        &selection,
        selection.cut(&organization_of(tenant)),
    ))
}

fn domain_of(tenant: &Tenant, name: &str) -> Value {
    json!({
        "id": name,
        "authenticationType": "Managed",
        "isAdminManaged": true,
        "isDefault": name == tenant.default_domain(),
        "isInitial": tenant.domains.last().is_some_and(|last| last == name),
        "isRoot": true,
        "isVerified": true,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": i32::MAX,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    })
}

/// `GET /domains`.
pub fn domains(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let listing = Listing::plain(call, &DOMAIN, "domains", (100, 999))?;
    let domains = by_id(tenant.domains.iter().map(|name| domain_of(tenant, name)));
    collection::page(call, &settings, &listing, domains)
}

/// `GET /domains/{name}`.
pub fn domain(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&DOMAIN, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let name = tenant
        .domains
        .iter()
        .find(|name| name.eq_ignore_ascii_case(call.key(0)));
    let name = name.ok_or_else(|| GraphError::not_found(call.key(0)))?;
    Ok(call.entity(
        "domains",
        &selection,
        selection.cut(&domain_of(tenant, name)),
    ))
}

/// `GET /directory/deletedItems/microsoft.graph.user`, and without the cast with each item's type.
pub fn deleted(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let people = tenant.deleted_users.values().map(UserView);
    if call
        .matched
        .endpoint
        .template
        .ends_with("microsoft.graph.user")
    {
        let listing = Listing::directory(call, &USER, "users")?;
        return collection::page(call, &settings, &listing, people.collect());
    }
    let listing = Listing::directory(call, &USER, "directoryObjects")?;
    collection::page(
        call,
        &settings,
        &listing,
        people.map(ObjectView::User).collect(),
    )
}

/// `GET /directory/deletedItems/microsoft.graph.group`: security groups are gone at once, so there are none.
pub fn deleted_groups(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let listing = Listing::directory(call, &GROUP, "groups")?;
    collection::page(call, &graph.settings(), &listing, Vec::<Made>::new())
}

/// `GET /directory/deletedItems/{id}`.
pub fn deleted_one(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&USER, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let user = tenant(&world, call)?.deleted_users.get(call.key(0));
    let user = user.ok_or_else(|| GraphError::not_found(call.key(0)))?;
    let mut object = selection.cut(&UserView(user));
    object.insert("@odata.type".to_owned(), json!("#microsoft.graph.user"));
    Ok(call.entity("directoryObjects", &selection, object))
}

/// `DELETE /directory/deletedItems/{id}`.
pub fn purge(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let mut world = graph.world().write();
    if !tenant(&world, call)?
        .deleted_users
        .contains_key(call.key(0))
    {
        return Err(GraphError::not_found(call.key(0)));
    }
    world
        .purge_user(&call.caller.tenant, call.key(0))
        .map_err(|_| GraphError::not_found(call.key(0)))?;
    Ok(Answer::no_content())
}

/// `POST /directory/deletedItems/{id}/restore`.
pub fn restore(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let mut world = graph.world().write();
    world
        .restore_user(&call.caller.tenant, call.key(0))
        .map_err(|error| match error {
            DirectoryError::NotFound => GraphError::not_found(call.key(0)),
            other => refusal(other),
        })?;
    let user = tenant(&world, call)?
        .user(call.key(0))
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    let selection = Selection::of(&USER, None, false)?;
    let mut object = selection.cut(&UserView(user));
    object.insert("@odata.type".to_owned(), json!("#microsoft.graph.user"));
    Ok(call.entity("directoryObjects", &selection, object))
}

fn graph_principal_id(tenant: &Tenant) -> String {
    guid(&["service principal", &tenant.id, GRAPH_APP_ID])
}

fn graph_principal(tenant: &Tenant) -> Value {
    let roles: Vec<Value> = permissions::APPLICATION
        .iter()
        .map(|role| {
            json!({
                "id": role.id, "value": role.name, "displayName": role.name, "description": role.name,
                "isEnabled": true, "origin": "Application", "allowedMemberTypes": ["Application"],
            })
        })
        .collect();
    let scopes: Vec<Value> = permissions::DELEGATED
        .iter()
        .map(|name| json!({ "id": scope_id(name), "value": name, "isEnabled": true, "type": "User" }))
        .collect();
    json!({
        "id": graph_principal_id(tenant),
        "appId": GRAPH_APP_ID,
        "appDisplayName": "Microsoft Graph",
        "displayName": "Microsoft Graph",
        "accountEnabled": true,
        "appRoleAssignmentRequired": false,
        "appRoles": roles,
        "oauth2PermissionScopes": scopes,
        "servicePrincipalNames": ["https://graph.microsoft.com", GRAPH_APP_ID],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs",
    })
}

fn scope_id(name: &str) -> String {
    contract().document()["x-permission-ids"][name]["DelegatedWork"]
        .as_str()
        .map_or_else(|| guid(&["scope", name]), str::to_owned)
}

fn principal_of(world: &World, principal: &ServicePrincipal) -> Value {
    let app = world.application(&principal.client_id);
    json!({
        "id": principal.id,
        "appId": principal.client_id,
        "appDisplayName": app.map(|app| &app.display_name),
        "displayName": app.map(|app| &app.display_name),
        "accountEnabled": principal.enabled,
        "appRoleAssignmentRequired": principal.assignment_required,
        "appOwnerOrganizationId": app.map(|app| &app.home_tenant),
        "replyUrls": app.map(|app| app.redirect_uris.clone()).unwrap_or_default(),
        "servicePrincipalNames": [principal.client_id],
        "servicePrincipalType": "Application",
        "signInAudience": if app.is_some_and(|app| app.multi_tenant) { "AzureADMultipleOrgs" } else { "AzureADMyOrg" },
    })
}

fn all_principals(world: &World, tenant: &Tenant) -> Vec<Value> {
    let mut all: Vec<Value> = tenant
        .service_principals
        .values()
        .filter(|principal| principal.client_id != GRAPH_APP_ID)
        .map(|principal| principal_of(world, principal))
        .collect();
    all.push(graph_principal(tenant));
    all
}

/// `GET /servicePrincipals`.
pub fn service_principals(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let listing = Listing::directory(call, &SERVICE_PRINCIPAL, "servicePrincipals")?;
    let all = by_id(all_principals(&world, tenant(&world, call)?));
    collection::page(call, &settings, &listing, all)
}

/// `GET /servicePrincipals/{id}` and `GET /servicePrincipals(appId='…')`.
pub fn service_principal(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&SERVICE_PRINCIPAL, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let by = if call.matched.endpoint.template.contains("appId=") {
        "appId"
    } else {
        "id"
    };
    let found = all_principals(&world, tenant(&world, call)?)
        .into_iter()
        .find(|principal| {
            principal[by]
                .as_str()
                .is_some_and(|key| key.eq_ignore_ascii_case(call.key(0)))
        })
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    Ok(call.entity("servicePrincipals", &selection, selection.cut(&found)))
}

/// `GET /servicePrincipals/{id}/appRoleAssignments`: the application permissions on Graph that are granted.
pub fn app_role_assignments(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let missing = || GraphError::not_found(call.key(0));
    let principal = tenant
        .service_principals
        .values()
        .find(|sp| sp.id == call.key(0))
        .ok_or_else(missing)?;
    let name = world
        .application(&principal.client_id)
        .map(|app| app.display_name.clone());
    let role_id = |role: &str| {
        let known = contract().document()["x-permission-ids"][role]["Application"]
            .as_str()
            .map(str::to_owned);
        known.unwrap_or_else(|| guid(&["role", role]))
    };
    let granted = principal.graph_roles.iter().map(|role| {
        json!({
            "id": guid(&["app role assignment", &principal.id, role]),
            "appRoleId": role_id(role),
            "createdDateTime": seconds(tenant.created),
            "principalDisplayName": name,
            "principalId": principal.id,
            "principalType": "ServicePrincipal",
            "resourceDisplayName": "Microsoft Graph",
            "resourceId": graph_principal_id(tenant),
        })
    });
    let set = format!("servicePrincipals('{}')/appRoleAssignments", principal.id);
    let listing = Listing::plain(call, &APP_ROLE_ASSIGNMENT, &set, (100, 999))?;
    collection::page(call, &settings, &listing, by_id(granted))
}

/// `GET /oauth2PermissionGrants` and those of one application.
pub fn permission_grants(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let of = call.matched.keys.first();
    let mut grants = Vec::new();
    for principal in tenant
        .service_principals
        .values()
        .filter(|sp| of.is_none_or(|id| sp.id == *id))
    {
        let exposed = world
            .application(&principal.client_id)
            .map(|app| app.exposed_scopes.clone())
            .unwrap_or_default();
        let users = principal
            .user_scopes
            .iter()
            .map(|(user, scopes)| (Some(user), scopes));
        for (user, scopes) in [(None, &principal.tenant_scopes)].into_iter().chain(users) {
            let (own, graphs): (Vec<&str>, Vec<&str>) = scopes
                .iter()
                .map(String::as_str)
                .partition(|scope| exposed.iter().any(|known| known == scope));
            for (resource, scopes) in [
                (graph_principal_id(tenant), graphs),
                (principal.id.clone(), own),
            ] {
                if scopes.is_empty() {
                    continue;
                }
                grants.push(json!({
                    "id": guid(&["grant", &principal.id, user.map_or("", String::as_str), &resource]),
                    "clientId": principal.id,
                    "consentType": if user.is_some() { "Principal" } else { "AllPrincipals" },
                    "principalId": user,
                    "resourceId": resource,
                    "scope": scopes.join(" "),
                }));
            }
        }
    }
    let listing = Listing::directory(call, &PERMISSION_GRANT, "oauth2PermissionGrants")?;
    collection::page(call, &settings, &listing, by_id(grants))
}

/// `GET /admin/reportSettings`.
pub fn report_settings(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&REPORT_SETTINGS, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let settings =
        json!({ "id": "", "displayConcealedNames": tenant(&world, call)?.conceal_report_names });
    let context = format!("{}/$metadata#admin/reportSettings/$entity", call.base);
    Ok(Answer::ok(super::call::with_context(
        context,
        selection.cut(&settings),
    )))
}
