//! The words of this room.

use crate::access::OrganisationId;
use platform::{Instant, id, words};
use uuid::Uuid;

id!(NumberId, "A telephone number's row.");
id!(
    NumberSeriesId,
    "A contiguous block of numbers of an organisation."
);

words! {
    /// Stored on the number, never guessed from its prefix.
    pub enum NumberKind {
        Landline = "landline",
        Mobile = "mobile",
    }
}

words! {
    pub enum NumberState {
        Free = "free",
        /// Held by an order under way.
        Reserved = "reserved",
        Active = "active",
        /// Released, and not yet free again.
        Resting = "resting",
    }
}

#[derive(Clone, Debug)]
pub struct Number {
    pub id: NumberId,
    /// E.164 with `+`.
    pub number: String,
    pub kind: NumberKind,
    pub state: NumberState,
    pub series: Option<NumberSeriesId>,
    pub holder: Option<Uuid>,
    pub release_at: Option<Instant>,
}

#[derive(Clone, Debug)]
pub struct NumberSeries {
    pub id: NumberSeriesId,
    pub first: String,
    pub last: String,
    pub kind: NumberKind,
    pub total: i64,
    pub free: i64,
}

/// Where a number comes from when an order takes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A number of the organisation's own, free or resting.
    Named(String),
    /// The first free one of the organisation's own.
    Series,
    /// The operator's free pool; it joins the organisation with the order.
    Pool { operator: OrganisationId },
}

/// A number that an order takes for a holder.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub holder: Uuid,
    pub kind: NumberKind,
    pub source: Source,
}
