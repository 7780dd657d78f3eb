//! Cards that come in packs: told by the network, kept apart until the order ends, then in the drawer.

mod store;

pub use store::cards_of_packs;

use super::{NewSim, SimId, rules};
use crate::access::Scope;
use platform::{Error, Ids, Result, db::Tx, seal::Sealer};
use std::collections::HashSet;
use uuid::Uuid;

/// Cards in a pack.
pub const CARDS_IN_PACK: u32 = 10;

/// Keeps the cards that the network has sent for an order item; their codes are sealed before they are stored. Bears being told
/// the same twice.
///
/// # Errors
/// The list cannot be that of the pack: a card's number or codes are wrong, one is there twice, or is somebody's already.
pub async fn announce(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    item: Uuid,
    cards: &[NewSim],
) -> Result<()> {
    if store::is_announced(tx, scope, item).await? {
        return Ok(());
    }
    let mut seen = HashSet::new();
    let mut rows = Vec::with_capacity(cards.len());
    for card in cards {
        let iccid = rules::iccid(&card.iccid)?;
        let imsi = rules::imsi(&card.imsi)?;
        rules::check_codes(&card.codes)?;
        if !seen.insert(iccid.clone()) {
            return Err(Error::rule("simTwice", "A card is in the pack twice."));
        }
        let id: SimId = ids.make();
        let plain = serde_json::to_vec(&card.codes)
            .map_err(|_| Error::internal("codes cannot be written"))?;
        rows.push((id, iccid, imsi, sealer.seal(id.0.as_bytes(), &plain)?));
    }
    let iccids: Vec<&str> = rows.iter().map(|(_, iccid, ..)| iccid.as_str()).collect();
    if store::any_known(tx, scope, &iccids).await? {
        return Err(Error::rule(
            "simKnown",
            "A card of the pack is here already.",
        ));
    }
    store::announce(tx, scope, item, rows).await
}

/// The pack has arrived: its cards lie in the drawer. Says how many there are. Bears being called twice.
pub async fn take_in(tx: &mut Tx, ids: &Ids, scope: &Scope, item: Uuid) -> Result<u64> {
    let count = store::take_in(tx, ids, scope, item).await?;
    store::forget(tx, scope, item).await?;
    Ok(count)
}

/// The pack was called off: none of its cards comes. Bears being called twice.
pub async fn forget(tx: &mut Tx, scope: &Scope, item: Uuid) -> Result<()> {
    store::forget(tx, scope, item).await
}
