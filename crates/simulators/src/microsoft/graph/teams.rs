//! Teams' own view of its users: what each is enabled for, and which numbers each has.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::world::directory::User;
use super::super::world::{Tenant, UserType};
use super::call::{Answer, Call};
use super::collection::{self, Item, Listing};
use super::entity::{Entity, Selection, USER, USER_CONFIGURATION};
use super::error::GraphError;
use super::state::Graph;
use super::users::tenant;
use super::views::UserView;

/// Where this room begins.
pub const ROOT: &str = "/admin/teams/userConfigurations";

const SET: &str = "admin/teams/userConfigurations";

struct Configuration<'a> {
    tenant: &'a Tenant,
    user: &'a User,
}

impl Entity for Configuration<'_> {
    fn property(&self, name: &str) -> Option<Value> {
        let user = self.user;
        Some(match name {
            "id" => json!(user.id),
            "userPrincipalName" => json!(user.username),
            "tenantId" => json!(self.tenant.id),
            "accountType" => json!(account_type(user)),
            "isEnterpriseVoiceEnabled" => json!(user.teams.enterprise_voice),
            "featureTypes" => json!(features(user)),
            "telephoneNumbers" => user
                .teams
                .numbers
                .iter()
                .map(|(number, category)| json!({ "telephoneNumber": number, "assignmentCategory": category }))
                .collect(),
            "effectivePolicyAssignments" => user
                .teams
                .policies
                .iter()
                .map(|(policy_type, id)| {
                    let known = self.tenant.policies.iter().find(|policy| policy.policy_id == *id);
                    json!({
                        "policyType": policy_type,
                        "policyAssignment": {
                            "displayName": known.map_or("", |policy| policy.name.as_str()),
                            "assignmentType": "direct",
                            "policyId": id,
                            "groupId": null,
                        },
                    })
                })
                .collect(),
            "createdDateTime" => json!(precise(user.created)),
            "modifiedDateTime" => json!(precise(user.teams.modified.unwrap_or(user.created))),
            _ => return None,
        })
    }
}

impl Item for Configuration<'_> {
    fn key(&self) -> &str {
        &self.user.id
    }
}

/// Seven digits after the second, as this service writes them.
fn precise(at: Timestamp) -> String {
    format!(
        "{}.{:07}Z",
        at.strftime("%Y-%m-%dT%H:%M:%S"),
        at.subsec_nanosecond() / 100
    )
}

fn account_type(user: &User) -> &'static str {
    if user.is_resource_account {
        "resourceAccount"
    } else if user.user_type == UserType::Guest {
        "guest"
    } else {
        "user"
    }
}

fn features(user: &User) -> Vec<&'static str> {
    const FEATURES: &[(&str, &[&str])] = &[
        ("Teams", &["TEAMS1", "MCO_TEAMS_IW"]),
        ("PhoneSystem", &["MCOEV", "MCOEVSMB", "MCOEV_GOV"]),
        ("PhoneSystemVirtualUser", &["MCOEV_VIRTUALUSER"]),
        ("CallingPlan", &["MCOPSTN1", "MCOPSTN2"]),
        ("AudioConferencing", &["MCOMEETADV"]),
    ];
    FEATURES
        .iter()
        .filter(|(_, plans)| plans.iter().any(|plan| user.has_plan(plan)))
        .map(|(feature, _)| *feature)
        .collect()
}

/// Every `GET` of this room.
pub fn read(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    let settings = graph.settings();
    let world = graph.world().read();
    let tenant = tenant(&world, call)?;
    let find = || {
        tenant
            .users
            .get(call.key(0))
            .ok_or_else(|| GraphError::teams_not_found("The user"))
    };
    match call
        .matched
        .endpoint
        .template
        .strip_prefix(ROOT)
        .unwrap_or_default()
    {
        "" | "/$count" => {
            let listing = Listing::plain(call, &USER_CONFIGURATION, SET, (100, 999))?;
            let all = tenant
                .users
                .values()
                .map(|user| Configuration { tenant, user })
                .collect();
            if call.matched.counts() {
                return collection::count(call, &listing, all);
            }
            collection::page(call, &settings, &listing, all)
        }
        "/{teamsUserConfiguration-id}" => {
            let selection =
                Selection::of(&USER_CONFIGURATION, call.query.select.as_deref(), false)?;
            let configuration = Configuration {
                tenant,
                user: find()?,
            };
            Ok(call.entity(SET, &selection, selection.cut(&configuration)))
        }
        "/{teamsUserConfiguration-id}/user" => {
            let selection = Selection::of(&USER, call.query.select.as_deref(), false)?;
            Ok(call.entity("users", &selection, selection.cut(&UserView(find()?))))
        }
        other => Err(GraphError::not_implemented(other)),
    }
}
