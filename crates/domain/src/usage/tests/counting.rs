//! What counts for whom and when.

use super::world::{World, at, data};
use crate::usage::{FORGET, Forget, UsageKind};
use platform::{Period, db::params, jobs::Worker};
use proptest::prelude::*;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

#[tokio::test]
async fn every_kind_is_counted_in_its_own_measure_and_place() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    let row =
        |record: &str, rest: &str| format!("core,{record},26000001,{rest},2026-11-03T10:00:00Z");
    let import = world
        .rows(&[
            row("1", "data,,domestic,1000000"),
            row("2", "data,,eu,2000000"),
            row("3", "data,,world,4000000"),
            row("4", "voice,outgoing,domestic,60"),
            row("5", "voice,incoming,domestic,600"),
            row("6", "voice,outgoing,premium,30"),
            row("7", "sms,outgoing,eu,1"),
            row("8", "mms,outgoing,world,1"),
        ])
        .await;
    assert_eq!(
        (
            import.records,
            import.errors,
            import.duplicates,
            import.lines
        ),
        (8, 0, 0, 9)
    );
    let found: BTreeMap<UsageKind, _> = world
        .totals(world.customer, anna)
        .await
        .into_iter()
        .map(|t| {
            (
                t.kind,
                (t.counted, t.beyond, t.received, t.records, t.allowance),
            )
        })
        .collect();
    assert_eq!(
        found,
        BTreeMap::from([
            (
                UsageKind::Data,
                (3_000_000, 4_000_000, 0, 3, Some(5_000_000_000))
            ),
            (UsageKind::Voice, (60, 30, 600, 3, Some(6_000))),
            (UsageKind::Sms, (1, 0, 0, 1, None)),
            (UsageKind::Mms, (0, 1, 0, 1, None)),
        ])
    );
    world.check().await;
}

#[tokio::test]
async fn a_record_counts_in_the_month_in_which_it_began_in_copenhagen_however_late_it_comes() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    world
        .rows(&[
            data("1", "+4526000001", 1, "2026-10-31T22:59:59Z"),
            data("2", "+4526000001", 2, "2026-10-31T23:00:00Z"),
            data("3", "+4526000001", 4, "2026-03-31T23:59:59+02:00"),
            data("4", "+4526000001", 8, "2026-03-31T22:00:00Z"),
        ])
        .await;
    world
        .rows(&[data("5", "+4526000001", 16, "2026-10-01T00:00:00+02:00")])
        .await;
    world
        .rows(&[data("6", "+4526000001", 32, "2026-03-29T01:30:00Z")])
        .await;
    let month = |name: &str, megabytes: i64| (name.to_owned(), megabytes * 1_000_000);
    assert_eq!(
        world.data(anna).await,
        BTreeMap::from([
            month("2026-03", 36),
            month("2026-04", 8),
            month("2026-10", 17),
            month("2026-11", 2),
        ])
    );
    world.check().await;
}

#[tokio::test]
async fn a_record_counts_for_whoever_had_the_number_then() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    let noon = at("2026-11-22T12:00:00Z");
    world
        .execute(
            "UPDATE subscriptions SET state = 'ended', ended_at = ?2, number = NULL WHERE id = ?1",
            params![anna, noon],
        )
        .await;
    world.settle(world.customer, anna).await;
    // Once more changes nothing.
    world.settle(world.customer, anna).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let ended = conn
        .one(
            "SELECT until_at FROM subscription_numbers WHERE subscription = ?1",
            params![anna],
        )
        .await
        .unwrap()
        .get::<Option<platform::Instant>>(0)
        .unwrap()
        .expect("an end");
    drop(conn);
    assert!(ended >= noon && ended < noon.plus(Duration::from_secs(60)));
    world.clock.advance(Duration::from_secs(3600));
    // The number goes to somebody of another organisation.
    world
        .execute(
            "UPDATE numbers SET number = '+4526999999' WHERE number = '+4526000001'",
            params![],
        )
        .await;
    let half_past = "2026-11-22T12:30:00Z";
    let bo = world
        .subscription_since(world.other, "+4526000001", world.small, half_past)
        .await;
    let import = world
        .rows(&[
            data("1", "+4526000001", 1, "2026-11-22T11:59:59Z"),
            data("2", "+4526000001", 2, "2026-11-22T12:15:00Z"),
            data("3", "+4526000001", 4, "2026-11-22T12:30:00Z"),
            data("4", "+4526000002", 8, "2026-11-22T11:00:00Z"),
        ])
        .await;
    assert_eq!(
        world.data(anna).await.into_values().collect::<Vec<_>>(),
        [1_000_000]
    );
    assert_eq!(world.totals(world.other, bo).await[0].counted, 4_000_000);
    let told: Vec<_> = world
        .errors(&import)
        .await
        .into_iter()
        .map(|error| (error.line, error.field, error.code))
        .collect();
    let error = |line, code: &str| (line, "number".to_owned(), code.to_owned());
    assert_eq!(told, [error(3, "nobodyThen"), error(5, "numberUnknown")]);
    // Each organisation sees its own.
    assert!(world.totals(world.other, anna).await.is_empty());
}

#[tokio::test]
async fn usage_is_forgotten_after_thirteen_months_and_an_import_after_a_quarter() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .rows(&[
            data("1", "+4526000001", 1, "2025-10-01T00:00:00+02:00"),
            data("2", "+4526000001", 2, "2025-11-01T00:00:00+01:00"),
            data("3", "+4526000001", 4_500, "2026-11-01T00:00:00+01:00"),
        ])
        .await;
    let forget = Forget {
        db: world.fixture.db.clone(),
        ids: world.ids.clone(),
    };
    let worker =
        Worker::new(world.fixture.db.clone(), world.clock.clone()).with(FORGET, Arc::new(forget));
    let mut tx = world.fixture.db.begin().await.unwrap();
    crate::usage::start(&mut tx, &world.ids).await.unwrap();
    crate::usage::start(&mut tx, &world.ids).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert_eq!(world.data(anna).await.len(), 3, "nothing is old enough yet");
    world.clock.advance(Duration::from_secs(10 * 24 * 3600));
    assert_eq!(worker.run_until_idle().await.unwrap(), 1);
    assert_eq!(
        world.data(anna).await.into_keys().collect::<Vec<_>>(),
        ["2025-11", "2026-11"]
    );
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_records").await, 2);
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_imports").await, 1);
    world.check().await;
    world.clock.advance(Duration::from_secs(400 * 24 * 3600));
    worker.run_until_idle().await.unwrap();
    for table in [
        "usage_records",
        "usage_totals",
        "usage_notices",
        "usage_imports",
    ] {
        assert_eq!(
            world.count(&format!("SELECT COUNT(*) FROM {table}")).await,
            0,
            "{table}"
        );
    }
}

/// A record that is told, and how often.
#[derive(Clone, Debug)]
struct Told {
    minutes: i64,
    megabytes: i64,
    number: usize,
    times: usize,
}

fn told() -> impl Strategy<Value = Told> {
    (0_i64..60 * 24 * 120, 1_i64..2_000, 0_usize..3, 1_usize..4).prop_map(
        |(minutes, megabytes, number, times)| Told {
            minutes,
            megabytes,
            number,
            times,
        },
    )
}

#[test]
fn any_order_any_repetition_and_any_split_into_files_give_the_same_totals() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let case = std::cell::Cell::new(0_u32);
    let strategy = (
        proptest::collection::vec(told(), 1..40),
        proptest::collection::vec(any::<u16>(), 120),
        1_usize..5,
    );
    let config = ProptestConfig::with_cases(24);
    proptest!(config, |((records, shuffle, files) in strategy)| {
        case.set(case.get() + 1);
        let case = case.get();
        let outcome = runtime.block_on(in_any_order(&world, case, &records, &shuffle, files));
        prop_assert_eq!(outcome.0, outcome.1);
        prop_assert_eq!(outcome.2, records.len() as i64);
    });
    runtime.block_on(world.check());
}

type Sums = BTreeMap<(usize, String), i64>;

/// What came out, what was to come out, and how many records were counted.
async fn in_any_order(
    world: &World,
    case: u32,
    records: &[Told],
    shuffle: &[u16],
    files: usize,
) -> (Sums, Sums, i64) {
    let numbers: Vec<String> = (0..3)
        .map(|n| format!("+4526{:06}", case * 10 + n))
        .collect();
    let mut subscriptions = Vec::new();
    for number in &numbers {
        subscriptions.push(
            world
                .subscription(world.customer, number, world.unlimited)
                .await,
        );
    }
    let start = at("2026-07-20T00:00:00Z");
    let mut expected = Sums::new();
    let mut rows = Vec::new();
    for (index, told) in records.iter().enumerate() {
        let began = start.plus(Duration::from_secs(told.minutes.unsigned_abs() * 60));
        let row = data(
            &format!("{case}-{index}"),
            &numbers[told.number],
            told.megabytes,
            &began.to_string(),
        );
        let month = Period::of(began).to_string();
        *expected.entry((told.number, month)).or_default() += told.megabytes * 1_000_000;
        rows.extend(std::iter::repeat_n(row, told.times));
    }
    let mut ordered: Vec<(u16, String)> = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            (
                shuffle[index % shuffle.len()].wrapping_mul(index as u16 | 1),
                row,
            )
        })
        .collect();
    ordered.sort();
    let each = ordered.len().div_ceil(files);
    let mut counted = 0;
    for file in ordered.chunks(each) {
        let rows: Vec<String> = file.iter().map(|(_, row)| row.clone()).collect();
        let import = world.rows(&rows).await;
        assert_eq!(import.records + import.duplicates, rows.len() as i64);
        counted += import.records;
    }
    let mut found = Sums::new();
    for (index, subscription) in subscriptions.iter().enumerate() {
        for (month, bytes) in world.data(*subscription).await {
            found.insert((index, month), bytes);
        }
    }
    (found, expected, counted)
}
