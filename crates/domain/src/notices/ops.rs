//! The verbs of this room.

use crate::{TEXTS, access::Role};
use jiff::civil::Date;
use platform::{
    Ids, Result,
    db::Tx,
    i18n::Language,
    outbox::{self, NewMail},
};
use url::Url;
use uuid::Uuid;

/// How an order ended, as far as a mail says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderOutcome {
    Completed,
    Partial,
    Failed,
    Cancelled,
    /// It stands held: somebody at the operator looks at it.
    Held,
}

impl OrderOutcome {
    const fn key(self) -> &'static str {
        match self {
            OrderOutcome::Completed => "completed",
            OrderOutcome::Partial => "partial",
            OrderOutcome::Failed => "failed",
            OrderOutcome::Cancelled => "cancelled",
            OrderOutcome::Held => "held",
        }
    }
}

/// What a mail about an order is made of.
#[derive(Clone, Debug)]
pub struct OrderNews<'a> {
    pub to: String,
    pub language: Language,
    /// `O-000123`.
    pub number: &'a str,
    pub outcome: OrderOutcome,
    /// Where the order is to be seen.
    pub link: Url,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells whoever ordered how it ended.
pub async fn order_ended(tx: &mut Tx, ids: &Ids, news: &OrderNews<'_>) -> Result<()> {
    let key = news.outcome.key();
    let values = [("number", news.number), ("link", news.link.as_str())];
    outbox::enqueue(
        tx,
        ids,
        NewMail {
            to: news.to.clone(),
            subject: TEXTS.text(news.language, &format!("mail.{key}.subject"), &values[..1]),
            text: TEXTS.text(news.language, &format!("mail.{key}.text"), &values),
            lane: news.lane,
        },
    )
    .await
    .map(|_| ())
}

/// What a mail about a role is made of.
#[derive(Clone, Debug)]
pub struct RoleNews<'a> {
    pub to: String,
    pub language: Language,
    pub role: Role,
    pub organisation: &'a str,
    /// Otherwise taken away.
    pub given: bool,
    pub link: Url,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells somebody that they were given a role, or that one was taken away.
pub async fn role_changed(tx: &mut Tx, ids: &Ids, news: &RoleNews<'_>) -> Result<()> {
    let key = if news.given { "roleGiven" } else { "roleTaken" };
    let role = TEXTS.text(news.language, &format!("role.{}", news.role), &[]);
    let values = [
        ("role", role.as_str()),
        ("organisation", news.organisation),
        ("link", news.link.as_str()),
    ];
    // The organisation's name is theirs to choose: it must not break the mail's head.
    let subject: String = TEXTS
        .text(news.language, &format!("mail.{key}.subject"), &values[..2])
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    outbox::enqueue(
        tx,
        ids,
        NewMail {
            to: news.to.clone(),
            subject,
            text: TEXTS.text(news.language, &format!("mail.{key}.text"), &values),
            lane: news.lane,
        },
    )
    .await
    .map(|_| ())
}

/// What a mail about an answered support request is made of.
#[derive(Clone, Debug)]
pub struct AnswerNews<'a> {
    pub to: String,
    pub language: Language,
    /// `S-000012`.
    pub number: &'a str,
    pub link: Url,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells whoever asked that there is an answer; what it says is read in the portal.
pub async fn request_answered(tx: &mut Tx, ids: &Ids, news: &AnswerNews<'_>) -> Result<()> {
    let values = [("number", news.number), ("link", news.link.as_str())];
    outbox::enqueue(
        tx,
        ids,
        NewMail {
            to: news.to.clone(),
            subject: TEXTS.text(news.language, "mail.requestAnswered.subject", &values[..1]),
            text: TEXTS.text(news.language, "mail.requestAnswered.text", &values),
            lane: news.lane,
        },
    )
    .await
    .map(|_| ())
}

/// What a line in use gets for a SIM, the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NewSim {
    /// A card from the organisation's drawer, or one sent to its registered address.
    Card,
    /// A profile for whoever is shown its code.
    ESim,
    /// A card sent to another address than the registered one.
    Elsewhere,
}

/// Whom to tell that a line in use gets another SIM: whoever has that SIM has the line.
#[derive(Clone, Debug)]
pub struct SimNews<'a> {
    pub to: String,
    pub language: Language,
    pub new: NewSim,
    /// `O-000123`.
    pub number: &'a str,
    /// The day on which one that goes elsewhere is sent at the earliest.
    pub day: Date,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells it, in the transaction of the order.
pub async fn new_sim(tx: &mut Tx, ids: &Ids, news: &SimNews<'_>) -> Result<()> {
    let day = news.day.to_string();
    let number = ("number", news.number);
    let values = [number, ("day", day.as_str())];
    let (key, values) = match news.new {
        NewSim::Card => ("mail.simCard", &values[..1]),
        NewSim::ESim => ("mail.simESim", &values[..1]),
        NewSim::Elsewhere => ("mail.simElsewhere", &values[..]),
    };
    let mail = NewMail {
        to: news.to.clone(),
        subject: TEXTS.text(news.language, &format!("{key}.subject"), &[number]),
        text: TEXTS.text(news.language, &format!("{key}.text"), values),
        lane: news.lane,
    };
    if_it_can_go(outbox::enqueue(tx, ids, mail).await)
}

/// An address in the directory that no mail can go to must not keep anybody from ordering.
fn if_it_can_go<T>(told: Result<T>) -> Result<()> {
    match told {
        Err(error) if error.code == "mailAddress" => Ok(()),
        told => told.map(|_| ()),
    }
}

/// Whom to tell that somebody ends many subscriptions.
#[derive(Clone, Debug)]
pub struct EndingsNews<'a> {
    pub to: String,
    pub language: Language,
    /// Ended by one person within a day.
    pub count: usize,
    /// The last order, `O-000123`.
    pub number: &'a str,
    /// For how long after its end an order can be undone.
    pub undo_minutes: u32,
    /// The organisation: whom the mail serves.
    pub lane: Uuid,
}

/// Tells it, in the transaction of the order.
pub async fn many_endings(tx: &mut Tx, ids: &Ids, news: &EndingsNews<'_>) -> Result<()> {
    let (count, minutes) = (news.count.to_string(), news.undo_minutes.to_string());
    let values = [
        ("count", count.as_str()),
        ("number", news.number),
        ("minutes", minutes.as_str()),
    ];
    let mail = NewMail {
        to: news.to.clone(),
        subject: TEXTS.text(news.language, "mail.manyEndings.subject", &values[..2]),
        text: TEXTS.text(news.language, "mail.manyEndings.text", &values),
        lane: news.lane,
    };
    if_it_can_go(outbox::enqueue(tx, ids, mail).await)
}
