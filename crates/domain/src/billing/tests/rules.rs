//! Lines and totals.

use crate::{
    billing::{rules, *},
    catalogue::Texts,
};
use jiff::{ToSpan, civil::Date};
use platform::{Money, Period};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn november() -> Period {
    Period::parse("2026-11").unwrap()
}

pub fn line(amount: i64, vat: VatCategory) -> Line {
    Line {
        group: 0,
        category: TariffCategory::Subscriptions,
        product: Texts {
            en: "Mobile S".into(),
            da: "Mobil S".into(),
        },
        number: None,
        reference: None,
        quantity: 1,
        unit: InvoiceUnit::Month,
        price: Money::dkk(amount),
        base: 1,
        discount: None,
        amount: Money::dkk(amount),
        vat,
        days: None,
    }
}

#[test]
fn the_day_it_begins_costs_and_the_day_it_ends_does_not() {
    let days = |from, until: Option<&str>| rules::chargeable(november(), day(from), until.map(day));
    assert_eq!(
        days("2026-11-10", None),
        Some((day("2026-11-10"), day("2026-11-30")))
    );
    assert_eq!(
        days("2026-10-10", Some("2026-11-10")),
        Some((day("2026-11-01"), day("2026-11-09")))
    );
    assert_eq!(
        days("2026-11-10", Some("2026-11-10")),
        None,
        "begun and ended on one day"
    );
    assert_eq!(
        days("2026-10-01", Some("2026-11-01")),
        None,
        "ended as the month began"
    );
    assert_eq!(days("2026-12-01", None), None, "begins later");
}

#[test]
fn a_whole_month_costs_the_monthly_price_and_a_part_its_days() {
    let whole = rules::recurring(november(), (day("2026-11-01"), day("2026-11-30")));
    assert_eq!(whole, (1, InvoiceUnit::Month, 1));
    let part = rules::recurring(november(), (day("2026-11-17"), day("2026-11-30")));
    assert_eq!(part, (14, InvoiceUnit::Day, 30));
    assert_eq!(rules::extend(14, Money::dkk(12_900), 30), Money::dkk(6_020));
}

#[test]
fn vat_is_rounded_once_for_each_category() {
    let totals = rules::totals(&[
        line(2, VatCategory::Standard),
        line(2, VatCategory::Standard),
        line(7, VatCategory::Zero),
    ]);
    assert_eq!(totals.net, Money::dkk(11));
    assert_eq!(totals.vat_amount(), Money::dkk(1));
    assert_eq!(totals.gross, Money::dkk(12));
    assert_eq!(totals.vat.len(), 2);
}

#[test]
fn a_discount_never_takes_more_than_there_is() {
    assert_eq!(
        rules::discount(Money::dkk(999), 1_000).unwrap().amount,
        Money::dkk(100)
    );
    assert_eq!(
        rules::discount(Money::dkk(999), 20_000).unwrap().amount,
        Money::dkk(999)
    );
    assert_eq!(rules::discount(Money::dkk(999), 0), None);
}

proptest! {
    /// However a life is cut into packages, each of its days is charged in one month and in one package.
    #[test]
    fn every_chargeable_day_is_charged_once(start in 0_i32..700, pieces in proptest::collection::vec(0_i32..80, 1..8)) {
        let epoch = day("2025-01-01");
        let mut bounds = vec![epoch + start.days()];
        for piece in &pieces {
            bounds.push(*bounds.last().unwrap() + piece.days());
        }
        let mut charged = Vec::new();
        let mut period = Period::of_day(epoch);
        while period.first_day() <= *bounds.last().unwrap() {
            for pair in bounds.windows(2) {
                if let Some((mut first, last)) = rules::chargeable(period, pair[0], Some(pair[1])) {
                    while first <= last {
                        charged.push(first);
                        first = first.tomorrow().unwrap();
                    }
                }
            }
            period = period.next();
        }
        charged.sort_unstable();
        let mut expected = Vec::new();
        let mut current = bounds[0];
        while current < *bounds.last().unwrap() {
            expected.push(current);
            current = current.tomorrow().unwrap();
        }
        prop_assert_eq!(charged, expected);
    }

    #[test]
    fn the_order_of_the_lines_changes_no_total(amounts in proptest::collection::vec((0_i64..1_000_000, any::<bool>()), 0..50)) {
        let mut lines: Vec<_> = amounts
            .iter()
            .map(|(amount, standard)| line(*amount, if *standard { VatCategory::Standard } else { VatCategory::Zero }))
            .collect();
        let before = rules::totals(&lines);
        lines.reverse();
        let after = rules::totals(&lines);
        prop_assert_eq!(&before, &after);
        prop_assert_eq!(before.net, lines.iter().map(|line| line.amount).sum::<Money>());
        prop_assert_eq!(before.gross, before.net.plus(before.vat_amount()));
    }
}
