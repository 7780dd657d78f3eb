//! The verbs of whoever orders.

use super::{
    CARRY_OUT, Order, OrderId, OrderState, Policy, Problem, Quote, QuoteId, QuoteRequest,
    QuotedItem, assess, check, facts, placing::Placing, rules, store, warn,
};
use crate::{
    access::{PrincipalId, Scope},
    directory, subscriptions,
};
use jiff::civil::Date;
use platform::{
    Error, Ids, Instant, Kind, Result,
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
    policy: &Policy,
    mut request: QuoteRequest,
) -> Result<Quote> {
    // Only an order that is taken back says what it restores.
    request.undo = None;
    check::shape(&request)?;
    for item in &mut request.items {
        item.tidy();
    }
    check::rights(scope, &request)?;
    quote(tx, ids, scope, policy, request).await
}

pub(super) async fn quote(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    request: QuoteRequest,
) -> Result<Quote> {
    let now = ids.now();
    let facts = facts::facts(tx, scope, &request, None, now).await?;
    let answer = assess::assess(&facts, &request, policy, now);
    let quote = Quote {
        id: ids.make(),
        principal: principal(scope)?,
        request,
        answer,
        created_at: now,
        expires_at: now.plus(rules::QUOTE_LIFE),
    };
    store::insert_quote(tx, scope, &quote).await?;
    Ok(quote)
}

/// Whether an order from this quote needs a fresh sign-in: it sends a SIM for a line in use to another address than the
/// registered one, and whoever has that SIM has the line.
pub fn needs_fresh_sign_in(quote: &Quote) -> bool {
    facts::sim_goes_elsewhere(&quote.request)
}

/// Places an order from a quote: one transaction that holds the numbers and SIMs, writes the subscriptions in state
/// `ordered`, and asks for the order to be carried out.
pub async fn place(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    quote: QuoteId,
) -> Result<Order> {
    let principal = principal(scope)?;
    let quote = store::lock_quote(tx, scope, quote)
        .await?
        .filter(|quote| quote.principal == principal && quote.request.undo.is_none())
        .ok_or_else(Error::not_found)?;
    check::rights(scope, &quote.request)?;
    if store::order_of_quote(tx, scope, quote.id).await?.is_some() {
        return Err(Error::conflict(
            "quoteUsed",
            "This quote has been ordered already. Look at the order overview.",
        ));
    }
    if quote.expires_at <= ids.now() {
        return Err(Error::new(
            Kind::Gone,
            "quoteExpired",
            "This quote has expired. Ask for a new one; prices may have changed.",
        ));
    }
    write(tx, ids, scope, policy, &quote).await
}

/// Writes the order of a quote that is good.
pub(super) async fn write(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    quote: &Quote,
) -> Result<Order> {
    let now = ids.now();
    let request = &quote.request;
    let lines: Vec<_> = request
        .items
        .iter()
        .filter_map(super::ItemRequest::subscription)
        .collect();
    let shares_limit = |wish: &super::ItemRequest| wish.action() == super::Action::OrderSims;
    if request.items.iter().any(shares_limit) {
        store::lock_organisation(tx, scope).await?;
    }
    subscriptions::lock(tx, scope, &lines).await?;
    let given: Vec<_> = request
        .items
        .iter()
        .filter_map(super::ItemRequest::person)
        .collect();
    directory::lock_local(tx, scope, &given).await?;
    let facts = facts::facts(tx, scope, request, None, now).await?;
    let fresh = assess::assess(&facts, request, policy, now);
    if !fresh.problems.is_empty() {
        return Err(refused(&fresh.problems));
    }
    if changed_price(&quote.answer.items, &fresh.items) {
        return Err(Error::conflict(
            "priceChanged",
            "A price has changed since this quote. Look at the new one and order again.",
        ));
    }
    let mut placing = Placing::new(ids, &facts, policy, request, now);
    // What was said at the quote holds; a number that was named then is the one that is meant.
    placing.collect(&quote.answer.items);
    let waits = placing.items.iter().all(|item| item.start_at.is_some());
    let start_at = waits
        .then(|| placing.items.iter().filter_map(|item| item.start_at).min())
        .flatten();
    let order = Order {
        id: ids.make(),
        number: store::next_number(tx, scope).await?,
        state: if waits {
            OrderState::Pending
        } else {
            OrderState::Acknowledged
        },
        held_reason: None,
        requested_by: quote.principal,
        requested_by_name: String::new(),
        requested_at: now,
        executed_at: None,
        cancel_requested_at: None,
        comment: request.comment.clone(),
        one_time: quote.one_time().net,
        monthly: quote.monthly().net,
        start_at,
        delivery: request.delivery.clone(),
        undoes: request.undo.as_ref().map(|undo| undo.order),
        undone_by: None,
        version: 1,
    };
    store::insert_order(tx, scope, &order, quote.id).await?;
    placing.write(tx, scope, &order).await?;
    note(tx, ids, scope, "place_order", order.id).await?;
    warn::of_new_sims(tx, ids, scope, &facts, quote, &order, policy).await?;
    warn::of_many_endings(tx, ids, scope, quote, &order, policy).await?;
    carry_out_at(tx, ids, scope, order.id, start_at).await?;
    store::order(tx, scope, order.id).await
}

/// Asks that what has not been finished be taken back. What is done already stays.
pub async fn cancel(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<Order> {
    for item in store::items(tx, scope, order).await? {
        check::right(scope, item.action)?;
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

/// Moves an order that waits for its day to another one; what is kept back for some hours is kept back all the same. `seen` checks the version that the change was made from.
///
/// # Errors
/// 409 `orderBegun` when it no longer waits; 422 `dateInThePast` or `dateTooFar`.
pub async fn reschedule(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    day: Date,
    seen: impl FnOnce(i64) -> Result<()>,
) -> Result<Order> {
    store::lock_order(tx, scope, order).await?;
    let known = store::order(tx, scope, order).await?;
    let items = store::items(tx, scope, order).await?;
    for item in &items {
        check::right(scope, item.action)?;
    }
    seen(known.version)?;
    if known.state != OrderState::Pending || known.cancel_requested_at.is_some() {
        return Err(Error::conflict(
            "orderBegun",
            "This order does not wait for a day any more.",
        ));
    }
    let now = ids.now();
    if let Some(code) = rules::date_hindrance(day, now.danish_day()) {
        let told = crate::TEXTS.text(
            platform::i18n::Language::En,
            &format!("problem.{code}"),
            &[],
        );
        return Err(Error::rule(code, told.clone()).with_field("/scheduledFor", code, told));
    }
    let not_before = items.iter().filter_map(|item| item.before.not_before).max();
    let at = not_before.map_or(Instant::of_danish_day(day), |earliest| {
        earliest.max(Instant::of_danish_day(day))
    });
    store::set_start(tx, scope, order, at).await?;
    note(tx, ids, scope, "update_order", order).await?;
    for item in &items {
        if let Some(person) = item.person {
            live::tell(tx, ids, scope.organisation().0, "person", Some(person.0)).await?;
        }
    }
    carry_out_at(tx, ids, scope, order, Some(at)).await?;
    store::order(tx, scope, order).await
}

/// Asks for the order's job: now, and once however often it is asked.
pub async fn ask_to_carry_out(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<()> {
    carry_out_at(tx, ids, scope, order, None).await
}

async fn carry_out_at(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    at: Option<Instant>,
) -> Result<()> {
    jobs::enqueue(
        tx,
        ids,
        NewJob {
            kind: CARRY_OUT,
            key: Some(order.to_string()),
            payload: serde_json::json!({ "order": order, "organisation": scope.organisation() }),
            lane: scope.organisation().0,
            run_after: at,
        },
    )
    .await
}

/// Before any job is asked for: whoever ends an order locks the log's head before the organisation's lane, and two who lock
/// in opposite orders wait for each other for good.
pub(super) async fn note(
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

fn changed_price(quoted: &[QuotedItem], fresh: &[QuotedItem]) -> bool {
    quoted.iter().zip(fresh).any(|(then, now)| {
        let each = |item: &QuotedItem| -> Vec<_> {
            let lines = item.lines.iter();
            lines.map(|line| (line.offering, line.price)).collect()
        };
        (then.one_time, then.monthly, then.agreed) != (now.one_time, now.monthly, now.agreed)
            || each(then) != each(now)
    })
}

/// What stood in the way when the order was placed. A lost race is a conflict; the rest breaks a rule.
pub(super) fn refused(problems: &[Problem]) -> Error {
    let lost = problems.iter().find(|problem| {
        matches!(
            problem.code.as_str(),
            "numberTaken"
                | "simTaken"
                | "hasTelephony"
                | "hasMobile"
                | "noNumberFree"
                | "noSimInStock"
                | "orderUnderWay"
                | "undoScheduled"
                | "hasAddOn"
                | "hasEnded"
                | "isEnding"
                | "portUnderWay"
                | "groupEnding"
        )
    });
    let mut error = match lost {
        Some(problem) => {
            let values: Vec<_> = problem
                .values
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let key = format!("problem.{}", problem.code);
            let told = crate::TEXTS.text(platform::i18n::Language::En, &key, &values);
            Error::conflict(problem.code.clone(), told)
        }
        None => Error::rule("cannotBeOrdered", "This cannot be ordered as it stands."),
    };
    for problem in problems {
        error = error.with_field(problem.pointer.clone(), problem.code.clone(), String::new());
    }
    error.with_extra(serde_json::json!({ "problems": problems }))
}
