//! Synchronising a directory against a bulk upsert of the same rows, each in a process of its own so that its processor time
//! is its own. The synchronisation is the service's job over a directory in memory; the upsert is by hand, of rows that were
//! made before: one statement a row on SQLite, a hundred rows a statement on PostgreSQL, a transaction a page.

use crate::{
    cluster,
    floor::data::{Id, Param},
    people::{self, Memory, PAGE},
    process::Cpu,
    world,
};
use domain::{
    access::{self, NewOrganisation, NumberType, OrganisationKind},
    directory::{
        self,
        ports::Change,
        rules::{Entry, reconcile},
    },
};
use platform::{
    Clock, Error, Ids,
    db::{Db, DbOptions},
    i18n::Language,
    time::SystemClock,
};
use std::{collections::HashMap, sync::Arc};

/// Microseconds of processor time.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    /// Into an empty table.
    pub first: f64,
    /// The same people once more.
    pub again: f64,
}

const TENANT: usize = 0;

/// Runs in the child: `domain` or `hand`, the database's URL, how many people. The database is empty.
pub async fn run(words: &[String]) -> Result<Cost, String> {
    let [way, url, people] = words else {
        return Err("sync takes a way, a database and a number of people".to_owned());
    };
    let people: usize = people
        .parse()
        .map_err(|_| format!("{people} is no number"))?;
    let db = Db::connect(&DbOptions::new(url)).await.map_err(told)?;
    db.migrate(domain::migrations()).await.map_err(told)?;
    match way.as_str() {
        "domain" => by_domain(&db, people).await.map_err(told),
        _ => by_hand(url, people).await,
    }
}

pub fn told(error: Error) -> String {
    format!("{error} {}", error.context.as_deref().unwrap_or_default())
}

async fn by_domain(db: &Db, people: usize) -> platform::Result<Cost> {
    let system = access::for_system();
    let ids = Ids::new(Arc::new(SystemClock));
    let mut tx = db.begin().await?;
    let new = |kind, number: &str, parent, tenant| NewOrganisation {
        kind,
        name: format!("Organisation {number}"),
        customer_number: number.to_owned(),
        parent,
        tenant,
        language: Language::En,
        number_type: NumberType::OperatorConnect,
    };
    let operator = access::create_organisation(
        &mut tx,
        &ids,
        system,
        &new(OrganisationKind::Operator, "1", None, None),
    )
    .await?;
    let customer = new(
        OrganisationKind::Customer,
        "2",
        Some(operator),
        Some(people::tenant(TENANT)),
    );
    let customer = access::create_organisation(&mut tx, &ids, system, &customer).await?;
    directory::start(&mut tx, &ids, system).await?;
    tx.commit().await?;
    let source = Arc::new(Memory::default());
    let worker = world::worker(db, &ids, source.clone());

    source.put(people::tenant(TENANT), people::pages(TENANT, people));
    let before = Cpu::own();
    worker.run_until_idle().await?;
    let first = Cpu::own().since(&before);

    let mut tx = db.begin().await?;
    let scope = access::for_work(&mut tx, system, customer).await?;
    directory::request_sync(&mut tx, &ids, &scope).await?;
    tx.commit().await?;
    source.put(people::tenant(TENANT), people::pages(TENANT, people));
    let before = Cpu::own();
    worker.run_until_idle().await?;
    let again = Cpu::own().since(&before);

    let mut conn = db.read().await?;
    let mirror = directory::mirror(&mut conn, &scope).await?;
    if mirror.is_none_or(|mirror| mirror.total != people as i64) {
        return Err(Error::internal("the mirror does not have everybody"));
    }
    Ok(Cost { first, again })
}

async fn by_hand(url: &str, people: usize) -> Result<Cost, String> {
    let changes: Vec<_> = (0..people)
        .map(|person| Change::Present(Box::new(people::record(TENANT, person))))
        .collect();
    let ids = Ids::new(Arc::new(SystemClock));
    let rows: Vec<Row> = reconcile(changes, &HashMap::new())
        .arrived
        .into_iter()
        .map(|entry| Row {
            id: Id(ids.uuid()),
            home: Id(people::tenant(TENANT).0),
            object: Id(entry.object.0),
            state: entry.state.as_str(),
            now: SystemClock.now().0,
            round: 1,
            entry,
        })
        .collect();
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let mut connection =
                rusqlite::Connection::open(path).map_err(|error| error.to_string())?;
            connection
                .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000;")
                .map_err(|error| error.to_string())?;
            let mut once = || -> Result<f64, String> {
                let before = Cpu::own();
                upsert_sqlite(&mut connection, &rows).map_err(|error| error.to_string())?;
                Ok(Cpu::own().since(&before))
            };
            Ok(Cost {
                first: once()?,
                again: once()?,
            })
        }
        None => {
            let mut client = cluster::connect(url).await?;
            let mut costs = [0.0; 2];
            for cost in &mut costs {
                let before = Cpu::own();
                upsert_postgres(&mut client, &rows)
                    .await
                    .map_err(|error| error.to_string())?;
                *cost = Cpu::own().since(&before);
            }
            Ok(Cost {
                first: costs[0],
                again: costs[1],
            })
        }
    }
}

struct Row {
    id: Id,
    home: Id,
    object: Id,
    state: &'static str,
    now: i64,
    round: i64,
    entry: Entry,
}

const COLUMNS: [&str; 30] = [
    "id",
    "home",
    "object_id",
    "kind",
    "state",
    "listed",
    "display_name",
    "first_name",
    "last_name",
    "email",
    "username",
    "title",
    "department",
    "office_location",
    "mobile_phone",
    "usage_location",
    "preferred_language",
    "plans",
    "skus",
    "name_key",
    "department_key",
    "haystack",
    "first_name_key",
    "last_name_key",
    "email_key",
    "title_key",
    "fingerprint",
    "round",
    "created_at",
    "updated_at",
];

impl Row {
    fn params(&self) -> [&(dyn Param + Sync); COLUMNS.len()] {
        let entry = &self.entry;
        [
            &self.id,
            &self.home,
            &self.object,
            &"directory",
            &self.state,
            &entry.listed,
            &entry.display_name,
            &entry.first_name,
            &entry.last_name,
            &entry.email,
            &entry.username,
            &entry.title,
            &entry.department,
            &entry.office_location,
            &entry.mobile_phone,
            &entry.usage_location,
            &entry.preferred_language,
            &entry.plans,
            &entry.skus,
            &entry.keys.name,
            &entry.keys.department,
            &entry.keys.haystack,
            &entry.keys.first_name,
            &entry.keys.last_name,
            &entry.keys.email,
            &entry.keys.title,
            &entry.fingerprint,
            &self.round,
            &self.now,
            &self.now,
        ]
    }
}

/// One statement for `rows` rows; `sign` stands before the number of a parameter.
fn upsert(rows: usize, sign: char) -> String {
    let width = COLUMNS.len();
    let values: Vec<String> = (0..rows)
        .map(|row| {
            let places: Vec<String> = (1..=width)
                .map(|column| format!("{sign}{}", row * width + column))
                .collect();
            format!("({}, 1)", places.join(", "))
        })
        .collect();
    let kept = ["id", "home", "object_id", "kind", "created_at"];
    let set: Vec<String> = COLUMNS
        .iter()
        .filter(|column| !kept.contains(column))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    format!(
        "INSERT INTO people ({}, version) VALUES {} ON CONFLICT (home, object_id) DO UPDATE SET {}, version = people.version + 1",
        COLUMNS.join(", "),
        values.join(", "),
        set.join(", ")
    )
}

fn upsert_sqlite(connection: &mut rusqlite::Connection, rows: &[Row]) -> rusqlite::Result<()> {
    let sql = upsert(1, '?');
    for page in rows.chunks(PAGE) {
        let tx = connection.transaction()?;
        {
            let mut statement = tx.prepare_cached(&sql)?;
            for row in page {
                let params = row.params();
                statement.execute(rusqlite::params_from_iter(
                    params.iter().map(|param| *param as &dyn rusqlite::ToSql),
                ))?;
            }
        }
        tx.commit()?;
    }
    Ok(())
}

/// Rows of one statement: few enough for PostgreSQL's 65,535 parameters.
const TOGETHER: usize = 100;

async fn upsert_postgres(
    client: &mut tokio_postgres::Client,
    rows: &[Row],
) -> Result<(), tokio_postgres::Error> {
    let mut prepared: HashMap<usize, tokio_postgres::Statement> = HashMap::new();
    for page in rows.chunks(PAGE) {
        let tx = client.transaction().await?;
        for some in page.chunks(TOGETHER) {
            let statement = match prepared.get(&some.len()) {
                Some(statement) => statement.clone(),
                None => {
                    let made = tx.prepare(&upsert(some.len(), '$')).await?;
                    prepared.insert(some.len(), made.clone());
                    made
                }
            };
            let mut params: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
                Vec::with_capacity(some.len() * COLUMNS.len());
            for row in some {
                params.extend(
                    row.params()
                        .map(|param| param as &(dyn tokio_postgres::types::ToSql + Sync)),
                );
            }
            tx.execute(&statement, &params).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
