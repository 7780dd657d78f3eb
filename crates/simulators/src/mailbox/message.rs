//! A mail, and what can be read in it.

use crate::common::fresh_id;
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
use serde::{Deserialize, Serialize};

/// A mail as it arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mail {
    /// The mailbox's id of it.
    pub id: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The envelope's sender; empty for a bounce.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message, exactly as it was sent, in base64.
    pub raw: String,
}

/// A mail as it is read.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Read {
    /// The mailbox's id of it.
    pub id: String,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The decoded subject.
    pub subject: String,
    /// Every header in order, decoded.
    pub headers: Vec<Header>,
    /// The plain text, if it has one.
    pub text: Option<String>,
    /// The HTML, if it has one.
    pub html: Option<String>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// How long the message is, in bytes.
    pub size: usize,
}

/// A header of a mail.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Its name as it was written.
    pub name: String,
    /// Its value, unfolded and decoded.
    pub value: String,
}

/// What is attached to a mail.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its file name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How long it is, in bytes.
    pub size: usize,
}

impl Mail {
    pub(super) fn received(at: Timestamp, from: String, to: Vec<String>, raw: &[u8]) -> Self {
        Mail {
            id: fresh_id(),
            received_at: at,
            from,
            to,
            raw: BASE64_STANDARD.encode(raw),
        }
    }

    /// Whether it came to this address; to `None` every mail did.
    pub fn is_for(&self, to: Option<&str>) -> bool {
        to.is_none_or(|wanted| {
            self.to
                .iter()
                .any(|to| to.to_lowercase() == wanted.to_lowercase())
        })
    }

    /// The message as it was sent.
    pub fn bytes(&self) -> Vec<u8> {
        BASE64_STANDARD.decode(&self.raw).unwrap_or_default()
    }

    /// Reads it. What cannot be understood is left out.
    pub fn read(&self) -> Read {
        let raw = self.bytes();
        let parsed = MessageParser::default().parse(&raw);
        let parsed = parsed.as_ref();
        let headers = parsed
            .map(|message| {
                message
                    .headers()
                    .iter()
                    .map(|header| Header {
                        name: header.name().to_owned(),
                        value: match &header.value {
                            HeaderValue::Text(text) => text.to_string(),
                            _ => written(&raw, header.offset_start, header.offset_end),
                        },
                    })
                    .collect()
            })
            .unwrap_or_default();
        Read {
            id: self.id.clone(),
            received_at: self.received_at,
            from: self.from.clone(),
            to: self.to.clone(),
            subject: parsed
                .and_then(|message| message.subject())
                .unwrap_or_default()
                .to_owned(),
            headers,
            text: parsed
                .filter(|message| {
                    message
                        .text_part(0)
                        .is_some_and(|part| !part.is_text_html())
                })
                .and_then(|message| message.body_text(0))
                .map(|text| text.into_owned()),
            html: parsed
                .filter(|message| {
                    message
                        .html_part(0)
                        .is_some_and(mail_parser::MessagePart::is_text_html)
                })
                .and_then(|message| message.body_html(0))
                .map(|html| html.into_owned()),
            attachments: parsed
                .map(|message| {
                    message
                        .attachments()
                        .map(|part| Attachment {
                            name: part.attachment_name().unwrap_or("attachment").to_owned(),
                            media_type: part
                                .content_type()
                                .map(|kind| match kind.subtype() {
                                    Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                                    None => kind.ctype().to_owned(),
                                })
                                .unwrap_or_default(),
                            size: part.len(),
                        })
                        .collect()
                })
                .unwrap_or_default(),
            size: raw.len(),
        }
    }
}

/// A header as it was written, on one line.
fn written(raw: &[u8], start: impl TryInto<usize>, end: impl TryInto<usize>) -> String {
    let (Ok(start), Ok(end)) = (start.try_into(), end.try_into()) else {
        return String::new();
    };
    let text = String::from_utf8_lossy(raw.get(start..end).unwrap_or_default()).into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
