//! Who is told at once of an order that can do harm. Whoever has the SIM has the line: that a line in use gets another one is told
//! to whose line it is and, where it leaves the organisation's hands, to the administrators. Whoever ends many subscriptions in a
//! day silences a company: that is told to the administrators while it can be undone.

use super::{
    Action, ItemRequest, Order, Policy, Quote, QuoteRequest, SimRequest, facts::Facts, rules, store,
};
use crate::{
    access::{self, Scope},
    directory,
    notices::{self, EndingsNews, NewSim, SimNews},
};
use platform::{Ids, Result, db::Tx, i18n::Language};
use std::{collections::BTreeMap, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What becomes of the line of an item, if it gets another SIM. `new_address`: the registered one was another a while ago.
fn new_sim(request: &QuoteRequest, item: &ItemRequest, new_address: bool) -> Option<NewSim> {
    let ItemRequest::ReplaceSim { sim, .. } = item else {
        return None;
    };
    let elsewhere = request
        .delivery
        .as_ref()
        .is_some_and(|delivery| delivery.address.is_some());
    Some(match sim {
        SimRequest::Ship {} if elsewhere || new_address => NewSim::Elsewhere,
        SimRequest::ESim {} => NewSim::ESim,
        SimRequest::Ship {} | SimRequest::Unassigned { .. } => NewSim::Card,
    })
}

/// Tells the people whose lines get another SIM, in the order's own transaction; and the administrators, when it leaves the
/// organisation's own hands: as an eSIM, or to another address than the registered one.
pub(super) async fn of_new_sims(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    facts: &Facts,
    quote: &Quote,
    order: &Order,
    policy: &Policy,
) -> Result<()> {
    let new_address = facts.address_is_new(policy, order.requested_at);
    let new: Vec<_> = quote
        .request
        .items
        .iter()
        .zip(&quote.answer.items)
        .filter_map(|(item, quoted)| Some((new_sim(&quote.request, item, new_address)?, quoted)))
        .collect();
    let Some(gravest) = new.iter().map(|(new, _)| *new).max() else {
        return Ok(());
    };
    let organisation = access::organisation(tx, scope).await?;
    let mut told = BTreeMap::new();
    for (new, quoted) in new {
        let person = quoted.person.and_then(|id| facts.people.get(&id));
        if let Some(to) = person.and_then(|person| person.email.clone()) {
            let told = told.entry(to).or_insert((organisation.language, new));
            told.1 = told.1.max(new);
        }
    }
    if gravest > NewSim::Card {
        for (to, language) in administrators(tx, scope, organisation.language).await? {
            told.insert(to, (language, gravest));
        }
    }
    let number = super::order_number(order.number);
    let held = order.requested_at.plus(policy.address_hold());
    for (to, (language, new)) in told {
        let news = SimNews {
            to,
            language,
            new,
            number: &number,
            day: order.start_at.map_or(held, |at| at.max(held)).danish_day(),
            lane: scope.organisation().0,
        };
        notices::new_sim(tx, ids, &news).await?;
    }
    Ok(())
}

/// The addresses of the organisation's administrators, each with their language.
async fn administrators(
    tx: &mut Tx,
    scope: &Scope,
    usual: Language,
) -> Result<Vec<(String, Language)>> {
    let system = access::for_system();
    let mut found = Vec::new();
    for administrator in access::administrators(tx, scope).await? {
        let (tenant, object) = (administrator.tenant, administrator.object);
        if let Some(to) = directory::email(tx, system, tenant, object).await? {
            found.push((to, administrator.language.unwrap_or(usual)));
        }
    }
    Ok(found)
}

/// Tells the administrators, once a day for each who orders, that many subscriptions end. The order itself is carried out: it can be
/// undone for a while, and the numbers rest for a month at the least.
pub(super) async fn of_many_endings(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    quote: &Quote,
    order: &Order,
    policy: &Policy,
) -> Result<()> {
    let items = quote.request.items.iter();
    let these = items
        .filter(|item| item.action() == Action::EndSubscription)
        .count();
    if these == 0 || quote.request.undo.is_some() {
        return Ok(());
    }
    let since = order.requested_at.minus(DAY);
    let together = store::endings_since(tx, scope, order.requested_by, since).await?;
    let before = together.saturating_sub(these);
    if together < rules::MANY_ENDINGS || before >= rules::MANY_ENDINGS {
        return Ok(());
    }
    let organisation = access::organisation(tx, scope).await?;
    for (to, language) in administrators(tx, scope, organisation.language).await? {
        let news = EndingsNews {
            to,
            language,
            count: together,
            number: &super::order_number(order.number),
            undo_minutes: policy.undo_minutes,
            lane: scope.organisation().0,
        };
        notices::many_endings(tx, ids, &news).await?;
    }
    Ok(())
}
