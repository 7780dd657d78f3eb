//! The verbs of this room.

use super::{NewSim, Sim, SimId, rules, store};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{Error, Ids, Result, db::Tx, seal::Sealer};
use uuid::Uuid;

/// Takes a SIM out of the drawer for a holder, at once and for it alone.
pub async fn reserve(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sim: SimId,
    holder: Uuid,
) -> Result<Sim> {
    store::take(tx, ids, scope, sim, holder)
        .await?
        .ok_or_else(|| {
            Error::conflict(
                "simTaken",
                "Somebody else has just taken this SIM card. Choose another one from the drawer.",
            )
        })
}

pub async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    if store::activate(tx, ids, scope, holder).await? == 0 {
        return Err(Error::internal(
            "the SIM to activate is not reserved for this holder",
        ));
    }
    Ok(())
}

/// The order came to nothing: the SIM lies in the drawer again. Bears being called twice.
pub async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    store::give_back(tx, ids, scope, holder).await.map(|_| ())
}

/// Puts SIMs into an organisation's drawer; their codes are sealed before they are stored.
pub async fn add_to_drawer(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    sealer: &Sealer,
    owner: OrganisationId,
    sims: &[NewSim],
) -> Result<()> {
    for new in sims {
        let iccid = rules::iccid(&new.iccid)?;
        let imsi = rules::imsi(&new.imsi)?;
        rules::check_codes(&new.codes)?;
        let id: SimId = ids.make();
        let plain = serde_json::to_vec(&new.codes)
            .map_err(|_| Error::internal("codes cannot be written"))?;
        let sealed = sealer.seal(id.0.as_bytes(), &plain)?;
        store::insert(tx, ids, system, owner, id, &iccid, &imsi, new.kind, sealed).await?;
    }
    Ok(())
}
