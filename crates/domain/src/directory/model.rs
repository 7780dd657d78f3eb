//! The words of this room.

use super::rules::VoicePlan;
use crate::access::{ObjectId, TenantId};
use platform::{Instant, id, words};
use uuid::Uuid;

id!(PersonId, "A person: mirrored from a directory, or local.");

words! {
    pub enum PersonKind {
        /// Mirrored from the tenant's directory.
        Directory = "directory",
        /// Made here, for somebody without an account.
        Local = "local",
    }
}

words! {
    pub enum PersonState {
        Active = "active",
        /// The account cannot sign in.
        Disabled = "disabled",
        /// Gone from the directory. Marked, never removed while something costs money.
        Deleted = "deleted",
    }
}

/// A colleague as the mirror has them. Texts are for display; identity is `home` and `object`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub kind: PersonKind,
    /// `None` for a local person.
    pub object: Option<ObjectId>,
    pub state: PersonState,
    pub display_name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    /// For display, never identity.
    pub username: Option<String>,
    pub title: Option<String>,
    pub department: Option<String>,
    pub office_location: Option<String>,
    pub mobile_phone: Option<String>,
    /// The service plans that count for telephony.
    pub plans: Vec<VoicePlan>,
    /// Products that the person has a licence of.
    pub skus: Vec<Uuid>,
    /// When what the directory says of the person last changed here.
    pub updated_at: Instant,
    pub version: i64,
}

words! {
    /// How the mirror of a tenant fares.
    pub enum MirrorState {
        /// No round was ever completed.
        Never = "never",
        Running = "running",
        Ok = "ok",
        /// The last try failed; `problem` says why.
        Failing = "failing",
    }
}

words! {
    /// Whether the directory tells us of changes by itself.
    pub enum Notifications {
        On = "on",
        /// Not asked for; the regular synchronisation runs all the same.
        Off = "off",
        Failing = "failing",
    }
}

/// What keeps the mirror from being up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirrorProblem {
    /// Stable: `unauthorised`, `refused`, `unavailable`, `emptyDirectory`, `tooManyMissing`.
    pub code: String,
    /// In the words of whoever refused; for a technician.
    pub detail: String,
}

/// What a complete round came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    pub started_at: Instant,
    pub finished_at: Instant,
    pub arrived: i64,
    pub changed: i64,
    pub departed: i64,
}

/// The connection of a tenant's directory to its mirror.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    pub tenant: TenantId,
    /// The tenant's own name; empty until the first round.
    pub name: String,
    pub state: MirrorState,
    pub problem: Option<MirrorProblem>,
    pub last: Option<Round>,
    /// Colleagues in the mirror, the disabled ones included.
    pub total: i64,
    pub next_at: Option<Instant>,
    pub notifications: Notifications,
}
