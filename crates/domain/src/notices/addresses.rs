//! Addresses that asked to be told of limits, and the mails to them.

use super::{
    AddressState, MOST_ADDRESSES, NotificationAddress, NotificationAddressId, rules, store,
};
use crate::{
    TEXTS,
    access::{self, Scope, SystemScope},
};
use platform::{
    Error, Ids, Instant, Kind, Period, Result,
    audit::{self, AuditEntry},
    db::Tx,
    i18n::{self, Language},
    limits::{self, Limit},
    outbox::{self, NewMail},
    seal::Secret,
};
use sha2::{Digest, Sha256};
use std::time::Duration;
use url::Url;
use uuid::Uuid;

/// How long the question can be answered.
pub const QUESTION_LIFE: Duration = Duration::from_secs(3 * 24 * 3600);

/// Questions to one address, whoever has it asked: nobody is to fill another's mailbox by way of us.
const QUESTIONS: Limit = Limit {
    name: "addressQuestions",
    most: 3,
    per: Duration::from_secs(24 * 3600),
};

/// An address as the subject of a limit.
fn mailbox(folded: &str) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(folded).into();
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(half)
}

/// How long the link in a mail takes an address away.
const REMOVAL_LIFE: Duration = Duration::from_secs(100 * 24 * 3600);

/// Adds an address and asks it by mail whether it wants to be told; one that has not answered yet is asked once more, and the
/// question before counts no longer. `portal` is where the mail leads.
///
/// # Errors
/// 422 `mailAddress`, `tooManyAddresses`; 409 `addressThere`; 429 when the address was asked three times lately.
pub async fn add_address(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    portal: &Url,
    address: &str,
    language: Option<Language>,
) -> Result<NotificationAddress> {
    let address = rules::address(address)?;
    let folded = address.to_ascii_lowercase();
    let organisation = access::organisation(tx, scope).await?;
    let language = language.unwrap_or(organisation.language);
    let known = store::by_address(tx, scope, &folded).await?;
    match &known {
        Some(known) if known.state == AddressState::Confirmed => {
            return Err(Error::conflict(
                "addressThere",
                "This address is told already.",
            ));
        }
        None if store::count(tx, scope).await? >= MOST_ADDRESSES => {
            return Err(Error::rule(
                "tooManyAddresses",
                "An organisation has at most 20 notification addresses. Remove one first.",
            ));
        }
        _ => {}
    }
    let now = ids.now();
    limits::take(tx, QUESTIONS, mailbox(&folded), now).await?;
    let token = Secret::random();
    let question = store::Question {
        id: known.map_or_else(|| ids.make(), |known| known.id),
        address: &address,
        folded: &folded,
        language,
        token_hash: token.hash(),
        expires_at: now.plus(QUESTION_LIFE),
        by: scope.principal(),
        now,
    };
    store::ask(tx, scope, &question).await?;
    let link = with_token(portal, "confirm-address", &token);
    let values = [
        ("organisation", organisation.name.as_str()),
        ("link", &link),
    ];
    mail(
        tx,
        ids,
        scope,
        &address,
        language,
        "confirmAddress",
        &values,
    )
    .await?;
    note(tx, ids, scope, "add_notification_address", question.id).await?;
    store::address(tx, scope, question.id).await
}

/// Whoever reads mail at the address says yes. The token is good once.
///
/// # Errors
/// 404 when there never was such a token; 410 `linkUsed`, `linkExpired`.
pub async fn confirm_address(
    tx: &mut Tx,
    ids: &Ids,
    token: &Secret,
) -> Result<NotificationAddress> {
    let hash = token.hash();
    let now = ids.now();
    let asked = store::asked(tx, &hash)
        .await?
        .ok_or_else(Error::not_found)?;
    if let Some(address) = store::confirm(tx, &hash, now).await? {
        let entry = AuditEntry::new(asked.organisation.0, None, "confirm_notification_address")
            .on("notificationAddress", asked.id);
        audit::record(tx, ids, entry).await?;
        return Ok(address);
    }
    Err(if asked.confirmed_at.is_some() {
        Error::new(
            Kind::Gone,
            "linkUsed",
            "This link was used already, and the address is confirmed.",
        )
    } else {
        debug_assert!(asked.expires_at <= now);
        Error::new(
            Kind::Gone,
            "linkExpired",
            "This link has expired. Have the address added again to get a new one.",
        )
    })
}

/// An administrator takes an address away.
pub async fn remove_address(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: NotificationAddressId,
) -> Result<()> {
    if store::delete(tx, scope.organisation(), id).await? == 0 {
        return Err(Error::not_found());
    }
    note(tx, ids, scope, "remove_notification_address", id).await
}

/// Whoever reads mail at the address takes it away, by the link in one of its mails.
///
/// # Errors
/// 404 when no address goes with the token (any more).
pub async fn unsubscribe(tx: &mut Tx, ids: &Ids, token: &Secret) -> Result<()> {
    let (id, organisation) = store::removal(tx, &token.hash(), ids.now())
        .await?
        .ok_or_else(Error::not_found)?;
    store::delete(tx, organisation, id).await?;
    let entry = AuditEntry::new(organisation.0, None, "remove_notification_address")
        .on("notificationAddress", id);
    audit::record(tx, ids, entry).await
}

/// Forgets addresses whose question was not answered in time. Says how many.
pub async fn forget_unconfirmed(tx: &mut Tx, system: SystemScope, now: Instant) -> Result<u64> {
    store::forget(tx, system, now).await
}

/// What a mail about a limit is made of.
#[derive(Clone, Debug)]
pub struct LimitNews<'a> {
    /// As people write it.
    pub number: &'a str,
    pub period: Period,
    /// Per cent: 80 or 100.
    pub threshold: i64,
    /// Bytes.
    pub used: i64,
    pub limit: i64,
}

/// Tells every confirmed address of the organisation that a number has passed a threshold of its monthly data limit.
pub async fn limit_passed(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    portal: &Url,
    news: &LimitNews<'_>,
) -> Result<()> {
    let told = store::addresses(tx, scope).await?;
    if told.is_empty() {
        return Ok(());
    }
    let organisation = access::organisation(tx, scope).await?;
    let mut link = portal.clone();
    link.set_path(&format!("/o/{}/users", organisation.id));
    let key = if news.threshold >= 100 {
        "limitReached"
    } else {
        "limitNear"
    };
    for to in told {
        if to.state != AddressState::Confirmed {
            continue;
        }
        let token = Secret::random();
        let until = ids.now().plus(REMOVAL_LIFE);
        store::insert_removal(tx, scope, to.id, token.hash(), until).await?;
        let values = [
            ("number", news.number),
            ("organisation", &organisation.name),
            ("month", &i18n::month(to.language, news.period)),
            ("threshold", &news.threshold.to_string()),
            ("used", &i18n::data(to.language, news.used)),
            ("limit", &i18n::data(to.language, news.limit)),
            ("link", link.as_str()),
            ("remove", &with_token(portal, "remove-address", &token)),
        ];
        mail(tx, ids, scope, &to.address, to.language, key, &values).await?;
    }
    Ok(())
}

/// The token stands behind `#`: no browser sends it anywhere by itself, so that looking at a link uses nothing up.
fn with_token(portal: &Url, page: &str, token: &Secret) -> String {
    let mut link = portal.clone();
    link.set_path(page);
    link.set_fragment(Some(&token.expose()));
    link.into()
}

async fn mail(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    to: &str,
    language: Language,
    key: &str,
    values: &[(&str, &str)],
) -> Result<()> {
    // The organisation's name is theirs to choose: it must not break the mail's head.
    let subject: String = TEXTS
        .text(language, &format!("mail.{key}.subject"), values)
        .chars()
        .filter(|letter| !letter.is_control())
        .collect();
    let mail = NewMail {
        to: to.to_owned(),
        subject,
        text: TEXTS.text(language, &format!("mail.{key}.text"), values),
        lane: scope.organisation().0,
    };
    outbox::enqueue(tx, ids, mail).await.map(|_| ())
}

async fn note(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    action: &'static str,
    id: NotificationAddressId,
) -> Result<()> {
    let principal = scope.principal().map(|principal| principal.0);
    let entry =
        AuditEntry::new(scope.organisation().0, principal, action).on("notificationAddress", id);
    audit::record(tx, ids, entry).await
}
