//! `bookService`: consulting or training. A person of the operator's agrees it with whoever ordered, and says so; then it is
//! charged once.

use super::{Carried, End, Kind, step};
use crate::{
    catalogue::OfferingKind,
    orders::{
        ItemRequest, OrderItem, PlannedStep, QuotedItem, Restored, StepKind,
        assess::{Look, effect},
        placing::Placing,
    },
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::Result;

pub(super) struct Service;

#[async_trait]
impl Kind for Service {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let mut item = look.about(wish, None, day);
        let offering = wish
            .offering()
            .and_then(|id| look.goods("offering", id, OfferingKind::Service, day));
        if let Some(offering) = offering {
            item.one_time = offering.one_time;
        }
        item.effects.push(effect("serviceAgreed", &[]));
        item.effects.push(effect("serviceCharged", &[]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let item = placing.item(wish, quoted);
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        Ok(vec![step(StepKind::OperatorService, carried.payload(""))])
    }

    async fn finish(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    async fn give_up(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    fn reverse(&self, _: &OrderItem) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        // Until somebody has agreed it the order can be cancelled; afterwards it is called off with whom it was agreed.
        Err("undoServiceAgreed")
    }
}
