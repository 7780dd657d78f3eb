//! Telephone number management: the tenant's inventory and the operations that assign its numbers.
//!
//! The world decides what is possible. What Microsoft does not document is whether something impossible is refused at
//! once or fails while it runs; both kinds occur here, see [`Refusals`](super::control::Refusals).

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::world::clock::seconds;
use super::super::world::ids::random_guid;
use super::super::world::numbers::{
    NumberAction, NumberAssignment, NumberError, Operation, OperationStatus, normalise,
};
use super::call::{Answer, Call};
use super::collection::{self, Item, Listing};
use super::control::{ForcedOutcome, Refusals};
use super::entity::{Entity, NUMBER, OPERATION, Selection};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;
use super::views::by_id;

/// Where this room begins.
pub const ROOT: &str = "/admin/teams/telephoneNumberManagement/";

const NUMBERS: &str = "admin/teams/telephoneNumberManagement/numberAssignments";
const OPERATIONS: &str = "admin/teams/telephoneNumberManagement/operations";

/// An operation that is not the world's: it was accepted in order to fail.
#[derive(Clone, Debug)]
pub struct ScriptedOperation {
    created: String,
    status: String,
    detail: Option<String>,
    number_id: String,
}

struct NumberView<'a>(&'a NumberAssignment);

impl Entity for NumberView<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        let line = self.0;
        Some(match name {
            "id" => json!(line.id),
            "telephoneNumber" => json!(line.number),
            "operatorId" => json!(line.operator_id.as_deref().unwrap_or_default()),
            "numberType" => json!(line.number_type),
            "activationState" => json!(line.activation_state),
            "assignmentStatus" => json!(line.assignment_status),
            "assignmentTargetId" => json!(line.target),
            "assignmentCategory" => json!(line.category),
            "capabilities" => json!(line.capabilities),
            "city" => json!(line.city),
            "isoCountryCode" => json!(line.country),
            "civicAddressId" => json!(line.civic_address_id),
            "locationId" => json!(line.location_id),
            "networkSiteId" => json!(line.network_site_id),
            "numberSource" => json!(line.number_source),
            "portInStatus" => json!(line.port_in_status),
            "supportedCustomerActions" => json!(line.supported_actions),
            "reverseNumberLookupOptions" => json!(line.reverse_lookup_options),
            _ => return None,
        })
    }
}

impl Item for NumberView<'_> {
    fn key(&self) -> &str {
        &self.0.number
    }
}

/// Every `GET` of this room.
pub fn read(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    match call
        .matched
        .endpoint
        .template
        .strip_prefix(ROOT)
        .unwrap_or_default()
    {
        "numberAssignments" | "numberAssignments/$count" => list(graph, call),
        "numberAssignments/{numberAssignment-id}" => one(graph, call),
        "operations" | "operations/$count" => operations(graph, call),
        "operations/{telephoneNumberLongRunningOperation-id}" => operation(graph, call),
        other => Err(GraphError::not_implemented(other)),
    }
}

fn list(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    if let Some(filter) = &call.query.filter {
        let condition = super::filter::parse(filter)?;
        let barred = condition
            .properties()
            .into_iter()
            .filter(|property| property.variable.is_none())
            .find(|property| {
                property
                    .path
                    .first()
                    .is_some_and(|name| name == "id" || name == "city")
            });
        if let Some(property) = barred {
            return Err(GraphError::bad_request(format!(
                "Filtering on the property '{}' is not supported.",
                property.path.join("/")
            )));
        }
    }
    let listing = Listing::plain(call, &NUMBER, NUMBERS, (500, 1000))?;
    let numbers = tenant(&world, call)?
        .numbers
        .values()
        .map(NumberView)
        .collect();
    if call.matched.counts() {
        return collection::count(call, &listing, numbers);
    }
    collection::page(call, &settings, &listing, numbers)
}

fn one(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&NUMBER, call.query.select.as_deref(), false)?;
    let world = graph.world().read();
    let line = tenant(&world, call)?
        .numbers
        .values()
        .find(|line| line.id == call.key(0));
    let line = line.ok_or_else(|| GraphError::teams_not_found("The number assignment"))?;
    Ok(call.entity(NUMBERS, &selection, selection.cut(&NumberView(line))))
}

fn shown(graph: &Graph, call: &Call, operation: &Operation, look: bool) -> Value {
    let polls = graph.settings().operation_polls;
    let seen = if look {
        graph.count_poll(&operation.id)
    } else {
        u32::MAX
    };
    let over = matches!(
        operation.status,
        OperationStatus::Succeeded | OperationStatus::Failed | OperationStatus::Skipped
    );
    let (status, detail) = if over && seen <= polls {
        ("running", None)
    } else {
        (operation.status.as_str(), operation.detail.as_deref())
    };
    operation_object(
        call,
        &operation.id,
        &seconds(operation.created),
        status,
        detail,
        &operation.number_id,
    )
}

fn operation_object(
    call: &Call,
    id: &str,
    created: &str,
    status: &str,
    detail: Option<&str>,
    number_id: &str,
) -> Value {
    json!({
        "id": id,
        "createdDateTime": created,
        "status": status,
        "numbers": [{
            "resourceLocation": format!("{}/{NUMBERS}/{number_id}", call.base),
            "status": status,
            "statusDetail": detail,
        }],
    })
}

fn operations(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let kept: Vec<Operation> = {
        let world = graph.world().read();
        tenant(&world, call)?.operations.values().cloned().collect()
    };
    let listing = Listing::plain(call, &OPERATION, OPERATIONS, (100, 999))?;
    let all = by_id(
        kept.iter()
            .map(|operation| shown(graph, call, operation, false)),
    );
    if call.matched.counts() {
        return collection::count(call, &listing, all);
    }
    collection::page(call, &settings, &listing, all)
}

fn operation(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let selection = Selection::of(&OPERATION, call.query.select.as_deref(), false)?;
    let id = call.key(0);
    let polls = graph.settings().operation_polls;
    let scripted = graph
        .scripted()
        .get(&(call.caller.tenant.clone(), id.to_owned()))
        .cloned();
    let object = match scripted {
        Some(scripted) => {
            let running = graph.count_poll(id) <= polls;
            let status = if running { "running" } else { &scripted.status };
            let detail = scripted.detail.as_deref().filter(|_| !running);
            operation_object(
                call,
                id,
                &scripted.created,
                status,
                detail,
                &scripted.number_id,
            )
        }
        None => {
            let found = {
                let world = graph.world().read();
                tenant(&world, call)?.operations.get(id).cloned()
            };
            let found = found.ok_or_else(|| GraphError::teams_not_found("The operation"))?;
            shown(graph, call, &found, true)
        }
    };
    Ok(call.entity(OPERATIONS, &selection, selection.cut(&object)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assign {
    telephone_number: Option<String>,
    assignment_target_id: Option<String>,
    number_type: Option<String>,
    assignment_category: Option<String>,
    location_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unassign {
    telephone_number: Option<String>,
    number_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Update {
    telephone_number: Option<String>,
    location_id: Option<String>,
    network_site_id: Option<String>,
    reverse_number_lookup_options: Option<Vec<String>>,
}

struct Wanted {
    number: String,
    number_type: Option<String>,
    action: NumberAction,
}

/// Every `POST` of this room: 202 and a `Location` to follow.
pub fn act(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let template = call.matched.endpoint.template.as_str();
    let wanted = match template.rsplit('.').next().unwrap_or_default() {
        "assignNumber" => read_assign(call)?,
        "unassignNumber" => {
            let body: Unassign = call.json()?;
            Wanted {
                number: present(body.telephone_number, "telephoneNumber")?,
                number_type: Some(number_type(body.number_type)?),
                action: NumberAction::Unassign,
            }
        }
        "updateNumber" => read_update(call)?,
        _ => return Err(GraphError::not_implemented(&format!("POST {template}"))),
    };
    if let Some(forced) = graph.take_forced_outcome() {
        return force(graph, call, &wanted.number, forced);
    }
    let refusals = graph.settings().refusals;
    if let Some(lacking) = lacking(graph, call, &wanted)? {
        if refusals == Refusals::Immediate {
            return Err(GraphError::bad_request(lacking.message()));
        }
        // That somebody has no Teams Phone at all is found out by the world when the operation runs.
        if lacking != Lacking::Phone {
            let forced = ForcedOutcome {
                status: "failed".to_owned(),
                detail: Some(lacking.message().to_owned()),
                times: None,
            };
            return force(graph, call, &wanted.number, forced);
        }
    }
    let mut world = graph.world().write();
    let begun = world.begin_number_operation(
        &call.caller.tenant,
        &wanted.number,
        wanted.number_type.as_deref(),
        wanted.action.clone(),
    );
    drop(world);
    match begun {
        Ok(id) => Ok(Answer::accepted(location(call, &id))),
        Err(error)
            if refusals == Refusals::Operation
                && !matches!(error, NumberError::InvalidNumber(_)) =>
        {
            let forced = ForcedOutcome {
                status: "failed".to_owned(),
                detail: Some(error.to_string()),
                times: None,
            };
            force(graph, call, &wanted.number, forced)
        }
        Err(error) => Err(refusal(&error)),
    }
}

fn read_assign(call: &Call) -> Result<Wanted, GraphError> {
    let body: Assign = call.json()?;
    let category = body
        .assignment_category
        .unwrap_or_else(|| "primary".to_owned());
    if !matches!(category.as_str(), "primary" | "private" | "alternate") {
        return Err(invalid("assignmentCategory", &category));
    }
    Ok(Wanted {
        number: present(body.telephone_number, "telephoneNumber")?,
        number_type: Some(number_type(body.number_type)?),
        action: NumberAction::Assign {
            target: present(body.assignment_target_id, "assignmentTargetId")?.to_lowercase(),
            category,
            location_id: body.location_id,
        },
    })
}

fn read_update(call: &Call) -> Result<Wanted, GraphError> {
    let body: Update = call.json()?;
    let options = body.reverse_number_lookup_options;
    if let Some(option) = options
        .iter()
        .flatten()
        .find(|option| *option != "skipInternalVoip")
    {
        return Err(invalid("reverseNumberLookupOptions", option));
    }
    if let Some(site) = body.network_site_id {
        return Err(invalid("networkSiteId", &site));
    }
    Ok(Wanted {
        number: present(body.telephone_number, "telephoneNumber")?,
        number_type: None,
        action: NumberAction::Update {
            location_id: body.location_id,
            reverse_lookup_options: options,
        },
    })
}

fn present(value: Option<String>, name: &str) -> Result<String, GraphError> {
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
        GraphError::bad_request(format!(
            "The required parameter '{name}' is missing or empty."
        ))
    })
}

fn number_type(value: Option<String>) -> Result<String, GraphError> {
    let value = present(value, "numberType")?;
    if matches!(
        value.as_str(),
        "directRouting" | "callingPlan" | "operatorConnect"
    ) {
        Ok(value)
    } else {
        Err(invalid("numberType", &value))
    }
}

fn invalid(name: &str, value: &str) -> GraphError {
    GraphError::bad_request(format!(
        "Invalid value '{value}' for the parameter '{name}'."
    ))
}

/// Which licence the person lacks for this number; none when nothing is lacking or nobody is found.
fn lacking(graph: &Graph, call: &Call, wanted: &Wanted) -> Result<Option<Lacking>, GraphError> {
    let NumberAction::Assign { target, .. } = &wanted.action else {
        return Ok(None);
    };
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let Some(user) = tenant.users.get(target) else {
        return Ok(None);
    };
    let ready = if user.is_resource_account {
        user.has_plan("MCOEV_VIRTUALUSER")
    } else {
        user.voice_ready()
    };
    if !ready {
        return Ok(Some(Lacking::Phone));
    }
    // What is wrong with the number itself is the world's to say, and comes first.
    let line = normalise(&wanted.number)
        .and_then(|number| tenant.numbers.get(&number))
        .filter(|line| Some(line.number_type.as_str()) == wanted.number_type.as_deref())
        .filter(|line| line.target.as_ref().is_none_or(|owner| owner == target));
    let Some(line) = line else {
        return Ok(None);
    };
    let mobile = line
        .capabilities
        .iter()
        .any(|capability| capability == "teamsPhoneMobile");
    if mobile && !user.has_plan("MCOFMC1") {
        return Ok(Some(Lacking::Mobile));
    }
    let calling = line.number_type == "callingPlan" && !user.is_resource_account;
    if calling
        && !["MCOPSTN1", "MCOPSTN2"]
            .iter()
            .any(|plan| user.has_plan(plan))
    {
        return Ok(Some(Lacking::CallingPlan));
    }
    Ok(None)
}

/// A licence that a kind of number needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lacking {
    Phone,
    Mobile,
    CallingPlan,
}

impl Lacking {
    fn message(self) -> &'static str {
        match self {
            Lacking::Phone => {
                "The assignment target does not have a valid license for Teams Phone."
            }
            Lacking::Mobile => {
                "The assignment target does not have a valid license for Teams Phone Mobile."
            }
            Lacking::CallingPlan => {
                "The assignment target does not have a valid license for a Calling Plan."
            }
        }
    }
}

fn refusal(error: &NumberError) -> GraphError {
    match error {
        NumberError::UnknownTarget(_) | NumberError::UnknownTenant => {
            GraphError::new(StatusCode::NOT_FOUND, "NotFound", error.to_string())
        }
        other => GraphError::bad_request(other.to_string()),
    }
}

/// Answers without asking the world.
fn force(
    graph: &Graph,
    call: &Call,
    number: &str,
    forced: ForcedOutcome,
) -> Result<Answer, GraphError> {
    if forced.status == "refused" {
        return Err(GraphError::bad_request(
            forced
                .detail
                .unwrap_or_else(|| "The request was refused.".to_owned()),
        ));
    }
    let number = normalise(number).unwrap_or_else(|| number.to_owned());
    let known = {
        let world = graph.world().read();
        tenant(&world, call)?
            .numbers
            .get(&number)
            .map(|line| line.id.clone())
    };
    let id = STANDARD.encode(format!("Assignment|{}", random_guid()));
    let operation = ScriptedOperation {
        created: seconds(call.now),
        status: forced.status,
        detail: forced.detail,
        number_id: known.unwrap_or_else(|| STANDARD.encode(format!("{}|{number}", random_guid()))),
    };
    graph
        .scripted()
        .insert((call.caller.tenant.clone(), id.clone()), operation);
    Ok(Answer::accepted(location(call, &id)))
}

fn location(call: &Call, id: &str) -> String {
    format!("{}/{OPERATIONS}('{id}')", call.base)
}
