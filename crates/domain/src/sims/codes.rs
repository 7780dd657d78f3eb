//! Showing sealed codes. Every look-up is written down, with its reason, and stands in the audit log before anything is shown;
//! a person has so many a day.

mod store;

use super::{Codes, SimId};
use crate::access::Scope;
use platform::{
    Error, Ids, Result,
    audit::{self, AuditEntry},
    db::Tx,
    id,
    limits::{self, Limit},
    seal::Sealer,
    words,
};

id!(LookUpId, "One time that somebody was shown codes.");

words! {
    /// What was shown.
    pub enum LookUpKind {
        /// PIN and PUK.
        Codes = "codes",
        /// What makes an eSIM work: whoever has it takes the line.
        ActivationCode = "activationCode",
    }
}

/// Why somebody wants to see codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookUp {
    /// They are their own.
    Own,
    /// Another's, or a card in the drawer; in their words, checked for length.
    For { reason: String },
}

/// PIN and PUK of a SIM, for one answer and nothing else. Show them only after the transaction was committed: the look-up and
/// its audit entry are in it.
///
/// # Errors
/// 404 for another organisation's SIM; 409 `noCodes` for one whose codes we were never told; 429 with the seconds until
/// the next when `limit` is used up.
pub async fn reveal_codes(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    limit: Limit,
    sim: SimId,
    look_up: &LookUp,
) -> Result<Codes> {
    take(tx, ids, scope, limit).await?;
    let sealed = store::sealed_codes(tx, scope, sim)
        .await?
        .ok_or_else(Error::not_found)?;
    let sealed = sealed.ok_or_else(|| {
        Error::conflict(
            "noCodes",
            "The codes of this SIM card are not known here. They are printed on the card that it came in.",
        )
    })?;
    write_down(tx, ids, scope, sim, LookUpKind::Codes, look_up).await?;
    let plain = sealer
        .open(sim.0.as_bytes(), &sealed)
        .map_err(|error| Error::internal(format!("codes of a SIM: {error}")))?;
    serde_json::from_slice(&plain).map_err(|_| Error::internal("codes of a SIM cannot be read"))
}

/// An eSIM's activation code, once: whoever has it takes the line, so it is not shown again. As [`reveal_codes`] otherwise.
///
/// # Errors
/// Besides those of [`reveal_codes`]: 409 `noActivationCode` for what is no eSIM, or not ready yet; 409 `alreadyShown`.
pub async fn reveal_activation_code(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    limit: Limit,
    sim: SimId,
    look_up: &LookUp,
) -> Result<String> {
    take(tx, ids, scope, limit).await?;
    let sealed = store::lock_activation(tx, scope, sim)
        .await?
        .ok_or_else(Error::not_found)?
        .ok_or_else(|| {
            Error::conflict(
                "noActivationCode",
                "There is no activation code for this SIM: it is a card, or the network has not made it ready yet.",
            )
        })?;
    if store::was_shown(tx, scope, sim, LookUpKind::ActivationCode).await? {
        return Err(Error::conflict(
            "alreadyShown",
            "This activation code was shown before and is shown once only. If the eSIM was not loaded, order a new one.",
        ));
    }
    write_down(tx, ids, scope, sim, LookUpKind::ActivationCode, look_up).await?;
    let plain = sealer
        .open(sim.0.as_bytes(), &sealed)
        .map_err(|error| Error::internal(format!("an activation code: {error}")))?;
    String::from_utf8(plain).map_err(|_| Error::internal("an activation code cannot be read"))
}

/// One time more that the principal is shown codes.
async fn take(tx: &mut Tx, ids: &Ids, scope: &Scope, limit: Limit) -> Result<()> {
    let principal = scope
        .principal()
        .ok_or_else(|| Error::internal("codes are shown to people, not to workers"))?;
    limits::take(tx, limit, principal.0, ids.now()).await
}

pub(super) async fn write_down(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sim: SimId,
    kind: LookUpKind,
    look_up: &LookUp,
) -> Result<()> {
    let principal = scope
        .principal()
        .ok_or_else(|| Error::internal("codes are shown to people, not to workers"))?;
    let id: LookUpId = ids.make();
    let (own, reason) = match look_up {
        LookUp::Own => (true, None),
        LookUp::For { reason } => (false, Some(reason.as_str())),
    };
    let action = match kind {
        LookUpKind::Codes => "reveal_codes",
        LookUpKind::ActivationCode => "reveal_activation_code",
    };
    // The reason is somebody's words and may hold a name: it stands beside the log, which holds the look-up's id.
    let entry = AuditEntry::new(scope.organisation().0, Some(principal.0), action)
        .on("sim", sim)
        .with(serde_json::json!({ "lookUp": id, "own": own }));
    audit::record(tx, ids, entry).await?;
    let now = ids.now();
    store::insert(tx, scope, id, sim, principal, kind, own, reason, now).await
}
