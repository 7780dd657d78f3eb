//! Products of the tenant and licences of its people.

use serde::Deserialize;
use serde_json::Value;

use super::super::world::Licence;
use super::super::world::LicenceError;
use super::super::world::directory::User;
use super::super::world::ids::is_guid;
use super::call::{Answer, Call};
use super::collection::{self, Listing};
use super::entity::{Entity, LICENCE_DETAILS, SUBSCRIBED_SKU, Selection, USER};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;
use super::views::{UserView, by_id, licence_details, subscribed_sku};

/// `GET /users/{id}/licenseDetails`.
pub fn details(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let user = find(tenant(&world, call)?.user(call.key(0)), call)?;
    let set = format!("users('{}')/licenseDetails", user.id);
    let listing = Listing::plain(call, &LICENCE_DETAILS, &set, (100, 999))?;
    collection::page(call, &settings, &listing, by_id(all_details(user)))
}

/// `GET /users/{id}/licenseDetails/{id}`.
pub fn detail(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&LICENCE_DETAILS, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let user = find(tenant(&world, call)?.user(call.key(0)), call)?;
    let found = all_details(user)
        .into_iter()
        .find(|details| details["id"] == call.key(1))
        .ok_or_else(|| GraphError::not_found(call.key(1)))?;
    let set = format!("users('{}')/licenseDetails", user.id);
    Ok(call.entity(&set, &selection, selection.cut(&found)))
}

fn all_details(user: &User) -> Vec<Value> {
    user.licences
        .iter()
        .filter_map(|licence| licence_details(user, &licence.sku_id))
        .collect()
}

fn find<'a>(user: Option<&'a User>, call: &Call) -> Result<&'a User, GraphError> {
    user.ok_or_else(|| GraphError::not_found(call.key(0)))
}

/// `GET /subscribedSkus`: all of them, on one page.
pub fn skus(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let mut settings = graph.settings();
    (settings.page_cap, settings.empty_page_every) = (None, None);
    if call.query.top.is_some() || call.query.filter.is_some() {
        return Err(GraphError::unsupported_query(
            "This resource supports only the query option '$select'.",
        ));
    }
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let listing = Listing::plain(
        call,
        &SUBSCRIBED_SKU,
        "subscribedSkus",
        (usize::MAX, usize::MAX),
    )?;
    let owned = by_id(
        tenant
            .skus
            .iter()
            .map(|owned| subscribed_sku(tenant, owned)),
    );
    collection::page(call, &settings, &listing, owned)
}

/// `GET /subscribedSkus/{id}`.
pub fn sku(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&SUBSCRIBED_SKU, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let found = tenant
        .skus
        .iter()
        .map(|owned| subscribed_sku(tenant, owned))
        .find(|sku| sku.property("id").is_some_and(|id| id == call.key(0)))
        .ok_or_else(|| GraphError::not_found(call.key(0)))?;
    Ok(call.entity("subscribedSkus", &selection, selection.cut(&found)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignLicense {
    add_licenses: Option<Vec<AddLicence>>,
    remove_licenses: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddLicence {
    sku_id: String,
    #[serde(default)]
    disabled_plans: Vec<String>,
}

/// `POST /users/{id}/assignLicense`. The licences are there at once, their plans after a while.
pub fn assign(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let body: AssignLicense = call.json()?;
    let missing = |name: &str| {
        GraphError::refused(format!(
            "One or more parameters of the operation 'assignLicense' are missing: '{name}'."
        ))
    };
    let add = body.add_licenses.ok_or_else(|| missing("addLicenses"))?;
    let remove = body
        .remove_licenses
        .ok_or_else(|| missing("removeLicenses"))?;
    let ids = add.iter().map(|licence| &licence.sku_id).chain(&remove);
    if let Some(id) = ids.into_iter().find(|id| !is_guid(id)) {
        return Err(GraphError::bad_request(format!(
            "Cannot convert the literal '{id}' to the expected type 'Edm.Guid'."
        )));
    }
    let add: Vec<Licence> = add
        .into_iter()
        .map(|licence| Licence {
            sku_id: licence.sku_id.to_lowercase(),
            disabled_plans: licence.disabled_plans,
        })
        .collect();
    let mut world = graph.world().write();
    world
        .set_licences(&call.caller.tenant, call.key(0), add, &remove)
        .map_err(|error| match error {
            LicenceError::NotFound(_) => GraphError::not_found(call.key(0)),
            other => GraphError::refused(other.to_string()),
        })?;
    let user = find(tenant(&world, call)?.user(call.key(0)), call)?;
    let selection = Selection::of(&USER, None, false)?;
    Ok(call.entity("users", &selection, selection.cut(&UserView(user))))
}
