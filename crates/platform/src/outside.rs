//! What can come of a call to somebody else's system. Every adapter answers with these words, so that a worker can decide
//! what to do next without knowing who was called.

use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideError {
    /// They understood and said no; the same question gets the same answer. `code` and `message` are theirs.
    #[error("refused: {code}: {message}")]
    Refused { code: String, message: String },
    /// What was asked about is not there.
    #[error("not found: {0}")]
    NotFound(String),
    /// Too much at once; after this time it may work. Nothing has happened.
    #[error("busy, try again in {0:?}")]
    Busy(Duration),
    /// The call did not reach them, or they said that nothing was done (connection refused, 503). Nothing has happened.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// No answer, or one that cannot be read: it may or may not have happened. Ask before repeating.
    #[error("unknown outcome: {0}")]
    UnknownOutcome(String),
    /// They do not accept our proof of who we are, or we lack a permission. A person must mend it.
    #[error("unauthorised: {code}: {message}")]
    Unauthorised { code: String, message: String },
    /// The cursor has expired: begin again from nothing.
    #[error("start over")]
    StartOver,
    /// An answer that breaks the contract. Treated as an unknown outcome where something may have been changed.
    #[error("malformed answer: {0}")]
    Malformed(String),
}

impl OutsideError {
    /// Whether asking again later can help without a person doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            OutsideError::Busy(_)
                | OutsideError::Unavailable(_)
                | OutsideError::UnknownOutcome(_)
                | OutsideError::Malformed(_)
        )
    }

    /// How long they asked us to wait, if they did.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            OutsideError::Busy(wait) => Some(*wait),
            _ => None,
        }
    }
}

impl From<OutsideError> for crate::Error {
    fn from(error: OutsideError) -> Self {
        let error_wait = error.wait().map(|wait| wait.as_secs().min(3600) as u32 + 1);
        let public = crate::Error::unavailable(error.to_string());
        match error_wait {
            Some(seconds) => public.with_retry_after(seconds),
            None => public,
        }
    }
}
