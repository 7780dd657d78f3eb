//! `buyHardware`: telephones and what goes with them, sent together and charged once, each line by itself.

use super::{Carried, End, Kind, step};
use crate::{
    catalogue::OfferingKind,
    orders::{
        GoodsLine, ItemRequest, OrderItem, Parcel, PlannedStep, QuotedItem, Restored, StepKind,
        StepPayload,
        assess::{Look, effect},
        placing::Placing,
        rules,
    },
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Error, Money, Result};

pub(super) struct Hardware;

#[async_trait]
impl Kind for Hardware {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let mut item = look.about(wish, None, day);
        if wish.goods().is_empty() {
            look.problem("lines", "noGoods", &[]);
        }
        for (place, line) in wish.goods().iter().enumerate() {
            let field = format!("lines/{place}/offering");
            look.claim(&field, format!("goods/{}", line.offering));
            let offering = look.goods(&field, line.offering, OfferingKind::Hardware, day);
            if !(1..=rules::PIECES_OF_LINE).contains(&line.quantity) {
                let field = format!("lines/{place}/quantity");
                look.problem(&field, "quantityOutOfRange", &[]);
            } else if let Some(offering) = offering {
                item.lines.push(GoodsLine {
                    offering: offering.id,
                    name: offering.name.clone(),
                    quantity: line.quantity,
                    price: offering.one_time,
                });
            }
        }
        let pieces = item.lines.iter().map(|line| line.quantity).sum();
        item.quantity = Some(pieces);
        item.one_time = item
            .lines
            .iter()
            .map(|line| Money::dkk(line.price.amount.saturating_mul(line.quantity)))
            .sum();
        item.effects
            .push(effect("goods", &[("count", &pieces.to_string())]));
        if look.goes_elsewhere() {
            look.warning("lines", "goodsGoElsewhere", &[]);
            item.effects.push(effect("shipGoodsElsewhere", &[]));
        } else {
            if !look.facts.has_address {
                look.problem_of_request("/delivery", "noDeliveryAddress");
            }
            item.effects.push(effect("shipGoods", &[]));
        }
        item.effects.push(effect("goodsCharged", &[]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let item = placing.item(wish, quoted);
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let goods = carried
            .wish
            .goods()
            .iter()
            .map(|line| {
                let code = carried.codes.get(&line.offering).cloned();
                code.map(|code| (code, line.quantity))
                    .ok_or_else(|| Error::internal("hardware without a code cannot be sent"))
            })
            .collect::<Result<_>>()?;
        let parcel = Parcel {
            parcel: carried.item.id.to_string(),
            goods,
        };
        Ok(vec![step(
            StepKind::NetworkGoods,
            StepPayload {
                parcel: Some(parcel),
                ..carried.payload("")
            },
        )])
    }

    async fn finish(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    async fn give_up(&self, _: &mut End<'_>) -> Result<()> {
        Ok(())
    }

    fn reverse(&self, _: &OrderItem) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        // Until it is in the post the order can be cancelled; afterwards it is sent back, which people agree.
        Err("undoGoodsPosted")
    }
}
