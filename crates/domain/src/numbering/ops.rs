//! The verbs of this room.

use super::{
    Number, NumberId, NumberKind, NumberRef, NumberSeriesId, NumberState, Run, Source, Wanted,
    rules, store,
};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Error, Ids, Instant, Result,
    audit::{self, AuditEntry},
    db::{Conn, Tx},
    live,
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Takes a number for each holder, at once and for it alone; answered in the order of `wanted`. Two orders for one number:
/// the second hears `numberTaken`.
pub async fn reserve(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    wanted: &[Wanted],
) -> Result<Vec<Number>> {
    let mut taken: HashMap<Uuid, Number> = HashMap::with_capacity(wanted.len());
    let named: Vec<(&str, &Wanted)> = wanted
        .iter()
        .filter_map(|want| match &want.source {
            Source::Named(number) => Some((number.as_str(), want)),
            Source::Series | Source::Pool { .. } => None,
        })
        .collect();
    if !named.is_empty() {
        let found = store::lock_named(tx, scope, &named).await?;
        for (number, want) in &named {
            let number = found
                .get(*number)
                .filter(|found| {
                    found.kind == want.kind
                        && found.holder.is_none()
                        && matches!(found.state, NumberState::Free | NumberState::Resting)
                })
                .ok_or_else(taken_by_another)?;
            taken.insert(want.holder, number.clone());
        }
    }
    let mut by_pool: BTreeMap<(OrganisationId, &str), Vec<&Wanted>> = BTreeMap::new();
    for want in wanted {
        let owner = match &want.source {
            Source::Named(_) => continue,
            Source::Series => scope.organisation(),
            Source::Pool { operator } => *operator,
        };
        by_pool
            .entry((owner, want.kind.as_str()))
            .or_default()
            .push(want);
    }
    for ((owner, _), wants) in by_pool {
        // What was named is free as yet, and nobody else's any more.
        let many = wants.len() + named.len();
        let mut free = store::lock_free(tx, scope, owner, wants[0].kind, many).await?;
        free.retain(|free| !taken.values().any(|number| number.id == free.id));
        if free.len() < wants.len() {
            return Err(Error::conflict(
                "noNumberFree",
                "There is no free number of this kind left. Choose another source, or ask for a new series.",
            ));
        }
        for (want, number) in wants.iter().zip(free) {
            taken.insert(want.holder, number);
        }
    }
    let rows: Vec<(NumberId, Uuid, bool)> = wanted
        .iter()
        .filter_map(|want| {
            let number = taken.get(&want.holder)?;
            let joins = matches!(want.source, Source::Pool { .. });
            Some((number.id, want.holder, joins))
        })
        .collect();
    if store::reserve(tx, ids, scope, &rows).await? != rows.len() as u64 {
        return Err(taken_by_another());
    }
    wanted
        .iter()
        .map(|want| {
            taken
                .remove(&want.holder)
                .ok_or_else(|| Error::internal("a holder wants two numbers"))
        })
        .collect()
}

fn taken_by_another() -> Error {
    Error::conflict(
        "numberTaken",
        "Somebody else has just taken this number. Choose another one.",
    )
}

/// A reserved number passes to another holder: from the order's item to its subscription.
pub async fn pass_on(tx: &mut Tx, ids: &Ids, scope: &Scope, from: Uuid, to: Uuid) -> Result<()> {
    if store::pass_on(tx, ids, scope, from, to).await? == 1 {
        Ok(())
    } else {
        Err(Error::internal("the number to pass on is not reserved"))
    }
}

/// Lets a number go: it rests with the organisation until `until`, and then is free there or, when it is given back, where
/// its series is (`back_to` when it is from none). Bears being called twice.
pub async fn rest(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    until: Instant,
    back_to: Option<OrganisationId>,
) -> Result<()> {
    store::rest(tx, ids, scope, holder, until, back_to).await
}

/// As if it had never been given: free at once where it came from. For taking back an order of a moment ago.
pub async fn return_at_once(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    operator: OrganisationId,
) -> Result<()> {
    store::return_at_once(tx, ids, scope, holder, operator).await
}

/// As if it had never been taken from its rest: it rests on with the organisation as it did. For taking back an order of a
/// moment ago.
pub async fn rest_again(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    until: Instant,
    origin: OrganisationId,
) -> Result<()> {
    store::rest_again(tx, ids, scope, holder, until, origin).await
}

/// A number has moved here from another operator: it is the organisation's for good, reserved for `holder`. Bears being called
/// twice.
///
/// # Errors
/// 409 `numberTaken` when somebody here has it already.
pub async fn take_in(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    number: &str,
    kind: NumberKind,
    holder: Uuid,
) -> Result<()> {
    store::take_in(tx, ids, scope, number, kind, holder).await?;
    match store::of_holder(tx, scope, holder).await? {
        Some(held) if held.number == number => Ok(()),
        _ => Err(taken_by_another()),
    }
}

/// The numbers whose rest is over are free again. Says how many.
pub async fn end_rests(tx: &mut Tx, system: SystemScope, now: Instant) -> Result<u64> {
    store::end_rests(tx, system, now).await
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
