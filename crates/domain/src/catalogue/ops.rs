//! The operator's verbs on the catalogue.

use super::{
    NewOffering, NewPrice, OfferingId,
    rules::{Span, overlap as overlapping},
    store,
};
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

/// New prices of several offerings, all or none: each from a day that has not begun, and no two of an offering at the same time.
/// One that says until when it holds is followed by another one.
///
/// # Errors
/// 422 `offeringUnknown`, `priceInThePast`, `priceEnds`, `overlap`, with pointers below `/prices`.
pub async fn set_prices(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    prices: &[NewPrice],
) -> Result<()> {
    let today = ids.now().danish_day();
    let refuse = |place: usize, field: &str, code: &'static str, detail: &'static str| {
        Err(Error::rule(code, detail).with_field(format!("/prices/{place}/{field}"), code, detail))
    };
    let spans: Vec<_> = prices
        .iter()
        .map(|price| Span {
            key: price.code.as_str(),
            from: price.from,
            until: price.until,
        })
        .collect();
    if let Some((one, other)) = overlapping(&spans, false) {
        return Err(overlap("/prices", one, other));
    }
    for (place, price) in prices.iter().enumerate() {
        if price.from <= today {
            let detail = "A price cannot change in the past or today; choose a later day.";
            return refuse(place, "from", "priceInThePast", detail);
        }
        let goes_on = |until| {
            let follows = |next: &NewPrice| next.code == price.code && next.from == until;
            until > price.from && prices.iter().any(follows)
        };
        if price.until.is_some_and(|until| !goes_on(until)) {
            let detail = "A price stands until the next one: name the one that follows on that day, or leave the end out.";
            return refuse(place, "until", "priceEnds", detail);
        }
        let Some(offering) = store::by_code(tx, &price.code).await? else {
            return refuse(
                place,
                "offering",
                "offeringUnknown",
                "There is no such product.",
            );
        };
        let from = Instant::of_danish_day(price.from);
        if store::has_price(tx, offering, from).await? {
            return Err(already(&format!("/prices/{place}/from")));
        }
        set_price(
            tx,
            ids,
            system,
            offering,
            from,
            price.one_time,
            price.monthly,
        )
        .await?;
    }
    Ok(())
}

/// Two rows of a list that hold at the same time, both named.
pub fn overlap(list: &str, one: usize, other: usize) -> Error {
    let (first, second) = (one + 1, other + 1);
    let detail = |row: usize| format!("This holds at the same time as row {row}.");
    Error::rule(
        "overlap",
        format!("Rows {first} and {second} hold at the same time. Nothing was changed."),
    )
    .with_field(format!("{list}/{one}/from"), "overlap", detail(second))
    .with_field(format!("{list}/{other}/from"), "overlap", detail(first))
}

/// A price from that time on is there.
pub fn already(pointer: &str) -> Error {
    let detail = "There is a price from this day on already.";
    Error::rule("overlap", detail).with_field(pointer, "overlap", detail)
}
