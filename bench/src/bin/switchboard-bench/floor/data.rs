//! The two drivers by hand: a pool of prepared connections, rows read straight into structs.

use crate::cluster;
use rusqlite::types::{FromSql as FromSqlite, FromSqlResult, ToSqlOutput, ValueRef};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio_postgres::types::{FromSql as FromPostgres, IsNull, ToSql, Type, private::BytesMut};
use uuid::Uuid;

const CONNECTIONS: usize = 8;

/// A UUID as both drivers have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Id(pub Uuid);

impl FromSqlite for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(|bytes| Id(Uuid::from_bytes(bytes)))
    }
}

impl rusqlite::ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
    }
}

impl<'a> FromPostgres<'a> for Id {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Uuid::from_sql(ty, raw).map(Id)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }
}

impl ToSql for Id {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.0.to_sql(ty, out)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::UUID
    }

    tokio_postgres::types::to_sql_checked!();
}

/// What both drivers take.
pub trait Param: rusqlite::ToSql + ToSql + Sync {}

impl<T: rusqlite::ToSql + ToSql + Sync> Param for T {}

/// A row of either driver.
pub trait Columns {
    fn column<T: FromSqlite + for<'a> FromPostgres<'a>>(&self, index: usize) -> Result<T, String>;
}

impl Columns for rusqlite::Row<'_> {
    fn column<T: FromSqlite + for<'a> FromPostgres<'a>>(&self, index: usize) -> Result<T, String> {
        self.get(index).map_err(|error| error.to_string())
    }
}

impl Columns for tokio_postgres::Row {
    fn column<T: FromSqlite + for<'a> FromPostgres<'a>>(&self, index: usize) -> Result<T, String> {
        self.try_get(index).map_err(|error| error.to_string())
    }
}

pub trait FromRow: Sized {
    fn from_row(row: &impl Columns) -> Result<Self, String>;
}

/// Nothing is read of the row.
impl FromRow for () {
    fn from_row(_: &impl Columns) -> Result<Self, String> {
        Ok(())
    }
}

impl FromRow for i64 {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        row.column(0)
    }
}

struct Client {
    client: tokio_postgres::Client,
    /// By the text's address: every text is a constant or made once.
    prepared: HashMap<usize, tokio_postgres::Statement>,
}

enum Any {
    Sqlite(rusqlite::Connection),
    Postgres(Client),
}

pub struct Data {
    connections: Arc<Mutex<Vec<Any>>>,
    permits: Arc<Semaphore>,
    /// SQLite's only writer.
    writer: Option<Arc<AsyncMutex<Option<Any>>>>,
}

impl Data {
    pub async fn connect(url: &str) -> Result<Data, String> {
        let mut connections = Vec::new();
        let mut writer = None;
        for _ in 0..CONNECTIONS {
            connections.push(match url.strip_prefix("sqlite:") {
                Some(path) => Any::Sqlite(open(path)?),
                None => Any::Postgres(Client {
                    client: cluster::connect(&format!(
                        "{url}?options=-c%20plan_cache_mode%3Dforce_custom_plan"
                    ))
                    .await?,
                    prepared: HashMap::new(),
                }),
            });
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            writer = Some(Arc::new(AsyncMutex::new(Some(Any::Sqlite(open(path)?)))));
        }
        Ok(Data {
            connections: Arc::new(Mutex::new(connections)),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            writer,
        })
    }

    pub async fn reader(&self) -> Result<Conn, String> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|error| error.to_string())?;
        let any = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        Ok(Conn {
            any,
            home: Home::Pool(self.connections.clone(), permit),
            open: false,
        })
    }

    /// A connection within a transaction.
    pub async fn writer(&self) -> Result<Conn, String> {
        let mut conn = match &self.writer {
            None => self.reader().await?,
            Some(writer) => {
                let mut guard = writer.clone().lock_owned().await;
                Conn {
                    any: guard.take(),
                    home: Home::Writer(guard),
                    open: false,
                }
            }
        };
        match conn.any.as_mut().ok_or("a connection was lost")? {
            Any::Sqlite(connection) => connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(|error| error.to_string())?,
            Any::Postgres(client) => client
                .client
                .batch_execute("BEGIN")
                .await
                .map_err(|error| error.to_string())?,
        }
        conn.open = true;
        Ok(conn)
    }
}

fn open(path: &str) -> Result<rusqlite::Connection, String> {
    let connection = rusqlite::Connection::open(path).map_err(|error| error.to_string())?;
    connection.set_prepared_statement_cache_capacity(64);
    // As the server does; without it each LIKE is prepared anew.
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )
        .map_err(|error| error.to_string())?;
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -8000; PRAGMA busy_timeout = 5000;",
        )
        .map_err(|error| error.to_string())?;
    Ok(connection)
}

enum Home {
    Pool(
        Arc<Mutex<Vec<Any>>>,
        #[expect(dead_code, reason = "given back when dropped")] OwnedSemaphorePermit,
    ),
    Writer(OwnedMutexGuard<Option<Any>>),
}

pub struct Conn {
    any: Option<Any>,
    home: Home,
    /// A transaction has begun and was not committed.
    open: bool,
}

impl Conn {
    pub async fn rows<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[&(dyn Param + Sync)],
    ) -> Result<Vec<T>, String> {
        match self.any.as_mut().ok_or("a connection was lost")? {
            Any::Sqlite(connection) => {
                let text: std::borrow::Cow<'_, str> = if sql.contains(" FOR UPDATE") {
                    sql.replace(" FOR UPDATE SKIP LOCKED", "")
                        .replace(" FOR UPDATE", "")
                        .into()
                } else {
                    sql.into()
                };
                let mut statement = connection
                    .prepare_cached(&text)
                    .map_err(|error| error.to_string())?;
                let params = rusqlite::params_from_iter(
                    params.iter().map(|param| *param as &dyn rusqlite::ToSql),
                );
                let mut rows = statement.query(params).map_err(|error| error.to_string())?;
                let mut found = Vec::new();
                while let Some(row) = rows.next().map_err(|error| error.to_string())? {
                    found.push(T::from_row(row)?);
                }
                Ok(found)
            }
            Any::Postgres(client) => {
                let statement = match client.prepared.get(&(sql.as_ptr() as usize)) {
                    Some(statement) => statement.clone(),
                    None => {
                        let text = sql.replace('?', "$");
                        let made = client
                            .client
                            .prepare(&text)
                            .await
                            .map_err(|error| format!("{text}: {error:?}"))?;
                        client.prepared.insert(sql.as_ptr() as usize, made.clone());
                        made
                    }
                };
                let params: Vec<&(dyn ToSql + Sync)> = params
                    .iter()
                    .map(|param| *param as &(dyn ToSql + Sync))
                    .collect();
                let rows = client
                    .client
                    .query(&statement, &params)
                    .await
                    .map_err(|error| format!("{sql}: {error:?}"))?;
                rows.iter().map(T::from_row).collect()
            }
        }
    }

    pub async fn one<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[&(dyn Param + Sync)],
    ) -> Result<T, String> {
        let rows = self.rows(sql, params).await?;
        rows.into_iter()
            .next()
            .ok_or_else(|| format!("no row: {sql}"))
    }

    pub async fn execute(
        &mut self,
        sql: &'static str,
        params: &[&(dyn Param + Sync)],
    ) -> Result<(), String> {
        self.rows::<()>(sql, params).await.map(|_| ())
    }

    pub async fn commit(&mut self) -> Result<(), String> {
        match self.any.as_mut().ok_or("a connection was lost")? {
            Any::Sqlite(connection) => connection
                .execute_batch("COMMIT")
                .map_err(|error| error.to_string())?,
            Any::Postgres(client) => client
                .client
                .batch_execute("COMMIT")
                .await
                .map_err(|error| error.to_string())?,
        }
        self.open = false;
        Ok(())
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        let Some(any) = self.any.take() else { return };
        if self.open
            && let Any::Sqlite(connection) = &any
        {
            // Nothing to be done about a failure to roll back; the next BEGIN tells.
            connection.execute_batch("ROLLBACK").ok();
        }
        match &mut self.home {
            Home::Pool(pool, _) if !(self.open && matches!(any, Any::Postgres(_))) => {
                pool.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(any);
            }
            Home::Pool(..) => {}
            Home::Writer(guard) => **guard = Some(any),
        }
    }
}
