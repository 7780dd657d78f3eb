//! The steps at Microsoft: giving a number to the person's Teams account, and taking it away.
//!
//! Assigning is asynchronous there, and its answer is not the proof: the number read back from the inventory is.

use super::{
    jobs::Outside,
    network_steps::{IN_FLIGHT, number_type, passing},
    ports::{InventoryNumber, OperationLink, OperationState},
};
use crate::{
    access::{ObjectId, TenantId},
    directory,
    orders::StepPayload,
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
/// What has not ended by then, or has ended and cannot be read back, counts as failing: a person is asked in the end.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Whether a step is carried out or taken back: what it asks for then carries another reference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Back,
}

impl Direction {
    fn reference(self, step: &Step) -> String {
        match self {
            Direction::Forward => step.id.to_string(),
            Direction::Back => format!("{}-undo", step.id),
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Memo {
    /// Where what the step asked for can be asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// The same for taking it back.
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

    fn own(&mut self, direction: Direction) -> &mut Option<String> {
        match direction {
            Direction::Forward => &mut self.operation,
            Direction::Back => &mut self.undo_operation,
        }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

fn parties(payload: &StepPayload) -> Option<(TenantId, ObjectId)> {
    payload.tenant.zip(payload.object)
}

/// Gives the number to the person: forward, or back after it was taken away.
pub async fn assign(
    outside: &Outside,
    step: &Step,
    payload: &StepPayload,
    direction: Direction,
    now: Instant,
) -> StepOutcome {
    let Some((tenant, object)) = parties(payload) else {
        return failed("the person has no Teams account");
    };
    let mut memo = Memo::of(step);
    if direction == Direction::Back
        && let Some(outcome) = let_end(outside, tenant, &mut memo.operation).await
    {
        return outcome.unwrap_or_else(|| wait(step, now, &memo));
    }
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
            if direction == Direction::Forward || memo.waited || memo.undo_operation.is_some() {
                return StepOutcome::Done { memo: memo.json() };
            }
            // Perhaps a call to take it away that got no answer is still on its way: look once more when it cannot be.
            memo.waited = true;
            return StepOutcome::Wait {
                until: now.plus(IN_FLIGHT),
                memo: memo.json(),
            };
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
    if let Some(link) = memo.own(direction).clone() {
        match outside.teams.operation(tenant, &OperationLink(link)).await {
            Ok(OperationState::Failed { detail }) => return refused(direction, detail),
            // Succeeded, but not to be read back yet: it is eventually consistent.
            Ok(_) => return wait(step, now, &memo),
            Err(OutsideError::NotFound(_)) => *memo.own(direction) = None,
            Err(error) => return passing(error),
        }
    }
    if direction == Direction::Forward
        && let Some(refusal) = licence_refusal(outside, tenant, object).await
    {
        return refusal;
    }
    match outside
        .teams
        .assign_number(
            tenant,
            &payload.number,
            number_type(payload),
            object,
            &direction.reference(step),
        )
        .await
    {
        Ok(link) => {
            *memo.own(direction) = Some(link.0);
            wait(step, now, &memo)
        }
        Err(OutsideError::Refused { code, message }) => failed(&format!("{code}: {message}")),
        Err(error) => passing(error),
    }
}

/// An operation under way must end before it is known what to take back: `Some` when there is something to wait for.
async fn let_end(
    outside: &Outside,
    tenant: TenantId,
    operation: &mut Option<String>,
) -> Option<Option<StepOutcome>> {
    let link = operation.clone()?;
    match outside.teams.operation(tenant, &OperationLink(link)).await {
        Ok(OperationState::Running) => Some(None),
        Ok(_) | Err(OutsideError::NotFound(_)) => {
            *operation = None;
            None
        }
        Err(error) => Some(Some(passing(error))),
    }
}

/// An operation that Microsoft accepted and then failed: forward that is final, back it is tried again.
fn refused(direction: Direction, detail: String) -> StepOutcome {
    match direction {
        Direction::Forward => failed(&detail),
        Direction::Back => StepOutcome::Retry {
            after: None,
            why: detail,
        },
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

/// Takes the number from the person: forward, or back after it was given.
pub async fn unassign(
    outside: &Outside,
    step: &Step,
    payload: &StepPayload,
    direction: Direction,
    now: Instant,
) -> StepOutcome {
    let Some((tenant, object)) = parties(payload) else {
        return StepOutcome::Done {
            memo: step.memo.clone(),
        };
    };
    let mut memo = Memo::of(step);
    if direction == Direction::Back
        && let Some(outcome) = let_end(outside, tenant, &mut memo.operation).await
    {
        return outcome.unwrap_or_else(|| wait(step, now, &memo));
    }
    let ours = match outside.teams.find_number(tenant, &payload.number).await {
        Ok(found) => found.is_some_and(|number| number.assigned_to == Some(object)),
        Err(error) => return passing(error),
    };
    if !ours {
        if direction == Direction::Forward || memo.waited || memo.undo_operation.is_some() {
            return StepOutcome::Done { memo: memo.json() };
        }
        // Perhaps a call that got no answer is still on its way: look once more when it cannot be any longer.
        memo.waited = true;
        return StepOutcome::Wait {
            until: now.plus(IN_FLIGHT),
            memo: memo.json(),
        };
    }
    if let Some(link) = memo.own(direction).clone() {
        match outside.teams.operation(tenant, &OperationLink(link)).await {
            Ok(OperationState::Failed { detail }) => return refused(direction, detail),
            Ok(_) => return wait(step, now, &memo),
            Err(OutsideError::NotFound(_)) => *memo.own(direction) = None,
            Err(error) => return passing(error),
        }
    }
    match outside
        .teams
        .unassign_number(
            tenant,
            &payload.number,
            number_type(payload),
            &direction.reference(step),
        )
        .await
    {
        Ok(link) => {
            *memo.own(direction) = Some(link.0);
            wait(step, now, &memo)
        }
        Err(OutsideError::Refused { code, message }) => failed(&format!("{code}: {message}")),
        Err(error) => passing(error),
    }
}

fn wait(step: &Step, now: Instant, memo: &Memo) -> StepOutcome {
    let age = step.started_at.map_or(Duration::ZERO, |at| now.since(at));
    let memo = memo.json();
    // A memo with news in it must be kept; the look after this one finds it without.
    if age > PATIENCE && memo == step.memo {
        return StepOutcome::Retry {
            after: Some(LONGEST_LOOK),
            why: "Microsoft has accepted this and does not show it done".to_owned(),
        };
    }
    StepOutcome::Wait {
        until: now.plus((age / 4).clamp(LOOK / 2, LONGEST_LOOK)),
        memo,
    }
}

fn failed(why: &str) -> StepOutcome {
    StepOutcome::Failed {
        why: why.to_owned(),
    }
}
