//! Months that are closed.

use super::world::{World, month};
use crate::{
    access,
    billing::{
        self, Finance, InvoiceState, LineFilter, LineKey, LineQuery, LineSort, UsagePrice, rules,
    },
    usage::{Destination, UsageKind},
};
use platform::{Money, db::params, i18n::Language};

#[tokio::test]
async fn a_month_costs_what_was_there_by_the_day() {
    let world = World::new().await;
    let anna = world.line(world.nordvind, "Anna").await;
    // A change of the package in the month; an add-on that began in it; set-up; something bought and handed back.
    world
        .interval(
            anna,
            world.small,
            7_900,
            "2026-05-01T00:00:00Z",
            Some("2026-11-10T09:00:00Z"),
        )
        .await;
    world
        .interval(anna, world.medium, 12_900, "2026-11-10T09:00:00Z", None)
        .await;
    world
        .interval(anna, world.add_on, 3_900, "2026-11-21T12:00:00Z", None)
        .await;
    world
        .once(world.nordvind, world.medium, 4_900, "2026-11-03T12:00:00Z")
        .await;
    world
        .once(
            world.nordvind,
            world.telephone,
            89_900,
            "2026-11-04T12:00:00Z",
        )
        .await;
    world
        .once(
            world.nordvind,
            world.telephone,
            -89_900,
            "2026-11-04T12:20:00Z",
        )
        .await;
    // Begun and ended on one day; and what costs nothing.
    world
        .interval(
            anna,
            world.add_on,
            3_900,
            "2026-11-05T08:00:00Z",
            Some("2026-11-05T20:00:00Z"),
        )
        .await;
    world.bill("2026-11").await;
    assert_eq!(
        world.said(world.nordvind, "2026-11").await,
        [
            ("mobile-m en".to_owned(), 21, 9_030),
            ("mobile-s en".to_owned(), 9, 2_370),
            ("data-5gb en".to_owned(), 10, 1_300),
            ("mobile-m en, set-up".to_owned(), 1, 4_900),
            ("telephone en".to_owned(), 1, 89_900),
            ("telephone en".to_owned(), -1, -89_900),
        ]
    );
    let invoice = world.invoice(world.nordvind, "2026-11").await.unwrap();
    assert_eq!(invoice.number, "2026-000001");
    assert_eq!(invoice.net, Money::dkk(17_600));
    assert_eq!(invoice.vat, Money::dkk(4_400));
    assert_eq!(
        (invoice.issued.to_string(), invoice.due.to_string()),
        ("2026-12-02".into(), "2027-01-01".into())
    );
    assert_eq!(invoice.state, InvoiceState::Issued);
    let lines = world.lines(world.nordvind, "2026-11").await;
    assert_eq!(lines[0].line.reference.as_deref(), Some("ref Anna"));
    assert_eq!(lines[0].line.number.as_deref(), Some("+4520000000"));
    // Nobody else had anything, so nobody else has an invoice.
    assert_eq!(world.count("SELECT COUNT(*) FROM invoices").await, 1);
    assert_eq!(
        world
            .count("SELECT COUNT(*) FROM billing_runs WHERE state = 'nothing'")
            .await,
        4
    );
    world.check().await;
}

#[tokio::test]
async fn a_month_is_closed_once_and_after_its_end() {
    let world = World::new().await;
    world.customer_with(world.nordvind, "Anna").await;
    assert_eq!(
        world.close("2026-12").await.unwrap_err().code,
        "periodNotEnded"
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM billing_periods").await, 0);
    world.bill("2026-11").await;
    assert_eq!(
        world.close("2026-11").await.unwrap_err().code,
        "periodClosed"
    );
    world.finish("2026-11").await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM invoices").await, 1);
    let mut nobody = World::new().await;
    nobody.issuer.seller.cvr.clear();
    assert_eq!(
        nobody.close("2026-11").await.unwrap_err().code,
        "sellerIncomplete"
    );
    world.check().await;
}

#[tokio::test]
async fn a_preview_looks_at_everybody_and_says_what_closing_makes() {
    let world = World::new().await;
    world.customer_with(world.nordvind, "Anna").await;
    world.customer_with(world.fjord, "Bo").await;
    world.customer_with(world.havn, "Cilla").await;
    let db = &world.fixture.db;
    let two_by_two = billing::ops::preview_by(db, month("2026-11"), 2)
        .await
        .unwrap();
    assert_eq!((two_by_two.issued, two_by_two.nothing), (3, 2));
    assert_eq!(two_by_two.net, Money::dkk(3 * 7_900));
    let scope = world.scope(world.operator).await;
    let at_once = billing::preview(db, &scope, month("2026-11"))
        .await
        .unwrap();
    assert_eq!(two_by_two, at_once);
    world.bill("2026-11").await;
    let closed = billing::preview(db, &scope, month("2026-11"))
        .await
        .unwrap();
    assert_eq!(
        (closed.issued, closed.lines, closed.gross),
        (at_once.issued, at_once.lines, at_once.gross)
    );
}

#[tokio::test]
async fn whoever_pays_for_several_gets_one_invoice_with_the_lines_of_each() {
    let world = World::new().await;
    world.customer_with(world.partner, "Zita").await;
    world.customer_with(world.fjord, "Anna").await;
    world.customer_with(world.havn, "Bo").await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    for organisation in [world.fjord, world.havn] {
        let scope = world.scope(organisation).await;
        billing::set_terms(&mut tx, &world.ids, &scope, Some(world.partner), &[])
            .await
            .unwrap();
    }
    // Only somebody above pays for somebody.
    let scope = world.scope(world.nordvind).await;
    let refused = billing::set_terms(&mut tx, &world.ids, &scope, Some(world.havn), &[])
        .await
        .unwrap_err();
    assert_eq!(refused.code, "payerNotAbove");
    tx.commit().await.unwrap();
    world.bill("2026-11").await;
    assert!(world.invoice(world.fjord, "2026-11").await.is_none());
    let lines = world.lines(world.partner, "2026-11").await;
    let whose: Vec<_> = lines
        .iter()
        .map(|line| line.whose.organisation_name.as_str())
        .collect();
    assert_eq!(
        whose,
        ["Fjord & Co ApS", "Havn Logistik A/S", "Kontorpartner ApS"]
    );
    let invoice = world.invoice(world.partner, "2026-11").await.unwrap();
    let scope = world.scope(world.partner).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let document = billing::document(&mut conn, &scope, invoice.id)
        .await
        .unwrap();
    assert_eq!(
        document.groups[0].organisation.as_deref(),
        Some("Fjord & Co ApS")
    );
    let details = billing::details(&mut conn, &scope, invoice.id)
        .await
        .unwrap();
    assert_eq!(details.organisations.len(), 3);
    drop(conn);
    world.check().await;
}

async fn price(world: &World) {
    let mut tx = world.fixture.db.begin().await.unwrap();
    let prices: Vec<UsagePrice> = [
        (UsageKind::Data, Destination::Domestic, 2_000, 1_000),
        (UsageKind::Data, Destination::World, 100, 1),
        (UsageKind::Voice, Destination::Domestic, 50, 1),
    ]
    .into_iter()
    .map(|(kind, destination, price, base)| UsagePrice {
        kind,
        destination,
        from: month("2026-01"),
        price: Money::dkk(price),
        base,
    })
    .collect();
    billing::add_usage_prices(&mut tx, access::for_system(), &prices)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

const GB: i64 = 1_000_000_000;

#[tokio::test]
async fn use_is_charged_above_the_allowance_and_what_comes_late_on_the_next_invoice() {
    let world = World::new().await;
    price(&world).await;
    let anna = world.customer_with(world.nordvind, "Anna").await;
    world
        .used(anna, "data", "domestic", 7 * GB, "2026-10-20T12:00:00Z")
        .await;
    world
        .used(anna, "data", "world", 2_500_000, "2026-10-21T12:00:00Z")
        .await;
    world
        .used(anna, "voice", "domestic", 6_030, "2026-10-21T12:00:00Z")
        .await;
    world
        .used(anna, "sms", "domestic", 50, "2026-10-21T12:00:00Z")
        .await;
    world.bill("2026-10").await;
    assert_eq!(
        world.said(world.nordvind, "2026-10").await,
        [
            ("mobile-s en".to_owned(), 1, 7_900),
            ("Calls within Denmark".to_owned(), 1, 50),
            ("Data in Denmark".to_owned(), 2_000, 4_000),
            ("Data outside the EU".to_owned(), 3, 300),
        ]
    );
    // Told of late: half a gigabyte of October, on the bill of November, and a month later nothing more.
    world
        .used(anna, "data", "domestic", GB / 2, "2026-10-31T12:00:00Z")
        .await;
    world
        .used(anna, "data", "domestic", GB, "2026-11-11T12:00:00Z")
        .await;
    world.bill("2026-11").await;
    let said = world.said(world.nordvind, "2026-11").await;
    assert_eq!(
        said[1],
        (
            "Data in Denmark · used in October 2026, told of late".to_owned(),
            500,
            1_000
        )
    );
    assert_eq!(said.len(), 2);
    let late = &world.lines(world.nordvind, "2026-11").await[1];
    assert_eq!(
        (late.used_in, late.line.days),
        (Some(month("2026-10")), None)
    );
    world.advance(31);
    world.bill("2026-12").await;
    assert_eq!(world.said(world.nordvind, "2026-12").await.len(), 1);
    world.check().await;
}

#[tokio::test]
async fn a_suspended_line_costs_in_full_and_a_reference_counts_from_the_next_invoice() {
    let world = World::new().await;
    let anna = world.customer_with(world.nordvind, "Anna").await;
    world
        .execute(
            "UPDATE subscriptions SET state = 'suspended' WHERE id = ?1",
            params![anna],
        )
        .await;
    world.bill("2026-10").await;
    world
        .execute(
            "UPDATE subscriptions SET reference = 'new' WHERE id = ?1",
            params![anna],
        )
        .await;
    world.bill("2026-11").await;
    let old = world.lines(world.nordvind, "2026-10").await;
    let new = world.lines(world.nordvind, "2026-11").await;
    assert_eq!(old[0].line.amount, Money::dkk(7_900));
    assert_eq!(old[0].line.reference.as_deref(), Some("ref Anna"));
    assert_eq!(new[0].line.reference.as_deref(), Some("new"));
}

#[tokio::test]
async fn finance_addresses_are_told_with_a_link_and_no_document() {
    let world = World::new().await;
    world.customer_with(world.nordvind, "Anna").await;
    let scope = world.scope(world.nordvind).await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    let finance = Finance {
        addresses: vec![
            "faktura@nordvind.example".into(),
            "bogholder@nordvind.example".into(),
        ],
        buyer_reference: Some("NV-7".into()),
        gln: None,
        cvr: Some("30100301".into()),
    };
    billing::set_finance(&mut tx, &scope, &finance)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.bill("2026-11").await;
    let invoice = world.invoice(world.nordvind, "2026-11").await.unwrap();
    assert_eq!(invoice.state, InvoiceState::Sent);
    let mails = world
        .texts("SELECT body FROM mail_outbox ORDER BY recipient")
        .await;
    assert_eq!(mails.len(), 2);
    let link = format!(
        "https://portal.example/o/{}/invoices/{}",
        world.nordvind, invoice.id
    );
    assert!(
        mails[0].contains(&link) && mails[0].contains("november 2026"),
        "{}",
        mails[0]
    );
    assert!(!mails[0].contains("Anna"));
    let mut conn = world.fixture.db.read().await.unwrap();
    let document = billing::document(&mut conn, &scope, invoice.id)
        .await
        .unwrap();
    assert_eq!(document.buyer_reference, "NV-7");
}

#[tokio::test]
async fn an_invoice_is_corrected_by_credit_notes_that_credit_each_line_once() {
    let world = World::new().await;
    world.customer_with(world.nordvind, "Anna").await;
    world.customer_with(world.nordvind, "Bo").await;
    world.bill("2026-11").await;
    let invoice = world.invoice(world.nordvind, "2026-11").await.unwrap();
    let scope = world.scope(world.nordvind).await;
    let credit = async |lines: Option<Vec<i64>>| -> platform::Result<billing::Invoice> {
        let mut tx = world.fixture.db.begin().await.unwrap();
        let note = billing::credit(
            &mut tx,
            &world.ids,
            &scope,
            &world.issuer,
            invoice.id,
            lines.as_deref(),
            "twice",
        )
        .await?;
        tx.commit().await?;
        Ok(note)
    };
    assert_eq!(credit(Some(vec![3])).await.unwrap_err().code, "noSuchLine");
    let note = credit(Some(vec![2])).await.unwrap();
    assert_eq!(
        (note.number.as_str(), note.net),
        ("2026-000002", Money::dkk(7_900))
    );
    // Open pages hear of the note, and that the invoice has another one.
    let told = world
        .count("SELECT COUNT(DISTINCT subject) FROM live_changes WHERE kind = 'invoices'")
        .await;
    let again = world
        .count("SELECT COUNT(*) FROM live_changes WHERE kind = 'invoices'")
        .await;
    assert_eq!((told, again), (2, 3));
    assert_eq!(
        credit(Some(vec![1, 2])).await.unwrap_err().code,
        "creditedAlready"
    );
    credit(None).await.unwrap();
    assert_eq!(credit(None).await.unwrap_err().code, "creditedAlready");
    assert_eq!(
        world
            .invoice(world.nordvind, "2026-11")
            .await
            .unwrap()
            .state,
        InvoiceState::Credited
    );
    let mut conn = world.fixture.db.read().await.unwrap();
    let spent = billing::spending(&mut conn, &scope, None, None)
        .await
        .unwrap();
    assert_eq!(
        (spent.len(), spent[0].amount, spent[0].invoices.len()),
        (1, Money::ZERO, 3)
    );
    drop(conn);
    world.check().await;
}

#[tokio::test]
async fn lines_are_walked_page_by_page_in_every_order() {
    let world = World::new().await;
    for name in ["Åse", "Anna", "Bo", "Zita", "anna b"] {
        let line = world.customer_with(world.nordvind, name).await;
        world
            .interval(line, world.add_on, 3_900, "2026-11-10T00:00:00Z", None)
            .await;
    }
    world.bill("2026-11").await;
    let invoice = world.invoice(world.nordvind, "2026-11").await.unwrap();
    let scope = world.scope(world.nordvind).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    for sort in LineSort::ALL {
        for descends in [false, true] {
            let mut query = LineQuery {
                filter: LineFilter::default(),
                sort: *sort,
                descends,
                language: Language::Da,
                after: None,
                limit: 3,
            };
            let mut walked: Vec<(LineKey, i64)> = Vec::new();
            loop {
                let (lines, totals) = billing::lines(&mut conn, &scope, invoice.id, &query)
                    .await
                    .unwrap();
                assert_eq!((totals.lines, totals.amount), (10, invoice.net));
                walked.extend(lines.iter().map(|line| (line.key.clone(), line.position)));
                match lines.last() {
                    Some(last) if lines.len() == 3 => {
                        query.after = Some((last.key.clone(), last.position))
                    }
                    _ => break,
                }
            }
            let mut positions: Vec<i64> = walked.iter().map(|(_, position)| *position).collect();
            positions.sort_unstable();
            assert_eq!(positions, (1..=10).collect::<Vec<_>>(), "{sort}");
        }
    }
    let filtered = async |filter: LineFilter, conn: &mut platform::db::Conn| {
        let query = LineQuery {
            filter,
            sort: LineSort::Amount,
            descends: true,
            language: Language::En,
            after: None,
            limit: 100,
        };
        let (lines, totals) = billing::lines(conn, &scope, invoice.id, &query)
            .await
            .unwrap();
        let sum: Money = lines.iter().map(|line| line.amount).sum();
        assert_eq!((totals.lines, totals.amount), (lines.len() as i64, sum));
        lines.len()
    };
    let none = LineFilter::default;
    let cases: Vec<(LineFilter, usize)> = vec![
        (
            LineFilter {
                q: Some("anna".into()),
                ..none()
            },
            4,
        ),
        (
            LineFilter {
                q: Some("20 00 00 01".into()),
                ..none()
            },
            2,
        ),
        (
            LineFilter {
                q: Some("%".into()),
                ..none()
            },
            0,
        ),
        (
            LineFilter {
                number: Some("+45 20 00 00 01".into()),
                ..none()
            },
            2,
        ),
        (
            LineFilter {
                reference: Some("REF B".into()),
                ..none()
            },
            2,
        ),
        (
            LineFilter {
                reference: Some("REF ÅS".into()),
                ..none()
            },
            2,
        ),
        (
            LineFilter {
                product: Some(world.add_on),
                ..none()
            },
            5,
        ),
        (
            LineFilter {
                category: Some(billing::TariffCategory::AddOns),
                ..none()
            },
            5,
        ),
        (
            LineFilter {
                amount_from: Some(7_900),
                ..none()
            },
            5,
        ),
        (
            LineFilter {
                amount_from: Some(7_901),
                amount_to: Some(9_000),
                ..none()
            },
            0,
        ),
        (
            LineFilter {
                organisation: Some(world.havn),
                ..none()
            },
            0,
        ),
    ];
    for (filter, expected) in cases {
        let shown = format!("{filter:?}");
        assert_eq!(filtered(filter, &mut conn).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn the_forecast_is_what_the_month_comes_to_when_nothing_changes() {
    let world = World::new().await;
    price(&world).await;
    let anna = world.customer_with(world.nordvind, "Anna").await;
    world
        .interval(anna, world.add_on, 3_900, "2026-12-01T10:00:00Z", None)
        .await;
    world
        .used(anna, "data", "world", 2_000_000, "2026-12-01T12:00:00Z")
        .await;
    let scope = world.scope(world.nordvind).await;
    let forecast = billing::forecast(&world.fixture.db, &scope, world.ids.now())
        .await
        .unwrap();
    assert_eq!(forecast.net, Money::dkk(7_900 + 3_900 + 200));
    let two_days = |monthly| rules::extend(2, Money::dkk(monthly), 31);
    assert_eq!(
        forecast.so_far,
        two_days(7_900).plus(two_days(3_900)).plus(Money::dkk(200))
    );
    world.advance(31);
    world.bill("2026-12").await;
    assert_eq!(
        world.invoice(world.nordvind, "2026-12").await.unwrap().net,
        forecast.net
    );
}
