//! Mails at 80 % and 100 % of a limit: one each.

use super::world::{HEADING, Text, World, data};
use platform::{i18n::Language, seal::Secret};
use std::time::Duration;

const NEAR: &str = "+45 26 00 00 01 has used 80 % of its data in November 2026";
const FULL: &str = "+45 26 00 00 01 has used all of its data in November 2026";

async fn use_data(world: &World, record: &str, megabytes: i64) {
    world
        .rows(&[data(
            record,
            "+4526000001",
            megabytes,
            "2026-11-03T10:00:00Z",
        )])
        .await;
}

fn to_ops(subjects: &[&str]) -> Vec<(String, String)> {
    subjects
        .iter()
        .map(|subject| ("ops@firm.example".to_owned(), (*subject).to_owned()))
        .collect()
}

#[tokio::test]
async fn each_threshold_is_told_once_to_every_confirmed_address_in_its_language() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .told(world.customer, "anna@firm.example", Language::En)
        .await;
    world
        .told(world.customer, "bo@firm.example", Language::Da)
        .await;
    world
        .told(world.other, "elsewhere@firm.example", Language::En)
        .await;
    let scope = world.scope(world.customer).await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    let asked = "asked@firm.example";
    crate::notices::add_address(&mut tx, &world.ids, &scope, &world.portal, asked, None)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.execute("DELETE FROM mail_outbox", &[]).await;

    use_data(&world, "1", 3_999).await;
    assert!(world.mails().await.is_empty());
    use_data(&world, "2", 1).await;
    let mail = |to: &str, subject: &str| (format!("{to}@firm.example"), subject.to_owned());
    let near = [
        mail("anna", NEAR),
        mail(
            "bo",
            "+45 26 00 00 01 har brugt 80 % af sin data i november 2026",
        ),
    ];
    assert_eq!(world.mails().await, near);
    use_data(&world, "3", 999).await;
    use_data(&world, "2", 1).await;
    assert_eq!(world.mails().await, near);
    use_data(&world, "4", 1).await;
    use_data(&world, "5", 5_000).await;
    assert_eq!(
        world.mails().await,
        [
            mail("anna", NEAR),
            mail("anna", FULL),
            mail(
                "bo",
                "+45 26 00 00 01 har brugt 80 % af sin data i november 2026"
            ),
            mail(
                "bo",
                "+45 26 00 00 01 har brugt al sin data i november 2026"
            ),
        ]
    );
    // The next month begins anew.
    world.clock.advance(Duration::from_secs(10 * 24 * 3600));
    world.execute("DELETE FROM mail_outbox", &[]).await;
    world
        .rows(&[data("6", "+4526000001", 4_000, "2026-12-01T00:00:00+01:00")])
        .await;
    assert_eq!(world.mails().await.len(), 2);
}

#[tokio::test]
async fn a_mail_says_how_much_and_lets_its_reader_go() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    use_data(&world, "1", 4_567).await;
    let mut conn = world.fixture.db.read().await.unwrap();
    let row = conn.one("SELECT body FROM mail_outbox", &[]).await.unwrap();
    drop(conn);
    let body: String = row.get(0).unwrap();
    assert!(body.contains("used 4.5 GB of its 5.0 GB of data"), "{body}");
    let link = format!("https://portal.example/o/{}/users", world.customer);
    assert!(body.contains(&link), "{body}");
    let token: Secret = world.token_in("ops@firm.example").await;
    // What is stored does not let anybody use the link.
    let stored = world
        .count("SELECT COUNT(*) FROM notification_removals")
        .await;
    assert_eq!(stored, 1);
    let mut tx = world.fixture.db.begin().await.unwrap();
    crate::notices::unsubscribe(&mut tx, &world.ids, &token)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    use_data(&world, "2", 4_567).await;
    assert_eq!(world.mails().await.len(), 1, "nobody is told any more");
    let mut tx = world.fixture.db.begin().await.unwrap();
    let again = crate::notices::unsubscribe(&mut tx, &world.ids, &token).await;
    assert_eq!(again.unwrap_err().kind, platform::Kind::NotFound);
}

#[tokio::test]
async fn one_record_may_pass_both_thresholds() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    use_data(&world, "1", 6_000).await;
    assert_eq!(world.mails().await, to_ops(&[NEAR, FULL]));
}

#[tokio::test]
async fn what_does_not_count_passes_no_limit() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .subscription(world.customer, "+4526000002", world.unlimited)
        .await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    let far = "core,1,+4526000001,data,,world,9000000000,2026-11-03T10:00:00Z".to_owned();
    let free = data("2", "+4526000002", 900_000, "2026-11-03T10:00:00Z");
    let call = "core,3,+4526000001,voice,,,99999,2026-11-03T10:00:00Z".to_owned();
    // So long ago that nobody can do anything about it: noted, not told.
    let old = data("4", "+4526000001", 9_000, "2026-09-03T10:00:00Z");
    world.rows(&[far, free, call, old]).await;
    assert!(world.mails().await.is_empty());
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_notices").await, 2);
    // Of the month that has just ended it is told.
    world
        .rows(&[data("5", "+4526000001", 4_000, "2026-10-31T10:00:00Z")])
        .await;
    let october = "+45 26 00 00 01 has used 80 % of its data in October 2026";
    assert_eq!(world.mails().await, to_ops(&[october]));
}

#[tokio::test]
async fn a_changed_package_counts_from_the_next_record_on() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    use_data(&world, "1", 4_500).await;
    assert_eq!(world.mails().await, to_ops(&[NEAR]));
    world.change_package(anna, world.medium).await;
    use_data(&world, "2", 10_000).await;
    assert_eq!(world.mails().await, to_ops(&[NEAR]), "14.5 of 20 GB");
    use_data(&world, "3", 2_000).await;
    assert_eq!(
        world.mails().await,
        to_ops(&[NEAR]),
        "once a month, also of another limit"
    );
    world.change_package(anna, world.small).await;
    assert_eq!(
        world.mails().await,
        to_ops(&[NEAR]),
        "a change alone uses nothing"
    );
    use_data(&world, "4", 1).await;
    assert_eq!(world.mails().await, to_ops(&[NEAR, FULL]));
    let total = world.totals(world.customer, anna).await.remove(0);
    assert_eq!(total.allowance, Some(5_000_000_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_records_that_race_are_told_of_once() {
    let world = World::new().await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    for round in 0..6 {
        let number = format!("+452600010{round}");
        world
            .subscription(world.customer, &number, world.small)
            .await;
        let begin = world.begin(None, false);
        let other = world.begin(None, false);
        let (one, two) = (begin.await, other.await);
        let text = |record: &str| {
            let row = data(
                &format!("{round}{record}"),
                &number,
                2_600,
                "2026-11-03T10:00:00Z",
            );
            Text::whole(&format!("{HEADING}{row}\n"))
        };
        let (one, two) = tokio::join!(world.run(one, text("a")), world.run(two, text("b")));
        assert_eq!(one.unwrap().records + two.unwrap().records, 2);
        assert_eq!(world.mails().await.len(), 2, "one at 80 %, one at 100 %");
        world.execute("DELETE FROM mail_outbox", &[]).await;
    }
}

#[tokio::test]
async fn an_import_that_broke_off_after_the_limit_tells_once() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.small)
        .await;
    world
        .told(world.customer, "ops@firm.example", Language::En)
        .await;
    let rows: Vec<String> = (0..6_000)
        .map(|row| {
            data(
                &format!("{row:05}"),
                "+4526000001",
                1,
                "2026-11-03T10:00:00Z",
            )
        })
        .collect();
    let text = format!("{HEADING}{}\n", rows.join("\n"));
    for after in [text.len() * 9 / 10, text.len() * 95 / 100] {
        let importing = world.begin(Some("k"), true).await;
        let broken = Text::whole(&text).breaking(after);
        world.run(importing, broken).await.unwrap_err();
    }
    let importing = world.begin(Some("k"), true).await;
    world.run(importing, Text::whole(&text)).await.unwrap();
    assert_eq!(world.mails().await, to_ops(&[NEAR, FULL]));
    world.check().await;
}
