//! The step that waits for a person of the operator's: a service is agreed with whoever ordered it, or declined. Nobody outside
//! is called.

use crate::{
    access::{OrganisationId, Scope},
    catalogue::Texts,
    orders::{self, OrderItemId, order_number},
};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Db, Tx},
    saga::{Step, StepOutcome},
};
use serde_json::json;
use std::time::Duration;

/// Whoever answers wakes the step; looking ourselves as well bears a lost word.
const LOOK: Duration = Duration::from_secs(3600);

pub(super) async fn run(db: &Db, scope: &Scope, step: &Step, now: Instant) -> StepOutcome {
    let answer = async {
        let mut conn = db.read().await?;
        orders::service_answer(&mut conn, scope, step.saga.into()).await
    };
    match answer.await {
        Ok(Some((true, _))) => StepOutcome::Done { memo: json!({}) },
        Ok(Some((false, why))) => StepOutcome::Failed {
            why: why.unwrap_or_default(),
        },
        Ok(None) => StepOutcome::Wait {
            until: now.plus(LOOK),
            memo: json!({}),
        },
        Err(error) => StepOutcome::Retry {
            after: None,
            why: error.to_string(),
        },
    }
}

/// What nobody has agreed leaves nothing behind; what was agreed is not taken back.
pub(super) fn take_back() -> StepOutcome {
    StepOutcome::Done { memo: json!({}) }
}

/// A booked service, in the operator's queue.
#[derive(Clone, Debug)]
pub struct BookedService {
    pub item: OrderItemId,
    /// The order's: `O-000123`.
    pub number: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub service: Texts,
    pub wish: String,
    pub requested_by_name: String,
    pub requested_at: Instant,
}

/// The services that wait for an answer, of the organisation and everything below it, the oldest first.
pub async fn booked_below(conn: &mut Conn, scope: &Scope) -> Result<Vec<BookedService>> {
    Ok(orders::bookings_below(conn, scope)
        .await?
        .into_iter()
        .map(|booking| BookedService {
            item: booking.item,
            number: order_number(booking.order_number),
            organisation: booking.organisation,
            organisation_name: booking.organisation_name,
            service: booking.service,
            wish: booking.wish,
            requested_by_name: booking.requested_by_name,
            requested_at: booking.requested_at,
        })
        .collect())
}

/// Confirms a booked service, or declines it with a reason, and lets its order go on.
///
/// # Errors
/// As [`orders::answer_booking`].
pub async fn answer_booking(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    item: OrderItemId,
    confirmed: bool,
    comment: Option<&str>,
) -> Result<()> {
    orders::answer_booking(tx, ids, scope, item, confirmed, comment).await?;
    if super::jobs::wake_item(tx, ids, item.0).await? {
        Ok(())
    } else {
        Err(Error::internal("a booking without an order"))
    }
}
