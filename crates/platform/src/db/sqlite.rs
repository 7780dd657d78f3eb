//! SQLite: WAL with synchronous=FULL, a pool of readers and one writer whose small transactions share a commit.
//!
//! Statements run on the caller's thread: they take microseconds, and a hop to another thread costs more than most of
//! them. Only a commit waits for the disk, and that happens on a blocking thread.
//!
//! **Group commit.** The outer transaction stays open while others wait for the writer; each of theirs is a savepoint.
//! Whoever finds nobody waiting (or the group full) commits for all, and only then does any of them hear "committed".

use super::{DbOptions, NewRows, Row, TRANSACTION_CAP, Value, insert::Insert};
use crate::{Error, Kind, Result};
use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    types::{ToSql, ToSqlOutput, ValueRef},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};

/// Transactions that share one commit at most.
const GROUP: usize = 64;

#[derive(Clone)]
pub struct Sqlite {
    readers: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    writer: Arc<AsyncMutex<WriterState>>,
    waiting: Arc<AtomicUsize>,
    path: PathBuf,
}

struct WriterState {
    connection: Connection,
    /// An outer transaction is open.
    open: bool,
    /// Those whose savepoint is released and who wait for the outer commit.
    pending: Vec<oneshot::Sender<Result<(), String>>>,
}

impl Sqlite {
    pub fn open(path: &str, options: &DbOptions) -> Result<Sqlite> {
        let path = PathBuf::from(path);
        if let Some(parent) = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            std::fs::create_dir_all(parent).map_err(|error| {
                Error::internal(format!(
                    "cannot make the folder {}: {error}",
                    parent.display()
                ))
            })?;
        }
        let writer = connect(&path, false, options)?;
        let mode: String = writer
            .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
            .map_err(failed)?;
        let synchronous: i64 = writer
            .query_row("PRAGMA synchronous", [], |row| row.get(0))
            .map_err(failed)?;
        // 2 is FULL. NORMAL loses acknowledged commits at a power cut.
        if mode != "wal" || synchronous != 2 {
            return Err(Error::internal(format!(
                "SQLite must run with journal_mode=wal and synchronous=FULL, but {} has {mode} and {synchronous}; \
                 is it on a file system without shared memory?",
                path.display()
            )));
        }
        let count = options.max_connections.max(1);
        let readers = (0..count)
            .map(|_| connect(&path, true, options))
            .collect::<Result<Vec<_>>>()?;
        Ok(Sqlite {
            readers: Arc::new(Mutex::new(readers)),
            permits: Arc::new(Semaphore::new(count)),
            writer: Arc::new(AsyncMutex::new(WriterState {
                connection: writer,
                open: false,
                pending: Vec::new(),
            })),
            waiting: Arc::default(),
            path,
        })
    }

    pub async fn reader(&self) -> Result<Reader> {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| Error::unavailable("the readers are closed"))?;
        let connection = lock(&self.readers).pop();
        Ok(Reader {
            snapshot: false,
            connection: Some(
                connection.ok_or_else(|| Error::internal("a reader was lost from the pool"))?,
            ),
            home: self.readers.clone(),
            _permit: permit,
        })
    }

    pub async fn begin(&self) -> Result<Writer> {
        let mut turn = Turn::take(self);
        let mut state = self.writer.clone().lock_owned().await;
        turn.served = true;
        drop(turn);
        if !state.open {
            state
                .connection
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(failed)?;
            state.open = true;
        }
        state
            .connection
            .execute_batch("SAVEPOINT piece")
            .map_err(failed)?;
        Ok(Writer {
            state: Some(state),
            waiting: self.waiting.clone(),
            deadline: tokio::time::Instant::now() + TRANSACTION_CAP,
        })
    }

    pub async fn backup_to(&self, path: &Path) -> Result<()> {
        let reader = self.reader().await?;
        let target = path.to_owned();
        let source = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let text = target
                .to_str()
                .ok_or_else(|| Error::internal("the backup's path is not UTF-8"))?;
            // SQLite fills a file that is there and empty. It holds everything that the database does: nobody else reads it.
            let file = own_file(&target).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => {
                    Error::internal(format!("{text} exists already; choose another name"))
                }
                _ => Error::internal(format!("{text} cannot be made: {error}")),
            })?;
            reader
                .connection()
                .execute("VACUUM INTO ?1", [text])
                .map_err(failed)?;
            // SQLite leaves the copy to the operating system; whoever is told that there is one may rely on it.
            file.sync_all()
                .map_err(|error| Error::internal(format!("{text} cannot be kept: {error}")))
        })
        .await
        .map_err(|_| {
            Error::internal(format!(
                "the backup of {} was interrupted",
                source.display()
            ))
        })?
    }
}

/// A new file that only the server's own user reads and writes.
fn own_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// One who waits for the writer. The writer looks at the count to decide whether to leave the group open; so somebody who
/// gives up must see to it that those who counted on him are committed.
struct Turn {
    sqlite: Sqlite,
    served: bool,
}

impl Turn {
    fn take(sqlite: &Sqlite) -> Turn {
        sqlite.waiting.fetch_add(1, Ordering::SeqCst);
        Turn {
            sqlite: sqlite.clone(),
            served: false,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.sqlite.waiting.fetch_sub(1, Ordering::SeqCst);
        if self.served {
            return;
        }
        let writer = self.sqlite.writer.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let state = writer.lock_owned().await;
                commit_group(state).await;
            });
        }
    }
}

/// Commits what is open and tells everybody who waited for it.
async fn commit_group(mut state: OwnedMutexGuard<WriterState>) {
    if !state.open {
        return;
    }
    let done = tokio::task::spawn_blocking(move || finish_group(&mut state)).await;
    if done.is_err() {
        tracing::error!("the commit of a group of transactions was interrupted");
    }
}

fn finish_group(state: &mut WriterState) {
    let outcome = state
        .connection
        .execute_batch("COMMIT")
        .map_err(|error| error.to_string());
    if outcome.is_err() && !state.connection.is_autocommit() {
        // A failed COMMIT (disk full) leaves the transaction open; nobody was told that it is done, so it goes.
        if let Err(error) = state.connection.execute_batch("ROLLBACK") {
            tracing::error!(%error, "could not roll back after a failed commit");
        }
    }
    state.open = !state.connection.is_autocommit();
    for waiter in state.pending.drain(..) {
        // Whoever stopped listening does not need the answer.
        waiter.send(outcome.clone()).ok();
    }
}

/// See [`super::Conn::damage`].
pub const DAMAGE: &[&str] = &[
    "SELECT quick_check FROM pragma_quick_check WHERE quick_check <> 'ok'",
    "SELECT 'a row of ' || \"table\" || ' refers to nothing in ' || parent FROM pragma_foreign_key_check",
];

pub struct Reader {
    /// A transaction is open, so that every statement sees the same.
    snapshot: bool,
    connection: Option<Connection>,
    home: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    fn connection(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("a reader holds its connection until it is dropped")
    }

    pub fn snapshot(mut self) -> Result<Reader> {
        self.connection().execute_batch("BEGIN").map_err(failed)?;
        self.snapshot = true;
        Ok(self)
    }

    pub fn all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        all(self.connection(), sql, params)
    }

    pub fn prepare(&self, sql: &str) -> Result<()> {
        self.connection()
            .prepare_cached(&portable(sql))
            .map(|_| ())
            .map_err(failed)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            if self.snapshot
                && let Err(error) = connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "could not end a snapshot");
            }
            lock(&self.home).push(connection);
        }
    }
}

/// Rows written before others have their turn: thousands of them would hold the thread for long.
const AT_ONCE: usize = 250;

/// Rows of a statement that answers something, many, some, one: its answers go by way of a table that is made anew for each
/// statement, which costs more than several rows.
const TOGETHER: [usize; 3] = [128, 8, 1];

pub struct Writer {
    state: Option<OwnedMutexGuard<WriterState>>,
    waiting: Arc<AtomicUsize>,
    deadline: tokio::time::Instant,
}

impl Writer {
    fn connection(&self) -> Result<&Connection> {
        if tokio::time::Instant::now() > self.deadline {
            return Err(Error::unavailable(
                "a transaction lasted longer than its cap",
            ));
        }
        let state = self
            .state
            .as_ref()
            .ok_or_else(|| Error::internal("the transaction has ended"))?;
        // After an error such as a full disk SQLite may have rolled everything back by itself; what came now would be kept at once.
        if state.connection.is_autocommit() {
            return Err(Error::unavailable(
                "the database has rolled the transaction back",
            ));
        }
        Ok(&state.connection)
    }

    pub fn all(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        all(self.connection()?, sql, params)
    }

    pub fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        let mut statement = self
            .connection()?
            .prepare_cached(&portable(sql))
            .map_err(failed)?;
        let count = statement
            .execute(rusqlite::params_from_iter(params))
            .map_err(failed)?;
        Ok(count as u64)
    }

    pub fn execute_many(&self, sql: &str, rows: &[Vec<Value>]) -> Result<u64> {
        let mut statement = self
            .connection()?
            .prepare_cached(&portable(sql))
            .map_err(failed)?;
        let mut count = 0;
        for row in rows {
            count += statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(failed)? as u64;
        }
        Ok(count)
    }

    pub async fn all_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Row>> {
        let insert = Insert::read(sql);
        let width = rows.first().map_or(0, Vec::len);
        let text = |together| match &insert {
            Some(insert) if together > 1 => insert.of_rows(together, width),
            _ => sql.to_owned(),
        };
        let texts = TOGETHER.map(text);
        let mut found = Vec::with_capacity(rows.len());
        let mut rest = rows;
        while !rest.is_empty() {
            let form = match insert {
                Some(_) => TOGETHER.iter().position(|rows| *rows <= rest.len()),
                None => None,
            }
            .unwrap_or(TOGETHER.len() - 1);
            let (some, more) = rest.split_at(TOGETHER[form]);
            let params: Vec<Value> = some.iter().flatten().cloned().collect();
            found.append(&mut all(self.connection()?, &texts[form], &params)?);
            rest = more;
            tokio::task::yield_now().await;
        }
        Ok(found)
    }

    pub async fn insert_new(&mut self, target: &NewRows, rows: &[Vec<Value>]) -> Result<Vec<bool>> {
        let places: Vec<String> = (1..=target.columns.len())
            .map(|place| format!("?{place}"))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO NOTHING",
            target.table,
            target.columns.join(", "),
            places.join(", "),
            target.key.join(", ")
        );
        let mut new = Vec::with_capacity(rows.len());
        for some in rows.chunks(AT_ONCE) {
            self.insert_some(&sql, some, &mut new)?;
            tokio::task::yield_now().await;
        }
        Ok(new)
    }

    fn insert_some(&self, sql: &str, rows: &[Vec<Value>], new: &mut Vec<bool>) -> Result<()> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(failed)?;
        for row in rows {
            let inserted = statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(failed)?;
            new.push(inserted == 1);
        }
        Ok(())
    }

    pub fn script(&self, sql: &str) -> Result<()> {
        self.connection()?.execute_batch(sql).map_err(failed)
    }

    pub async fn commit(mut self) -> Result<()> {
        self.connection()?
            .execute_batch("RELEASE piece")
            .map_err(failed)?;
        let Some(mut state) = self.state.take() else {
            return Err(Error::internal("the transaction has ended"));
        };
        let (sender, outcome) = oneshot::channel();
        state.pending.push(sender);
        if state.pending.len() >= GROUP || self.waiting.load(Ordering::SeqCst) == 0 {
            commit_group(state).await;
        } else {
            // Somebody waits and will commit for us.
            drop(state);
        }
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(message)) => Err(Error::unavailable(format!("commit failed: {message}"))),
            Err(_) => Err(Error::unavailable("the commit was interrupted")),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        let Some(mut state) = self.state.take() else {
            return;
        };
        if state.connection.is_autocommit() {
            // An error such as a full disk has rolled the whole outer transaction back, the others' pieces with it.
            state.open = false;
            for waiter in state.pending.drain(..) {
                waiter
                    .send(Err("the group was rolled back".to_owned()))
                    .ok();
            }
            return;
        }
        if let Err(error) = state
            .connection
            .execute_batch("ROLLBACK TO piece; RELEASE piece")
        {
            tracing::error!(%error, "could not roll back a piece");
        }
        if self.waiting.load(Ordering::SeqCst) == 0 {
            finish_group(&mut state);
        }
    }
}

fn all(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&portable(sql)).map_err(failed)?;
    let columns = statement.column_count();
    let mut rows = statement
        .query(rusqlite::params_from_iter(params))
        .map_err(failed)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let mut values = Vec::with_capacity(columns);
        for index in 0..columns {
            values.push(match row.get_ref(index).map_err(failed)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(int) => Value::Int(int),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
                ValueRef::Real(_) => {
                    return Err(Error::internal(
                        "a floating point number came out of the database",
                    ));
                }
            });
        }
        found.push(Row(values));
    }
    Ok(found)
}

/// SQLite has one writer and needs no row locks.
fn portable(sql: &str) -> std::borrow::Cow<'_, str> {
    if sql.contains(" FOR UPDATE") {
        sql.replace(" FOR UPDATE SKIP LOCKED", "")
            .replace(" FOR UPDATE", "")
            .into()
    } else {
        sql.into()
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(int) => ValueRef::Integer(*int),
            Value::Bool(bool) => ValueRef::Integer(i64::from(*bool)),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn connect(path: &Path, read_only: bool, options: &DbOptions) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|error| Error::internal(format!("cannot open {}: {error}", path.display())))?;
    connection.set_prepared_statement_cache_capacity(512);
    // Without this a statement with a parameter in LIMIT, LIKE or a partial index's column is prepared anew at every run,
    // in the hope of a better plan: a quarter of what a page of the people's list cost.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(failed)?;
    connection
        .busy_timeout(options.statement_timeout.max(Duration::from_secs(1)))
        .map_err(failed)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -8000;
             PRAGMA mmap_size = 0;",
        )
        .map_err(failed)?;
    Ok(connection)
}

fn failed(error: rusqlite::Error) -> Error {
    let context = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::new(
            Kind::Conflict,
            "taken",
            "Somebody else was quicker. Look again and retry.",
        )
        .with_context(context),
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory,
        ) => Error::unavailable(context),
        _ => Error::internal(context),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // The pool is a plain list: a panic elsewhere leaves it whole.
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_statement_is_prepared_once_whatever_its_parameters_are() {
        let folder = std::env::temp_dir().join(format!("switchboard-qpsg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let connection = connect(&folder.join("db"), false, &DbOptions::new("")).unwrap();
        connection
            .execute_batch(
                "CREATE TABLE t (a TEXT, b TEXT); CREATE INDEX i ON t (a) WHERE b = 'x';",
            )
            .unwrap();
        for sql in [
            "SELECT a FROM t ORDER BY a LIMIT ?1",
            "SELECT a FROM t WHERE a LIKE ?1",
            "SELECT a FROM t WHERE b = ?1",
        ] {
            let mut statement = connection.prepare(sql).unwrap();
            for value in 1..4 {
                statement.query([value]).unwrap().next().unwrap();
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{sql}");
        }
        drop(connection);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
