//! Danish working days, as the moving of numbers counts them.
//!
//! Monday to Friday, less the public holidays of the Danish church year as they stand since 2024 (Great Prayer Day is
//! none any more: Act 214 of 6 March 2023), less the three days on which the operators' number offices are closed without
//! a law: Constitution Day, Christmas Eve and New Year's Eve. See docs/decisions/porting.md.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use platform::Instant;

/// Easter Sunday of the Gregorian calendar: the anonymous computus (Meeus, Jones, Butcher), right for every year from 1583.
pub fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let golden = year % 19;
    let (century, within) = (year / 100, year % 100);
    let correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (within / 4) - epact - within % 4) % 7;
    let shift = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * shift + 114;
    let (month, day) = (sum / 31, sum % 31 + 1);
    // Between 22 March and 25 April in every year.
    date(year as i16, month as i8, day as i8)
}

/// Whether a public holiday falls on the day, or one of the three days that are kept as such; Sundays are not among them.
pub fn is_holiday(day: Date) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1, 1) | (6, 5) | (12, 24) | (12, 25) | (12, 26) | (12, 31)
    );
    // Maundy Thursday, Good Friday, Easter Day, Easter Monday, Ascension Day, Whit Sunday, Whit Monday.
    const FROM_EASTER: [i32; 7] = [-3, -2, 0, 1, 39, 49, 50];
    fixed
        || (easter(day.year()).until(day)).is_ok_and(|span| FROM_EASTER.contains(&span.get_days()))
}

pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// The first working day after this day, never the day itself.
pub fn next_working_day(day: Date) -> Date {
    let mut next = day;
    // The longest run without a working day is Christmas to New Year's, which is shorter than a fortnight.
    for _ in 0..14 {
        next = next.saturating_add(1.day());
        if is_working_day(next) {
            break;
        }
    }
    next
}

/// The first day on which a number can move when the donor hears of it at this instant: before the next working day is
/// over (section 27 of the Danish Telecommunications Act), in Danish time.
pub fn earliest(now: Instant) -> Date {
    next_working_day(now.danish_day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for expected in [
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2035-03-25",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2099-04-12",
            "2285-03-22",
        ] {
            assert_eq!(easter(day(expected).year()), day(expected));
        }
    }

    #[test]
    fn the_holidays_of_2026_and_2027() {
        let closed = |year: i16| {
            let mut days = Vec::new();
            let mut at = date(year, 1, 1);
            while at.year() == year {
                if is_holiday(at) {
                    days.push(at.strftime("%m-%d").to_string());
                }
                at = at.saturating_add(1.day());
            }
            days
        };
        assert_eq!(
            closed(2026),
            [
                "01-01", "04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25", "06-05",
                "12-24", "12-25", "12-26", "12-31"
            ]
        );
        assert_eq!(
            closed(2027),
            [
                "01-01", "03-25", "03-26", "03-28", "03-29", "05-06", "05-16", "05-17", "06-05",
                "12-24", "12-25", "12-26", "12-31"
            ]
        );
    }

    #[test]
    fn great_prayer_day_and_the_day_after_ascension_are_worked() {
        // The fourth Friday after Easter, and the Friday after Ascension Day.
        for worked in ["2026-05-01", "2027-04-23", "2026-05-15", "2027-05-07"] {
            assert!(is_working_day(day(worked)), "{worked}");
        }
    }

    #[test]
    fn the_next_working_day() {
        for (from, expected) in [
            ("2026-11-20", "2026-11-23"),
            ("2026-11-21", "2026-11-23"),
            ("2026-11-22", "2026-11-23"),
            ("2026-11-23", "2026-11-24"),
            ("2026-04-01", "2026-04-07"),
            ("2026-06-04", "2026-06-08"),
            ("2026-12-23", "2026-12-28"),
            ("2026-12-30", "2027-01-04"),
            ("2027-03-24", "2027-03-30"),
        ] {
            assert_eq!(next_working_day(day(from)), day(expected), "{from}");
        }
    }

    #[test]
    fn the_day_is_denmarks() {
        let earliest = |text: &str| earliest(Instant::parse(text).unwrap()).to_string();
        // Half past midnight in Denmark on Tuesday, still Monday in UTC.
        assert_eq!(earliest("2026-11-23T23:30:00Z"), "2026-11-25");
        assert_eq!(earliest("2026-11-23T22:59:59Z"), "2026-11-24");
        // In summer the day begins two hours before UTC's.
        assert_eq!(earliest("2026-07-06T22:00:00Z"), "2026-07-08");
        assert_eq!(earliest("2026-07-06T21:59:59Z"), "2026-07-07");
    }

    proptest! {
        #[test]
        fn easter_is_a_sunday_in_its_five_weeks(year in 1900_i16..2300) {
            let easter = easter(year);
            prop_assert_eq!(easter.weekday(), Weekday::Sunday);
            prop_assert!(easter >= date(year, 3, 22) && easter <= date(year, 4, 25));
        }

        #[test]
        fn a_number_moves_on_a_working_day_after_today_and_none_is_passed_over(
            year in 2024_i16..2200, ordinal in 1_i16..=365
        ) {
            let today = date(year, 1, 1).saturating_add(i32::from(ordinal - 1).days());
            let next = next_working_day(today);
            prop_assert!(next > today);
            prop_assert!(is_working_day(next));
            let mut between = today.saturating_add(1.day());
            while between < next {
                prop_assert!(!is_working_day(between), "{} was passed over", between);
                between = between.saturating_add(1.day());
            }
            // Nobody waits longer than over Easter, or over New Year with its weekend.
            let wait = today.until(next).unwrap().get_days();
            prop_assert!(wait <= 6, "{} waits {} days", today, wait);
        }

        #[test]
        fn a_year_has_about_as_many_working_days_as_the_almanac_says(year in 2024_i16..2200) {
            let mut at = date(year, 1, 1);
            let (mut worked, mut movable) = (0, 0);
            while at.year() == year {
                worked += i32::from(is_working_day(at));
                let fixed = matches!((at.month(), at.day()), (1, 1) | (6, 5) | (12, 24 | 25 | 26 | 31));
                movable += i32::from(is_holiday(at) && !fixed);
                at = at.saturating_add(1.day());
            }
            prop_assert!((248..=254).contains(&worked), "{} working days", worked);
            // Whit Sunday or Monday, or Ascension Day, can fall on Constitution Day.
            prop_assert!((6..=7).contains(&movable), "{}", movable);
        }

        #[test]
        fn later_is_never_earlier(a in 0_i64..6_000_000_000, b in 0_i64..6_000_000_000) {
            let (a, b) = (Instant(a.min(b) * 1_000_000), Instant(a.max(b) * 1_000_000));
            prop_assert!(earliest(a) <= earliest(b));
        }
    }
}
