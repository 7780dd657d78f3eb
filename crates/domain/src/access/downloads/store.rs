//! The tickets' table.

use super::{
    super::{Caller, Principal, Scope},
    Download,
};
use platform::{
    Error, Instant, Result,
    db::{Conn, Tx, params},
    i18n::Language,
};

pub(super) async fn insert(
    tx: &mut Tx,
    scope: &Scope,
    token_hash: &[u8],
    request: &str,
    language: Language,
    expires_at: Instant,
) -> Result<()> {
    let principal = scope
        .principal()
        .ok_or_else(|| Error::internal("files are fetched by people, not by workers"))?;
    tx.execute(
        "INSERT INTO download_tickets (token_hash, organisation, principal, request, language, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![token_hash, scope.organisation(), principal, request, language, expires_at],
    )
    .await?;
    Ok(())
}

/// No scope: it is how a scope begins, as with a session.
pub(super) async fn find(
    conn: &mut Conn,
    token_hash: &[u8],
    now: Instant,
) -> Result<Option<Download>> {
    conn.optional(
        "SELECT d.organisation, d.request, d.language, p.id, p.tenant, p.object_id, p.name, p.username, p.language,
           p.disabled_at IS NULL
         FROM download_tickets d JOIN principals p ON p.id = d.principal
         WHERE d.token_hash = ?1 AND d.expires_at > ?2",
        params![token_hash, now],
    )
    .await?
    .map(|row| {
        let principal = Principal {
            id: row.get(3)?,
            tenant: row.get(4)?,
            object: row.get(5)?,
            name: row.get(6)?,
            username: row.get(7)?,
            language: row.get(8)?,
            enabled: row.get(9)?,
        };
        Ok(Download {
            organisation: row.get(0)?,
            request: row.get(1)?,
            language: row.get(2)?,
            caller: Caller {
                tenant: principal.tenant,
                object: principal.object,
                name: principal.name.clone(),
                username: principal.username.clone(),
                principal: Some(principal),
                authenticated_at: None,
            },
        })
    })
    .transpose()
}

/// Tickets of anybody's that have run out.
pub(super) async fn purge(tx: &mut Tx, _: &Scope, now: Instant) -> Result<()> {
    tx.execute(
        "DELETE FROM download_tickets WHERE expires_at < ?1",
        params![now],
    )
    .await?;
    Ok(())
}
