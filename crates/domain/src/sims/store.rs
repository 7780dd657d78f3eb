//! The tables of this room.

use super::{Sim, SimId, SimKind, SimState};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, params},
};
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

pub(super) async fn take(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SimId,
    holder: Uuid,
) -> Result<Option<Sim>> {
    tx.optional(
        &format!(
            "UPDATE sims SET state = 'reserved', holder = ?3, changed_at = ?4
             WHERE organisation = ?1 AND id = ?2 AND state = 'unassigned' AND holder IS NULL RETURNING {SIM}"
        ),
        params![scope.organisation(), id, holder, ids.now()],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

pub(super) async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE sims SET state = 'active', changed_at = ?3 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

pub(super) async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE sims SET state = 'unassigned', holder = NULL, changed_at = ?3
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
