//! Steps at the operator's network. Each is one service order whose external id is the step's; taking it back is another,
//! whose external id is the step's with `-undo`.

use super::{
    plan::{StepKind, StepPayload},
    ports::{Network, NetworkOrder, NetworkOrderState, NetworkRequest},
};
use crate::access::TenantId;
use platform::{
    Instant,
    outside::OutsideError,
    saga::{Step, StepOutcome},
};
use serde_json::json;
use std::time::Duration;

/// A call without an answer may still be on its way for this long; longer than any call's own time limit.
pub(super) const IN_FLIGHT: Duration = Duration::from_secs(30);

pub async fn place(
    network: &dyn Network,
    kind: StepKind,
    step: &Step,
    payload: &StepPayload,
    now: Instant,
) -> StepOutcome {
    let Some(request) = request(kind, payload, true) else {
        return StepOutcome::Failed {
            why: "the order lacks what the network needs for this step".to_owned(),
        };
    };
    follow(network, &step.id.to_string(), &request, step, now).await
}

pub async fn take_back(
    network: &dyn Network,
    kind: StepKind,
    step: &Step,
    payload: &StepPayload,
    now: Instant,
) -> StepOutcome {
    // What became of the step itself decides whether there is anything to take back.
    match network.find_order(&step.id.to_string()).await {
        Err(error) => return passing(error),
        Ok(None) if step.memo.get("waited").is_some() => return undone(),
        // Perhaps a call that got no answer is still on its way: look once more when it cannot be any longer.
        Ok(None) => {
            return StepOutcome::Wait {
                until: now.plus(IN_FLIGHT),
                memo: json!({ "waited": true }),
            };
        }
        Ok(Some(order)) => match order.state {
            NetworkOrderState::Completed | NetworkOrderState::Partial => {}
            NetworkOrderState::Failed
            | NetworkOrderState::Rejected
            | NetworkOrderState::Cancelled => {
                return undone();
            }
            // Still moving: only when it stands still is it known what to take back.
            _ => return wait(step, now, json!({ "networkOrder": order.id })),
        },
    }
    let Some(request) = request(kind, payload, false) else {
        return undone();
    };
    follow(network, &format!("{}-undo", step.id), &request, step, now).await
}

fn undone() -> StepOutcome {
    StepOutcome::Done { memo: json!({}) }
}

/// Asks for the order with this external id, unless this is known to be the first try; places it when there is none.
async fn follow(
    network: &dyn Network,
    external_id: &str,
    request: &NetworkRequest,
    step: &Step,
    now: Instant,
) -> StepOutcome {
    let known = if step.attempts > 1 {
        match network.find_order(external_id).await {
            Ok(known) => known,
            Err(error) => return passing(error),
        }
    } else {
        None
    };
    let order = match known {
        Some(order) => order,
        None => match network.place_order(external_id, request).await {
            Ok(order) => order,
            Err(OutsideError::Refused { code, message }) => {
                return StepOutcome::Failed {
                    why: format!("{code}: {message}"),
                };
            }
            // It may still arrive: asking before it can no longer be on its way would prove nothing.
            Err(error @ (OutsideError::UnknownOutcome(_) | OutsideError::Malformed(_))) => {
                return StepOutcome::Retry {
                    after: Some(IN_FLIGHT),
                    why: error.to_string(),
                };
            }
            Err(error) => return passing(error),
        },
    };
    judge(order, step, now)
}

fn judge(order: NetworkOrder, step: &Step, now: Instant) -> StepOutcome {
    let memo = json!({ "networkOrder": order.id });
    match order.state {
        NetworkOrderState::Completed => StepOutcome::Done { memo },
        NetworkOrderState::Failed | NetworkOrderState::Rejected | NetworkOrderState::Cancelled => {
            StepOutcome::Failed {
                why: order
                    .message
                    .unwrap_or_else(|| "the network gave no reason".to_owned()),
            }
        }
        NetworkOrderState::Partial => StepOutcome::Retry {
            after: None,
            why: "the network carried the order out in part".to_owned(),
        },
        NetworkOrderState::Acknowledged
        | NetworkOrderState::InProgress
        | NetworkOrderState::Pending
        | NetworkOrderState::Held
        | NetworkOrderState::Other => wait(step, now, memo),
    }
}

/// The network tells us when the order moves; looking ourselves as well bears a lost event. The longer it takes the rarer.
fn wait(step: &Step, now: Instant, memo: serde_json::Value) -> StepOutcome {
    let age = step.started_at.map_or(Duration::ZERO, |at| now.since(at));
    let pause = (age / 4).clamp(Duration::from_secs(1), Duration::from_secs(60));
    StepOutcome::Wait {
        until: now.plus(pause),
        memo,
    }
}

pub(super) fn passing(error: OutsideError) -> StepOutcome {
    StepOutcome::Retry {
        after: error.wait(),
        why: error.to_string(),
    }
}

fn request(kind: StepKind, payload: &StepPayload, forward: bool) -> Option<NetworkRequest> {
    let number = payload.number.clone();
    let tenant: Option<TenantId> = payload.tenant;
    Some(match (kind, forward) {
        (StepKind::NetworkTelephony, true) => NetworkRequest::ActivateTelephony {
            number,
            customer: payload.customer.clone(),
        },
        (StepKind::NetworkTelephony, false) => NetworkRequest::DeactivateTelephony { number },
        (StepKind::NetworkUpload, true) => NetworkRequest::UploadNumber {
            number,
            tenant: tenant?,
            number_type: payload.number_type(),
        },
        (StepKind::NetworkUpload, false) => NetworkRequest::WithdrawNumber {
            number,
            tenant: tenant?,
        },
        (StepKind::NetworkMobile, true) => NetworkRequest::ActivateMobile {
            number,
            iccid: payload.iccid.clone()?,
            package: payload.package.clone(),
            customer: payload.customer.clone(),
        },
        (StepKind::NetworkMobile, false) => NetworkRequest::DeactivateMobile {
            number,
            iccid: payload.iccid.clone()?,
        },
        (StepKind::TeamsAssign, _) => return None,
    })
}
