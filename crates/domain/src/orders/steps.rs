//! The steps that carry items out: their kinds, and what each needs to know. Fulfilment carries them out; a kind of order says
//! which it takes.

use crate::{
    access::{ObjectId, TenantId},
    call_groups::{OpeningHours, Strategy},
    sims::SimId,
};
use platform::{Error, Result, words};
use serde::{Deserialize, Serialize};

words! {
    /// A step's kind; stored, so a word here stays.
    pub enum StepKind {
        /// The network routes the landline number.
        NetworkTelephony = "network.telephony",
        /// It no longer does.
        NetworkTelephonyEnd = "network.telephonyEnd",
        /// The network uploads the number to the tenant's inventory.
        NetworkUpload = "network.upload",
        /// And takes it out again.
        NetworkWithdraw = "network.withdraw",
        /// Microsoft gives the number to the person.
        TeamsAssign = "teams.assign",
        /// Microsoft takes the number from the person.
        TeamsUnassign = "teams.unassign",
        /// The network brings the mobile subscription up on its SIM.
        NetworkMobile = "network.mobile",
        NetworkMobileEnd = "network.mobileEnd",
        NetworkPackage = "network.package",
        NetworkAddOn = "network.addOn",
        NetworkAddOnEnd = "network.addOnEnd",
        NetworkSuspend = "network.suspend",
        NetworkResume = "network.resume",
        /// The subscription moves to another SIM.
        NetworkSim = "network.sim",
        /// The subscription gets another number.
        NetworkNumber = "network.number",
        /// A card is sent by post; done when it has arrived.
        NetworkShipment = "network.shipment",
        /// An eSIM profile is made ready; its activation code comes back.
        NetworkESim = "network.eSim",
        /// SIM cards are sent by the pack; the network tells which.
        NetworkSimPack = "network.simPack",
        /// The network rings several mobiles for one number.
        NetworkCallGroup = "network.callGroup",
        /// In another way, or others.
        NetworkCallGroupChange = "network.callGroupChange",
        NetworkCallGroupEnd = "network.callGroupEnd",
        /// Hardware is sent; done when it is in the post.
        NetworkGoods = "network.goods",
        /// A person of the operator's agrees a service with whoever ordered it.
        OperatorService = "operator.service",
        /// The donor lets a number go; done when it has.
        PortIn = "port.in",
    }
}

/// What a step needs to know. Ids and numbers; no names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StepPayload {
    pub number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iccid: Option<String>,
    /// The code of the offering: the package, or the add-on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub package: String,
    /// The customer number, for the network's books.
    pub customer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    pub direct_routing: bool,
    /// What a change goes back to when it is taken back: the package's code, the ICCID or the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Codes of the add-ons of a mobile subscription that is brought up or ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<String>,
    /// The mobile subscription is brought up suspended, or was when it is ended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
    /// It comes after a number has moved here, which does not go back: it is tried until it succeeds.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ported: bool,
    /// The SIM to which the activation code belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sim: Option<SimId>,
    /// The call group as it is to be, and as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_before: Option<GroupService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack: Option<PackService>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Parcel>,
}

/// Hardware that is sent together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parcel {
    /// Our id of it.
    pub parcel: String,
    /// The code of each product, and how many of it.
    pub goods: Vec<(String, i64)>,
}

/// SIM cards that are sent together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackService {
    /// Our id of them.
    pub pack: String,
    pub cards: u32,
}

/// A call group as the network knows it. Numbers are E.164 with `+`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupService {
    /// Our id of it.
    pub group: String,
    pub number: String,
    /// What the members' telephones show.
    pub name: String,
    pub strategy: Strategy,
    pub ring_seconds: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opening_hours: Option<Vec<OpeningHours>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overflow: Option<String>,
    /// In the order in which they ring.
    pub members: Vec<String>,
}

impl StepPayload {
    pub fn read(json: &serde_json::Value) -> Result<Self> {
        serde_json::from_value(json.clone())
            .map_err(|error| Error::internal(format!("a step's payload cannot be read: {error}")))
    }
}

/// A step that is to be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    pub kind: StepKind,
    pub payload: StepPayload,
}
