//! Quotes: what was said before it was ordered.

use super::{json, text};
use crate::{
    access::Scope,
    orders::{Assessment, OrderId, Quote, QuoteId, QuoteRequest},
};
use platform::{
    Result,
    db::{Conn, Row, Tx, params},
};
use std::time::Duration;

/// Quotes that nobody ordered from are kept a day after they expired, for whoever asks what was said.
const KEEP_QUOTES: Duration = Duration::from_secs(24 * 3600);

pub(in super::super) async fn insert_quote(
    tx: &mut Tx,
    scope: &Scope,
    quote: &Quote,
) -> Result<()> {
    tx.execute(
        "DELETE FROM quotes WHERE organisation = ?1 AND purge_at < ?2
           AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.quote = quotes.id)",
        params![scope.organisation(), quote.created_at],
    )
    .await?;
    tx.execute(
        "INSERT INTO quotes (id, organisation, principal, request, answer, created_at, expires_at, purge_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            quote.id,
            scope.organisation(),
            quote.principal,
            text(&quote.request)?,
            text(&quote.answer)?,
            quote.created_at,
            quote.expires_at,
            quote.expires_at.plus(KEEP_QUOTES)
        ],
    )
    .await?;
    Ok(())
}

fn read_quote(row: &Row) -> Result<Quote> {
    Ok(Quote {
        id: row.get(0)?,
        principal: row.get(1)?,
        request: json::<QuoteRequest>(&row.get::<String>(2)?)?,
        answer: json::<Assessment>(&row.get::<String>(3)?)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
    })
}

const QUOTE: &str = "SELECT id, principal, request, answer, created_at, expires_at FROM quotes WHERE organisation = ?1 AND id = ?2";

pub async fn quote(conn: &mut Conn, scope: &Scope, id: QuoteId) -> Result<Quote> {
    read_quote(&conn.one(QUOTE, params![scope.organisation(), id]).await?)
}

/// Takes it for an order: two orders from one quote come one after the other, and it stays for as long as the order does.
pub(in super::super) async fn lock_quote(
    tx: &mut Tx,
    scope: &Scope,
    id: QuoteId,
) -> Result<Option<Quote>> {
    tx.optional(
        "UPDATE quotes SET purge_at = NULL WHERE organisation = ?1 AND id = ?2
         RETURNING id, principal, request, answer, created_at, expires_at",
        params![scope.organisation(), id],
    )
    .await?
    .as_ref()
    .map(read_quote)
    .transpose()
}

/// The order that was placed from a quote.
pub async fn order_of_quote(
    conn: &mut Conn,
    scope: &Scope,
    quote: QuoteId,
) -> Result<Option<OrderId>> {
    conn.optional(
        "SELECT id FROM orders WHERE organisation = ?1 AND quote = ?2",
        params![scope.organisation(), quote],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}
