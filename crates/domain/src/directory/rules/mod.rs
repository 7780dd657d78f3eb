//! What the mirror decides without asking anybody: what a page of changes means, and which licences suffice.

mod keys;
mod licences;
mod reconcile;
mod trouble;

pub use keys::{Keys, Named};
pub use licences::{
    Advice, Missing, Readiness, VoicePlan, missing_licences, readiness, readiness_of,
};
pub use reconcile::{Entry, Known, Sweep, Tally, Turn, fingerprint, reconcile, sweep};
pub use trouble::problem_code;

use platform::Instant;
use std::time::Duration;

/// A licence can change without the directory's list of changes saying so: once a day everybody is listed anew.
pub const FULL_ROUND_EVERY: Duration = Duration::from_secs(24 * 3600);

/// Whether the next round must list everybody: there is no cursor to go on from, the last full one is a day old, or it is to
/// be confirmed.
pub fn full_round_due(
    cursor: Option<&str>,
    full_round_at: Option<Instant>,
    doubted: bool,
    now: Instant,
) -> bool {
    cursor.is_none() || doubted || full_round_at.is_none_or(|at| now.since(at) >= FULL_ROUND_EVERY)
}

/// The longest that a request for change notifications on people may live.
pub const SUBSCRIPTION_LIFE: Duration = Duration::from_secs(41_760 * 60);

/// When a request for notifications is renewed: halfway, so that a failed renewal leaves two weeks to mend it.
pub fn renew_at(now: Instant, expires_at: Instant) -> Instant {
    now.plus((expires_at.since(now) / 2).max(Duration::from_secs(60)))
}
