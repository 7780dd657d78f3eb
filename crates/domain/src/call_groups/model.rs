//! The words of this room.

use crate::{numbering::NumberId, subscriptions::SubscriptionId};
use platform::{Instant, id, words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id!(CallGroupId, "A number that rings several mobiles.");

words! {
    pub enum CallGroupState {
        /// An order for it is under way.
        Ordered = "ordered",
        Active = "active",
        /// An order that takes it down is under way.
        Ending = "ending",
        Ended = "ended",
    }
}

words! {
    /// How the members' telephones ring.
    pub enum Strategy {
        /// One after the other, each for the ring time.
        InOrder = "inOrder",
        /// All together, for the ring time.
        AllAtOnce = "allAtOnce",
    }
}

words! {
    pub enum Weekday {
        Monday = "monday",
        Tuesday = "tuesday",
        Wednesday = "wednesday",
        Thursday = "thursday",
        Friday = "friday",
        Saturday = "saturday",
        Sunday = "sunday",
    }
}

words! {
    /// A destination that costs more than an ordinary call, and which thieves of telephone calls look for.
    pub enum DearDestination {
        /// Premium-rate services, wherever they are.
        Premium = "premium",
        /// Numbers of other countries.
        Foreign = "foreign",
    }
}

/// When the members ring; outside these hours a call goes where it goes when nobody answers. Danish time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct OpeningHours {
    pub days: Vec<Weekday>,
    /// `08:00`.
    pub from: String,
    /// `16:00`; `24:00` is the end of the day.
    pub to: String,
}

platform::told_apart!(OpeningHours);

/// Where a call goes that nobody answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct Overflow {
    /// E.164 with `+`; asked for, also as people write it.
    pub number: String,
    /// Dear destinations that are meant. Whoever allows one must be allowed to order what costs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<DearDestination>,
}

platform::told_apart!(Overflow);

/// How a group rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub name: String,
    pub strategy: Strategy,
    /// Seconds.
    pub ring_seconds: u32,
    /// `None` is always open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<Vec<OpeningHours>>,
    /// `None`: whoever calls hears that nobody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<Overflow>,
}

#[derive(Clone, Debug)]
pub struct CallGroup {
    pub id: CallGroupId,
    pub state: CallGroupState,
    pub number: Option<NumberId>,
    pub settings: Settings,
    /// In the order in which they ring.
    pub members: Vec<SubscriptionId>,
    /// The order item that is changing it at the network.
    pub moved_by: Option<Uuid>,
    pub started_at: Option<Instant>,
}

/// What an order writes before it is carried out. Its number is the one reserved for it.
#[derive(Clone, Debug)]
pub struct NewCallGroup {
    pub id: CallGroupId,
    pub settings: Settings,
    pub members: Vec<SubscriptionId>,
    /// It has been here before and lives again.
    pub revived: bool,
}
