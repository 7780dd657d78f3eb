//! Which steps carry out which order item.

use super::ports::NumberType;
use crate::{
    access::{ObjectId, TenantId},
    orders::{Action, OrderItem},
};
use platform::{Error, Result, words};
use serde::{Deserialize, Serialize};

words! {
    /// A step's kind; stored, so a word here stays.
    pub enum StepKind {
        /// The network routes the landline number.
        NetworkTelephony = "network.telephony",
        /// The network uploads the number to the tenant's inventory.
        NetworkUpload = "network.upload",
        /// Microsoft gives the number to the person.
        TeamsAssign = "teams.assign",
        /// The network brings the mobile subscription up on its SIM.
        NetworkMobile = "network.mobile",
    }
}

/// What a step needs to know. Ids and numbers; no names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepPayload {
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iccid: Option<String>,
    /// The offering's code.
    pub package: String,
    /// The customer number, for the network's books.
    pub customer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    #[serde(default)]
    pub direct_routing: bool,
}

impl StepPayload {
    pub fn number_type(&self) -> NumberType {
        if self.direct_routing {
            NumberType::DirectRouting
        } else {
            NumberType::OperatorConnect
        }
    }

    pub fn read(json: &serde_json::Value) -> Result<Self> {
        serde_json::from_value(json.clone())
            .map_err(|error| Error::internal(format!("a step's payload cannot be read: {error}")))
    }
}

pub fn steps(action: Action) -> &'static [StepKind] {
    match action {
        Action::ActivateTelephony => &[
            StepKind::NetworkTelephony,
            StepKind::NetworkUpload,
            StepKind::TeamsAssign,
        ],
        Action::CreateMobile => &[StepKind::NetworkMobile],
    }
}

/// The payload that all steps of an item share.
pub fn payload(
    item: &OrderItem,
    package: String,
    customer: String,
    tenant: Option<TenantId>,
    object: Option<ObjectId>,
    direct_routing: bool,
) -> Result<StepPayload> {
    Ok(StepPayload {
        number: item
            .number
            .clone()
            .ok_or_else(|| Error::internal("an item without a number cannot be carried out"))?,
        iccid: item.iccid.clone(),
        package,
        customer,
        tenant,
        object,
        direct_routing,
    })
}
