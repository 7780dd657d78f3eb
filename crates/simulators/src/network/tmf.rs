//! TMF641 v4 documents, the parts that a network needs; what else a caller sends is ignored, as TMF630 asks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a service order, or one item of it, stands. The names are the standard's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Received, not yet begun.
    Acknowledged,
    /// Refused after it was received.
    Rejected,
    /// Waits for something outside.
    Pending,
    /// Waits for somebody to let it go on.
    Held,
    /// Being carried out.
    InProgress,
    /// Called off before it was carried out.
    Cancelled,
    /// All of it was done.
    Completed,
    /// None of it was done.
    Failed,
    /// Some of it was done.
    Partial,
    /// A cancellation is being looked at.
    AssessingCancellation,
    /// A cancellation is being carried out.
    PendingCancellation,
}

impl State {
    /// Whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            State::Rejected | State::Cancelled | State::Completed | State::Failed | State::Partial
        )
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            State::Acknowledged => "acknowledged",
            State::Rejected => "rejected",
            State::Pending => "pending",
            State::Held => "held",
            State::InProgress => "inProgress",
            State::Cancelled => "cancelled",
            State::Completed => "completed",
            State::Failed => "failed",
            State::Partial => "partial",
            State::AssessingCancellation => "assessingCancellation",
            State::PendingCancellation => "pendingCancellation",
        }
    }
}

/// What an item asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// A new service.
    Add,
    /// A change of one that is active.
    Modify,
    /// The end of one that is active.
    Delete,
    /// Nothing; the item is there for the others' sake.
    NoChange,
}

/// A service order. As it is created only `serviceOrderItem` is required; the network fills in the rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOrder {
    /// The network's id of the order.
    pub id: String,
    /// Where the order can be read.
    pub href: String,
    /// The caller's id of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The caller's sorting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The caller's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `0` (highest) to `4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// When the caller wants it begun. Kept and shown, not obeyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_start_date: Option<Timestamp>,
    /// When the caller wants it done. Kept and shown, not obeyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_completion_date: Option<Timestamp>,
    /// When it will be done, where that is agreed: the day of a number's move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_completion_date: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// When it was received.
    pub order_date: Timestamp,
    /// When it was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Timestamp>,
    /// When it ended, other than by being called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_date: Option<Timestamp>,
    /// When it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_date: Option<Timestamp>,
    /// Why it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
    /// Whom it concerns, as the caller says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_party: Vec<Value>,
    /// What went wrong, with the items it concerns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error_message: Vec<ErrorMessage>,
    /// What was ordered.
    pub service_order_item: Vec<Item>,
    /// Always `ServiceOrder`.
    #[serde(rename = "@type", default = "service_order_type")]
    pub kind: String,
}

pub(super) fn service_order_type() -> String {
    "ServiceOrder".to_owned()
}

/// One thing that is ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The caller's id of the item within the order.
    pub id: String,
    /// What is to be done.
    pub action: Action,
    /// To what.
    pub service: Service,
    /// Where it stands.
    pub state: State,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub error_message: Vec<ErrorMessage>,
}

/// The service an item is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// The network's id of the service; known once it is active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What kind of service it is.
    pub service_specification: SpecificationRef,
    /// Its properties.
    #[serde(default)]
    pub service_characteristic: Vec<Characteristic>,
    /// `active`, `suspended` or `terminated`, once the item is completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

impl Service {
    /// The value of a characteristic as text; numbers and booleans are written out.
    pub fn characteristic(&self, name: &str) -> Option<String> {
        self.service_characteristic
            .iter()
            .find(|characteristic| characteristic.name == name)
            .and_then(|characteristic| match &characteristic.value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            })
    }
}

/// A reference to a service specification, by id or by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpecificationRef {
    /// Its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A property of a service.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Characteristic {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// The value's type, as the caller says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_type: Option<String>,
}

/// What went wrong with an order or an item of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorMessage {
    /// A stable code.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
    /// What can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// Which items, on an order's error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_order_item: Vec<ItemRef>,
}

/// A reference to an item of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemRef {
    /// The item's id.
    pub item_id: String,
    /// The order's id.
    pub service_order_id: String,
}

/// A service order as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateServiceOrder {
    /// See [`ServiceOrder::external_id`].
    #[serde(default)]
    pub external_id: Option<String>,
    /// See [`ServiceOrder::category`].
    #[serde(default)]
    pub category: Option<String>,
    /// See [`ServiceOrder::description`].
    #[serde(default)]
    pub description: Option<String>,
    /// See [`ServiceOrder::priority`].
    #[serde(default)]
    pub priority: Option<String>,
    /// See [`ServiceOrder::requested_start_date`].
    #[serde(default)]
    pub requested_start_date: Option<Timestamp>,
    /// See [`ServiceOrder::requested_completion_date`].
    #[serde(default)]
    pub requested_completion_date: Option<Timestamp>,
    /// See [`ServiceOrder::related_party`].
    #[serde(default)]
    pub related_party: Vec<Value>,
    /// At least one.
    pub service_order_item: Vec<CreateItem>,
}

/// An item as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateItem {
    /// Unique within the order.
    pub id: String,
    /// What is to be done.
    pub action: Action,
    /// To what.
    pub service: Service,
}

/// A cancellation as it is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateCancelServiceOrder {
    /// Why.
    #[serde(default)]
    pub cancellation_reason: Option<String>,
    /// Which order.
    pub service_order: ServiceOrderRef,
}

/// A reference to a service order.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceOrderRef {
    /// Its id.
    pub id: String,
}

/// A cancellation, which this network decides at once: `state` is `done` or `terminatedWithError`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelServiceOrder {
    /// The cancellation's id.
    pub id: String,
    /// Where the cancellation can be read.
    pub href: String,
    /// Why it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_reason: Option<String>,
    /// When the order was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_cancellation_date: Option<Timestamp>,
    /// Why it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<ErrorMessage>,
    /// The order.
    pub service_order: ServiceOrderRef,
    /// `done` or `terminatedWithError`.
    pub state: String,
    /// Always `CancelServiceOrder`.
    #[serde(rename = "@type")]
    pub kind: String,
}

/// A refusal in TMF630's form, with the HTTP status it is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// A stable code.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
    /// What can be done about it.
    pub message: Option<String>,
}

impl Refusal {
    /// A refusal without advice.
    pub fn new(status: u16, code: &str, reason: impl Into<String>) -> Self {
        Refusal {
            status,
            code: code.to_owned(),
            reason: reason.into(),
            message: None,
        }
    }
}
