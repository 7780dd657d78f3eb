//! Browser sessions, sign-ins under way, and codes of fresh sign-ins. Rows are found by the hash of a secret, which is the proof:
//! there is no scope yet.

use super::super::{ObjectId, Session, SignIn, TenantId};
use platform::{
    Instant, Result,
    db::{Conn, Tx, params},
};

pub(in super::super) async fn insert_session(
    tx: &mut Tx,
    token_hash: &[u8],
    session: &Session,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sessions (token_hash, tenant, object_id, guest, name, username, login_hint, authenticated_at, created_at, expires_at, provider_session)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            token_hash,
            session.tenant,
            session.object,
            session.guest,
            &session.name,
            &session.username,
            session.login_hint.as_deref(),
            session.authenticated_at,
            now,
            session.expires_at,
            session.provider_session.as_deref()
        ],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn session(
    conn: &mut Conn,
    token_hash: &[u8],
    now: Instant,
) -> Result<Option<Session>> {
    conn.optional(
        "SELECT tenant, object_id, guest, name, username, login_hint, authenticated_at, expires_at, provider_session
         FROM sessions WHERE token_hash = ?1 AND expires_at > ?2",
        params![token_hash, now],
    )
    .await?
    .map(|row| {
        Ok(Session {
            tenant: row.get(0)?,
            object: row.get(1)?,
            guest: row.get(2)?,
            name: row.get(3)?,
            username: row.get(4)?,
            login_hint: row.get(5)?,
            authenticated_at: row.get(6)?,
            expires_at: row.get(7)?,
            provider_session: row.get(8)?,
        })
    })
    .transpose()
}

/// The sessions of the tenant that came from this one at the identity provider; of any tenant where none is named.
pub(in super::super) async fn sessions_from(
    conn: &mut Conn,
    provider_session: &str,
    tenant: Option<TenantId>,
) -> Result<Vec<Vec<u8>>> {
    conn.all(
        "SELECT token_hash FROM sessions
         WHERE provider_session = ?1 AND (CAST(?2 AS UUID) IS NULL OR tenant = ?2)",
        params![provider_session, tenant],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

pub(in super::super) async fn delete_session(tx: &mut Tx, token_hash: &[u8]) -> Result<()> {
    tx.execute(
        "DELETE FROM sessions WHERE token_hash = ?1",
        params![token_hash],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn insert_sign_in(
    tx: &mut Tx,
    state_hash: &[u8],
    sign_in: &SignIn,
) -> Result<()> {
    tx.execute(
        "INSERT INTO sign_ins (state_hash, purpose, nonce, code_verifier, return_to, tenant, object_id, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            state_hash,
            sign_in.purpose,
            &sign_in.nonce,
            &sign_in.code_verifier,
            &sign_in.return_to,
            sign_in.tenant,
            sign_in.object,
            sign_in.expires_at
        ],
    )
    .await?;
    Ok(())
}

/// Takes it: a state is good once.
pub(in super::super) async fn take_sign_in(
    tx: &mut Tx,
    state_hash: &[u8],
    now: Instant,
) -> Result<Option<SignIn>> {
    tx.optional(
        "DELETE FROM sign_ins WHERE state_hash = ?1 AND expires_at > ?2
         RETURNING purpose, nonce, code_verifier, return_to, tenant, object_id, expires_at",
        params![state_hash, now],
    )
    .await?
    .map(|row| {
        Ok(SignIn {
            purpose: row.get(0)?,
            nonce: row.get(1)?,
            code_verifier: row.get(2)?,
            return_to: row.get(3)?,
            tenant: row.get(4)?,
            object: row.get(5)?,
            expires_at: row.get(6)?,
        })
    })
    .transpose()
}

pub(in super::super) async fn insert_step_up(
    tx: &mut Tx,
    code_hash: &[u8],
    tenant: TenantId,
    object: ObjectId,
    authenticated_at: Instant,
    expires_at: Instant,
) -> Result<()> {
    tx.execute(
        "INSERT INTO step_ups (code_hash, tenant, object_id, authenticated_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![code_hash, tenant, object, authenticated_at, expires_at],
    )
    .await?;
    Ok(())
}

/// Uses the code up; says when the fresh sign-in was.
pub(in super::super) async fn use_step_up(
    tx: &mut Tx,
    code_hash: &[u8],
    tenant: TenantId,
    object: ObjectId,
    now: Instant,
) -> Result<Option<Instant>> {
    tx.optional(
        "UPDATE step_ups SET used_at = ?4 WHERE code_hash = ?1 AND tenant = ?2 AND object_id = ?3
           AND used_at IS NULL AND expires_at > ?4 RETURNING authenticated_at",
        params![code_hash, tenant, object, now],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

pub(in super::super) async fn purge(tx: &mut Tx, now: Instant) -> Result<()> {
    for sql in [
        "DELETE FROM sessions WHERE expires_at < ?1",
        "DELETE FROM sign_ins WHERE expires_at < ?1",
        "DELETE FROM step_ups WHERE expires_at < ?1",
    ] {
        tx.execute(sql, params![now]).await?;
    }
    Ok(())
}
