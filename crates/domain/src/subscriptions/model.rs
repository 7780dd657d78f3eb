//! The words of this room.

use crate::{
    access::OrganisationId, catalogue::OfferingId, directory::PersonId, numbering::NumberId,
    sims::SimId,
};
use platform::{Instant, Money, id, words};
use uuid::Uuid;

id!(SubscriptionId, "One product that one person has.");

words! {
    pub enum SubscriptionKind {
        /// A landline number in Teams.
        Telephony = "telephony",
        Mobile = "mobile",
    }
}

words! {
    pub enum SubscriptionState {
        /// An order for it is under way; it costs nothing yet.
        Ordered = "ordered",
        Active = "active",
        Suspended = "suspended",
        Ending = "ending",
        Ended = "ended",
    }
}

#[derive(Clone, Debug)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub person: PersonId,
    pub kind: SubscriptionKind,
    pub offering: OfferingId,
    pub number: Option<NumberId>,
    pub sim: Option<SimId>,
    pub state: SubscriptionState,
    /// As agreed with the order.
    pub monthly: Money,
    pub reference: Option<String>,
    pub started_at: Option<Instant>,
    pub version: i64,
}

words! {
    /// What an interval charges for.
    pub enum IntervalKind {
        Package = "package",
        AddOn = "addOn",
    }
}

/// A time in which one product of a subscription is charged at one price. It counts from the Danish day on which it starts
/// up to, and without, the one on which it ends: so a day is charged once, to what it ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    pub subscription: SubscriptionId,
    pub kind: IntervalKind,
    pub offering: OfferingId,
    /// As agreed, a month.
    pub monthly: Money,
    pub started_at: Instant,
    pub ended_at: Option<Instant>,
}

/// What an order writes before it is carried out.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    pub id: SubscriptionId,
    pub person: PersonId,
    pub kind: SubscriptionKind,
    pub offering: OfferingId,
    pub number: NumberId,
    pub sim: Option<SimId>,
    pub monthly: Money,
    /// It has been here before and lives again.
    pub revived: bool,
}

/// A subscription that had a number from one instant until another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// E.164 with `+`.
    pub number: String,
    pub organisation: OrganisationId,
    pub subscription: SubscriptionId,
    pub from: Instant,
    /// The first instant at which it no longer had it.
    pub until: Option<Instant>,
    /// What the subscription is now.
    pub offering: OfferingId,
}

/// An interval with what an invoice says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// Its own id: what is charged once for each month.
    pub id: Uuid,
    pub interval: Interval,
    pub person: PersonId,
    pub person_name: String,
    /// By which people's names sort.
    pub person_key: String,
    /// E.164 with `+`: the one that it had last in the time that was asked about.
    pub number: Option<String>,
    pub reference: Option<String>,
}
