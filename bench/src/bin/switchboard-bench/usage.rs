//! Importing usage records against the engine's own bulk load of the same rows into the same table: COPY on PostgreSQL, one
//! transaction with a prepared statement on SQLite. Each runs in a process of its own on a new database; the import reads a
//! file, takes it apart, tells what is new, keeps the totals and looks at limits; the load has its rows ready in memory.

use crate::{cluster, store::open, sync::told};
use domain::{
    access::{self, NewOrganisation, NumberType, OrganisationId, OrganisationKind, Scope},
    usage::{self, Begin, ImportOrigin, ports::Source},
};
use futures::SinkExt;
use platform::{
    Ids, Instant, Result,
    db::{Db, params, values},
    i18n::Language,
    time::SystemClock,
};
use std::{
    fmt::Write as _,
    fs::File,
    io::{BufWriter, Read, Write as _},
    path::{Path, PathBuf},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use uuid::Uuid;

/// Mobile subscriptions among which the records are dealt out.
const SUBSCRIPTIONS: usize = 10_000;

/// What came out of one way.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub struct Speed {
    pub per_second: f64,
    /// Kilobytes resident after a fifth of the records, at the end, and at the highest.
    pub early: u64,
    pub end: u64,
    pub highest: u64,
}

/// Runs in the child: `import` or `load`, the database's URL, how many records, the file of them.
pub async fn run(words: &[String]) -> std::result::Result<Speed, String> {
    let [way, url, records, file] = words else {
        return Err("usage takes a way, a database, a number of records and a file".to_owned());
    };
    let records: usize = records
        .parse()
        .map_err(|_| format!("{records} is no number"))?;
    let db = open(url).await?;
    let ids = Ids::new(Arc::new(SystemClock));
    let world = World::build(&db, &ids).await.map_err(told)?;
    match way.as_str() {
        "import" => import(&db, &ids, &world, records, Path::new(file)).await,
        _ => load(&world, url, records).await,
    }
}

struct World {
    scope: Scope,
    customer: OrganisationId,
    subscriptions: Vec<Uuid>,
}

fn number(subscription: usize) -> String {
    format!("+4542{subscription:06}")
}

impl World {
    async fn build(db: &Db, ids: &Ids) -> Result<World> {
        let system = access::for_system();
        let mut tx = db.begin().await?;
        let offerings = bench::catalogue::add(&mut tx, ids, system).await?;
        let offering = offerings
            .iter()
            .find(|(code, _)| *code == "mobile-l")
            .map(|(_, id)| *id)
            .ok_or_else(|| platform::Error::internal("an offering is missing"))?;
        let new = |kind, number: &str, parent| NewOrganisation {
            kind,
            name: format!("Organisation {number}"),
            customer_number: number.to_owned(),
            parent,
            tenant: None,
            language: Language::En,
            number_type: NumberType::OperatorConnect,
        };
        let operator = new(OrganisationKind::Operator, "1", None);
        let operator = access::create_organisation(&mut tx, ids, system, &operator).await?;
        let customer = new(OrganisationKind::Customer, "2", Some(operator));
        let customer = access::create_organisation(&mut tx, ids, system, &customer).await?;
        tx.commit().await?;
        let mut subscriptions = Vec::with_capacity(SUBSCRIPTIONS);
        for chunk in 0..SUBSCRIPTIONS.div_ceil(2_000) {
            let (mut people, mut numbers, mut made, mut held) = (vec![], vec![], vec![], vec![]);
            for index in chunk * 2_000..((chunk + 1) * 2_000).min(SUBSCRIPTIONS) {
                let (id, person, own) = (ids.uuid(), ids.uuid(), ids.uuid());
                subscriptions.push(id);
                people.push(values![person, customer]);
                numbers.push(values![own, number(index), customer, id]);
                made.push(values![id, customer, person, offering, own]);
                held.push(values![customer, id, number(index)]);
            }
            let mut tx = db.begin().await?;
            for (sql, rows) in [
                (
                    "INSERT INTO people (id, kind, home, state, listed, display_name, plans, skus, name_key, department_key,
                       haystack, fingerprint, round, created_at, updated_at, version)
                     VALUES (?1, 'local', ?2, 'active', TRUE, 'X', '', '', 'x', '', 'x', 0, 0, 0, 0, 1)",
                    people,
                ),
                (
                    "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
                     VALUES (?1, ?2, 'mobile', ?3, ?3, 'active', ?4, 0)",
                    numbers,
                ),
                (
                    "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, ordered_at,
                       started_at, version) VALUES (?1, ?2, ?3, 'mobile', ?4, ?5, 'active', 0, 0, 0, 1)",
                    made,
                ),
                (
                    "INSERT INTO subscription_numbers (organisation, subscription, number, from_at) VALUES (?1, ?2, ?3, 0)",
                    held,
                ),
            ] {
                tx.execute_many(sql, &rows).await?;
            }
            tx.commit().await?;
        }
        let mut conn = db.read().await?;
        Ok(World {
            scope: access::for_work(&mut conn, system, operator).await?,
            customer,
            subscriptions,
        })
    }
}

/// One record, the same for both ways.
struct Row {
    record: String,
    subscription: usize,
    kind: &'static str,
    destination: &'static str,
    quantity: i64,
    at: Instant,
}

/// Records of three weeks in the order in which they are written, which is nearly that in which they began.
fn row(index: usize, records: usize) -> Row {
    // Any mixing of bits that is the same in both processes.
    let mixed = (index as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(29)
        ^ index as u64;
    let start = start();
    let span = 21 * 24 * 3_600_000_000_u128;
    let offset = span * index as u128 / records as u128;
    let jitter = mixed % 3_600_000_000;
    let (kind, most) = match mixed % 10 {
        0..=5 => ("data", 80_000_000),
        6..=8 => ("voice", 900),
        _ => ("sms", 1),
    };
    Row {
        record: format!("2026-{index:09}"),
        subscription: (mixed >> 20) as usize % SUBSCRIPTIONS,
        kind,
        destination: if (mixed >> 8).is_multiple_of(16) {
            "eu"
        } else {
            "domestic"
        },
        quantity: 1 + ((mixed >> 12) % most) as i64,
        at: Instant(start.0 + offset as i64 + jitter as i64),
    }
}

/// Thirty days ago, at midnight in UTC, so that both processes say the same.
fn start() -> Instant {
    let day = 24 * 3_600_000_000;
    let now = platform::Clock::now(&SystemClock).0;
    Instant(now / day * day - 30 * day)
}

/// Writes the file that is imported, if it is not there.
pub fn write_file(folder: &Path, records: usize) -> std::result::Result<PathBuf, String> {
    let path = folder.join(format!("usage_{records}.csv"));
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
    writeln!(
        file,
        "source,record,number,kind,destination,quantity,startedAt"
    )
    .map_err(failed)?;
    let mut line = String::new();
    for index in 0..records {
        let row = row(index, records);
        line.clear();
        writeln!(
            line,
            "core-1,{},{},{},{},{},{}",
            row.record,
            number(row.subscription),
            row.kind,
            row.destination,
            row.quantity,
            row.at
        )
        .unwrap_or_default();
        file.write_all(line.as_bytes()).map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    Ok(path)
}

/// A file; notes how much memory there is when a fifth of it was read.
struct Reading {
    file: File,
    left: u64,
    early: Arc<AtomicU64>,
}

#[async_trait::async_trait]
impl Source for Reading {
    async fn read(&mut self, into: &mut Vec<u8>) -> Result<bool> {
        let read = (&self.file)
            .take(256 * 1024)
            .read_to_end(into)
            .map_err(|error| platform::Error::internal(error.to_string()))?;
        let before = self.left;
        self.left = before.saturating_sub(read as u64);
        if before > 0 && self.left == 0 {
            self.early.store(memory().0, Ordering::Relaxed);
        }
        Ok(read > 0)
    }
}

/// Resident memory of this process now and at its highest, in kilobytes.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    (field("VmRSS:"), field("VmHWM:"))
}

async fn import(
    db: &Db,
    ids: &Ids,
    world: &World,
    records: usize,
    path: &Path,
) -> std::result::Result<Speed, String> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let early = Arc::new(AtomicU64::new(0));
    let source = Reading {
        file,
        left: length / 5,
        early: early.clone(),
    };
    let portal = "https://portal.example/"
        .parse()
        .map_err(|error| format!("{error:?}"))?;
    let began = tokio::time::Instant::now();
    let mut tx = db.begin().await.map_err(told)?;
    let wanted = Begin {
        origin: ImportOrigin::Command,
        name: None,
        key: None,
        once: false,
        by: None,
    };
    let importing = usage::begin(&mut tx, ids, &world.scope, &wanted)
        .await
        .map_err(told)?;
    tx.commit().await.map_err(told)?;
    let source = Box::new(source);
    let done = usage::run(db, ids, &world.scope, &portal, importing, source)
        .await
        .map_err(told)?;
    let took = began.elapsed();
    if done.records != records as i64 || done.errors != 0 {
        return Err(format!("not everything was counted: {done:?}"));
    }
    let mut conn = db.read().await.map_err(told)?;
    let totals = conn
        .one(
            "SELECT CAST(COALESCE(SUM(records), 0) AS BIGINT) FROM usage_totals",
            params![],
        )
        .await
        .map_err(told)?;
    if totals.get::<i64>(0).map_err(told)? != records as i64 {
        return Err("the totals do not hold every record".to_owned());
    }
    let (end, highest) = memory();
    Ok(Speed {
        per_second: per_second(records, took),
        early: early.load(Ordering::Relaxed),
        end,
        highest,
    })
}

fn per_second(records: usize, took: Duration) -> f64 {
    records as f64 / took.as_secs_f64()
}

async fn load(world: &World, url: &str, records: usize) -> std::result::Result<Speed, String> {
    let rows: Vec<Row> = (0..records).map(|index| row(index, records)).collect();
    let took = match url.strip_prefix("sqlite:") {
        Some(path) => load_sqlite(world, path, &rows).map_err(|error| error.to_string())?,
        None => load_postgres(world, url, &rows).await?,
    };
    let (end, highest) = memory();
    Ok(Speed {
        per_second: per_second(records, took),
        early: 0,
        end,
        highest,
    })
}

fn load_sqlite(world: &World, path: &str, rows: &[Row]) -> rusqlite::Result<Duration> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000;",
    )?;
    let began = tokio::time::Instant::now();
    let tx = connection.transaction()?;
    {
        let mut statement = tx.prepare(
            "INSERT INTO usage_records (source, record, organisation, subscription, kind, direction, destination, quantity,
               duration, started_at, imported_at) VALUES ('core-1', ?1, ?2, ?3, ?4, 'outgoing', ?5, ?6, NULL, ?7, 0)",
        )?;
        for row in rows {
            statement.execute(rusqlite::params![
                row.record,
                world.customer.0.as_bytes(),
                world.subscriptions[row.subscription].as_bytes(),
                row.kind,
                row.destination,
                row.quantity,
                row.at.0,
            ])?;
        }
    }
    tx.commit()?;
    Ok(began.elapsed())
}

/// COPY of text that was made before.
async fn load_postgres(
    world: &World,
    url: &str,
    rows: &[Row],
) -> std::result::Result<Duration, String> {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    for some in rows.chunks(2_000) {
        let mut text = String::with_capacity(some.len() * 180);
        for row in some {
            writeln!(
                text,
                "core-1\t{}\t{}\t{}\t{}\toutgoing\t{}\t{}\t\\N\t{}\t0",
                row.record,
                world.customer,
                world.subscriptions[row.subscription],
                row.kind,
                row.destination,
                row.quantity,
                row.at.0
            )
            .unwrap_or_default();
        }
        pieces.push(text.into_bytes());
    }
    let client = cluster::connect(url).await?;
    let failed = |error: tokio_postgres::Error| error.to_string();
    let began = tokio::time::Instant::now();
    let sink = client
        .copy_in::<_, std::io::Cursor<Vec<u8>>>(
            "COPY usage_records (source, record, organisation, subscription, kind, direction, destination, quantity, duration,
               started_at, imported_at) FROM STDIN",
        )
        .await
        .map_err(failed)?;
    let mut sink = pin!(sink);
    for piece in pieces {
        sink.send(std::io::Cursor::new(piece))
            .await
            .map_err(failed)?;
    }
    let loaded = sink.as_mut().finish().await.map_err(failed)?;
    if loaded != rows.len() as u64 {
        return Err(format!("{loaded} rows were loaded"));
    }
    Ok(began.elapsed())
}
