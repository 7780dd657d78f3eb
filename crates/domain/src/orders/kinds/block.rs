//! `suspendSim` and `resumeSim`: the line is blocked for a while, and goes on costing, or is open again.

use super::{Carried, End, Kind, step};
use crate::{
    orders::{
        Action, Before, ItemRequest, OrderItem, PlannedStep, QuotedItem, Restored, StepKind,
        StepPayload,
        assess::{Look, effect},
        placing::Placing,
    },
    sims,
    subscriptions::{self, SubscriptionState},
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::Result;

pub(super) struct Block;

#[async_trait]
impl Kind for Block {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let action = wish.action();
        let line = look.line(wish);
        let mut item = look.about(wish, line.map(|line| line.subscription.person), day);
        let Some(line) = line else {
            return item;
        };
        item.number = line.number.as_ref().map(|number| number.number.clone());
        item.iccid = line.sim.as_ref().map(|sim| sim.iccid.clone());
        if action == Action::SuspendSim {
            look.warning("subscription", "stillCosts", &[]);
        }
        item.effects.push(if action == Action::SuspendSim {
            effect("suspended", &[])
        } else {
            effect("resumed", &[])
        });
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let mut item = placing.item(wish, quoted);
        item.before = Before {
            restored: placing.restored().cloned(),
            ..Before::default()
        };
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let line = carried.line()?;
        let kind = if carried.item.action == Action::SuspendSim {
            StepKind::NetworkSuspend
        } else {
            StepKind::NetworkResume
        };
        Ok(vec![step(
            kind,
            StepPayload {
                iccid: line.sim.as_ref().map(|sim| sim.iccid.clone()),
                ..carried.payload(&line.number_text())
            },
        )])
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let subscription = end.subscription()?;
        let suspended = end.item.action == Action::SuspendSim;
        let (from, to) = if suspended {
            (SubscriptionState::Active, SubscriptionState::Suspended)
        } else {
            (SubscriptionState::Suspended, SubscriptionState::Active)
        };
        subscriptions::set_state(end.tx, end.scope, subscription, from, to).await?;
        sims::set_suspended(end.tx, end.ids, end.scope, subscription.0, suspended).await
    }

    async fn give_up(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let subscription = item.subscription.ok_or("undoNothing")?;
        let wish = if item.action == Action::SuspendSim {
            ItemRequest::ResumeSim {
                subscription,
                reason: None,
                date: None,
            }
        } else {
            ItemRequest::SuspendSim {
                subscription,
                reason: None,
                date: None,
            }
        };
        Ok((wish, Restored::default()))
    }
}
