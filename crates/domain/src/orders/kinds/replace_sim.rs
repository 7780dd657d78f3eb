//! `replaceSim`: the subscription moves to another SIM. The old one works until the new one is there.

use super::{Carried, End, Kind, step};
use crate::{
    orders::{
        Before, ItemRequest, OrderItem, PlannedStep, Policy, QuoteRequest, QuotedItem, Restored,
        SimRequest, StepKind, StepPayload,
        assess::{Look, effect},
        facts::Facts,
        placing::Placing,
    },
    sims::{self, SimKind},
    subscriptions::{self, SubscriptionState},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Error, Instant, Result};

pub(super) struct ReplaceSim;

/// Where a card is sent that is kept back for a while, as the warning says it: to another address than the registered one, or to
/// one that was registered only now.
fn kept_back(
    request: &QuoteRequest,
    sim: &SimRequest,
    facts: &Facts,
    policy: &Policy,
    now: Instant,
) -> Option<&'static str> {
    let elsewhere = request
        .delivery
        .as_ref()
        .is_some_and(|delivery| delivery.address.is_some());
    match sim {
        SimRequest::Ship {} if elsewhere => Some("simGoesElsewhere"),
        SimRequest::Ship {} if facts.address_is_new(policy, now) => Some("simAddressIsNew"),
        _ => None,
    }
}

#[async_trait]
impl Kind for ReplaceSim {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let Some(line) = line else {
            return item;
        };
        item.number = line.number.as_ref().map(|number| number.number.clone());
        if let Some(request) = wish.sim() {
            let (iccid, told) = look.sim(request);
            item.iccid = iccid;
            item.effects.push(told);
            let kept_back = kept_back(look.request, request, look.facts, look.policy, look.now);
            if let Some(why) = kept_back {
                look.warning("sim", why, &[]);
                let hours = look.policy.address_hold_hours;
                if hours > 0 {
                    look.warning("sim", "simWaits", &[("hours", &hours.to_string())]);
                }
                let held = look.now.plus(look.policy.address_hold());
                item.starts_on = item.starts_on.max(held.danish_day());
            }
        }
        let old = line.sim.as_ref().map(|sim| sim.iccid.as_str());
        item.effects
            .push(effect("oldSimEnds", &[("iccid", old.unwrap_or_default())]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let Some(request) = wish.sim() else {
            return;
        };
        let mut item = placing.item(wish, quoted);
        item.before = Before {
            restored: placing.restored().cloned(),
            ..Before::default()
        };
        let (facts, policy) = (placing.facts, placing.policy);
        if kept_back(placing.request, request, facts, policy, placing.now).is_some() {
            // Time for whoever is told of it to stop it.
            let held = placing.now.plus(placing.policy.address_hold());
            item.start_at = item.start_at.max(Some(held));
            item.before.not_before = Some(held);
        }
        placing.want_sim(&item, item.id.0, request);
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let line = carried.line()?;
        let payload = StepPayload {
            iccid: carried.item.iccid.clone(),
            before: line.sim.as_ref().map(|sim| sim.iccid.clone()),
            ..carried.payload(&line.number_text())
        };
        let mut steps = Vec::new();
        if carried.item.before.restored.is_none() {
            match carried.wish.sim() {
                Some(SimRequest::Ship {}) => {
                    steps.push(step(StepKind::NetworkShipment, payload.clone()));
                }
                Some(SimRequest::ESim {}) => {
                    steps.push(step(StepKind::NetworkESim, payload.clone()));
                }
                _ => {}
            }
        }
        steps.push(step(StepKind::NetworkSim, payload));
        Ok(steps)
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        let (item, sub) = (end.item.id.0, subscription.0);
        let old = sims::of_holder(end.tx, end.scope, sub).await?;
        let new = sims::of_holder(end.tx, end.scope, item)
            .await?
            .ok_or_else(|| Error::internal("the new SIM is not reserved"))?;
        let into_drawer = end.as_if_never() && old.is_some_and(|sim| sim.kind == SimKind::Physical);
        if into_drawer {
            sims::return_to_drawer(end.tx, end.ids, end.scope, sub).await?;
        } else {
            sims::retire(end.tx, end.ids, end.scope, sub).await?;
        }
        sims::pass_on(end.tx, end.ids, end.scope, item, sub).await?;
        sims::activate(end.tx, end.ids, end.scope, sub).await?;
        if end.item.before.state == Some(SubscriptionState::Suspended) {
            sims::set_suspended(end.tx, end.ids, end.scope, sub, true).await?;
        }
        subscriptions::set_sim(end.tx, end.scope, subscription, new.id).await
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        sims::give_back(end.tx, end.ids, end.scope, end.item.id.0).await
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let (Some(subscription), Some(sim)) = (item.subscription, item.before.sim) else {
            return Err("undoNothing");
        };
        if matches!(
            item.request.as_ref().and_then(ItemRequest::sim),
            Some(SimRequest::Ship {})
        ) {
            return Err("undoSimPosted");
        }
        Ok((
            ItemRequest::ReplaceSim {
                subscription,
                sim: SimRequest::Unassigned { sim },
                date: None,
            },
            Restored {
                one_time: -item.one_time.amount,
                sim: Some(sim),
                as_if_never: true,
                ..Restored::default()
            },
        ))
    }
}
