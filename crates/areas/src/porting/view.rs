//! How this area shows a number on its way.

use crate::{App, caller::Caller};
use domain::{
    TEXTS,
    access::{Permission, PrincipalId, Scope},
    directory::PersonId,
    numbering::NumberKind,
    porting::{self, Case, EventKind, MediaType, Owner, PortId, PortState, calendar, rules},
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{FieldError, Instant, Result, db::Conn, i18n::Language};
use uuid::Uuid;

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = PortPerson)]
pub struct PersonRef {
    id: PersonId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = PortRequester)]
pub struct RequesterRef {
    id: PrincipalId,
    name: String,
}

/// The order that waits for it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PortOrderRef {
    #[schema(value_type = String)]
    id: Uuid,
    /// `O-000123`.
    number: String,
}

/// What is known of the owner's consent.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortConsent {
    media_type: MediaType,
    /// Bytes.
    size: i64,
    added_at: Instant,
}

/// A number on its way here from another operator.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortBrief {
    id: PortId,
    state: PortState,
    /// E.164 with `+`.
    number: String,
    kind: NumberKind,
    /// The operator that has it now.
    donor: String,
    owner: Owner,
    /// The day that was chosen; without one, the first that is possible.
    #[schema(required, value_type = Option<String>, format = Date)]
    wished_for: Option<Date>,
    /// The day that the other operator agreed to.
    #[schema(required, value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// The first day that can be chosen now.
    #[schema(value_type = String, format = Date)]
    earliest_date: Date,
    /// The number that serves until then.
    #[schema(required)]
    temporary_number: Option<String>,
    /// What is missing before it can be submitted: `consent`, `date`.
    missing: Vec<&'static str>,
    #[schema(required)]
    consent: Option<PortConsent>,
    /// Why the other operator said no, and what to do about it.
    #[schema(required)]
    rejection: Option<PortRejection>,
    order: PortOrderRef,
    subscription: SubscriptionId,
    #[schema(required)]
    person: Option<PersonRef>,
    requested_by: RequesterRef,
    requested_at: Instant,
    /// When it was completed or cancelled.
    #[schema(required)]
    ended_at: Option<Instant>,
    /// The day on which the subscription at the other operator ended.
    #[schema(required, value_type = Option<String>, format = Date)]
    donor_ended_on: Option<Date>,
    /// It is being cancelled; the other operator has not agreed yet.
    cancelling: bool,
    /// What the caller can do now.
    can: PortActions,
    version: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortRejection {
    /// Stable: `ownerMismatch`, `numberUnknown`, `contractBinding`, `wrongKind`, `portUnderWay`, `dateNotPossible`, `consentMissing`,
    /// `other`.
    code: String,
    /// What to do, in the caller's language.
    advice: String,
    /// In the other operator's words.
    detail: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortActions {
    /// Upload the consent.
    add_consent: bool,
    /// Read it back.
    read_consent: bool,
    submit: bool,
    cancel: bool,
    /// Why it cannot be undone; a number on its way is cancelled instead.
    not_undoable: FieldError,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortEvent {
    kind: EventKind,
    at: Instant,
    /// Who did it; `null` where the other operator did, or the portal by itself.
    #[schema(required)]
    by: Option<String>,
    /// The day it is about.
    #[schema(required, value_type = Option<String>, format = Date)]
    day: Option<Date>,
    #[schema(required)]
    code: Option<String>,
    /// In the other operator's words.
    #[schema(required)]
    detail: Option<String>,
}

/// With everything that happened to it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Port {
    #[serde(flatten)]
    brief: PortBrief,
    /// The oldest first.
    events: Vec<PortEvent>,
}

impl PortBrief {
    pub fn of(
        case: Case,
        can: impl Fn(Permission) -> bool,
        now: Instant,
        language: Language,
    ) -> Self {
        let missing = rules::missing(&case, now);
        let may = can(case.right);
        let waits = matches!(case.state, PortState::Draft | PortState::Rejected);
        let not_undoable = "portNotUndoable";
        PortBrief {
            can: PortActions {
                add_consent: may && waits,
                read_consent: may && case.consent.is_some(),
                submit: may && waits && case.consent.is_some(),
                cancel: may && rules::cancel_hindrance(&case).is_none(),
                not_undoable: FieldError {
                    pointer: String::new(),
                    code: not_undoable.to_owned(),
                    detail: TEXTS.text(language, &format!("problem.{not_undoable}"), &[]),
                },
            },
            id: case.id,
            state: case.state,
            number: case.number,
            kind: case.kind,
            donor: case.donor,
            owner: case.owner,
            wished_for: case.wished_for,
            day: case.day,
            earliest_date: calendar::earliest(now),
            temporary_number: case.temporary,
            missing,
            consent: case.consent.map(|consent| PortConsent {
                media_type: consent.media_type,
                size: consent.size,
                added_at: consent.added_at,
            }),
            rejection: case.rejection.map(|rejection| PortRejection {
                advice: TEXTS.text(language, &format!("portRejection.{}", rejection.code), &[]),
                code: rejection.code,
                detail: rejection.detail,
            }),
            order: PortOrderRef {
                id: case.order,
                number: porting::order_number(case.order_number),
            },
            subscription: case.subscription,
            person: case.person.map(|id| PersonRef {
                id,
                name: case.person_name.unwrap_or_default(),
            }),
            requested_by: RequesterRef {
                id: case.requested_by,
                name: case.requested_by_name,
            },
            requested_at: case.created_at,
            donor_ended_on: case
                .ended_at
                .filter(|_| case.state == PortState::Completed)
                .map(Instant::danish_day),
            ended_at: case.ended_at,
            cancelling: case.cancel_requested_at.is_some() && rules::is_open(case.state),
            version: case.version,
        }
    }

    pub fn with(self, events: Vec<porting::Event>) -> Port {
        Port {
            brief: self,
            events: events
                .into_iter()
                .map(|event| PortEvent {
                    kind: event.kind,
                    at: event.at,
                    by: event.by_name,
                    day: event.day,
                    code: event.code,
                    detail: event.detail,
                })
                .collect(),
        }
    }
}

/// A case with what happened to it, as the caller sees it.
pub async fn whole(
    conn: &mut Conn,
    app: &App,
    caller: &Caller,
    scope: &Scope,
    case: Case,
) -> Result<Port> {
    let events = porting::events(conn, scope, case.id).await?;
    let can = |permission| scope.permissions().has(permission);
    Ok(PortBrief::of(case, can, app.clock.now(), caller.language()).with(events))
}
