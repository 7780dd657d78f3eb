//! The measured world: one operator, its customers with their people, what the people have, and some orders. Organisations,
//! catalogue, people and roles are made by the domain's own verbs; what the people have is written in bulk, as the verbs
//! would leave it, because forty thousand orders carried out one by one would take longer than everything else.

use crate::people::{self, Memory};
use bench::catalogue;
use domain::{
    access::{
        self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Role, SystemScope,
        TenantId,
    },
    catalogue::OfferingId,
    directory::{KEEP_SUBSCRIPTION, KeepSubscription, SYNC_TENANT, SyncTenant},
    numbering::{self, NumberKind},
};
use platform::{
    Ids, Result,
    db::{Db, params, values},
    i18n::Language,
    jobs::Worker,
    time::SystemClock,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Grows when the world changes, so that one that was kept from an earlier version is not taken for it.
pub const VERSION: u32 = 1;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub people: usize,
    pub organisations: usize,
    pub largest: usize,
    pub smallest: usize,
    /// Usage records that are imported.
    pub usage: usize,
    /// Customers whose months are closed.
    pub payers: usize,
    /// Lines of the long invoice, at least.
    pub lines: usize,
}

impl Size {
    pub const FULL: Size = Size {
        people: 100_000,
        organisations: 200,
        largest: 10_000,
        smallest: 50,
        usage: 1_000_000,
        payers: 1_000,
        lines: 50_000,
    };
    /// To try the bench itself.
    pub const SMALL: Size = Size {
        people: 1_500,
        organisations: 6,
        largest: 600,
        smallest: 50,
        usage: 20_000,
        payers: 30,
        lines: 2_000,
    };

    /// People of each organisation: the largest first, the smallest second, the rest alike.
    pub fn shares(self) -> Vec<usize> {
        let others = self.organisations.saturating_sub(2).max(1);
        let rest = self.people.saturating_sub(self.largest + self.smallest);
        let mut shares = vec![self.largest, self.smallest];
        shares.extend((0..others).map(|place| rest / others + usize::from(place < rest % others)));
        shares
    }
}

/// The number of the largest organisation, and of the smallest.
pub const LARGEST: usize = 0;
pub const SMALLEST: usize = 1;

/// Free landline numbers of the largest organisation.
const FREE_NUMBERS: (&str, &str) = ("+4578000000", "+4578004999");
/// People whose subscriptions are written in one transaction.
const CHUNK: usize = 2_000;

pub fn customer_number(organisation: usize) -> String {
    format!("{}", 700_000 + organisation)
}

/// The administrator of an organisation: its first person.
pub fn administrator(organisation: usize) -> (TenantId, access::ObjectId, String, String) {
    let record = people::record(organisation, 0);
    (
        people::tenant(organisation),
        record.object,
        record.display_name,
        record.username,
    )
}

/// Builds the world in an empty database with its schema.
pub async fn build(db: &Db, size: Size) -> Result<()> {
    let system = access::for_system();
    let ids = Ids::new(Arc::new(SystemClock));
    let shares = size.shares();
    let (organisations, offerings) = onboard(db, &ids, system, &shares).await?;
    mirror(db, &ids, system, &shares).await?;
    let mut serial = Serial::default();
    for (number, organisation) in organisations.iter().enumerate() {
        equip(db, &ids, number, *organisation, &offerings, &mut serial).await?;
    }
    let mut tx = db.begin().await?;
    tx.execute("UPDATE order_numbers SET last = ?1", params![serial.orders])
        .await?;
    tx.commit().await
}

async fn onboard(
    db: &Db,
    ids: &Ids,
    system: SystemScope,
    shares: &[usize],
) -> Result<(Vec<OrganisationId>, Vec<(&'static str, OfferingId)>)> {
    let mut tx = db.begin().await?;
    let offerings = catalogue::add(&mut tx, ids, system).await?;
    let new = |kind, name: String, number: String, parent, tenant| NewOrganisation {
        kind,
        name,
        customer_number: number,
        parent,
        tenant,
        language: Language::En,
        number_type: NumberType::OperatorConnect,
    };
    let operator = new(
        OrganisationKind::Operator,
        "Nordtel A/S".to_owned(),
        "100000".to_owned(),
        None,
        None,
    );
    let operator = access::create_organisation(&mut tx, ids, system, &operator).await?;
    let mut organisations = Vec::with_capacity(shares.len());
    for number in 0..shares.len() {
        let customer = new(
            OrganisationKind::Customer,
            format!("Customer {number} A/S"),
            customer_number(number),
            Some(operator),
            Some(people::tenant(number)),
        );
        let id = access::create_organisation(&mut tx, ids, system, &customer).await?;
        let (tenant, object, name, username) = administrator(number);
        let role = Role::OrganisationAdministrator;
        access::grant_at_onboarding(
            &mut tx,
            ids,
            system,
            id,
            (tenant, object),
            (&name, &username),
            role,
        )
        .await?;
        organisations.push(id);
    }
    let (first, last) = FREE_NUMBERS;
    numbering::add_series(
        &mut tx,
        ids,
        system,
        organisations[LARGEST],
        NumberKind::Landline,
        first,
        last,
    )
    .await?;
    domain::directory::start(&mut tx, ids, system).await?;
    tx.commit().await?;
    Ok((organisations, offerings))
}

/// Takes the people over from directories in memory, as the service does from Graph.
async fn mirror(db: &Db, ids: &Ids, _: SystemScope, shares: &[usize]) -> Result<()> {
    let source = Arc::new(Memory::default());
    for (number, share) in shares.iter().enumerate() {
        source.put(people::tenant(number), people::pages(number, *share));
    }
    worker(db, ids, source).run_until_idle().await?;
    Ok(())
}

/// A worker that synchronises from `source` and does nothing else.
pub fn worker(db: &Db, ids: &Ids, source: Arc<Memory>) -> Worker {
    let sync = SyncTenant {
        db: db.clone(),
        ids: ids.clone(),
        source: source.clone(),
        interval: Duration::from_secs(7 * 24 * 3600),
    };
    let keep = KeepSubscription {
        db: db.clone(),
        ids: ids.clone(),
        source,
        notification_url: None,
        interval: Duration::from_secs(7 * 24 * 3600),
    };
    Worker::new(db.clone(), Arc::new(SystemClock))
        .with(SYNC_TENANT, Arc::new(sync))
        .with(KEEP_SUBSCRIPTION, Arc::new(keep))
}

/// What has been given out over all organisations.
#[derive(Default)]
struct Serial {
    landline: u64,
    mobile: u64,
    sims: u64,
    orders: i64,
}

/// Rows to be written, by table, in the order of their foreign keys.
#[derive(Default)]
struct Rows {
    numbers: Vec<Vec<platform::db::Value>>,
    sims: Vec<Vec<platform::db::Value>>,
    subscriptions: Vec<Vec<platform::db::Value>>,
    quotes: Vec<Vec<platform::db::Value>>,
    orders: Vec<Vec<platform::db::Value>>,
    items: Vec<Vec<platform::db::Value>>,
}

/// Gives six in ten people something: of twenty, eight have telephony and eight a mobile subscription, four of them both.
async fn equip(
    db: &Db,
    ids: &Ids,
    number: usize,
    organisation: OrganisationId,
    offerings: &[(&'static str, OfferingId)],
    serial: &mut Serial,
) -> Result<()> {
    let offering = |code: &str| {
        offerings
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, id)| *id)
            .ok_or_else(|| platform::Error::internal("an offering is missing"))
    };
    let (telephony, mobile) = (offering("teams-denmark")?, offering("mobile-m")?);
    let mut conn = db.read().await?;
    let (_, object, ..) = administrator(number);
    let orderer = access::principal(&mut conn, people::tenant(number), object)
        .await?
        .ok_or_else(|| platform::Error::internal("an administrator is missing"))?
        .id;
    let found = conn
        .all(
            "SELECT id FROM people WHERE home = ?1 ORDER BY name_key, id",
            params![people::tenant(number)],
        )
        .await?;
    drop(conn);
    let mut everybody = Vec::with_capacity(found.len());
    for row in &found {
        everybody.push(row.get::<Uuid>(0)?);
    }
    for (chunk_number, chunk) in everybody.chunks(CHUNK).enumerate() {
        let mut rows = Rows::default();
        for (offset, person) in chunk.iter().enumerate() {
            let place = chunk_number * CHUNK + offset;
            let residue = place % 20;
            if residue < 8 {
                rows.subscribe(
                    ids,
                    organisation,
                    *person,
                    telephony,
                    Product::Telephony,
                    serial,
                    None,
                );
                if place.is_multiple_of(10) {
                    rows.order(
                        ids,
                        organisation,
                        orderer.0,
                        *person,
                        telephony,
                        Product::Telephony,
                        serial,
                        None,
                    );
                }
            }
            if (4..12).contains(&residue) {
                // Of some the mobile subscription is still under way.
                if place % 200 == 11 {
                    let subscription = ids.uuid();
                    rows.subscribe(
                        ids,
                        organisation,
                        *person,
                        mobile,
                        Product::Mobile,
                        serial,
                        Some(subscription),
                    );
                    rows.order(
                        ids,
                        organisation,
                        orderer.0,
                        *person,
                        mobile,
                        Product::Mobile,
                        serial,
                        Some(subscription),
                    );
                } else {
                    rows.subscribe(
                        ids,
                        organisation,
                        *person,
                        mobile,
                        Product::Mobile,
                        serial,
                        None,
                    );
                }
            }
        }
        rows.write(db).await?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Product {
    Telephony,
    Mobile,
}

impl Product {
    /// Kind of subscription, kind of number, action, price a month.
    fn words(self) -> (&'static str, &'static str, &'static str, i64) {
        match self {
            Product::Telephony => ("telephony", "landline", "activateTelephony", 4_900),
            Product::Mobile => ("mobile", "mobile", "createMobile", 12_900),
        }
    }
}

impl Rows {
    /// `ordered`: the id, when the subscription is still being set up.
    #[expect(clippy::too_many_arguments, reason = "a row of a table of facts")]
    fn subscribe(
        &mut self,
        ids: &Ids,
        organisation: OrganisationId,
        person: Uuid,
        offering: OfferingId,
        product: Product,
        serial: &mut Serial,
        ordered: Option<Uuid>,
    ) {
        let now = ids.now();
        let (kind, number_kind, _, monthly) = product.words();
        let subscription = ordered.unwrap_or_else(|| ids.uuid());
        let held = if ordered.is_some() {
            "reserved"
        } else {
            "active"
        };
        let (number_id, number) = (ids.uuid(), serial.number(product));
        self.numbers.push(values![
            number_id,
            number,
            number_kind,
            organisation,
            held,
            subscription,
            now
        ]);
        let sim = (product == Product::Mobile).then(|| {
            let sim = ids.uuid();
            serial.sims += 1;
            let body = format!("894501{:012}", 500_000_000 + serial.sims);
            let iccid = format!("{body}{}", domain::sims::rules::check_digit(&body));
            self.sims
                .push(values![sim, organisation, iccid, held, subscription, now]);
            sim
        });
        let (state, started) = if ordered.is_some() {
            ("ordered", None)
        } else {
            ("active", Some(now))
        };
        self.subscriptions.push(values![
            subscription,
            organisation,
            person,
            kind,
            offering,
            number_id,
            sim,
            state,
            monthly,
            now,
            started
        ]);
    }

    /// `open`: the subscription, when the order is still under way.
    #[expect(clippy::too_many_arguments, reason = "a row of a table of facts")]
    fn order(
        &mut self,
        ids: &Ids,
        organisation: OrganisationId,
        orderer: Uuid,
        person: Uuid,
        offering: OfferingId,
        product: Product,
        serial: &mut Serial,
        open: Option<Uuid>,
    ) {
        let now = ids.now();
        let (_, _, action, monthly) = product.words();
        let (quote, order) = (ids.uuid(), ids.uuid());
        serial.orders += 1;
        let (state, item_state, executed) = match open {
            Some(_) => ("inProgress", "inProgress", None),
            None => ("completed", "completed", Some(now)),
        };
        self.quotes.push(values![quote, organisation, orderer, now]);
        self.orders.push(values![
            order,
            organisation,
            serial.orders,
            quote,
            state,
            orderer,
            now,
            executed,
            monthly
        ]);
        self.items.push(values![
            ids.uuid(),
            organisation,
            order,
            action,
            item_state,
            person,
            offering,
            open,
            monthly
        ]);
    }

    async fn write(self, db: &Db) -> Result<()> {
        let mut tx = db.begin().await?;
        for (sql, rows) in [
            (
                "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
                &self.numbers,
            ),
            (
                "INSERT INTO sims (id, organisation, iccid, kind, state, holder, changed_at)
                 VALUES (?1, ?2, ?3, 'physical', ?4, ?5, ?6)",
                &self.sims,
            ),
            (
                "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, sim, state, monthly, ordered_at,
                   started_at, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1)",
                &self.subscriptions,
            ),
            (
                "INSERT INTO quotes (id, organisation, principal, request, answer, created_at, expires_at)
                 VALUES (?1, ?2, ?3, '{}', '{}', ?4, ?4)",
                &self.quotes,
            ),
            (
                "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, executed_at, one_time,
                   monthly, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 1)",
                &self.orders,
            ),
            (
                "INSERT INTO order_items (id, organisation, order_id, position, action, state, person, offering, subscription,
                   one_time, monthly)
                 VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, 0, ?9)",
                &self.items,
            ),
        ] {
            if !rows.is_empty() {
                tx.execute_many(sql, rows).await?;
            }
        }
        tx.commit().await
    }
}

impl Serial {
    fn number(&mut self, product: Product) -> String {
        match product {
            Product::Telephony => {
                self.landline += 1;
                format!("+457{:07}", 1_000_000 + self.landline)
            }
            Product::Mobile => {
                self.mobile += 1;
                format!("+452{:07}", 1_000_000 + self.mobile)
            }
        }
    }
}
