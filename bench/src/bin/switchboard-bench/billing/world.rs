//! A thousand customers of a hundred people with a year behind them. Organisations and products are made by the domain's verbs;
//! what the people have and use is written in bulk, as the verbs and the import would leave it.

use crate::people;
use bench::catalogue;
use domain::{
    access::{
        self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Role, SystemScope,
    },
    billing::{self, UsagePrice},
    catalogue::OfferingId,
    usage::{Destination, UsageKind},
};
use platform::{
    Ids, Instant, Money, Period, Result,
    db::{Db, Tx, Value, values},
    fold::sort_key,
    i18n::Language,
    time::SystemClock,
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use uuid::Uuid;

/// Months in which something happens.
pub const MONTHS: usize = 12;
const PEOPLE: usize = 100;
/// Customers that are written in one transaction, which has five seconds.
const AT_ONCE: usize = 20;
const DAY: u64 = 24 * 3600;

/// Its number among the tenants: the operator has the one that no customer has.
const OPERATOR: usize = 1_000_000;

pub struct World {
    pub operator: OrganisationId,
    pub customers: Vec<OrganisationId>,
}

/// Whoever reads the operator's invoices.
pub fn reader() -> (access::TenantId, access::ObjectId, String, String) {
    let record = people::record(OPERATOR, 0);
    let tenant = people::tenant(OPERATOR);
    (tenant, record.object, record.display_name, record.username)
}

impl World {
    pub async fn build(db: &Db, customers: usize, first: Period) -> Result<World> {
        let ids = Ids::new(Arc::new(SystemClock));
        let system = access::for_system();
        let (world, offerings, principal) = onboard(db, &ids, system, customers, first).await?;
        let mut writing = Writing {
            ids: &ids,
            offerings: &offerings,
            principal,
            first,
            serial: 0,
            orders: 0,
            tables: Default::default(),
        };
        for some in world.customers.chunks(AT_ONCE) {
            for customer in some {
                writing.customer(*customer);
            }
            let mut tx = db.begin().await?;
            writing.write(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(world)
    }
}

type Offerings = HashMap<&'static str, OfferingId>;

async fn onboard(
    db: &Db,
    ids: &Ids,
    system: SystemScope,
    customers: usize,
    first: Period,
) -> Result<(World, Offerings, Uuid)> {
    let new = |kind, name: String, number: String, parent, tenant: usize| NewOrganisation {
        kind,
        name,
        customer_number: number,
        parent,
        tenant: Some(people::tenant(tenant)),
        language: Language::Da,
        number_type: NumberType::OperatorConnect,
    };
    let mut tx = db.begin().await?;
    let offerings = catalogue::add(&mut tx, ids, system)
        .await?
        .into_iter()
        .collect();
    let kind = OrganisationKind::Operator;
    let operator = new(
        kind,
        "Nordtel A/S".to_owned(),
        "100000".to_owned(),
        None,
        OPERATOR,
    );
    let operator = access::create_organisation(&mut tx, ids, system, &operator).await?;
    let (tenant, object, name, username) = reader();
    let (who, called) = ((tenant, object), (name.as_str(), username.as_str()));
    let role = Role::OperatorAdministrator;
    access::grant_at_onboarding(&mut tx, ids, system, operator, who, called, role).await?;
    let principal = access::principal(&mut tx, tenant, object)
        .await?
        .ok_or_else(|| platform::Error::internal("the operator's administrator is missing"))?;
    let prices = [
        (UsageKind::Data, Destination::Domestic, 2_900, 1_000),
        (UsageKind::Voice, Destination::World, 599, 1),
    ]
    .map(|(kind, destination, price, base)| UsagePrice {
        kind,
        destination,
        from: first,
        price: Money::dkk(price),
        base,
    });
    billing::add_usage_prices(&mut tx, system, &prices).await?;
    tx.commit().await?;
    let mut made = Vec::with_capacity(customers);
    let numbers: Vec<usize> = (0..customers).collect();
    for some in numbers.chunks(200) {
        let mut tx = db.begin().await?;
        for number in some {
            let kind = OrganisationKind::Customer;
            let name = format!("Customer {number} A/S");
            let customer_number = format!("{}", 700_000 + number);
            let customer = new(kind, name, customer_number, Some(operator), *number);
            made.push(access::create_organisation(&mut tx, ids, system, &customer).await?);
        }
        tx.commit().await?;
    }
    let world = World {
        operator,
        customers: made,
    };
    Ok((world, offerings, principal.id.0))
}

/// Where a row goes, in the order of the references.
#[derive(Clone, Copy)]
enum Table {
    People,
    Numbers,
    Subscriptions,
    SubscriptionNumbers,
    Intervals,
    Quotes,
    Orders,
    Items,
    Records,
    Totals,
}

const STATEMENTS: [&str; 10] = [
    "INSERT INTO people (id, kind, home, state, listed, display_name, plans, skus, name_key, department_key, haystack,
       fingerprint, round, created_at, updated_at, version)
     VALUES (?1, 'local', ?2, 'active', TRUE, ?3, '', '', ?4, '', ?4, 0, 0, 0, 0, 1)",
    "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
     VALUES (?1, ?2, ?3, ?4, ?4, 'active', ?5, 0)",
    "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, reference, ordered_at,
       started_at, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'active', ?7, ?8, 0, ?9, 1)",
    "INSERT INTO subscription_numbers (organisation, subscription, number, from_at) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    "INSERT INTO quotes (id, organisation, principal, request, answer, created_at, expires_at)
     VALUES (?1, ?2, ?3, '{}', '{}', 0, 0)",
    "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, executed_at, one_time, monthly,
       version) VALUES (?1, ?2, ?3, ?4, 'completed', ?5, 0, 0, 0, 0, 1)",
    "INSERT INTO order_items (id, organisation, order_id, position, action, state, person, offering, subscription, number,
       one_time, monthly, ended_at)
     VALUES (?1, ?2, ?3, ?4, 'createMobile', 'completed', ?5, ?6, ?7, ?8, 4900, 0, ?9)",
    "INSERT INTO usage_records (source, record, organisation, subscription, kind, direction, destination, quantity, started_at,
       imported_at) VALUES ('bench', ?1, ?2, ?3, ?4, 'outgoing', ?5, ?6, ?7, 0)",
    "INSERT INTO usage_totals (organisation, subscription, period, kind, counted, beyond, received, records)
     VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 1)",
];

/// Rows on their way.
struct Writing<'a> {
    ids: &'a Ids,
    offerings: &'a Offerings,
    principal: Uuid,
    first: Period,
    serial: u64,
    orders: i64,
    tables: [Vec<Vec<Value>>; STATEMENTS.len()],
}

/// Somebody's subscription.
struct Line {
    id: Uuid,
    person: Uuid,
    number: String,
    began: Instant,
}

impl Writing<'_> {
    fn put(&mut self, table: Table, row: Vec<Value>) {
        if let Some(rows) = self.tables.get_mut(table as usize) {
            rows.push(row);
        }
    }

    async fn write(&mut self, tx: &mut Tx) -> Result<()> {
        for (sql, rows) in STATEMENTS.iter().zip(&mut self.tables) {
            tx.execute_many(sql, rows).await?;
            rows.clear();
        }
        Ok(())
    }

    fn month(&self, months: usize) -> Period {
        (0..months).fold(self.first, |period, _| period.next())
    }

    /// Of twenty people eight have telephony and eight a mobile subscription, four of them both. A quarter of the mobiles began
    /// in the year, each with a set-up; one in five has an add-on, one in six changed its package; half of them are used so that
    /// it costs something in every other month.
    fn customer(&mut self, customer: OrganisationId) {
        self.orders += 1;
        let (quote, order) = (self.ids.uuid(), self.ids.uuid());
        self.put(Table::Quotes, values![quote, customer, self.principal]);
        let row = values![order, customer, self.orders, quote, self.principal];
        self.put(Table::Orders, row);
        let mut items = 0;
        for place in 0..PEOPLE {
            let person = self.ids.uuid();
            let (first, last) = people::names(place * 7);
            let name = format!("{first} {last}");
            let key = sort_key(&name);
            self.put(Table::People, values![person, customer, name, key]);
            if place % 20 < 8 {
                let began = self.first.back(6).start();
                let line = self.line(customer, person, "telephony", "teams-denmark", 4_900, began);
                self.interval(customer, &line, "teams-denmark", 4_900, (began, None));
            }
            if (4..12).contains(&(place % 20)) {
                self.mobile(customer, person, place, order, &mut items);
            }
        }
    }

    fn mobile(
        &mut self,
        customer: OrganisationId,
        person: Uuid,
        place: usize,
        order: Uuid,
        items: &mut i64,
    ) {
        let nth = place / 20 * 8 + place % 20 - 4;
        let is_new = nth.is_multiple_of(4);
        let began = match is_new {
            true => self
                .month(nth % MONTHS)
                .start()
                .plus(Duration::from_secs(DAY * (nth as u64 % 27))),
            false => self.first.back(6).start(),
        };
        let line = self.line(customer, person, "mobile", "mobile-m", 12_900, began);
        if is_new {
            let offering = self.offerings.get("mobile-m").copied();
            let (item, when) = (self.ids.uuid(), began);
            self.put(
                Table::Items,
                values![
                    item,
                    customer,
                    order,
                    *items,
                    line.person,
                    offering,
                    line.id,
                    &line.number,
                    when
                ],
            );
            *items += 1;
        }
        if nth % 6 == 1 {
            let changed = self.month(5).start().plus(Duration::from_secs(DAY * 11));
            let span = (began, Some(changed));
            self.interval(customer, &line, "mobile-s", 7_900, span);
            self.interval(customer, &line, "mobile-m", 12_900, (changed, None));
        } else {
            self.interval(customer, &line, "mobile-m", 12_900, (began, None));
        }
        if nth % 5 == 2 {
            self.interval(customer, &line, "data-5gb", 3_900, (began, None));
        }
        if nth % 2 == 1 {
            self.use_it(customer, &line, nth);
        }
    }

    fn line(
        &mut self,
        customer: OrganisationId,
        person: Uuid,
        kind: &'static str,
        offering: &str,
        monthly: i64,
        began: Instant,
    ) -> Line {
        let (id, held) = (self.ids.uuid(), self.ids.uuid());
        self.serial += 1;
        let (prefix, series) = match kind {
            "mobile" => ("+452", "mobile"),
            _ => ("+457", "landline"),
        };
        let number = format!("{prefix}{:07}", 1_000_000 + self.serial);
        self.put(Table::Numbers, values![held, &number, series, customer, id]);
        let offering = self.offerings.get(offering).copied();
        let reference = format!("Cost centre {}", 4_000 + self.serial % 40);
        self.put(
            Table::Subscriptions,
            values![
                id, customer, person, kind, offering, held, monthly, reference, began
            ],
        );
        self.put(
            Table::SubscriptionNumbers,
            values![customer, id, &number, began],
        );
        Line {
            id,
            person,
            number,
            began,
        }
    }

    fn interval(
        &mut self,
        customer: OrganisationId,
        line: &Line,
        code: &str,
        monthly: i64,
        (from, until): (Instant, Option<Instant>),
    ) {
        let kind = match code {
            "data-5gb" => "addOn",
            _ => "package",
        };
        let (id, offering) = (self.ids.uuid(), self.offerings.get(code).copied());
        self.put(
            Table::Intervals,
            values![id, customer, line.id, kind, offering, monthly, from, until],
        );
    }

    fn use_it(&mut self, customer: OrganisationId, line: &Line, nth: usize) {
        for month in 0..MONTHS {
            let period = self.month(month);
            let when = period.start().plus(Duration::from_secs(DAY * 20));
            if when <= line.began {
                continue;
            }
            let much = (nth + month).is_multiple_of(2);
            let data = if much {
                27_300_000_000
            } else {
                9_000_000_000_i64
            };
            self.used(customer, line, period, ("data", "domestic", data), when);
            if (nth + month) % 4 == 1 {
                let call = ("voice", "world", 480);
                self.used(customer, line, period, call, when);
            }
        }
    }

    fn used(
        &mut self,
        customer: OrganisationId,
        line: &Line,
        period: Period,
        (kind, destination, quantity): (&'static str, &'static str, i64),
        when: Instant,
    ) {
        self.serial += 1;
        let record = format!("{:012}", self.serial);
        self.put(
            Table::Records,
            values![record, customer, line.id, kind, destination, quantity, when],
        );
        self.put(
            Table::Totals,
            values![customer, line.id, period, kind, quantity],
        );
    }
}
