//! The verbs of this room.

use super::{NewSubscription, SubscriptionId, SubscriptionKind, store};
use crate::{access::Scope, directory::PersonId};
use platform::{
    Error, Ids, Result,
    db::{Conn, Tx},
};

/// Why the person cannot get another subscription of this kind, if they cannot: a stable code.
pub async fn hindrance(
    conn: &mut Conn,
    scope: &Scope,
    person: PersonId,
    kind: SubscriptionKind,
) -> Result<Option<&'static str>> {
    Ok(match kind {
        SubscriptionKind::Telephony => store::has_telephony_anywhere(conn, scope, person)
            .await?
            .then_some("hasTelephony"),
        SubscriptionKind::Mobile => store::live_of_person(conn, scope, person)
            .await?
            .iter()
            .any(|subscription| subscription.kind == SubscriptionKind::Mobile)
            .then_some("hasMobile"),
    })
}

/// Writes a subscription that an order is about to bring to life.
pub async fn order(tx: &mut Tx, ids: &Ids, scope: &Scope, new: &NewSubscription) -> Result<()> {
    if hindrance(tx, scope, new.person, new.kind).await?.is_some() {
        return Err(already_there());
    }
    store::insert(tx, ids, scope, new).await.map_err(|error| {
        // Two orders at once pass the look above; the index lets one through.
        if error.code == "taken" {
            already_there()
        } else {
            error
        }
    })
}

fn already_there() -> Error {
    Error::conflict(
        "alreadyThere",
        "This person has just been given such a subscription. Look at their profile.",
    )
}

/// Carried out: it is active and begins to cost.
pub async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, id: SubscriptionId) -> Result<()> {
    if store::activate(tx, ids, scope, id).await? == 0 {
        return Err(Error::internal(
            "the subscription to activate is not in state ordered",
        ));
    }
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

/// Came to nothing, and never cost anything. Bears being called twice.
pub async fn abandon(tx: &mut Tx, ids: &Ids, scope: &Scope, id: SubscriptionId) -> Result<()> {
    store::abandon(tx, ids, scope, id).await.map(|_| ())
}
