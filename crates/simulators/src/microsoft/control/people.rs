//! People: look, create, change, license, disable, delete, restore.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Body, Refused, tenant_id};
use crate::microsoft::Microsoft;
use crate::microsoft::world::directory::{SignInBar, SubscribedSku};
use crate::microsoft::world::{Licence, NewUser, Tenant, User, World, ascii_name, plans};

/// Which people are listed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
    /// Tenant by GUID or domain.
    pub tenant: Option<String>,
    /// Part of a name, user principal name, title, department or number, any case.
    pub q: Option<String>,
    /// How many to leave out.
    #[serde(default)]
    pub offset: usize,
    /// How many at most; 50 when not said.
    pub limit: Option<usize>,
    /// The recycle bin instead.
    #[serde(default)]
    pub deleted: bool,
}

/// What can be said about a person; what is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    /// For a new person: the tenant by GUID or domain.
    pub tenant: Option<String>,
    /// User principal name; made of the name for a new person.
    pub username: Option<String>,
    /// `displayName`; made of the two names for a new person.
    pub display_name: Option<String>,
    /// `givenName`.
    pub given_name: Option<String>,
    /// `surname`.
    pub surname: Option<String>,
    /// `jobTitle`; empty clears it, like all that follow.
    pub job_title: Option<String>,
    /// `department`.
    pub department: Option<String>,
    /// `officeLocation`.
    pub office_location: Option<String>,
    /// `mobilePhone`.
    pub mobile_phone: Option<String>,
    /// `mail`.
    pub mail: Option<String>,
    /// `usageLocation`.
    pub usage_location: Option<String>,
    /// `preferredLanguage`.
    pub preferred_language: Option<String>,
    /// `accountEnabled`.
    pub enabled: Option<bool>,
    /// All licences, by `skuPartNumber` or `skuId`. The tenant gets a seat if it has none left.
    pub licences: Option<Vec<String>>,
    /// The password.
    pub password: Option<String>,
    /// `forceChangePasswordNextSignIn`.
    pub must_change_password: Option<bool>,
    /// What stands in the way of signing in: none, mfaRequired, conditionalAccess or passwordExpired.
    pub bar: Option<String>,
    /// Directory roles by name.
    pub directory_roles: Option<Vec<String>>,
    /// Whether sessions and refresh tokens end now.
    #[serde(default)]
    pub revoke_sessions: bool,
}

/// `GET people`: `{"items", "total"}`.
pub async fn list(
    State(microsoft): State<Microsoft>,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, Refused> {
    let world = microsoft.world.read();
    if let Some(tenant) = &filter.tenant {
        tenant_id(&world, tenant)?;
    }
    let found = find(&world, &filter);
    let page = found
        .iter()
        .skip(filter.offset)
        .take(filter.limit.unwrap_or(50));
    let items: Vec<Value> = page.map(|(tenant, user)| show(tenant, user)).collect();
    Ok(Json(json!({ "items": items, "total": found.len() })))
}

/// People that a filter lets through, by name.
pub fn find<'w>(world: &'w World, filter: &Filter) -> Vec<(&'w Tenant, &'w User)> {
    let wanted = filter
        .tenant
        .as_ref()
        .and_then(|t| world.tenant(t))
        .map(|t| &t.id);
    let tenants = world
        .tenants()
        .filter(|t| filter.tenant.is_none() || wanted == Some(&t.id));
    let people = tenants.flat_map(|tenant| {
        let users = if filter.deleted {
            &tenant.deleted_users
        } else {
            &tenant.users
        };
        users.values().map(move |user| (tenant, user))
    });
    let needle = filter.q.as_deref().unwrap_or("").trim().to_lowercase();
    let mut found: Vec<(&Tenant, &User)> =
        people.filter(|(_, user)| matches(user, &needle)).collect();
    found.sort_by_cached_key(|(_, user)| (user.display_name.to_lowercase(), user.id.clone()));
    found
}

fn matches(user: &User, needle: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(needle);
    needle.is_empty()
        || has(&user.display_name)
        || has(&user.username)
        || user.job_title.as_deref().is_some_and(has)
        || user.department.as_deref().is_some_and(has)
        || user
            .teams
            .numbers
            .iter()
            .any(|(number, _)| number.contains(needle))
}

/// `GET people/{person}`.
pub async fn get(
    State(microsoft): State<Microsoft>,
    Path(person): Path<String>,
) -> Result<Json<Value>, Refused> {
    let world = microsoft.world.read();
    let (tenant, user) = locate(&world, &person).ok_or_else(|| Refused::unknown("such person"))?;
    Ok(Json(show(tenant, user)))
}

/// A person by object id or user principal name, the recycle bin included.
pub fn locate<'w>(world: &'w World, person: &str) -> Option<(&'w Tenant, &'w User)> {
    let live = || world.tenants().find_map(|t| t.user(person).map(|u| (t, u)));
    let binned = || {
        world
            .tenants()
            .find_map(|t| t.deleted_users.get(person).map(|u| (t, u)))
    };
    world.find_by_username(person).or_else(live).or_else(binned)
}

/// `POST people`: 201 and the person.
pub async fn create(
    State(microsoft): State<Microsoft>,
    Body(change): Body<Change>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let id = add(&microsoft, change)?;
    let world = microsoft.world.read();
    let (tenant, user) = locate(&world, &id).ok_or_else(|| Refused::unknown("such person"))?;
    Ok((StatusCode::CREATED, Json(show(tenant, user))))
}

/// Creates a person; the object id.
///
/// # Errors
/// What does not fit.
pub fn add(microsoft: &Microsoft, mut change: Change) -> Result<String, Refused> {
    let mut world = microsoft.world.write();
    let tenant = change
        .tenant
        .take()
        .ok_or_else(|| Refused::unfit("tenant is missing"))?;
    let tenant = tenant_id(&world, &tenant)?;
    let (given, surname) = (change.given_name.clone(), change.surname.clone());
    let name = change
        .display_name
        .clone()
        .filter(|n| !n.trim().is_empty())
        .unwrap_or_else(|| {
            let both: Vec<&str> = [given.as_deref(), surname.as_deref()]
                .into_iter()
                .flatten()
                .collect();
            both.join(" ")
        });
    let username = match change.username.take().filter(|u| !u.trim().is_empty()) {
        Some(username) => username,
        None => free_username(&world, &tenant, &name)?,
    };
    // Refused before anything is made, so that a person with an unknown licence is not half created.
    for licence in change.licences.iter().flatten() {
        plans::find_sku(licence)
            .ok_or_else(|| Refused::unfit(format!("there is no product {licence}")))?;
    }
    if change.usage_location.is_none() {
        change.usage_location = Some("DK".to_owned());
    }
    let id = world.create_user(
        &tenant,
        NewUser {
            username,
            display_name: name,
            given_name: given,
            surname,
            password: change.password.clone(),
        },
    )?;
    apply(&mut world, &tenant, &id, change)?;
    Ok(id)
}

fn free_username(world: &World, tenant: &str, name: &str) -> Result<String, Refused> {
    let local = ascii_name(&name.trim().replace(char::is_whitespace, "."));
    if local.is_empty() {
        return Err(Refused::unfit("a name or a username is needed"));
    }
    let found = world
        .tenant(tenant)
        .ok_or_else(|| Refused::unknown("such tenant"))?;
    let domain = found.default_domain();
    let names = (1u32..).map(|n| {
        if n == 1 {
            format!("{local}@{domain}")
        } else {
            format!("{local}{n}@{domain}")
        }
    });
    let mut names = names.skip_while(|name| found.has_username(name));
    names
        .next()
        .ok_or_else(|| Refused::unfit("no name is free"))
}

/// `PATCH people/{person}`: the person.
pub async fn change(
    State(microsoft): State<Microsoft>,
    Path(person): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Refused> {
    let id = edit(&microsoft, &person, change)?;
    let world = microsoft.world.read();
    let (tenant, user) = locate(&world, &id).ok_or_else(|| Refused::unknown("such person"))?;
    Ok(Json(show(tenant, user)))
}

/// Changes a person; the object id.
///
/// # Errors
/// What does not fit.
pub fn edit(microsoft: &Microsoft, person: &str, change: Change) -> Result<String, Refused> {
    let mut world = microsoft.world.write();
    let (tenant, user) = locate(&world, person).ok_or_else(|| Refused::unknown("such person"))?;
    let (tenant, id) = (tenant.id.clone(), user.id.clone());
    apply(&mut world, &tenant, &id, change)?;
    Ok(id)
}

fn apply(world: &mut World, tenant: &str, id: &str, change: Change) -> Result<(), Refused> {
    let bar = match change.bar.as_deref() {
        None => None,
        Some("none") => Some(SignInBar::None),
        Some("mfaRequired") => Some(SignInBar::MfaRequired),
        Some("conditionalAccess") => Some(SignInBar::ConditionalAccess),
        Some("passwordExpired") => Some(SignInBar::PasswordExpired),
        Some(other) => return Err(Refused::unfit(format!("there is no bar {other}"))),
    };
    let now = world.now();
    world.update_user(tenant, id, |user| {
        let text = |field: &mut Option<String>, value: Option<String>| {
            if let Some(value) = value {
                *field = Some(value.trim().to_owned()).filter(|v| !v.is_empty());
            }
        };
        if let Some(name) = change.display_name.filter(|n| !n.trim().is_empty()) {
            user.display_name = name;
        }
        if let Some(username) = change.username.filter(|u| !u.trim().is_empty()) {
            user.username = username;
        }
        text(&mut user.given_name, change.given_name);
        text(&mut user.surname, change.surname);
        text(&mut user.job_title, change.job_title);
        text(&mut user.department, change.department);
        text(&mut user.office_location, change.office_location);
        text(&mut user.mobile_phone, change.mobile_phone);
        text(&mut user.mail, change.mail);
        text(&mut user.usage_location, change.usage_location);
        text(&mut user.preferred_language, change.preferred_language);
        if let Some(enabled) = change.enabled {
            user.enabled = enabled;
        }
        if let Some(password) = change.password.filter(|p| !p.is_empty()) {
            user.password = password;
        }
        if let Some(must) = change.must_change_password {
            user.must_change_password = must;
        }
        if let Some(bar) = bar {
            user.bar = bar;
        }
        if let Some(roles) = change.directory_roles {
            user.directory_roles = roles;
        }
        if change.revoke_sessions {
            user.sessions_valid_from = now;
        }
    })?;
    match change.licences {
        Some(licences) => set_licences(world, tenant, id, &licences),
        None => Ok(()),
    }
}

/// Makes a person's licences exactly these. The tenant gets a seat where it has none left.
fn set_licences(
    world: &mut World,
    tenant: &str,
    id: &str,
    wanted: &[String],
) -> Result<(), Refused> {
    let mut skus = Vec::with_capacity(wanted.len());
    for name in wanted {
        let sku = plans::find_sku(name)
            .ok_or_else(|| Refused::unfit(format!("there is no product {name}")))?;
        skus.push(sku.id.to_owned());
    }
    let user = world
        .tenant(tenant)
        .and_then(|t| t.users.get(id))
        .ok_or_else(|| Refused::unknown("such person"))?;
    let has: Vec<String> = user.licences.iter().map(|l| l.sku_id.clone()).collect();
    let remove: Vec<String> = has
        .iter()
        .filter(|sku| !skus.contains(sku))
        .cloned()
        .collect();
    let add: Vec<String> = skus.into_iter().filter(|sku| !has.contains(sku)).collect();
    let taken: Vec<u32> = add
        .iter()
        .map(|sku| world.tenant(tenant).map_or(0, |t| t.consumed_units(sku)))
        .collect();
    world.update_tenant_settings(tenant, |settings| {
        for (sku, taken) in add.iter().zip(taken) {
            match settings.skus.iter_mut().find(|s| s.sku_id == *sku) {
                Some(owned) => owned.enabled = owned.enabled.max(taken + 1),
                None => settings.skus.push(SubscribedSku {
                    sku_id: sku.clone(),
                    status: "Enabled".to_owned(),
                    enabled: taken + 1,
                }),
            }
        }
    })?;
    let add = add
        .into_iter()
        .map(|sku_id| Licence {
            sku_id,
            disabled_plans: Vec::new(),
        })
        .collect();
    Ok(world.set_licences(tenant, id, add, &remove)?)
}

/// Whether a deletion is for good.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// For good.
    #[serde(default)]
    pub hard: bool,
}

/// `DELETE people/{person}`: 204.
pub async fn delete(
    State(microsoft): State<Microsoft>,
    Path(person): Path<String>,
    Query(deletion): Query<Deletion>,
) -> Result<StatusCode, Refused> {
    remove(&microsoft, &person, deletion.hard)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a person.
///
/// # Errors
/// There is no such person.
pub fn remove(microsoft: &Microsoft, person: &str, hard: bool) -> Result<(), Refused> {
    let mut world = microsoft.world.write();
    let (tenant, user) = locate(&world, person).ok_or_else(|| Refused::unknown("such person"))?;
    let (tenant, id) = (tenant.id.clone(), user.id.clone());
    if hard {
        world.purge_user(&tenant, &id)?;
    } else {
        world.delete_user(&tenant, &id)?;
    }
    Ok(())
}

/// `POST people/{person}/restore`: the person.
pub async fn restore(
    State(microsoft): State<Microsoft>,
    Path(person): Path<String>,
) -> Result<Json<Value>, Refused> {
    let id = bring_back(&microsoft, &person)?;
    let world = microsoft.world.read();
    let (tenant, user) = locate(&world, &id).ok_or_else(|| Refused::unknown("such person"))?;
    Ok(Json(show(tenant, user)))
}

/// Brings a person back from the recycle bin; the object id.
///
/// # Errors
/// The bin does not hold it.
pub fn bring_back(microsoft: &Microsoft, person: &str) -> Result<String, Refused> {
    let mut world = microsoft.world.write();
    let found = world.tenants().find_map(|t| {
        let mut binned = t.deleted_users.values();
        let user = binned.find(|u| u.id == person || u.username.eq_ignore_ascii_case(person))?;
        Some((t.id.clone(), user.id.clone()))
    });
    let (tenant, id) = found.ok_or_else(|| Refused::unknown("such person in the recycle bin"))?;
    world.restore_user(&tenant, &id)?;
    Ok(id)
}

/// A person as this interface shows them.
pub fn show(tenant: &Tenant, user: &User) -> Value {
    let licences: Vec<&str> = user
        .licences
        .iter()
        .filter_map(|l| plans::find_sku(&l.sku_id).map(|sku| sku.part_number))
        .collect();
    let plan_names: Vec<&str> = user
        .plans
        .iter()
        .filter_map(|p| plans::plan(&p.plan_id).map(|p| p.name))
        .collect();
    let numbers: Vec<&str> = tenant
        .numbers
        .values()
        .filter(|line| line.target.as_deref() == Some(user.id.as_str()))
        .map(|line| line.number.as_str())
        .collect();
    json!({
        "objectId": user.id,
        "tenant": tenant.id,
        "displayName": user.display_name,
        "givenName": user.given_name,
        "surname": user.surname,
        "username": user.username,
        "mail": user.mail,
        "jobTitle": user.job_title,
        "department": user.department,
        "officeLocation": user.office_location,
        "mobilePhone": user.mobile_phone,
        "usageLocation": user.usage_location,
        "enabled": user.enabled,
        "deleted": user.deleted,
        "userType": user.user_type.as_str(),
        "isResourceAccount": user.is_resource_account,
        "licences": licences,
        "plans": plan_names,
        "voiceReady": user.voice_ready(),
        "numbers": numbers,
        "directoryRoles": user.directory_roles,
    })
}
