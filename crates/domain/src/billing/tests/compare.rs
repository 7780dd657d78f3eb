//! What changed, and why.

use super::world::World;
use crate::billing::{
    self, Cause, TariffCategory,
    rules::compare::{basis_points, shares},
};
use platform::Money;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn changes_are_told_in_hundredths_of_a_per_cent() {
    let points = |before, now| basis_points(Money::dkk(before), Money::dkk(now));
    assert_eq!(points(10_000, 11_250), Some(1_250));
    assert_eq!(points(3, 2), Some(-3_333));
    assert_eq!(points(5, 0), Some(-10_000));
    assert_eq!(points(0, 5), None);
    assert_eq!(points(0, 0), Some(0));
    assert_eq!(points(-100, 100), Some(20_000));
}

#[test]
fn the_parts_of_a_month_come_to_all_of_it() {
    let of = |parts: &[i64]| {
        let parts: Vec<Money> = parts.iter().copied().map(Money::dkk).collect();
        shares(&parts)
    };
    assert_eq!(of(&[1, 1, 1]), [3_334, 3_333, 3_333]);
    assert_eq!(of(&[1, 5, 0, 1]), [1_429, 7_143, 0, 1_428]);
    // More was handed back than one of them cost; more than all of them.
    assert_eq!(of(&[400, -100, 0]), [13_333, -3_333, 0]);
    assert_eq!(of(&[-400, 100]), [13_333, -3_333]);
    assert_eq!(of(&[5, -5]), [0, 0]);
    assert_eq!(of(&[]), [0_i64; 0]);
    proptest!(|(parts in proptest::collection::vec(-1_000_000_000_i64..1_000_000_000, 1..9))| {
        let sum: i64 = of(&parts).iter().sum();
        prop_assert_eq!(sum, if parts.iter().sum::<i64>() == 0 { 0 } else { 10_000 });
    });
}

#[tokio::test]
async fn each_difference_has_its_cause_and_together_they_are_the_change() {
    let world = World::new().await;
    let own = world.nordvind;
    // There both months; gone; new; dearer; from the middle of October on; bought once.
    world.customer_with(own, "Anna").await;
    let gone = world.line(own, "Bo").await;
    world
        .interval(
            gone,
            world.small,
            7_900,
            "2026-01-01T00:00:00Z",
            Some("2026-10-31T12:00:00Z"),
        )
        .await;
    let new = world.line(own, "Carl").await;
    world
        .interval(new, world.medium, 12_900, "2026-11-01T06:00:00Z", None)
        .await;
    let dearer = world.line(own, "Dora").await;
    world
        .interval(
            dearer,
            world.small,
            7_900,
            "2026-01-01T00:00:00Z",
            Some("2026-10-31T23:30:00Z"),
        )
        .await;
    world
        .interval(dearer, world.small, 8_900, "2026-10-31T23:30:00Z", None)
        .await;
    let began = world.line(own, "Eva").await;
    world
        .interval(began, world.small, 7_900, "2026-10-17T12:00:00Z", None)
        .await;
    world
        .once(own, world.telephone, 89_900, "2026-11-12T12:00:00Z")
        .await;
    world.bill("2026-10").await;
    world.bill("2026-11").await;
    let invoice = world.invoice(own, "2026-11").await.unwrap();
    let before = world.invoice(own, "2026-10").await.unwrap();
    let scope = world.scope(own).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let explained = billing::explain(&mut conn, &scope, invoice.id)
        .await
        .unwrap();
    assert_eq!(
        explained.before.as_ref().map(|before| before.id),
        Some(before.id)
    );
    let causes: BTreeMap<String, Cause> = explained
        .differences
        .iter()
        .map(|difference| {
            (
                difference.whose.person_name.clone().unwrap_or_default(),
                difference.cause,
            )
        })
        .collect();
    let expected = [
        ("", Cause::Once),
        ("Bo", Cause::Ended),
        ("Carl", Cause::New),
        ("Dora", Cause::Price),
        ("Eva", Cause::Days),
    ];
    let expected: BTreeMap<String, Cause> = expected
        .into_iter()
        .map(|(name, cause)| (name.to_owned(), cause))
        .collect();
    assert_eq!(causes, expected);
    let change: i64 = explained
        .differences
        .iter()
        .map(|difference| difference.change().amount)
        .sum();
    assert_eq!(change, invoice.net.amount - before.net.amount);
    // The first invoice is all new.
    let first = billing::explain(&mut conn, &scope, before.id)
        .await
        .unwrap();
    assert!(
        first.before.is_none()
            && first
                .differences
                .iter()
                .all(|difference| difference.cause == Cause::New)
    );
}

#[tokio::test]
async fn the_spending_is_the_sum_of_the_lines_and_knows_no_gap() {
    let world = World::new().await;
    let anna = world.line(world.nordvind, "Anna").await;
    for (from, until) in [
        ("2026-08-05T00:00:00Z", "2026-08-25T00:00:00Z"),
        ("2026-10-05T00:00:00Z", "2026-12-25T00:00:00Z"),
    ] {
        world
            .interval(anna, world.small, 7_900, from, Some(until))
            .await;
    }
    world
        .interval(anna, world.add_on, 3_900, "2026-11-05T00:00:00Z", None)
        .await;
    for month in ["2026-08", "2026-09", "2026-10", "2026-11"] {
        world.bill(month).await;
    }
    let scope = world.scope(world.nordvind).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let spent = billing::spending(&mut conn, &scope, None, None)
        .await
        .unwrap();
    let told: Vec<(String, usize)> = spent
        .iter()
        .map(|month| (month.period.to_string(), month.invoices.len()))
        .collect();
    let expected = [
        ("2026-08", 1),
        ("2026-09", 0),
        ("2026-10", 1),
        ("2026-11", 1),
    ];
    assert_eq!(told, expected.map(|(month, many)| (month.to_owned(), many)));
    drop(conn);
    for month in &spent {
        let lines = world.lines(world.nordvind, &month.period.to_string()).await;
        for category in TariffCategory::ALL {
            let sum: i64 = lines
                .iter()
                .filter(|line| line.line.category == *category)
                .map(|line| line.line.amount.amount)
                .sum();
            assert_eq!(
                month
                    .categories
                    .get(category)
                    .map_or(0, |amount| amount.amount),
                sum
            );
        }
    }
}

#[tokio::test]
async fn invoices_are_listed_in_every_order() {
    let world = World::new().await;
    world.customer_with(world.nordvind, "Anna").await;
    for period in ["2026-09", "2026-10", "2026-11"] {
        world.bill(period).await;
    }
    let scope = world.scope(world.nordvind).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    for sort in billing::InvoiceSort::ALL {
        for descends in [false, true] {
            let mut query = billing::InvoiceQuery {
                kind: Some(billing::DocumentKind::Invoice),
                state: Some(billing::InvoiceState::Issued),
                from: Some(super::world::month("2026-09")),
                to: Some(super::world::month("2026-11")),
                q: "2026-0".to_owned(),
                sort: *sort,
                descends,
                after: None,
                limit: 2,
            };
            let mut walked = Vec::new();
            loop {
                let (found, total) = billing::invoices(&mut conn, &scope, &query).await.unwrap();
                assert_eq!(total, 3);
                walked.extend(found.iter().map(|invoice| invoice.number.clone()));
                match found.last() {
                    Some(last) if found.len() == 2 => {
                        query.after = Some((query.key(last), last.id))
                    }
                    _ => break,
                }
            }
            walked.sort();
            assert_eq!(
                walked,
                ["2026-000001", "2026-000002", "2026-000003"],
                "{sort}"
            );
        }
    }
}
