//! `endSubscription`: somebody's subscription ends; the number rests or is given back, the SIM is of no use any more.

use super::{Carried, End, Kind, rest_until, step};
use crate::{
    call_groups, numbering,
    orders::{
        Before, ItemRequest, NumberFate, NumberRequest, OrderItem, PlannedStep, QuotedItem, Rest,
        Restored, SHORTEST_REST, SimRequest, StepKind, StepPayload,
        assess::{Look, effect},
        placing::Placing,
    },
    sims::{self, SimKind},
    subscriptions::{self, SubscriptionKind, SubscriptionState},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Money, Result};

pub(super) struct EndSubscription;

fn days(fate: NumberFate, policy: &crate::orders::Policy) -> u32 {
    match fate {
        NumberFate::Rest => policy.rest_days.max(SHORTEST_REST),
        NumberFate::Return => SHORTEST_REST,
    }
}

#[async_trait]
impl Kind for EndSubscription {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let (Some(line), ItemRequest::EndSubscription { number, .. }) = (line, wish) else {
            return item;
        };
        let subscription = &line.subscription;
        item.offering = Some(subscription.offering);
        item.offering_name = look
            .facts
            .known
            .get(&subscription.offering)
            .map(|offering| offering.name.clone());
        item.number = line.number.as_ref().map(|number| number.number.clone());
        item.iccid = line.sim.as_ref().map(|sim| sim.iccid.clone());
        item.monthly = Money::dkk(-subscription.monthly.amount);
        item.one_time = Money::dkk(look.restored.map_or(0, |restored| restored.one_time));
        let shown = numbering::rules::display(&line.number_text());
        let until = rest_until(day, days(*number, look.policy)).to_string();
        let never = look.restored.is_some_and(|restored| restored.as_if_never);
        item.effects.push(match (never, number) {
            (true, _) => effect("numberReturnsAtOnce", &[("number", &shown)]),
            (false, NumberFate::Rest) => {
                effect("numberRests", &[("number", &shown), ("until", &until)])
            }
            (false, NumberFate::Return) => {
                effect("numberReturns", &[("number", &shown), ("until", &until)])
            }
        });
        item.effects.push(match subscription.kind {
            SubscriptionKind::Telephony => effect("teamsVoiceEnds", &[]),
            SubscriptionKind::Mobile => effect("simEnds", &[]),
        });
        for seen in look.facts.groups.of_line(subscription.id) {
            let name = seen.group.settings.name.as_str();
            item.effects
                .push(effect("leavesCallGroup", &[("group", name)]));
            if seen.group.members.len() == 1 {
                look.warning("subscription", "lastMember", &[("group", name)]);
            }
        }
        if !line.scheduled.is_empty() {
            look.warning("subscription", "scheduledLapses", &[]);
        }
        item.effects.push(effect("billingEnds", &[]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let ItemRequest::EndSubscription { number, .. } = wish else {
            return;
        };
        let mut item = placing.item(wish, quoted);
        item.before = Before {
            restored: placing.restored().cloned(),
            rest: Some(Rest {
                days: days(*number, placing.policy),
                back_to: match number {
                    NumberFate::Rest => None,
                    NumberFate::Return => placing.facts.operator,
                },
            }),
            ..Before::default()
        };
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let line = carried.line()?;
        let payload = StepPayload {
            package: carried.code(Some(line.subscription.offering)),
            iccid: line.sim.as_ref().map(|sim| sim.iccid.clone()),
            ..carried.payload(&line.number_text())
        };
        if line.subscription.kind == SubscriptionKind::Telephony {
            return Ok([
                StepKind::TeamsUnassign,
                StepKind::NetworkWithdraw,
                StepKind::NetworkTelephonyEnd,
            ]
            .map(|kind| step(kind, payload.clone()))
            .into());
        }
        let mut steps = carried.group_steps(line.subscription.id, &line.number_text(), false);
        steps.push(step(
            StepKind::NetworkMobileEnd,
            StepPayload {
                add_ons: line
                    .add_ons()
                    .map(|add_on| carried.code(Some(add_on.offering)))
                    .collect(),
                suspended: line.subscription.state == SubscriptionState::Suspended,
                ..payload
            },
        ));
        Ok(steps)
    }

    async fn begin(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        for from in [SubscriptionState::Active, SubscriptionState::Suspended] {
            subscriptions::set_state(
                end.tx,
                end.scope,
                subscription,
                from,
                SubscriptionState::Ending,
            )
            .await?;
        }
        Ok(())
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        subscriptions::end(end.tx, end.ids, end.scope, subscription).await?;
        call_groups::leave(end.tx, end.scope, subscription).await?;
        end.let_number_go(subscription).await?;
        let card = sims::of_holder(end.tx, end.scope, subscription.0).await?;
        // A profile whose code somebody may have seen is never given to another one.
        let into_drawer =
            end.as_if_never() && card.is_some_and(|sim| sim.kind == SimKind::Physical);
        if into_drawer {
            sims::return_to_drawer(end.tx, end.ids, end.scope, subscription.0).await
        } else {
            sims::retire(end.tx, end.ids, end.scope, subscription.0).await
        }
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        let Some(before) = end.item.before.state else {
            return Ok(());
        };
        let subscription = end.subscription()?;
        subscriptions::set_state(
            end.tx,
            end.scope,
            subscription,
            SubscriptionState::Ending,
            before,
        )
        .await
        .map(|_| ())
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let before = &item.before;
        let (Some(person), Some(offering), Some(number)) =
            (item.person, before.offering, before.number.clone())
        else {
            return Err("undoNothing");
        };
        let restored = Restored {
            one_time: -item.one_time.amount,
            agreed: before.agreed,
            subscription: item.subscription,
            number: Some(number.clone()),
            sim: before.sim,
            add_ons: before.add_ons.clone(),
            suspended: before.state == Some(SubscriptionState::Suspended),
            memberships: before.memberships.clone(),
            ..Restored::default()
        };
        let number = NumberRequest::Resting { number };
        let wish = match before.sim {
            None => ItemRequest::ActivateTelephony {
                person,
                offering,
                number,
                date: None,
            },
            Some(sim) => ItemRequest::CreateMobile {
                person,
                offering,
                number,
                sim: SimRequest::Unassigned { sim },
                date: None,
            },
        };
        Ok((wish, restored))
    }
}
