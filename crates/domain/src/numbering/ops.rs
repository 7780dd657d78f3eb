//! The verbs of this room.

use super::{
    Number, NumberId, NumberKind, NumberRef, NumberSeriesId, NumberState, Run, Source, rules, store,
};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Error, Ids, Result,
    audit::{self, AuditEntry},
    db::{Conn, Tx},
    live,
};
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

/// The longest note that a number is kept under, in characters.
pub const LONGEST_NOTE: usize = 200;

/// Keeps a free or resting number for something; a second time changes what it is kept for.
///
/// # Errors
/// 404, 409 `numberTaken` for one in use, 422 `noteUnfit`.
pub async fn keep(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    number: &NumberRef,
    note: &str,
) -> Result<Number> {
    let note = note.trim();
    if note.is_empty() || note.chars().count() > LONGEST_NOTE || note.chars().any(char::is_control)
    {
        let detail = "Say in at most 200 characters what the number is kept for.";
        return Err(Error::rule("noteUnfit", detail).with_field("/note", "noteUnfit", detail));
    }
    let found = store::lock(tx, scope, number)
        .await?
        .ok_or_else(Error::not_found)?;
    if !matches!(found.state, NumberState::Free | NumberState::Resting) {
        return Err(Error::conflict(
            "numberTaken",
            "This number is in use. Choose another one.",
        ));
    }
    store::keep(tx, ids, scope, found.id, note, scope.principal()).await?;
    noted(tx, ids, scope, "reserve_number", found.id).await?;
    store::lock(tx, scope, number)
        .await?
        .ok_or_else(Error::not_found)
}

/// The number is free for anybody again. Once more changes nothing.
///
/// # Errors
/// 404.
pub async fn let_go(tx: &mut Tx, ids: &Ids, scope: &Scope, number: &NumberRef) -> Result<()> {
    let found = store::lock(tx, scope, number)
        .await?
        .ok_or_else(Error::not_found)?;
    if found.reservation.is_none() {
        return Ok(());
    }
    store::let_go(tx, scope, found.id).await?;
    noted(tx, ids, scope, "release_number", found.id).await
}

async fn noted(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    number: NumberId,
) -> Result<()> {
    let actor = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, actor, action).on("number", number);
    audit::record(tx, ids, entry).await?;
    live::tell(tx, ids, scope.organisation().0, "numbers", Some(number.0)).await
}

/// How a series of the organisation stands, from its first number to its last.
pub async fn runs(conn: &mut Conn, scope: &Scope, series: NumberSeriesId) -> Result<Vec<Run>> {
    Ok(rules::runs(store::in_order(conn, scope, series).await?))
}
