//! `orderSims`: SIM cards by the pack, sent by post; when the network has sent them they lie in the drawer.

use super::{Carried, End, Kind, step};
use crate::{
    orders::{
        ItemRequest, OrderItem, PackService, PlannedStep, QuotedItem, Restored, StepKind,
        StepPayload,
        assess::{Look, effect},
        placing::Placing,
        rules,
    },
    sims,
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Error, Result};

pub(super) struct SimPack;

fn packs(wish: &ItemRequest) -> u32 {
    match wish {
        ItemRequest::OrderSims { packs, .. } => *packs,
        _ => 0,
    }
}

#[async_trait]
impl Kind for SimPack {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let mut item = look.about(wish, None, day);
        let wanted = packs(wish);
        item.quantity = Some(i64::from(wanted));
        // With those before it in the same order, and those of earlier orders of today.
        let before: i64 = look.request.items[..look.index]
            .iter()
            .map(|wish| i64::from(packs(wish)))
            .sum();
        let of_order = i64::from(rules::PACKS_OF_ORDER) - before;
        let of_day = i64::from(rules::PACKS_OF_DAY) - look.facts.packs_today - before;
        let left = of_order.min(of_day).max(0);
        if wanted == 0 {
            look.problem("packs", "noPacks", &[]);
        } else if i64::from(wanted) > left {
            look.problem("packs", "tooManyPacks", &[("left", &left.to_string())]);
        }
        let cards = wanted.saturating_mul(sims::CARDS_IN_PACK).to_string();
        item.effects.push(effect("simPack", &[("cards", &cards)]));
        if look.goes_elsewhere() {
            look.warning("packs", "packGoesElsewhere", &[]);
            item.effects.push(effect("shipPackElsewhere", &[]));
        } else {
            if !look.facts.has_address {
                look.problem_of_request("/delivery", "noDeliveryAddress");
            }
            item.effects.push(effect("shipPack", &[]));
        }
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let item = placing.item(wish, quoted);
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let pack = PackService {
            pack: carried.item.id.to_string(),
            cards: packs(carried.wish) * sims::CARDS_IN_PACK,
        };
        Ok(vec![step(
            StepKind::NetworkSimPack,
            StepPayload {
                pack: Some(pack),
                ..carried.payload("")
            },
        )])
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let item = end.item.id.0;
        let came = sims::take_in(end.tx, end.ids, end.scope, item).await?;
        let wanted = end.item.quantity.unwrap_or_default() * i64::from(sims::CARDS_IN_PACK);
        if i64::try_from(came).ok() == Some(wanted) {
            Ok(())
        } else {
            Err(Error::internal("a pack has other cards than were ordered"))
        }
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        sims::forget(end.tx, end.scope, end.item.id.0).await
    }

    fn reverse(&self, _: &OrderItem) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        // Until the network has sent it the order can be cancelled; what is in the post cannot be called back.
        Err("undoSimPosted")
    }
}
