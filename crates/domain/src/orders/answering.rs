//! The verb of whoever confirms a service that was booked, or declines it.

use super::{OrderItemId, ops::note, rules, store};
use crate::access::Scope;
use platform::{Error, Ids, Result, db::Tx};

/// Answers a booking, once: confirmed it is charged, declined it comes to nothing and `comment` says why.
///
/// # Errors
/// 404 when there is no such booking in the organisation; 409 `bookingAnswered`, `cancelUnderWay`; 422 `required` when a booking
/// is declined without a reason, or the comment is too long.
pub async fn answer_booking(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    item: OrderItemId,
    confirmed: bool,
    comment: Option<&str>,
) -> Result<()> {
    let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
    let unfit = |code: &'static str, detail: &'static str| {
        Err(Error::rule(code, detail).with_field("/comment", code, detail))
    };
    if !confirmed && comment.is_none() {
        return unfit("required", "Say why, for whoever ordered it.");
    }
    if comment.is_some_and(|comment| comment.chars().count() > rules::MAX_COMMENT) {
        return unfit("tooLong", "At most 1,000 characters.");
    }
    let Some(booking) = store::lock_booking(tx, scope, item).await? else {
        return Err(Error::not_found());
    };
    if booking.cancelled {
        return Err(Error::conflict(
            "cancelUnderWay",
            "This order is being cancelled already.",
        ));
    }
    if !booking.waits || store::service_answer(tx, scope, item).await?.is_some() {
        return Err(Error::conflict(
            "bookingAnswered",
            "Somebody has answered this booking already.",
        ));
    }
    let by = scope
        .principal()
        .ok_or_else(|| Error::internal("bookings are answered by people, not by workers"))?;
    store::insert_answer(tx, scope, item, confirmed, comment, ids.now(), by).await?;
    note(tx, ids, scope, "answer_booking", booking.order).await
}
