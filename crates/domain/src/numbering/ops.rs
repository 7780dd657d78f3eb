//! The verbs of this room.

use super::{Number, NumberKind, NumberSeriesId, Source, rules, store};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{Error, Ids, Result, db::Tx};
use uuid::Uuid;

/// Takes a number for a holder, at once and for it alone. Two orders for one number: the second hears `numberTaken`.
pub async fn reserve(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    kind: NumberKind,
    source: &Source,
    wanted: Option<&str>,
    holder: Uuid,
) -> Result<Number> {
    let owner = match source {
        Source::Series { .. } => scope.organisation(),
        Source::Pool { operator } => *operator,
    };
    store::take(tx, ids, scope, owner, kind, wanted, holder)
        .await?
        .ok_or_else(|| match wanted {
            Some(_) => Error::conflict(
                "numberTaken",
                "Somebody else has just taken this number. Choose another one.",
            ),
            None => Error::conflict(
                "noNumberFree",
                "There is no free number of this kind left. Choose another source, or ask for a new series.",
            ),
        })
}

/// The order went through: the number is in use and the organisation's for good.
pub async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    if store::activate(tx, ids, scope, holder).await? == 0 {
        return Err(Error::internal(
            "the number to activate is not reserved for this holder",
        ));
    }
    store::settle(tx, scope, holder).await
}

/// The order came to nothing: the number is where it was. Bears being called twice.
pub async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    store::give_back(tx, ids, scope, holder).await.map(|_| ())
}

/// Onboards a block of numbers, both ends included; E.164 or Danish spelling.
pub async fn add_series(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    owner: OrganisationId,
    kind: NumberKind,
    first: &str,
    last: &str,
) -> Result<NumberSeriesId> {
    let numbers = rules::block(first, last)?;
    store::insert_series(tx, ids, system, owner, kind, &numbers).await
}
