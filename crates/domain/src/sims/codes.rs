//! Showing sealed codes. Every look-up is written down, with its reason, and stands in the audit log before anything is shown;
//! a person has so many a day.

mod store;

use super::{Codes, SimId};
use crate::access::Scope;
use platform::{
    Error, Ids, Kind, Result,
    audit::{self, AuditEntry},
    db::Tx,
    id,
    seal::Sealer,
    words,
};
use std::time::Duration;

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

/// How many look-ups one person has within a day, of all kinds together.
pub const LOOK_UPS_A_DAY: i64 = 30;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// PIN and PUK of a SIM, for one answer and nothing else. Show them only after the transaction was committed: the look-up and
/// its audit entry are in it.
///
/// # Errors
/// 404 for another organisation's SIM; 409 `noCodes` for one whose codes we were never told; 429 `tooManyLookUps` with the
/// seconds until the next.
pub async fn reveal_codes(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    sealer: &Sealer,
    sim: SimId,
    look_up: &LookUp,
) -> Result<Codes> {
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

/// The audit entry first: whoever writes one waits for others of the organisation, so that two look-ups at once are counted
/// one after the other.
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
    let (count, oldest) = store::look_ups_since(tx, scope, principal, now.minus(DAY)).await?;
    if count >= LOOK_UPS_A_DAY {
        let free_at = oldest.unwrap_or(now).plus(DAY);
        let wait = u32::try_from(free_at.since(now).as_secs()).unwrap_or(u32::MAX);
        return Err(Error::new(
            Kind::TooOften,
            "tooManyLookUps",
            "You have looked up as many codes as one may within a day. Go on tomorrow, or ask a colleague.",
        )
        .with_retry_after(wait.saturating_add(1)));
    }
    store::insert(tx, scope, id, sim, principal, kind, own, reason, now).await
}
