//! The words of this room.

use crate::{
    access::{Permission, PrincipalId},
    directory::PersonId,
    numbering::NumberKind,
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{Instant, id, words};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id!(
    PortId,
    "A case: one number on its way to us from another operator."
);

words! {
    pub enum PortState {
        /// Something is missing before the donor can be asked.
        Draft = "draft",
        /// The donor is asked, or about to be.
        Submitted = "submitted",
        /// The donor gives the number up.
        Accepted = "accepted",
        /// And the day is fixed.
        Scheduled = "scheduled",
        /// The number is ours.
        Completed = "completed",
        /// The donor said no; put right, it can be submitted again.
        Rejected = "rejected",
        Cancelled = "cancelled",
    }
}

words! {
    /// What happened to a case.
    pub enum EventKind {
        Opened = "opened",
        ConsentAdded = "consentAdded",
        Submitted = "submitted",
        Accepted = "accepted",
        Scheduled = "scheduled",
        Rejected = "rejected",
        Completed = "completed",
        /// The subscription at the donor has ended, as the law says it does when the number has moved.
        DonorEnded = "donorEnded",
        CancelRequested = "cancelRequested",
        /// Too late: the donor carries on.
        CancelRefused = "cancelRefused",
        Cancelled = "cancelled",
    }
}

words! {
    /// What a consent document is, by its content.
    pub enum MediaType {
        Pdf = "application/pdf",
        Png = "image/png",
        Jpeg = "image/jpeg",
    }
}

/// Who the number belongs to in the donor's books. Exactly so: the donor compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Owner {
    pub name: String,
    /// The Danish company number, 8 digits; a person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable)]
    pub cvr: Option<String>,
}

/// As it is asked for: the name alone, or with the company number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OwnerRequest {
    Name(String),
    Whole(WholeOwner),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PortOwnerRequest)]
pub struct WholeOwner {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvr: Option<String>,
}

platform::told_apart!(WholeOwner);

impl OwnerRequest {
    pub fn owner(&self) -> Owner {
        match self {
            OwnerRequest::Name(name) => Owner {
                name: name.clone(),
                cvr: None,
            },
            OwnerRequest::Whole(whole) => Owner {
                name: whole.name.clone(),
                cvr: whole.cvr.clone(),
            },
        }
    }
}

impl utoipa::PartialSchema for OwnerRequest {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, OneOfBuilder, Ref, schema::Type};
        OneOfBuilder::new()
            .item(
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1))
                    .max_length(Some(100)),
            )
            .item(Ref::from_schema_name("PortOwnerRequest"))
            .description(Some(
                "The registered owner: the name, or `{ name, cvr }`. Exactly as the other operator has it.",
            ))
            .into()
    }
}

impl utoipa::ToSchema for OwnerRequest {
    fn name() -> std::borrow::Cow<'static, str> {
        "PortOwner".into()
    }

    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        schemas.push((
            "PortOwnerRequest".to_owned(),
            <WholeOwner as utoipa::PartialSchema>::schema(),
        ));
    }
}

/// What a case needs to be opened.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// E.164 with `+`.
    pub number: String,
    pub kind: NumberKind,
    pub donor: String,
    pub owner: Owner,
    pub wished_for: Option<Date>,
    /// The order, and the item of it, that wait for the number.
    pub order: Uuid,
    pub order_number: i64,
    pub item: Uuid,
    /// Whose number it becomes.
    pub subscription: SubscriptionId,
    pub person: Option<PersonId>,
    /// What the subscription is reached by until then, where that number goes back afterwards.
    pub temporary: Option<String>,
    /// The right that whoever handles the case needs: the same as for ordering it.
    pub right: Permission,
}

#[derive(Clone, Debug)]
pub struct Case {
    pub id: PortId,
    pub order: Uuid,
    pub order_number: i64,
    pub item: Uuid,
    pub subscription: SubscriptionId,
    pub person: Option<PersonId>,
    pub person_name: Option<String>,
    pub requested_by: PrincipalId,
    pub requested_by_name: String,
    pub right: Permission,
    pub number: String,
    pub kind: NumberKind,
    pub donor: String,
    pub owner: Owner,
    /// The day that was chosen; without one, the first that is possible.
    pub wished_for: Option<Date>,
    /// The day that the donor agreed to.
    pub day: Option<Date>,
    pub temporary: Option<String>,
    pub state: PortState,
    /// Submissions so far, the present one included.
    pub attempt: i64,
    /// Since when the subscription here is in force, so that the donor may be asked.
    pub released_at: Option<Instant>,
    /// When the donor was last asked in this submission.
    pub asked_at: Option<Instant>,
    /// Failed tries to reach the network, one after the other.
    pub tries: i64,
    pub trouble: Option<String>,
    pub rejection: Option<Rejection>,
    pub cancel_requested_at: Option<Instant>,
    pub consent: Option<Consent>,
    pub created_at: Instant,
    pub ended_at: Option<Instant>,
    pub version: i64,
}

impl Case {
    /// What the donor is asked under. Each submission has its own, so that an answer belongs to what was asked.
    pub fn reference(&self) -> String {
        format!("port-{}-{}", self.id, self.attempt)
    }
}

/// The case that a reference belongs to.
pub fn case_of_reference(reference: &str) -> Option<PortId> {
    let (id, attempt) = reference.strip_prefix("port-")?.rsplit_once('-')?;
    attempt.parse::<u32>().ok()?;
    id.parse().ok()
}

/// Why the donor said no: a word of ours where the reason is known, and the donor's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub code: String,
    pub detail: String,
}

/// What is known of a consent document without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    pub added_at: Instant,
}

#[derive(Clone, Debug)]
pub struct Event {
    pub kind: EventKind,
    pub at: Instant,
    /// `None`: the donor, or we by ourselves.
    pub by_name: Option<String>,
    pub day: Option<Date>,
    /// A rejection's code.
    pub code: Option<String>,
    /// The donor's words.
    pub detail: Option<String>,
}

/// What is put right with a submission. `None` leaves it as it is.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    pub donor: Option<String>,
    pub owner: Option<Owner>,
    pub date: Option<Date>,
}

impl Corrections {
    pub fn is_empty(&self) -> bool {
        self.donor.is_none() && self.owner.is_none() && self.date.is_none()
    }
}
