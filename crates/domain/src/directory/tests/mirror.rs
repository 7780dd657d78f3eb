//! How the mirror follows.

use super::{
    super::{MirrorState, ops, ports::DirectorySource},
    *,
};
use platform::outside::OutsideError;

fn refused() -> OutsideError {
    OutsideError::Unauthorised {
        code: "Authorization_RequestDenied".into(),
        message: "Insufficient privileges".into(),
    }
}

fn unavailable() -> OutsideError {
    OutsideError::Unavailable("503".into())
}

#[tokio::test]
async fn a_colleague_arrives_changes_is_disabled_leaves_and_comes_back() {
    let world = World::with(7).await;
    assert_eq!(world.last().await, (7, 0, 0));
    let mirror = world.mirror().await;
    assert_eq!(
        (mirror.state, mirror.total, mirror.name.as_str()),
        (MirrorState::Ok, 7, "Nordvind")
    );
    world.give_role(2).await;

    world.source.put(8, |_| {});
    world
        .source
        .put(1, |person| person.display_name = "Anna Ågård".into());
    world.source.put(2, |person| person.enabled = false);
    world.next_round().await;
    assert_eq!(world.last().await, (1, 2, 0));
    assert_eq!(world.person(1).await.unwrap().display_name, "Anna Ågård");
    assert_eq!(world.person(2).await.unwrap().state, PersonState::Disabled);
    assert!(
        !world.may_enter(2).await,
        "whoever is disabled has no right any more"
    );

    world.source.put(2, |person| person.enabled = true);
    world.source.delete(3);
    world.next_round().await;
    assert_eq!(world.last().await, (0, 1, 1));
    assert!(world.may_enter(2).await);
    let gone = world.person(3).await.expect("marked, not removed");
    assert_eq!(gone.state, PersonState::Deleted);

    world.source.put(3, |_| {});
    world.next_round().await;
    assert_eq!(world.last().await, (1, 0, 0));
    let back = world.person(3).await.unwrap();
    assert_eq!((back.id, back.state), (gone.id, PersonState::Active));

    world.next_round().await;
    assert_eq!(world.last().await, (0, 0, 0), "nothing changed");
}

#[tokio::test]
async fn guests_and_resource_accounts_are_no_colleagues() {
    let world = World::with(1).await;
    world.source.put(2, |person| person.guest = true);
    world.source.put(3, |person| person.resource_account = true);
    world.next_round().await;
    assert_eq!(world.last().await, (0, 0, 0));
    assert!(world.person(2).await.is_none() && world.person(3).await.is_none());
    assert_eq!(world.mirror().await.total, 1);
    world.source.put(2, |person| person.guest = false);
    world.next_round().await;
    assert!(world.person(2).await.is_some());
}

#[tokio::test]
async fn an_expired_cursor_means_a_full_round_that_notices_who_has_left() {
    let world = World::with(10).await;
    world.source.lose(4);
    world
        .source
        .put(5, |person| person.title = Some("Chief".into()));
    world.source.fail_next([Some(OutsideError::StartOver)]);
    world.source.asked();
    world.next_round().await;
    assert_eq!(world.source.asked()[1], None, "from the beginning");
    assert_eq!(world.last().await, (0, 1, 1));
    assert_eq!(world.person(4).await.unwrap().state, PersonState::Deleted);
}

#[tokio::test]
async fn a_cursor_that_is_always_expired_is_no_endless_loop() {
    let world = World::with(2).await;
    world
        .source
        .fail_next([Some(OutsideError::StartOver), Some(OutsideError::StartOver)]);
    world.next_round().await;
    assert_eq!(world.mirror().await.state, MirrorState::Failing);
    world.next_round().await;
    assert_eq!(world.mirror().await.state, MirrorState::Ok);
    assert_eq!(world.view().await.len(), 2);
}

#[tokio::test]
async fn everybody_is_listed_anew_once_a_day() {
    let world = World::with(10).await;
    world.source.lose(4);
    world.next_round().await;
    assert_eq!(world.view().await.len(), 10, "nobody has said so yet");
    world.clock.advance(Duration::from_secs(24 * 3600));
    world.run().await;
    assert_eq!(world.view().await.len(), 9);
}

#[tokio::test]
async fn a_round_that_was_cut_short_goes_on_where_it_was_and_removes_nobody() {
    let world = World::new().await;
    for number in 1..=10 {
        world.source.put(number, |_| {});
    }
    world.source.fail_next([None, None, Some(unavailable())]);
    world.run().await;
    let mirror = world.mirror().await;
    assert_eq!(mirror.state, MirrorState::Failing);
    assert_eq!(mirror.problem.unwrap().code, "unavailable");
    assert_eq!(world.view().await.len(), 6, "two pages are in");
    assert!(mirror.last.is_none());

    world.source.asked();
    world.clock.advance(Duration::from_secs(5));
    world.run().await;
    assert_eq!(world.source.asked()[0].as_deref(), Some("full:6:10"));
    let mirror = world.mirror().await;
    assert_eq!((mirror.state, mirror.problem), (MirrorState::Ok, None));
    assert_eq!(world.last().await, (10, 0, 0));
}

#[tokio::test]
async fn a_large_directory_takes_turns_and_comes_to_the_same_end() {
    let world = World::new().await;
    world.source.page_size(1);
    for number in 1..=45 {
        world.source.put(number, |_| {});
    }
    let worker = world.worker();
    while world.view().await.len() < 20 {
        assert!(worker.run_one().await.unwrap());
    }
    assert_eq!(world.mirror().await.state, MirrorState::Running);
    world.run().await;
    assert_eq!(world.last().await, (45, 0, 0));
}

#[tokio::test]
async fn a_throttled_round_waits_as_long_as_it_was_asked_to() {
    let world = World::new().await;
    for number in 1..=6 {
        world.source.put(number, |_| {});
    }
    world
        .source
        .fail_next([None, Some(OutsideError::Busy(Duration::from_secs(40)))]);
    world.run().await;
    let mirror = world.mirror().await;
    assert_eq!((mirror.state, mirror.problem), (MirrorState::Running, None));
    world.clock.advance(Duration::from_secs(35));
    world.source.asked();
    world.run().await;
    assert!(world.source.asked().is_empty(), "not before its time");
    world.clock.advance(Duration::from_secs(10));
    world.run().await;
    assert_eq!(world.last().await, (6, 0, 0));
}

#[tokio::test]
async fn without_access_it_says_so_and_goes_on_trying() {
    let world = World::with(3).await;
    world.source.fail_next([Some(refused()), Some(refused())]);
    world.next_round().await;
    let mirror = world.mirror().await;
    assert_eq!(mirror.state, MirrorState::Failing);
    let problem = mirror.problem.unwrap();
    assert_eq!(problem.code, "unauthorised");
    assert_eq!(
        problem.detail,
        "Authorization_RequestDenied: Insufficient privileges"
    );
    assert_eq!(
        world.last().await,
        (3, 0, 0),
        "the last complete round stands"
    );
    world.next_round().await;
    assert_eq!(world.mirror().await.state, MirrorState::Failing);
    world.next_round().await;
    assert_eq!(world.mirror().await.state, MirrorState::Ok);
    assert_eq!(world.backlog().await.failed, 0);
}

#[tokio::test]
async fn a_directory_that_answers_with_nobody_removes_nobody() {
    let world = World::with(5).await;
    for number in 1..=5 {
        world.source.lose(number);
    }
    for _ in 0..3 {
        world.source.fail_next([Some(OutsideError::StartOver)]);
        world.next_round().await;
        assert_eq!(world.view().await.len(), 5);
        assert_eq!(world.mirror().await.problem.unwrap().code, "emptyDirectory");
    }
    for number in 1..=5 {
        world.source.put(number, |_| {});
    }
    world.next_round().await;
    assert_eq!(world.mirror().await.problem, None);
}

#[tokio::test]
async fn many_at_once_leave_only_when_a_second_full_round_misses_them_too() {
    let world = World::with(10).await;
    for number in 1..=3 {
        world.source.lose(number);
    }
    world.source.fail_next([Some(OutsideError::StartOver)]);
    world.next_round().await;
    assert_eq!(world.view().await.len(), 10);
    assert_eq!(world.mirror().await.problem.unwrap().code, "tooManyMissing");
    // One of them was only mislaid.
    world.source.put(3, |_| {});
    world.next_round().await;
    assert_eq!(world.view().await.len(), 8);
    assert_eq!(world.last().await, (0, 0, 2));
    assert_eq!(world.mirror().await.problem, None);
}

#[tokio::test]
async fn a_run_that_has_lost_its_lease_writes_nothing() {
    let world = World::new().await;
    world.source.put(1, |_| {});
    // While the first run waits for its page another worker finds the lease expired, takes the job over and finishes it.
    let (second, clock) = (world.worker(), world.clock.clone());
    let source = world.source.clone();
    world.source.meanwhile(move || {
        Box::pin(async move {
            clock.advance(jobs::LEASE + Duration::from_secs(1));
            source.put(1, |person| person.display_name = "Newer".into());
            second.run_until_idle().await.unwrap();
        })
    });
    world.run().await;
    assert_eq!(world.person(1).await.unwrap().display_name, "Newer");
    assert_eq!(world.last().await, (1, 0, 0));
    assert_eq!(world.backlog().await.failed, 0);
}

#[tokio::test]
async fn what_is_asked_for_during_a_run_is_done_after_it() {
    let world = World::with(2).await;
    world.source.put(3, |_| {});
    world.request_sync().await;
    let source = world.source.clone();
    let (db, ids, scope) = (
        world.fixture.db.clone(),
        world.ids.clone(),
        world.scope().await,
    );
    world.source.meanwhile(move || {
        Box::pin(async move {
            source.put(4, |_| {});
            let mut tx = db.begin().await.unwrap();
            ops::request_sync(&mut tx, &ids, &scope).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    world.run().await;
    assert_eq!(
        world.view().await.len(),
        4,
        "without waiting for the interval"
    );
    assert_eq!(
        world.backlog().await,
        Backlog {
            // The next round, and the look at the connection, which nobody does in this world.
            ready: 2,
            running: 0,
            failed: 0
        }
    );
}

#[tokio::test]
async fn a_page_that_another_run_has_saved_is_not_saved_again() {
    let world = World::with(2).await;
    let (db, system) = (&world.fixture.db, access::for_system());
    let position = async || {
        let mut conn = db.read().await.unwrap();
        store::position(&mut conn, system, TENANT)
            .await
            .unwrap()
            .unwrap()
    };
    let stale = position().await;
    world.source.put(3, |_| {});
    let page = world
        .source
        .changes(TENANT, stale.cursor.as_deref())
        .await
        .unwrap();
    world.next_round().await;
    world.source.delete(3);
    world.next_round().await;
    let after = position().await;
    let mut tx = db.begin().await.unwrap();
    let saved = ops::save_page(&mut tx, &world.ids, system, TENANT, &stale, page, INTERVAL)
        .await
        .unwrap();
    assert!(matches!(saved, ops::Saved::Overtaken));
    tx.commit().await.unwrap();
    assert_eq!(position().await, after);
    assert_eq!(
        world.view().await.len(),
        2,
        "an old page does not bring back who has left"
    );
}

#[tokio::test]
async fn one_person_is_asked_for_by_themselves() {
    let world = World::with(2).await;
    let scope = world.scope().await;
    let id = world.person(1).await.unwrap().id;
    let (db, ids, source) = (&world.fixture.db, &world.ids, &*world.source);
    let refresh = async || {
        ops::refresh_person(db, ids, source, &scope, id)
            .await
            .unwrap()
            .unwrap()
    };
    let before = refresh().await;
    assert_eq!(before.version, 1);
    source.put(1, |person| person.enabled = false);
    assert_eq!(refresh().await.state, PersonState::Disabled);
    source.delete(1);
    assert_eq!(refresh().await.state, PersonState::Deleted);
    assert_eq!(
        refresh().await.version,
        3,
        "an unchanged person is not written"
    );
    // The round finds what it would have said done already.
    world.next_round().await;
    assert_eq!(world.last().await, (0, 0, 0));
}

#[tokio::test]
async fn asking_for_a_synchronisation_often_is_asking_once() {
    let world = World::with(1).await;
    world.source.asked();
    for _ in 0..5 {
        world.request_sync().await;
    }
    world.run().await;
    assert_eq!(world.source.asked().len(), 1);
    let mut tx = world.fixture.db.begin().await.unwrap();
    ops::start(&mut tx, &world.ids, access::for_system())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.run().await;
    assert_eq!(
        world.backlog().await.ready,
        2,
        "starting anew makes no second round; the look at the connection waits beside it"
    );
}

#[tokio::test]
async fn hundreds_arrive_at_once() {
    let world = World::new().await;
    world.source.page_size(97);
    for number in 1..=730 {
        world.source.put(number, |_| {});
    }
    world.run().await;
    assert_eq!(world.last().await, (730, 0, 0));
    assert_eq!(world.mirror().await.total, 730);
    let person = world.person(700).await.unwrap();
    assert_eq!(
        (person.display_name.as_str(), person.version),
        ("Person 700", 1)
    );
    for number in 200..=300 {
        world.source.delete(number);
    }
    world.next_round().await;
    assert_eq!(world.last().await, (0, 0, 101));
    assert_eq!(world.mirror().await.total, 629);
}
