//! The tables of this room.

use super::{AddressState, NotificationAddress, NotificationAddressId};
use crate::access::{OrganisationId, PrincipalId, Scope, SystemScope};
use platform::{
    Instant, Result,
    db::{Conn, Row, Tx, params},
    i18n::Language,
};

const ADDRESS: &str = "id, address, language, added_at, confirmed_at";

fn read(row: &Row) -> Result<NotificationAddress> {
    let confirmed_at: Option<Instant> = row.get(4)?;
    Ok(NotificationAddress {
        id: row.get(0)?,
        address: row.get(1)?,
        language: row.get(2)?,
        state: match confirmed_at {
            Some(_) => AddressState::Confirmed,
            None => AddressState::Pending,
        },
        added_at: row.get(3)?,
        confirmed_at,
    })
}

/// The organisation's addresses, by address.
pub async fn addresses(conn: &mut Conn, scope: &Scope) -> Result<Vec<NotificationAddress>> {
    conn.all(
        &format!("SELECT {ADDRESS} FROM notification_addresses WHERE organisation = ?1 ORDER BY address_fold"),
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// One address of the organisation.
pub async fn address(
    conn: &mut Conn,
    scope: &Scope,
    id: NotificationAddressId,
) -> Result<NotificationAddress> {
    let sql =
        format!("SELECT {ADDRESS} FROM notification_addresses WHERE organisation = ?1 AND id = ?2");
    read(&conn.one(&sql, params![scope.organisation(), id]).await?)
}

/// The same address, however it is spelt.
pub(super) async fn by_address(
    tx: &mut Tx,
    scope: &Scope,
    folded: &str,
) -> Result<Option<NotificationAddress>> {
    tx.optional(
        &format!("SELECT {ADDRESS} FROM notification_addresses WHERE organisation = ?1 AND address_fold = ?2 FOR UPDATE"),
        params![scope.organisation(), folded],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

pub(super) async fn count(conn: &mut Conn, scope: &Scope) -> Result<i64> {
    conn.one(
        "SELECT COUNT(*) FROM notification_addresses WHERE organisation = ?1",
        params![scope.organisation()],
    )
    .await?
    .get(0)
}

/// The question that goes to an address.
pub(super) struct Question<'a> {
    pub id: NotificationAddressId,
    pub address: &'a str,
    pub folded: &'a str,
    pub language: Language,
    pub token_hash: [u8; 32],
    pub expires_at: Instant,
    pub by: Option<PrincipalId>,
    pub now: Instant,
}

/// Writes an address that is asked, or asks once more; one that was confirmed stays as it is.
pub(super) async fn ask(tx: &mut Tx, scope: &Scope, question: &Question<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO notification_addresses
           (id, organisation, address, address_fold, language, token_hash, token_expires_at, added_by, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (organisation, address_fold) DO UPDATE SET
           language = excluded.language, token_hash = excluded.token_hash, token_expires_at = excluded.token_expires_at
         WHERE notification_addresses.confirmed_at IS NULL",
        params![
            question.id,
            scope.organisation(),
            question.address,
            question.folded,
            question.language,
            question.token_hash,
            question.expires_at,
            question.by,
            question.now
        ],
    )
    .await?;
    Ok(())
}

/// What a token in a mail belongs to.
pub(super) struct Asked {
    pub id: NotificationAddressId,
    pub organisation: OrganisationId,
    pub expires_at: Instant,
    pub confirmed_at: Option<Instant>,
}

/// The address that was asked with this token. No scope: the token is what proves.
pub(super) async fn asked(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Asked>> {
    tx.optional(
        "SELECT id, organisation, token_expires_at, confirmed_at FROM notification_addresses WHERE token_hash = ?1 FOR UPDATE",
        params![token_hash],
    )
    .await?
    .map(|row| {
        Ok(Asked {
            id: row.get(0)?,
            organisation: row.get(1)?,
            expires_at: row.get(2)?,
            confirmed_at: row.get(3)?,
        })
    })
    .transpose()
}

/// Confirms; `None` when it was confirmed, or asked anew, meanwhile.
pub(super) async fn confirm(
    tx: &mut Tx,
    token_hash: &[u8],
    now: Instant,
) -> Result<Option<NotificationAddress>> {
    tx.optional(
        &format!(
            "UPDATE notification_addresses SET confirmed_at = ?2
             WHERE token_hash = ?1 AND token_expires_at > ?2 AND confirmed_at IS NULL RETURNING {ADDRESS}"
        ),
        params![token_hash, now],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Takes an address away, with the links that lead to it.
pub(super) async fn delete(
    tx: &mut Tx,
    organisation: OrganisationId,
    id: NotificationAddressId,
) -> Result<u64> {
    tx.execute(
        "DELETE FROM notification_removals WHERE address IN
           (SELECT id FROM notification_addresses WHERE organisation = ?1 AND id = ?2)",
        params![organisation, id],
    )
    .await?;
    tx.execute(
        "DELETE FROM notification_addresses WHERE organisation = ?1 AND id = ?2",
        params![organisation, id],
    )
    .await
}

pub(super) async fn insert_removal(
    tx: &mut Tx,
    _: &Scope,
    id: NotificationAddressId,
    token_hash: [u8; 32],
    expires_at: Instant,
) -> Result<()> {
    tx.execute(
        "INSERT INTO notification_removals (token_hash, address, expires_at) VALUES (?1, ?2, ?3)",
        params![token_hash, id, expires_at],
    )
    .await?;
    Ok(())
}

/// The address that a link in one of its mails takes away. No scope: the token is what proves.
pub(super) async fn removal(
    tx: &mut Tx,
    token_hash: &[u8],
    now: Instant,
) -> Result<Option<(NotificationAddressId, OrganisationId)>> {
    tx.optional(
        "SELECT a.id, a.organisation FROM notification_removals r JOIN notification_addresses a ON a.id = r.address
         WHERE r.token_hash = ?1 AND r.expires_at > ?2",
        params![token_hash, now],
    )
    .await?
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .transpose()
}

/// Forgets addresses that were not confirmed by then, and links that lead nowhere. Says how many addresses.
pub(super) async fn forget(tx: &mut Tx, _: SystemScope, now: Instant) -> Result<u64> {
    tx.execute(
        "DELETE FROM notification_removals WHERE expires_at < ?1",
        params![now],
    )
    .await?;
    tx.execute(
        "DELETE FROM notification_addresses WHERE confirmed_at IS NULL AND token_expires_at < ?1",
        params![now],
    )
    .await
}
