//! What a payer's month consists of, looked up in one moment; deciding is the rules' affair.

use super::{
    DiscountRule, Units, UsagePrice, Whose,
    rules::{
        charges::{self, Charges, Once, Recurring, Used},
        usage as rating,
    },
    store,
};
use crate::{
    access::{self, Organisation, OrganisationId, Scope, SystemScope},
    catalogue::{self, Attributes, Offering, OfferingId},
    orders::{self, ChargedOnce},
    subscriptions::{self, Charged, IntervalKind, SubscriptionId},
    usage::{self, Destination, UsageKind, UsedInMonth, rules::counting::Plan},
};
use platform::{Instant, Period, Result, db::Conn, fold::sort_key};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Usage is kept for so many months; what is older cannot come late any more.
const MONTHS_OF_USE: i32 = 13;

/// What is noted of a subscription's use when it is charged.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub organisation: OrganisationId,
    pub subscription: SubscriptionId,
    pub period: Period,
    pub kind: UsageKind,
    pub records: i64,
    pub units: Units,
    /// Of how many records was charged before; `None` when nothing was.
    pub before: Option<i64>,
}

#[derive(Default)]
pub(super) struct Gathered {
    pub charges: Charges,
    pub kept: Vec<Kept>,
    /// Use for which there is no price.
    pub unpriced: BTreeMap<(UsageKind, Destination), i64>,
}

/// Everything of these organisations' month. `late`: also what came late of months that were closed before.
pub(super) async fn gather(
    conn: &mut Conn,
    system: SystemScope,
    members: &[OrganisationId],
    period: Period,
    late: bool,
) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    let prices = store::prices(conn).await?;
    let mut offerings = Offerings::default();
    for member in members {
        let scope = access::for_work(conn, system, *member).await?;
        let organisation = access::organisation(conn, &scope).await?;
        let discounts: Vec<DiscountRule> = store::discounts(conn, &scope).await?;
        gathered.charges.discounts.insert(*member, discounts);
        let mut one = OneMember {
            scope,
            organisation,
            period,
            prices: &prices,
            offerings: &mut offerings,
            gathered: &mut gathered,
        };
        let charged = one.recurring(conn).await?;
        one.once(conn).await?;
        one.used(conn, &charged, late).await?;
    }
    Ok(gathered)
}

/// Offerings by id, each looked up once.
#[derive(Default)]
struct Offerings(HashMap<OfferingId, Offering>);

impl Offerings {
    async fn know(
        &mut self,
        conn: &mut Conn,
        at: Instant,
        wanted: impl IntoIterator<Item = OfferingId>,
    ) -> Result<()> {
        let missing: HashSet<OfferingId> = wanted
            .into_iter()
            .filter(|id| !self.0.contains_key(id))
            .collect();
        let missing: Vec<OfferingId> = missing.into_iter().collect();
        for offering in catalogue::known(conn, at, &missing).await? {
            self.0.insert(offering.id, offering);
        }
        Ok(())
    }
}

struct OneMember<'a> {
    scope: Scope,
    organisation: Organisation,
    period: Period,
    prices: &'a [UsagePrice],
    offerings: &'a mut Offerings,
    gathered: &'a mut Gathered,
}

impl OneMember<'_> {
    fn whose(&self) -> Whose {
        Whose {
            organisation_key: sort_key(&self.organisation.name),
            organisation: self.organisation.id,
            organisation_name: self.organisation.name.clone(),
            is_organisations: true,
            person_key: String::new(),
            person: None,
            person_name: None,
            subscription: None,
            number: None,
            reference: None,
        }
    }

    fn of_charged(&self, charged: &Charged) -> Whose {
        Whose {
            is_organisations: false,
            person_key: charged.person_key.clone(),
            person: Some(charged.person),
            person_name: Some(charged.person_name.clone()),
            subscription: Some(charged.interval.subscription),
            number: charged.number.clone(),
            reference: charged.reference.clone(),
            ..self.whose()
        }
    }

    async fn charged(&mut self, conn: &mut Conn, period: Period) -> Result<Vec<Charged>> {
        let (from, until) = (period.start(), period.end());
        let charged = subscriptions::charged(conn, &self.scope, from, until).await?;
        let offerings = charged.iter().map(|charged| charged.interval.offering);
        self.offerings.know(conn, from, offerings).await?;
        Ok(charged)
    }

    async fn recurring(&mut self, conn: &mut Conn) -> Result<Vec<Charged>> {
        let charged = self.charged(conn, self.period).await?;
        for charged in &charged {
            let interval = &charged.interval;
            let Some(offering) = self.offerings.0.get(&interval.offering) else {
                continue;
            };
            let recurring = Recurring {
                id: charged.id,
                whose: self.of_charged(charged),
                offering: offering.id,
                category: charges::category(offering.kind),
                name: offering.name.clone(),
                monthly: interval.monthly,
                from: interval.started_at.danish_day(),
                until: interval.ended_at.map(Instant::danish_day),
            };
            self.gathered.charges.recurring.push(recurring);
        }
        Ok(charged)
    }

    async fn once(&mut self, conn: &mut Conn) -> Result<()> {
        let (from, until) = (self.period.start(), self.period.end());
        let items = orders::charged_once(conn, &self.scope, from, until).await?;
        let offerings = items.iter().filter_map(|item| item.offering);
        self.offerings.know(conn, from, offerings).await?;
        for item in items {
            let offering = item.offering.and_then(|id| self.offerings.0.get(&id));
            let kind = offering.map(|offering| offering.kind);
            let once = Once {
                id: item.charge,
                offering: item.offering,
                category: kind.map_or(super::TariffCategory::Other, charges::category),
                name: charges::once_name(
                    kind,
                    offering.map(|offering| &offering.name),
                    item.action.as_str(),
                ),
                quantity: item.quantity,
                price: item.price,
                whose: self.of_item(item),
            };
            self.gathered.charges.once.push(once);
        }
        Ok(())
    }

    fn of_item(&self, item: ChargedOnce) -> Whose {
        Whose {
            is_organisations: item.person.is_none(),
            person_key: item.person_key.unwrap_or_default(),
            person: item.person,
            person_name: item.person_name,
            subscription: item.subscription,
            number: item.number,
            reference: item.reference,
            ..self.whose()
        }
    }

    async fn used(&mut self, conn: &mut Conn, charged: &[Charged], late: bool) -> Result<()> {
        let oldest = self.period.back(MONTHS_OF_USE);
        let mut months = vec![self.period];
        if late {
            let closed = store::member_periods(conn, &self.scope, oldest).await?;
            months.extend(closed.into_iter().filter(|month| *month < self.period));
        }
        let used = usage::months(conn, &self.scope, oldest, self.period).await?;
        if used.is_empty() {
            return Ok(());
        }
        let before = store::usage_before(conn, &self.scope, oldest, self.period).await?;
        for month in months {
            let changed: Vec<UsedInMonth> = used
                .iter()
                .filter(|used| used.period == month)
                .filter(|used| {
                    let key = (used.subscription, used.period, used.kind);
                    before
                        .get(&key)
                        .is_none_or(|(_, records)| *records != used.records)
                })
                .copied()
                .collect();
            if changed.is_empty() {
                continue;
            }
            let then;
            let charged = if month == self.period {
                charged
            } else {
                then = self.charged(conn, month).await?;
                &then
            };
            self.month(conn, month, charged, &changed, &before).await?;
        }
        Ok(())
    }

    async fn month(
        &mut self,
        conn: &mut Conn,
        month: Period,
        charged: &[Charged],
        changed: &[UsedInMonth],
        before: &HashMap<(SubscriptionId, Period, UsageKind), (Units, i64)>,
    ) -> Result<()> {
        let lines = self.lines(charged);
        let ids: HashSet<SubscriptionId> = changed.iter().map(|used| used.subscription).collect();
        let ids: Vec<SubscriptionId> = ids.into_iter().collect();
        let mut sums: HashMap<(SubscriptionId, UsageKind), Units> = HashMap::new();
        for outgoing in usage::outgoing(conn, &self.scope, month, &ids).await? {
            sums.entry((outgoing.subscription, outgoing.kind))
                .or_default()
                .set(outgoing.destination, outgoing.quantity);
        }
        for used in changed {
            // Who has no package in that month is charged by nothing but the use.
            let none = (Plan::of(&Attributes::default()), self.whose());
            let (plan, whose) = lines.get(&used.subscription).unwrap_or(&none);
            let so_far = before.get(&(used.subscription, month, used.kind));
            let sum = sums
                .get(&(used.subscription, used.kind))
                .copied()
                .unwrap_or_default();
            let units = rating::charged(plan, used.kind, &sum);
            self.gathered.kept.push(Kept {
                organisation: self.organisation.id,
                subscription: used.subscription,
                period: month,
                kind: used.kind,
                records: used.records,
                units,
                before: so_far.map(|(_, records)| *records),
            });
            let old = so_far.map(|(units, _)| *units).unwrap_or_default();
            for destination in Destination::ALL.iter().copied() {
                let quantity = units.of(destination) - old.of(destination);
                if quantity <= 0 {
                    continue;
                }
                match rating::price(self.prices, used.kind, destination, month) {
                    Some(price) => self.gathered.charges.used.push(Used {
                        whose: whose.clone(),
                        period: month,
                        kind: used.kind,
                        destination,
                        quantity,
                        price: price.price,
                        base: price.base,
                    }),
                    None => {
                        let key = (used.kind, destination);
                        *self.gathered.unpriced.entry(key).or_default() += quantity;
                    }
                }
            }
        }
        Ok(())
    }

    /// What each subscription allowed in a month: the package that it had last, with the add-ons that it had.
    fn lines(&self, charged: &[Charged]) -> HashMap<SubscriptionId, (Plan, Whose)> {
        let mut by_line: HashMap<SubscriptionId, Vec<&Charged>> = HashMap::new();
        for charged in charged {
            let line = by_line.entry(charged.interval.subscription).or_default();
            line.push(charged);
        }
        let attributes = |charged: &Charged| {
            let offering = self.offerings.0.get(&charged.interval.offering);
            offering.map(|offering| &offering.attributes)
        };
        by_line
            .into_iter()
            .filter_map(|(line, charged)| {
                let package = charged
                    .iter()
                    .filter(|charged| charged.interval.kind == IntervalKind::Package)
                    .max_by_key(|charged| (charged.interval.started_at, charged.id))?;
                let add_ons = charged
                    .iter()
                    .filter(|charged| charged.interval.kind == IntervalKind::AddOn)
                    .filter_map(|charged| attributes(charged));
                let allowed = rating::together(attributes(package)?, add_ons);
                Some((line, (Plan::of(&allowed), self.of_charged(package))))
            })
            .collect()
    }
}
