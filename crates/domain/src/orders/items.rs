//! What can be asked for: one wish of an order, as the interface takes it and as it is stored with its quote.

use super::Action;
use crate::{
    catalogue::OfferingId, directory::PersonId, porting::OwnerRequest, sims::SimId,
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::words;
use serde::{Deserialize, Serialize};

/// One wish of an order, as it is asked for and as it is stored with its quote. `date` is the Danish day on which it is to
/// be carried out; without it as soon as it is ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    CreateMobile {
        person: PersonId,
        offering: OfferingId,
        number: NumberRequest,
        sim: SimRequest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    ChangeMobilePackage {
        subscription: SubscriptionId,
        offering: OfferingId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    AddAddOn {
        subscription: SubscriptionId,
        offering: OfferingId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    RemoveAddOn {
        subscription: SubscriptionId,
        offering: OfferingId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    SuspendSim {
        subscription: SubscriptionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200)]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    ResumeSim {
        subscription: SubscriptionId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200)]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    ReplaceSim {
        subscription: SubscriptionId,
        sim: SimRequest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    ChangeNumber {
        subscription: SubscriptionId,
        number: NumberRequest,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    EndSubscription {
        subscription: SubscriptionId,
        number: NumberFate,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200)]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
}

platform::told_apart!(ItemRequest);

/// Where the number comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
    tag = "from",
    rename_all = "camelCase",
    deny_unknown_fields
)]
pub enum NumberRequest {
    /// The organisation's own series: this number, or the first free one.
    Series {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// A number of the organisation's that was released and still rests.
    Resting { number: String },
    /// Newly created: the operator's free pool, chosen when the order is placed.
    New {},
    /// Brought from another operator. Until it comes a temporary number serves.
    PortIn {
        number: String,
        /// The operator that has it now.
        #[schema(max_length = 100)]
        donor: String,
        /// Exactly as it is registered there.
        owner: OwnerRequest,
        /// The wished day; the earliest possible without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
}

platform::told_apart!(NumberRequest);

/// Where the SIM comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
    tag = "from",
    rename_all = "camelCase",
    deny_unknown_fields
)]
pub enum SimRequest {
    /// The organisation's drawer.
    Unassigned { sim: SimId },
    /// A new card by post, to the order's `delivery` or else the registered address.
    Ship {},
    /// A profile to be loaded by QR code.
    ESim {},
}

platform::told_apart!(SimRequest);

words! {
    /// What becomes of a number whose subscription ends.
    pub enum NumberFate {
        /// It rests with the organisation, which may use it again meanwhile, and then returns to its series.
        Rest = "rest",
        /// It is given back: after the shortest rest it is free in its series, or the operator's again.
        Return = "return",
    }
}

/// Where what is sent goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    /// Another address than the registered one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// For whom it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub attention: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PostalAddress)]
pub struct Address {
    #[schema(max_length = 100)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub attention: Option<String>,
    #[schema(max_length = 100)]
    pub street: String,
    #[schema(max_length = 20)]
    pub postal_code: String,
    #[schema(max_length = 100)]
    pub city: String,
    /// ISO 3166-1 alpha-2.
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
}

impl ItemRequest {
    pub fn action(&self) -> Action {
        match self {
            ItemRequest::ActivateTelephony { .. } => Action::ActivateTelephony,
            ItemRequest::CreateMobile { .. } => Action::CreateMobile,
            ItemRequest::ChangeMobilePackage { .. } => Action::ChangeMobilePackage,
            ItemRequest::AddAddOn { .. } => Action::AddAddOn,
            ItemRequest::RemoveAddOn { .. } => Action::RemoveAddOn,
            ItemRequest::SuspendSim { .. } => Action::SuspendSim,
            ItemRequest::ResumeSim { .. } => Action::ResumeSim,
            ItemRequest::ReplaceSim { .. } => Action::ReplaceSim,
            ItemRequest::ChangeNumber { .. } => Action::ChangeNumber,
            ItemRequest::EndSubscription { .. } => Action::EndSubscription,
        }
    }

    /// The day of this item alone; the order's own is not known here.
    pub fn date(&self) -> Option<Date> {
        match self {
            ItemRequest::ActivateTelephony { date, .. }
            | ItemRequest::CreateMobile { date, .. }
            | ItemRequest::ChangeMobilePackage { date, .. }
            | ItemRequest::AddAddOn { date, .. }
            | ItemRequest::RemoveAddOn { date, .. }
            | ItemRequest::SuspendSim { date, .. }
            | ItemRequest::ResumeSim { date, .. }
            | ItemRequest::ReplaceSim { date, .. }
            | ItemRequest::ChangeNumber { date, .. }
            | ItemRequest::EndSubscription { date, .. } => *date,
        }
    }

    /// The subscription that it changes.
    pub fn subscription(&self) -> Option<SubscriptionId> {
        match self {
            ItemRequest::ActivateTelephony { .. } | ItemRequest::CreateMobile { .. } => None,
            ItemRequest::ChangeMobilePackage { subscription, .. }
            | ItemRequest::AddAddOn { subscription, .. }
            | ItemRequest::RemoveAddOn { subscription, .. }
            | ItemRequest::SuspendSim { subscription, .. }
            | ItemRequest::ResumeSim { subscription, .. }
            | ItemRequest::ReplaceSim { subscription, .. }
            | ItemRequest::ChangeNumber { subscription, .. }
            | ItemRequest::EndSubscription { subscription, .. } => Some(*subscription),
        }
    }

    /// The product that it names.
    pub fn offering(&self) -> Option<OfferingId> {
        match self {
            ItemRequest::ActivateTelephony { offering, .. }
            | ItemRequest::CreateMobile { offering, .. }
            | ItemRequest::ChangeMobilePackage { offering, .. }
            | ItemRequest::AddAddOn { offering, .. }
            | ItemRequest::RemoveAddOn { offering, .. } => Some(*offering),
            _ => None,
        }
    }

    /// Where its SIM comes from.
    pub fn sim(&self) -> Option<&SimRequest> {
        match self {
            ItemRequest::CreateMobile { sim, .. } | ItemRequest::ReplaceSim { sim, .. } => {
                Some(sim)
            }
            _ => None,
        }
    }

    /// Where its number comes from.
    pub fn number(&self) -> Option<&NumberRequest> {
        match self {
            ItemRequest::ActivateTelephony { number, .. }
            | ItemRequest::CreateMobile { number, .. }
            | ItemRequest::ChangeNumber { number, .. } => Some(number),
            _ => None,
        }
    }
}
