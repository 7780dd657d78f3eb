//! How this area shows what the rooms of orders and catalogue know.

use super::item_view::{OrderItemView, OrderStep, item_view};
use crate::order_brief::{PrincipalRef, scheduled_for};
use domain::{
    TEXTS,
    call_groups::CallGroupId,
    catalogue::{self, Attributes, OfferingId, OfferingKind},
    directory::PersonId,
    orders::{self, Action, HeldReason, OrderId, OrderItem, OrderState, QuoteId, order_number},
    subscriptions::SubscriptionId,
};
use jiff::civil::Date;
use platform::{FieldError, Instant, Money, i18n::Language, saga::Step};

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
    pub(super) id: PersonId,
    pub(super) name: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct OfferingRef {
    pub(super) id: OfferingId,
    pub(super) name: String,
}

/// So many of a product, at a price each.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GoodsLine {
    offering: OfferingRef,
    quantity: i64,
    /// Of one, once.
    price: Money,
}

impl GoodsLine {
    pub(super) fn of(lines: &[orders::GoodsLine], language: Language) -> Vec<Self> {
        lines
            .iter()
            .map(|line| GoodsLine {
                offering: OfferingRef {
                    id: line.offering,
                    name: line.name.in_language(language).to_owned(),
                },
                quantity: line.quantity,
                price: line.price,
            })
            .collect()
    }
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
    /// Hardware that is sent.
    lines: Vec<GoodsLine>,
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
    pub(super) id: CallGroupId,
    pub(super) name: String,
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
                    packs: item.quantity.filter(|_| item.action == Action::OrderSims),
                    lines: GoodsLine::of(&item.lines, language),
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

/// Whether an order can be undone, and why not.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Undoable {
    possible: bool,
    /// Why not.
    #[schema(required)]
    reason: Option<Effect>,
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

impl Order {
    pub fn of(
        order: &orders::Order,
        items: &[OrderItem],
        cards: &[(uuid::Uuid, String)],
        steps: &[Step],
        undoable: orders::Undoable,
        language: Language,
    ) -> Self {
        let seen: Vec<&OrderItem> = items.iter().collect();
        Order {
            scheduled_for: scheduled_for(order),
            undoable_until: undoable.as_ref().ok().copied(),
            undo: Undoable {
                possible: undoable.is_ok(),
                reason: undoable.err().map(|problem| Effect {
                    detail: filled(
                        language,
                        &format!("problem.{}", problem.code),
                        &problem.values,
                    ),
                    code: problem.code,
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
            summary: orders::summary(&seen, language),
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
