//! Groups: look, create, rename, delete, members.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::people::locate;
use super::{Body, Refused, tenant_id};
use crate::microsoft::Microsoft;
use crate::microsoft::world::{Group, ObjectKind, Tenant, World};

/// Which groups are listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    tenant: Option<String>,
}

/// What can be said about a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Change {
    tenant: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
}

/// A member: a person (object id or user principal name) or a group (object id).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    member: String,
}

/// `GET groups?tenant=`.
pub async fn list(
    State(microsoft): State<Microsoft>,
    Query(filter): Query<Filter>,
) -> Result<Json<Value>, Refused> {
    let world = microsoft.world.read();
    let wanted = filter
        .tenant
        .as_ref()
        .map(|t| tenant_id(&world, t))
        .transpose()?;
    let tenants = world
        .tenants()
        .filter(|t| wanted.as_ref().is_none_or(|id| *id == t.id));
    let groups = tenants.flat_map(|tenant| tenant.groups.values().map(|group| show(tenant, group)));
    Ok(Json(Value::Array(groups.collect())))
}

/// `POST groups {"tenant", "displayName", "description"?}`: 201 and the group.
pub async fn create(
    State(microsoft): State<Microsoft>,
    Body(change): Body<Change>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let mut world = microsoft.world.write();
    let tenant = change
        .tenant
        .ok_or_else(|| Refused::unfit("tenant is missing"))?;
    let tenant = tenant_id(&world, &tenant)?;
    let name = change
        .display_name
        .ok_or_else(|| Refused::unfit("displayName is missing"))?;
    let id = world.create_group(&tenant, &name, change.description.as_deref())?;
    Ok((
        StatusCode::CREATED,
        Json(json!({ "objectId": id, "tenant": tenant, "displayName": name })),
    ))
}

/// `PATCH groups/{group}`: 204.
pub async fn change(
    State(microsoft): State<Microsoft>,
    Path(group): Path<String>,
    Body(change): Body<Change>,
) -> Result<StatusCode, Refused> {
    let mut world = microsoft.world.write();
    let tenant = home(&world, &group)?;
    world.update_group(&tenant, &group, |group| {
        if let Some(name) = change.display_name {
            group.display_name = name;
        }
        if change.description.is_some() {
            group.description = change.description;
        }
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE groups/{group}`: 204.
pub async fn delete(
    State(microsoft): State<Microsoft>,
    Path(group): Path<String>,
) -> Result<StatusCode, Refused> {
    let mut world = microsoft.world.write();
    let tenant = home(&world, &group)?;
    world.delete_group(&tenant, &group)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST groups/{group}/members {"member"}`: 204.
pub async fn add(
    State(microsoft): State<Microsoft>,
    Path(group): Path<String>,
    Body(member): Body<Member>,
) -> Result<StatusCode, Refused> {
    let mut world = microsoft.world.write();
    let tenant = home(&world, &group)?;
    let (kind, id) = member_of(&world, &member.member)?;
    world.add_member(&tenant, &group, kind, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE groups/{group}/members/{member}`: 204.
pub async fn remove(
    State(microsoft): State<Microsoft>,
    Path((group, member)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let mut world = microsoft.world.write();
    let tenant = home(&world, &group)?;
    let (kind, id) = member_of(&world, &member)?;
    world.remove_member(&tenant, &group, kind, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

fn home(world: &World, group: &str) -> Result<String, Refused> {
    let tenant = world.tenants().find(|t| t.groups.contains_key(group));
    tenant
        .map(|t| t.id.clone())
        .ok_or_else(|| Refused::unknown("such group"))
}

fn member_of(world: &World, member: &str) -> Result<(ObjectKind, String), Refused> {
    if world.tenants().any(|t| t.groups.contains_key(member)) {
        return Ok((ObjectKind::Group, member.to_owned()));
    }
    let found = locate(world, member).ok_or_else(|| Refused::unknown("such person or group"))?;
    Ok((ObjectKind::User, found.1.id.clone()))
}

fn show(tenant: &Tenant, group: &Group) -> Value {
    json!({
        "objectId": group.id,
        "tenant": tenant.id,
        "displayName": group.display_name,
        "description": group.description,
        "members": group.members.len(),
        "transitiveMembers": tenant.transitive_members(&group.id).len(),
    })
}
