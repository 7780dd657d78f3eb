//! The mail that an invoice is ready.

use crate::TEXTS;
use jiff::civil::Date;
use platform::{
    Ids, Money, Period, Result,
    db::Tx,
    i18n::{self, Language},
    outbox::{self, NewMail},
};
use url::Url;
use uuid::Uuid;

/// What a mail about an invoice is made of.
#[derive(Clone, Debug)]
pub struct InvoiceNews<'a> {
    pub to: &'a str,
    pub language: Language,
    pub number: &'a str,
    pub period: Period,
    pub organisation: &'a str,
    /// With VAT.
    pub total: Money,
    pub due: Date,
    pub credit_note: bool,
    /// Where it is to be seen, by whoever may.
    pub link: &'a Url,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells a finance address that an invoice is ready. The document itself is behind the link.
pub async fn invoice_ready(tx: &mut Tx, ids: &Ids, news: &InvoiceNews<'_>) -> Result<()> {
    let key = if news.credit_note {
        "creditNoteReady"
    } else if news.total.amount < 0 {
        "invoiceInFavour"
    } else {
        "invoiceReady"
    };
    // The text says in whose favour it is.
    let total = Money::dkk(news.total.amount.saturating_abs());
    let values = [
        ("number", news.number),
        ("organisation", news.organisation),
        ("month", &i18n::month(news.language, news.period)),
        ("total", &i18n::money(news.language, total)),
        ("due", &i18n::date(news.language, news.due)),
        ("link", news.link.as_str()),
    ];
    // The organisation's name is theirs to choose: it must not break the mail's head.
    let subject: String = TEXTS
        .text(news.language, &format!("mail.{key}.subject"), &values)
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    let told = outbox::enqueue(
        tx,
        ids,
        NewMail {
            to: news.to.to_owned(),
            subject,
            text: TEXTS.text(news.language, &format!("mail.{key}.text"), &values),
            lane: news.lane,
        },
    )
    .await;
    match told {
        // An address that no mail can go to must not keep an invoice from being issued.
        Err(error) if error.code == "mailAddress" => Ok(()),
        told => told.map(|_| ()),
    }
}
