//! Steps at the operator's network. Each is one service order whose external id is the step's; taking it back is another,
//! whose external id is the step's with `-undo`.

use super::ports::{
    ActivationCode, Network, NetworkOrder, NetworkOrderState, NetworkRequest, NumberType, SentCard,
};
use crate::{
    access::TenantId,
    orders::{Delivery, StepKind, StepPayload},
};
use platform::{
    Instant,
    outside::OutsideError,
    saga::{Step, StepOutcome},
};
use serde_json::json;
use std::time::Duration;

/// A call without an answer may still be on its way for this long; longer than any call's own time limit.
pub(super) const IN_FLIGHT: Duration = Duration::from_secs(30);

/// What a step came to, and what the network told with it.
pub type Placed = (StepOutcome, Told);

/// What the network tells with an order that is carried out, and which is kept sealed.
#[derive(Default)]
pub struct Told {
    /// Of an eSIM profile.
    pub code: Option<ActivationCode>,
    /// Of a pack.
    pub cards: Vec<SentCard>,
}

pub async fn place(
    network: &dyn Network,
    kind: StepKind,
    step: &Step,
    payload: &StepPayload,
    delivery: Option<&Delivery>,
    now: Instant,
) -> Placed {
    let Some(request) = request(kind, payload, delivery, true) else {
        let why = "the order lacks what the network needs for this step".to_owned();
        return (StepOutcome::Failed { why }, Told::default());
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
            // Still moving: only when it stands still is it known what to take back. What is not in the post yet need not go.
            _ => {
                if matches!(
                    kind,
                    StepKind::NetworkSimPack | StepKind::NetworkShipment | StepKind::NetworkGoods
                ) && let Err(error) = network.call_off_order(&order.id).await
                {
                    tracing::info!(%error, "a shipment could not be called off");
                }
                return wait(step, now, json!({ "networkOrder": order.id }));
            }
        },
    }
    let Some(request) = request(kind, payload, None, false) else {
        return undone();
    };
    let (outcome, _) = follow(network, &format!("{}-undo", step.id), &request, step, now).await;
    outcome
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
) -> Placed {
    let known = if step.attempts > 1 {
        match network.find_order(external_id).await {
            Ok(known) => known,
            Err(error) => return (passing(error), Told::default()),
        }
    } else {
        None
    };
    let order = match known {
        Some(order) => order,
        None => match network.place_order(external_id, request).await {
            Ok(order) => order,
            Err(OutsideError::Refused { code, message }) => {
                let why = format!("{code}: {message}");
                return (StepOutcome::Failed { why }, Told::default());
            }
            // It may still arrive: asking before it can no longer be on its way would prove nothing.
            Err(error @ (OutsideError::UnknownOutcome(_) | OutsideError::Malformed(_))) => {
                let outcome = StepOutcome::Retry {
                    after: Some(IN_FLIGHT),
                    why: error.to_string(),
                };
                return (outcome, Told::default());
            }
            Err(error) => return (passing(error), Told::default()),
        },
    };
    let told = Told {
        code: order.activation_code.clone(),
        cards: order.cards.clone(),
    };
    (judge(order, step, now), told)
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

/// How the organisation's numbers get into Teams.
pub(super) fn number_type(payload: &StepPayload) -> NumberType {
    if payload.direct_routing {
        NumberType::DirectRouting
    } else {
        NumberType::OperatorConnect
    }
}

/// What the network is asked to do for a step, or to take it back; `None` when the payload lacks something for it.
fn request(
    kind: StepKind,
    payload: &StepPayload,
    delivery: Option<&Delivery>,
    forward: bool,
) -> Option<NetworkRequest> {
    let number = payload.number.clone();
    let customer = payload.customer.clone();
    let iccid = payload.iccid.clone();
    let tenant: Option<TenantId> = payload.tenant;
    // The new value forwards, the old one back.
    let value = |new: &str| {
        if forward {
            Some(new.to_owned())
        } else {
            payload.before.clone()
        }
    };
    Some(match (kind, forward) {
        (StepKind::NetworkTelephony, true) | (StepKind::NetworkTelephonyEnd, false) => {
            NetworkRequest::ActivateTelephony { number, customer }
        }
        (StepKind::NetworkTelephony, false) | (StepKind::NetworkTelephonyEnd, true) => {
            NetworkRequest::DeactivateTelephony { number }
        }
        (StepKind::NetworkUpload, true) | (StepKind::NetworkWithdraw, false) => {
            NetworkRequest::UploadNumber {
                number,
                tenant: tenant?,
                number_type: number_type(payload),
            }
        }
        (StepKind::NetworkUpload, false) | (StepKind::NetworkWithdraw, true) => {
            NetworkRequest::WithdrawNumber {
                number,
                tenant: tenant?,
            }
        }
        (StepKind::NetworkMobile, true) | (StepKind::NetworkMobileEnd, false) => {
            NetworkRequest::ActivateMobile {
                number,
                iccid: iccid?,
                package: payload.package.clone(),
                add_ons: payload.add_ons.clone(),
                suspended: payload.suspended,
                customer,
            }
        }
        (StepKind::NetworkMobile, false) | (StepKind::NetworkMobileEnd, true) => {
            NetworkRequest::DeactivateMobile {
                number,
                iccid: iccid?,
            }
        }
        (StepKind::NetworkPackage, _) => NetworkRequest::SetPackage {
            number,
            package: value(&payload.package)?,
        },
        (StepKind::NetworkAddOn | StepKind::NetworkAddOnEnd, _) => NetworkRequest::SetAddOn {
            number,
            add_on: payload.package.clone(),
            on: (kind == StepKind::NetworkAddOn) == forward,
        },
        (StepKind::NetworkSuspend | StepKind::NetworkResume, _) => NetworkRequest::SetSuspended {
            number,
            suspended: (kind == StepKind::NetworkSuspend) == forward,
        },
        (StepKind::NetworkSim, _) => NetworkRequest::SetSim {
            number,
            iccid: value(&iccid?)?,
        },
        (StepKind::NetworkNumber, _) => NetworkRequest::SetNumber {
            iccid: iccid?,
            number: value(&number)?,
        },
        (StepKind::NetworkShipment, true) => NetworkRequest::ShipSim {
            iccid: iccid?,
            customer,
            address: delivery.and_then(|delivery| delivery.address.clone()),
            attention: delivery.and_then(|delivery| delivery.attention.clone()),
        },
        (StepKind::NetworkShipment, false) => NetworkRequest::VoidShipment { iccid: iccid? },
        (StepKind::NetworkESim, true) => NetworkRequest::PrepareESim {
            iccid: iccid?,
            customer,
        },
        (StepKind::NetworkESim, false) => NetworkRequest::WithdrawESim { iccid: iccid? },
        (StepKind::NetworkSimPack, true) => NetworkRequest::ShipPack {
            pack: payload.pack.clone()?,
            customer,
            address: delivery.and_then(|delivery| delivery.address.clone()),
            attention: delivery.and_then(|delivery| delivery.attention.clone()),
        },
        (StepKind::NetworkSimPack, false) => NetworkRequest::VoidPack {
            pack: payload.pack.clone()?,
        },
        (StepKind::NetworkGoods, true) => NetworkRequest::ShipGoods {
            parcel: payload.parcel.clone()?,
            customer,
            address: delivery.and_then(|delivery| delivery.address.clone()),
            attention: delivery.and_then(|delivery| delivery.attention.clone()),
        },
        (StepKind::NetworkGoods, false) => NetworkRequest::CallBackGoods {
            parcel: payload.parcel.clone()?,
        },
        (StepKind::NetworkCallGroup, true) | (StepKind::NetworkCallGroupEnd, false) => {
            NetworkRequest::SetUpCallGroup {
                service: payload.group.clone()?,
                customer,
            }
        }
        (StepKind::NetworkCallGroup, false) | (StepKind::NetworkCallGroupEnd, true) => {
            NetworkRequest::EndCallGroup {
                group: payload.group.clone()?.group,
            }
        }
        (StepKind::NetworkCallGroupChange, _) => NetworkRequest::ChangeCallGroup {
            service: if forward {
                payload.group.clone()?
            } else {
                payload.group_before.clone()?
            },
        },
        (
            StepKind::TeamsAssign
            | StepKind::TeamsUnassign
            | StepKind::OperatorService
            | StepKind::PortIn,
            _,
        ) => return None,
    })
}
