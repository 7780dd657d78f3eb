//! The mail outbox: a mail is a row written in the transaction of the change that it tells of, and sent afterwards by a job.
//!
//! At least once: when the machine dies between sending and noting it, the same mail goes out again, to the byte, by which a
//! mailbox knows it (docs/decisions/jobs-and-sagas.md). Its text is forgotten once it is sent.

use crate::{
    Clock, Error, Ids, Instant, Result,
    db::{Db, Tx, params},
    jobs::{self, Handler, Lease, NewJob, Outcome},
};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// The kind of the job that sends one mail. Its handler is [`SendMail`].
pub const SEND_MAIL: &str = "platform.sendMail";

/// How long it is remembered that a mail was sent or refused.
pub const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);

/// One mail, ready to send. `text` is UTF-8 plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The `Message-ID` local part: the mail's own id, so that a mail sent twice after an unknown outcome is recognised.
    pub message_id: String,
    /// When it was written, however late or often it is sent (RFC 5322 §3.6.1).
    pub written: Instant,
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum MailError {
    /// The server refused this mail for good (5xx): no use in trying again.
    #[error("refused: {0}")]
    Refused(String),
    /// Later it may work (4xx, no connection, no answer).
    #[error("not now: {0}")]
    NotNow(String),
}

#[async_trait]
pub trait MailTransport: Send + Sync {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// A mail to be written.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Whom it serves: an organisation, so that one that sends much waits for itself (see [`jobs`]).
    pub lane: Uuid,
}

/// Writes the mail, and the job that sends it, in the caller's transaction. Answers the mail's id.
///
/// # Errors
/// 422 `mailAddress` when the address or the subject could smuggle a header line into the mail.
pub async fn enqueue(tx: &mut Tx, ids: &Ids, mail: NewMail) -> Result<Uuid> {
    if mail.to.contains(['\r', '\n', ',', ' '])
        || !mail.to.contains('@')
        || mail.subject.contains(['\r', '\n'])
    {
        return Err(Error::rule(
            "mailAddress",
            "This is not an e-mail address that a mail can be sent to.",
        ));
    }
    let id = ids.uuid();
    tx.execute(
        "INSERT INTO mail_outbox (id, recipient, subject, body, state, attempts, created_at)
         VALUES (?1, ?2, ?3, ?4, 'pending', 0, ?5)",
        params![id, mail.to, mail.subject, mail.text, ids.now()],
    )
    .await?;
    let job = NewJob {
        kind: SEND_MAIL,
        key: None,
        payload: serde_json::json!({ "mail": id }),
        lane: mail.lane,
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await?;
    Ok(id)
}

/// Sends one mail. Register it for [`SEND_MAIL`].
pub struct SendMail {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub transport: Arc<dyn MailTransport>,
}

#[async_trait]
impl Handler for SendMail {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let id: Uuid = lease
            .payload
            .get("mail")
            .and_then(|id| id.as_str())
            .and_then(|id| id.parse().ok())
            .ok_or_else(|| Error::internal("the job names no mail"))?;
        let Some(mail) = self.pending(id).await? else {
            return Ok(Outcome::Done);
        };
        match self.transport.send(&mail).await {
            Ok(()) => {
                self.record(lease, id, "sent", None).await?;
                count("sent");
                Ok(Outcome::Done)
            }
            Err(MailError::Refused(why)) => {
                tracing::warn!(mail = %id, why, "a mail was refused for good");
                self.record(lease, id, "refused", Some(&why)).await?;
                count("refused");
                Ok(Outcome::Done)
            }
            Err(MailError::NotNow(why)) if lease.attempts >= jobs::MAX_ATTEMPTS => {
                tracing::error!(mail = %id, why, "a mail was given up");
                self.record(lease, id, "refused", Some(&why)).await?;
                count("refused");
                Ok(Outcome::Done)
            }
            Err(MailError::NotNow(why)) => {
                self.note_attempt(lease, id, &why).await?;
                count("postponed");
                // The job comes back after a growing pause.
                Err(Error::unavailable(format!("mail {id}: {why}")))
            }
        }
    }
}

impl SendMail {
    async fn pending(&self, id: Uuid) -> Result<Option<Mail>> {
        let mut conn = self.db.read().await?;
        let row = conn
            .optional(
                "SELECT recipient, subject, body, created_at FROM mail_outbox WHERE id = ?1 AND state = 'pending'",
                params![id],
            )
            .await?;
        row.map(|row| {
            Ok(Mail {
                to: row.get(0)?,
                subject: row.get(1)?,
                text: row.get(2)?,
                message_id: id.to_string(),
                written: row.get(3)?,
            })
        })
        .transpose()
    }

    async fn record(
        &self,
        lease: &Lease,
        id: Uuid,
        state: &str,
        problem: Option<&str>,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        tx.execute(
            "UPDATE mail_outbox SET state = ?2, problem = ?3, finished_at = ?4, attempts = ?5, body = ''
             WHERE id = ?1 AND state = 'pending'",
            params![id, state, problem, self.clock.now(), lease.attempts],
        )
        .await?;
        tx.commit().await
    }

    async fn note_attempt(&self, lease: &Lease, id: Uuid, problem: &str) -> Result<()> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        tx.execute(
            "UPDATE mail_outbox SET attempts = ?2, problem = ?3 WHERE id = ?1 AND state = 'pending'",
            params![id, lease.attempts, problem],
        )
        .await?;
        tx.commit().await
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("mail_sent_total", "outcome" => outcome).increment(1);
}

/// Forgets mails that were sent or refused longer ago than [`KEEP`]. Says how many.
pub async fn purge(tx: &mut Tx, now: Instant) -> Result<u64> {
    tx.execute(
        "DELETE FROM mail_outbox WHERE state <> 'pending' AND finished_at < ?1",
        params![now.minus(KEEP)],
    )
    .await
}

#[cfg(test)]
mod tests;
