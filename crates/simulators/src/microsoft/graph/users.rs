//! Reading people: the list, one, and how many.

use super::super::world::{Tenant, World};
use super::call::{Answer, Call};
use super::collection::{self, Listing};
use super::entity::{Selection, USER};
use super::error::GraphError;
use super::state::Graph;
use super::views::UserView;

/// All that `User.ReadBasic.All` shows.
const BASIC: &[&str] = &[
    "displayName",
    "givenName",
    "id",
    "mail",
    "surname",
    "userPrincipalName",
];
/// Any one of these shows the whole of a person.
const WHOLE: &[&str] = &[
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

/// The caller's tenant.
///
/// # Errors
///
/// 401 when it is gone.
pub fn tenant<'a>(world: &'a World, call: &Call) -> Result<&'a Tenant, GraphError> {
    world
        .tenant(&call.caller.tenant)
        .ok_or_else(|| GraphError::unauthenticated("The tenant does not exist.", ""))
}

/// `GET /users`.
pub fn list(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let mut listing = Listing::directory(call, &USER, "users")?;
    listing.selections = vec![basic_only(call, listing.selections.remove(0), None)?];
    let people = tenant(&world, call)?.users.values().map(UserView).collect();
    collection::page(call, &settings, &listing, people)
}

/// `GET /users/$count`.
pub fn count(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let world = graph.world().read();
    let listing = Listing::directory(call, &USER, "users")?;
    let people = tenant(&world, call)?.users.values().map(UserView).collect();
    collection::count(call, &listing, people)
}

/// `GET /users/{id or user principal name}` and `GET /me`.
pub fn get(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&USER, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let user = tenant(&world, call)?
        .user(call.key(0))
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    let selection = basic_only(call, selection, Some(&user.id))?;
    Ok(call.entity("users", &selection, selection.cut(&UserView(user))))
}

/// With `User.ReadBasic.All` alone only the basic properties can be asked for, and only they have values.
fn basic_only(
    call: &Call,
    selection: Selection,
    whom: Option<&str>,
) -> Result<Selection, GraphError> {
    let oneself = whom.is_some() && call.caller.user.as_deref() == whom;
    let basic =
        call.caller.permissions.contains("User.ReadBasic.All") && !call.caller.has_any(WHOLE);
    if !basic || oneself {
        return Ok(selection);
    }
    if call.query.select.is_some() && selection.names().any(|name| !BASIC.contains(&name)) {
        return Err(GraphError::denied());
    }
    Ok(selection.narrowed(BASIC))
}
