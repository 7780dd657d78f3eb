//! Prices, discounts, and the numbers of buyers.

use super::world::{World, month};
use crate::{
    access,
    billing::{self, DiscountRule, TariffCategory, UsagePrice, rules::settings},
    catalogue::{
        self, NewPrice,
        rules::{Span, overlap},
    },
    usage::{Destination, UsageKind},
};
use platform::Money;

#[test]
fn the_numbers_of_buyers_have_check_digits() {
    for good in ["12345674", "30300300", "88146328"] {
        assert!(settings::is_cvr(good), "{good}");
    }
    for bad in ["12345678", "1234567", "00000000", "1234567x", "123456744"] {
        assert!(!settings::is_cvr(bad), "{bad}");
    }
    assert!(settings::is_gln("5790000123452"));
    for bad in [
        "5790000123453",
        "579000012345",
        "0000000000000",
        "57900001234 2",
    ] {
        assert!(!settings::is_gln(bad), "{bad}");
    }
}

#[test]
fn two_rows_that_hold_at_the_same_time_are_both_named() {
    let span = |key: &'static str, from: i32, until: Option<i32>| Span { key, from, until };
    let rows = [
        span("a", 1, Some(5)),
        span("b", 2, None),
        span("a", 5, None),
    ];
    assert_eq!(overlap(&rows, false), None);
    let rows = [
        span("a", 1, Some(5)),
        span("b", 2, None),
        span("a", 4, None),
    ];
    assert_eq!(overlap(&rows, false), Some((0, 2)));
    // Without an end the next one ends it, unless it must say so itself.
    let rows = [span("a", 9, None), span("a", 1, None)];
    assert_eq!(overlap(&rows, false), None);
    assert_eq!(overlap(&rows, true), Some((0, 1)));
    let rows = [span("a", 1, None), span("a", 1, None)];
    assert_eq!(overlap(&rows, false), Some((0, 1)));
}

#[tokio::test]
async fn a_list_of_prices_is_taken_whole_or_not_at_all() {
    let world = World::new().await;
    let system = access::for_system();
    let price = |code: &str, from: &str, until: Option<&str>| NewPrice {
        code: code.to_owned(),
        from: from.parse().unwrap(),
        until: until.map(|until| until.parse().unwrap()),
        one_time: Money::ZERO,
        monthly: Money::dkk(9_900),
    };
    let set = async |prices: &[NewPrice]| {
        let mut tx = world.fixture.db.begin().await.unwrap();
        catalogue::set_prices(&mut tx, &world.ids, system, prices).await?;
        tx.commit().await
    };
    let cases = [
        (
            vec![
                price("mobile-s", "2027-01-01", None),
                price("mobile-s", "2027-01-01", None),
            ],
            "overlap",
        ),
        (
            vec![
                price("mobile-s", "2027-01-01", Some("2027-03-01")),
                price("mobile-s", "2027-02-01", None),
            ],
            "overlap",
        ),
        (
            vec![price("mobile-s", "2027-01-01", Some("2027-03-01"))],
            "priceEnds",
        ),
        (
            vec![price("mobile-s", "2026-12-02", None)],
            "priceInThePast",
        ),
        (
            vec![
                price("mobile-m", "2027-01-01", None),
                price("mobile-x", "2027-01-01", None),
            ],
            "offeringUnknown",
        ),
    ];
    for (prices, code) in &cases {
        let error = set(prices).await.unwrap_err();
        assert_eq!(error.code, *code);
        if *code == "overlap" {
            let named: Vec<_> = error
                .fields
                .iter()
                .map(|field| field.pointer.as_str())
                .collect();
            assert_eq!(named, ["/prices/0/from", "/prices/1/from"]);
        }
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM prices").await, 4);
    set(&[
        price("mobile-s", "2027-01-01", Some("2027-03-01")),
        price("mobile-s", "2027-03-01", None),
    ])
    .await
    .unwrap();
    assert_eq!(
        set(&[price("mobile-s", "2027-03-01", None)])
            .await
            .unwrap_err()
            .code,
        "overlap"
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM prices").await, 6);
}

#[tokio::test]
async fn a_price_of_use_changes_with_a_month_that_has_not_begun() {
    let world = World::new().await;
    let set = async |from: &str| {
        let price = UsagePrice {
            kind: UsageKind::Data,
            destination: Destination::Eu,
            from: month(from),
            price: Money::dkk(10),
            base: 1,
        };
        let mut tx = world.fixture.db.begin().await.unwrap();
        billing::set_usage_prices(&mut tx, &world.ids, access::for_system(), &[price]).await?;
        tx.commit().await
    };
    assert_eq!(set("2026-12").await.unwrap_err().code, "priceInThePast");
    set("2027-01").await.unwrap();
    assert_eq!(set("2027-01").await.unwrap_err().code, "overlap");
}

#[tokio::test]
async fn discounts_of_the_same_width_do_not_overlap_and_are_taken_off() {
    let world = World::new().await;
    let rule = |rate, category, from: &str, until: Option<&str>| DiscountRule {
        rate,
        category,
        offering: None,
        from: month(from),
        until: until.map(month),
    };
    let scope = world.scope(world.nordvind).await;
    let set = async |rules: &[DiscountRule]| {
        let mut tx = world.fixture.db.begin().await.unwrap();
        billing::set_terms(&mut tx, &world.ids, &scope, None, rules).await?;
        tx.commit().await
    };
    let category = Some(TariffCategory::Subscriptions);
    let clash = [
        rule(100, category, "2026-01", None),
        rule(200, category, "2026-05", None),
    ];
    let error = set(&clash).await.unwrap_err();
    assert_eq!(error.code, "overlap");
    assert_eq!(error.fields[1].pointer, "/discounts/1/from");
    assert_eq!(
        set(&[rule(0, None, "2026-01", None)])
            .await
            .unwrap_err()
            .code,
        "rateOutOfRange"
    );
    assert_eq!(
        set(&[rule(1, None, "2026-02", Some("2026-02"))])
            .await
            .unwrap_err()
            .code,
        "discountUnfit"
    );
    set(&[
        rule(1_000, category, "2026-01", Some("2026-11")),
        rule(500, None, "2026-01", None),
    ])
    .await
    .unwrap();
    world.customer_with(world.nordvind, "Anna").await;
    world.bill("2026-10").await;
    world.bill("2026-11").await;
    assert_eq!(world.said(world.nordvind, "2026-10").await[0].2, 7_110);
    assert_eq!(world.said(world.nordvind, "2026-11").await[0].2, 7_505);
    world.check().await;
}
