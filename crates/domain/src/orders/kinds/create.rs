//! `activateTelephony` and `createMobile`: a person gets a subscription, with a number and, for mobile, a SIM.

use super::{Carried, End, Kind, step};
use crate::{
    call_groups,
    catalogue::OfferingKind,
    directory::PersonId,
    numbering::{self, NumberKind},
    orders::{
        Action, Before, ItemRequest, NumberFate, NumberRequest, OrderItem, PlannedStep, QuotedItem,
        Restored, SimRequest, StepKind, StepPayload,
        assess::{Look, effect},
        placing::{NewLine, Placing},
    },
    sims,
    subscriptions::{self, Agreed, SubscriptionKind},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Money, Result};

pub(super) struct Create;

fn parts(wish: &ItemRequest) -> Option<(PersonId, SubscriptionKind, NumberKind, OfferingKind)> {
    match wish {
        ItemRequest::ActivateTelephony { person, .. } => Some((
            *person,
            SubscriptionKind::Telephony,
            NumberKind::Landline,
            OfferingKind::Telephony,
        )),
        ItemRequest::CreateMobile { person, .. } => Some((
            *person,
            SubscriptionKind::Mobile,
            NumberKind::Mobile,
            OfferingKind::MobilePackage,
        )),
        _ => None,
    }
}

#[async_trait]
impl Kind for Create {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let Some((person, kind, number_kind, offering_kind)) = parts(wish) else {
            return look.about(wish, None, day);
        };
        let mut item = look.about(wish, Some(person), day);
        if let Some(person) = look.person(person, kind)
            && kind == SubscriptionKind::Telephony
        {
            look.licences(person, "person");
        }
        if let Some(id) = wish.offering()
            && let Some(offering) = look.offering(id, offering_kind, day)
        {
            item.one_time = offering.one_time;
            item.agreed = offering.monthly;
            item.monthly = offering.monthly;
        }
        if let Some(restored) = look.restored {
            let add_ons: i64 = restored.add_ons.iter().map(|(_, monthly)| monthly).sum();
            item.monthly = item.monthly.plus(Money::dkk(add_ons));
            item.subscription = restored.subscription;
        }
        if let Some(request) = wish.number() {
            let choice = look.number(request, number_kind);
            item.number = choice.number;
            item.effects.push(choice.effect);
            item.effects.extend(super::port_effects(wish));
        }
        match wish.sim() {
            None => item.effects.push(effect("teamsVoice", &[])),
            Some(request) => {
                let (iccid, told) = look.sim(request);
                item.iccid = iccid;
                item.effects.push(told);
            }
        }
        item.effects.push(effect("billing", &[]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let (Some((person, kind, number_kind, _)), Some(offering), Some(request)) =
            (parts(wish), wish.offering(), wish.number())
        else {
            return;
        };
        let restored = placing.restored().cloned();
        let revived = restored.as_ref().and_then(|restored| restored.subscription);
        let subscription = revived.unwrap_or_else(|| placing.ids.make());
        let mut item = placing.item(wish, quoted);
        item.subscription = Some(subscription);
        item.before = Before {
            restored,
            agreed_now: quoted.agreed.amount,
            ..Before::default()
        };
        let first = item.id;
        placing.want_number(
            &item,
            subscription.0,
            number_kind,
            request,
            quoted.number.as_deref(),
        );
        if let Some(sim) = wish.sim() {
            placing.want_sim(&item, subscription.0, sim);
        }
        placing.lines.push(NewLine {
            id: subscription,
            person,
            kind,
            offering,
            monthly: quoted.monthly,
            revived: revived.is_some(),
        });
        placing.items.push(item);
        if let NumberRequest::PortIn { .. } = request {
            super::change_number::place_port(placing, subscription, person, request, first, quoted);
        }
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let item = carried.item;
        let payload = StepPayload {
            package: carried.code(item.offering),
            iccid: item.iccid.clone(),
            ..carried.payload(carried.number()?)
        };
        if item.action == Action::ActivateTelephony {
            return Ok([
                StepKind::NetworkTelephony,
                StepKind::NetworkUpload,
                StepKind::TeamsAssign,
            ]
            .map(|kind| step(kind, payload.clone()))
            .into());
        }
        let restored = item.before.restored.as_ref();
        let mobile = StepPayload {
            add_ons: restored.map_or_else(Vec::new, |restored| {
                restored
                    .add_ons
                    .iter()
                    .map(|(offering, _)| carried.code(Some(*offering)))
                    .collect()
            }),
            suspended: restored.is_some_and(|restored| restored.suspended),
            ..payload.clone()
        };
        let mut steps = Vec::new();
        let brought = restored.is_some();
        if matches!(carried.wish.sim(), Some(SimRequest::ESim {})) && !brought {
            steps.push(step(StepKind::NetworkESim, payload.clone()));
        }
        steps.push(step(StepKind::NetworkMobile, mobile));
        if let Some(line) = item.subscription {
            // Before anything that cannot be called back.
            steps.extend(carried.group_steps(line, carried.number()?, true));
        }
        if matches!(carried.wish.sim(), Some(SimRequest::Ship {})) && !brought {
            steps.push(step(StepKind::NetworkShipment, payload));
        }
        Ok(steps)
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        numbering::activate(end.tx, end.ids, end.scope, subscription.0).await?;
        if end.item.iccid.is_some() {
            sims::activate(end.tx, end.ids, end.scope, subscription.0).await?;
        }
        let before = &end.item.before;
        let Some(offering) = end.item.offering else {
            return Ok(());
        };
        let agreed = |offering, monthly| Agreed {
            offering,
            monthly: Money::dkk(monthly),
            item: end.item.id.0,
        };
        // Items of the first days say what they cost and nothing else.
        let monthly = if end.item.request.is_some() {
            before.agreed_now
        } else {
            end.item.monthly.amount
        };
        let restored = before.restored.clone().unwrap_or_default();
        let add_ons: Vec<Agreed> = restored
            .add_ons
            .iter()
            .map(|(offering, monthly)| agreed(*offering, *monthly))
            .collect();
        subscriptions::activate(
            end.tx,
            end.ids,
            end.scope,
            subscription,
            agreed(offering, monthly),
            &add_ons,
            restored.suspended,
        )
        .await?;
        if restored.suspended {
            sims::set_suspended(end.tx, end.ids, end.scope, subscription.0, true).await?;
        }
        for (group, place) in restored.memberships {
            call_groups::join(end.tx, end.scope, group, subscription, place).await?;
        }
        Ok(())
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        subscriptions::abandon(end.tx, end.ids, end.scope, subscription).await?;
        numbering::give_back(end.tx, end.ids, end.scope, subscription.0).await?;
        sims::give_back(end.tx, end.ids, end.scope, subscription.0).await
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let subscription = item.subscription.ok_or("undoNothing")?;
        if matches!(
            item.request.as_ref().and_then(ItemRequest::sim),
            Some(SimRequest::Ship {})
        ) {
            return Err("undoSimPosted");
        }
        Ok((
            ItemRequest::EndSubscription {
                subscription,
                number: NumberFate::Return,
                reason: None,
                date: None,
            },
            Restored {
                one_time: -item.one_time.amount,
                as_if_never: true,
                ..Restored::default()
            },
        ))
    }
}
