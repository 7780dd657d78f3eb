//! The tables of this room.

use super::{Sim, SimId, SimKind, SimState};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, params, values},
};
use std::collections::HashMap;
use uuid::Uuid;

const SIM: &str = "id, iccid, kind, state, holder";

fn read(row: &Row) -> Result<Sim> {
    Ok(Sim {
        id: row.get(0)?,
        iccid: row.get(1)?,
        kind: row.get(2)?,
        state: row.get(3)?,
        holder: row.get(4)?,
    })
}

/// A page of the organisation's SIMs by ICCID, and how many there are in all. `digits` must be contained in the ICCID.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    state: Option<SimState>,
    digits: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<Sim>, i64)> {
    const WHERE: &str = "organisation = ?1 AND (CAST(?2 AS TEXT) IS NULL OR state = ?2) AND (?3 = '' OR iccid LIKE '%' || ?3 || '%')";
    let rows = conn
        .all(
            &format!("SELECT {SIM} FROM sims WHERE {WHERE} AND (CAST(?4 AS TEXT) IS NULL OR iccid > ?4) ORDER BY iccid LIMIT ?5"),
            params![scope.organisation(), state, digits, after, limit],
        )
        .await?;
    let total = conn
        .one(
            &format!("SELECT COUNT(*) FROM sims WHERE {WHERE}"),
            params![scope.organisation(), state, digits],
        )
        .await?
        .get(0)?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

pub async fn sim(conn: &mut Conn, scope: &Scope, id: SimId) -> Result<Option<Sim>> {
    conn.optional(
        &format!("SELECT {SIM} FROM sims WHERE organisation = ?1 AND id = ?2"),
        params![scope.organisation(), id],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Several SIMs of the organisation.
pub async fn sims(conn: &mut Conn, scope: &Scope, ids: &[SimId]) -> Result<Vec<Sim>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!("SELECT {SIM} FROM sims WHERE organisation = ?1 AND id IN ({places})")
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The SIM that a holder has, or that is reserved for it.
pub async fn of_holder(conn: &mut Conn, scope: &Scope, holder: Uuid) -> Result<Option<Sim>> {
    conn.optional(
        &format!("SELECT {SIM} FROM sims WHERE organisation = ?1 AND holder = ?2"),
        params![scope.organisation(), holder],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// How many of a kind lie in the operator's stock.
pub async fn count_stock(
    conn: &mut Conn,
    _: &Scope,
    operator: OrganisationId,
    kind: SimKind,
) -> Result<i64> {
    conn.one(
        "SELECT COUNT(*) FROM sims WHERE organisation = ?1 AND state = 'unassigned' AND kind = ?2",
        params![operator, kind],
    )
    .await?
    .get(0)
}

pub(super) async fn lock(tx: &mut Tx, scope: &Scope, ids: &[SimId]) -> Result<HashMap<SimId, Sim>> {
    let mut ids = ids.to_vec();
    // Everybody locks in the same order.
    ids.sort_unstable();
    tx.all_of(params![scope.organisation()], &ids, |places| {
        format!("SELECT {SIM} FROM sims WHERE organisation = ?1 AND id IN ({places}) ORDER BY id FOR UPDATE")
    })
    .await?
    .iter()
    .map(|row| read(row).map(|sim| (sim.id, sim)))
    .collect()
}

pub(super) async fn lock_stock(
    tx: &mut Tx,
    _: &Scope,
    operator: OrganisationId,
    kind: SimKind,
    count: usize,
) -> Result<Vec<Sim>> {
    tx.all(
        &format!("SELECT {SIM} FROM sims WHERE organisation = ?1 AND state = 'unassigned' AND kind = ?2 ORDER BY iccid LIMIT ?3 FOR UPDATE SKIP LOCKED"),
        params![operator, kind, count as i64],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Reserves locked SIMs: (SIM, holder, whether it joins the organisation). Says how many there were to reserve.
pub(super) async fn reserve(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    rows: &[(SimId, Uuid, bool)],
) -> Result<u64> {
    let now = ids.now();
    let stays: Vec<_> = rows
        .iter()
        .filter(|(_, _, joins)| !joins)
        .map(|(id, holder, _)| values![*id, *holder, now])
        .collect();
    let joins: Vec<_> = rows
        .iter()
        .filter(|(_, _, joins)| *joins)
        .map(|(id, holder, _)| values![*id, *holder, now, scope.organisation()])
        .collect();
    let mut reserved = tx
        .execute_many(
            "UPDATE sims SET reserved_from = state, state = 'reserved', holder = ?2, changed_at = ?3
             WHERE id = ?1 AND state IN ('unassigned', 'retired') AND holder IS NULL",
            &stays,
        )
        .await?;
    reserved += tx
        .execute_many(
            "UPDATE sims SET reserved_from = state, state = 'reserved', holder = ?2, changed_at = ?3,
               origin = organisation, organisation = ?4
             WHERE id = ?1 AND state = 'unassigned' AND holder IS NULL",
            &joins,
        )
        .await?;
    Ok(reserved)
}

pub(super) async fn pass_on(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    from: Uuid,
    to: Uuid,
) -> Result<u64> {
    tx.execute(
        "UPDATE sims SET holder = ?3, changed_at = ?4 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), from, to, ids.now()],
    )
    .await
}

pub(super) async fn set_suspended(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    suspended: bool,
) -> Result<()> {
    let state = if suspended {
        SimState::Suspended
    } else {
        SimState::Active
    };
    tx.execute(
        "UPDATE sims SET state = ?3, changed_at = ?4
         WHERE organisation = ?1 AND holder = ?2 AND state IN ('active', 'suspended')",
        params![scope.organisation(), holder, state, ids.now()],
    )
    .await?;
    Ok(())
}

/// Leaves its holder for a state without one.
pub(super) async fn leave(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    state: SimState,
) -> Result<()> {
    tx.execute(
        "UPDATE sims SET state = ?3, holder = NULL, reserved_from = NULL, changed_at = ?4
         WHERE organisation = ?1 AND holder = ?2",
        params![scope.organisation(), holder, state, ids.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_activation(
    tx: &mut Tx,
    scope: &Scope,
    sim: SimId,
    sealed: Vec<u8>,
) -> Result<()> {
    tx.execute(
        "UPDATE sims SET activation = ?3 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), sim, sealed],
    )
    .await?;
    Ok(())
}

pub(super) async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE sims SET state = 'active', origin = NULL, reserved_from = NULL, changed_at = ?3 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

pub(super) async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE sims SET state = COALESCE(reserved_from, 'unassigned'), holder = NULL, reserved_from = NULL,
           organisation = COALESCE(origin, organisation), origin = NULL, changed_at = ?3
         WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

#[expect(clippy::too_many_arguments, reason = "one row, one argument a column")]
pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    owner: OrganisationId,
    id: SimId,
    iccid: &str,
    imsi: &str,
    kind: SimKind,
    sealed: Vec<u8>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sims (id, organisation, iccid, imsi, kind, state, codes, changed_at) VALUES (?1, ?2, ?3, ?4, ?5, 'unassigned', ?6, ?7)",
        params![id, owner, iccid, imsi, kind, sealed, ids.now()],
    )
    .await?;
    Ok(())
}
