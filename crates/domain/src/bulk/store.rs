//! The tables of this room.

use super::{Bulk, BulkId};
use crate::access::Scope;
use platform::{
    Error, Instant, Result,
    db::{Conn, Tx, params},
};

fn text<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(format!("a table: {error}")))
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("a stored table: {error}")))
}

pub(super) async fn insert(tx: &mut Tx, scope: &Scope, bulk: &Bulk) -> Result<()> {
    tx.execute(
        "INSERT INTO bulks (id, organisation, principal, quote, headings, table_rows, total, valid, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            bulk.id,
            scope.organisation(),
            bulk.principal,
            bulk.quote,
            text(&bulk.headings)?,
            text(&bulk.rows)?,
            bulk.rows.len() as i64,
            bulk.valid() as i64,
            bulk.created_at
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn find(conn: &mut Conn, scope: &Scope, id: BulkId) -> Result<Option<Bulk>> {
    conn.optional(
        "SELECT id, principal, quote, headings, table_rows, created_at FROM bulks WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id],
    )
    .await?
    .map(|row| {
        Ok(Bulk {
            id: row.get(0)?,
            principal: row.get(1)?,
            quote: row.get(2)?,
            headings: json(&row.get::<String>(3)?)?,
            rows: json(&row.get::<String>(4)?)?,
            created_at: row.get(5)?,
        })
    })
    .transpose()
}

/// The organisation's tables from before `until`: they hold people's names and are not kept for longer than they are needed.
pub(super) async fn purge(tx: &mut Tx, scope: &Scope, until: Instant) -> Result<()> {
    tx.execute(
        "DELETE FROM bulks WHERE organisation = ?1 AND created_at < ?2",
        params![scope.organisation(), until],
    )
    .await?;
    Ok(())
}
