//! The other operators, which give numbers up or do not: what an order of specification `numberPortability` meets.
//!
//! acknowledged (asked) → inProgress (accepted) → pending (scheduled for `expectedCompletionDate`) → completed, when that day
//! has come in Denmark by the simulators' clock; or → rejected, with a code and a reason. Until the day it can be called off.
//!
//! A number that stands in the book of the settings is judged by it: the owner's name and company number must be the
//! registered ones, a binding contract must have ended by the day. Of any other number its last digits decide, so that a
//! demonstration needs no book:
//!
//! | ends in | the donor says |
//! |---|---|
//! | `0401` | `ownerMismatch`, whoever is named |
//! | `0402` | `contractBinding` |
//! | `0404` | `numberUnknown` |
//! | anything else | yes, unless the owner's name contains `wrong` or `forkert` |
//!
//! The rules of the settings strike too: `reject` refuses the order as it comes in, `hold` lets the donor think, `pend` keeps a
//! scheduled number from moving, `fail` makes the move itself fail. And `POST /_simulator/network/ports` decides by hand.

use super::{
    engine::Network,
    services::Services,
    settings::Does,
    specifications::{Characteristics, Claim, Specification, understand},
    tmf::{ErrorMessage, ServiceOrder, State},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// What a donor has of a number in its books.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registered {
    /// E.164 with `+`.
    pub number: String,
    /// The registered owner's name; case and spaces around it do not count.
    pub owner: String,
    /// The registered owner's company number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cvr: Option<String>,
    /// `landline` or `mobile`; a number moves to its own kind only. Left out: either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The contract binds until this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_until: Option<Date>,
}

/// Why a donor says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    /// A stable code.
    pub code: String,
    /// Why, in a sentence.
    pub reason: String,
}

fn no(code: &str, reason: &str) -> No {
    No {
        code: code.to_owned(),
        reason: reason.to_owned(),
    }
}

/// What the donor makes of a request; the day on which the number moves, when it says yes.
pub(super) fn judge(
    asked: &Characteristics,
    book: &[Registered],
    today: Date,
    services: &Services,
    others_under_way: bool,
) -> Result<Date, No> {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let number = of("number");
    let tomorrow = today.tomorrow().unwrap_or(today);
    let day: Date = match asked.get("portDate") {
        Some(day) => day
            .parse()
            .map_err(|_| no("dateNotPossible", "The day is none."))?,
        None => tomorrow,
    };
    if others_under_way || services.is_occupied(&Claim::Ported(number.to_owned())) {
        return Err(no(
            "portUnderWay",
            "The number is on its way already, or has moved.",
        ));
    }
    if day <= today {
        return Err(no(
            "dateNotPossible",
            "The number can move on the next working day at the earliest.",
        ));
    }
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let mismatch = || {
        no(
            "ownerMismatch",
            "The owner is not the one that the number is registered to.",
        )
    };
    let binding = || {
        no(
            "contractBinding",
            "The contract with the owner binds beyond the day.",
        )
    };
    if let Some(entry) = book.iter().find(|entry| entry.number == number) {
        let other_cvr = entry
            .cvr
            .as_deref()
            .zip(asked.get("ownerCvr"))
            .is_some_and(|(has, given)| has != given);
        if !same(&entry.owner, of("ownerName")) || other_cvr {
            return Err(mismatch());
        }
        if entry
            .kind
            .as_deref()
            .is_some_and(|kind| kind != of("numberKind"))
        {
            return Err(no("wrongKind", "The number is of the other kind."));
        }
        if entry.bound_until.is_some_and(|until| until > day) {
            return Err(binding());
        }
        return Ok(day);
    }
    let owner = of("ownerName").to_lowercase();
    if number.ends_with("0401") || owner.contains("wrong") || owner.contains("forkert") {
        Err(mismatch())
    } else if number.ends_with("0402") {
        Err(binding())
    } else if number.ends_with("0404") {
        Err(no("numberUnknown", "The donor has no such number."))
    } else {
        Ok(day)
    }
}

/// The characteristics of a request to move a number; `None` for any other order.
pub(super) fn request(order: &ServiceOrder) -> Option<Characteristics> {
    let item = order.service_order_item.first()?;
    let (specification, characteristics) = understand(item.action, &item.service, "").ok()?;
    (specification == Specification::NumberPortability).then_some(characteristics)
}

/// The day in Denmark.
pub(super) fn danish_day(at: Timestamp) -> Date {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).date()
}

/// The instant at which a day begins in Denmark.
fn beginning(day: Date) -> Timestamp {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    day.to_zoned(zone)
        .map_or(Timestamp::MAX, |begins| begins.timestamp())
}

/// Whether the number moves now.
pub(super) fn is_due(order: &ServiceOrder, now: Timestamp) -> bool {
    order.expected_completion_date.is_some_and(|day| day <= now)
}

pub(super) fn accept(order: &mut ServiceOrder, day: Date, now: Timestamp) {
    order.expected_completion_date = Some(beginning(day));
    order.start_date = Some(now);
    put(order, State::InProgress);
}

pub(super) fn put(order: &mut ServiceOrder, state: State) {
    order.state = state;
    for item in &mut order.service_order_item {
        item.state = state;
    }
}

pub(super) fn reject(order: &mut ServiceOrder, no: No, now: Timestamp) {
    let error = ErrorMessage {
        code: no.code,
        reason: no.reason,
        message: None,
        timestamp: Some(now),
        service_order_item: Vec::new(),
    };
    for item in &mut order.service_order_item {
        item.error_message.push(error.clone());
    }
    order.error_message.push(error);
    order.completion_date = Some(now);
    put(order, State::Rejected);
}

/// What somebody decides by hand about the number that is on its way.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Decision {
    /// E.164 with `+`.
    pub number: String,
    /// What happens.
    pub does: Decides,
    /// The day of the move; what was asked for without it.
    #[serde(default)]
    pub day: Option<Date>,
    /// The code of a rejection.
    #[serde(default)]
    pub code: Option<String>,
    /// The reason of a rejection.
    #[serde(default)]
    pub reason: Option<String>,
}

/// See [`Decision`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Decides {
    /// The donor says yes.
    Accept,
    /// The donor says no, or draws back.
    Reject,
    /// The day is fixed.
    Schedule,
    /// The number moves now, whatever the day.
    Complete,
}

impl Network {
    /// Lets the numbers move whose day has come.
    pub async fn keep_time(&self) {
        let now = self.now();
        let due: Vec<String> = {
            let world = self.world();
            if world.settings.manual {
                return;
            }
            world
                .orders()
                .filter(|order| {
                    order.state == State::Pending && is_due(order, now) && request(order).is_some()
                })
                .map(|order| order.id.clone())
                .collect()
        };
        for id in due {
            self.advance(&id).await;
        }
    }

    /// Carries out what somebody decided; the order as it stands afterwards, `None` when no such number is on its way.
    pub async fn decide(&self, decision: Decision) -> Option<ServiceOrder> {
        let asked = |order: &ServiceOrder| {
            !order.state.is_final()
                && request(order).is_some_and(|asked| asked.get("number") == Some(&decision.number))
        };
        let mut order = self.orders(asked).pop()?;
        let now = self.now();
        let today = danish_day(now);
        let day = decision
            .day
            .or_else(|| request(&order)?.get("portDate")?.parse().ok())
            .unwrap_or(today);
        match decision.does {
            Decides::Accept => accept(&mut order, day, now),
            Decides::Schedule => {
                accept(&mut order, day, now);
                put(&mut order, State::Pending);
            }
            Decides::Reject => {
                let no = No {
                    code: decision.code.unwrap_or_else(|| "other".to_owned()),
                    reason: decision
                        .reason
                        .unwrap_or_else(|| "The donor does not give the number up.".to_owned()),
                };
                reject(&mut order, no, now);
            }
            Decides::Complete => self.carry_out(&mut order).await,
        }
        self.keep_and_tell(order.clone()).then_some(order)
    }

    /// The next state of a request to move a number. `rule` is what the settings say of it.
    pub(super) async fn move_port(
        &self,
        order: &mut ServiceOrder,
        asked: &Characteristics,
        rule: Option<Does>,
    ) {
        let now = self.now();
        match (order.state, rule) {
            (State::Pending, None) if is_due(order, now) => self.carry_out(order).await,
            (State::Pending, _) => {}
            (State::InProgress, _) => put(order, State::Pending),
            (_, Some(Does::Hold)) => put(order, State::Held),
            _ => {
                let judged = {
                    let world = self.world();
                    let others = world.orders().any(|other| {
                        other.id != order.id
                            && !other.state.is_final()
                            && request(other)
                                .is_some_and(|theirs| theirs.get("number") == asked.get("number"))
                    });
                    let book = &world.settings.donor;
                    judge(asked, book, danish_day(now), &world.services, others)
                };
                match judged {
                    Ok(day) => accept(order, day, now),
                    Err(no) => reject(order, no, now),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Characteristics {
        let mut asked = Characteristics::from([
            ("number".to_owned(), "+4522334455".to_owned()),
            ("ownerName".to_owned(), "Nordvind A/S".to_owned()),
            ("portDate".to_owned(), "2026-11-24".to_owned()),
        ]);
        for (name, value) in pairs {
            asked.insert((*name).to_owned(), (*value).to_owned());
        }
        asked
    }

    fn said(asked: &Characteristics, book: &[Registered]) -> String {
        let today = jiff::civil::date(2026, 11, 23);
        match judge(asked, book, today, &Services::default(), false) {
            Ok(day) => day.to_string(),
            Err(no) => no.code,
        }
    }

    #[test]
    fn the_last_digits_decide_where_no_book_does() {
        assert_eq!(said(&asked(&[]), &[]), "2026-11-24");
        for (name, value, code) in [
            ("number", "+4522330401", "ownerMismatch"),
            ("number", "+4522330402", "contractBinding"),
            ("number", "+4522330404", "numberUnknown"),
            ("ownerName", "Forkert ApS", "ownerMismatch"),
            ("portDate", "2026-11-23", "dateNotPossible"),
            ("portDate", "soon", "dateNotPossible"),
        ] {
            assert_eq!(said(&asked(&[(name, value)]), &[]), code, "{name} {value}");
        }
    }

    #[test]
    fn a_book_is_held_to() {
        let book = [Registered {
            number: "+4522334455".to_owned(),
            owner: "Nordvind A/S".to_owned(),
            cvr: Some("12345678".to_owned()),
            kind: Some("mobile".to_owned()),
            bound_until: Some(jiff::civil::date(2026, 12, 1)),
        }];
        for (pairs, told) in [
            (&[("ownerName", "Nordvind")][..], "ownerMismatch"),
            (&[("ownerCvr", "87654321")][..], "ownerMismatch"),
            (&[("numberKind", "landline")][..], "wrongKind"),
            (&[("numberKind", "mobile")][..], "contractBinding"),
            (
                &[
                    ("numberKind", "mobile"),
                    ("ownerName", " nordvind a/s "),
                    ("portDate", "2026-12-01"),
                ][..],
                "2026-12-01",
            ),
        ] {
            assert_eq!(said(&asked(pairs), &book), told, "{pairs:?}");
        }
    }

    #[test]
    fn a_number_is_on_its_way_once() {
        let today = jiff::civil::date(2026, 11, 23);
        let no = judge(&asked(&[]), &[], today, &Services::default(), true).unwrap_err();
        assert_eq!(no.code, "portUnderWay");
    }
}
