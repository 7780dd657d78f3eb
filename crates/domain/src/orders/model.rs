//! The words of this room.

use super::{Delivery, ItemRequest};
use crate::{
    access::{OrganisationId, PrincipalId},
    call_groups::{self, CallGroupId},
    catalogue::{OfferingId, Texts, rules::Totals},
    directory::PersonId,
    numbering::NumberId,
    sims::SimId,
    subscriptions::{SubscriptionId, SubscriptionState},
};
use jiff::civil::Date;
use platform::{Instant, Money, id, words};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

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
        /// Waits for its day.
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
    /// Which orders a list shows: those in one state, or several together.
    pub enum ListedOrderState {
        Acknowledged = "acknowledged",
        Pending = "pending",
        Held = "held",
        InProgress = "inProgress",
        Completed = "completed",
        Partial = "partial",
        Failed = "failed",
        Cancelled = "cancelled",
        Rejected = "rejected",
        /// Not ended yet.
        Open = "open",
        Ended = "ended",
    }
}

words! {
    /// What a list of orders is sorted by.
    pub enum ListSort {
        RequestedAt = "requestedAt",
        Number = "number",
        /// What the first item is, and then for whom.
        Summary = "summary",
        RequestedBy = "requestedBy",
        /// Those that have not ended stand last.
        ExecutedAt = "executedAt",
        State = "state",
        OneTime = "oneTime",
        Monthly = "monthly",
    }
}

/// How the steps of an order stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepCounts {
    pub total: i64,
    pub done: i64,
    pub failed: i64,
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
        ChangeMobilePackage = "changeMobilePackage",
        AddAddOn = "addAddOn",
        RemoveAddOn = "removeAddOn",
        SuspendSim = "suspendSim",
        ResumeSim = "resumeSim",
        ReplaceSim = "replaceSim",
        ChangeNumber = "changeNumber",
        EndSubscription = "endSubscription",
        OrderSims = "orderSims",
        CreateCallGroup = "createCallGroup",
        ChangeCallGroup = "changeCallGroup",
        RemoveCallGroup = "removeCallGroup",
        BuyHardware = "buyHardware",
        BookService = "bookService",
    }
}

/// What the operator decides about orders; from the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// For how long after its end an order can be undone.
    pub undo_minutes: u32,
    /// How long a released number rests; at least [`SHORTEST_REST`].
    pub rest_days: u32,
    /// How long a SIM for a line in use is kept back before it goes to another address than the registered one.
    pub address_hold_hours: u32,
}

impl Policy {
    pub fn address_hold(&self) -> Duration {
        Duration::from_secs(u64::from(self.address_hold_hours) * 3_600)
    }
}

/// A number's right to be ported lasts a month after it was released.
pub const SHORTEST_REST: u32 = 31;

impl Default for Policy {
    fn default() -> Self {
        Policy {
            undo_minutes: 30,
            rest_days: 90,
            address_hold_hours: 24,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRequest {
    pub items: Vec<ItemRequest>,
    /// The day of every item that has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// What it takes back; never asked for from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Undo>,
}

impl QuoteRequest {
    pub fn of(items: Vec<ItemRequest>) -> Self {
        QuoteRequest {
            items,
            ..QuoteRequest::default()
        }
    }

    /// The day of this item, wherever it was said.
    pub fn date_of(&self, item: &ItemRequest) -> Option<Date> {
        item.date().or(self.start_date)
    }
}

/// The order that is taken back, and for each item what it restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    pub order: OrderId,
    pub restored: Vec<Restored>,
}

/// What an undoing item restores beyond what its wish says. Agreed before, so it needs no place in today's catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Restored {
    /// Handed back, or charged again, once; minor units.
    pub one_time: i64,
    /// What is agreed for the product a month, minor units.
    pub agreed: i64,
    /// The subscription that lives again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<SubscriptionId>,
    /// The very number and card that it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sim: Option<SimId>,
    /// With their agreed prices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<(OfferingId, i64)>,
    /// The number goes back to where it came from at once, and the card to the drawer: it was never in use, so to speak.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub as_if_never: bool,
    /// The line was suspended.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub suspended: bool,
    /// The number rested before, and does so again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rested: Option<Rested>,
    /// The call group that lives again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_group: Option<CallGroupId>,
    /// The call groups that the line was in, with its place in each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<(CallGroupId, usize)>,
}

/// A number that is taken from its rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rested {
    pub until: Instant,
    /// Whose it would have been then.
    pub origin: OrganisationId,
}

/// What was there before an item began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Before {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<SubscriptionState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offering: Option<OfferingId>,
    /// Agreed for the package, or the add-on that the item concerns; minor units a month.
    pub agreed: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_id: Option<NumberId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sim: Option<SimId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iccid: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<(OfferingId, i64)>,
    /// What the item itself restores, when it undoes another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restored: Option<Restored>,
    /// Until when the number that is let go rests, and whose it then is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Rest>,
    /// Agreed for the product that the item brings; minor units a month.
    pub agreed_now: i64,
    /// The number that the item takes rested until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rested: Option<Rested>,
    /// It does not begin before, whatever day somebody moves it to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Instant>,
    /// The call group that it changes or takes down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupBefore>,
    /// The call groups that the line was in, with its place in each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<(CallGroupId, usize)>,
}

/// A call group as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupBefore {
    pub settings: call_groups::Settings,
    pub members: Vec<SubscriptionId>,
    /// E.164.
    pub number: String,
}

/// How a number that is let go rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rest {
    /// Days, from the day on which it is let go.
    pub days: u32,
    /// The operator, when it is given back and belongs to no series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_to: Option<OrganisationId>,
}

/// Why an item cannot be ordered as it stands, or what is to be known before it is. The text for `code` is in the domain's
/// texts, with `values` filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// JSON pointer into the request.
    pub pointer: String,
    pub code: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, String)>,
}

/// So many of a product, at a price each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GoodsLine {
    pub offering: OfferingId,
    pub name: Texts,
    pub quantity: i64,
    /// Of one, once.
    pub price: Money,
}

/// What an item would do and cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedItem {
    pub action: Action,
    /// `None` for what concerns no person.
    pub person: Option<PersonId>,
    pub person_name: String,
    pub offering: Option<OfferingId>,
    pub offering_name: Option<Texts>,
    /// The subscription that is changed.
    #[serde(default)]
    pub subscription: Option<SubscriptionId>,
    /// The call group that it makes, changes or takes down, and what it is called.
    #[serde(default)]
    pub call_group: Option<CallGroupId>,
    #[serde(default)]
    pub call_group_name: Option<String>,
    /// Packs, or pieces of hardware.
    #[serde(default)]
    pub quantity: Option<i64>,
    /// Hardware that is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<GoodsLine>,
    /// E.164; `None` when it is chosen as the order is placed, or has no part in it.
    pub number: Option<String>,
    pub iccid: Option<String>,
    /// Charged once; negative when it is handed back.
    pub one_time: Money,
    /// What it adds to the month; negative when something ends or gets cheaper.
    pub monthly: Money,
    /// Agreed a month for the product that it brings.
    #[serde(default = "nothing")]
    pub agreed: Money,
    /// The day from which it counts.
    #[serde(default)]
    pub starts_on: Date,
    /// Codes of the domain's texts, with values.
    pub effects: Vec<(String, Vec<(String, String)>)>,
}

/// What quotes of the first days did not say.
fn nothing() -> Money {
    Money::ZERO
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    pub items: Vec<QuotedItem>,
    pub problems: Vec<Problem>,
    #[serde(default)]
    pub warnings: Vec<Problem>,
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
    /// When the first of its items is to begin, while none has.
    pub start_at: Option<Instant>,
    pub delivery: Option<Delivery>,
    /// The order that it takes back.
    pub undoes: Option<OrderId>,
    /// The order that took it back, unless that failed.
    pub undone_by: Option<OrderId>,
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
    pub call_group: Option<CallGroupId>,
    pub call_group_name: Option<String>,
    /// Packs, or pieces of hardware.
    pub quantity: Option<i64>,
    /// Hardware that is sent. Known of the items of one order, not in lists of several.
    pub lines: Vec<GoodsLine>,
    pub number: Option<String>,
    pub iccid: Option<String>,
    pub one_time: Money,
    pub monthly: Money,
    pub problem_code: Option<String>,
    pub problem_detail: Option<String>,
    /// What was asked for. `None` for items of the first days.
    pub request: Option<ItemRequest>,
    pub before: Before,
    /// When it is to begin; `None` as soon as it is ordered.
    pub start_at: Option<Instant>,
    /// An item of the same order that must be completed first.
    pub after_item: Option<OrderItemId>,
    pub ended_at: Option<Instant>,
}

/// An item that was carried out and costs something once, with what an invoice says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargedOnce {
    /// The item's, or that of its line.
    pub charge: Uuid,
    pub action: Action,
    /// `None` for what concerns no person.
    pub person: Option<PersonId>,
    pub person_name: Option<String>,
    /// By which people's names sort.
    pub person_key: Option<String>,
    pub offering: Option<OfferingId>,
    pub subscription: Option<SubscriptionId>,
    /// E.164 with `+`.
    pub number: Option<String>,
    pub reference: Option<String>,
    pub quantity: i64,
    /// Of one; negative when it is handed back.
    pub price: Money,
}
