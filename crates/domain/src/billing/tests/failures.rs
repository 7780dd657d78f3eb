//! A run that fails at every step, one that is done by several at once, and what has been tampered with.

use super::world::World;
use crate::billing::{self, ClosePayer, ClosePeriod, Schedule};
use platform::{db::params, jobs::Worker};
use std::sync::Arc;

async fn people(world: &World) {
    for organisation in [world.nordvind, world.fjord, world.havn] {
        let line = world.customer_with(organisation, "Anna").await;
        world
            .used(line, "data", "domestic", 1, "2026-11-11T12:00:00Z")
            .await;
    }
    world
        .execute(
            "UPDATE billing_terms SET finance_addresses = '[]'",
            params![],
        )
        .await;
}

/// Tables that a run writes, each in its turn: one after the other is out of reach, and the run breaks off there.
const WRITTEN: [&str; 9] = [
    "billing_members",
    "billing_runs",
    "billed_usage",
    "invoice_lines",
    "invoice_sums",
    "invoice_series",
    "invoices",
    "audit_entries",
    "live_changes",
];

#[tokio::test]
async fn a_run_that_breaks_off_anywhere_leaves_nothing_half_done_and_goes_on() {
    let world = World::new().await;
    people(&world).await;
    world.close("2026-11").await.unwrap();
    for table in WRITTEN {
        world
            .execute(
                &format!("ALTER TABLE {table} RENAME TO out_of_reach"),
                params![],
            )
            .await;
        assert!(world.finish("2026-11").await.is_err(), "{table}");
        world
            .execute(
                &format!("ALTER TABLE out_of_reach RENAME TO {table}"),
                params![],
            )
            .await;
        assert_eq!(
            world.count("SELECT COUNT(*) FROM invoices").await,
            0,
            "{table}"
        );
        assert_eq!(
            world.count("SELECT COUNT(*) FROM invoice_lines").await,
            0,
            "{table}"
        );
        assert_eq!(
            world.count("SELECT COUNT(*) FROM invoice_series").await,
            0,
            "{table}"
        );
        assert_eq!(
            world.count("SELECT COUNT(*) FROM billed_usage").await,
            0,
            "{table}"
        );
    }
    world.finish("2026-11").await.unwrap();
    world.finish("2026-11").await.unwrap();
    let numbers = world
        .texts("SELECT number FROM invoices ORDER BY number")
        .await;
    assert_eq!(numbers, ["2026-000001", "2026-000002", "2026-000003"]);
    world.check().await;
}

fn worker(world: &World) -> Worker {
    let (db, ids) = (world.fixture.db.clone(), world.ids.clone());
    let issuer = Arc::new(world.issuer.clone());
    Worker::new(db.clone(), world.clock.clone())
        .with(
            billing::CLOSE_PERIOD,
            Arc::new(ClosePeriod {
                db: db.clone(),
                ids: ids.clone(),
            }),
        )
        .with(
            billing::CLOSE_PAYER,
            Arc::new(ClosePayer {
                db: db.clone(),
                ids: ids.clone(),
                issuer: issuer.clone(),
            }),
        )
        .with(billing::SCHEDULE, Arc::new(Schedule { db, ids, issuer }))
}

/// Two nodes work, somebody runs the command besides: each payer has one invoice, and no number is left out.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_at_once_make_each_invoice_once() {
    let world = World::new().await;
    people(&world).await;
    for period in ["2026-09", "2026-10", "2026-11"] {
        world.close(period).await.unwrap();
    }
    let (one, other) = (worker(&world), worker(&world));
    let (first, second, third, fourth) = tokio::join!(
        one.run_until_idle(),
        other.run_until_idle(),
        world.finish("2026-11"),
        world.finish("2026-10"),
    );
    first.unwrap();
    second.unwrap();
    third.unwrap();
    fourth.unwrap();
    worker(&world).run_until_idle().await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM invoices").await, 9);
    assert_eq!(
        world
            .count("SELECT COUNT(DISTINCT number) FROM invoices")
            .await,
        9
    );
    assert_eq!(
        world
            .count("SELECT COUNT(*) FROM billing_runs WHERE state = 'waiting'")
            .await,
        0
    );
    assert_eq!(
        world
            .count("SELECT COUNT(*) FROM jobs WHERE kind <> 'billing.schedule'")
            .await,
        0
    );
    world.check().await;
}

#[tokio::test]
async fn the_schedule_closes_the_month_that_has_ended_on_its_day() {
    let world = World::new().await;
    people(&world).await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    billing::start(&mut tx, &world.ids).await.unwrap();
    tx.commit().await.unwrap();
    // The second of December: not yet. What ended before there was an operator is never closed.
    worker(&world).run_until_idle().await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM billing_periods").await, 0);
    world.advance(2);
    worker(&world).run_until_idle().await.unwrap();
    assert_eq!(world.count("SELECT COUNT(*) FROM billing_periods").await, 0);
    world
        .execute("UPDATE organisations SET created_at = 0", params![])
        .await;
    world.advance(1);
    worker(&world).run_until_idle().await.unwrap();
    world.advance(1);
    worker(&world).run_until_idle().await.unwrap();
    assert_eq!(
        world.texts("SELECT period FROM billing_periods").await,
        ["2026-11"]
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM invoices").await, 3);
    world.check().await;
}
