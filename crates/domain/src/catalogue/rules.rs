//! How prices become totals. Quotes and invoices share these rules, so that the one never costs more than the other said.

use jiff::civil::Date;
use platform::{Money, money::divide_half_away};

/// Per cent. Denmark has one rate for what is sold here.
pub const VAT_RATE: i64 = 25;

/// An amount without VAT, its VAT, and both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
}

/// VAT is taken of the sum and rounded once, half away from zero.
pub fn totals(amounts: impl IntoIterator<Item = Money>) -> Totals {
    let net: Money = amounts.into_iter().sum();
    let vat = net.percent(VAT_RATE);
    Totals {
        net,
        vat,
        gross: net.plus(vat),
    }
}

/// The days of `month` (any day of it) that are charged for something in use from `from` up to, and without, `until`: a day
/// is charged to what it ends with, so that what follows on the same day is not charged twice.
pub fn charged_days(from: Date, until: Option<Date>, month: Date) -> i64 {
    let first = month.first_of_month();
    let after = month.last_of_month().tomorrow().unwrap_or(Date::MAX);
    let begins = from.max(first);
    let ends = until.map_or(after, |until| until.min(after));
    begins
        .until(ends)
        .map_or(0, |span| i64::from(span.get_days()).max(0))
}

/// What `monthly` comes to for so many of the month's days, rounded once, half away from zero. The whole month is exactly
/// `monthly`.
pub fn pro_rated(monthly: Money, days: i64, month: Date) -> Money {
    let all = i128::from(month.days_in_month());
    Money::dkk(divide_half_away(
        i128::from(monthly.amount) * i128::from(days),
        all,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vat_is_rounded_once_for_the_whole_sum() {
        // Each line alone would round 0.5 øre up and make 2 of it.
        let totals = totals([Money::dkk(2), Money::dkk(2)]);
        assert_eq!(totals.vat, Money::dkk(1));
        assert_eq!(totals.gross, Money::dkk(5));
    }

    #[test]
    fn a_change_in_the_middle_charges_each_day_once() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let month = day("2026-11-01");
        assert_eq!(charged_days(day("2026-10-05"), None, month), 30);
        assert_eq!(charged_days(day("2026-11-11"), None, month), 20);
        let change = day("2026-11-11");
        assert_eq!(charged_days(day("2026-10-05"), Some(change), month), 10);
        assert_eq!(charged_days(change, Some(change), month), 0);
        assert_eq!(charged_days(day("2026-12-01"), None, month), 0);
        assert_eq!(
            charged_days(day("2026-01-01"), Some(day("2026-11-01")), month),
            0
        );
        assert_eq!(pro_rated(Money::dkk(12_900), 10, month), Money::dkk(4_300));
    }

    fn a_day() -> impl Strategy<Value = Date> {
        (2024_i16..2029, 1_i8..=12, 1_i8..=28)
            .prop_map(|(year, month, day)| Date::constant(year, month, day))
    }

    proptest! {
        /// However a month is cut into intervals that follow one another, each of its days is charged once.
        #[test]
        fn intervals_that_follow_one_another_charge_each_day_once(month in a_day(), cuts in proptest::collection::vec(0_i64..31, 0..6)) {
            let first = month.first_of_month();
            let after = month.last_of_month().tomorrow().unwrap();
            let all = i64::from(month.days_in_month());
            let mut edges: Vec<Date> = cuts.iter().map(|cut| first.saturating_add(jiff::Span::new().days(*cut)).min(after)).collect();
            edges.extend([first, after]);
            edges.sort();
            let days: i64 = edges.windows(2).map(|pair| charged_days(pair[0], Some(pair[1]), month)).sum();
            prop_assert_eq!(days, all);
        }

        #[test]
        fn the_whole_month_is_the_price_and_no_part_is_more(monthly in 0_i64..10_000_000, days in 0_i64..=28, month in a_day()) {
            let whole = i64::from(month.days_in_month());
            prop_assert_eq!(pro_rated(Money::dkk(monthly), whole, month), Money::dkk(monthly));
            let part = pro_rated(Money::dkk(monthly), days, month).amount;
            prop_assert!(part <= monthly);
            prop_assert!((part * whole - monthly * days).abs() * 2 <= whole);
        }

        #[test]
        fn however_the_lines_are_cut_the_total_is_the_same(amounts in proptest::collection::vec(0_i64..10_000_000, 0..40)) {
            let cut = totals(amounts.iter().copied().map(Money::dkk));
            let whole = totals([Money::dkk(amounts.iter().sum())]);
            prop_assert_eq!(cut, whole);
            prop_assert_eq!(cut.net.plus(cut.vat), cut.gross);
        }
    }
}
