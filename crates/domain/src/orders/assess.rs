//! Working out what a wish would do and cost, and what stands in its way. The same look serves the quote and, a second
//! time, the order that is placed from it. Pure: everything was looked up before.

use super::{
    Assessment, ItemRequest, NumberRequest, Problem, QuoteRequest, QuotedItem, Restored,
    SimRequest,
    facts::{Facts, Line},
    kinds, rules,
};
use crate::{
    catalogue::{Offering, OfferingId, OfferingKind},
    directory::{self, Person, PersonId},
    numbering::{self, NumberKind, NumberState},
    sims::{SimKind, SimState},
    subscriptions::SubscriptionKind,
};
use jiff::civil::Date;
use platform::{Instant, Money};
use std::collections::{HashMap, HashSet};

/// Looks at every item in turn.
pub(super) fn assess(
    facts: &Facts,
    request: &QuoteRequest,
    policy: &super::Policy,
    now: Instant,
) -> Assessment {
    let mut assessment = Assessment {
        items: Vec::with_capacity(request.items.len()),
        ..Assessment::default()
    };
    let mut claimed = HashSet::new();
    let mut used = HashMap::new();
    let mut used_stock = HashMap::new();
    let today = now.danish_day();
    for (index, wish) in request.items.iter().enumerate() {
        let mut look = Look {
            facts,
            request,
            policy,
            today,
            now,
            index,
            restored: request
                .undo
                .as_ref()
                .and_then(|undo| undo.restored.get(index)),
            problems: &mut assessment.problems,
            warnings: &mut assessment.warnings,
            claimed: &mut claimed,
            used: &mut used,
            used_stock: &mut used_stock,
        };
        let day = look.day(wish);
        let item = kinds::of(wish.action()).assess(&mut look, wish, day);
        assessment.items.push(item);
    }
    assessment
}

/// The look at one item: what it finds wrong goes to the problems, with a pointer to the field.
pub(super) struct Look<'a> {
    pub facts: &'a Facts,
    pub request: &'a QuoteRequest,
    pub policy: &'a super::Policy,
    pub today: Date,
    pub now: Instant,
    pub index: usize,
    /// What the item restores, when it takes another one back.
    pub restored: Option<&'a Restored>,
    problems: &'a mut Vec<Problem>,
    warnings: &'a mut Vec<Problem>,
    /// What earlier items of the same request take: people with a kind, subscriptions, numbers, SIMs.
    claimed: &'a mut HashSet<String>,
    /// Unnamed numbers of one source that earlier items will use up.
    used: &'a mut HashMap<(crate::access::OrganisationId, NumberKind), i64>,
    used_stock: &'a mut HashMap<SimKind, i64>,
}

/// The code of an effect's text, with the values in it.
pub(super) type Effect = (String, Vec<(String, String)>);

/// What is known of the number before the order is placed, and what to say of it.
pub(super) struct NumberChoice {
    pub number: Option<String>,
    pub effect: Effect,
}

pub(super) fn effect(code: &str, values: &[(&str, &str)]) -> (String, Vec<(String, String)>) {
    (format!("effect.{code}"), owned(values))
}

fn owned(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

impl<'a> Look<'a> {
    pub fn problem(&mut self, field: &str, code: &str, values: &[(&str, &str)]) {
        self.problems.push(Problem {
            pointer: format!("/items/{}/{field}", self.index),
            code: code.to_owned(),
            values: owned(values),
        });
    }

    pub fn warning(&mut self, field: &str, code: &str, values: &[(&str, &str)]) {
        self.warnings.push(Problem {
            pointer: format!("/items/{}/{field}", self.index),
            code: code.to_owned(),
            values: owned(values),
        });
    }

    /// Something wrong with the order as a whole; once, however many items say so.
    pub fn problem_of_request(&mut self, pointer: &str, code: &str) {
        let problem = Problem {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            values: Vec::new(),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// What is sent goes to another address than the registered one.
    pub fn goes_elsewhere(&self) -> bool {
        self.request
            .delivery
            .as_ref()
            .is_some_and(|delivery| delivery.address.is_some())
    }

    /// Claims something for this item; a second claim in the same order is a problem.
    pub fn claim(&mut self, field: &str, what: String) {
        if !self.claimed.insert(what) {
            self.problem(field, "twiceInOrder", &[]);
        }
    }

    /// The day of the item: the one asked for, or today.
    fn day(&mut self, wish: &ItemRequest) -> Date {
        let Some(date) = self.request.date_of(wish) else {
            return self.today;
        };
        if let Some(code) = rules::date_hindrance(date, self.today) {
            if wish.date().is_some() {
                self.problem("date", code, &[]);
            } else {
                self.problems.push(Problem {
                    pointer: "/requestedStartDate".to_owned(),
                    code: code.to_owned(),
                    values: Vec::new(),
                });
            }
        }
        date.max(self.today)
    }

    /// The person of a wish that gives them something of a kind that one has once.
    pub fn person(&mut self, id: PersonId, kind: SubscriptionKind) -> Option<&'a Person> {
        let Some(person) = self.facts.people.get(&id) else {
            self.problem("person", "personUnknown", &[]);
            return None;
        };
        if let Some(code) = rules::person_hindrance(person) {
            self.problem("person", code, &[]);
        }
        let has = self.facts.has.get(&id).is_some_and(|has| {
            has.iter()
                .any(|(of, ours)| *of == kind && (*ours || kind == SubscriptionKind::Telephony))
        });
        if has {
            let code = match kind {
                SubscriptionKind::Telephony => "hasTelephony",
                SubscriptionKind::Mobile => "hasMobile",
            };
            self.problem("person", code, &[]);
        }
        self.claim("person", format!("{id}/{kind}"));
        Some(person)
    }

    /// Whether the person's account can have a number in Teams.
    pub fn licences(&mut self, person: &Person, field: &str) {
        if person.object.is_none() || self.facts.tenant.is_none() {
            self.problem(field, "noTeamsAccount", &[]);
            return;
        }
        let readiness = directory::rules::readiness(person);
        let missing: Vec<&str> = readiness.missing.iter().map(|plan| plan.name()).collect();
        if !missing.is_empty() {
            self.problem(
                field,
                "licenceMissing",
                &[("licences", &missing.join(", "))],
            );
        }
    }

    /// The subscription of a wish that changes one.
    pub fn line(&mut self, wish: &ItemRequest) -> Option<&'a Line> {
        let action = wish.action();
        let found = wish
            .subscription()
            .and_then(|id| Some((id, self.facts.lines.get(&id)?)));
        let Some((id, line)) = found else {
            self.problem("subscription", "subscriptionUnknown", &[]);
            return None;
        };
        let subscription = &line.subscription;
        if let Some(code) = rules::line_hindrance(action, subscription.kind, subscription.state) {
            self.problem("subscription", code, &[]);
        } else if line.busy {
            self.problem("subscription", "orderUnderWay", &[]);
        } else if line.ports && rules::waits_for_port(action) {
            self.problem("subscription", "portOpen", &[]);
        } else if line.is_scheduled(action, wish.offering()) {
            self.problem("subscription", self.scheduled(), &[]);
        }
        if rules::goes_together(action) {
            if self.claimed.contains(&format!("line/{id}/alone")) {
                self.problem("subscription", "twiceInOrder", &[]);
            }
            self.claimed.insert(format!("line/{id}/together"));
        } else {
            if self.claimed.contains(&format!("line/{id}/together")) {
                self.problem("subscription", "twiceInOrder", &[]);
            }
            self.claim("subscription", format!("line/{id}/alone"));
        }
        Some(line)
    }

    /// The code of: this is ordered already and waits for its day. Who undoes something has not asked for that in so many words.
    pub fn scheduled(&self) -> &'static str {
        match self.request.undo {
            None => "isScheduled",
            Some(_) => "undoScheduled",
        }
    }

    /// The product that is asked for, at the price of its day. What is restored needs not be sold any more.
    pub fn offering(&mut self, id: OfferingId, kind: OfferingKind, day: Date) -> Option<Offering> {
        if let Some(restored) = self.restored {
            return self.facts.known.get(&id).map(|offering| Offering {
                one_time: Money::dkk(restored.one_time),
                monthly: Money::dkk(restored.agreed),
                ..offering.clone()
            });
        }
        let offering = self.facts.sold.get(&(day, id));
        match offering {
            None => self.problem("offering", "offeringNotSold", &[]),
            Some(offering) if offering.kind != kind => {
                self.problem("offering", "wrongOffering", &[]);
            }
            Some(_) => {}
        }
        offering.cloned()
    }

    /// A product of those that are charged once: the code of what is wrong with it says whether it was ever sold.
    pub fn goods(
        &mut self,
        field: &str,
        id: OfferingId,
        kind: OfferingKind,
        day: Date,
    ) -> Option<&'a Offering> {
        let code = match self.facts.sold.get(&(day, id)) {
            Some(offering) if offering.kind == kind => return Some(offering),
            Some(_) => "wrongOffering",
            None if self.facts.known.contains_key(&id) => "offeringNotSold",
            None => "offeringUnknown",
        };
        self.problem(field, code, &[]);
        None
    }

    /// Where a number is to come from.
    pub fn number(&mut self, request: &NumberRequest, kind: NumberKind) -> NumberChoice {
        if let Some(number) = self.restored.and_then(|restored| restored.number.clone()) {
            return self.named(&number, kind, true, "sameNumber");
        }
        match request {
            NumberRequest::Series {
                number: Some(number),
            } => self.named(number, kind, false, "number"),
            NumberRequest::Resting { number } => self.named(number, kind, true, "restingNumber"),
            NumberRequest::Series { number: None } => {
                self.unnamed(self.facts.organisation, kind);
                NumberChoice {
                    number: None,
                    effect: effect("nextNumber", &[]),
                }
            }
            NumberRequest::New {} => {
                self.unnamed(self.facts.operator, kind);
                NumberChoice {
                    number: None,
                    effect: effect("newNumber", &[]),
                }
            }
            NumberRequest::PortIn { .. } => kinds::port_in(self, request, kind),
        }
    }

    /// Whether one more number that nobody named is to be had of this owner's.
    pub fn has_free(&self, owner: Option<crate::access::OrganisationId>, kind: NumberKind) -> bool {
        owner.is_some_and(|owner| {
            let free = self.facts.free.get(&(owner, kind)).copied().unwrap_or(0);
            self.used.get(&(owner, kind)).copied().unwrap_or(0) < free
        })
    }

    /// One more number that nobody named, of this owner's.
    pub fn unnamed(&mut self, owner: Option<crate::access::OrganisationId>, kind: NumberKind) {
        let Some(owner) = owner else {
            return;
        };
        let used = self.used.entry((owner, kind)).or_default();
        *used += 1;
        let free = self.facts.free.get(&(owner, kind)).copied().unwrap_or(0);
        if *used > free {
            self.problem("number", "noNumberFree", &[]);
        }
    }

    fn named(&mut self, wanted: &str, kind: NumberKind, resting: bool, told: &str) -> NumberChoice {
        let Ok(wanted) = numbering::rules::e164(wanted) else {
            self.problem("number/number", "notANumber", &[]);
            return NumberChoice {
                number: None,
                effect: effect("nextNumber", &[]),
            };
        };
        match self.facts.numbers.get(&wanted) {
            // Another organisation's number and no number at all look the same from here.
            None => self.problem("number/number", "numberUnknown", &[]),
            Some(number) if number.kind != kind => {
                self.problem("number/number", "wrongNumberKind", &[]);
            }
            Some(number) => match (number.state, resting) {
                (NumberState::Free, false) => {
                    // One fewer is left for whoever names none, unless it was kept for something.
                    let pool = self.facts.organisation.map(|own| (own, kind));
                    if number.reservation.is_none()
                        && pool.is_some_and(|pool| self.facts.free.contains_key(&pool))
                    {
                        self.unnamed(self.facts.organisation, kind);
                    }
                }
                // What is restored may be free by now.
                (NumberState::Free, true) if self.restored.is_some() => {}
                (NumberState::Free, true) => self.problem("number/number", "notResting", &[]),
                (NumberState::Resting, true) => {
                    if number.release_at.is_some_and(|at| at <= self.now) {
                        self.problem("number/number", "restIsOver", &[]);
                    }
                }
                (NumberState::Resting, false) => {
                    self.problem("number/number", "numberResting", &[]);
                }
                (NumberState::Reserved | NumberState::Active, _) => {
                    self.problem("number/number", "numberTaken", &[]);
                }
            },
        }
        self.claim("number/number", wanted.clone());
        NumberChoice {
            effect: effect(told, &[("number", &numbering::rules::display(&wanted))]),
            number: Some(wanted),
        }
    }

    /// Where a SIM is to come from; the ICCID where it is known, and what to say of it.
    pub fn sim(&mut self, request: &SimRequest) -> (Option<String>, Effect) {
        if let Some(sim) = self.restored.and_then(|restored| restored.sim) {
            let found = self.facts.sims.get(&sim);
            if !found.is_some_and(|sim| {
                sim.holder.is_none()
                    && matches!(sim.state, SimState::Retired | SimState::Unassigned)
            }) {
                self.problem("sim", "simTaken", &[]);
            }
            let iccid = found.map(|sim| sim.iccid.clone());
            let told = effect(
                "sameSim",
                &[("iccid", iccid.as_deref().unwrap_or_default())],
            );
            return (iccid, told);
        }
        match request {
            SimRequest::Unassigned { sim } => {
                let found = self.facts.sims.get(sim);
                match found {
                    None => self.problem("sim/sim", "simUnknown", &[]),
                    Some(found) if found.state != SimState::Unassigned => {
                        self.problem("sim/sim", "simTaken", &[]);
                    }
                    Some(found) if found.kind != SimKind::Physical => {
                        self.problem("sim/sim", "simUnknown", &[]);
                    }
                    Some(_) => {}
                }
                self.claim("sim/sim", format!("sim/{sim}"));
                let iccid = found.map(|sim| sim.iccid.clone());
                let told = effect("sim", &[("iccid", iccid.as_deref().unwrap_or_default())]);
                (iccid, told)
            }
            SimRequest::Ship {} => {
                self.stock(SimKind::Physical);
                let elsewhere = self
                    .request
                    .delivery
                    .as_ref()
                    .is_some_and(|delivery| delivery.address.is_some());
                let code = if elsewhere { "shipElsewhere" } else { "ship" };
                (None, effect(code, &[]))
            }
            SimRequest::ESim {} => {
                self.stock(SimKind::ESim);
                (None, effect("eSim", &[]))
            }
        }
    }

    fn stock(&mut self, kind: SimKind) {
        let used = self.used_stock.entry(kind).or_default();
        *used += 1;
        if *used > self.facts.stock.get(&kind).copied().unwrap_or(0) {
            self.problem("sim", "noSimInStock", &[]);
        }
    }

    /// An item about a person, without anything in it yet.
    pub fn about(&self, wish: &ItemRequest, person: Option<PersonId>, day: Date) -> QuotedItem {
        let known = person.and_then(|id| self.facts.people.get(&id));
        let offering = wish
            .offering()
            .and_then(|id| self.facts.known.get(&id).map(|offering| (id, offering)));
        QuotedItem {
            action: wish.action(),
            person,
            person_name: known
                .map(|person| person.display_name.clone())
                .unwrap_or_default(),
            offering: offering.map(|(id, _)| id),
            offering_name: offering.map(|(_, offering)| offering.name.clone()),
            subscription: wish.subscription(),
            call_group: wish.call_group(),
            call_group_name: None,
            quantity: None,
            lines: Vec::new(),
            number: None,
            iccid: None,
            one_time: Money::ZERO,
            monthly: Money::ZERO,
            agreed: Money::ZERO,
            starts_on: day,
            effects: Vec::new(),
        }
    }
}
