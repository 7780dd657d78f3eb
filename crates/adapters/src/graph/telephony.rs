//! The telephony port: the tenant's inventory of numbers, and who has which (Graph's `teamsAdministration`).
//!
//! Assigning is asynchronous: Graph accepts, and names where to ask. Only reading back proves that it happened.

use super::{
    Graph,
    call::{Question, percent},
    directory::json,
};
use crate::http::{Effect, plain, unreadable};
use async_trait::async_trait;
use domain::{
    access::{ObjectId, TenantId},
    fulfilment::ports::{
        InventoryNumber, NumberType, OperationLink, OperationState, TeamsTelephony,
        VoiceConfiguration,
    },
};
use platform::outside::OutsideError;
use reqwest::{Method, header::LOCATION};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

const ASSIGNMENTS: &str = "/admin/teams/telephoneNumberManagement/numberAssignments";
const CONFIGURATIONS: &str = "/admin/teams/userConfigurations";

/// Pages of an answer about one number, of which all but one are empty at most.
const MOST_PAGES: usize = 5;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Assign<'a> {
    telephone_number: &'a str,
    assignment_target_id: ObjectId,
    number_type: &'a str,
    assignment_category: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Unassign<'a> {
    telephone_number: &'a str,
    number_type: &'a str,
}

#[derive(Deserialize)]
struct Assignments {
    value: OneOrMany<Assignment>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

/// The documentation shows single things where the service sends lists, and the other way about.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(Box<T>),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            OneOrMany::Many(many) => many,
            OneOrMany::One(one) => vec![*one],
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    telephone_number: String,
    activation_state: Option<String>,
    assignment_status: Option<String>,
    assignment_target_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Operation {
    id: Option<String>,
    status: Option<String>,
    #[serde(default)]
    numbers: Option<Vec<OperationNumber>>,
    /// Where the documentation puts the whole operation; the service does not.
    value: Option<Box<Operation>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OperationNumber {
    status: Option<String>,
    status_detail: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserConfiguration {
    id: Uuid,
    is_enterprise_voice_enabled: Option<bool>,
    #[serde(default)]
    feature_types: Option<Vec<String>>,
    #[serde(default)]
    telephone_numbers: Option<Vec<AssignedNumber>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssignedNumber {
    telephone_number: Option<String>,
}

#[async_trait]
impl TeamsTelephony for Graph {
    async fn find_number(
        &self,
        tenant: TenantId,
        number: &str,
    ) -> Result<Option<InventoryNumber>, OutsideError> {
        let digits = digits(number)?;
        let filter = format!("telephoneNumber eq '+{digits}'");
        let mut url = self.address(ASSIGNMENTS, &[("$filter", &filter)])?;
        for _ in 0..MOST_PAGES {
            let page: Assignments = self
                .ask_for(&Question::read("graph.find_number", tenant, url))
                .await?;
            let found = page.value.into_vec();
            let any = !found.is_empty();
            if let Some(assignment) = found
                .into_iter()
                .find(|found| bare(&found.telephone_number) == digits)
            {
                return assignment.into_inventory(digits).map(Some);
            }
            if any {
                return Err(OutsideError::Malformed(
                    "other numbers than the one asked for".into(),
                ));
            }
            match page.next {
                None => return Ok(None),
                Some(link) => url = self.follow(&link)?,
            }
        }
        Err(OutsideError::Malformed("a list without end".into()))
    }

    async fn assign_number(
        &self,
        tenant: TenantId,
        number: &str,
        number_type: NumberType,
        to: ObjectId,
        reference: &str,
    ) -> Result<OperationLink, OutsideError> {
        let body = json(&Assign {
            telephone_number: digits(number)?,
            assignment_target_id: to,
            number_type: wire(number_type),
            assignment_category: "primary",
        })?;
        self.act(
            "graph.assign_number",
            tenant,
            "assignNumber",
            body,
            reference,
        )
        .await
    }

    async fn unassign_number(
        &self,
        tenant: TenantId,
        number: &str,
        number_type: NumberType,
        reference: &str,
    ) -> Result<OperationLink, OutsideError> {
        let body = json(&Unassign {
            telephone_number: digits(number)?,
            number_type: wire(number_type),
        })?;
        self.act(
            "graph.unassign_number",
            tenant,
            "unassignNumber",
            body,
            reference,
        )
        .await
    }

    async fn operation(
        &self,
        tenant: TenantId,
        link: &OperationLink,
    ) -> Result<OperationState, OutsideError> {
        let url = self.follow(&link.0)?;
        let operation: Operation = self
            .ask_for(&Question::read("graph.operation", tenant, url))
            .await?;
        if operation
            .id()
            .is_some_and(|id| !link.0.contains(id) && !link.0.contains(&percent(id)))
        {
            return Err(OutsideError::Malformed(
                "another operation than the one asked for".into(),
            ));
        }
        operation.state()
    }

    async fn voice_configuration(
        &self,
        tenant: TenantId,
        object: ObjectId,
    ) -> Result<Option<VoiceConfiguration>, OutsideError> {
        let url = self.address(&format!("{CONFIGURATIONS}/{object}"), &[])?;
        let question = Question::read("graph.voice_configuration", tenant, url);
        let configuration: UserConfiguration = match self.ask_for(&question).await {
            Err(OutsideError::NotFound(_)) => return Ok(None),
            other => other?,
        };
        if ObjectId::from(configuration.id) != object {
            return Err(OutsideError::Malformed(
                "another person than the one asked for".into(),
            ));
        }
        Ok(Some(VoiceConfiguration {
            voice_enabled: configuration.is_enterprise_voice_enabled.unwrap_or(false),
            feature_types: configuration.feature_types.unwrap_or_default(),
            numbers: configuration
                .telephone_numbers
                .unwrap_or_default()
                .into_iter()
                .filter_map(|number| number.telephone_number)
                .map(|number| format!("+{}", bare(&number)))
                .collect(),
        }))
    }
}

impl Graph {
    async fn act(
        &self,
        what: &'static str,
        tenant: TenantId,
        action: &str,
        body: Vec<u8>,
        reference: &str,
    ) -> Result<OperationLink, OutsideError> {
        let url = self.address(&format!("{ASSIGNMENTS}/{}", percent(action)), &[])?;
        let question = Question::change(what, tenant, Method::POST, url, body).reference(reference);
        let answer = self.ask(&question).await?;
        let unknown = |why| unreadable(Effect::Change, why);
        if answer.status != 202 {
            return Err(unknown("accepted in another way than the contract's"));
        }
        let location = answer
            .header(LOCATION.as_str())
            .ok_or_else(|| unknown("accepted, without an address to ask"))?;
        self.place
            .link(location)
            .map(|url: Url| OperationLink(url.into()))
            .ok_or_else(|| unknown("accepted, and the address to ask is on another host"))
    }
}

impl Assignment {
    fn into_inventory(self, digits: &str) -> Result<InventoryNumber, OutsideError> {
        let is = |value: &Option<String>, word: &str| {
            value
                .as_deref()
                .is_some_and(|v| v.eq_ignore_ascii_case(word))
        };
        let target =
            match self.assignment_target_id.as_deref() {
                None | Some("") => None,
                Some(text) => Some(Uuid::try_parse(text).map_err(|_| {
                    OutsideError::Malformed("to whom the number is assigned".into())
                })?),
            };
        // The status leads: a target may linger for a while after the assignment has ended.
        let free = is(&self.assignment_status, "unassigned")
            && !is(&self.activation_state, "assignmentPending");
        Ok(InventoryNumber {
            number: format!("+{digits}"),
            assigned_to: target
                .filter(|target| !free && !target.is_nil())
                .map(ObjectId::from),
            activated: is(&self.activation_state, "activated"),
        })
    }
}

impl Operation {
    /// Wherever it stands; `None` when it is not told.
    fn id(&self) -> Option<&str> {
        let inner = self.value.as_ref().and_then(|inner| inner.id.as_deref());
        self.id.as_deref().or(inner).filter(|id| !id.is_empty())
    }

    fn state(self) -> Result<OperationState, OutsideError> {
        let operation = match (self.status.is_some(), self.value) {
            (false, Some(inner)) => *inner,
            _ => Operation {
                value: None,
                ..self
            },
        };
        let status = operation
            .status
            .ok_or_else(|| OutsideError::Malformed("an operation without a status".into()))?;
        let numbers = operation.numbers.unwrap_or_default();
        let failed = numbers.iter().find(|number| {
            number
                .status
                .as_deref()
                .is_some_and(|status| status.eq_ignore_ascii_case("failed"))
        });
        let detail = |number: Option<&OperationNumber>| {
            number
                .and_then(|number| number.status_detail.as_deref())
                .map(plain)
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| "no reason given".into())
        };
        Ok(match (status.to_ascii_lowercase().as_str(), failed) {
            ("notstarted" | "running", _) => OperationState::Running,
            ("failed", number) => OperationState::Failed {
                detail: detail(number.or(numbers.first())),
            },
            // One number was asked for; when it failed, the whole did, whatever the whole is called.
            (_, Some(number)) => OperationState::Failed {
                detail: detail(Some(number)),
            },
            ("succeeded", None) => OperationState::Succeeded,
            // `skipped` is documented and not in the schema; more may come.
            _ => OperationState::Unclear,
        })
    }
}

fn wire(number_type: NumberType) -> &'static str {
    match number_type {
        NumberType::OperatorConnect => "operatorConnect",
        NumberType::DirectRouting => "directRouting",
    }
}

/// E.164 without its plus sign, as the service's examples send it. Refuses anything else, which would change the filter.
fn digits(number: &str) -> Result<&str, OutsideError> {
    let digits = bare(number);
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(OutsideError::Refused {
            code: "invalidNumber".into(),
            message: "not a number in E.164".into(),
        });
    }
    Ok(digits)
}

fn bare(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

/// For tests of the table of states.
#[cfg(test)]
pub(super) fn operation_state(json: &str) -> Result<OperationState, OutsideError> {
    serde_json::from_str::<Operation>(json).unwrap().state()
}
