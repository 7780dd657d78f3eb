//! The verbs of this room.

use super::{
    Action, CARRY_OUT, HeldReason, ItemRequest, ItemState, NumberRequest, Order, OrderId,
    OrderItem, OrderItemId, OrderState, Quote, QuoteId, QuoteRequest, QuotedItem, SimRequest,
    assess, rules, store,
};
use crate::{
    access::{self, PrincipalId, Scope},
    numbering, sims,
    subscriptions::{self, NewSubscription, SubscriptionId},
};
use platform::{
    Error, Ids, Kind, Result,
    audit::{self, AuditEntry},
    db::Tx,
    jobs::{self, NewJob},
    live,
};

/// Works out a quote and keeps it, problems included.
pub async fn make_quote(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    request: QuoteRequest,
) -> Result<Quote> {
    check_shape(&request)?;
    check_rights(scope, &request)?;
    let principal = principal(scope)?;
    let now = ids.now();
    let answer = assess::assess(tx, scope, &request, now).await?;
    let quote = Quote {
        id: ids.make(),
        principal,
        request,
        answer,
        created_at: now,
        expires_at: now.plus(rules::QUOTE_LIFE),
    };
    store::insert_quote(tx, scope, &quote).await?;
    Ok(quote)
}

/// Places an order from a quote: one transaction that holds the numbers and SIMs, writes the subscriptions in state
/// `ordered`, and asks for the order to be carried out.
pub async fn place(tx: &mut Tx, ids: &Ids, scope: &Scope, quote: QuoteId) -> Result<Order> {
    let principal = principal(scope)?;
    let quote = store::lock_quote(tx, scope, quote)
        .await?
        .filter(|quote| quote.principal == principal)
        .ok_or_else(Error::not_found)?;
    check_rights(scope, &quote.request)?;
    if store::order_of_quote(tx, scope, quote.id).await?.is_some() {
        return Err(Error::conflict(
            "quoteUsed",
            "This quote has been ordered already. Look at the order overview.",
        ));
    }
    let now = ids.now();
    if quote.expires_at <= now {
        return Err(Error::new(
            Kind::Gone,
            "quoteExpired",
            "This quote has expired. Ask for a new one; prices may have changed.",
        ));
    }
    let fresh = assess::assess(tx, scope, &quote.request, now).await?;
    if !fresh.problems.is_empty() {
        return Err(refused(&fresh.problems));
    }
    if changed_price(&quote.answer.items, &fresh.items) {
        return Err(Error::conflict(
            "priceChanged",
            "A price has changed since this quote. Look at the new one and order again.",
        ));
    }
    let order = Order {
        id: ids.make(),
        number: store::next_number(tx, scope).await?,
        state: OrderState::Acknowledged,
        held_reason: None,
        requested_by: principal,
        requested_by_name: String::new(),
        requested_at: now,
        executed_at: None,
        cancel_requested_at: None,
        comment: quote.request.comment.clone(),
        one_time: quote.one_time().net,
        monthly: quote.monthly().net,
        version: 1,
    };
    store::insert_order(tx, scope, &order, quote.id).await?;
    for (position, (wish, quoted)) in quote
        .request
        .items
        .iter()
        .zip(&quote.answer.items)
        .enumerate()
    {
        place_item(tx, ids, scope, order.id, position, wish, quoted).await?;
    }
    note(tx, ids, scope, "place_order", order.id).await?;
    ask_to_carry_out(tx, ids, scope, order.id).await?;
    store::order(tx, scope, order.id).await
}

async fn place_item(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    position: usize,
    wish: &ItemRequest,
    quoted: &QuotedItem,
) -> Result<()> {
    let subscription: SubscriptionId = ids.make();
    let action = wish.action();
    let (source, wanted) = match wish.number() {
        NumberRequest::Series { number } => (
            numbering::Source::Series {
                number: number.clone(),
            },
            quoted.number.as_deref(),
        ),
        NumberRequest::New {} => (
            numbering::Source::Pool {
                operator: access::operator(tx, access::for_system()).await?,
            },
            None,
        ),
    };
    let kind = rules::number_kind(action);
    let number = numbering::reserve(tx, ids, scope, kind, &source, wanted, subscription.0).await?;
    let sim = match wish {
        ItemRequest::CreateMobile {
            sim: SimRequest::Unassigned { sim },
            ..
        } => Some(sims::reserve(tx, ids, scope, *sim, subscription.0).await?),
        ItemRequest::ActivateTelephony { .. } => None,
    };
    subscriptions::order(
        tx,
        ids,
        scope,
        &NewSubscription {
            id: subscription,
            person: wish.person(),
            kind: rules::subscription_kind(action),
            offering: wish.offering(),
            number: number.id,
            sim: sim.as_ref().map(|sim| sim.id),
            monthly: quoted.monthly,
        },
    )
    .await?;
    let item = OrderItem {
        id: ids.make::<OrderItemId>(),
        position: position as i64,
        action,
        state: ItemState::Acknowledged,
        person: Some(wish.person()),
        person_name: None,
        offering: Some(wish.offering()),
        offering_name: None,
        subscription: Some(subscription),
        number: Some(number.number),
        iccid: sim.map(|sim| sim.iccid),
        one_time: quoted.one_time,
        monthly: quoted.monthly,
        problem_code: None,
        problem_detail: None,
    };
    store::insert_item(tx, scope, order, &item).await?;
    live::tell(
        tx,
        ids,
        scope.organisation().0,
        "person",
        Some(wish.person().0),
    )
    .await
}

/// Asks that what has not been finished be taken back. What is done already stays.
pub async fn cancel(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<Order> {
    for item in store::items(tx, scope, order).await? {
        check_right(scope, item.action)?;
    }
    if !store::request_cancel(tx, scope, order, ids.now()).await? {
        let order = store::order(tx, scope, order).await?;
        return Err(
            if order.cancel_requested_at.is_some() && !rules::is_final(order.state) {
                Error::conflict("cancelUnderWay", "This order is being cancelled already.")
            } else {
                Error::conflict(
                    "orderEnded",
                    "This order has ended and can no longer be cancelled.",
                )
            },
        );
    }
    note(tx, ids, scope, "cancel_order", order).await?;
    ask_to_carry_out(tx, ids, scope, order).await?;
    store::order(tx, scope, order).await
}

/// Begins to carry out: the order's steps are about to be planned.
pub async fn begin(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<()> {
    store::set_item_states(
        tx,
        scope,
        order,
        ItemState::Acknowledged,
        ItemState::InProgress,
    )
    .await?;
    store::set_state(tx, scope, order, OrderState::InProgress, None, None).await?;
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

/// How an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemEnd {
    Completed,
    /// Nothing of it is left outside. `why` in the words of whoever refused.
    Failed {
        why: String,
    },
    Cancelled,
}

/// Ends one item in its final state, with what hangs on it, and the order with its last item.
pub async fn end_item(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    item: &OrderItem,
    end: &ItemEnd,
) -> Result<()> {
    if let Some(subscription) = item.subscription {
        match end {
            ItemEnd::Completed => {
                numbering::activate(tx, ids, scope, subscription.0).await?;
                if item.iccid.is_some() {
                    sims::activate(tx, ids, scope, subscription.0).await?;
                }
                subscriptions::activate(tx, ids, scope, subscription).await?;
            }
            ItemEnd::Failed { .. } | ItemEnd::Cancelled => {
                subscriptions::abandon(tx, ids, scope, subscription).await?;
                numbering::give_back(tx, ids, scope, subscription.0).await?;
                sims::give_back(tx, ids, scope, subscription.0).await?;
            }
        }
    }
    let (state, code, why) = match end {
        ItemEnd::Completed => (ItemState::Completed, None, None),
        ItemEnd::Failed { why } => (ItemState::Failed, Some("stepRefused"), Some(why.as_str())),
        ItemEnd::Cancelled => (ItemState::Cancelled, None, None),
    };
    store::end_item(tx, scope, item.id, state, code, why).await?;
    let states: Vec<ItemState> = store::items(tx, scope, order)
        .await?
        .iter()
        .map(|item| item.state)
        .collect();
    if let Some(outcome) = rules::outcome(&states) {
        store::set_state(tx, scope, order, outcome, None, Some(ids.now())).await?;
        note(tx, ids, scope, "end_order", order).await?;
    }
    if let Some(person) = item.person {
        live::tell(tx, ids, scope.organisation().0, "person", Some(person.0)).await?;
    }
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

/// A person must look: the order stands held, nothing is lost. Says whether it is news of this item.
pub async fn hold(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    item: OrderItemId,
    why: &str,
) -> Result<bool> {
    if !store::hold_item(tx, scope, item, why).await? {
        return Ok(false);
    }
    store::set_state(
        tx,
        scope,
        order,
        OrderState::Held,
        Some(HeldReason::NeedsAttention),
        None,
    )
    .await?;
    note(tx, ids, scope, "hold_order", order).await?;
    Ok(true)
}

/// The item moves again after it was held; so does the order, when it was the last one.
pub async fn unhold(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    item: OrderItemId,
) -> Result<()> {
    store::unhold_item(tx, scope, item).await?;
    let items = store::items(tx, scope, order).await?;
    if !items.iter().any(|item| item.state == ItemState::Held) {
        store::set_state(tx, scope, order, OrderState::InProgress, None, None).await?;
    }
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

/// Asks for the order's job: now, and once however often it is asked.
pub async fn ask_to_carry_out(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<()> {
    jobs::enqueue(
        tx,
        ids,
        NewJob {
            kind: CARRY_OUT,
            key: Some(order.to_string()),
            payload: serde_json::json!({ "order": order, "organisation": scope.organisation() }),
            lane: scope.organisation().0,
            run_after: None,
        },
    )
    .await
}

/// Before any job is asked for: whoever ends an order locks the log's head before the organisation's lane, and two who lock
/// in opposite orders wait for each other for good.
async fn note(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    order: OrderId,
) -> Result<()> {
    audit::record(
        tx,
        ids,
        AuditEntry::new(
            scope.organisation().0,
            scope.principal().map(|principal| principal.0),
            action,
        )
        .on("order", order),
    )
    .await?;
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

fn principal(scope: &Scope) -> Result<PrincipalId> {
    scope
        .principal()
        .ok_or_else(|| Error::internal("orders are placed by people, not by workers"))
}

fn check_rights(scope: &Scope, request: &QuoteRequest) -> Result<()> {
    request
        .items
        .iter()
        .try_for_each(|item| check_right(scope, item.action()))
}

fn check_right(scope: &Scope, action: Action) -> Result<()> {
    if scope.permissions().has(rules::permission(action)) {
        Ok(())
    } else {
        Err(Error::forbidden(
            "Your roles on this organisation do not allow this kind of order. A role administrator can give you one that does.",
        ))
    }
}

fn check_shape(request: &QuoteRequest) -> Result<()> {
    if request.items.is_empty() || request.items.len() > rules::MAX_ITEMS {
        return Err(
            Error::malformed("An order has between 1 and 100 items.").with_field(
                "/items",
                "wrongCount",
                "Between 1 and 100 items.",
            ),
        );
    }
    if request
        .comment
        .as_ref()
        .is_some_and(|comment| comment.chars().count() > rules::MAX_COMMENT)
    {
        return Err(Error::malformed("The comment is too long.").with_field(
            "/comment",
            "tooLong",
            "At most 1,000 characters.",
        ));
    }
    Ok(())
}

fn changed_price(quoted: &[QuotedItem], fresh: &[QuotedItem]) -> bool {
    quoted
        .iter()
        .zip(fresh)
        .any(|(then, now)| (then.one_time, then.monthly) != (now.one_time, now.monthly))
}

/// What stood in the way when the order was placed. A lost race is a conflict; the rest breaks a rule.
fn refused(problems: &[super::Problem]) -> Error {
    let lost = problems.iter().find(|problem| {
        matches!(
            problem.code.as_str(),
            "numberTaken" | "simTaken" | "hasTelephony" | "hasMobile" | "noNumberFree"
        )
    });
    let mut error = match lost {
        Some(problem) => Error::conflict(
            problem.code.clone(),
            "Something changed since the quote. Look at it and order again.",
        ),
        None => Error::rule("cannotBeOrdered", "This cannot be ordered as it stands."),
    };
    for problem in problems {
        error = error.with_field(problem.pointer.clone(), problem.code.clone(), String::new());
    }
    error
}
