//! One mail as it goes over the wire (RFC 5322): plain text in UTF-8.

use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};
use platform::outbox::{Mail, MailError};
use std::time::SystemTime;

/// Says that no person wrote this, so that no out-of-office answers it (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// The same bytes for the same mail, however often it is asked for.
///
/// # Errors
/// The mail cannot be written down, and never will: its address is none.
pub(super) fn write(from: &Mailbox, mail: &Mail) -> Result<Message, MailError> {
    let refused = |why: &str| MailError::Refused(why.to_owned());
    let to: Address = mail
        .to
        .parse()
        .map_err(|_| refused("the recipient is no address"))?;
    let local = &mail.message_id;
    if local.is_empty()
        || !local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    {
        return Err(refused("the Message-ID is none"));
    }
    Message::builder()
        .message_id(Some(format!("<{local}@{}>", from.email.domain())))
        .date(SystemTime::from(mail.written.timestamp()))
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .header(AutoSubmitted)
        .singlepart(
            SinglePart::builder()
                .header(ContentType::TEXT_PLAIN)
                .body(mail.text.clone()),
        )
        .map_err(|_| refused("the mail cannot be written"))
}
