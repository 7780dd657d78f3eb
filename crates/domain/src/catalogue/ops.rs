//! The operator's verbs on the catalogue.

use super::{NewOffering, OfferingId, store};
use crate::access::SystemScope;
use platform::{Error, Ids, Instant, Money, Result, db::Tx};

pub async fn add_offering(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    new: &NewOffering,
) -> Result<OfferingId> {
    store::insert(tx, ids, new).await
}

/// A new price from a day on. Never in the past: what was charged stays what it was.
pub async fn set_price(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    offering: OfferingId,
    valid_from: Instant,
    one_time: Money,
    monthly: Money,
) -> Result<()> {
    if valid_from < ids.now() {
        return Err(Error::rule(
            "priceInThePast",
            "A price cannot change in the past; choose a later date.",
        ));
    }
    store::insert_price(tx, offering, valid_from, one_time, monthly).await
}

/// Ends the sale. Whoever has the product keeps it.
pub async fn end_sale(
    tx: &mut Tx,
    _: SystemScope,
    offering: OfferingId,
    at: Instant,
) -> Result<()> {
    store::end_sale(tx, offering, at).await
}
