//! How a case may move, and what may be asked for.

use super::{
    Case, EventKind, MediaType, Owner, PortState, Rejection, calendar,
    ports::{DonorAnswer, DonorState},
};
use crate::numbering;
use PortState::{Accepted, Cancelled, Completed, Draft, Rejected, Scheduled, Submitted};
use jiff::{ToSpan, civil::Date};
use platform::Instant;

/// A consent document is at most this many bytes.
pub const MAX_DOCUMENT: usize = 5 * 1024 * 1024;
pub const MAX_DONOR: usize = 100;
pub const MAX_OWNER: usize = 200;

/// Whether a case may go from one state to another in one move.
pub fn may(from: PortState, to: PortState) -> bool {
    match from {
        Draft | Rejected => matches!(to, Submitted | Cancelled),
        Submitted => matches!(to, Accepted | Rejected | Cancelled),
        Accepted => matches!(to, Scheduled | Rejected | Cancelled),
        // Until the day a donor can still draw back, and we can.
        Scheduled => matches!(to, Completed | Rejected | Cancelled),
        Completed | Cancelled => false,
    }
}

pub fn is_open(state: PortState) -> bool {
    !matches!(state, Completed | Cancelled)
}

/// The case lies with the donor.
pub fn is_outside(state: PortState) -> bool {
    matches!(state, Submitted | Accepted | Scheduled)
}

/// The moves that lead to where the donor says it stands, each through the states between: news may come late, together or
/// twice. Empty: no news, or none that this case can take.
pub fn moves(from: PortState, seen: DonorState) -> &'static [PortState] {
    match (from, seen) {
        (Submitted, DonorState::Accepted) => &[Accepted],
        (Submitted, DonorState::Scheduled) => &[Accepted, Scheduled],
        (Submitted, DonorState::Completed) => &[Accepted, Scheduled, Completed],
        (Accepted, DonorState::Scheduled) => &[Scheduled],
        (Accepted, DonorState::Completed) => &[Scheduled, Completed],
        (Scheduled, DonorState::Completed) => &[Completed],
        (Submitted | Accepted | Scheduled, DonorState::Rejected) => &[Rejected],
        (Submitted | Accepted | Scheduled, DonorState::CalledOff) => &[Cancelled],
        _ => &[],
    }
}

pub fn event_of(state: PortState) -> EventKind {
    match state {
        Draft => EventKind::Opened,
        Submitted => EventKind::Submitted,
        Accepted => EventKind::Accepted,
        Scheduled => EventKind::Scheduled,
        Completed => EventKind::Completed,
        Rejected => EventKind::Rejected,
        Cancelled => EventKind::Cancelled,
    }
}

/// The reasons that we have advice for; any other is told in the donor's words alone.
pub const REASONS: [&str; 7] = [
    "ownerMismatch",
    "numberUnknown",
    "contractBinding",
    "wrongKind",
    "portUnderWay",
    "dateNotPossible",
    "consentMissing",
];

pub fn rejection(answer: &DonorAnswer) -> Rejection {
    let (code, detail) = answer.reason.clone().unwrap_or_default();
    refused(&code, &detail)
}

/// A refusal in words of ours where it is a known one.
pub fn refused(code: &str, detail: &str) -> Rejection {
    Rejection {
        code: REASONS
            .into_iter()
            .find(|known| *known == code)
            .unwrap_or("other")
            .to_owned(),
        detail: detail.chars().take(500).collect(),
    }
}

/// What is wrong with the number: only an ordinary Danish one moves here.
pub fn check_number(number: &str) -> Result<String, &'static str> {
    let number = numbering::rules::e164(number).map_err(|_| "notANumber")?;
    match number.strip_prefix("+45") {
        None => Err("portForeign"),
        // Freephone and premium services are no telephone of anybody's.
        Some(national) if national.starts_with("80") || national.starts_with("90") => {
            Err("portSpecial")
        }
        Some(_) => Ok(number),
    }
}

pub fn check_donor(donor: &str) -> Result<(), &'static str> {
    check_text(donor, MAX_DONOR)
}

/// Which part of the owner is wrong (`name`, `cvr`), and how.
pub fn check_owner(owner: &Owner) -> Result<(), (&'static str, &'static str)> {
    check_text(&owner.name, MAX_OWNER).map_err(|code| ("name", code))?;
    match &owner.cvr {
        Some(cvr) if cvr.len() != 8 || !cvr.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(("cvr", "notACvr"))
        }
        _ => Ok(()),
    }
}

fn check_text(text: &str, longest: usize) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        Err("required")
    } else if text.chars().count() > longest {
        Err("tooLong")
    } else if text.chars().any(char::is_control) {
        Err("invalid")
    } else {
        Ok(())
    }
}

/// What is wrong with a day on which a number shall move.
pub fn check_day(day: Date, now: Instant) -> Result<(), &'static str> {
    let today = now.danish_day();
    if day < calendar::earliest(now) {
        Err(if day < today {
            "dateInThePast"
        } else {
            "dateTooEarly"
        })
    } else if day > today.saturating_add(1.year()) {
        Err("dateTooFar")
    } else if !calendar::is_working_day(day) {
        Err("notAWorkingDay")
    } else {
        Ok(())
    }
}

/// The day to ask the donor for: the one that was chosen, or the first that is possible.
pub fn day_to_ask_for(case: &Case, now: Instant) -> Date {
    let earliest = calendar::earliest(now);
    case.wished_for.map_or(earliest, |wish| wish.max(earliest))
}

/// What is missing before the donor can be asked: `consent`, or a `date` that can still be kept.
pub fn missing(case: &Case, now: Instant) -> Vec<&'static str> {
    if !matches!(case.state, Draft | Rejected) {
        return Vec::new();
    }
    let mut missing = Vec::new();
    if case.consent.is_none() {
        missing.push("consent");
    }
    if case
        .wished_for
        .is_some_and(|day| check_day(day, now).is_err())
    {
        missing.push("date");
    }
    missing
}

/// Why the case cannot be called off any more, if so.
pub fn cancel_hindrance(case: &Case) -> Option<&'static str> {
    match case.state {
        Completed => Some("portCompleted"),
        Cancelled => Some("portCancelled"),
        _ if case.cancel_requested_at.is_some() => Some("cancelUnderWay"),
        _ => None,
    }
}

/// What a document is, by its first bytes; what it calls itself does not count.
pub fn media_type(document: &[u8]) -> Option<MediaType> {
    if document.starts_with(b"%PDF-") {
        Some(MediaType::Pdf)
    } else if document.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(MediaType::Png)
    } else if document.starts_with(b"\xff\xd8\xff") {
        Some(MediaType::Jpeg)
    } else {
        None
    }
}

/// What the file is called when it is fetched: `consent-<case>.pdf`.
pub fn file_extension(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Pdf => "pdf",
        MediaType::Png => "png",
        MediaType::Jpeg => "jpg",
    }
}
