//! How this area shows call groups.

use domain::{
    TEXTS,
    access::Scope,
    call_groups::{CallGroupId, CallGroupState, OpeningHours, Overflow, Strategy},
    directory::PersonId,
    numbering::NumberKind,
    orders::{self, Action, HeldReason, OrderId, OrderState, order_number},
    overview::{self, CallGroupRow},
    subscriptions::{SubscriptionId, SubscriptionState},
};
use jiff::civil::Date;
use platform::{Instant, i18n::Language};

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallGroup {
    id: CallGroupId,
    name: String,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    #[schema(required)]
    number_kind: Option<NumberKind>,
    state: CallGroupState,
    strategy: Strategy,
    /// Seconds.
    ring_seconds: u32,
    /// `null`: always open. Danish time.
    #[schema(required)]
    opening_hours: Option<Vec<OpeningHours>>,
    /// Where a call goes that nobody answers, and outside opening hours; `null`: whoever calls hears that nobody answers.
    #[schema(required)]
    overflow: Option<Overflow>,
    /// In the order in which they ring.
    members: Vec<CallGroupMember>,
    #[schema(required)]
    started_at: Option<Instant>,
    /// The order that is under way for it, or waits for its day.
    #[schema(required)]
    open_order: Option<CallGroupOrder>,
    /// What the caller may order for it, possible now or with the reason why not.
    actions: Vec<CallGroupAction>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct CallGroupMember {
    subscription: SubscriptionId,
    person: CallGroupPerson,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    state: SubscriptionState,
    /// From 0.
    position: usize,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct CallGroupPerson {
    id: PersonId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallGroupOrder {
    id: OrderId,
    /// As people say it: `O-000123`.
    number: String,
    action: Action,
    state: OrderState,
    #[schema(required)]
    held_reason: Option<HeldReason>,
    #[schema(required, value_type = Option<String>, format = Date)]
    scheduled_for: Option<Date>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct CallGroupAction {
    action: Action,
    possible: bool,
    /// Why not.
    #[schema(required)]
    reason: Option<CallGroupReason>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct CallGroupReason {
    /// Stable.
    code: String,
    /// In the caller's language.
    detail: String,
}

impl CallGroup {
    pub fn of(row: CallGroupRow, scope: &Scope, language: Language) -> Self {
        let actions = actions(&row, scope, language);
        let CallGroupRow {
            group,
            number,
            members,
            open,
        } = row;
        CallGroup {
            id: group.id,
            name: group.settings.name,
            number: number.as_ref().map(|number| number.number.clone()),
            number_kind: number.map(|number| number.kind),
            state: group.state,
            strategy: group.settings.strategy,
            ring_seconds: group.settings.ring_seconds,
            opening_hours: group.settings.opening_hours,
            overflow: group.settings.overflow,
            members: members
                .into_iter()
                .enumerate()
                .map(|(position, member)| CallGroupMember {
                    subscription: member.subscription,
                    person: CallGroupPerson {
                        id: member.person,
                        name: member.person_name,
                    },
                    number: member.number,
                    state: member.state,
                    position,
                })
                .collect(),
            started_at: group.started_at,
            open_order: open.map(|open| CallGroupOrder {
                id: open.id,
                number: order_number(open.number),
                action: open.action,
                state: open.state,
                held_reason: open.held_reason,
                scheduled_for: open.start_at.map(Instant::danish_day),
            }),
            actions,
        }
    }
}

/// What the caller's role may never do is absent; what cannot be done now says why.
fn actions(row: &CallGroupRow, scope: &Scope, language: Language) -> Vec<CallGroupAction> {
    [Action::ChangeCallGroup, Action::RemoveCallGroup]
        .into_iter()
        .filter(|action| {
            let needed = orders::rules::permission(*action);
            scope.permissions().has(needed)
        })
        .map(|action| {
            let hindrance = overview::rules::group_hindrance(row, action);
            CallGroupAction {
                action,
                possible: hindrance.is_none(),
                reason: hindrance.map(|code| CallGroupReason {
                    code: code.to_owned(),
                    detail: TEXTS.text(language, &format!("problem.{code}"), &[]),
                }),
            }
        })
        .collect()
}
