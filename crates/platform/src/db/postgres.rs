//! PostgreSQL: an exclusive connection per piece of work from a pool, statements prepared once per connection, TLS when the
//! address asks for it, several hosts for failover.

mod arrays;
mod bulk;

use super::{DbOptions, NewRows, Row, TRANSACTION_CAP, Value};
use crate::{Error, Kind, Result};
use arrays::Sent;
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime,
};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, LazyLock, RwLock},
    time::Duration,
};
use tokio_postgres::{
    NoTls,
    config::{SslMode, TargetSessionAttrs},
    error::SqlState,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
}

impl Postgres {
    pub async fn connect(options: &DbOptions) -> Result<Postgres> {
        let mut config: tokio_postgres::Config = options
            .url
            .parse()
            .map_err(|error| Error::internal(format!("database.url cannot be read: {error}")))?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.connect_timeout(Duration::from_secs(5));
        config.keepalives_idle(Duration::from_secs(30));
        config.application_name("switchboard");
        // Skewed organisations mislead the planner's generic plans.
        config.options(format!(
            "-c statement_timeout={} -c idle_in_transaction_session_timeout={} -c plan_cache_mode=force_custom_plan",
            options.statement_timeout.as_millis(),
            (TRANSACTION_CAP * 2).as_millis(),
        ));
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = if config.get_ssl_mode() == SslMode::Disable {
            Manager::from_config(config, NoTls, manager_config)
        } else {
            Manager::from_config(config, tls()?, manager_config)
        };
        let pool = Pool::builder(manager)
            .max_size(options.max_connections.max(2))
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(10)))
            .runtime(Runtime::Tokio1)
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    let row = client
                        .query_one("SHOW synchronous_commit", &[])
                        .await
                        .map_err(HookError::Backend)?;
                    match row.get::<_, &str>(0) {
                        "on" | "remote_apply" => Ok(()),
                        other => Err(HookError::message(format!(
                            "PostgreSQL must run with synchronous_commit=on, it has {other}"
                        ))),
                    }
                })
            }))
            .build()
            .map_err(|error| Error::internal(format!("the pool cannot be built: {error}")))?;
        let postgres = Postgres { pool };
        let client = postgres.client().await?;
        for setting in ["fsync", "full_page_writes"] {
            let rows = client
                .all("SELECT current_setting(?1)", &[Value::from(setting)])
                .await?;
            let value: String = rows
                .first()
                .ok_or_else(|| Error::internal("PostgreSQL did not tell its settings"))?
                .get(0)?;
            if value != "on" {
                return Err(Error::internal(format!(
                    "PostgreSQL must run with {setting}=on, it has {value}"
                )));
            }
        }
        Ok(postgres)
    }

    pub async fn client(&self) -> Result<Client> {
        self.pool
            .get()
            .await
            .map(Client)
            .map_err(|error| match error {
                PoolError::PostCreateHook(HookError::Message(message)) => Error::internal(message),
                other => Error::unavailable(describe(&other)),
            })
    }

    pub fn close(&self) {
        self.pool.close();
    }

    pub async fn snapshot(&self) -> Result<Transaction> {
        let transaction = Transaction {
            client: Some(self.client().await?),
            deadline: tokio::time::Instant::now() + SNAPSHOT_CAP,
        };
        transaction
            .script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        Ok(transaction)
    }

    pub async fn begin(&self) -> Result<Transaction> {
        // Made before BEGIN is sent: whoever gives up while it is on its way leaves no open transaction in the pool.
        let transaction = Transaction {
            client: Some(self.client().await?),
            deadline: tokio::time::Instant::now() + TRANSACTION_CAP,
        };
        transaction.script("BEGIN").await?;
        Ok(transaction)
    }
}

/// It holds nobody up but the engine's own housekeeping.
const SNAPSHOT_CAP: Duration = Duration::from_secs(3600);

/// See [`super::Conn::damage`].
pub const DAMAGE: &[&str] = &[
    "SELECT 'the constraint ' || CAST(conname AS TEXT) || ' has not been checked' FROM pg_constraint WHERE NOT convalidated",
    "SELECT 'the index ' || CAST(CAST(indexrelid AS regclass) AS TEXT) || ' is not in force' FROM pg_index WHERE NOT indisvalid",
    "SELECT 'a trigger of ' || CAST(CAST(tgrelid AS regclass) AS TEXT) || ' is switched off' FROM pg_trigger WHERE tgenabled = 'D'",
];

fn tls() -> Result<tokio_postgres_rustls::MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in rustls_native_certs::load_native_certs().certs {
        // An odd certificate in the system's store must not keep the others from being used.
        roots.add(certificate).ok();
    }
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::ring::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .map_err(|error| Error::internal(format!("TLS cannot be set up: {error}")))?
    .with_root_certificates(roots)
    .with_no_client_auth();
    Ok(tokio_postgres_rustls::MakeRustlsConnect::new(config))
}

pub struct Client(deadpool_postgres::Client);

impl Client {
    async fn statement(&self, sql: &str) -> Result<tokio_postgres::Statement> {
        self.0.prepare_cached(&dollars(sql)).await.map_err(failed)
    }

    pub async fn prepare(&self, sql: &str) -> Result<()> {
        self.statement(sql).await.map(|_| ())
    }

    pub async fn command(&self, sql: &str) -> Result<()> {
        self.0.batch_execute(sql).await.map_err(failed)
    }

    pub async fn all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let statement = self.statement(sql).await?;
        let rows = self
            .0
            .query(&statement, &borrowed(params))
            .await
            .map_err(failed)?;
        rows.iter().map(read_row).collect()
    }

    async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let statement = self.statement(sql).await?;
        self.0
            .execute(&statement, &borrowed(params))
            .await
            .map_err(failed)
    }

    /// A plain insert goes as one statement; of anything else each is sent without waiting for the answer to the one before
    /// (pipelined on our own connection).
    async fn execute_many(&self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        if rows.len() >= TOGETHER
            && let Sent::All(count) = arrays::execute(self, sql, rows).await?
        {
            return Ok(count);
        }
        self.send(sql, rows).await
    }

    async fn all_many(&self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        if let Sent::All(found) = arrays::all(self, sql, rows).await? {
            return Ok(found);
        }
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.extend(self.all(sql, row).await?);
        }
        Ok(found)
    }

    async fn send(&self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        let statement = self.statement(sql).await?;
        let mut count = 0;
        for chunk in rows.chunks(256) {
            let sent = chunk.iter().map(|row| {
                let params = borrowed(row);
                let statement = &statement;
                async move { self.0.execute(statement, &params).await }
            });
            for outcome in futures::future::join_all(sent).await {
                count += outcome.map_err(failed)?;
            }
        }
        Ok(count)
    }
}

/// Rows from which on an insert is written for all of them at once: it is a second text to prepare.
const TOGETHER: usize = 8;

pub struct Transaction {
    client: Option<Client>,
    deadline: tokio::time::Instant,
}

impl Transaction {
    fn client(&self) -> Result<&Client> {
        if tokio::time::Instant::now() > self.deadline {
            return Err(Error::unavailable(
                "a transaction lasted longer than its cap",
            ));
        }
        self.client
            .as_ref()
            .ok_or_else(|| Error::internal("the transaction has ended"))
    }

    pub async fn all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        self.client()?.all(sql, params).await
    }

    pub async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        self.client()?.execute(sql, params).await
    }

    pub async fn execute_many(&self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        self.client()?.execute_many(sql, rows).await
    }

    pub async fn all_many(&self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        self.client()?.all_many(sql, rows).await
    }

    pub async fn insert_new(&self, target: &NewRows, rows: &[Vec<Value>]) -> Result<Vec<bool>> {
        bulk::insert_new(self.client()?, target, rows).await
    }

    pub async fn script(&self, sql: &str) -> Result<()> {
        self.client()?.0.batch_execute(sql).await.map_err(failed)
    }

    pub async fn commit(mut self) -> Result<()> {
        self.client()?;
        let Some(client) = self.client.take() else {
            return Err(Error::internal("the transaction has ended"));
        };
        let done =
            client.0.simple_query("COMMIT").await.map_err(|error| {
                Error::unavailable(format!("commit failed: {}", describe(&error)))
            });
        match done {
            Ok(_) => Ok(()),
            Err(error) => {
                // A connection in doubt is not reused.
                drop(deadpool_postgres::Object::take(client.0));
                Err(error)
            }
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(async move {
                    if client.0.batch_execute("ROLLBACK").await.is_err() {
                        drop(deadpool_postgres::Object::take(client.0));
                    }
                });
            }
            Err(_) => drop(deadpool_postgres::Object::take(client.0)),
        }
    }
}

fn borrowed(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

fn read_row(row: &tokio_postgres::Row) -> Result<Row> {
    // Room for all of it at once: to collect Results would let it grow, which a page of people shows.
    let mut values = Vec::with_capacity(row.len());
    for index in 0..row.len() {
        values.push(row.try_get::<_, Read>(index).map_err(failed)?.0);
    }
    Ok(Row(values))
}

/// Reads whatever type the column has.
struct Read(Value);

impl<'a> FromSql<'a> for Read {
    fn from_sql(
        ty: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Read(match *ty {
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Value::Int(i64::from(i32::from_sql(ty, raw)?)),
            Type::INT2 => Value::Int(i64::from(i16::from_sql(ty, raw)?)),
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::UUID => Value::Uuid(uuid::Uuid::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(Vec::from_sql(ty, raw)?),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN => {
                // What is sound, and the engine sends nothing else, is checked a word at a time and not a letter.
                Value::Text(match std::str::from_utf8(raw) {
                    Ok(text) => text.to_owned(),
                    Err(_) => String::from_utf8_lossy(raw).into_owned(),
                })
            }
            _ => return Err(format!("a column of type {ty} came out of the database").into()),
        }))
    }

    fn from_sql_null(
        _: &Type,
    ) -> std::result::Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Read(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(int) => match *ty {
                Type::INT4 => i32::try_from(*int)?.to_sql(ty, out),
                _ => int.to_sql(ty, out),
            },
            Value::Bool(bool) => bool.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Uuid(uuid) => uuid.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

static REWRITTEN: LazyLock<RwLock<HashMap<String, Arc<str>>>> = LazyLock::new(RwLock::default);

/// `?1` becomes `$1`; only a `?` before a digit is a parameter. Remembered per text.
fn dollars(sql: &str) -> Cow<'_, str> {
    if !sql.contains('?') {
        return Cow::Borrowed(sql);
    }
    if let Some(known) = REWRITTEN
        .read()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .get(sql)
    {
        return Cow::Owned(known.to_string());
    }
    let mut rewritten = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let parameter = letter == '?' && letters.peek().is_some_and(char::is_ascii_digit);
        rewritten.push(if parameter { '$' } else { letter });
    }
    let mut known = REWRITTEN
        .write()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    // Composed lists have some hundred forms; a bound keeps a mistake from growing without end.
    if known.len() < 4_096 {
        known.insert(sql.to_owned(), rewritten.as_str().into());
    }
    Cow::Owned(rewritten)
}

fn describe(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn failed(error: tokio_postgres::Error) -> Error {
    let context = match error.as_db_error() {
        // Not its DETAIL: there PostgreSQL quotes the row, and what people are called is not for the log.
        Some(error) => format!(
            "{}: {} ({}{})",
            error.severity(),
            error.message(),
            error.code().code(),
            error
                .constraint()
                .map_or_else(String::new, |name| format!(", {name}"))
        ),
        None => describe(&error),
    };
    let Some(state) = error.code() else {
        // No code: the connection broke.
        return Error::unavailable(context);
    };
    match *state {
        SqlState::UNIQUE_VIOLATION
        | SqlState::FOREIGN_KEY_VIOLATION
        | SqlState::CHECK_VIOLATION
        | SqlState::NOT_NULL_VIOLATION
        | SqlState::EXCLUSION_VIOLATION => Error::new(
            Kind::Conflict,
            "taken",
            "Somebody else was quicker. Look again and retry.",
        )
        .with_context(context),
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::QUERY_CANCELED
        | SqlState::LOCK_NOT_AVAILABLE
        | SqlState::DISK_FULL
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        | SqlState::IO_ERROR => Error::unavailable(context),
        _ => Error::internal(context),
    }
}
