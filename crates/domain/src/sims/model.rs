//! The words of this room.

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
