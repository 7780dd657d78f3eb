//! Numbers kept for something, and how a series stands from its first number to its last.

use super::{NUMBER, read};
use crate::{
    access::{PrincipalId, Scope},
    numbering::{Number, NumberId, NumberRef, NumberSeriesId, NumberState, RunState},
};
use platform::{
    Ids, Result,
    db::{Conn, Tx, params},
};

/// A number of the organisation, by id or by what it is, locked until the transaction ends.
pub(in super::super) async fn lock(
    tx: &mut Tx,
    scope: &Scope,
    number: &NumberRef,
) -> Result<Option<Number>> {
    let (id, text) = match number {
        NumberRef::Id(id) => (Some(*id), None),
        NumberRef::E164(text) => (None, Some(text.as_str())),
    };
    tx.optional(
        &format!(
            "SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND (id = ?2 OR number = ?3) FOR UPDATE"
        ),
        params![scope.organisation(), id, text],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

pub(in super::super) async fn keep(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: NumberId,
    note: &str,
    by: Option<PrincipalId>,
) -> Result<()> {
    tx.execute(
        "UPDATE numbers SET reserved_for = ?3, reserved_by = ?4, reserved_at = ?5 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, note, by, ids.now()],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn let_go(tx: &mut Tx, scope: &Scope, id: NumberId) -> Result<()> {
    tx.execute(
        "UPDATE numbers SET reserved_for = NULL, reserved_by = NULL, reserved_at = NULL WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id],
    )
    .await?;
    Ok(())
}

/// Every number of a series of the organisation in order, with how it stands. A number that has gone to another organisation
/// counts as used.
pub(in super::super) async fn in_order(
    conn: &mut Conn,
    scope: &Scope,
    series: NumberSeriesId,
) -> Result<Vec<(String, RunState)>> {
    conn.all(
        "SELECT n.number, n.state, n.reserved_for IS NOT NULL, n.organisation = s.organisation
         FROM number_series s JOIN numbers n ON n.series = s.id
         WHERE s.organisation = ?1 AND s.id = ?2 ORDER BY n.number",
        params![scope.organisation(), series],
    )
    .await?
    .iter()
    .map(|row| {
        let state = match (row.get(1)?, row.get(2)?, row.get(3)?) {
            (NumberState::Free, false, true) => RunState::Free,
            (NumberState::Free, true, true) => RunState::Reserved,
            (NumberState::Resting, _, true) => RunState::Resting,
            _ => RunState::Used,
        };
        Ok((row.get(0)?, state))
    })
    .collect()
}
