//! Groups and membership, direct and transitive, plain and cast to one type.

use std::collections::BTreeSet;

use super::super::world::{ObjectKind, Tenant};
use super::call::{Answer, Call};
use super::collection::{self, Listing};
use super::entity::{EntityType, GROUP, Selection, USER};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;
use super::views::{GroupView, ObjectView, UserView};

/// `GET /groups`.
pub fn list(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let listing = Listing::directory(call, &GROUP, "groups")?;
    let groups = tenant(&world, call)?
        .groups
        .values()
        .map(GroupView)
        .collect();
    collection::page(call, &settings, &listing, groups)
}

/// `GET /groups/$count`.
pub fn count(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let world = graph.world().read();
    let listing = Listing::directory(call, &GROUP, "groups")?;
    let groups = tenant(&world, call)?
        .groups
        .values()
        .map(GroupView)
        .collect();
    collection::count(call, &listing, groups)
}

/// `GET /groups/{id}`.
pub fn get(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&GROUP, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let group = tenant(&world, call)?
        .groups
        .get(call.key(0))
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    Ok(call.entity("groups", &selection, selection.cut(&GroupView(group))))
}

/// Whether an address is about membership.
pub fn serves(template: &str) -> bool {
    let relation = |prefix: &str, names: &[&str]| {
        template.strip_prefix(prefix).is_some_and(|rest| {
            names.contains(&rest.split('/').next().unwrap_or_default())
                && !rest.contains("directoryRole")
        })
    };
    relation("/groups/{group-id}/", &["members", "transitiveMembers"])
        || relation("/users/{user-id}/", &["memberOf", "transitiveMemberOf"])
}

/// Members of a group, or the groups of a user.
pub fn related(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let template = call.matched.endpoint.template.as_str();
    if template.ends_with("/{directoryObject-id}") {
        return one(graph, call);
    }
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let members = members(tenant, call)?;
    let cast = if template.contains("/microsoft.graph.user") {
        Some((&USER, ObjectKind::User, "users"))
    } else if template.contains("/microsoft.graph.group") {
        Some((&GROUP, ObjectKind::Group, "groups"))
    } else {
        None
    };
    let Some((entity_type, kind, set)) = cast else {
        let listing = mixed(call)?;
        let views = ObjectView::all(tenant, &members);
        return if call.matched.counts() {
            collection::count(call, &listing, views)
        } else {
            collection::page(call, &settings, &listing, views)
        };
    };
    let members = members.into_iter().filter(|(of, _)| *of == kind).collect();
    let views = ObjectView::all(tenant, &members);
    let listing = Listing::directory(call, entity_type, set)?;
    if call.matched.counts() {
        return collection::count(call, &listing, views.into_iter().map(Cast).collect());
    }
    if !(call.eventual() && call.query.count) {
        return Err(GraphError::unsupported_query(
            "The specified cast is only supported with the header 'ConsistencyLevel: eventual' and $count=true.",
        ));
    }
    collection::page(
        call,
        &settings,
        &listing,
        views.into_iter().map(Cast).collect(),
    )
}

/// A member in a collection of one type: no `@odata.type`, one selection.
struct Cast<'a>(ObjectView<'a>);

impl super::entity::Entity for Cast<'_> {
    fn property(&self, name: &str) -> Option<serde_json::Value> {
        self.0.property(name)
    }
}

impl collection::Item for Cast<'_> {
    fn key(&self) -> &str {
        self.0.key()
    }
}

/// A listing that mixes users and groups: each type shows its own defaults, and `$select` names properties of either.
fn mixed(call: &Call) -> Result<Listing<'static>, GraphError> {
    let select = call.query.select.as_deref();
    let of = |entity_type: &'static EntityType, other: &'static EntityType| match select {
        None => Selection::of(entity_type, None, true),
        Some(names) => {
            let mine: Vec<String> = names
                .iter()
                .filter(|name| {
                    Selection::of(entity_type, Some(&[(*name).clone()]), true).is_ok()
                        || Selection::of(other, Some(&[(*name).clone()]), true).is_err()
                })
                .cloned()
                .collect();
            Selection::of(entity_type, Some(&mine), true)
        }
    };
    Ok(Listing {
        entity_type: &USER,
        set: "directoryObjects",
        pages: (100, 999),
        directory: true,
        selections: vec![of(&USER, &GROUP)?, of(&GROUP, &USER)?],
    })
}

fn members(tenant: &Tenant, call: &Call) -> Result<BTreeSet<(ObjectKind, String)>, GraphError> {
    let template = call.matched.endpoint.template.as_str();
    let missing = || GraphError::not_found(call.key(0));
    if template.starts_with("/users/") {
        let user = tenant.user(call.key(0)).ok_or_else(missing)?;
        return Ok(groups_of(tenant, &user.id, template.contains("transitive")));
    }
    let group = tenant.groups.get(call.key(0)).ok_or_else(missing)?;
    Ok(if template.contains("transitiveMembers") {
        tenant.transitive_members(&group.id)
    } else {
        group.members.clone()
    })
}

fn groups_of(tenant: &Tenant, user: &str, transitive: bool) -> BTreeSet<(ObjectKind, String)> {
    let mut found = BTreeSet::new();
    let mut open = vec![(ObjectKind::User, user.to_owned())];
    while let Some(member) = open.pop() {
        for group in tenant
            .groups
            .values()
            .filter(|group| group.members.contains(&member))
        {
            let parent = (ObjectKind::Group, group.id.clone());
            if found.insert(parent.clone()) && transitive {
                open.push(parent);
            }
        }
    }
    found
}

fn one(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let found = members(tenant, call)?
        .into_iter()
        .find(|(_, id)| id == call.key(1));
    let view = found
        .and_then(|(kind, id)| ObjectView::find(tenant, kind, &id))
        .ok_or_else(|| GraphError::not_found(call.key(1)))?;
    let (entity_type, name) = match view {
        ObjectView::User(UserView(_)) => (&USER, "#microsoft.graph.user"),
        ObjectView::Group(_) => (&GROUP, "#microsoft.graph.group"),
    };
    let selection = Selection::of(entity_type, call.query.select.as_deref(), false)?;
    let mut object = selection.cut(&view);
    object.insert("@odata.type".to_owned(), name.into());
    Ok(call.entity("directoryObjects", &selection, object))
}
