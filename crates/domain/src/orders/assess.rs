//! Working out what a wish would do and cost, and what stands in its way. The same look serves the quote and, a second
//! time, the order that is placed from it.

use super::{
    Action, Assessment, ItemRequest, NumberRequest, Problem, QuoteRequest, QuotedItem, SimRequest,
    rules,
};
use crate::{
    access::{self, Scope},
    catalogue::{self, Offering},
    directory::{self, Person},
    numbering::{self, NumberState},
    sims::{self, SimState},
    subscriptions,
};
use platform::{Instant, Money, Result, db::Conn};
use std::collections::HashSet;

pub(super) async fn assess(
    conn: &mut Conn,
    scope: &Scope,
    request: &QuoteRequest,
    now: Instant,
) -> Result<Assessment> {
    let mut assessment = Assessment {
        items: Vec::with_capacity(request.items.len()),
        problems: Vec::new(),
    };
    let mut claimed = HashSet::new();
    // Unnamed numbers of one source that earlier items of this request will use up.
    let mut unnamed_series = [0_i64; 2];
    let mut unnamed_pool = [0_i64; 2];
    for (index, item) in request.items.iter().enumerate() {
        let mut look = Look {
            conn,
            scope,
            now,
            index,
            problems: &mut assessment.problems,
            claimed: &mut claimed,
        };
        let person = look.person(item).await?;
        let offering = look.offering(item).await?;
        let kind = rules::number_kind(item.action());
        let unnamed = match item.number() {
            NumberRequest::New {} => &mut unnamed_pool[kind as usize],
            NumberRequest::Series { .. } => &mut unnamed_series[kind as usize],
        };
        let number = look.number(item, unnamed).await?;
        let iccid = look.sim(item).await?;
        assessment.items.push(quoted(
            item,
            person.as_ref(),
            offering.as_ref(),
            number,
            iccid,
        ));
    }
    Ok(assessment)
}

fn quoted(
    item: &ItemRequest,
    person: Option<&Person>,
    offering: Option<&Offering>,
    number: Option<String>,
    iccid: Option<String>,
) -> QuotedItem {
    let mut effects = Vec::new();
    let number_effect = match (&number, item.number()) {
        (Some(number), _) => (
            "effect.number",
            vec![("number".to_owned(), numbering::rules::display(number))],
        ),
        (None, NumberRequest::New {}) => ("effect.newNumber", Vec::new()),
        (None, NumberRequest::Series { .. }) => ("effect.nextNumber", Vec::new()),
    };
    effects.push((number_effect.0.to_owned(), number_effect.1));
    match item.action() {
        Action::ActivateTelephony => effects.push(("effect.teamsVoice".to_owned(), Vec::new())),
        Action::CreateMobile => {
            if let Some(iccid) = &iccid {
                effects.push((
                    "effect.sim".to_owned(),
                    vec![("iccid".to_owned(), iccid.clone())],
                ));
            }
        }
    }
    effects.push(("effect.billing".to_owned(), Vec::new()));
    QuotedItem {
        action: item.action(),
        person: item.person(),
        person_name: person
            .map(|person| person.display_name.clone())
            .unwrap_or_default(),
        offering: item.offering(),
        offering_name: offering.map_or_else(
            || catalogue::Texts {
                en: String::new(),
                da: String::new(),
            },
            |offering| offering.name.clone(),
        ),
        number,
        iccid,
        one_time: offering.map_or(Money::ZERO, |offering| offering.one_time),
        monthly: offering.map_or(Money::ZERO, |offering| offering.monthly),
        effects,
    }
}

/// The look at one item: what it finds wrong goes to the problems, with a pointer to the field.
struct Look<'a> {
    conn: &'a mut Conn,
    scope: &'a Scope,
    now: Instant,
    index: usize,
    problems: &'a mut Vec<Problem>,
    /// What earlier items of the same request take: `person/kind`, numbers, SIMs.
    claimed: &'a mut HashSet<String>,
}

impl Look<'_> {
    fn problem(&mut self, field: &str, code: &str, values: &[(&str, &str)]) {
        self.problems.push(Problem {
            pointer: format!("/items/{}/{field}", self.index),
            code: code.to_owned(),
            values: values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        });
    }

    async fn person(&mut self, item: &ItemRequest) -> Result<Option<Person>> {
        let Some(person) = directory::person(self.conn, self.scope, item.person()).await? else {
            self.problem("person", "personUnknown", &[]);
            return Ok(None);
        };
        if person.state != directory::PersonState::Active {
            self.problem("person", "personNotActive", &[]);
        }
        let kind = rules::subscription_kind(item.action());
        if let Some(code) = subscriptions::hindrance(self.conn, self.scope, person.id, kind).await?
        {
            self.problem("person", code, &[]);
        }
        if !self.claimed.insert(format!("{}/{kind}", person.id)) {
            self.problem("person", "twiceInOrder", &[]);
        }
        if item.action() == Action::ActivateTelephony {
            self.licences(&person);
        }
        Ok(Some(person))
    }

    fn licences(&mut self, person: &Person) {
        if person.object.is_none() || self.scope.tenant().is_none() {
            self.problem("person", "noTeamsAccount", &[]);
            return;
        }
        let readiness = directory::rules::readiness(person);
        let missing: Vec<&str> = readiness.missing.iter().map(|plan| plan.name()).collect();
        if !missing.is_empty() {
            self.problem(
                "person",
                "licenceMissing",
                &[("licences", &missing.join(", "))],
            );
        }
    }

    async fn offering(&mut self, item: &ItemRequest) -> Result<Option<Offering>> {
        let offering = catalogue::offering(self.conn, self.now, item.offering()).await?;
        match &offering {
            None => self.problem("offering", "offeringNotSold", &[]),
            Some(offering) if offering.kind != rules::offering_kind(item.action()) => {
                self.problem("offering", "wrongOffering", &[]);
            }
            Some(_) => {}
        }
        Ok(offering)
    }

    async fn number(&mut self, item: &ItemRequest, unnamed: &mut i64) -> Result<Option<String>> {
        let kind = rules::number_kind(item.action());
        let owner = match item.number() {
            NumberRequest::Series {
                number: Some(wanted),
            } => {
                return self.named_number(item, wanted).await;
            }
            NumberRequest::Series { number: None } => self.scope.organisation(),
            NumberRequest::New {} => access::operator(self.conn, access::for_system()).await?,
        };
        if numbering::suggest(self.conn, self.scope, owner, kind, *unnamed)
            .await?
            .is_none()
        {
            self.problem("number", "noNumberFree", &[]);
        }
        *unnamed += 1;
        Ok(None)
    }

    async fn named_number(&mut self, item: &ItemRequest, wanted: &str) -> Result<Option<String>> {
        let Ok(wanted) = numbering::rules::e164(wanted) else {
            self.problem("number/number", "notANumber", &[]);
            return Ok(None);
        };
        match numbering::find(self.conn, self.scope, &wanted).await? {
            // Another organisation's number and no number at all look the same from here.
            None => self.problem("number/number", "numberUnknown", &[]),
            Some(number) if number.kind != rules::number_kind(item.action()) => {
                self.problem("number/number", "wrongNumberKind", &[]);
            }
            Some(number) if number.state == NumberState::Resting => {
                self.problem("number/number", "numberResting", &[]);
            }
            Some(number) if number.state != NumberState::Free => {
                self.problem("number/number", "numberTaken", &[]);
            }
            Some(_) => {}
        }
        if !self.claimed.insert(wanted.clone()) {
            self.problem("number/number", "twiceInOrder", &[]);
        }
        Ok(Some(wanted))
    }

    async fn sim(&mut self, item: &ItemRequest) -> Result<Option<String>> {
        let ItemRequest::CreateMobile {
            sim: SimRequest::Unassigned { sim },
            ..
        } = item
        else {
            return Ok(None);
        };
        let found = sims::sim(self.conn, self.scope, *sim).await?;
        match &found {
            None => self.problem("sim/sim", "simUnknown", &[]),
            Some(found) if found.state != SimState::Unassigned => {
                self.problem("sim/sim", "simTaken", &[])
            }
            Some(_) => {}
        }
        if !self.claimed.insert(format!("sim/{sim}")) {
            self.problem("sim/sim", "twiceInOrder", &[]);
        }
        Ok(found.map(|sim| sim.iccid))
    }
}
