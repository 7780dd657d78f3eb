//! The verbs of this room.

use super::{IntervalKind, NewSubscription, SubscriptionId, SubscriptionState, store};
use crate::{access::Scope, catalogue::OfferingId, numbering::NumberId, sims::SimId};
use platform::{Error, Ids, Money, Result, db::Tx};
use uuid::Uuid;

/// Writes the subscriptions that an order is about to bring to life.
pub async fn order(tx: &mut Tx, ids: &Ids, scope: &Scope, new: &[NewSubscription]) -> Result<()> {
    // Two orders at once pass every look; the indexes let one through.
    let collided = |error: Error| {
        if error.code == "taken" {
            already_there()
        } else {
            error
        }
    };
    let (revived, fresh): (Vec<_>, Vec<_>) = new.iter().partition(|new| new.revived);
    store::insert(tx, ids, scope, &fresh)
        .await
        .map_err(collided)?;
    let count = store::revive(tx, ids, scope, &revived)
        .await
        .map_err(collided)?;
    if count == revived.len() as u64 {
        Ok(())
    } else {
        Err(already_there())
    }
}

fn already_there() -> Error {
    Error::conflict(
        "alreadyThere",
        "This person has just been given such a subscription. Look at their profile.",
    )
}

/// What begins to cost, with its price as agreed.
#[derive(Clone, Copy, Debug)]
pub struct Agreed {
    pub offering: OfferingId,
    pub monthly: Money,
    /// The order's item that brings it.
    pub item: Uuid,
}

/// Carried out: it is active and begins to cost.
pub async fn activate(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    package: Agreed,
    add_ons: &[Agreed],
    suspended: bool,
) -> Result<()> {
    if store::activate(tx, ids, scope, id, suspended).await? == 0 {
        return Err(Error::internal(
            "the subscription to activate is not in state ordered",
        ));
    }
    store::open_interval(tx, ids, scope, id, IntervalKind::Package, package).await?;
    for add_on in add_ons {
        store::open_interval(tx, ids, scope, id, IntervalKind::AddOn, *add_on).await?;
    }
    store::sum_up(tx, scope, id).await?;
    number_changed(tx, ids, scope, id).await
}

/// Notes since when the subscription has the number that it has, or until when it had one. Belongs after each change that gives
/// it a number, takes it away, exchanges it or ends the subscription, in the same transaction: usage counts for whoever had the
/// number at that instant. Bears being called twice.
pub async fn number_changed(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<()> {
    store::keep_history(tx, ids, scope, id).await
}

/// Another package from now on.
pub async fn change_package(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    package: Agreed,
) -> Result<()> {
    store::close_intervals(tx, ids, scope, id, Some(IntervalKind::Package), None).await?;
    store::open_interval(tx, ids, scope, id, IntervalKind::Package, package).await?;
    store::set_offering(tx, scope, id, package.offering).await?;
    store::sum_up(tx, scope, id).await
}

/// One add-on more from now on.
pub async fn add_add_on(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    add_on: Agreed,
) -> Result<()> {
    store::open_interval(tx, ids, scope, id, IntervalKind::AddOn, add_on).await?;
    store::sum_up(tx, scope, id).await
}

/// One add-on less from now on.
pub async fn remove_add_on(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    offering: OfferingId,
) -> Result<()> {
    store::close_intervals(
        tx,
        ids,
        scope,
        id,
        Some(IntervalKind::AddOn),
        Some(offering),
    )
    .await?;
    store::sum_up(tx, scope, id).await
}

/// From one state to another; `false` when it is not in the first (any more).
pub async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    from: SubscriptionState,
    to: SubscriptionState,
) -> Result<bool> {
    Ok(store::set_state(tx, scope, id, from, to).await? == 1)
}

/// It has another number, or another SIM, from now on.
pub async fn set_number(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    number: NumberId,
) -> Result<()> {
    store::set_number(tx, scope, id, number).await?;
    number_changed(tx, ids, scope, id).await
}

pub async fn set_sim(tx: &mut Tx, scope: &Scope, id: SubscriptionId, sim: SimId) -> Result<()> {
    store::set_sim(tx, scope, id, sim).await
}

/// It has ended and costs no more; number and SIM are let go.
pub async fn end(tx: &mut Tx, ids: &Ids, scope: &Scope, id: SubscriptionId) -> Result<()> {
    store::close_intervals(tx, ids, scope, id, None, None).await?;
    store::end(tx, ids, scope, id).await?;
    number_changed(tx, ids, scope, id).await
}

/// Came to nothing, and never cost anything. Bears being called twice.
pub async fn abandon(tx: &mut Tx, ids: &Ids, scope: &Scope, id: SubscriptionId) -> Result<()> {
    store::abandon(tx, ids, scope, id).await.map(|_| ())
}
