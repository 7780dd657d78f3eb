//! How this area shows what the rooms of orders and catalogue know.

use domain::{
    TEXTS,
    access::PrincipalId,
    call_groups::CallGroupId,
    catalogue::{self, Attributes, OfferingId, OfferingKind, Texts},
    directory::PersonId,
    orders::{
        self, Action, HeldReason, ItemState, OrderId, OrderItem, OrderItemId, OrderState, QuoteId,
        order_number,
    },
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{
    FieldError, Instant, Money,
    i18n::Language,
    saga::{Step, StepState},
};

/// A product offering with the price that stands now.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Offering {
    id: OfferingId,
    kind: OfferingKind,
    code: String,
    name: String,
    description: String,
    one_time: Money,
    monthly: Money,
    attributes: Attributes,
}

impl Offering {
    pub fn of(offering: catalogue::Offering, language: Language) -> Self {
        Offering {
            id: offering.id,
            kind: offering.kind,
            code: offering.code,
            name: offering.name.in_language(language).to_owned(),
            description: offering.description.in_language(language).to_owned(),
            one_time: offering.one_time,
            monthly: offering.monthly,
            attributes: offering.attributes,
        }
    }
}

/// An id with the name to show for it.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PersonRef {
    id: PersonId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct PrincipalRef {
    id: PrincipalId,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OfferingRef {
    id: OfferingId,
    name: String,
}

/// An amount without VAT, its VAT, and both together.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Totals {
    net: Money,
    vat: Money,
    gross: Money,
}

impl From<catalogue::rules::Totals> for Totals {
    fn from(totals: catalogue::rules::Totals) -> Self {
        Totals {
            net: totals.net,
            vat: totals.vat,
            gross: totals.gross,
        }
    }
}

/// Something that an item does, in the caller's language.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Effect {
    code: String,
    detail: String,
}

/// What an order would cost and do. With problems it cannot be ordered.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    id: QuoteId,
    expires_at: Instant,
    items: Vec<QuotedItem>,
    /// Charged once, altogether.
    one_time: Totals,
    /// What the order adds to the month; negative when it gets cheaper.
    monthly: Totals,
    /// Per cent.
    vat_rate: i64,
    problems: Vec<FieldError>,
    /// What is to be known before it is ordered, and hinders nothing.
    warnings: Vec<FieldError>,
    /// A fresh sign-in must go along with the order.
    fresh_sign_in: bool,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QuotedItem {
    /// The item's place in the request, from 0.
    index: usize,
    action: Action,
    /// `null` for what concerns no person.
    #[schema(required)]
    person: Option<PersonRef>,
    #[schema(required)]
    offering: Option<OfferingRef>,
    /// The subscription that is changed.
    #[schema(required)]
    subscription: Option<SubscriptionId>,
    /// The call group that is made, changed or taken down.
    #[schema(required)]
    call_group: Option<QuotedCallGroup>,
    /// Packs of 10 SIM cards.
    #[schema(required)]
    packs: Option<i64>,
    /// E.164; `null` when it is chosen as the order is placed.
    #[schema(required)]
    number: Option<String>,
    /// ICCID.
    #[schema(required)]
    sim: Option<String>,
    one_time: Money,
    /// What it adds to the month; negative when something ends or gets cheaper.
    monthly: Money,
    effects: Vec<Effect>,
    /// The day from which it is charged, if it is ordered now and nothing is in the way.
    #[schema(value_type = String, format = Date)]
    starts_on: Date,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct QuotedCallGroup {
    /// `null` for one that the order makes.
    #[schema(required)]
    id: Option<CallGroupId>,
    name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct CallGroupRef {
    id: CallGroupId,
    name: String,
}

fn filled(language: Language, key: &str, values: &[(String, String)]) -> String {
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    TEXTS.text(language, key, &values)
}

impl Quote {
    pub fn of(quote: &orders::Quote, language: Language) -> Self {
        Quote {
            id: quote.id,
            expires_at: quote.expires_at,
            one_time: quote.one_time().into(),
            monthly: quote.monthly().into(),
            vat_rate: catalogue::rules::VAT_RATE,
            items: quote
                .answer
                .items
                .iter()
                .enumerate()
                .map(|(index, item)| QuotedItem {
                    index,
                    action: item.action,
                    person: item.person.map(|id| PersonRef {
                        id,
                        name: item.person_name.clone(),
                    }),
                    offering: item.offering.map(|id| OfferingRef {
                        id,
                        name: item
                            .offering_name
                            .as_ref()
                            .map(|name| name.in_language(language).to_owned())
                            .unwrap_or_default(),
                    }),
                    subscription: item.subscription,
                    call_group: item.call_group_name.clone().map(|name| QuotedCallGroup {
                        id: item.call_group,
                        name,
                    }),
                    packs: item.quantity,
                    number: item.number.clone(),
                    sim: item.iccid.clone(),
                    one_time: item.one_time,
                    monthly: item.monthly,
                    effects: item
                        .effects
                        .iter()
                        .map(|(code, values)| Effect {
                            detail: filled(language, code, values),
                            code: code.strip_prefix("effect.").unwrap_or(code).to_owned(),
                        })
                        .collect(),
                    starts_on: item.starts_on,
                })
                .collect(),
            problems: problems(&quote.answer.problems, language),
            warnings: quote
                .answer
                .warnings
                .iter()
                .map(|warning| FieldError {
                    pointer: warning.pointer.clone(),
                    code: warning.code.clone(),
                    detail: filled(
                        language,
                        &format!("warning.{}", warning.code),
                        &warning.values,
                    ),
                })
                .collect(),
            fresh_sign_in: orders::needs_fresh_sign_in(quote),
        }
    }
}

pub fn problems(problems: &[orders::Problem], language: Language) -> Vec<FieldError> {
    problems
        .iter()
        .map(|problem| FieldError {
            pointer: problem.pointer.clone(),
            code: problem.code.clone(),
            detail: filled(
                language,
                &format!("problem.{}", problem.code),
                &problem.values,
            ),
        })
        .collect()
}

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
}

/// Whether an order can be undone, and why not.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Undoable {
    possible: bool,
    /// Why not.
    #[schema(required)]
    reason: Option<Effect>,
}

/// Whether it can be undone, by the rule that undoing itself asks; with what the operator decided and the time.
pub struct UndoRule<'a> {
    pub policy: &'a orders::Policy,
    pub now: Instant,
    /// Something of it was changed by a later order.
    pub touched: bool,
}

impl UndoRule<'_> {
    fn of(&self, order: &orders::Order, items: &[&OrderItem]) -> Result<Instant, &'static str> {
        orders::rules::undoable(order, items, self.touched, self.policy, self.now)
    }
}

fn scheduled_for(order: &orders::Order) -> Option<Date> {
    order
        .start_at
        .filter(|_| order.state == OrderState::Pending)
        .map(Instant::danish_day)
}

fn summary(items: &[&OrderItem], language: Language) -> String {
    let Some(first) = items.first() else {
        return String::new();
    };
    let action = TEXTS.text(language, &format!("action.{}", first.action), &[]);
    let whom = first
        .person_name
        .as_deref()
        .or(first.call_group_name.as_deref())
        .unwrap_or_default();
    let line = if whom.is_empty() {
        action
    } else {
        format!("{action} · {whom}")
    };
    match items.len() - 1 {
        0 => line,
        more => format!("{line} (+{more})"),
    }
}

impl OrderBrief {
    pub fn of(
        order: &orders::Order,
        items: &[&OrderItem],
        undo: &UndoRule<'_>,
        language: Language,
    ) -> Self {
        OrderBrief {
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
            summary: summary(items, language),
            items: items.len(),
            one_time: order.one_time,
            monthly: order.monthly,
        }
    }
}

/// An order with its items and every step and its outcome.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    id: OrderId,
    number: String,
    state: OrderState,
    #[schema(required)]
    held_reason: Option<HeldReason>,
    requested_by: PrincipalRef,
    requested_at: Instant,
    #[schema(required)]
    executed_at: Option<Instant>,
    summary: String,
    #[schema(required)]
    comment: Option<String>,
    one_time: Money,
    monthly: Money,
    items: Vec<OrderItemView>,
    steps: Vec<OrderStep>,
    /// Whether what has not been finished can still be taken back.
    cancellable: bool,
    /// The day on which it is to begin, while it waits for that; PATCH moves it.
    #[schema(required, value_type = Option<String>, format = Date)]
    scheduled_for: Option<Date>,
    /// Until when it can be undone; `null` when it cannot (any more).
    #[schema(required)]
    undoable_until: Option<Instant>,
    undo: Undoable,
    /// The order that this one takes back.
    #[schema(required)]
    undoes: Option<OrderId>,
    /// The order that took this one back.
    #[schema(required)]
    undone_by: Option<OrderId>,
    #[schema(required)]
    delivery: Option<orders::Delivery>,
    version: i64,
}

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
    problem: Option<Effect>,
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
}

impl OrderStep {
    fn of(step: &Step, language: Language) -> Self {
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
        }
    }
}

fn item_view(
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
        packs: item.quantity,
        cards: cards
            .iter()
            .filter(|(of, _)| *of == item.id.0)
            .map(|(_, iccid)| iccid.clone())
            .collect(),
        number: item.number.clone(),
        sim: item.iccid.clone(),
        state: item.state,
        problem: item.problem_code.as_ref().map(|code| Effect {
            detail: TEXTS.text(
                language,
                &format!("problem.{code}"),
                &[("why", item.problem_detail.as_deref().unwrap_or_default())],
            ),
            code: code.clone(),
        }),
        one_time: item.one_time,
        monthly: item.monthly,
        subscription: item.subscription,
        scheduled_for: item
            .start_at
            .filter(|_| item.state == ItemState::Acknowledged)
            .map(Instant::danish_day),
    }
}

impl Order {
    pub fn of(
        order: &orders::Order,
        items: &[OrderItem],
        cards: &[(uuid::Uuid, String)],
        steps: &[Step],
        undo: &UndoRule<'_>,
        language: Language,
    ) -> Self {
        let seen: Vec<&OrderItem> = items.iter().collect();
        let undoable = undo.of(order, &seen);
        Order {
            scheduled_for: scheduled_for(order),
            undoable_until: undoable.ok(),
            undo: Undoable {
                possible: undoable.is_ok(),
                reason: undoable.err().map(|code| Effect {
                    code: code.to_owned(),
                    detail: TEXTS.text(language, &format!("problem.{code}"), &[]),
                }),
            },
            undoes: order.undoes,
            undone_by: order.undone_by,
            delivery: order.delivery.clone(),
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
            summary: summary(&items.iter().collect::<Vec<_>>(), language),
            comment: order.comment.clone(),
            one_time: order.one_time,
            monthly: order.monthly,
            items: items
                .iter()
                .map(|item| item_view(item, cards, language))
                .collect(),
            steps: steps
                .iter()
                .map(|step| OrderStep::of(step, language))
                .collect(),
            cancellable: !orders::rules::is_final(order.state)
                && order.cancel_requested_at.is_none(),
            version: order.version,
        }
    }
}
