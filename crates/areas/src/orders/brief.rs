//! An order as a list and its file show it.

use super::{
    item_view::OrderProblem,
    view::{PrincipalRef, UndoRule, scheduled_for},
};
use domain::orders::{self, HeldReason, OrderId, OrderItem, OrderState, StepCounts, order_number};
use jiff::civil::Date;
use platform::{Instant, Money, i18n::Language};

/// An order as a list shows it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderBrief {
    id: OrderId,
    /// As people say it: `O-000123`.
    number: String,
    state: OrderState,
    #[schema(required)]
    held_reason: Option<HeldReason>,
    requested_by: PrincipalRef,
    requested_at: Instant,
    /// When it ended.
    #[schema(required)]
    executed_at: Option<Instant>,
    /// One line: what, for whom, and how many more.
    summary: String,
    items: usize,
    one_time: Money,
    monthly: Money,
    /// The day on which it is to begin, while it waits for that.
    #[schema(required, value_type = Option<String>, format = Date)]
    scheduled_for: Option<Date>,
    /// Until when it can be undone; `null` when it cannot (any more).
    #[schema(required)]
    undoable_until: Option<Instant>,
    /// Of the first item that failed or is held.
    #[schema(required)]
    problem: Option<OrderProblem>,
    steps: OrderSteps,
}

/// How many steps an order takes, and how they stand.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OrderSteps {
    total: i64,
    done: i64,
    failed: i64,
}

impl OrderBrief {
    pub fn of(
        order: &orders::Order,
        items: &[&OrderItem],
        steps: StepCounts,
        undo: &UndoRule<'_>,
        language: Language,
    ) -> Self {
        OrderBrief {
            problem: OrderProblem::first(items, language),
            steps: OrderSteps {
                total: steps.total,
                done: steps.done,
                failed: steps.failed,
            },
            scheduled_for: scheduled_for(order),
            undoable_until: undo.of(order, items).ok(),
            id: order.id,
            number: order_number(order.number),
            state: order.state,
            held_reason: order.held_reason,
            requested_by: PrincipalRef {
                id: order.requested_by,
                name: order.requested_by_name.clone(),
            },
            requested_at: order.requested_at,
            executed_at: order.executed_at,
            summary: orders::summary(items, language),
            items: items.len(),
            one_time: order.one_time,
            monthly: order.monthly,
        }
    }
}
