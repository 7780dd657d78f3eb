//! The words of this room.

use crate::{access::OrganisationId, subscriptions::SubscriptionId};
use platform::{Instant, Period, id, words};

id!(
    UsageImportId,
    "A file or an upload of usage records that was read, or is being read."
);

words! {
    /// What was used, and so in what it is counted: bytes, seconds, messages, messages.
    pub enum UsageKind {
        Data = "data",
        Voice = "voice",
        Sms = "sms",
        Mms = "mms",
    }
}

words! {
    pub enum Direction {
        Outgoing = "outgoing",
        Incoming = "incoming",
    }
}

words! {
    /// Where a call or message went, or where data was used.
    pub enum Destination {
        Domestic = "domestic",
        /// The European Union and the European Economic Area.
        Eu = "eu",
        World = "world",
        /// Numbers that cost more than a call.
        Premium = "premium",
    }
}

words! {
    pub enum ImportOrigin {
        Api = "api",
        Folder = "folder",
        Command = "command",
    }
}

words! {
    pub enum ImportState {
        /// Being read, or cut short: begun once more it goes on where it was.
        Running = "running",
        Done = "done",
        /// Not one of its lines could be read.
        Failed = "failed",
    }
}

/// One line of an import that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageRecord {
    /// Counted from 1, the heading included.
    pub line: i64,
    /// Who told of it.
    pub source: String,
    /// Its id there.
    pub record: String,
    /// E.164 with `+`.
    pub number: String,
    pub kind: UsageKind,
    pub direction: Direction,
    pub destination: Destination,
    /// Bytes, seconds or messages.
    pub quantity: i64,
    /// Seconds that it lasted.
    pub duration: Option<i64>,
    pub started_at: Instant,
}

/// What is wrong with a line. `code` has a text in `row.<code>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Counted from 1, the heading included.
    pub line: i64,
    /// The field's name in the heading; empty when it is the line as a whole.
    pub field: String,
    /// Stable slug, camelCase.
    pub code: String,
}

/// An import and what came of it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageImport {
    pub id: UsageImportId,
    pub origin: ImportOrigin,
    /// Of the file, where it had one.
    pub name: Option<String>,
    pub state: ImportState,
    /// Bytes that are read and counted.
    pub position: i64,
    pub lines: i64,
    /// Counted.
    pub records: i64,
    /// Told before, and so not counted again.
    pub duplicates: i64,
    /// Lines that could not be counted.
    pub errors: i64,
    /// The code of what was wrong with the whole.
    pub problem: Option<String>,
    pub started_at: Instant,
    pub finished_at: Option<Instant>,
}

/// Errors of one import that are kept; beyond that they are only counted.
pub const ERRORS_KEPT: i64 = 100_000;

/// What a subscription used of one kind in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageTotal {
    pub period: Period,
    pub kind: UsageKind,
    /// Outgoing, and where the package's allowances hold. Bytes, seconds or messages.
    pub counted: i64,
    /// Outgoing, and elsewhere.
    pub beyond: i64,
    pub received: i64,
    pub records: i64,
    /// What the package allowed when the last record was counted.
    pub allowance: Option<i64>,
}

/// A limit that a subscription has just passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub organisation: OrganisationId,
    pub subscription: SubscriptionId,
    pub period: Period,
    /// Per cent.
    pub threshold: i64,
    /// Bytes.
    pub used: i64,
    pub limit: i64,
}

/// That a subscription used something of a kind in a month, and how many records say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedInMonth {
    pub subscription: SubscriptionId,
    pub period: Period,
    pub kind: UsageKind,
    pub records: i64,
}

/// What went out of a subscription in one month, by where it went. Bytes, seconds or messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub subscription: SubscriptionId,
    pub kind: UsageKind,
    pub destination: Destination,
    pub quantity: i64,
}
