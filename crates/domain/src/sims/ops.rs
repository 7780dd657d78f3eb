//! The verbs of this room.

use super::{NewSim, Sim, SimId, SimKind, SimState, Source, Wanted, rules, store};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{Error, Ids, Result, db::Tx, seal::Sealer};
use std::collections::HashMap;
use uuid::Uuid;

/// Takes a SIM for each holder, at once and for it alone; answered in the order of `wanted`.
pub async fn reserve(tx: &mut Tx, ids: &Ids, scope: &Scope, wanted: &[Wanted]) -> Result<Vec<Sim>> {
    let mut taken: HashMap<Uuid, Sim> = HashMap::with_capacity(wanted.len());
    let named: Vec<SimId> = wanted
        .iter()
        .filter_map(|want| match want.source {
            Source::Drawer(sim) | Source::Retired(sim) => Some(sim),
            Source::Stock { .. } => None,
        })
        .collect();
    let found = store::lock(tx, scope, &named).await?;
    for want in wanted {
        let (sim, state) = match want.source {
            Source::Drawer(sim) => (sim, SimState::Unassigned),
            Source::Retired(sim) => (sim, SimState::Retired),
            Source::Stock { .. } => continue,
        };
        let sim = found
            .get(&sim)
            .filter(|found| found.state == state && found.holder.is_none())
            .ok_or_else(taken_by_another)?;
        taken.insert(want.holder, sim.clone());
    }
    for kind in [SimKind::Physical, SimKind::ESim] {
        let wants: Vec<(Uuid, OrganisationId)> = wanted
            .iter()
            .filter_map(|want| match want.source {
                Source::Stock { operator, kind: of } if of == kind => Some((want.holder, operator)),
                _ => None,
            })
            .collect();
        let Some((_, operator)) = wants.first() else {
            continue;
        };
        // The operator's own orders may name a card of this very stock.
        let many = wants.len() + named.len();
        let mut stock = store::lock_stock(tx, scope, *operator, kind, many).await?;
        stock.retain(|sim| !named.contains(&sim.id));
        if stock.len() < wants.len() {
            return Err(Error::conflict(
                "noSimInStock",
                "There is no SIM of this kind in stock just now. Take one from the drawer, or try again later.",
            ));
        }
        for ((holder, _), sim) in wants.into_iter().zip(stock) {
            taken.insert(holder, sim);
        }
    }
    let rows: Vec<(SimId, Uuid, bool)> = wanted
        .iter()
        .filter_map(|want| {
            let sim = taken.get(&want.holder)?;
            let joins = matches!(want.source, Source::Stock { .. });
            Some((sim.id, want.holder, joins))
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
                .ok_or_else(|| Error::internal("a holder wants two SIMs"))
        })
        .collect()
}

fn taken_by_another() -> Error {
    Error::conflict(
        "simTaken",
        "Somebody else has just taken this SIM card. Choose another one from the drawer.",
    )
}

/// A reserved SIM passes to another holder: from the order's item to its subscription.
pub async fn pass_on(tx: &mut Tx, ids: &Ids, scope: &Scope, from: Uuid, to: Uuid) -> Result<()> {
    if store::pass_on(tx, ids, scope, from, to).await? == 1 {
        Ok(())
    } else {
        Err(Error::internal("the SIM to pass on is not reserved"))
    }
}

/// The line of this holder is blocked, or no longer. Bears being called twice.
pub async fn set_suspended(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    suspended: bool,
) -> Result<()> {
    store::set_suspended(tx, ids, scope, holder, suspended).await
}

/// The holder's SIM is of no use any more. Bears being called twice.
pub async fn retire(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    store::leave(tx, ids, scope, holder, SimState::Retired).await
}

/// Back into the drawer, as if it had never been taken out. For taking back an order of a moment ago.
pub async fn return_to_drawer(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    store::leave(tx, ids, scope, holder, SimState::Unassigned).await
}

/// Keeps an eSIM's activation code, sealed: whoever has it takes the line.
pub async fn keep_activation_code(
    tx: &mut Tx,
    scope: &Scope,
    sealer: &Sealer,
    sim: SimId,
    code: &str,
) -> Result<()> {
    let sealed = sealer.seal(sim.0.as_bytes(), code.as_bytes())?;
    store::set_activation(tx, scope, sim, sealed).await
}

pub async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<()> {
    if store::activate(tx, ids, scope, holder).await? == 0 {
        return Err(Error::internal(
            "the SIM to activate is not reserved for this holder",
        ));
    }
    Ok(())
}

/// The order came to nothing: the SIM is where it was. Bears being called twice.
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
