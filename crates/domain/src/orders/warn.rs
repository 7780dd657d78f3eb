//! Whoever has the SIM has the line: who is told that a line in use gets another one.

use super::{ItemRequest, Order, Policy, Quote, QuoteRequest, SimRequest, facts::Facts};
use crate::{
    access::{self, Scope},
    directory,
    notices::{self, NewSim, SimNews},
};
use platform::{Ids, Result, db::Tx};
use std::collections::BTreeMap;

/// What becomes of the line of an item, if it gets another SIM.
fn new_sim(request: &QuoteRequest, item: &ItemRequest) -> Option<NewSim> {
    let ItemRequest::ReplaceSim { sim, .. } = item else {
        return None;
    };
    let elsewhere = request
        .delivery
        .as_ref()
        .is_some_and(|delivery| delivery.address.is_some());
    Some(match sim {
        SimRequest::Ship {} if elsewhere => NewSim::Elsewhere,
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
    let new: Vec<_> = quote
        .request
        .items
        .iter()
        .zip(&quote.answer.items)
        .filter_map(|(item, quoted)| Some((new_sim(&quote.request, item)?, quoted)))
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
        let system = access::for_system();
        for administrator in access::administrators(tx, scope).await? {
            let (tenant, object) = (administrator.tenant, administrator.object);
            if let Some(to) = directory::email(tx, system, tenant, object).await? {
                let language = administrator.language.unwrap_or(organisation.language);
                told.insert(to, (language, gravest));
            }
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
