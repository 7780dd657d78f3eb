//! The words of this room.

use crate::access::{OrganisationId, PrincipalId};
use platform::{Instant, id, words};
use serde::{Deserialize, Serialize};

id!(
    SupportRequestId,
    "Something that somebody asks the operator for."
);

words! {
    pub enum SupportKind {
        Question = "question",
        /// The registered delivery address is to be another one.
        DeliveryAddress = "deliveryAddress",
    }
}

words! {
    pub enum SupportState {
        /// Waits for the operator.
        Open = "open",
        /// Answered; whoever asked may write again.
        Answered = "answered",
        Done = "done",
        Declined = "declined",
    }
}

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeliveryAddress {
    pub name: String,
    #[serde(default)]
    pub attention: Option<String>,
    pub street: String,
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub kind: SupportKind,
    pub subject: String,
    pub text: String,
    pub address: Option<DeliveryAddress>,
}

#[derive(Clone, Debug)]
pub struct SupportRequest {
    pub id: SupportRequestId,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub number: i64,
    pub kind: SupportKind,
    pub state: SupportState,
    pub subject: String,
    pub address: Option<DeliveryAddress>,
    pub requested_by: PrincipalId,
    pub requested_by_name: String,
    pub created_at: Instant,
    pub changed_at: Instant,
    pub messages: Vec<Message>,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub author: PrincipalId,
    pub author_name: String,
    pub from_operator: bool,
    pub text: String,
    pub at: Instant,
}

/// As people say it: `S-000012`.
pub fn request_number(number: i64) -> String {
    format!("S-{number:06}")
}
