//! What can be asked for: one wish of an order, as the interface takes it and as it is stored with its quote.

use super::Action;
use crate::{
    call_groups::{self, CallGroupId, OpeningHours, Overflow, Strategy},
    catalogue::OfferingId,
    directory::PersonId,
    porting::OwnerRequest,
    sims::SimId,
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::words;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// One to ten packs of 10 SIM cards, sent to the order's `delivery` or else the registered address.
    OrderSims {
        #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
        packs: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    #[serde(rename_all = "camelCase")]
    CreateCallGroup {
        /// At most 60 characters.
        #[schema(max_length = 200)]
        name: String,
        number: NumberRequest,
        /// 1 to 50 people with a mobile subscription, or such subscriptions, in the order in which they ring.
        #[schema(value_type = Vec<SubscriptionId>)]
        members: Vec<Uuid>,
        strategy: Strategy,
        /// 5 to 120 seconds.
        #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
        ring_seconds: u32,
        /// 1 to 21 times of the week; always open without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opening_hours: Option<Vec<OpeningHours>>,
        /// Whoever calls hears that nobody answers without.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overflow: Option<OverflowRequest>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    /// What is absent stays as it is.
    #[serde(rename_all = "camelCase")]
    ChangeCallGroup {
        call_group: CallGroupId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(max_length = 200)]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<NumberRequest>,
        /// All of them, in the order in which they ring.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<Vec<SubscriptionId>>)]
        members: Option<Vec<Uuid>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        strategy: Option<Strategy>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(format = "uint32", maximum = 4_294_967_295_u32)]
        ring_seconds: Option<u32>,
        /// `null`: always open from then on.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "present"
        )]
        #[schema(value_type = Option<Vec<OpeningHours>>)]
        opening_hours: Option<Option<Vec<OpeningHours>>>,
        /// `null`: whoever calls hears that nobody answers.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "present"
        )]
        #[schema(value_type = Option<OverflowRequest>)]
        overflow: Option<Option<OverflowRequest>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    #[serde(rename_all = "camelCase")]
    RemoveCallGroup {
        call_group: CallGroupId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    /// Hardware, sent together to the order's `delivery` or else the registered address.
    BuyHardware {
        #[schema(max_items = 50)]
        lines: Vec<HardwareLine>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
    /// Consulting or training. A person of the operator's agrees it with whoever ordered.
    BookService {
        offering: OfferingId,
        /// What it is to be about, and when it would suit.
        #[schema(min_length = 1, max_length = 1000)]
        wish: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<String>, format = Date)]
        date: Option<Date>,
    },
}

/// So many of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct HardwareLine {
    pub offering: OfferingId,
    /// 1 to 100.
    pub quantity: i64,
}

platform::told_apart!(HardwareLine);

/// Tells `null` from nothing.
fn present<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
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
        #[schema(min_length = 1, max_length = 100)]
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
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    /// Another address than the registered one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// For whom it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub attention: Option<String>,
}

platform::told_apart!(Delivery);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PostalAddress)]
pub struct Address {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub attention: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    pub street: String,
    #[schema(min_length = 1, max_length = 20)]
    pub postal_code: String,
    #[schema(min_length = 1, max_length = 100)]
    pub city: String,
    /// ISO 3166-1 alpha-2.
    #[schema(pattern = "^[A-Z]{2}$")]
    pub country: String,
}

platform::told_apart!(Address);

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
            ItemRequest::OrderSims { .. } => Action::OrderSims,
            ItemRequest::CreateCallGroup { .. } => Action::CreateCallGroup,
            ItemRequest::ChangeCallGroup { .. } => Action::ChangeCallGroup,
            ItemRequest::RemoveCallGroup { .. } => Action::RemoveCallGroup,
            ItemRequest::BuyHardware { .. } => Action::BuyHardware,
            ItemRequest::BookService { .. } => Action::BookService,
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
            | ItemRequest::EndSubscription { date, .. }
            | ItemRequest::OrderSims { date, .. }
            | ItemRequest::CreateCallGroup { date, .. }
            | ItemRequest::ChangeCallGroup { date, .. }
            | ItemRequest::RemoveCallGroup { date, .. }
            | ItemRequest::BuyHardware { date, .. }
            | ItemRequest::BookService { date, .. } => *date,
        }
    }

    /// Who is given something.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            ItemRequest::ActivateTelephony { person, .. }
            | ItemRequest::CreateMobile { person, .. } => Some(*person),
            _ => None,
        }
    }

    /// The subscription that it changes.
    pub fn subscription(&self) -> Option<SubscriptionId> {
        match self {
            ItemRequest::ActivateTelephony { .. }
            | ItemRequest::CreateMobile { .. }
            | ItemRequest::OrderSims { .. }
            | ItemRequest::CreateCallGroup { .. }
            | ItemRequest::ChangeCallGroup { .. }
            | ItemRequest::RemoveCallGroup { .. }
            | ItemRequest::BuyHardware { .. }
            | ItemRequest::BookService { .. } => None,
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
            | ItemRequest::RemoveAddOn { offering, .. }
            | ItemRequest::BookService { offering, .. } => Some(*offering),
            _ => None,
        }
    }

    /// The hardware that it sends.
    pub fn goods(&self) -> &[HardwareLine] {
        match self {
            ItemRequest::BuyHardware { lines, .. } => lines,
            _ => &[],
        }
    }

    /// Every product that it names.
    pub fn offerings(&self) -> impl Iterator<Item = OfferingId> {
        let goods = self.goods().iter().map(|line| line.offering);
        self.offering().into_iter().chain(goods)
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
            | ItemRequest::ChangeNumber { number, .. }
            | ItemRequest::CreateCallGroup { number, .. } => Some(number),
            ItemRequest::ChangeCallGroup { number, .. } => number.as_ref(),
            _ => None,
        }
    }

    /// The call group that it changes or takes down.
    pub fn call_group(&self) -> Option<CallGroupId> {
        match self {
            ItemRequest::ChangeCallGroup { call_group, .. }
            | ItemRequest::RemoveCallGroup { call_group, .. } => Some(*call_group),
            _ => None,
        }
    }

    /// Who is to be in a call group.
    pub fn members(&self) -> Option<&[Uuid]> {
        match self {
            ItemRequest::CreateCallGroup { members, .. } => Some(members),
            ItemRequest::ChangeCallGroup { members, .. } => members.as_deref(),
            _ => None,
        }
    }

    /// Where a call group is to pass unanswered calls on to.
    pub fn overflow(&self) -> Option<Overflow> {
        match self {
            ItemRequest::CreateCallGroup { overflow, .. } => overflow.as_ref(),
            ItemRequest::ChangeCallGroup { overflow, .. } => overflow.as_ref()?.as_ref(),
            _ => None,
        }
        .map(OverflowRequest::overflow)
    }

    /// Brings what can be written in several ways into one, before anybody looks at it.
    pub(super) fn tidy(&mut self) {
        let tidied = self.overflow().map(|mut overflow| {
            call_groups::rules::tidy_overflow(&mut overflow);
            OverflowRequest::Whole(overflow)
        });
        match self {
            ItemRequest::CreateCallGroup { name, overflow, .. } => {
                *name = name.trim().to_owned();
                *overflow = tidied;
            }
            ItemRequest::ChangeCallGroup { name, overflow, .. } => {
                if let Some(name) = name {
                    *name = name.trim().to_owned();
                }
                if overflow.is_some() {
                    *overflow = Some(tidied);
                }
            }
            _ => {}
        }
    }
}

/// Where unanswered calls go, as it is asked for: the number alone, or with the dear destinations that are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OverflowRequest {
    Number(String),
    Whole(Overflow),
}

impl OverflowRequest {
    pub fn overflow(&self) -> Overflow {
        match self {
            OverflowRequest::Number(number) => Overflow {
                number: number.clone(),
                allow: Vec::new(),
            },
            OverflowRequest::Whole(whole) => whole.clone(),
        }
    }
}

impl utoipa::PartialSchema for OverflowRequest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, schema::Type};
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::String))
            .item(Ref::from_schema_name("Overflow"))
            .description(Some(
                "Where unanswered calls go: the number, or `{ number, allow }`.",
            ))
            .into()
    }
}

impl utoipa::ToSchema for OverflowRequest {
    fn name() -> std::borrow::Cow<'static, str> {
        "CallGroupOverflow".into()
    }

    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        schemas.push((
            "Overflow".to_owned(),
            <Overflow as utoipa::PartialSchema>::schema(),
        ));
        <Overflow as utoipa::ToSchema>::schemas(schemas);
    }
}
