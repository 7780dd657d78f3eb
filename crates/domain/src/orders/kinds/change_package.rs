//! `changeMobilePackage`: another package on the same number and SIM.

use super::{Carried, End, Kind, step};
use crate::{
    catalogue::OfferingKind,
    orders::{
        Before, ItemRequest, OrderItem, PlannedStep, QuotedItem, Restored, StepKind, StepPayload,
        assess::{Look, effect},
        placing::Placing,
    },
    subscriptions::{self, Agreed},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Money, Result};

pub(super) struct ChangePackage;

#[async_trait]
impl Kind for ChangePackage {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let Some(line) = line else {
            return item;
        };
        look.claim("offering", format!("package/{}", line.subscription.id));
        item.number = line.number.as_ref().map(|number| number.number.clone());
        let Some(id) = wish.offering() else {
            return item;
        };
        if let Some(code) = line.product_hindrance(wish.action(), id) {
            look.problem("offering", code, &[]);
        }
        if let Some(offering) = look.offering(id, OfferingKind::MobilePackage, day) {
            item.agreed = offering.monthly;
            item.monthly = Money::dkk(offering.monthly.amount - line.package_monthly().amount);
        }
        item.effects.push(effect("package", &[]));
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
        let line = carried.line()?;
        Ok(vec![step(
            StepKind::NetworkPackage,
            StepPayload {
                package: carried.code(carried.item.offering),
                before: Some(carried.code(Some(line.subscription.offering))),
                ..carried.payload(&line.number_text())
            },
        )])
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let (subscription, Some(offering)) = (end.subscription()?, end.item.offering) else {
            return Ok(());
        };
        let agreed = Agreed {
            offering,
            monthly: Money::dkk(end.item.before.agreed_now),
            item: end.item.id.0,
        };
        subscriptions::change_package(end.tx, end.ids, end.scope, subscription, agreed).await
    }

    async fn give_up(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let (Some(subscription), Some(offering)) = (item.subscription, item.before.offering) else {
            return Err("undoNothing");
        };
        Ok((
            ItemRequest::ChangeMobilePackage {
                subscription,
                offering,
                date: None,
            },
            Restored {
                one_time: -item.one_time.amount,
                agreed: item.before.agreed,
                ..Restored::default()
            },
        ))
    }
}
