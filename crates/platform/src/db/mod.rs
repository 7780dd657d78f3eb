//! The database seam: one SQL text for SQLite and PostgreSQL.
//!
//! What differs between the engines is decided here and nowhere else. SQL is written once, with `?1`, `?2` …; columns are
//! BIGINT, TEXT, UUID, BYTEA and BOOLEAN; instants and money are BIGINT.
//!
//! ```ignore
//! let mut conn = db.read().await?;                       // committed data
//! let rows = conn.all("SELECT name FROM t WHERE id = ?1", params![id]).await?;
//!
//! let mut tx = db.begin().await?;                        // rolls back unless committed
//! tx.execute("UPDATE t SET name = ?2 WHERE id = ?1", params![id, name]).await?;
//! tx.commit().await?;                                    // durable when this returns
//! ```
//!
//! A transaction has five seconds: on SQLite it holds the only writer, so nothing outside may be called within it.

mod insert;
mod migrate;
mod postgres;
mod several;
mod sqlite;
mod value;

pub use migrate::{Migration, migrations};
pub use value::{FromValue, Row, Value};

use crate::{Error, Result};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long a transaction may last.
pub const TRANSACTION_CAP: Duration = Duration::from_secs(5);

/// Where the data is. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    committed: Arc<tokio::sync::Notify>,
    commits: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Which engine answers: for start-up messages and metrics, never for a branch in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineName {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct DbOptions {
    /// `sqlite:path/to/file` or `postgres://user:password@host,host/database?sslmode=require`.
    pub url: String,
    /// Readers on SQLite, connections on PostgreSQL.
    pub max_connections: usize,
    pub statement_timeout: Duration,
}

impl DbOptions {
    pub fn new(url: impl Into<String>) -> Self {
        DbOptions {
            url: url.into(),
            max_connections: 8,
            statement_timeout: Duration::from_secs(10),
        }
    }
}

impl Db {
    /// Opens the database and makes sure that what it says is committed survives a power cut; refuses otherwise.
    pub async fn connect(options: &DbOptions) -> Result<Db> {
        let engine = if let Some(path) = options.url.strip_prefix("sqlite:") {
            Engine::Sqlite(sqlite::Sqlite::open(path, options)?)
        } else if options.url.starts_with("postgres://") || options.url.starts_with("postgresql://")
        {
            Engine::Postgres(postgres::Postgres::connect(options).await?)
        } else {
            return Err(Error::internal(
                "database.url must begin with `sqlite:` or `postgres://`",
            ));
        };
        Ok(Db {
            engine,
            committed: Arc::default(),
            commits: Arc::default(),
        })
    }

    pub fn engine(&self) -> EngineName {
        match &self.engine {
            Engine::Sqlite(_) => EngineName::Sqlite,
            Engine::Postgres(_) => EngineName::Postgres,
        }
    }

    /// A connection for reading what is committed. Give it back (drop it) before waiting for anything else.
    pub async fn read(&self) -> Result<Conn> {
        let inner = match &self.engine {
            Engine::Sqlite(sqlite) => Inner::SqliteRead(sqlite.reader().await?),
            Engine::Postgres(postgres) => Inner::Postgres(postgres.client().await?),
        };
        Ok(Conn {
            inner,
            failed: false,
        })
    }

    /// A connection of which every statement sees the data as they were when the first one was run, however much is committed
    /// meanwhile. It holds nobody up. For reading all of a database, which may take its time.
    pub async fn snapshot(&self) -> Result<Conn> {
        let inner = match &self.engine {
            Engine::Sqlite(sqlite) => Inner::SqliteRead(sqlite.reader().await?.snapshot()?),
            Engine::Postgres(postgres) => Inner::PostgresTx(postgres.snapshot().await?),
        };
        Ok(Conn {
            inner,
            failed: false,
        })
    }

    /// A transaction. On SQLite it is the only one that writes until it ends; on PostgreSQL it reads committed data, and
    /// conditional updates and unique indexes decide races.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.engine {
            Engine::Sqlite(sqlite) => Inner::SqliteWrite(sqlite.begin().await?),
            Engine::Postgres(postgres) => Inner::PostgresTx(postgres.begin().await?),
        };
        Ok(Tx {
            conn: Conn {
                inner,
                failed: false,
            },
            committed: self.committed.clone(),
            commits: self.commits.clone(),
        })
    }

    /// Wakes when something was committed in this process. For those who poll tables; a hint, never a promise.
    pub fn committed(&self) -> Arc<tokio::sync::Notify> {
        self.committed.clone()
    }

    /// Commits by this process so far.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Brings the schema up to date; refuses a database that is newer than this program or whose history differs.
    pub async fn migrate(&self, migrations: &[Migration]) -> Result<usize> {
        migrate::run(self, migrations).await
    }

    /// Reachable, and every migration done.
    pub async fn ready(&self, migrations: &[Migration]) -> Result<()> {
        migrate::check(self, migrations).await
    }

    /// A consistent copy of a SQLite database, made while it is in use. PostgreSQL has its own tools.
    pub async fn backup_to(&self, path: &std::path::Path) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.backup_to(path).await,
            Engine::Postgres(_) => Err(Error::internal(
                "back up PostgreSQL with pg_dump or pg_basebackup",
            )),
        }
    }

    /// Runs one statement outside any transaction, for what PostgreSQL refuses inside one (CREATE DATABASE).
    pub(crate) async fn command(&self, sql: &str) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(_) => Err(Error::internal(
                "SQLite has no commands outside transactions",
            )),
            Engine::Postgres(postgres) => postgres.client().await?.command(sql).await,
        }
    }

    /// Closes idle connections; whoever holds one keeps it.
    pub fn close(&self) {
        if let Engine::Postgres(postgres) = &self.engine {
            postgres.close();
        }
    }

    /// Checks that `sql` means something to this engine, without running it.
    pub async fn prepare(&self, sql: &str) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.reader().await?.prepare(sql),
            Engine::Postgres(postgres) => postgres.client().await?.prepare(sql).await,
        }
    }
}

/// Where many rows go at once: see [`Conn::insert_new`].
#[derive(Clone, Copy, Debug)]
pub struct NewRows {
    pub table: &'static str,
    /// In the order of each row's values.
    pub columns: &'static [&'static str],
    /// Of a unique index: what makes a row the same.
    pub key: &'static [&'static str],
}

/// Something to ask: a reader or the inside of a transaction.
pub struct Conn {
    inner: Inner,
    /// A statement has failed. PostgreSQL lets such a transaction only end; so that both engines agree, so does SQLite.
    failed: bool,
}

enum Inner {
    SqliteRead(sqlite::Reader),
    SqliteWrite(sqlite::Writer),
    Postgres(postgres::Client),
    PostgresTx(postgres::Transaction),
}

impl Conn {
    /// All rows.
    pub async fn all(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        self.keepable(params)?;
        let outcome = match &mut self.inner {
            Inner::SqliteRead(reader) => reader.all(sql, params),
            Inner::SqliteWrite(writer) => writer.all(sql, params),
            Inner::Postgres(client) => client.all(sql, params).await,
            Inner::PostgresTx(tx) => tx.all(sql, params).await,
        };
        self.noted(outcome)
    }

    /// The first row, if there is one.
    pub async fn optional(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.all(sql, params).await?.into_iter().next())
    }

    /// The one row; 404 when there is none.
    pub async fn one(&mut self, sql: &str, params: &[Value]) -> Result<Row> {
        self.optional(sql, params)
            .await?
            .ok_or_else(Error::not_found)
    }

    /// Runs a change and says how many rows it touched. In a reader it is refused.
    pub async fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.keepable(params)?;
        let outcome = match &mut self.inner {
            Inner::SqliteRead(_) | Inner::Postgres(_) => Err(outside_transaction()),
            Inner::SqliteWrite(writer) => writer.execute(sql, params),
            Inner::PostgresTx(tx) => tx.execute(sql, params).await,
        };
        self.noted(outcome)
    }

    /// Runs the same change for each set of parameters, without waiting for each answer where the engine can.
    pub async fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        for row in rows {
            self.keepable(row)?;
        }
        let outcome = match &mut self.inner {
            Inner::SqliteRead(_) | Inner::Postgres(_) => Err(outside_transaction()),
            Inner::SqliteWrite(writer) => writer.execute_many(sql, rows),
            Inner::PostgresTx(tx) => tx.execute_many(sql, rows).await,
        };
        self.noted(outcome)
    }

    /// Runs the same `INSERT … VALUES (…) … RETURNING …` for each set of parameters, as one statement where the engine can, and
    /// answers the rows that come back, as a rule in their order. No two of `rows` may meet in an ON CONFLICT.
    pub async fn all_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        for row in rows {
            self.keepable(row)?;
        }
        let outcome = match &mut self.inner {
            Inner::SqliteRead(_) | Inner::Postgres(_) => Err(outside_transaction()),
            Inner::SqliteWrite(writer) => writer.all_many(sql, rows).await,
            Inner::PostgresTx(tx) => tx.all_many(sql, rows).await,
        };
        self.noted(outcome)
    }

    /// Writes those rows that are not there yet, by the quickest way that the engine has, and says of each whether it is new.
    /// No two of `rows` may have the same key. A row that is there already stays as it is.
    pub async fn insert_new(&mut self, target: &NewRows, rows: &[Vec<Value>]) -> Result<Vec<bool>> {
        for row in rows {
            self.keepable(row)?;
        }
        let outcome = match &mut self.inner {
            Inner::SqliteRead(_) | Inner::Postgres(_) => Err(outside_transaction()),
            Inner::SqliteWrite(writer) => writer.insert_new(target, rows).await,
            Inner::PostgresTx(tx) => tx.insert_new(target, rows).await,
        };
        self.noted(outcome)
    }

    /// What the engine itself finds wrong with its data, a line each: damaged pages, references to what is not there, checks that
    /// are not in force.
    pub async fn damage(&mut self) -> Result<Vec<String>> {
        let looks: &[&str] = match &self.inner {
            Inner::SqliteRead(_) | Inner::SqliteWrite(_) => sqlite::DAMAGE,
            Inner::Postgres(_) | Inner::PostgresTx(_) => postgres::DAMAGE,
        };
        let mut found = Vec::new();
        for sql in looks {
            for row in self.all(sql, &[]).await? {
                found.push(row.get(0)?);
            }
        }
        Ok(found)
    }

    /// Several statements without parameters, for migrations.
    async fn script(&mut self, sql: &str) -> Result<()> {
        let outcome = match &mut self.inner {
            Inner::SqliteRead(_) | Inner::Postgres(_) => Err(outside_transaction()),
            Inner::SqliteWrite(writer) => writer.script(sql),
            Inner::PostgresTx(tx) => tx.script(sql).await,
        };
        self.noted(outcome)
    }

    /// One engine cannot hold U+0000 in a text; so that both agree, the other does not either. It comes from outside only.
    fn keepable(&mut self, params: &[Value]) -> Result<()> {
        let outcome = if params
            .iter()
            .any(|value| matches!(value, Value::Text(text) if text.contains('\0')))
        {
            Err(Error::malformed(
                "A text of the request has the character U+0000 in it. Send it without.",
            ))
        } else {
            Ok(())
        };
        self.noted(outcome)
    }

    fn noted<T>(&mut self, outcome: Result<T>) -> Result<T> {
        self.failed |= outcome.is_err();
        outcome
    }
}

fn outside_transaction() -> Error {
    Error::internal("a change was tried outside a transaction")
}

/// A transaction: a [`Conn`] that may change things. Dropped without [`Tx::commit`], it has changed nothing.
pub struct Tx {
    conn: Conn,
    committed: Arc<tokio::sync::Notify>,
    commits: Arc<AtomicU64>,
}

impl Tx {
    /// Durable when this returns. After an error the outcome is unknown only if the machine died meanwhile.
    pub async fn commit(self) -> Result<()> {
        if self.conn.failed {
            return Err(Error::internal(
                "a transaction was committed after one of its statements had failed",
            ));
        }
        match self.conn.inner {
            Inner::SqliteWrite(writer) => writer.commit().await?,
            Inner::PostgresTx(tx) => tx.commit().await?,
            Inner::SqliteRead(_) | Inner::Postgres(_) => {}
        }
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.committed.notify_waiters();
        Ok(())
    }
}

impl std::ops::Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

/// `params![id, name, None::<i64>]`: the parameters of a statement.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::db::Value::from($value)),*][..]
    };
}

/// `values![..]`: the same as an owned row, for [`Conn::execute_many`].
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::db::Value::from($value)),*]
    };
}

pub use crate::{params, values};

#[cfg(test)]
mod tests;
