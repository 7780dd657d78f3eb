//! The tables of packs.

use crate::{access::Scope, sims::SimId};
use platform::{
    Ids, Result,
    db::{Conn, Tx, params, values},
};
use uuid::Uuid;

pub(super) async fn is_announced(conn: &mut Conn, scope: &Scope, item: Uuid) -> Result<bool> {
    let found = conn
        .optional(
            "SELECT 1 FROM sim_arrivals WHERE organisation = ?1 AND item = ?2 LIMIT 1",
            params![scope.organisation(), item],
        )
        .await?;
    Ok(found.is_some())
}

/// Whether any of these cards is anybody's, or on its way to anybody.
pub(super) async fn any_known(conn: &mut Conn, _: &Scope, iccids: &[&str]) -> Result<bool> {
    let known = conn
        .all_of(params![], iccids, |places| {
            format!("SELECT id FROM sims WHERE iccid IN ({places})")
        })
        .await?;
    let coming = conn
        .all_of(params![], iccids, |places| {
            format!("SELECT id FROM sim_arrivals WHERE iccid IN ({places})")
        })
        .await?;
    Ok(!known.is_empty() || !coming.is_empty())
}

pub(super) async fn announce(
    tx: &mut Tx,
    scope: &Scope,
    item: Uuid,
    cards: Vec<(SimId, String, String, Vec<u8>)>,
) -> Result<()> {
    let rows: Vec<_> = cards
        .into_iter()
        .map(|(id, iccid, imsi, codes)| values![id, scope.organisation(), item, iccid, imsi, codes])
        .collect();
    tx.execute_many(
        "INSERT INTO sim_arrivals (id, organisation, item, iccid, imsi, codes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn take_in(tx: &mut Tx, ids: &Ids, scope: &Scope, item: Uuid) -> Result<u64> {
    tx.execute(
        "INSERT INTO sims (id, organisation, iccid, imsi, kind, state, codes, changed_at, pack)
         SELECT id, organisation, iccid, imsi, 'physical', 'unassigned', codes, ?3, item FROM sim_arrivals
         WHERE organisation = ?1 AND item = ?2",
        params![scope.organisation(), item, ids.now()],
    )
    .await
}

pub(super) async fn forget(tx: &mut Tx, scope: &Scope, item: Uuid) -> Result<()> {
    tx.execute(
        "DELETE FROM sim_arrivals WHERE organisation = ?1 AND item = ?2",
        params![scope.organisation(), item],
    )
    .await?;
    Ok(())
}

/// The cards that came with these order items: (item, ICCID), by ICCID.
pub async fn cards_of_packs(
    conn: &mut Conn,
    scope: &Scope,
    items: &[Uuid],
) -> Result<Vec<(Uuid, String)>> {
    conn.all_of(params![scope.organisation()], items, |places| {
        format!("SELECT pack, iccid FROM sims WHERE organisation = ?1 AND pack IN ({places}) ORDER BY iccid")
    })
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}
