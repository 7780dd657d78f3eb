//! What a call group may be like. Pure.

use super::{CallGroupState, DearDestination, OpeningHours, Overflow, Settings, Weekday};
use crate::numbering;
use std::collections::BTreeMap;

/// Characters of a name.
pub const LONGEST_NAME: usize = 60;
pub const MOST_MEMBERS: usize = 50;
/// Seconds.
pub const RING: std::ops::RangeInclusive<u32> = 5..=120;
/// Lines of opening hours: three a day.
pub const MOST_HOURS: usize = 21;

/// Why a group in this state cannot be changed or taken down; `None` when it can. Asked by the list, by the quote and when an
/// order begins.
pub fn hindrance(state: CallGroupState) -> Option<&'static str> {
    match state {
        CallGroupState::Active => None,
        CallGroupState::Ordered => Some("groupNotActiveYet"),
        CallGroupState::Ending => Some("groupEnding"),
        CallGroupState::Ended => Some("callGroupUnknown"),
    }
}

/// Minutes since midnight of `08:00`; `None` when it is no time of the day.
fn minutes(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let at = hours * 60 + minutes;
    (minutes < 60 && at <= 24 * 60).then_some(at)
}

/// The first line that is none, or that meets one before it: its place, and how it is wrong.
pub fn check_hours(hours: &[OpeningHours]) -> Result<(), (usize, &'static str)> {
    if hours.is_empty() || hours.len() > MOST_HOURS {
        return Err((0, "badOpeningHours"));
    }
    let mut taken: BTreeMap<Weekday, Vec<(u32, u32)>> = BTreeMap::new();
    for (place, line) in hours.iter().enumerate() {
        let (Some(from), Some(to)) = (minutes(&line.from), minutes(&line.to)) else {
            return Err((place, "badOpeningHours"));
        };
        if from >= to || line.days.is_empty() {
            return Err((place, "badOpeningHours"));
        }
        for day in &line.days {
            let of_day = taken.entry(*day).or_default();
            if of_day.iter().any(|(begin, end)| from < *end && *begin < to) {
                return Err((place, "overlappingHours"));
            }
            of_day.push((from, to));
        }
    }
    Ok(())
}

/// Country codes that are no country's: satellites and other networks of the whole world, shared cost, premium services
/// (ITU-T E.164, list of assigned country codes).
const NOBODYS: [&str; 8] = [
    "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979",
];

/// In which dear ways a number lies; E.164 with `+`. Danish numbers beginning with 90 are premium services; elsewhere the plan of
/// the country says it. A number that no plan knows may be either.
pub fn dear(number: &str) -> Vec<DearDestination> {
    use DearDestination::{Foreign, Premium};
    if let Some(national) = number.strip_prefix("+45") {
        return if national.starts_with("90") {
            vec![Premium]
        } else {
            Vec::new()
        };
    }
    if NOBODYS.iter().any(|code| number.starts_with(code)) {
        return vec![Premium, Foreign];
    }
    let kind = phonenumber::parse(None, number)
        .map(|parsed| parsed.number_type(&phonenumber::metadata::DATABASE));
    match kind {
        Ok(
            phonenumber::Type::FixedLine
            | phonenumber::Type::Mobile
            | phonenumber::Type::FixedLineOrMobile
            | phonenumber::Type::TollFree
            | phonenumber::Type::Voip
            | phonenumber::Type::Uan,
        ) => vec![Foreign],
        _ => vec![Premium, Foreign],
    }
}

/// Brings a wish for an overflow into the one form in which it is looked at, kept and told to the network. What is no number
/// stays as it was written, for the look to say so.
pub fn tidy_overflow(overflow: &mut Overflow) {
    if let Ok(number) = numbering::rules::e164(&overflow.number) {
        overflow.number = number;
    }
    overflow.allow.sort_unstable();
    overflow.allow.dedup();
}

/// What is wrong with where unanswered calls go. `number` is the group's own, if it is known.
pub fn check_overflow(overflow: &Overflow, number: Option<&str>) -> Result<(), &'static str> {
    let to = numbering::rules::e164(&overflow.number).map_err(|_| "notANumber")?;
    if to != overflow.number {
        return Err("notANumber");
    }
    for way in dear(&to) {
        if !overflow.allow.contains(&way) {
            return Err(match way {
                DearDestination::Premium => "overflowPremium",
                DearDestination::Foreign => "overflowForeign",
            });
        }
    }
    if Some(to.as_str()) == number {
        return Err("overflowLoop");
    }
    Ok(())
}

/// Whether a call that is passed on from `number` to `to` comes back to it. `passes` says where each group's number passes on.
pub fn comes_back(number: &str, to: &str, passes: &BTreeMap<String, String>) -> bool {
    let mut at = to;
    for _ in 0..=passes.len() {
        if at == number {
            return true;
        }
        match passes.get(at) {
            Some(next) => at = next,
            None => return false,
        }
    }
    // It goes round among others, and never ends.
    true
}

/// What is wrong with the rest of the settings: the field, and how.
pub fn check_settings(settings: &Settings) -> Vec<(String, &'static str)> {
    let mut wrong = Vec::new();
    let name = settings.name.trim();
    if name.is_empty() {
        wrong.push(("name".to_owned(), "nameMissing"));
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        wrong.push(("name".to_owned(), "nameTooLong"));
    }
    if !RING.contains(&settings.ring_seconds) {
        wrong.push(("ringSeconds".to_owned(), "ringSecondsOutOfRange"));
    }
    if let Some(hours) = &settings.opening_hours
        && let Err((place, code)) = check_hours(hours)
    {
        wrong.push((format!("openingHours/{place}"), code));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use DearDestination::{Foreign, Premium};
    use proptest::prelude::*;

    fn hours(days: &[Weekday], from: &str, to: &str) -> OpeningHours {
        OpeningHours {
            days: days.to_vec(),
            from: from.to_owned(),
            to: to.to_owned(),
        }
    }

    #[test]
    fn opening_hours_are_times_that_do_not_meet() {
        use Weekday::{Friday, Monday};
        let good = [
            hours(&[Monday, Friday], "08:00", "12:00"),
            hours(&[Monday], "12:00", "24:00"),
            hours(&[Friday], "12:30", "16:00"),
        ];
        assert_eq!(check_hours(&good), Ok(()));
        for (line, code) in [
            (hours(&[Monday], "8:00", "12:00"), "badOpeningHours"),
            (hours(&[Monday], "12:00", "12:00"), "badOpeningHours"),
            (hours(&[Monday], "16:00", "08:00"), "badOpeningHours"),
            (hours(&[Monday], "08:00", "24:01"), "badOpeningHours"),
            (hours(&[Monday], "08:60", "10:00"), "badOpeningHours"),
            (hours(&[], "08:00", "10:00"), "badOpeningHours"),
            (hours(&[Monday], "٠٨:٠٠", "10:00"), "badOpeningHours"),
            (hours(&[Friday], "11:59", "12:10"), "overlappingHours"),
            (
                hours(&[Monday, Monday], "06:00", "07:00"),
                "overlappingHours",
            ),
        ] {
            let mut lines = good.to_vec();
            lines.push(line);
            assert_eq!(check_hours(&lines), Err((3, code)), "{lines:?}");
        }
        assert_eq!(check_hours(&[]), Err((0, "badOpeningHours")));
    }

    #[test]
    fn dear_destinations_are_told_from_ordinary_ones() {
        for (number, ways) in [
            ("+4570101234", vec![]),
            ("+4520101234", vec![]),
            ("+4590101234", vec![Premium]),
            ("+46850828000", vec![Foreign]),
            ("+4915112345678", vec![Foreign]),
            // German premium services, and the satellites' international network.
            ("+499001234567", vec![Premium, Foreign]),
            ("+8823456789012", vec![Premium, Foreign]),
        ] {
            assert_eq!(dear(number), ways, "{number}");
        }
    }

    #[test]
    fn a_dear_destination_is_passed_on_to_when_it_was_allowed() {
        let to = |number: &str, allow: &[DearDestination]| Overflow {
            number: number.to_owned(),
            allow: allow.to_vec(),
        };
        for (overflow, expected) in [
            (to("+4570101234", &[]), Ok(())),
            (to("+4590101234", &[]), Err("overflowPremium")),
            (to("+4590101234", &[Foreign]), Err("overflowPremium")),
            (to("+4590101234", &[Premium]), Ok(())),
            (to("+46850828000", &[Premium]), Err("overflowForeign")),
            (to("+46850828000", &[Foreign]), Ok(())),
            (to("+499001234567", &[Foreign]), Err("overflowPremium")),
            (to("+4570100000", &[]), Err("overflowLoop")),
        ] {
            let mut tidy = overflow.clone();
            tidy_overflow(&mut tidy);
            assert_eq!(
                check_overflow(&tidy, Some("+4570100000")),
                expected,
                "{overflow:?}"
            );
        }
    }

    #[test]
    fn however_a_premium_number_is_written_it_is_one() {
        for text in [
            "90101234",
            "+45 90 10 12 34",
            "0045 9010-1234",
            "+45(90)101234",
            " 90.10.12.34",
            "+45\u{a0}90101234",
        ] {
            let mut overflow = Overflow {
                number: text.to_owned(),
                allow: Vec::new(),
            };
            tidy_overflow(&mut overflow);
            assert_eq!(
                check_overflow(&overflow, None),
                Err("overflowPremium"),
                "{text}"
            );
        }
        // Digits of other scripts, other plus signs and marks that are not seen are no number at all.
        for text in [
            "９０１０１２３４",
            "＋4590101234",
            "+45\u{200b}90101234",
            "٩٠١٠١٢٣٤",
            "++4590101234",
            "+45+90101234",
        ] {
            let mut overflow = Overflow {
                number: text.to_owned(),
                allow: vec![Premium, Foreign],
            };
            tidy_overflow(&mut overflow);
            assert_eq!(check_overflow(&overflow, None), Err("notANumber"), "{text}");
        }
    }

    #[test]
    fn a_call_that_goes_round_is_found() {
        let passes = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
                .collect()
        };
        assert!(comes_back("a", "b", &passes(&[("b", "c"), ("c", "a")])));
        assert!(comes_back("a", "b", &passes(&[("b", "c"), ("c", "b")])));
        assert!(!comes_back("a", "b", &passes(&[("b", "c")])));
        assert!(!comes_back("a", "b", &passes(&[("a", "c")])));
    }

    proptest! {
        #[test]
        fn what_is_looked_at_is_what_is_kept(text in "[+0-9 ()./-]{0,24}|\\PC{0,24}") {
            let mut overflow = Overflow { number: text, allow: Vec::new() };
            tidy_overflow(&mut overflow);
            let once = overflow.clone();
            tidy_overflow(&mut overflow);
            prop_assert_eq!(&overflow, &once);
            if check_overflow(&overflow, None).is_ok() {
                prop_assert!(overflow.number.starts_with("+45") && !overflow.number.starts_with("+4590"));
            }
        }

        #[test]
        fn hours_never_panic(from in "\\PC{0,6}", to in "\\PC{0,6}") {
            let _ = check_hours(&[hours(&[Weekday::Monday], &from, &to)]);
        }
    }
}
