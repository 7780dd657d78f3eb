//! What happened in the demo world before it was opened: lines that began, changed and ended, what was used, and the months that
//! were closed. By the verbs of the rooms, at their own time.

use async_trait::async_trait;
use domain::{
    access::{self, OrganisationId, Scope, SystemScope},
    billing::{self, Finance, Issuer, UsagePrice},
    catalogue::OfferingId,
    directory::{self, LocalDetails, PersonId},
    numbering::{self, NumberKind},
    sims::{self, SimState},
    subscriptions::{self, Agreed, NewSubscription, SubscriptionId, SubscriptionKind},
    usage::{self, Begin, Destination, ImportOrigin, UsageKind, ports::Source},
};
use platform::{
    Error, Ids, Instant, Money, Period, Result,
    db::{Db, Tx},
    time::ManualClock,
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// A day of the past: so many months back, that day.
type Day = (i32, i8);

/// A local person's mobile line and what became of it.
struct Line {
    first: &'static str,
    last: &'static str,
    title: &'static str,
    package: &'static str,
    reference: &'static str,
    began: Day,
    changed: Option<(Day, &'static str)>,
    add_on: Option<(Day, &'static str)>,
    ended: Option<Day>,
}

const fn line(
    first: &'static str,
    last: &'static str,
    package: &'static str,
    reference: &'static str,
    began: Day,
) -> Line {
    Line {
        first,
        last,
        title: "Chauffør",
        package,
        reference,
        began,
        changed: None,
        add_on: None,
        ended: None,
    }
}

/// Drivers, who have no account in the directory.
const DRIVERS: &[Line] = &[
    line("Bent", "Bruun", "mobile-s", "Vogn 12", (8, 3)),
    line("Dorte", "Dahl", "mobile-s", "Vogn 14", (8, 3)),
    Line {
        changed: Some(((4, 11), "mobile-m")),
        ..line("Erik", "Ebbesen", "mobile-s", "Vogn 15", (8, 17))
    },
    Line {
        add_on: Some(((5, 1), "secure-mobile")),
        ..line("Gitte", "Gram", "mobile-m", "Vogn 17", (7, 1))
    },
    line("Hans", "Hjorth", "mobile-s", "Vogn 18", (7, 9)),
    Line {
        ended: Some((2, 20)),
        ..line("Ib", "Iversen", "mobile-m", "Vogn 19", (6, 1))
    },
    line("Jens", "Juul", "mobile-l", "Terminal Køge", (6, 15)),
    Line {
        changed: Some(((2, 1), "mobile-l")),
        ..line("Karen", "Krogh", "mobile-m", "Terminal Køge", (5, 2))
    },
    line("Lars", "Lykke", "mobile-s", "Vogn 21", (4, 1)),
    Line {
        add_on: Some(((1, 6), "data-5gb")),
        ..line("Mona", "Mørk", "mobile-s", "Vogn 22", (3, 12))
    },
    line("Niels", "Nygaard", "mobile-xl", "Disponent", (2, 8)),
    line("Ove", "Olsen", "mobile-s", "Vogn 23", (1, 19)),
];

/// Temporary colleagues of a project that is over; nothing of theirs is left but the invoices.
const TEMPS: &[Line] = &[
    Line {
        ended: Some((1, 28)),
        changed: Some(((5, 13), "mobile-l")),
        ..line("Tina", "Toft", "mobile-m", "Projekt Havmølle", (8, 1))
    },
    Line {
        ended: Some((1, 28)),
        ..line("Uffe", "Uldall", "mobile-m", "Projekt Havmølle", (8, 1))
    },
    Line {
        ended: Some((3, 15)),
        ..line("Vibeke", "Vang", "mobile-l", "Projekt Havmølle", (7, 6))
    },
    Line {
        ended: Some((1, 14)),
        add_on: Some(((4, 4), "roaming-world")),
        ..line("William", "Winther", "mobile-l", "Projekt Havmølle", (7, 6))
    },
    Line {
        ended: Some((2, 25)),
        ..line("Yrsa", "Yde", "mobile-s", "Projekt Havmølle, land", (5, 19))
    },
    Line {
        ended: Some((1, 10)),
        ..line("Åse", "Ågren", "mobile-s", "Projekt Havmølle, land", (4, 2))
    },
];

/// Months that are closed.
const CLOSED: i32 = 8;

/// (kind, destination, øre, for so many megabytes, minutes or messages).
const PRICES: &[(UsageKind, Destination, i64, i64)] = &[
    (UsageKind::Data, Destination::Domestic, 2_900, 1_000),
    (UsageKind::Data, Destination::Eu, 2_900, 1_000),
    (UsageKind::Data, Destination::World, 1_900, 10),
    (UsageKind::Voice, Destination::Domestic, 49, 1),
    (UsageKind::Voice, Destination::Eu, 149, 1),
    (UsageKind::Voice, Destination::World, 599, 1),
    (UsageKind::Voice, Destination::Premium, 995, 1),
    (UsageKind::Sms, Destination::Eu, 40, 1),
    (UsageKind::Sms, Destination::World, 125, 1),
    (UsageKind::Sms, Destination::Premium, 1_000, 1),
];

/// A customer of which something happened.
struct Customer {
    id: OrganisationId,
    lines: &'static [Line],
    /// Nothing of theirs is left.
    gone: bool,
}

enum Step {
    Begin,
    Change(&'static str),
    AddOn(&'static str),
    End,
}

/// What is known of a line that has begun.
struct Begun {
    subscription: SubscriptionId,
    person: PersonId,
    number: String,
    iccid: String,
    package: &'static str,
    add_ons: Vec<&'static str>,
    has_ended: bool,
}

/// A mobile line that is there when the demo is opened.
#[derive(Clone, Debug)]
pub struct ActiveLine {
    /// E.164 with `+`.
    pub number: String,
    pub iccid: String,
    /// Code of the offering.
    pub package: &'static str,
    pub add_ons: Vec<&'static str>,
}

/// Lets it happen. `drivers` keep what they have; what `project` had has ended.
pub async fn write(
    db: &Db,
    now: Instant,
    issuer: &Issuer,
    offerings: &HashMap<&'static str, (OfferingId, Money)>,
    drivers: OrganisationId,
    project: OrganisationId,
) -> Result<Vec<ActiveLine>> {
    let system = access::for_system();
    let running = Period::of(now);
    let mut history = History {
        db,
        issuer,
        offerings,
        system,
        running,
        begun: HashMap::new(),
        records: 0,
    };
    history.prepare(drivers, project).await?;
    let customers = [
        Customer {
            id: drivers,
            lines: DRIVERS,
            gone: false,
        },
        Customer {
            id: project,
            lines: TEMPS,
            gone: true,
        },
    ];
    for back in (0..=CLOSED).rev() {
        let month = running.back(back);
        for customer in &customers {
            history.month(customer, back).await?;
        }
        if back > 0 {
            history.use_something(&customers, month).await?;
            history.close(month).await?;
        } else {
            history.use_much(&customers[0], month, now).await?;
        }
    }
    Ok(history.active())
}

const HEADINGS: &str = "source,record,number,kind,direction,destination,quantity,startedAt\n";

struct History<'a> {
    db: &'a Db,
    issuer: &'a Issuer,
    offerings: &'a HashMap<&'static str, (OfferingId, Money)>,
    system: SystemScope,
    running: Period,
    begun: HashMap<(OrganisationId, usize), Begun>,
    records: usize,
}

fn at(instant: Instant) -> Ids {
    Ids::new(Arc::new(ManualClock::at(instant)))
}

impl History<'_> {
    /// What the network must know of, by number.
    fn active(self) -> Vec<ActiveLine> {
        let left = self.begun.into_values().filter(|begun| !begun.has_ended);
        let mut lines: Vec<ActiveLine> = left
            .map(|begun| ActiveLine {
                number: begun.number,
                iccid: begun.iccid,
                package: begun.package,
                add_ons: begun.add_ons,
            })
            .collect();
        lines.sort_by(|one, other| one.number.cmp(&other.number));
        lines
    }

    fn instant(&self, (back, day): Day) -> Instant {
        let first = self.running.back(back).start();
        let days = u64::try_from(day - 1).unwrap_or(0);
        first.plus(Duration::from_secs(days * 24 * 3600 + 9 * 3600))
    }

    /// Prices, and how the customers are invoiced.
    async fn prepare(&self, drivers: OrganisationId, project: OrganisationId) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let from = self.running.back(CLOSED + 1);
        let prices: Vec<UsagePrice> = PRICES
            .iter()
            .map(|(kind, destination, price, base)| UsagePrice {
                kind: *kind,
                destination: *destination,
                from,
                price: Money::dkk(*price),
                base: *base,
            })
            .collect();
        billing::add_usage_prices(&mut tx, self.system, &prices).await?;
        for (organisation, cvr, reference) in [
            (drivers, "30300300", "Havn-4400"),
            (project, "30100301", "NV-IT"),
        ] {
            let scope = access::for_work(&mut tx, self.system, organisation).await?;
            let finance = Finance {
                addresses: Vec::new(),
                buyer_reference: Some(reference.to_owned()),
                gln: None,
                cvr: Some(cvr.to_owned()),
            };
            billing::set_finance(&mut tx, &scope, &finance).await?;
        }
        tx.commit().await
    }

    /// Everything that happened to a customer's lines in a month, in the order in which it did.
    async fn month(&mut self, customer: &Customer, back: i32) -> Result<()> {
        let mut steps: Vec<(Instant, usize, Step)> = Vec::new();
        for (place, line) in customer.lines.iter().enumerate() {
            let mut note = |day: Day, step: Step| {
                if day.0 == back {
                    steps.push((self.instant(day), place, step));
                }
            };
            note(line.began, Step::Begin);
            if let Some((day, package)) = line.changed {
                note(day, Step::Change(package));
            }
            if let Some((day, add_on)) = line.add_on {
                note(day, Step::AddOn(add_on));
            }
            if let Some(day) = line.ended {
                note(day, Step::End);
            }
        }
        steps.sort_by_key(|(instant, place, _)| (*instant, *place));
        let mut tx = self.db.begin().await?;
        let scope = access::for_work(&mut tx, self.system, customer.id).await?;
        for (instant, place, step) in steps {
            let ids = at(instant);
            self.step(&mut tx, &ids, &scope, customer, place, &step)
                .await?;
        }
        tx.commit().await
    }

    fn agreed(&self, code: &str, item: uuid::Uuid) -> Result<Agreed> {
        let (offering, monthly) = self
            .offerings
            .get(code)
            .ok_or_else(|| Error::internal(format!("the demo sells no {code}")))?;
        Ok(Agreed {
            offering: *offering,
            monthly: *monthly,
            item,
        })
    }

    async fn step(
        &mut self,
        tx: &mut Tx,
        ids: &Ids,
        scope: &Scope,
        customer: &Customer,
        place: usize,
        step: &Step,
    ) -> Result<()> {
        let line = customer
            .lines
            .get(place)
            .ok_or_else(|| Error::internal("a line that is not there"))?;
        let key = (customer.id, place);
        if let Step::Begin = step {
            let begun = self.begin(tx, ids, scope, line, customer.gone).await?;
            self.begun.insert(key, begun);
            return Ok(());
        }
        let Some(begun) = self.begun.get_mut(&key) else {
            return Err(Error::internal("a line changes before it begins"));
        };
        match step {
            Step::Begin => {}
            Step::Change(package) => begun.package = package,
            Step::AddOn(add_on) => begun.add_ons.push(add_on),
            Step::End => begun.has_ended = true,
        }
        let (id, person) = (begun.subscription, begun.person);
        match step {
            Step::Begin => Ok(()),
            Step::Change(package) => {
                let agreed = self.agreed(package, ids.uuid())?;
                subscriptions::change_package(tx, ids, scope, id, agreed).await
            }
            Step::AddOn(add_on) => {
                let agreed = self.agreed(add_on, ids.uuid())?;
                subscriptions::add_add_on(tx, ids, scope, id, agreed).await
            }
            Step::End => {
                subscriptions::end(tx, ids, scope, id).await?;
                sims::return_to_drawer(tx, ids, scope, id.0).await?;
                if customer.gone {
                    let operator = access::operator(tx, self.system).await?;
                    numbering::return_at_once(tx, ids, scope, id.0, operator).await?;
                } else {
                    let until = ids.now().plus(Duration::from_secs(90 * 24 * 3600));
                    numbering::rest(tx, ids, scope, id.0, until, None).await?;
                }
                let person = directory::local_for_change(tx, scope, person).await?;
                directory::remove_local(tx, ids, scope, &person).await
            }
        }
    }

    /// A new local person with a number and a SIM from the drawer.
    async fn begin(
        &self,
        tx: &mut Tx,
        ids: &Ids,
        scope: &Scope,
        line: &Line,
        from_pool: bool,
    ) -> Result<Begun> {
        let details = LocalDetails {
            first_name: line.first.to_owned(),
            last_name: line.last.to_owned(),
            email: None,
            title: Some(line.title.to_owned()),
            department: None,
            mobile_phone: None,
        };
        let person = directory::create_local(tx, ids, scope, &details).await?;
        let id: SubscriptionId = ids.make();
        let source = if from_pool {
            numbering::Source::Pool {
                operator: access::operator(tx, self.system).await?,
            }
        } else {
            numbering::Source::Series
        };
        let wanted = numbering::Wanted {
            holder: id.0,
            kind: NumberKind::Mobile,
            source,
        };
        let numbers = numbering::reserve(tx, ids, scope, &[wanted]).await?;
        let (free, _) = sims::list(tx, scope, Some(SimState::Unassigned), "", None, 1).await?;
        let (Some(number), Some(sim)) = (numbers.first(), free.first()) else {
            return Err(Error::internal("the demo has run out of numbers or cards"));
        };
        let wanted = sims::Wanted {
            holder: id.0,
            source: sims::Source::Drawer(sim.id),
        };
        sims::reserve(tx, ids, scope, &[wanted]).await?;
        let agreed = self.agreed(line.package, ids.uuid())?;
        let new = NewSubscription {
            id,
            person,
            kind: SubscriptionKind::Mobile,
            offering: agreed.offering,
            number: number.id,
            sim: Some(sim.id),
            monthly: agreed.monthly,
            revived: false,
        };
        subscriptions::order(tx, ids, scope, &[new]).await?;
        numbering::activate(tx, ids, scope, id.0).await?;
        sims::activate(tx, ids, scope, id.0).await?;
        subscriptions::activate(tx, ids, scope, id, agreed, &[], false).await?;
        let references = [(id, Some(line.reference.to_owned()))];
        subscriptions::set_references(tx, ids, scope, &references).await?;
        Ok(Begun {
            subscription: id,
            person,
            number: number.number.clone(),
            iccid: sim.iccid.clone(),
            package: line.package,
            add_ons: Vec::new(),
            has_ended: false,
        })
    }

    /// What was used in a month: much by a few. Something of the month before is told of late.
    async fn use_something(&mut self, customers: &[Customer], month: Period) -> Result<()> {
        let mut table = HEADINGS.to_owned();
        for customer in customers {
            for (place, line) in customer.lines.iter().enumerate() {
                let Some(begun) = self.begun.get(&(customer.id, place)) else {
                    continue;
                };
                let began = self.instant(line.began);
                let ended = line.ended.map(|day| self.instant(day));
                let mut note = |kind: &str, destination: &str, quantity: u64, at: Instant| {
                    if at <= began || ended.is_some_and(|ended| at >= ended) {
                        return;
                    }
                    self.records += 1;
                    table.push_str(&format!(
                        "demo,{},{},{kind},outgoing,{destination},{quantity},{at}\n",
                        self.records, begun.number
                    ));
                };
                let day = |day: u64| month.start().plus(Duration::from_secs(day * 24 * 3600));
                let some = (u64::from(month.month().unsigned_abs()) * 7 + place as u64 * 5) % 11;
                note(
                    "data",
                    "domestic",
                    (3_000 + some * 300) * 1_000_000,
                    day(20),
                );
                note("voice", "domestic", 3_600 * (1 + some), day(10));
                if some.is_multiple_of(4) {
                    note("voice", "world", 60 * (2 + some), day(12));
                    note("sms", "world", 1 + some, day(13));
                }
                if some % 5 == 1 {
                    note("data", "world", (15 + some) * 1_000_000, day(14));
                }
                if some % 6 == 2 {
                    // Told of a month late.
                    let before = month.back(1).start();
                    let at = before.plus(Duration::from_secs(22 * 24 * 3600));
                    note("voice", "eu", 60 * 90, at);
                    note("voice", "premium", 60 * 4, at);
                }
            }
        }
        let when = month.end().plus(Duration::from_secs(6 * 3600));
        self.import(month, when, table).await
    }

    /// What was used of the running month until now: one line comes near its limit, one has passed it.
    async fn use_much(&mut self, customer: &Customer, month: Period, now: Instant) -> Result<()> {
        let mut table = HEADINGS.to_owned();
        let so_far = now.since(month.start());
        for (place, megabytes) in [(0, 4_150), (1, 5_600), (4, 1_200)] {
            let Some(begun) = self.begun.get(&(customer.id, place)) else {
                continue;
            };
            // In halves, so that there is something to add up.
            for part in 1..=2 {
                self.records += 1;
                table.push_str(&format!(
                    "demo,{},{},data,outgoing,domestic,{},{}\n",
                    self.records,
                    begun.number,
                    megabytes * 500_000_u64,
                    month.start().plus(so_far / 4 * part)
                ));
            }
        }
        self.import(month, now, table).await
    }

    async fn import(&self, month: Period, when: Instant, table: String) -> Result<()> {
        let ids = at(when);
        let mut tx = self.db.begin().await?;
        let operator = access::operator(&mut tx, self.system).await?;
        let scope = access::for_work(&mut tx, self.system, operator).await?;
        let name = format!("demo-{month}.csv");
        let begin = Begin {
            origin: ImportOrigin::Command,
            name: Some(&name),
            key: None,
            once: false,
            by: None,
        };
        let importing = usage::begin(&mut tx, &ids, &scope, &begin).await?;
        tx.commit().await?;
        let portal = &self.issuer.portal;
        let source = Box::new(Whole(table.into_bytes()));
        usage::run(self.db, &ids, &scope, portal, importing, source).await?;
        Ok(())
    }

    async fn close(&self, month: Period) -> Result<()> {
        let ids = at(month
            .end()
            .plus(Duration::from_secs(2 * 24 * 3600 + 4 * 3600)));
        let mut tx = self.db.begin().await?;
        let operator = access::operator(&mut tx, self.system).await?;
        let scope = access::for_work(&mut tx, self.system, operator).await?;
        billing::close(&mut tx, &ids, &scope, self.issuer, month).await?;
        tx.commit().await?;
        billing::finish_period(self.db, &ids, self.issuer, month).await
    }
}

/// A table that comes in one piece.
struct Whole(Vec<u8>);

#[async_trait]
impl Source for Whole {
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        into.append(&mut self.0);
        Ok(false)
    }
}
