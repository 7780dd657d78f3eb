//! Random histories, and every hour of three years.

use crate::{
    access::OrganisationId,
    billing::{
        DiscountRule, IssuedLine, TariffCategory, Units, Whose,
        rules::{
            self,
            charges::{self, Charges, Once, Recurring, Used},
            usage as rating,
        },
    },
    catalogue::{Allowance, Attributes, OfferingId, Texts},
    directory::PersonId,
    subscriptions::SubscriptionId,
    usage::{Destination, UsageKind, rules::counting::Plan},
};
use jiff::{ToSpan, civil::Date};
use platform::{Instant, Money, Period};
use proptest::prelude::*;
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

fn epoch() -> Date {
    "2025-01-01".parse().unwrap()
}

fn whose(line: u128) -> Whose {
    Whose {
        organisation_key: format!("o{}", line % 2),
        organisation: OrganisationId(Uuid::from_u128(line % 2)),
        organisation_name: format!("Firm {}", line % 2),
        is_organisations: false,
        person_key: format!("p{}", line % 3),
        person: Some(PersonId(Uuid::from_u128(line % 3))),
        person_name: Some(format!("Person {}", line % 3)),
        subscription: Some(SubscriptionId(Uuid::from_u128(line))),
        number: None,
        reference: None,
    }
}

fn texts(text: &str) -> Texts {
    Texts {
        en: text.to_owned(),
        da: text.to_owned(),
    }
}

/// Lines, each cut into packages of some length and price; what happens once; what was used.
#[derive(Clone, Debug)]
struct History {
    lines: Vec<(i32, Vec<(i32, i64)>)>,
    once: Vec<(i32, i64)>,
    used: Vec<(i32, i64, i64)>,
    discount: i64,
}

fn histories() -> impl Strategy<Value = History> {
    let lines = proptest::collection::vec(
        (
            0_i32..700,
            proptest::collection::vec((0_i32..90, 0_i64..50_000), 1..6),
        ),
        0..8,
    );
    let once = proptest::collection::vec((0_i32..1_000, -100_000_i64..100_000), 0..6);
    let used = proptest::collection::vec((0_i32..1_000, 1_i64..5_000, 0_i64..3_000), 0..6);
    (lines, once, used, 0_i64..10_001).prop_map(|(lines, once, used, discount)| History {
        lines,
        once,
        used,
        discount,
    })
}

impl History {
    /// What is charged for in a month; the day of each thing decides.
    fn charges(&self, period: Period) -> Charges {
        let mut charges = Charges::default();
        for (line, (start, pieces)) in self.lines.iter().enumerate() {
            let mut from = epoch() + start.days();
            for (piece, (days, monthly)) in pieces.iter().enumerate() {
                let until = from + days.days();
                charges.recurring.push(Recurring {
                    id: Uuid::from_u128((line * 100 + piece) as u128),
                    whose: whose(line as u128),
                    offering: OfferingId(Uuid::from_u128(piece as u128 % 3)),
                    category: TariffCategory::Subscriptions,
                    name: texts("package"),
                    monthly: Money::dkk(*monthly),
                    from,
                    until: Some(until),
                });
                from = until;
            }
        }
        for (place, (day, amount)) in self.once.iter().enumerate() {
            if Period::of_day(epoch() + day.days()) == period {
                charges.once.push(Once {
                    id: Uuid::from_u128(10_000 + place as u128),
                    whose: whose(place as u128),
                    offering: None,
                    category: TariffCategory::Hardware,
                    name: texts("thing"),
                    quantity: 1,
                    price: Money::dkk(*amount),
                });
            }
        }
        for (place, (day, quantity, price)) in self.used.iter().enumerate() {
            let when = Period::of_day(epoch() + day.days());
            // Every third is told of a month late.
            let told = if place % 3 == 0 { when.next() } else { when };
            if told == period {
                charges.used.push(Used {
                    whose: whose(place as u128),
                    period: when,
                    kind: UsageKind::Data,
                    destination: Destination::Eu,
                    quantity: *quantity,
                    price: Money::dkk(*price),
                    base: 100,
                });
            }
        }
        let rule = DiscountRule {
            rate: self.discount,
            category: Some(TariffCategory::Subscriptions),
            offering: None,
            from: Period::parse("2025-03").unwrap(),
            until: None,
        };
        charges
            .discounts
            .insert(OrganisationId(Uuid::from_u128(1)), vec![rule]);
        charges
    }
}

fn months() -> impl Iterator<Item = Period> {
    let first = Period::of_day(epoch());
    std::iter::successors(Some(first), |period| Some(period.next())).take(48)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_lines_come_to_the_total_and_each_is_what_it_says(history in histories()) {
        for period in months() {
            let lines = charges::lines(period, &history.charges(period));
            let totals = rules::totals(lines.iter().map(|line| &line.line));
            let sum: i64 = lines.iter().map(|line| line.line.amount.amount).sum();
            prop_assert_eq!(totals.net.amount, sum);
            prop_assert_eq!(totals.gross, totals.net.plus(totals.vat_amount()));
            for (place, issued) in lines.iter().enumerate() {
                prop_assert_eq!(issued.position, place as i64 + 1);
                let line = &issued.line;
                let before = rules::extend(line.quantity, line.price, line.base).amount;
                let off = line.discount.map_or(0, |discount| discount.amount.amount);
                prop_assert_eq!(line.amount.amount, before - off);
                prop_assert!(line.price.amount >= 0 && line.base > 0 && off >= 0);
                if let Some((first, last)) = line.days {
                    prop_assert!(period.first_day() <= first && first <= last && last <= period.last_day());
                }
                if place > 0 {
                    let step = line.group - lines[place - 1].line.group;
                    prop_assert!(step <= 1);
                }
            }
        }
    }

    /// Whatever is cut into packages, each day between its beginning and its end is charged once, in one month.
    #[test]
    fn every_chargeable_day_is_billed_exactly_once(history in histories()) {
        let mut billed: HashMap<(SubscriptionId, Date), i64> = HashMap::new();
        for period in months() {
            for issued in charges::lines(period, &history.charges(period)) {
                let (Some(line), Some((mut day, last))) = (issued.whose.subscription, issued.line.days) else { continue };
                if issued.line.category != TariffCategory::Subscriptions { continue }
                while day <= last {
                    *billed.entry((line, day)).or_default() += 1;
                    day = day.tomorrow().unwrap();
                }
            }
        }
        let mut expected = HashMap::new();
        for (line, (start, pieces)) in history.lines.iter().enumerate() {
            let mut day = epoch() + start.days();
            for (days, monthly) in pieces {
                for _ in 0..*days {
                    if *monthly > 0 {
                        expected.insert((SubscriptionId(Uuid::from_u128(line as u128)), day), 1);
                    }
                    day = day.tomorrow().unwrap();
                }
            }
        }
        prop_assert_eq!(billed, expected);
    }

    #[test]
    fn no_order_of_what_happened_changes_an_invoice(history in histories(), seed in any::<u64>()) {
        for period in months().step_by(5) {
            let charges = history.charges(period);
            let mut shuffled = charges.clone();
            shuffle(&mut shuffled.recurring, seed);
            shuffle(&mut shuffled.once, seed);
            shuffle(&mut shuffled.used, seed);
            prop_assert_eq!(charges::lines(period, &charges), charges::lines(period, &shuffled));
        }
    }

    /// However use comes in, piece by piece, what is charged in the end is what the whole costs, and never less than before.
    #[test]
    fn use_that_comes_in_pieces_costs_what_it_costs_at_once(
        pieces in proptest::collection::vec((0_usize..4, 0_i64..4_000_000_000), 1..12), seed in any::<u64>()
    ) {
        let plan = Plan::of(&Attributes {
            data_limit_mb: Allowance::Limited(5_000),
            voice_minutes: Allowance::Unlimited,
            countries: vec!["DK".into(), "EU".into()],
        });
        let add = |used: &mut Units, (place, quantity): &(usize, i64)| {
            let destination = Destination::ALL[*place];
            used.set(destination, used.of(destination) + quantity);
        };
        let mut whole = Units::default();
        pieces.iter().for_each(|piece| add(&mut whole, piece));
        let expected = rating::charged(&plan, UsageKind::Data, &whole);
        let mut order = pieces;
        shuffle(&mut order, seed);
        let (mut used, mut charged) = (Units::default(), Units::default());
        for piece in &order {
            add(&mut used, piece);
            let now = rating::charged(&plan, UsageKind::Data, &used);
            for destination in Destination::ALL {
                prop_assert!(now.of(*destination) >= charged.of(*destination));
            }
            charged = now;
        }
        prop_assert_eq!(charged, expected);
    }
}

fn shuffle<T>(list: &mut [T], mut seed: u64) {
    for place in (1..list.len()).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        list.swap(place, (seed >> 33) as usize % (place + 1));
    }
}

/// Something that begins at any hour of three years, both nights of summer time included, and lasts for some days, costs as many
/// days as there are midnights in Copenhagen between its beginning and its end.
#[test]
fn every_hour_of_three_years_begins_what_costs_its_days() {
    let hour = Duration::from_secs(3_600);
    let mut now = Instant::parse("2026-01-01T00:00:00Z").unwrap();
    let end = Instant::parse("2029-01-01T00:00:00Z").unwrap();
    let mut sweep = 0_u64;
    while now < end {
        sweep += 1;
        let until = now.plus(hour * u32::try_from(sweep % 1_501).unwrap());
        let (from, to) = (now.danish_day(), until.danish_day());
        let mut billed = 0;
        let mut period = Period::of(now);
        while period.start() <= until {
            if let Some(days) = rules::chargeable(period, from, Some(to)) {
                let (quantity, unit, base) = rules::recurring(period, days);
                billed += rules::count(days);
                let whole = rules::extend(quantity, Money::dkk(period.days() * 100), base);
                assert_eq!(whole.amount, rules::count(days) * 100, "{unit} of {period}");
            }
            period = period.next();
        }
        assert_eq!(
            billed,
            i64::from((to - from).get_days()),
            "{now} to {until}"
        );
        now = now.plus(hour);
    }
    assert!(sweep > 26_000);
}

#[test]
fn the_allowance_is_used_up_by_the_dearest_destination_first() {
    let plan = Plan::of(&Attributes {
        data_limit_mb: Allowance::Limited(5_000),
        voice_minutes: Allowance::Unlimited,
        countries: vec!["DK".into(), "EU".into()],
    });
    let gb = 1_000_000_000;
    let used = Units {
        domestic: 3 * gb,
        eu: 4 * gb + 1,
        world: 2 * gb,
        premium: 7,
    };
    let charged = rating::charged(&plan, UsageKind::Data, &used);
    let expected = Units {
        domestic: 2_001,
        eu: 0,
        world: 2_000,
        premium: 1,
    };
    assert_eq!(charged, expected);
    // An add-on's gigabytes come on top, and so do its countries.
    let extra = Attributes {
        data_limit_mb: Allowance::Limited(5_000),
        voice_minutes: Allowance::Absent,
        countries: vec!["WORLD".into()],
    };
    let package = Attributes {
        data_limit_mb: Allowance::Limited(5_000),
        voice_minutes: Allowance::Unlimited,
        countries: vec!["DK".into(), "EU".into()],
    };
    let together = Plan::of(&rating::together(&package, [&extra]));
    let charged = rating::charged(&together, UsageKind::Data, &used);
    assert_eq!((charged.domestic, charged.world), (0, 0));
}

#[test]
fn the_narrowest_discount_counts_and_only_in_its_months() {
    let offering = OfferingId(Uuid::from_u128(5));
    let rule = |rate, category, offering, from: &str, until: Option<&str>| DiscountRule {
        rate,
        category,
        offering,
        from: Period::parse(from).unwrap(),
        until: until.map(|until| Period::parse(until).unwrap()),
    };
    let category = TariffCategory::Subscriptions;
    let rules = [
        rule(500, None, None, "2026-01", None),
        rule(1_000, Some(category), None, "2026-03", Some("2026-05")),
        rule(100, None, Some(offering), "2026-04", None),
    ];
    let rate = |month: &str, offering| {
        charges::rate(&rules, Period::parse(month).unwrap(), category, offering)
    };
    assert_eq!(rate("2025-12", None), 0);
    assert_eq!(rate("2026-02", None), 500);
    assert_eq!(rate("2026-03", None), 1_000);
    assert_eq!(rate("2026-04", Some(offering)), 100);
    assert_eq!(rate("2026-05", None), 500);
}

/// What was handed back is what was charged, to the øre.
#[test]
fn what_is_handed_back_takes_the_discount_with_it() {
    let once = |id: u128, amount| Once {
        id: Uuid::from_u128(id),
        whose: whose(1),
        offering: None,
        category: TariffCategory::Hardware,
        name: texts("thing"),
        quantity: 1,
        price: Money::dkk(amount),
    };
    let period = Period::parse("2026-11").unwrap();
    let charges = Charges {
        once: vec![once(1, 99_999), once(2, -99_999)],
        discounts: HashMap::from([(
            OrganisationId(Uuid::from_u128(1)),
            vec![DiscountRule {
                rate: 1_234,
                category: None,
                offering: None,
                from: period,
                until: None,
            }],
        )]),
        ..Charges::default()
    };
    let lines: Vec<IssuedLine> = charges::lines(period, &charges);
    assert_eq!(lines.len(), 2);
    let net: Money = lines.iter().map(|line| line.line.amount).sum();
    assert_eq!(net, Money::ZERO);
}

/// A discount that ended meanwhile is not lost by whoever's use was told of late, nor is a new one won.
#[test]
fn what_was_used_in_a_month_has_the_discount_of_that_month() {
    let month = |text: &str| Period::parse(text).unwrap();
    let used = |period| Used {
        whose: whose(1),
        period: month(period),
        kind: UsageKind::Data,
        destination: Destination::Eu,
        quantity: 100,
        price: Money::dkk(100),
        base: 1,
    };
    let rule = |rate, from, until: Option<&str>| DiscountRule {
        rate,
        category: Some(TariffCategory::Usage),
        offering: None,
        from: month(from),
        until: until.map(month),
    };
    let charges = Charges {
        used: vec![used("2026-10"), used("2026-11"), used("2026-12")],
        discounts: HashMap::from([(
            OrganisationId(Uuid::from_u128(1)),
            vec![
                rule(1_000, "2026-01", Some("2026-11")),
                rule(2_000, "2026-12", None),
            ],
        )]),
        ..Charges::default()
    };
    let lines = charges::lines(month("2026-12"), &charges);
    let amounts = lines
        .iter()
        .map(|line| (line.used_in, line.line.amount.amount));
    let amounts: HashMap<_, _> = amounts.collect();
    let expected = [
        (Some(month("2026-10")), 9_000),
        (Some(month("2026-11")), 10_000),
        (None, 8_000),
    ];
    assert_eq!(amounts, HashMap::from(expected));
}
