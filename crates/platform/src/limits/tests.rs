use super::*;
use crate::{
    db::{self, Db},
    testing::Fixture,
};
use std::sync::Arc;

const FIVE_AN_HOUR: Limit = limit("test", 5, HOUR);
const NOON: Instant = Instant(1_795_000_000_000_000);
const ANNA: Uuid = Uuid::from_u128(1);
const BO: Uuid = Uuid::from_u128(2);

async fn take_once(db: &Db, limit: Limit, whom: Uuid, now: Instant) -> Result<()> {
    let mut tx = db.begin().await?;
    take(&mut tx, limit, whom, now).await?;
    tx.commit().await
}

#[tokio::test]
async fn the_one_too_many_is_refused_and_told_when_to_come_back() {
    let fixture = Fixture::new(db::migrations()).await;
    for _ in 0..5 {
        take_once(&fixture.db, FIVE_AN_HOUR, ANNA, NOON)
            .await
            .unwrap();
    }
    let refused = take_once(&fixture.db, FIVE_AN_HOUR, ANNA, NOON)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.kind, refused.code.as_ref(), refused.retry_after),
        (Kind::TooOften, "tooOften", Some(720))
    );
    // Somebody else, and something else, have room.
    take_once(&fixture.db, FIVE_AN_HOUR, BO, NOON)
        .await
        .unwrap();
    take_once(&fixture.db, limit("other", 1, DAY), ANNA, NOON)
        .await
        .unwrap();

    // A fifth of the time gives room for one, and exactly one.
    let early = NOON.plus(Duration::from_secs(719));
    assert_eq!(
        take_once(&fixture.db, FIVE_AN_HOUR, ANNA, early)
            .await
            .unwrap_err()
            .retry_after,
        Some(1)
    );
    let later = NOON.plus(Duration::from_secs(720));
    take_once(&fixture.db, FIVE_AN_HOUR, ANNA, later)
        .await
        .unwrap();
    assert!(
        take_once(&fixture.db, FIVE_AN_HOUR, ANNA, later)
            .await
            .is_err()
    );
    // After the whole time all of it is there again.
    let next = later.plus(HOUR);
    for _ in 0..5 {
        take_once(&fixture.db, FIVE_AN_HOUR, ANNA, next)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn what_was_rolled_back_was_not_taken() {
    let fixture = Fixture::new(db::migrations()).await;
    for _ in 0..20 {
        let mut tx = fixture.db.begin().await.unwrap();
        take(&mut tx, FIVE_AN_HOUR, ANNA, NOON).await.unwrap();
    }
    take_once(&fixture.db, FIVE_AN_HOUR, ANNA, NOON)
        .await
        .unwrap();
}

#[tokio::test]
async fn three_processes_and_a_restart_obey_together() {
    let fixture = Fixture::new(db::migrations()).await;
    let taken = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let nodes = (0..3).map(|_| {
        let (db, taken) = (fixture.db.clone(), taken.clone());
        tokio::spawn(async move {
            for _ in 0..10 {
                match take_once(&db, FIVE_AN_HOUR, ANNA, NOON).await {
                    Ok(()) => taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst),
                    Err(error) => {
                        assert_eq!(error.kind, Kind::TooOften, "{error}");
                        0
                    }
                };
            }
        })
    });
    for node in futures::future::join_all(nodes).await {
        node.unwrap();
    }
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 5);
}

#[tokio::test]
async fn what_counts_no_longer_is_forgotten() {
    let fixture = Fixture::new(db::migrations()).await;
    take_once(&fixture.db, FIVE_AN_HOUR, ANNA, NOON)
        .await
        .unwrap();
    let later = NOON.plus(Duration::from_secs(700));
    take_once(&fixture.db, FIVE_AN_HOUR, BO, later)
        .await
        .unwrap();
    let mut tx = fixture.db.begin().await.unwrap();
    let after = NOON.plus(Duration::from_secs(721));
    assert_eq!(purge(&mut tx, after).await.unwrap(), 1);
}

#[test]
fn a_throttle_keeps_the_same_rule_in_memory() {
    let throttle = Throttle::new(FIVE_AN_HOUR);
    for _ in 0..5 {
        throttle.check(ANNA, NOON).unwrap();
        throttle.take(ANNA, NOON).unwrap();
    }
    let refused = throttle.take(ANNA, NOON).unwrap_err();
    assert_eq!(
        (refused.kind, refused.retry_after),
        (Kind::TooOften, Some(720))
    );
    assert_eq!(
        throttle.check(ANNA, NOON).unwrap_err().retry_after,
        Some(720)
    );
    throttle.take(BO, NOON).unwrap();
    let later = NOON.plus(Duration::from_secs(720));
    throttle.take(ANNA, later).unwrap();
    assert!(throttle.take(ANNA, later).is_err());
}

#[test]
fn a_throttle_bounds_its_memory_and_lets_pass_whom_it_cannot_hold() {
    let throttle = Throttle::new(limit("test", 1, HOUR));
    for number in 0..=AT_MOST as u128 {
        throttle.take(Uuid::from_u128(number), NOON).unwrap();
    }
    assert_eq!(throttle.kept.lock().unwrap().free_at.len(), AT_MOST);
    throttle
        .take(Uuid::from_u128(AT_MOST as u128), NOON)
        .unwrap();
    assert!(throttle.take(Uuid::from_u128(0), NOON).is_err());
    // Those that count no longer make room.
    let next = NOON.plus(HOUR);
    let late = Uuid::from_u128(u128::MAX);
    throttle.take(late, next).unwrap();
    assert_eq!(throttle.kept.lock().unwrap().free_at.len(), 1);
}

#[tokio::test]
async fn zero_sets_no_limit() {
    let fixture = Fixture::new(db::migrations()).await;
    let none = limit("test", 0, HOUR);
    let throttle = Throttle::new(none);
    for _ in 0..100 {
        throttle.take(ANNA, NOON).unwrap();
        take_once(&fixture.db, none, ANNA, NOON).await.unwrap();
    }
}

#[test]
fn an_address_is_held_with_its_line() {
    let of = |text: &str| Subject::from(text.parse::<IpAddr>().unwrap());
    assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
    assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
    assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
    assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
}

#[test]
fn who_has_as_much_under_way_as_may_be_waits_until_something_is_over() {
    let limit = AtOnce::new("atOnce", 2);
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let first = limit.enter(a).unwrap();
    let _second = limit.enter(a).unwrap();
    let refused = limit.enter(a).unwrap_err();
    assert_eq!(
        (refused.kind, refused.code, refused.retry_after),
        (Kind::TooOften, "tooOften".into(), Some(1))
    );
    let other = limit.enter(b).unwrap();
    drop((first, other));
    let _third = limit.enter(a).unwrap();
    assert!(limit.enter(a).is_err());
    let kept = limit.under_way.lock().unwrap();
    assert_eq!(kept.len(), 1, "who has nothing under way is not kept");
}

#[test]
fn without_a_limit_as_much_as_one_likes_is_under_way() {
    let limit = AtOnce::new("atOnce", 0);
    let places: Vec<_> = (0..1000)
        .map(|_| limit.enter(Uuid::from_u128(1)).unwrap())
        .collect();
    drop(places);
    assert!(limit.under_way.lock().unwrap().is_empty());
}
