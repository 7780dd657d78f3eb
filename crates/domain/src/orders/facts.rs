//! Everything that the items of a request are about, looked up at once: a thousand items take as many statements as ten.

use super::{
    Action, ItemRequest, NumberRequest, Policy, QuoteRequest, SimRequest,
    groups::{self, Groups},
    rules, store,
};
use crate::{
    access::{self, OrganisationId, Scope, TenantId},
    catalogue::{self, Offering, OfferingId},
    directory::{self, Person, PersonId},
    help,
    numbering::{self, Number, NumberKind},
    porting,
    sims::{self, Sim, SimId, SimKind},
    subscriptions::{self, Interval, IntervalKind, Subscription, SubscriptionId, SubscriptionKind},
};
use jiff::civil::Date;
use platform::{Instant, Money, Result, db::Conn};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// A subscription with what hangs on it.
#[derive(Clone, Debug)]
pub struct Line {
    pub subscription: Subscription,
    pub number: Option<Number>,
    pub sim: Option<Sim>,
    /// What it is charged for now.
    pub intervals: Vec<Interval>,
    /// Another order's item is under way or will be at once.
    pub busy: bool,
    /// Another order's item has begun.
    pub moving: bool,
    /// Actions of other orders that wait for their day, with the products that they name.
    pub scheduled: Vec<(Action, Option<OfferingId>)>,
    /// A number of another operator's is on its way here.
    pub ports: bool,
}

impl Line {
    /// As agreed for the package.
    pub fn package_monthly(&self) -> Money {
        self.intervals
            .iter()
            .find(|interval| interval.kind == IntervalKind::Package)
            .map_or(self.subscription.monthly, |interval| interval.monthly)
    }

    pub fn add_ons(&self) -> impl Iterator<Item = &Interval> {
        self.intervals
            .iter()
            .filter(|interval| interval.kind == IntervalKind::AddOn)
    }

    pub fn add_on(&self, offering: OfferingId) -> Option<&Interval> {
        self.add_ons()
            .find(|interval| interval.offering == offering)
    }

    /// Whether another order for a day asks for the same.
    pub fn is_scheduled(&self, action: Action, offering: Option<OfferingId>) -> bool {
        self.scheduled.iter().any(|(other, of)| {
            *other == action && (!rules::goes_together(action) || *of == offering)
        })
    }

    /// Why a change of products would be none; `None` when it is one. Asked when it is ordered and, since others may go before
    /// it, when it begins.
    pub fn product_hindrance(&self, action: Action, offering: OfferingId) -> Option<&'static str> {
        match action {
            Action::AddAddOn => self.add_on(offering).map(|_| "hasAddOn"),
            Action::RemoveAddOn if self.add_on(offering).is_none() => Some("noSuchAddOn"),
            Action::ChangeMobilePackage if self.subscription.offering == offering => {
                Some("samePackage")
            }
            _ => None,
        }
    }

    pub fn number_text(&self) -> String {
        self.number
            .as_ref()
            .map(|number| number.number.clone())
            .unwrap_or_default()
    }

    pub fn number_kind(&self) -> NumberKind {
        match self.subscription.kind {
            SubscriptionKind::Telephony => NumberKind::Landline,
            SubscriptionKind::Mobile => NumberKind::Mobile,
        }
    }
}

/// What is known of everything that a request names. What is absent is not the organisation's.
#[derive(Default)]
pub struct Facts {
    pub tenant: Option<TenantId>,
    pub organisation: Option<OrganisationId>,
    pub operator: Option<OrganisationId>,
    pub people: HashMap<PersonId, Person>,
    /// What people have, or are being given; `true` when from this organisation.
    pub has: HashMap<PersonId, Vec<(SubscriptionKind, bool)>>,
    pub lines: HashMap<SubscriptionId, Line>,
    /// What is sold on a day.
    pub sold: HashMap<(Date, OfferingId), Offering>,
    /// Sold or not.
    pub known: HashMap<OfferingId, Offering>,
    pub numbers: HashMap<String, Number>,
    /// Numbers of other operators that are asked for, with what keeps each from coming.
    pub foreign: HashMap<String, Option<&'static str>>,
    pub sims: HashMap<SimId, Sim>,
    /// Free numbers by owner and kind, as far as somebody asks for unnamed ones.
    pub free: HashMap<(OrganisationId, NumberKind), i64>,
    pub stock: HashMap<SimKind, i64>,
    pub groups: Groups,
    /// The organisation has a registered delivery address.
    pub has_address: bool,
    /// When a support request last changed it, where a SIM for a line in use is to be sent there.
    pub address_changed_at: Option<Instant>,
    /// Packs of SIM cards that were ordered today and have not come to nothing.
    pub packs_today: i64,
    /// Whom the members of call groups mean: people, and subscriptions themselves.
    pub members: HashMap<Uuid, SubscriptionId>,
}

impl Facts {
    /// The kind of a number that a call group is to have: that of the number that is named; else mobile, or landline where only
    /// such numbers are free in the organisation's series.
    pub fn group_number_kind(&self, request: &NumberRequest) -> NumberKind {
        match request {
            NumberRequest::Series {
                number: Some(number),
            }
            | NumberRequest::Resting { number } => numbering::rules::e164(number)
                .ok()
                .and_then(|number| self.numbers.get(&number))
                .map_or(NumberKind::Mobile, |number| number.kind),
            NumberRequest::Series { number: None } => {
                let free = |kind| {
                    self.organisation
                        .and_then(|own| self.free.get(&(own, kind)).copied())
                        .unwrap_or(0)
                };
                if free(NumberKind::Mobile) == 0 && free(NumberKind::Landline) > 0 {
                    NumberKind::Landline
                } else {
                    NumberKind::Mobile
                }
            }
            NumberRequest::New {} | NumberRequest::PortIn { .. } => NumberKind::Mobile,
        }
    }
}

/// The instant at which prices are looked up for a day: its beginning, or now.
fn priced_at(day: Date, now: Instant) -> Instant {
    Instant::of_danish_day(day).max(now)
}

fn kind_of(item: &ItemRequest, lines: &HashMap<SubscriptionId, Line>) -> NumberKind {
    match rules::makes(item.action()) {
        Some(SubscriptionKind::Telephony) => NumberKind::Landline,
        Some(SubscriptionKind::Mobile) => NumberKind::Mobile,
        None => item
            .subscription()
            .and_then(|id| lines.get(&id))
            .map_or(NumberKind::Mobile, Line::number_kind),
    }
}

impl Facts {
    /// Whether the registered address was another one within the time for which a SIM is kept back from any other address: whoever
    /// had it changed would otherwise need no other.
    pub fn address_is_new(&self, policy: &Policy, now: Instant) -> bool {
        self.address_changed_at
            .is_some_and(|at| now < at.plus(policy.address_hold()))
    }
}

/// Whether a quote sends a new SIM for a line in use to another address than the registered one.
pub(super) fn sim_goes_elsewhere(request: &QuoteRequest) -> bool {
    let elsewhere = request
        .delivery
        .as_ref()
        .is_some_and(|delivery| delivery.address.is_some());
    elsewhere && sends_sim_for_line(request)
}

fn sends_sim_for_line(request: &QuoteRequest) -> bool {
    request.items.iter().any(|item| {
        matches!(
            item,
            ItemRequest::ReplaceSim {
                sim: SimRequest::Ship {},
                ..
            }
        )
    })
}

/// Looks everything up. `own` is the order whose items these are, when it has been placed already.
pub(super) async fn facts(
    conn: &mut Conn,
    scope: &Scope,
    request: &QuoteRequest,
    own: Option<super::OrderId>,
    now: Instant,
) -> Result<Facts> {
    let operator = access::operator(conn, access::for_system()).await?;
    let today = now.danish_day();
    let mut facts = Facts {
        tenant: scope.tenant(),
        organisation: Some(scope.organisation()),
        operator: Some(operator),
        ..Facts::default()
    };
    let ids: BTreeSet<SubscriptionId> = request
        .items
        .iter()
        .filter_map(ItemRequest::subscription)
        .collect();
    facts.groups = groups::of_request(conn, scope, request, own, now).await?;
    facts.members = groups::resolve(conn, scope, request).await?;
    let is_sent = |action| matches!(action, Action::OrderSims | Action::BuyHardware);
    if request.items.iter().any(|item| is_sent(item.action())) {
        facts.has_address = help::delivery_address(conn, scope).await?.is_some();
        facts.packs_today = store::packs_since(conn, scope, Instant::of_danish_day(today)).await?;
    }
    if sends_sim_for_line(request) {
        facts.address_changed_at = help::address_changed_at(conn, scope).await?;
    }
    let ids: BTreeSet<SubscriptionId> = ids
        .into_iter()
        .chain(facts.members.values().copied())
        .collect();
    facts.lines = lines(conn, scope, &ids.into_iter().collect::<Vec<_>>(), own, now).await?;

    let mut people: BTreeSet<PersonId> = facts
        .lines
        .values()
        .map(|line| line.subscription.person)
        .collect();
    let mut offerings: BTreeSet<OfferingId> = facts
        .lines
        .values()
        .flat_map(|line| {
            line.intervals
                .iter()
                .map(|interval| interval.offering)
                .chain([line.subscription.offering])
        })
        .collect();
    let mut days: BTreeMap<Date, BTreeSet<OfferingId>> = BTreeMap::new();
    let mut numbers: BTreeSet<String> = BTreeSet::new();
    let mut sims: BTreeSet<SimId> = BTreeSet::new();
    let mut pools: BTreeSet<(OrganisationId, &'static str)> = BTreeSet::new();
    let mut stock = BTreeSet::new();
    let mut foreign: BTreeSet<String> = BTreeSet::new();
    for item in &request.items {
        people.extend(item.members().into_iter().flatten().copied().map(PersonId));
        people.extend(item.person());
        for offering in item.offerings() {
            offerings.insert(offering);
            let day = request.date_of(item).unwrap_or(today).max(today);
            days.entry(day).or_default().insert(offering);
        }
        let kind = kind_of(item, &facts.lines);
        match item.number() {
            Some(
                NumberRequest::Series {
                    number: Some(number),
                }
                | NumberRequest::Resting { number },
            ) => {
                if let Ok(number) = numbering::rules::e164(number) {
                    numbers.insert(number);
                }
            }
            Some(NumberRequest::Series { number: None }) => {
                pools.insert((scope.organisation(), kind.as_str()));
                if matches!(
                    item.action(),
                    Action::CreateCallGroup | Action::ChangeCallGroup
                ) {
                    pools.insert((scope.organisation(), NumberKind::Landline.as_str()));
                }
            }
            Some(NumberRequest::New {}) => {
                pools.insert((operator, kind.as_str()));
            }
            Some(NumberRequest::PortIn { number, .. }) => {
                // A new subscription needs a temporary number until the day.
                if rules::makes(item.action()).is_some() {
                    pools.insert((scope.organisation(), kind.as_str()));
                    pools.insert((operator, kind.as_str()));
                }
                if let Ok(number) = porting::rules::check_number(number) {
                    foreign.insert(number);
                }
            }
            None => {}
        }
        match item.sim() {
            Some(SimRequest::Unassigned { sim }) => {
                sims.insert(*sim);
            }
            Some(SimRequest::Ship {}) => {
                stock.insert(SimKind::Physical.as_str());
            }
            Some(SimRequest::ESim {}) => {
                stock.insert(SimKind::ESim.as_str());
            }
            None => {}
        }
    }
    for restored in request.undo.iter().flat_map(|undo| &undo.restored) {
        sims.extend(restored.sim);
        numbers.extend(restored.number.clone());
        offerings.extend(restored.add_ons.iter().map(|(offering, _)| *offering));
    }

    let people: Vec<PersonId> = people.into_iter().collect();
    for person in directory::people(conn, scope, &people).await? {
        facts.people.insert(person.id, person);
    }
    for (person, kind, ours) in subscriptions::kinds_of_people(conn, scope, &people).await? {
        facts.has.entry(person).or_default().push((kind, ours));
    }
    for (day, offerings) in days {
        let offerings: Vec<OfferingId> = offerings.into_iter().collect();
        for offering in catalogue::sold(conn, priced_at(day, now), &offerings).await? {
            facts.sold.insert((day, offering.id), offering);
        }
    }
    let offerings: Vec<OfferingId> = offerings.into_iter().collect();
    for offering in catalogue::known(conn, now, &offerings).await? {
        facts.known.insert(offering.id, offering);
    }
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    for number in numbering::find_many(conn, scope, &numbers).await? {
        facts.numbers.insert(number.number.clone(), number);
    }
    for number in foreign {
        let hindrance = if numbering::is_known(conn, scope, &number).await? {
            Some("portOnPlatform")
        } else if porting::is_under_way(conn, scope, &number).await? {
            Some("portUnderWay")
        } else {
            None
        };
        facts.foreign.insert(number, hindrance);
    }
    let sims: Vec<SimId> = sims.into_iter().collect();
    for sim in sims::sims(conn, scope, &sims).await? {
        facts.sims.insert(sim.id, sim);
    }
    for (owner, kind) in pools {
        let Some(kind) = NumberKind::parse(kind) else {
            continue;
        };
        let free = numbering::count_free(conn, scope, owner, kind).await?;
        facts.free.insert((owner, kind), free);
    }
    for kind in stock.into_iter().filter_map(SimKind::parse) {
        let count = sims::count_stock(conn, scope, operator, kind).await?;
        facts.stock.insert(kind, count);
    }
    Ok(facts)
}

/// Several subscriptions with what hangs on them. `own`: the order that asks, whose items do not stand in its own way.
pub(super) async fn lines(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[SubscriptionId],
    own: Option<super::OrderId>,
    now: Instant,
) -> Result<HashMap<SubscriptionId, Line>> {
    let found = subscriptions::subscriptions(conn, scope, ids).await?;
    let numbers: Vec<_> = found.iter().filter_map(|found| found.number).collect();
    let sims: Vec<_> = found.iter().filter_map(|found| found.sim).collect();
    let numbers: HashMap<_, _> = numbering::numbers(conn, scope, &numbers)
        .await?
        .into_iter()
        .map(|number| (number.id, number))
        .collect();
    let sims: HashMap<_, _> = sims::sims(conn, scope, &sims)
        .await?
        .into_iter()
        .map(|sim| (sim.id, sim))
        .collect();
    let mut lines: HashMap<SubscriptionId, Line> = found
        .into_iter()
        .map(|subscription| {
            let line = Line {
                number: subscription.number.and_then(|id| numbers.get(&id).cloned()),
                sim: subscription.sim.and_then(|id| sims.get(&id).cloned()),
                intervals: Vec::new(),
                busy: false,
                moving: false,
                scheduled: Vec::new(),
                ports: false,
                subscription,
            };
            (line.subscription.id, line)
        })
        .collect();
    for interval in subscriptions::open_intervals(conn, scope, ids).await? {
        if let Some(line) = lines.get_mut(&interval.subscription) {
            line.intervals.push(interval);
        }
    }
    for open in store::open_on(conn, scope, ids).await? {
        let Some(line) = lines.get_mut(&open.subscription) else {
            continue;
        };
        if Some(open.order) == own {
            continue;
        }
        line.ports |= open.port;
        if open.waits(now) {
            line.scheduled.push((open.action, open.offering));
        } else {
            line.busy = true;
            line.moving |= open.state != super::ItemState::Acknowledged;
        }
    }
    Ok(lines)
}
