//! The step at Microsoft: giving the number to the person's Teams account, and taking it away.
//!
//! Assigning is asynchronous there, and its answer is not the proof: the number read back from the inventory is.

use super::{
    jobs::Outside,
    network_steps::{IN_FLIGHT, passing},
    plan::StepPayload,
    ports::{InventoryNumber, OperationLink, OperationState},
};
use crate::{
    access::{ObjectId, TenantId},
    directory,
};
use platform::{
    Instant,
    outside::OutsideError,
    saga::{Step, StepOutcome},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Microsoft's operations take seconds; longer ones are asked about less often.
const LOOK: Duration = Duration::from_secs(2);
const LONGEST_LOOK: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Memo {
    /// Where the assignment under way can be asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// The same for taking it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    undo_operation: Option<String>,
    /// A call of unknown outcome was given time to arrive.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    waited: bool,
}

impl Memo {
    fn of(step: &Step) -> Memo {
        serde_json::from_value(step.memo.clone()).unwrap_or_default()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn parties(payload: &StepPayload) -> Option<(TenantId, ObjectId)> {
    payload.tenant.zip(payload.object)
}

pub async fn assign(
    outside: &Outside,
    step: &Step,
    payload: &StepPayload,
    now: Instant,
) -> StepOutcome {
    let Some((tenant, object)) = parties(payload) else {
        return failed("the person has no Teams account");
    };
    let mut memo = Memo::of(step);
    let found = match outside.teams.find_number(tenant, &payload.number).await {
        Ok(found) => found,
        Err(error) => return passing(error),
    };
    match found {
        Some(InventoryNumber {
            assigned_to: Some(holder),
            ..
        }) if holder != object => {
            return failed("the number is assigned to another account in Teams");
        }
        Some(InventoryNumber {
            assigned_to: Some(_),
            activated: true,
            ..
        }) => {
            return StepOutcome::Done { memo: memo.json() };
        }
        // Assigned, not yet active: Microsoft is at it.
        Some(InventoryNumber {
            assigned_to: Some(_),
            ..
        }) => return wait(step, now, &memo),
        Some(_) => {}
        None => {
            return StepOutcome::Retry {
                after: Some(LOOK),
                why: "the number has not arrived in the tenant's inventory yet".to_owned(),
            };
        }
    }
    if let Some(link) = memo.operation.clone() {
        match outside.teams.operation(tenant, &OperationLink(link)).await {
            Ok(OperationState::Failed { detail }) => return failed(&detail),
            // Succeeded, but not to be read back yet: it is eventually consistent.
            Ok(_) => return wait(step, now, &memo),
            Err(OutsideError::NotFound(_)) => memo.operation = None,
            Err(error) => return passing(error),
        }
    }
    if let Some(refusal) = licence_refusal(outside, tenant, object).await {
        return refusal;
    }
    let reference = step.id.to_string();
    match outside
        .teams
        .assign_number(
            tenant,
            &payload.number,
            payload.number_type(),
            object,
            &reference,
        )
        .await
    {
        Ok(link) => {
            memo.operation = Some(link.0);
            wait(step, now, &memo)
        }
        Err(OutsideError::Refused { code, message }) => failed(&format!("{code}: {message}")),
        Err(error) => passing(error),
    }
}

/// The licences may have changed since the quote: look again at the directory itself, right before the call.
async fn licence_refusal(
    outside: &Outside,
    tenant: TenantId,
    object: ObjectId,
) -> Option<StepOutcome> {
    match outside.directory.person(tenant, object).await {
        Ok(record) if !record.enabled => Some(failed("the account has been disabled")),
        Ok(record) => {
            let missing = directory::rules::missing_licences(&record);
            (!missing.is_empty()).then(|| {
                let names: Vec<&str> = missing.iter().map(|licence| licence.name()).collect();
                failed(&format!("a licence is missing: {}", names.join(", ")))
            })
        }
        Err(OutsideError::NotFound(_)) => {
            Some(failed("the account is not in the directory any more"))
        }
        Err(error) => Some(passing(error)),
    }
}

pub async fn unassign(
    outside: &Outside,
    step: &Step,
    payload: &StepPayload,
    now: Instant,
) -> StepOutcome {
    let Some((tenant, object)) = parties(payload) else {
        return StepOutcome::Done {
            memo: step.memo.clone(),
        };
    };
    let mut memo = Memo::of(step);
    // An assignment under way must end before it is known what to take away.
    if let Some(link) = memo.operation.clone() {
        match outside.teams.operation(tenant, &OperationLink(link)).await {
            Ok(OperationState::Running) => return wait(step, now, &memo),
            Ok(_) => memo.operation = None,
            Err(OutsideError::NotFound(_)) => memo.operation = None,
            Err(error) => return passing(error),
        }
    }
    let ours = match outside.teams.find_number(tenant, &payload.number).await {
        Ok(found) => found.is_some_and(|number| number.assigned_to == Some(object)),
        Err(error) => return passing(error),
    };
    if !ours {
        if memo.waited || memo.undo_operation.is_some() {
            return StepOutcome::Done { memo: memo.json() };
        }
        // Perhaps a call that got no answer is still on its way: look once more when it cannot be any longer.
        memo.waited = true;
        return StepOutcome::Wait {
            until: now.plus(IN_FLIGHT),
            memo: memo.json(),
        };
    }
    if let Some(link) = memo.undo_operation.clone() {
        match outside.teams.operation(tenant, &OperationLink(link)).await {
            Ok(OperationState::Failed { detail }) => {
                return StepOutcome::Retry {
                    after: None,
                    why: detail,
                };
            }
            Ok(_) => return wait(step, now, &memo),
            Err(OutsideError::NotFound(_)) => memo.undo_operation = None,
            Err(error) => return passing(error),
        }
    }
    let reference = format!("{}-undo", step.id);
    match outside
        .teams
        .unassign_number(tenant, &payload.number, payload.number_type(), &reference)
        .await
    {
        Ok(link) => {
            memo.undo_operation = Some(link.0);
            wait(step, now, &memo)
        }
        Err(OutsideError::Refused { code, message }) => failed(&format!("{code}: {message}")),
        Err(error) => passing(error),
    }
}

fn wait(step: &Step, now: Instant, memo: &Memo) -> StepOutcome {
    let age = step.started_at.map_or(Duration::ZERO, |at| now.since(at));
    StepOutcome::Wait {
        until: now.plus((age / 4).clamp(LOOK / 2, LONGEST_LOOK)),
        memo: memo.json(),
    }
}

fn failed(why: &str) -> StepOutcome {
    StepOutcome::Failed {
        why: why.to_owned(),
    }
}
