//! Random histories: what the e-invoice says is what was charged, to the øre.

use super::write;
use crate::samples;
use domain::{
    access::OrganisationId,
    billing::{
        DiscountRule, DocumentKind, IssuedLine, TariffCategory, Whose,
        rules::charges::{self, Charges, Once, Recurring, Used},
    },
    catalogue::{OfferingId, Texts},
    directory::PersonId,
    subscriptions::SubscriptionId,
    usage::{Destination, UsageKind},
};
use jiff::ToSpan;
use platform::{Money, Period};
use proptest::prelude::*;
use uuid::Uuid;

const CUSTOMER: OrganisationId = OrganisationId(Uuid::from_u128(1));

fn whose(line: usize) -> Whose {
    let id = Uuid::from_u128(line as u128);
    Whose {
        organisation_key: "n".to_owned(),
        organisation: CUSTOMER,
        organisation_name: "Nordvind A/S".to_owned(),
        is_organisations: false,
        person_key: format!("{}", line % 3),
        person: Some(PersonId(Uuid::from_u128(line as u128 % 3))),
        person_name: Some(format!("Person {}", line % 3)),
        subscription: Some(SubscriptionId(id)),
        number: Some("+4520000000".to_owned()),
        reference: None,
    }
}

fn texts(text: &str) -> Texts {
    Texts {
        en: text.to_owned(),
        da: text.to_owned(),
    }
}

/// Days from the beginning of the month before, days that it lasts, øre a month; øre that it costs once; units and øre of use.
type History = (Vec<(i32, i32, i64)>, Vec<i64>, Vec<(i64, i64, i64)>, i64);

fn lines(period: Period, (packages, once, used, rate): &History) -> Vec<IssuedLine> {
    let mut all = Charges::default();
    for (place, (from, days, monthly)) in packages.iter().enumerate() {
        let from = period.back(1).first_day() + from.days();
        all.recurring.push(Recurring {
            id: Uuid::from_u128(place as u128),
            whose: whose(place),
            offering: OfferingId(Uuid::from_u128(9)),
            category: TariffCategory::Subscriptions,
            name: texts("package"),
            monthly: Money::dkk(*monthly),
            from,
            until: Some(from + days.days()),
        });
    }
    for (place, amount) in once.iter().enumerate() {
        all.once.push(Once {
            id: Uuid::from_u128(1_000 + place as u128),
            whose: whose(place),
            offering: None,
            category: TariffCategory::Hardware,
            name: texts("thing"),
            quantity: 1 + place as i64 % 3,
            price: Money::dkk(*amount),
        });
    }
    for (place, (quantity, price, base)) in used.iter().enumerate() {
        all.used.push(Used {
            whose: whose(place),
            period: period.back(i32::from(place % 2 == 1)),
            kind: UsageKind::Data,
            destination: Destination::Eu,
            quantity: *quantity,
            price: Money::dkk(*price),
            base: *base,
        });
    }
    let discount = DiscountRule {
        rate: (*rate).max(1),
        category: None,
        offering: None,
        from: period,
        until: None,
    };
    all.discounts.insert(CUSTOMER, vec![discount]);
    charges::lines(period, &all)
}

fn histories() -> impl Strategy<Value = History> {
    use proptest::collection::vec;
    (
        vec((0_i32..60, 1_i32..70, 0_i64..50_000), 0..8),
        vec(-200_000_i64..200_000, 0..5),
        vec((1_i64..9_000, 0_i64..5_000, 1_i64..1_001), 0..5),
        0_i64..10_001,
    )
}

/// Øre of every element of this name, in the order in which they stand.
fn amounts(xml: &str, name: &str) -> Vec<i64> {
    let opening = format!("<{name} currencyID=\"DKK\">");
    xml.split(&opening)
        .skip(1)
        .map(|rest| {
            let text = rest.split('<').next().unwrap();
            let (kroner, ore) = text.split_once('.').unwrap();
            assert_eq!(ore.len(), 2, "{text}");
            format!("{kroner}{ore}").parse().unwrap()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_lines_come_to_the_totals_of_the_e_invoice(history in histories(), month in 0_i32..24) {
        let period = Period::parse("2026-12").unwrap().back(month);
        let issued = lines(period, &history);
        let lines: Vec<_> = issued.into_iter().map(|issued| issued.line).collect();
        prop_assume!(!lines.is_empty());
        let sum: i64 = lines.iter().map(|line| line.amount.amount).sum();
        for kind in [DocumentKind::Invoice, DocumentKind::CreditNote] {
            let document = samples::of(kind, lines.clone());
            let xml = String::from_utf8(write(&document).unwrap()).unwrap();
            let extensions = amounts(&xml, "cbc:LineExtensionAmount");
            prop_assert_eq!(extensions[0], sum);
            prop_assert_eq!(extensions[1..].iter().sum::<i64>(), sum);
            prop_assert_eq!(extensions.len(), lines.len() + 1);
            let taxes = amounts(&xml, "cbc:TaxAmount");
            prop_assert_eq!(taxes[0], taxes[1..].iter().sum::<i64>());
            prop_assert_eq!(amounts(&xml, "cbc:TaxableAmount").iter().sum::<i64>(), sum);
            prop_assert_eq!(amounts(&xml, "cbc:TaxExclusiveAmount"), vec![sum]);
            let payable = amounts(&xml, "cbc:PayableAmount");
            prop_assert_eq!(&payable, &vec![sum + taxes[0]]);
            prop_assert_eq!(payable, vec![document.totals.gross.amount]);
            // One rate: a quarter of it all, rounded once.
            prop_assert!((4 * taxes[0] - sum).abs() <= 2);
        }
    }
}
