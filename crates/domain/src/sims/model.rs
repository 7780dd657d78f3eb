//! The words of this room.

use crate::access::OrganisationId;
use platform::{id, words};
use uuid::Uuid;

id!(SimId, "A SIM, physical or eSIM.");

words! {
    pub enum SimKind {
        Physical = "physical",
        ESim = "eSim",
    }
}

words! {
    pub enum SimState {
        /// In the customer's drawer, on no subscription.
        Unassigned = "unassigned",
        /// Held by an order under way.
        Reserved = "reserved",
        Active = "active",
        /// Blocked for a while; it still costs its subscription in full.
        Suspended = "suspended",
        Retired = "retired",
    }
}

#[derive(Clone, Debug)]
pub struct Sim {
    pub id: SimId,
    pub iccid: String,
    pub kind: SimKind,
    pub state: SimState,
    pub holder: Option<Uuid>,
}

/// Where a SIM comes from when an order takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The organisation's drawer.
    Drawer(SimId),
    /// The operator's stock; it joins the organisation with the order.
    Stock {
        operator: OrganisationId,
        kind: SimKind,
    },
    /// One that was in use until a moment ago.
    Retired(SimId),
}

/// A SIM that an order takes for a holder.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub holder: Uuid,
    pub source: Source,
}

/// What stock says of a SIM. Codes are texts: leading zeros matter.
pub struct NewSim {
    pub iccid: String,
    pub imsi: String,
    pub kind: SimKind,
    pub codes: Codes,
}

/// PIN and PUK. Cannot be printed; serialised only to be sealed.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Codes {
    pub pin1: String,
    pub puk1: String,
    pub pin2: String,
    pub puk2: String,
}
