//! Mails about a number on its way to us.

use crate::TEXTS;
use jiff::civil::Date;
use platform::{
    Ids, Result,
    db::Tx,
    i18n::{self, Language},
    outbox::{self, NewMail},
};
use url::Url;
use uuid::Uuid;

/// How far a number has come, as far as a mail says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortOutcome {
    /// To whoever ordered.
    Accepted { day: Date },
    /// To whoever ordered; the code of why.
    Rejected { code: String },
    /// To whoever ordered.
    Completed,
    /// To the person whose number it is.
    PersonMoves { day: Date },
    /// To the person whose number it is.
    PersonMoved { day: Date },
}

impl PortOutcome {
    const fn key(&self) -> &'static str {
        match self {
            PortOutcome::Accepted { .. } => "portAccepted",
            PortOutcome::Rejected { .. } => "portRejected",
            PortOutcome::Completed => "portCompleted",
            PortOutcome::PersonMoves { .. } => "portPersonMoves",
            PortOutcome::PersonMoved { .. } => "portPersonMoved",
        }
    }
}

/// What a mail about a number on its way is made of.
#[derive(Clone, Debug)]
pub struct PortNews {
    pub to: String,
    pub language: Language,
    pub outcome: PortOutcome,
    /// Where the case is to be seen, for those who may.
    pub link: Option<Url>,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells that a number has come further.
pub async fn port_moved(tx: &mut Tx, ids: &Ids, news: &PortNews) -> Result<()> {
    let (day, why) = match &news.outcome {
        PortOutcome::Accepted { day }
        | PortOutcome::PersonMoves { day }
        | PortOutcome::PersonMoved { day } => (i18n::date(news.language, *day), String::new()),
        PortOutcome::Rejected { code } => (
            String::new(),
            TEXTS.text(news.language, &format!("portRejection.{code}"), &[]),
        ),
        PortOutcome::Completed => (String::new(), String::new()),
    };
    let link = news.link.as_ref().map(Url::as_str).unwrap_or_default();
    let values: Vec<(&str, &str)> = [("day", day.as_str()), ("why", why.as_str()), ("link", link)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let key = news.outcome.key();
    let mail = NewMail {
        to: news.to.clone(),
        subject: TEXTS.text(news.language, &format!("mail.{key}.subject"), &[]),
        text: TEXTS.text(news.language, &format!("mail.{key}.text"), &values),
        lane: news.lane,
    };
    outbox::enqueue(tx, ids, mail).await.map(|_| ())
}
