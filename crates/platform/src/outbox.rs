//! The mail outbox: a mail is a row written in the transaction of the change that it tells of, and sent afterwards by a job.

use async_trait::async_trait;

/// One mail, ready to send. `text` is UTF-8 plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The `Message-ID` local part: the mail's own id, so that a mail sent twice after an unknown outcome is recognised.
    pub message_id: String,
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
