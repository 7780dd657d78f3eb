//! Taking an order back, and saying beforehand whether that is possible: one judgement for both.

use super::{
    Assessment, ItemState, Order, OrderId, OrderItem, OrderState, Policy, Problem, QuoteRequest,
    Undo, assess, check, facts, kinds,
    ops::{quote, refused, write},
    store,
};
use crate::access::Scope;
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Tx},
};
use std::{collections::HashMap, time::Duration};

/// Until when an order can be undone, or why it cannot.
pub type Undoable = std::result::Result<Instant, Problem>;

/// Items that are judged closely for one look. Of larger orders, and of those after them in a list, it is told what they say
/// themselves; whoever then undoes one may hear of something that stands in the way.
const JUDGED_AT_ONCE: usize = 1_000;

/// What takes an order back, as far as the order itself allows it.
struct Reversal {
    until: Instant,
    request: QuoteRequest,
}

/// The order's own part of the judgement: its state, its time, its kinds. Pure.
fn reversal(
    order: &Order,
    items: &[&OrderItem],
    policy: &Policy,
    now: Instant,
) -> std::result::Result<Reversal, &'static str> {
    let ended = match (order.state, order.executed_at) {
        (OrderState::Completed | OrderState::Partial, Some(at)) => at,
        (
            OrderState::Acknowledged
            | OrderState::Pending
            | OrderState::Held
            | OrderState::InProgress,
            _,
        ) => return Err("undoNotYet"),
        _ => return Err("undoNothing"),
    };
    if order.undoes.is_some() {
        return Err("undoOfUndo");
    }
    if order.undone_by.is_some() {
        return Err("undoneAlready");
    }
    let mut wishes = Vec::new();
    let mut restored = Vec::new();
    for item in items
        .iter()
        .filter(|item| item.state == ItemState::Completed)
    {
        let (wish, restores) = kinds::of(item.action).reverse(item)?;
        wishes.push(wish);
        restored.push(restores);
    }
    // The last first, as with anything that is taken apart again.
    wishes.reverse();
    restored.reverse();
    let until = ended.plus(Duration::from_secs(u64::from(policy.undo_minutes) * 60));
    if until <= now {
        return Err("undoTooLate");
    }
    Ok(Reversal {
        until,
        request: QuoteRequest {
            items: wishes,
            undo: Some(Undo {
                order: order.id,
                restored,
            }),
            ..QuoteRequest::default()
        },
    })
}

fn problem(code: &str) -> Problem {
    Problem {
        pointer: String::new(),
        code: code.to_owned(),
        values: Vec::new(),
    }
}

/// Which of these orders can be undone, and why the others cannot. Judges as [`undo`] will, all in one look; few orders are
/// young enough to be looked at closely.
pub async fn undoable(
    conn: &mut Conn,
    scope: &Scope,
    policy: &Policy,
    now: Instant,
    orders: &[(&Order, Vec<&OrderItem>)],
) -> Result<HashMap<OrderId, Undoable>> {
    let mut answers = HashMap::with_capacity(orders.len());
    let mut young = Vec::new();
    for (order, items) in orders {
        match reversal(order, items, policy, now) {
            Ok(reversal) => young.push((order.id, reversal)),
            Err(code) => {
                answers.insert(order.id, Err(problem(code)));
            }
        }
    }
    if young.is_empty() {
        return Ok(answers);
    }
    let ids: Vec<OrderId> = young.iter().map(|(id, _)| *id).collect();
    let touched = store::touched(conn, scope, &ids).await?;
    young.retain(|(id, _)| {
        let stands = !touched.contains(id);
        if !stands {
            answers.insert(*id, Err(problem("undoChangedSince")));
        }
        stands
    });
    let mut items = 0;
    young.retain(|(id, found)| {
        items += found.request.items.len();
        let is_judged = items <= JUDGED_AT_ONCE;
        if !is_judged {
            answers.insert(*id, Ok(found.until));
        }
        is_judged
    });
    let requests: Vec<&QuoteRequest> = young.iter().map(|(_, found)| &found.request).collect();
    let judged = judge(conn, scope, policy, now, &requests).await?;
    for ((id, reversal), judged) in young.into_iter().zip(judged) {
        let first = judged.problems.into_iter().next();
        answers.insert(id, first.map_or(Ok(reversal.until), Err));
    }
    Ok(answers)
}

/// Judges each request for itself; everything that any of them is about is looked up once.
async fn judge(
    conn: &mut Conn,
    scope: &Scope,
    policy: &Policy,
    now: Instant,
    requests: &[&QuoteRequest],
) -> Result<Vec<Assessment>> {
    let Some(undo) = requests.iter().find_map(|request| request.undo.as_ref()) else {
        return Ok(Vec::new());
    };
    let restored = requests.iter().filter_map(|request| request.undo.as_ref());
    let together = QuoteRequest {
        items: requests
            .iter()
            .flat_map(|request| request.items.iter().cloned())
            .collect(),
        undo: Some(Undo {
            order: undo.order,
            restored: restored
                .flat_map(|undo| undo.restored.iter().cloned())
                .collect(),
        }),
        ..QuoteRequest::default()
    };
    let facts = facts::facts(conn, scope, &together, None, now).await?;
    Ok(requests
        .iter()
        .map(|request| assess::assess(&facts, request, policy, now))
        .collect())
}

/// Takes an order back: a new order with the items that reverse the completed ones, placed at once.
///
/// # Errors
/// 409 with the reason why it cannot be taken back (any more).
pub async fn undo(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    policy: &Policy,
    order: OrderId,
) -> Result<Order> {
    store::lock_order(tx, scope, order).await?;
    let undone = store::order(tx, scope, order).await?;
    let items = store::items(tx, scope, order).await?;
    for item in &items {
        check::right(scope, item.action)?;
    }
    let seen: Vec<&OrderItem> = items.iter().collect();
    let reversal = reversal(&undone, &seen, policy, ids.now()).map_err(not_undoable)?;
    if !store::touched(tx, scope, &[order]).await?.is_empty() {
        return Err(not_undoable("undoChangedSince"));
    }
    check::rights(scope, &reversal.request)?;
    let quote = quote(tx, ids, scope, policy, reversal.request).await?;
    if !quote.answer.problems.is_empty() {
        return Err(refused(&quote.answer.problems));
    }
    write(tx, ids, scope, policy, &quote).await
}

fn not_undoable(code: &'static str) -> Error {
    let why = crate::TEXTS.text(
        platform::i18n::Language::En,
        &format!("problem.{code}"),
        &[],
    );
    Error::conflict(code, why)
}
