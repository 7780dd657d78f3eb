//! The words of this room.

use crate::{
    access::PrincipalId,
    catalogue::{OfferingId, Texts, rules::Totals},
    directory::PersonId,
    sims::SimId,
    subscriptions::SubscriptionId,
};
use platform::{Instant, Money, id, words};
use serde::{Deserialize, Serialize};

id!(QuoteId, "A quote: what an order would cost and do.");
id!(OrderId, "An order.");
id!(
    OrderItemId,
    "One item of an order; also the saga that carries it out."
);

words! {
    /// TM Forum's states.
    pub enum OrderState {
        Acknowledged = "acknowledged",
        Pending = "pending",
        Held = "held",
        InProgress = "inProgress",
        Completed = "completed",
        Partial = "partial",
        Failed = "failed",
        Cancelled = "cancelled",
        Rejected = "rejected",
    }
}

words! {
    pub enum HeldReason {
        Approval = "approval",
        ScheduledPort = "scheduledPort",
        /// A person of the operator must look.
        NeedsAttention = "needsAttention",
    }
}

words! {
    pub enum ItemState {
        Acknowledged = "acknowledged",
        InProgress = "inProgress",
        Held = "held",
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

words! {
    pub enum Action {
        ActivateTelephony = "activateTelephony",
        CreateMobile = "createMobile",
    }
}

/// One wish of an order, as it is asked for and as it is stored with its quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(
    tag = "action",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[schema(as = OrderItem)]
pub enum ItemRequest {
    ActivateTelephony {
        person: PersonId,
        offering: OfferingId,
        number: NumberRequest,
    },
    CreateMobile {
        person: PersonId,
        offering: OfferingId,
        number: NumberRequest,
        sim: SimRequest,
    },
}

/// Where the number comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub enum NumberRequest {
    /// The organisation's own series: this number, or the first free one.
    Series {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// Newly created: the operator's free pool, chosen when the order is placed.
    New {},
}

/// Where the SIM comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "from", rename_all = "camelCase", deny_unknown_fields)]
pub enum SimRequest {
    /// The organisation's drawer.
    Unassigned { sim: SimId },
}

impl ItemRequest {
    pub fn action(&self) -> Action {
        match self {
            ItemRequest::ActivateTelephony { .. } => Action::ActivateTelephony,
            ItemRequest::CreateMobile { .. } => Action::CreateMobile,
        }
    }

    pub fn person(&self) -> PersonId {
        match self {
            ItemRequest::ActivateTelephony { person, .. }
            | ItemRequest::CreateMobile { person, .. } => *person,
        }
    }

    pub fn offering(&self) -> OfferingId {
        match self {
            ItemRequest::ActivateTelephony { offering, .. }
            | ItemRequest::CreateMobile { offering, .. } => *offering,
        }
    }

    pub fn number(&self) -> &NumberRequest {
        match self {
            ItemRequest::ActivateTelephony { number, .. }
            | ItemRequest::CreateMobile { number, .. } => number,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRequest {
    pub items: Vec<ItemRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Why an item cannot be ordered as it stands. The text for `code` is in the domain's texts, with `values` filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// JSON pointer into the request.
    pub pointer: String,
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

/// What an item would do and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedItem {
    pub action: Action,
    pub person: PersonId,
    pub person_name: String,
    pub offering: OfferingId,
    pub offering_name: Texts,
    /// E.164; `None` when it is chosen as the order is placed.
    pub number: Option<String>,
    pub iccid: Option<String>,
    pub one_time: Money,
    pub monthly: Money,
    /// Codes of the domain's texts, with values.
    pub effects: Vec<(String, Vec<(String, String)>)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub items: Vec<QuotedItem>,
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
pub struct Quote {
    pub id: QuoteId,
    pub principal: PrincipalId,
    pub request: QuoteRequest,
    pub answer: Assessment,
    pub created_at: Instant,
    pub expires_at: Instant,
}

impl Quote {
    pub fn one_time(&self) -> Totals {
        crate::catalogue::rules::totals(self.answer.items.iter().map(|item| item.one_time))
    }

    pub fn monthly(&self) -> Totals {
        crate::catalogue::rules::totals(self.answer.items.iter().map(|item| item.monthly))
    }
}

#[derive(Clone, Debug)]
pub struct Order {
    pub id: OrderId,
    pub number: i64,
    pub state: OrderState,
    pub held_reason: Option<HeldReason>,
    pub requested_by: PrincipalId,
    pub requested_by_name: String,
    pub requested_at: Instant,
    pub executed_at: Option<Instant>,
    pub cancel_requested_at: Option<Instant>,
    pub comment: Option<String>,
    pub one_time: Money,
    pub monthly: Money,
    pub version: i64,
}

/// `O-000123`, as people say it.
pub fn order_number(number: i64) -> String {
    format!("O-{number:06}")
}

#[derive(Clone, Debug)]
pub struct OrderItem {
    pub id: OrderItemId,
    pub position: i64,
    pub action: Action,
    pub state: ItemState,
    pub person: Option<PersonId>,
    pub person_name: Option<String>,
    pub offering: Option<OfferingId>,
    pub offering_name: Option<Texts>,
    pub subscription: Option<SubscriptionId>,
    pub number: Option<String>,
    pub iccid: Option<String>,
    pub one_time: Money,
    pub monthly: Money,
    pub problem_code: Option<String>,
    pub problem_detail: Option<String>,
}
