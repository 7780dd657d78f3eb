//! Who is told that a case has moved: whoever ordered, and the person whose number it is.

use super::{Case, PortState};
use crate::{
    access::{self, Scope},
    directory,
    notices::{self, PortNews, PortOutcome},
};
use jiff::civil::Date;
use platform::{Ids, Instant, Result, db::Tx, i18n::Language};
use url::Url;

pub(super) async fn people(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    case: &Case,
    portal: &Url,
) -> Result<()> {
    let now = ids.now();
    let (to_orderer, to_person) = match case.state {
        // Accepted and scheduled mostly come as one; the day is what people want to know.
        PortState::Scheduled => {
            let day = day(case, now);
            (
                PortOutcome::Accepted { day },
                Some(PortOutcome::PersonMoves { day }),
            )
        }
        PortState::Rejected => {
            let code = case_rejection(case);
            (PortOutcome::Rejected { code }, None)
        }
        PortState::Completed => (
            PortOutcome::Completed,
            Some(PortOutcome::PersonMoved {
                day: day(case, now),
            }),
        ),
        PortState::Draft | PortState::Submitted | PortState::Accepted | PortState::Cancelled => {
            return Ok(());
        }
    };
    let system = access::for_system();
    let organisation = access::organisation(tx, scope).await?;
    let orderer = access::principal_by_id(tx, system, case.requested_by).await?;
    let mut orderers_address = None;
    if let Some(orderer) = orderer {
        orderers_address = directory::email(tx, system, orderer.tenant, orderer.object).await?;
        if let Some(to) = &orderers_address {
            let mut link = portal.clone();
            link.set_path(&format!(
                "o/{}/organisation/ports/{}",
                organisation.id, case.id
            ));
            let language = orderer.language.unwrap_or(organisation.language);
            send(
                tx,
                ids,
                to,
                language,
                to_orderer,
                Some(link),
                organisation.id.0,
            )
            .await?;
        }
    }
    let person = match case.person {
        Some(person) => directory::person(tx, scope, person).await?,
        None => None,
    };
    if let (Some(outcome), Some(to)) = (to_person, person.and_then(|person| person.email))
        && orderers_address.as_ref() != Some(&to)
    {
        send(
            tx,
            ids,
            &to,
            organisation.language,
            outcome,
            None,
            organisation.id.0,
        )
        .await?;
    }
    Ok(())
}

fn day(case: &Case, now: Instant) -> Date {
    case.day.unwrap_or_else(|| now.danish_day())
}

fn case_rejection(case: &Case) -> String {
    case.rejection
        .as_ref()
        .map_or_else(|| "other".to_owned(), |rejection| rejection.code.clone())
}

async fn send(
    tx: &mut Tx,
    ids: &Ids,
    to: &str,
    language: Language,
    outcome: PortOutcome,
    link: Option<Url>,
    lane: uuid::Uuid,
) -> Result<()> {
    let news = PortNews {
        to: to.to_owned(),
        language,
        outcome,
        link,
        lane,
    };
    match notices::port_moved(tx, ids, &news).await {
        // An address in the directory that no mail can go to must not keep the case from moving.
        Err(error) if error.code == "mailAddress" => Ok(()),
        told => told,
    }
}
