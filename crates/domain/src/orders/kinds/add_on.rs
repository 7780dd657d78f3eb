//! `addAddOn` and `removeAddOn`: an optional product on a mobile subscription, or none any more.

use super::{Carried, End, Kind, step};
use crate::{
    catalogue::OfferingKind,
    orders::{
        Action, Before, ItemRequest, OrderItem, PlannedStep, QuotedItem, Restored, StepKind,
        StepPayload,
        assess::{Look, effect},
        placing::Placing,
    },
    subscriptions::{self, Agreed},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Money, Result};

pub(super) struct AddOn;

#[async_trait]
impl Kind for AddOn {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let action = wish.action();
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let (Some(line), Some(id)) = (line, wish.offering()) else {
            return item;
        };
        look.claim("offering", format!("addOn/{}/{id}", line.subscription.id));
        item.number = line.number.as_ref().map(|number| number.number.clone());
        if let Some(code) = line.product_hindrance(action, id) {
            look.problem("offering", code, &[]);
        }
        if action == Action::AddAddOn {
            if let Some(offering) = look.offering(id, OfferingKind::AddOn, day) {
                item.one_time = offering.one_time;
                item.agreed = offering.monthly;
                item.monthly = offering.monthly;
            }
            item.effects.push(effect("addOn", &[]));
        } else {
            let agreed = line
                .add_on(id)
                .map_or(0, |interval| interval.monthly.amount);
            item.monthly = Money::dkk(-agreed);
            item.one_time = Money::dkk(look.restored.map_or(0, |restored| restored.one_time));
            item.effects.push(effect("addOnEnds", &[]));
        }
        item.effects.push(effect("byTheDay", &[]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let mut item = placing.item(wish, quoted);
        item.before = Before {
            restored: placing.restored().cloned(),
            agreed_now: quoted.agreed.amount,
            ..Before::default()
        };
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let kind = if carried.item.action == Action::AddAddOn {
            StepKind::NetworkAddOn
        } else {
            StepKind::NetworkAddOnEnd
        };
        Ok(vec![step(
            kind,
            StepPayload {
                package: carried.code(carried.item.offering),
                ..carried.payload(&carried.line()?.number_text())
            },
        )])
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let (subscription, Some(offering)) = (end.subscription()?, end.item.offering) else {
            return Ok(());
        };
        if end.item.action == Action::RemoveAddOn {
            return subscriptions::remove_add_on(
                end.tx,
                end.ids,
                end.scope,
                subscription,
                offering,
            )
            .await;
        }
        let agreed = Agreed {
            offering,
            monthly: Money::dkk(end.item.before.agreed_now),
            item: end.item.id.0,
        };
        subscriptions::add_add_on(end.tx, end.ids, end.scope, subscription, agreed).await
    }

    async fn give_up(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let (Some(subscription), Some(offering)) = (item.subscription, item.offering) else {
            return Err("undoNothing");
        };
        let restored = Restored {
            one_time: -item.one_time.amount,
            agreed: item.before.agreed,
            ..Restored::default()
        };
        let wish = if item.action == Action::AddAddOn {
            ItemRequest::RemoveAddOn {
                subscription,
                offering,
                date: None,
            }
        } else {
            ItemRequest::AddAddOn {
                subscription,
                offering,
                date: None,
            }
        };
        Ok((wish, restored))
    }
}
