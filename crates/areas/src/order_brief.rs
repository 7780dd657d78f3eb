//! An order as lists show it: that of all orders, and a person's latest.

use crate::App;
use domain::{
    access::{PrincipalId, Scope},
    orders::{
        self, HeldReason, OrderId, OrderItem, OrderState, StepCounts, Undoable, order_number,
    },
};
use jiff::civil::Date;
use platform::{Instant, Money, Result, db::Conn, i18n::Language};
use std::collections::HashMap;

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

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PrincipalRef {
    pub id: PrincipalId,
    pub name: String,
}

/// What went wrong with an item or stands in its way, and what can be done about it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OrderProblem {
    /// Stable.
    code: String,
    detail: String,
    #[schema(required)]
    advice: Option<String>,
}

impl OrderProblem {
    pub fn of(item: &OrderItem, language: Language) -> Option<Self> {
        let trouble = orders::trouble(item, language)?;
        Some(OrderProblem {
            code: trouble.code,
            detail: trouble.detail,
            advice: trouble.advice,
        })
    }
}

/// How many steps an order takes, and how they stand.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OrderSteps {
    total: i64,
    done: i64,
    failed: i64,
}

impl OrderBrief {
    fn of(
        order: &orders::Order,
        items: &[&OrderItem],
        steps: StepCounts,
        undoable: Option<&Undoable>,
        language: Language,
    ) -> Self {
        OrderBrief {
            problem: items
                .iter()
                .find_map(|item| OrderProblem::of(item, language)),
            steps: OrderSteps {
                total: steps.total,
                done: steps.done,
                failed: steps.failed,
            },
            scheduled_for: scheduled_for(order),
            undoable_until: undoable.and_then(|undoable| undoable.as_ref().ok().copied()),
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

/// The day on which an order is to begin, while it waits for that.
pub fn scheduled_for(order: &orders::Order) -> Option<Date> {
    order
        .start_at
        .filter(|_| order.state == OrderState::Pending)
        .map(Instant::danish_day)
}

/// What lists show of these orders, in their order.
pub async fn briefs(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    found: &[&orders::Order],
    language: Language,
) -> Result<Vec<OrderBrief>> {
    let ids: Vec<OrderId> = found.iter().map(|order| order.id).collect();
    let summaries = orders::summaries(conn, scope, &ids).await?;
    let mut items: HashMap<OrderId, Vec<&OrderItem>> = HashMap::with_capacity(found.len());
    for (order, item) in &summaries {
        items.entry(*order).or_default().push(item);
    }
    let whole: Vec<_> = found
        .iter()
        .map(|order| (*order, items.remove(&order.id).unwrap_or_default()))
        .collect();
    let steps = orders::step_counts(conn, scope, &ids).await?;
    let (policy, now) = (&app.settings.orders, app.clock.now());
    let undoable = orders::undoable(conn, scope, policy, now, &whole).await?;
    Ok(whole
        .iter()
        .map(|(order, items)| {
            let steps = steps.get(&order.id).copied().unwrap_or_default();
            OrderBrief::of(order, items, steps, undoable.get(&order.id), language)
        })
        .collect())
}
