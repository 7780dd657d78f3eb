//! Sealed codes, and who was shown them.

use super::{super::SimId, LookUpId, LookUpKind};
use crate::access::{PrincipalId, Scope};
use platform::{
    Instant, Result,
    db::{Conn, Tx, params},
};

/// PIN and PUK as they are stored: `None` for another's SIM, `Some(None)` for one without.
pub(super) async fn sealed_codes(
    conn: &mut Conn,
    scope: &Scope,
    sim: SimId,
) -> Result<Option<Option<Vec<u8>>>> {
    conn.optional(
        "SELECT codes FROM sims WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), sim],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

/// An activation code as it is stored, its SIM locked: of two who ask at once one is shown it. As [`sealed_codes`] otherwise.
pub(super) async fn lock_activation(
    tx: &mut Tx,
    scope: &Scope,
    sim: SimId,
) -> Result<Option<Option<Vec<u8>>>> {
    tx.optional(
        "SELECT activation FROM sims WHERE organisation = ?1 AND id = ?2 FOR UPDATE",
        params![scope.organisation(), sim],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(super) async fn was_shown(
    conn: &mut Conn,
    scope: &Scope,
    sim: SimId,
    kind: LookUpKind,
) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM code_look_ups WHERE organisation = ?1 AND sim = ?2 AND kind = ?3 LIMIT 1",
            params![scope.organisation(), sim, kind],
        )
        .await?
        .is_some())
}

#[expect(clippy::too_many_arguments, reason = "one row, one argument a column")]
pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    id: LookUpId,
    sim: SimId,
    principal: PrincipalId,
    kind: LookUpKind,
    own: bool,
    reason: Option<&str>,
    at: Instant,
) -> Result<()> {
    tx.execute(
        "INSERT INTO code_look_ups (id, organisation, sim, principal, kind, own, reason, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            id,
            scope.organisation(),
            sim,
            principal,
            kind,
            own,
            reason,
            at
        ],
    )
    .await?;
    Ok(())
}
