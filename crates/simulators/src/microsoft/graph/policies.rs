//! Teams policies: finding one by name, and giving it to users.

use serde::Deserialize;
use serde_json::json;

use super::super::world::DirectoryError;
use super::call::{Answer, Call};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;

/// What is read here.
pub const READS: &[&str] = &[
    "/admin/teams/policy/microsoft.graph.teamsAdministration.getPolicyId(type='{type}',name='{name}')",
];
/// What is changed here.
pub const WRITES: &[&str] = &[
    "/admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.assign",
    "/admin/teams/policy/userAssignments/microsoft.graph.teamsAdministration.unassign",
];

/// `GET /admin/teams/policy/getPolicyId(type='…',name='…')`.
pub fn find(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    // Named arguments come in alphabetical order.
    let (name, policy_type) = (call.key(0), call.key(1));
    let world = graph.world().read();
    let found: Vec<_> = tenant(&world, call)?
        .policies
        .iter()
        .filter(|policy| policy.policy_type.eq_ignore_ascii_case(policy_type))
        .filter(|policy| {
            policy
                .name
                .eq_ignore_ascii_case(name.trim_start_matches("Tag:"))
        })
        .map(|policy| {
            let shown = if policy.name == "Global" {
                policy.name.clone()
            } else {
                format!("Tag:{}", policy.name)
            };
            json!({ "id": policy.policy_id, "name": shown, "policyId": policy.policy_id })
        })
        .collect();
    if found.is_empty() {
        return Err(GraphError::teams_not_found("The policy"));
    }
    let context = format!(
        "{}/$metadata#Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)",
        call.base
    );
    Ok(Answer::ok(
        json!({ "@odata.context": context, "value": found }),
    ))
}

#[derive(Deserialize)]
struct Assignments {
    value: Option<Vec<Assignment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    user_id: String,
    policy_type: String,
    policy_id: Option<String>,
}

/// `POST /admin/teams/policy/userAssignments/assign` and `…/unassign`: all of the list or, when one cannot be, none.
pub fn assign(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let body: Assignments = call.json()?;
    let list = body.value.filter(|list| !list.is_empty()).ok_or_else(|| {
        GraphError::bad_request("The required parameter 'value' is missing or empty.")
    })?;
    let giving = call.matched.endpoint.template.ends_with(".assign");
    let mut world = graph.world().write();
    {
        let tenant = tenant(&world, call)?;
        for item in &list {
            if !tenant.users.contains_key(&item.user_id) {
                return Err(GraphError::teams_not_found("The user"));
            }
            let known = tenant.policies.iter().any(|policy| {
                policy.policy_type == item.policy_type
                    && Some(&policy.policy_id) == item.policy_id.as_ref()
            });
            if giving && !known {
                return Err(GraphError::bad_request(format!(
                    "The policy '{}' of type '{}' does not exist.",
                    item.policy_id.as_deref().unwrap_or_default(),
                    item.policy_type
                )));
            }
        }
    }
    for item in &list {
        let id = item.policy_id.as_deref().filter(|_| giving);
        world
            .set_policy(&call.caller.tenant, &item.user_id, &item.policy_type, id)
            .map_err(|error| match error {
                DirectoryError::NotFound => GraphError::teams_not_found("The user"),
                other => GraphError::bad_request(other.to_string()),
            })?;
    }
    Ok(Answer::no_content())
}
