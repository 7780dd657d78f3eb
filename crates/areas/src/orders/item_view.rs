//! How this area shows the items of an order and their steps.

use super::view::{CallGroupRef, GoodsLine, OfferingRef, PersonRef};
use crate::order_brief::OrderProblem;
use domain::{
    TEXTS,
    catalogue::Texts,
    orders::{self, Action, ItemState, OrderItem, OrderItemId},
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{
    Instant, Money,
    i18n::Language,
    saga::{Step, StepState},
};

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderItemView {
    id: OrderItemId,
    action: Action,
    #[schema(required)]
    person: Option<PersonRef>,
    #[schema(required)]
    offering: Option<OfferingRef>,
    /// The call group that is made, changed or taken down.
    #[schema(required)]
    call_group: Option<CallGroupRef>,
    /// Packs of 10 SIM cards.
    #[schema(required)]
    packs: Option<i64>,
    /// Hardware that is sent.
    lines: Vec<GoodsLine>,
    /// What a service that is booked is to be about.
    #[schema(required)]
    wish: Option<String>,
    /// ICCIDs of the cards that came with it.
    cards: Vec<String>,
    /// E.164.
    #[schema(required)]
    number: Option<String>,
    /// ICCID.
    #[schema(required)]
    sim: Option<String>,
    state: ItemState,
    #[schema(required)]
    problem: Option<OrderProblem>,
    one_time: Money,
    monthly: Money,
    #[schema(required)]
    subscription: Option<SubscriptionId>,
    /// The day on which it is to begin, while it waits for that.
    #[schema(required, value_type = Option<String>, format = Date)]
    scheduled_for: Option<Date>,
}

#[derive(Clone, Copy, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum OrderStepState {
    Pending,
    Running,
    /// Under way outside.
    Waiting,
    Done,
    Failed,
    Compensating,
    Compensated,
    Skipped,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderStep {
    #[schema(value_type = String)]
    id: uuid::Uuid,
    item: OrderItemId,
    kind: String,
    title: String,
    state: OrderStepState,
    attempts: i64,
    #[schema(required)]
    started_at: Option<Instant>,
    #[schema(required)]
    finished_at: Option<Instant>,
    /// What was answered, when it was not plain success.
    #[schema(required)]
    outcome: Option<String>,
    /// Of a step that was refused: what can be done about it.
    #[schema(required)]
    advice: Option<String>,
}

impl OrderStep {
    pub(super) fn of(step: &Step, language: Language) -> Self {
        let state = match step.state {
            StepState::Pending => OrderStepState::Pending,
            StepState::Running if step.next_at.is_some() => OrderStepState::Waiting,
            StepState::Running => OrderStepState::Running,
            StepState::Done => OrderStepState::Done,
            StepState::Failed => OrderStepState::Failed,
            StepState::Compensating => OrderStepState::Compensating,
            StepState::Compensated => OrderStepState::Compensated,
            StepState::Skipped => OrderStepState::Skipped,
        };
        OrderStep {
            id: step.id,
            item: OrderItemId(step.saga),
            kind: step.kind.clone(),
            title: TEXTS.text(language, &format!("step.{}", step.kind), &[]),
            state,
            attempts: step.attempts,
            started_at: step.started_at,
            finished_at: step.finished_at,
            outcome: step.outcome.clone(),
            advice: (step.state == StepState::Failed)
                .then(|| TEXTS.text(language, "advice.stepRefused", &[])),
        }
    }
}

pub(super) fn item_view(
    item: &OrderItem,
    cards: &[(uuid::Uuid, String)],
    language: Language,
) -> OrderItemView {
    OrderItemView {
        id: item.id,
        action: item.action,
        person: item.person.map(|id| PersonRef {
            id,
            name: item.person_name.clone().unwrap_or_default(),
        }),
        offering: item
            .offering
            .zip(item.offering_name.as_ref())
            .map(|(id, name): (_, &Texts)| OfferingRef {
                id,
                name: name.in_language(language).to_owned(),
            }),
        call_group: item
            .call_group
            .zip(item.call_group_name.clone())
            .map(|(id, name)| CallGroupRef { id, name }),
        packs: item.quantity.filter(|_| item.action == Action::OrderSims),
        lines: GoodsLine::of(&item.lines, language),
        wish: match &item.request {
            Some(orders::ItemRequest::BookService { wish, .. }) => Some(wish.clone()),
            _ => None,
        },
        cards: cards
            .iter()
            .filter(|(of, _)| *of == item.id.0)
            .map(|(_, iccid)| iccid.clone())
            .collect(),
        number: item.number.clone(),
        sim: item.iccid.clone(),
        state: item.state,
        problem: OrderProblem::of(item, language),
        one_time: item.one_time,
        monthly: item.monthly,
        subscription: item.subscription,
        scheduled_for: item
            .start_at
            .filter(|_| item.state == ItemState::Acknowledged)
            .map(Instant::danish_day),
    }
}
