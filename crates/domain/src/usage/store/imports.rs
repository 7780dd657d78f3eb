//! Imports: how far each has come, and the lines that could not be counted.

use super::super::{ImportOrigin, RowError, UsageImport, UsageImportId, model::ERRORS_KEPT};
use crate::access::{PrincipalId, Scope, SystemScope};
use platform::{
    Error, Instant, Result,
    db::{Conn, Row, Tx, params, values},
};

const IMPORT: &str = "id, origin, name, state, position, lines, records, duplicates, errors, problem, started_at, finished_at";

fn read(row: &Row) -> Result<UsageImport> {
    Ok(UsageImport {
        id: row.get(0)?,
        origin: row.get(1)?,
        name: row.get(2)?,
        state: row.get(3)?,
        position: row.get(4)?,
        lines: row.get(5)?,
        records: row.get(6)?,
        duplicates: row.get(7)?,
        errors: row.get(8)?,
        problem: row.get(9)?,
        started_at: row.get(10)?,
        finished_at: row.get(11)?,
    })
}

/// An import that was begun, with what nobody but its reader needs.
pub(in crate::usage) struct Kept {
    pub import: UsageImport,
    pub fence: i64,
    /// SHA-256 of the bytes up to its position.
    pub digest: Vec<u8>,
}

fn read_kept(row: &Row) -> Result<Kept> {
    Ok(Kept {
        import: read(row)?,
        fence: row.get(12)?,
        digest: row.get(13)?,
    })
}

/// One import of the organisation.
pub async fn import(conn: &mut Conn, scope: &Scope, id: UsageImportId) -> Result<UsageImport> {
    let sql = format!("SELECT {IMPORT} FROM usage_imports WHERE organisation = ?1 AND id = ?2");
    read(&conn.one(&sql, params![scope.organisation(), id]).await?)
}

/// The organisation's imports, the newest first, from after one on, and how many there are in all.
pub async fn imports(
    conn: &mut Conn,
    scope: &Scope,
    after: Option<(Instant, UsageImportId)>,
    limit: i64,
) -> Result<(Vec<UsageImport>, i64)> {
    let (at, id) = after.unzip();
    let rows = conn
        .all(
            &format!(
                "SELECT {IMPORT} FROM usage_imports WHERE organisation = ?1
                   AND (CAST(?2 AS BIGINT) IS NULL OR (started_at, id) < (?2, ?3))
                 ORDER BY started_at DESC, id DESC LIMIT ?4"
            ),
            params![scope.organisation(), at, id, limit],
        )
        .await?;
    let total = conn
        .one(
            "SELECT COUNT(*) FROM usage_imports WHERE organisation = ?1",
            params![scope.organisation()],
        )
        .await?
        .get(0)?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

/// Lines of an import that could not be counted, from after a line on.
pub async fn errors(
    conn: &mut Conn,
    scope: &Scope,
    id: UsageImportId,
    after: i64,
    limit: i64,
) -> Result<Vec<RowError>> {
    conn.all(
        "SELECT e.line, e.field, e.code FROM usage_import_errors e JOIN usage_imports i ON i.id = e.import
         WHERE i.organisation = ?1 AND i.id = ?2 AND e.line > ?3 ORDER BY e.line LIMIT ?4",
        params![scope.organisation(), id, after, limit],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(RowError {
            line: row.get(0)?,
            field: row.get(1)?,
            code: row.get(2)?,
        })
    })
    .collect()
}

/// The import that was begun under this key, locked.
pub(in crate::usage) async fn running(
    tx: &mut Tx,
    scope: &Scope,
    key: &str,
) -> Result<Option<Kept>> {
    let sql = format!(
        "SELECT {IMPORT}, fence, digest FROM usage_imports WHERE organisation = ?1 AND key = ?2 FOR UPDATE"
    );
    tx.optional(&sql, params![scope.organisation(), key])
        .await?
        .as_ref()
        .map(read_kept)
        .transpose()
}

pub(in crate::usage) struct New<'a> {
    pub id: UsageImportId,
    pub key: Option<&'a str>,
    pub origin: ImportOrigin,
    pub name: Option<&'a str>,
    pub by: Option<PrincipalId>,
    pub digest: [u8; 32],
    pub now: Instant,
}

pub(in crate::usage) async fn insert(tx: &mut Tx, scope: &Scope, new: &New<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO usage_imports (id, organisation, key, origin, name, state, fence, position, digest, lines, records,
           duplicates, errors, started_by, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 'running', 1, 0, ?6, 0, 0, 0, 0, ?7, ?8)",
        params![
            new.id,
            scope.organisation(),
            new.key,
            new.origin,
            new.name,
            new.digest,
            new.by,
            new.now
        ],
    )
    .await?;
    Ok(())
}

/// Whoever reads it now has the word; whoever did before cannot write any more. Answers the new fence.
pub(in crate::usage) async fn take_over(
    tx: &mut Tx,
    scope: &Scope,
    id: UsageImportId,
) -> Result<i64> {
    tx.one(
        "UPDATE usage_imports SET fence = fence + 1 WHERE organisation = ?1 AND id = ?2 RETURNING fence",
        params![scope.organisation(), id],
    )
    .await?
    .get(0)
}

/// Begins a transaction of a reader.
///
/// # Errors
/// 409 `importTakenOver` when somebody else has begun it once more.
pub(in crate::usage) async fn hold(
    tx: &mut Tx,
    scope: &Scope,
    id: UsageImportId,
    fence: i64,
) -> Result<()> {
    let held = tx
        .execute(
            "UPDATE usage_imports SET fence = fence
             WHERE organisation = ?1 AND id = ?2 AND fence = ?3 AND state = 'running'",
            params![scope.organisation(), id, fence],
        )
        .await?;
    if held == 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "importTakenOver",
        "The same import was begun once more meanwhile and goes on there.",
    ))
}

/// Writes how far it has come. Belongs after [`hold`] in the same transaction.
pub(in crate::usage) async fn progress(
    tx: &mut Tx,
    scope: &Scope,
    import: &UsageImport,
    digest: &[u8],
) -> Result<()> {
    tx.execute(
        "UPDATE usage_imports SET position = ?3, digest = ?4, lines = ?5, records = ?6, duplicates = ?7, errors = ?8
         WHERE organisation = ?1 AND id = ?2",
        params![
            scope.organisation(),
            import.id,
            import.position,
            digest,
            import.lines,
            import.records,
            import.duplicates,
            import.errors
        ],
    )
    .await?;
    Ok(())
}

/// Keeps errors, as long as not more than [`ERRORS_KEPT`] are kept; `before` are there already.
pub(in crate::usage) async fn insert_errors(
    tx: &mut Tx,
    _: &Scope,
    id: UsageImportId,
    before: i64,
    errors: &[RowError],
) -> Result<()> {
    let room = usize::try_from(ERRORS_KEPT - before).unwrap_or(0);
    let rows: Vec<_> = errors
        .iter()
        .take(room)
        .map(|error| values![id, error.line, &error.field, &error.code])
        .collect();
    tx.execute_many(
        "INSERT INTO usage_import_errors (import, line, field, code) VALUES (?1, ?2, ?3, ?4)",
        &rows,
    )
    .await?;
    Ok(())
}

/// It is read to its end. Unless the key stays, the same name may begin another one.
pub(in crate::usage) async fn finish(
    tx: &mut Tx,
    scope: &Scope,
    id: UsageImportId,
    keeps_key: bool,
    now: Instant,
) -> Result<()> {
    let key = if keeps_key { "" } else { ", key = NULL" };
    tx.execute(
        &format!(
            "UPDATE usage_imports SET state = 'done', finished_at = ?3{key} WHERE organisation = ?1 AND id = ?2"
        ),
        params![scope.organisation(), id, now],
    )
    .await?;
    Ok(())
}

/// Nothing of it can be read, or it is not what it was when it was begun.
pub(in crate::usage) async fn fail(
    tx: &mut Tx,
    scope: &Scope,
    id: UsageImportId,
    problem: &str,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE usage_imports SET state = 'failed', problem = ?3, finished_at = ?4, key = NULL
         WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, problem, now],
    )
    .await?;
    Ok(())
}

/// As if it had not been begun.
pub(in crate::usage) async fn delete(tx: &mut Tx, scope: &Scope, id: UsageImportId) -> Result<()> {
    tx.execute(
        "DELETE FROM usage_imports WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id],
    )
    .await?;
    Ok(())
}

/// Forgets imports that ended, or were left, before an instant. Says how many.
pub(in crate::usage) async fn forget(tx: &mut Tx, _: SystemScope, before: Instant) -> Result<u64> {
    tx.execute(
        "DELETE FROM usage_import_errors WHERE import IN (SELECT id FROM usage_imports WHERE started_at < ?1)",
        params![before],
    )
    .await?;
    tx.execute(
        "DELETE FROM usage_imports WHERE started_at < ?1",
        params![before],
    )
    .await
}
