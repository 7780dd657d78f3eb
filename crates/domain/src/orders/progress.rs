//! The verbs of whoever carries an order out.

use super::{
    Action, HeldReason, ItemRequest, ItemState, NumberRequest, Order, OrderId, OrderItem,
    OrderItemId, OrderState, PlannedStep, SimRequest, facts,
    groups::{self, Groups},
    kinds::{self, Carried, End},
    ops::note,
    rules, store,
};
use crate::{
    access::{self, NumberType, Scope},
    call_groups,
    catalogue::{self, OfferingId},
    directory,
    sims::SimId,
    subscriptions::{self, SubscriptionId},
};
use platform::{
    Ids, Instant, Result,
    db::{Conn, Tx},
    live,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

impl OrderItem {
    /// What was asked for. Items of the first days did not keep it; what they lack is held for them already.
    pub fn wish(&self) -> ItemRequest {
        if let Some(request) = &self.request {
            return request.clone();
        }
        let person = self.person.unwrap_or(Uuid::nil().into());
        let offering = self.offering.unwrap_or(Uuid::nil().into());
        let number = NumberRequest::Series { number: None };
        if self.action == Action::ActivateTelephony {
            return ItemRequest::ActivateTelephony {
                person,
                offering,
                number,
                date: None,
            };
        }
        ItemRequest::CreateMobile {
            person,
            offering,
            number,
            sim: SimRequest::Unassigned {
                sim: SimId(Uuid::nil()),
            },
            date: None,
        }
    }
}

/// What became of an item whose time had come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// Its steps.
    Steps(Vec<PlannedStep>),
    /// Another order has to finish first.
    Later,
    /// What was promised cannot be kept any more: the code says why.
    Impossible(&'static str),
}

/// Begins the items whose time has come, all in one look: each learns what was there before it, and the steps that carry it
/// out are answered. Those that cannot be begun are left as they are.
pub async fn begin(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: &Order,
    due: &[OrderItem],
) -> Result<Vec<(OrderItemId, Begun)>> {
    let now = ids.now();
    // First the groups, then the lines: everybody who begins something locks in this order.
    let mut groups = groups::of_due(tx, scope, due).await?;
    let lines: BTreeSet<SubscriptionId> = due.iter().filter_map(|item| item.subscription).collect();
    let lines: Vec<_> = lines.into_iter().collect();
    subscriptions::lock(tx, scope, &lines).await?;
    let members = due
        .iter()
        .filter_map(|item| item.request.as_ref()?.members());
    let lines: BTreeSet<SubscriptionId> = lines
        .into_iter()
        .chain(members.flatten().map(|member| SubscriptionId(*member)))
        .collect();
    let lines: Vec<_> = lines.into_iter().collect();
    let lines = facts::lines(tx, scope, &lines, Some(order.id), now).await?;
    for (id, line) in &lines {
        groups.numbers.insert(*id, line.number_text());
    }
    let people: BTreeSet<_> = due.iter().filter_map(|item| item.person).collect();
    let people: HashMap<_, _> =
        directory::people(tx, scope, &people.into_iter().collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|person| (person.id, person))
            .collect();
    let codes = codes(tx, due, &lines, now).await?;
    let sold: BTreeSet<OfferingId> = named(due).collect();
    let sold: BTreeSet<OfferingId> =
        catalogue::sold(tx, now, &sold.into_iter().collect::<Vec<_>>())
            .await?
            .into_iter()
            .map(|offering| offering.id)
            .collect();
    let customer = access::organisation(tx, scope).await?.customer_number;
    let operator = access::operator(tx, access::for_system()).await?;
    let mut begun = Vec::with_capacity(due.len());
    let mut begins = Vec::with_capacity(due.len());
    for item in due {
        let wish = item.wish();
        // A new subscription is not looked at as it was: there was none.
        let line = item
            .subscription
            .filter(|_| rules::makes(item.action).is_none())
            .and_then(|id| lines.get(&id));
        let touched = groups.touched_by(item, &wish);
        let joining: Vec<&facts::Line> = wish
            .members()
            .into_iter()
            .flatten()
            .filter_map(|member| lines.get(&SubscriptionId(*member)))
            .collect();
        let behind_port = |line: &facts::Line| line.ports && rules::waits_for_port(item.action);
        if line.is_some_and(|line| line.moving || behind_port(line))
            || groups.is_moved(&touched, item.id.0)
            || joining.iter().any(|line| line.moving)
        {
            begun.push((item.id, Begun::Later));
            continue;
        }
        // Who has left since it was ordered is not in the group.
        let joining: Vec<SubscriptionId> = joining
            .iter()
            .filter(|line| groups::member_hindrance(line).is_none())
            .map(|line| line.subscription.id)
            .collect();
        let person = item.person.and_then(|id| people.get(&id));
        let impossible = match line {
            Some(line) => {
                let subscription = &line.subscription;
                rules::line_hindrance(item.action, subscription.kind, subscription.state).or_else(
                    || {
                        item.offering
                            .and_then(|offering| line.product_hindrance(item.action, offering))
                    },
                )
            }
            None if item.start_at.is_some() => person.and_then(rules::person_hindrance),
            None => None,
        };
        let impossible =
            impossible.or_else(|| group_hindrance(item, &wish, &groups, joining.is_empty()));
        let promised = item.start_at.is_some()
            && item.action != Action::RemoveAddOn
            && item.before.restored.is_none();
        let impossible = impossible.or_else(|| {
            let gone = promised && wish.offerings().any(|offering| !sold.contains(&offering));
            gone.then_some("offeringNotSold")
        });
        if let Some(code) = impossible {
            begun.push((item.id, Begun::Impossible(code)));
            continue;
        }
        let carried = Carried {
            item,
            wish: &wish,
            line,
            codes: &codes,
            customer: &customer,
            tenant: scope.tenant(),
            object: person.and_then(|person| person.object),
            direct_routing: scope.number_type() == NumberType::DirectRouting,
            groups: &groups,
            members: &joining,
        };
        let kind = kinds::of(item.action);
        begun.push((item.id, Begun::Steps(kind.steps(&carried)?)));
        begins.push((item.id, carried.before()));
        let mut end = End {
            tx: &mut *tx,
            ids,
            scope,
            item,
            operator,
            members: joining,
        };
        kind.begin(&mut end).await?;
        call_groups::hold(tx, scope, &touched, item.id.0).await?;
        groups.mark(&touched, item.id.0);
    }
    store::begin_items(tx, scope, &begins).await?;
    restate(tx, ids, scope, order.id).await?;
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.id.0)).await?;
    Ok(begun)
}

/// Why an item that has to do with call groups cannot begin any more.
fn group_hindrance(
    item: &OrderItem,
    wish: &ItemRequest,
    groups: &Groups,
    nobody: bool,
) -> Option<&'static str> {
    let group = item.call_group.and_then(|id| groups.all.get(&id));
    match item.action {
        Action::ChangeCallGroup | Action::RemoveCallGroup => {
            let Some(seen) = group else {
                return Some("callGroupUnknown");
            };
            if let Some(code) = call_groups::rules::hindrance(seen.group.state) {
                return Some(code);
            }
        }
        Action::ChangeNumber if matches!(wish.number(), Some(NumberRequest::PortIn { .. })) => {
            let in_group = item
                .subscription
                .is_some_and(|line| groups.of_line(line).next().is_some());
            return in_group.then_some("inCallGroup");
        }
        _ => {}
    }
    (wish.members().is_some() && nobody).then_some("noMembers")
}

/// The products that items name.
fn named(due: &[OrderItem]) -> impl Iterator<Item = OfferingId> {
    let goods = due
        .iter()
        .filter_map(|item| item.request.as_ref())
        .flat_map(|wish| wish.goods().iter().map(|line| line.offering));
    due.iter().filter_map(|item| item.offering).chain(goods)
}

/// The codes of every product that is named.
async fn codes(
    conn: &mut Conn,
    due: &[OrderItem],
    lines: &HashMap<SubscriptionId, facts::Line>,
    now: Instant,
) -> Result<HashMap<OfferingId, String>> {
    let mut ids: BTreeSet<OfferingId> = named(due).collect();
    for line in lines.values() {
        ids.insert(line.subscription.offering);
        ids.extend(line.intervals.iter().map(|interval| interval.offering));
    }
    for item in due {
        if let Some(restored) = &item.before.restored {
            ids.extend(restored.add_ons.iter().map(|(offering, _)| *offering));
        }
    }
    let ids: Vec<_> = ids.into_iter().collect();
    Ok(catalogue::known(conn, now, &ids)
        .await?
        .into_iter()
        .map(|offering| (offering.id, offering.code))
        .collect())
}

/// Whether the item that this one waits for lets it begin: `None` while it has not ended.
pub async fn may_follow(conn: &mut Conn, scope: &Scope, item: &OrderItem) -> Result<Option<bool>> {
    let Some(first) = item.after_item else {
        return Ok(Some(true));
    };
    Ok(match store::state_of_item(conn, scope, first).await? {
        Some(ItemState::Completed) => Some(true),
        Some(ItemState::Failed | ItemState::Cancelled) | None => Some(false),
        Some(ItemState::Acknowledged | ItemState::InProgress | ItemState::Held) => None,
    })
}

/// Under which ids an item's SIM may be held: as the item's, or as the subscription's that it makes. The item's own first.
pub async fn holders_of_item(
    conn: &mut Conn,
    scope: &Scope,
    item: OrderItemId,
) -> Result<Vec<Uuid>> {
    let subscription = store::subscription_of_item(conn, scope, item).await?;
    Ok([Some(item.0), subscription.map(|id| id.0)]
        .into_iter()
        .flatten()
        .collect())
}

/// How an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemEnd {
    Completed,
    /// Nothing of it is left outside. `why` in the words of whoever refused.
    Failed {
        why: String,
    },
    /// It was never begun: what was promised cannot be kept, by the code of a problem.
    Impossible(&'static str),
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
    let kind = kinds::of(item.action);
    let operator = access::operator(tx, access::for_system()).await?;
    let mut ends = End {
        tx: &mut *tx,
        ids,
        scope,
        item,
        operator,
        members: Vec::new(),
    };
    let (state, problem) = match end {
        ItemEnd::Completed => {
            kind.finish(&mut ends).await?;
            (ItemState::Completed, None)
        }
        ItemEnd::Failed { why } => {
            kind.give_up(&mut ends).await?;
            (ItemState::Failed, Some(("stepRefused", why.as_str())))
        }
        ItemEnd::Impossible(code) => {
            kind.give_up(&mut ends).await?;
            (ItemState::Failed, Some((*code, "")))
        }
        ItemEnd::Cancelled => {
            kind.give_up(&mut ends).await?;
            (ItemState::Cancelled, None)
        }
    };
    call_groups::let_go(tx, ids, scope, item.id.0).await?;
    store::end_item(tx, scope, item.id, state, ids.now(), problem).await?;
    if restate(tx, ids, scope, order).await? {
        note(tx, ids, scope, "end_order", order).await?;
    }
    if let Some(person) = item.person {
        live::tell(tx, ids, scope.organisation().0, "person", Some(person.0)).await?;
    }
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

/// Lets the order's state follow from its items'; says whether it has ended.
async fn restate(tx: &mut Tx, ids: &Ids, scope: &Scope, order: OrderId) -> Result<bool> {
    let tally = store::tally(tx, scope, order).await?;
    let states: Vec<ItemState> = tally.iter().map(|(state, _, _)| *state).collect();
    if let Some(outcome) = rules::outcome(&states) {
        store::set_state(tx, scope, order, outcome, None, Some(ids.now())).await?;
        return Ok(true);
    }
    let held = |port: bool| {
        tally.iter().any(|(state, code, _)| {
            *state == ItemState::Held && (code.as_deref() == Some(rules::SCHEDULED_PORT)) == port
        })
    };
    let moving = states.contains(&ItemState::InProgress);
    let (state, reason) = rules::standing(held(false), held(true), moving);
    let known = store::order(tx, scope, order).await?;
    // An order of which something has begun is under way until it ends, also while the rest waits for its day.
    let begun = known.state != OrderState::Pending && known.state != OrderState::Acknowledged;
    let state = match state {
        OrderState::Pending if begun || known.start_at.is_none() => OrderState::InProgress,
        state => state,
    };
    if (known.state, known.held_reason) != (state, reason) {
        store::set_state(tx, scope, order, state, reason, None).await?;
    }
    Ok(false)
}

/// The item stands still: the order is held, nothing is lost. Says whether it is news of this item.
pub async fn hold(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    item: OrderItemId,
    reason: HeldReason,
    why: &str,
) -> Result<bool> {
    hold_as(tx, ids, scope, order, item, reason.as_str(), why).await
}

/// As [`hold`], with a problem of its own that says what is waited for.
pub async fn hold_as(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    order: OrderId,
    item: OrderItemId,
    code: &str,
    why: &str,
) -> Result<bool> {
    if !store::hold_item(tx, scope, item, code, why).await? {
        return Ok(false);
    }
    restate(tx, ids, scope, order).await?;
    note(tx, ids, scope, "hold_order", order).await?;
    Ok(true)
}

/// Whether every item that stands still waits for whoever ordered, and none for a person of the operator.
pub async fn waits_for_orderer(conn: &mut Conn, scope: &Scope, order: OrderId) -> Result<bool> {
    Ok(store::tally(conn, scope, order)
        .await?
        .iter()
        .filter(|(state, ..)| *state == ItemState::Held)
        .all(|(_, code, _)| code.as_deref() != Some(HeldReason::NeedsAttention.as_str())))
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
    restate(tx, ids, scope, order).await?;
    live::tell(tx, ids, scope.organisation().0, "orders", Some(order.0)).await
}

/// An item that was held before it had begun is to begin now.
pub async fn unhold_unbegun(tx: &mut Tx, scope: &Scope, item: OrderItemId) -> Result<()> {
    store::unhold_unbegun(tx, scope, item).await
}
