//! The words of this room.

use crate::{
    access::{ObjectId, PrincipalId},
    call_groups::CallGroup,
    catalogue::{OfferingId, Texts},
    directory::{Person, PersonId},
    numbering::{Number, NumberKind},
    orders::{Action, HeldReason, OrderId, OrderState},
    sims::{SimId, SimKind, SimState},
    subscriptions::{SubscriptionId, SubscriptionKind, SubscriptionState},
};
use jiff::civil::Date;
use platform::{Instant, Money, words};

words! {
    /// What a person must have to be shown.
    pub enum Has {
        Telephony = "telephony",
        Mobile = "mobile",
        /// Neither.
        None = "none",
    }
}

words! {
    pub enum ListedState {
        Active = "active",
        /// Cannot sign in, and still has something.
        Disabled = "disabled",
        /// Gone from the directory, and still has something.
        Deleted = "deleted",
        /// Made here.
        Local = "local",
    }
}

words! {
    pub enum PeopleSort {
        Name = "name",
        FirstName = "firstName",
        LastName = "lastName",
        Email = "email",
        Title = "title",
        Department = "department",
        State = "state",
        /// By the number in Teams; whoever has none comes last.
        Telephony = "telephony",
        /// By the mobile number; whoever has none comes last.
        Mobile = "mobile",
        /// By the mobile package, in the catalogue's order; whoever has none comes last.
        Package = "package",
        /// By what the person costs a month.
        Cost = "cost",
    }
}

/// What a list of people was asked for.
#[derive(Clone, Debug)]
pub struct PeopleQuery {
    /// Words of a name, address, title or department, or digits of a number; empty for everybody.
    pub q: String,
    pub has: Option<Has>,
    pub state: Option<ListedState>,
    /// A group of the directory whose members are wanted; nested groups count.
    pub group: Option<ObjectId>,
    pub sort: PeopleSort,
    pub descends: bool,
    /// The row after which the list goes on.
    pub after: Option<Place>,
    pub limit: i64,
}

/// Where a row stands in the order of its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the list is sorted by; for [`PeopleSort::Name`] the name's key once more.
    pub key: SortKey,
    pub name_key: String,
    pub id: PersonId,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortKey {
    Text(String),
    Amount(i64),
}

/// One product that a person has, or is being given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSubscription {
    pub id: SubscriptionId,
    pub kind: SubscriptionKind,
    pub state: SubscriptionState,
    pub offering: OfferingId,
    pub offering_name: Texts,
    /// E.164 with `+`.
    pub number: Option<(String, NumberKind)>,
    /// Package and add-ons together.
    pub monthly: Money,
    pub started_at: Option<Instant>,
    pub sim: Option<HeldSim>,
    pub add_ons: Vec<HeldAddOn>,
    pub reference: Option<String>,
}

/// An optional product on a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldAddOn {
    pub offering: OfferingId,
    pub offering_name: Texts,
    pub monthly: Money,
}

/// An order for a person that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    pub id: OrderId,
    pub number: i64,
    pub action: Action,
    pub state: OrderState,
    pub held_reason: Option<HeldReason>,
    /// The subscription that it makes or changes.
    pub subscription: Option<SubscriptionId>,
    /// When its part for the person is to begin, while it waits for that.
    pub start_at: Option<Instant>,
    /// Its number lies with another operator.
    pub at_donor: bool,
    /// It brings the number for which another one serves meanwhile.
    pub replaces_temporary: bool,
    /// The day that was agreed with the operator that has the number, while it is waited for.
    pub port_day: Option<Date>,
}

/// A person with what they have from this organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    pub person: Person,
    pub subscriptions: Vec<HeldSubscription>,
    pub open_orders: Vec<OpenOrder>,
    /// Of all subscriptions that cost something now.
    pub monthly: Money,
    /// Has a number in Teams from another organisation of the same tenant.
    pub telephony_elsewhere: bool,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub struct PeoplePage {
    pub rows: Vec<PersonRow>,
    /// How many the filters leave, over all pages.
    pub total: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSim {
    pub id: SimId,
    pub iccid: String,
    pub kind: SimKind,
    pub state: SimState,
}

/// A person's profile.
#[derive(Clone, Debug)]
pub struct PersonDetails {
    pub row: PersonRow,
    pub sims: Vec<HeldSim>,
    /// The latest orders that concern the person, the newest first.
    pub orders: Vec<OrderId>,
    /// When the directory last said something of this person, or said that nothing has changed.
    pub checked_at: Option<Instant>,
}

/// A subscription with whom and what it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionRow {
    pub id: SubscriptionId,
    pub person: PersonId,
    pub person_name: String,
    pub kind: SubscriptionKind,
    pub state: SubscriptionState,
    pub offering: OfferingId,
    pub offering_name: Texts,
    /// E.164 with `+`.
    pub number: Option<String>,
    pub sim: Option<HeldSim>,
    /// What the customer wrote on it.
    pub reference: Option<String>,
    pub monthly: Money,
    pub started_at: Option<Instant>,
    pub ended_at: Option<Instant>,
    pub version: i64,
    /// Where it stands in the order of its list.
    pub name_key: String,
}

/// What a list of subscriptions was asked for.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionsQuery {
    /// Words of the person's name or of the reference, or digits of the number; empty for all.
    pub q: String,
    pub kind: Option<SubscriptionKind>,
    /// Without one, all that have not ended.
    pub state: Option<SubscriptionState>,
    pub descends: bool,
    /// Name key and id of the row after which the list goes on.
    pub after: Option<(String, SubscriptionId)>,
    pub limit: i64,
}

/// How many of one product there are, and what they cost a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductCount {
    pub offering: OfferingId,
    pub offering_name: Texts,
    pub kind: SubscriptionKind,
    pub count: i64,
    pub monthly: Money,
}

/// The figures of the landing page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Everybody whom the list shows.
    pub people: i64,
    pub with_telephony: i64,
    pub with_mobile: i64,
    pub with_neither: i64,
    /// Disabled or deleted in the directory, and still costing.
    pub disabled_still_costing: i64,
    pub products: Vec<ProductCount>,
    pub orders_in_progress: i64,
    pub orders_needing_attention: i64,
}

words! {
    /// What a list of call groups is sorted by.
    pub enum GroupSort {
        Name = "name",
        Number = "number",
        State = "state",
        Members = "members",
    }
}

/// A call group with who is in it.
#[derive(Clone, Debug)]
pub struct CallGroupRow {
    pub group: CallGroup,
    pub number: Option<Number>,
    /// In the order in which they ring.
    pub members: Vec<GroupMember>,
    /// The order under way for it, or one that waits for its day.
    pub open: Option<OpenOrder>,
}

#[derive(Clone, Debug)]
pub struct GroupMember {
    pub subscription: SubscriptionId,
    pub state: SubscriptionState,
    pub person: PersonId,
    pub person_name: String,
    /// E.164.
    pub number: Option<String>,
}

/// Which entries of the audit log are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditFilter {
    /// Who did it.
    pub principal: Option<PrincipalId>,
    /// Only what people from elsewhere did here, or only what nobody from elsewhere did.
    pub on_behalf: Option<bool>,
}

/// One entry of the audit log.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// 1, 2, 3 … within the organisation.
    pub sequence: i64,
    pub at: Instant,
    /// `None` for the system itself.
    pub by: Option<AuditActor>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    /// Ids, codes and counts.
    pub detail: serde_json::Value,
}

/// Who did something, as far as the organisation may know.
#[derive(Clone, Debug)]
pub struct AuditActor {
    pub principal: PrincipalId,
    pub name: String,
    /// Somebody of a partner or of the operator, for the organisation.
    pub on_behalf: bool,
}
