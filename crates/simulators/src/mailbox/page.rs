//! The mailbox's pages: the list of mails, and one mail with its headers, its text and its HTML in a sandboxed frame.

use super::Mailbox;
use crate::common::html::{escape, page, table};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// How many mails the list shows.
const SHOWN: usize = 500;

pub(super) async fn list(State(mailbox): State<Mailbox>) -> Html<String> {
    let mails = mailbox.mails(None);
    let rows = mails.iter().rev().take(SHOWN).map(|mail| {
        let read = mail.read();
        let subject = if read.subject.is_empty() {
            "(no subject)"
        } else {
            &read.subject
        };
        vec![
            escape(&read.received_at.to_string()),
            escape(&read.to.join(", ")),
            format!(
                "<a href=\"/_simulator/mailbox/{}\">{}</a>",
                escape(&read.id),
                escape(subject)
            ),
        ]
    });
    let body = format!(
        "<nav><a href=\"/_simulator/network/\">Network</a></nav><p>{} mails, the latest first.</p>{}",
        mails.len(),
        table(&["Received", "To", "Subject"], rows),
    );
    Html(page("Mailbox", &body))
}

pub(super) async fn show(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(mail) = mailbox.mail(&id) else {
        let body =
            "<p>There is no such mail.</p><p><a href=\"/_simulator/mailbox/\">All mails</a></p>";
        return (StatusCode::NOT_FOUND, Html(page("No such mail", body))).into_response();
    };
    let read = mail.read();
    let id = escape(&read.id);
    let mut body = format!(
        "<nav><a href=\"/_simulator/mailbox/\">All mails</a> · <a href=\"/_simulator/mails/{id}/raw\">Source</a></nav>"
    );
    let envelope = [
        ("Received", read.received_at.to_string()),
        (
            "Envelope",
            format!("{} → {}", read.from, read.to.join(", ")),
        ),
    ];
    let rows = envelope
        .into_iter()
        .map(|(name, value)| vec![escape(name), escape(&value)])
        .chain(
            read.headers
                .iter()
                .map(|header| vec![escape(&header.name), escape(&header.value)]),
        );
    body.push_str(&table(&["Header", "Value"], rows));
    if let Some(text) = &read.text {
        body.push_str(&format!("<h2>Text</h2><pre>{}</pre>", escape(text)));
    }
    if read.html.is_some() {
        body.push_str(&format!(
            "<h2>HTML</h2><iframe title=\"The mail as HTML\" sandbox=\"allow-popups allow-popups-to-escape-sandbox\" \
             src=\"/_simulator/mails/{id}/html\"></iframe>"
        ));
    }
    if !read.attachments.is_empty() {
        let rows = read.attachments.iter().map(|attachment| {
            vec![
                escape(&attachment.name),
                escape(&attachment.media_type),
                attachment.size.to_string(),
            ]
        });
        body.push_str("<h2>Attachments</h2>");
        body.push_str(&table(&["Name", "Type", "Bytes"], rows));
    }
    let title = if read.subject.is_empty() {
        "(no subject)"
    } else {
        &read.subject
    };
    Html(page(title, &body)).into_response()
}
