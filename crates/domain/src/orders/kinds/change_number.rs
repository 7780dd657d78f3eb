//! `changeNumber`: another number on the same subscription; the old one rests. A ported number comes as one of these too: the
//! subscription begins with a temporary number, and this item waits until the donor lets the wanted one go.

use super::{Carried, End, Kind, rest_until, step, subscription_of};
use crate::{
    directory::PersonId,
    numbering,
    orders::{
        Before, ItemRequest, NumberRequest, OrderItem, OrderItemId, PlannedStep, QuotedItem, Rest,
        Restored, StepKind, StepPayload,
        assess::{Look, effect},
        placing::Placing,
    },
    porting,
    subscriptions::{self, SubscriptionId, SubscriptionKind},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Error, Money, Result};

pub(super) struct ChangeNumber;

#[async_trait]
impl Kind for ChangeNumber {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let (Some(line), Some(request)) = (line, wish.number()) else {
            return item;
        };
        if line.subscription.kind == SubscriptionKind::Telephony
            && let Some(person) = look.facts.people.get(&line.subscription.person)
        {
            look.licences(person, "subscription");
        }
        let choice = look.number(request, line.number_kind());
        item.number = choice.number;
        item.effects.push(choice.effect);
        item.effects.extend(super::port_effects(wish));
        if is_ported(wish)
            && let Some(seen) = look.facts.groups.of_line(line.subscription.id).next()
        {
            let name = seen.group.settings.name.as_str();
            look.problem("subscription", "inCallGroup", &[("group", name)]);
        }
        let shown = numbering::rules::display(&line.number_text());
        let until = rest_until(day, look.policy.rest_days).to_string();
        let never = look.restored.is_some_and(|restored| restored.as_if_never);
        item.effects.push(if never {
            effect("numberReturnsAtOnce", &[("number", &shown)])
        } else {
            effect("numberRests", &[("number", &shown), ("until", &until)])
        });
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let (Some(line), Some(request)) = (
            placing.facts.lines.get(&subscription_of(wish)),
            wish.number(),
        ) else {
            return;
        };
        let kind = line.number_kind();
        let mut item = placing.item(wish, quoted);
        item.before = Before {
            restored: placing.restored().cloned(),
            rest: Some(Rest {
                days: placing.policy.rest_days,
                back_to: None,
            }),
            rested: placing.rested(quoted.number.as_deref()),
            ..Before::default()
        };
        if !matches!(request, NumberRequest::PortIn { .. }) {
            placing.want_number(&item, item.id.0, kind, request, quoted.number.as_deref());
        }
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let line = carried.line()?;
        let old = StepPayload {
            ported: is_ported(carried.wish),
            ..carried.payload(&line.number_text())
        };
        let new = StepPayload {
            ported: old.ported,
            before: Some(line.number_text()),
            iccid: line.sim.as_ref().map(|sim| sim.iccid.clone()),
            ..carried.payload(carried.number()?)
        };
        let mut steps = Vec::new();
        if old.ported {
            steps.push(step(StepKind::PortIn, new.clone()));
        }
        match line.subscription.kind {
            SubscriptionKind::Mobile => {
                let id = line.subscription.id;
                steps.extend(carried.group_steps(id, &line.number_text(), false));
                steps.push(step(StepKind::NetworkNumber, new));
                steps.extend(carried.group_steps(id, carried.number()?, true));
            }
            SubscriptionKind::Telephony => steps.extend([
                step(StepKind::NetworkTelephony, new.clone()),
                step(StepKind::NetworkUpload, new.clone()),
                // A Teams account has one number: the old one goes before the new one comes.
                step(StepKind::TeamsUnassign, old.clone()),
                step(StepKind::TeamsAssign, new),
                step(StepKind::NetworkWithdraw, old.clone()),
                step(StepKind::NetworkTelephonyEnd, old),
            ]),
        }
        Ok(steps)
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        let (item, sub) = (end.item.id.0, subscription.0);
        let new = numbering::of_holder(end.tx, end.scope, item)
            .await?
            .ok_or_else(|| Error::internal("the new number is not reserved"))?;
        subscriptions::set_number(end.tx, end.ids, end.scope, subscription, new.id).await?;
        end.let_number_go(subscription).await?;
        numbering::pass_on(end.tx, end.ids, end.scope, item, sub).await?;
        numbering::activate(end.tx, end.ids, end.scope, sub).await
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        porting::abandon(end.tx, end.ids, end.scope, end.item.id.0).await?;
        numbering::give_back(end.tx, end.ids, end.scope, end.item.id.0).await
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let (Some(subscription), Some(number)) = (item.subscription, item.before.number.clone())
        else {
            return Err("undoNothing");
        };
        if matches!(
            item.request.as_ref().and_then(ItemRequest::number),
            Some(NumberRequest::PortIn { .. })
        ) {
            return Err("undoPorted");
        }
        Ok((
            ItemRequest::ChangeNumber {
                subscription,
                number: NumberRequest::Resting {
                    number: number.clone(),
                },
                date: None,
            },
            Restored {
                number: Some(number),
                as_if_never: true,
                rested: item.before.rested,
                ..Restored::default()
            },
        ))
    }
}

fn is_ported(wish: &ItemRequest) -> bool {
    matches!(wish.number(), Some(NumberRequest::PortIn { .. }))
}

/// The second item of a subscription that is ordered with a ported number: it waits for the first one and for the donor.
pub(super) fn place_port(
    placing: &mut Placing<'_>,
    subscription: SubscriptionId,
    person: PersonId,
    number: &NumberRequest,
    after: OrderItemId,
    quoted: &QuotedItem,
) {
    let wish = ItemRequest::ChangeNumber {
        subscription,
        number: number.clone(),
        date: None,
    };
    let mut item = placing.item(&wish, quoted);
    item.person = Some(person);
    item.offering = None;
    item.subscription = Some(subscription);
    item.number = quoted.number.clone();
    item.iccid = None;
    item.one_time = Money::ZERO;
    item.monthly = Money::ZERO;
    item.after_item = Some(after);
    item.before = Before {
        // The temporary number rests as every one does that was in use, and is then where it came from.
        rest: Some(Rest {
            days: placing.policy.rest_days,
            back_to: placing.facts.operator,
        }),
        ..Before::default()
    };
    placing.items.push(item);
}
