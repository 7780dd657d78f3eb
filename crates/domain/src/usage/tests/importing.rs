//! Imports that break off, come twice, or hold what cannot be read.

use super::world::{HEADING, Text, World, data};
use crate::usage::{ImportState, UsageImport};
use platform::Kind;

/// So many rows of one number.
fn file(rows: usize) -> String {
    let rows: Vec<String> = (0..rows)
        .map(|row| {
            let minute = format!(
                "2026-11-{:02}T{:02}:{:02}:00Z",
                1 + row / 1440,
                row / 60 % 24,
                row % 60
            );
            data(&format!("r{row:05}"), "+4526000001", 1, &minute)
        })
        .collect();
    format!("{HEADING}{}\n", rows.join("\n"))
}

fn figures(import: &UsageImport) -> (i64, i64, i64, i64) {
    (
        import.lines,
        import.records,
        import.duplicates,
        import.errors,
    )
}

#[tokio::test]
async fn an_import_that_broke_off_goes_on_and_ends_as_if_it_had_not() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    // Enough for several chunks, with errors in the first and the last.
    let text = file(7_000).replacen("r00003,+4526000001", "r00003,112", 1)
        + "core,r99999,+4526000001,data,,,1,2026-11-03\n";
    let size = text.len();
    for after in [0, 40, size / 3, size / 2 + 17, size - 3] {
        let importing = world.begin(Some("file-1"), false).await;
        let broken = Text::whole(&text).breaking(after);
        let error = world.run(importing, broken).await.unwrap_err();
        assert_eq!(error.kind, Kind::Malformed);
        world.check().await;
    }
    let done = world.begin(Some("file-1"), false).await;
    let done = world.run(done, Text::whole(&text)).await.unwrap();
    assert_eq!(done.state, ImportState::Done);
    assert_eq!(figures(&done), (7_002, 6_999, 0, 2));
    assert_eq!(done.position, size as i64);
    let lines: Vec<i64> = world
        .errors(&done)
        .await
        .iter()
        .map(|error| error.line)
        .collect();
    assert_eq!(lines, [5, 7_002]);
    assert_eq!(world.data(anna).await["2026-11"], 6_999_000_000);
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_imports").await, 1);
    // Once done, the same name is another import, and nothing of it counts again.
    let again = world.begin(Some("file-1"), false).await;
    let again = world.run(again, Text::whole(&text)).await.unwrap();
    assert_ne!(again.id, done.id);
    assert_eq!(figures(&again), (7_002, 0, 6_999, 2));
    assert_eq!(world.data(anna).await["2026-11"], 6_999_000_000);
    world.check().await;
}

#[tokio::test]
async fn what_goes_on_must_be_what_was_begun() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    let text = file(6_000);
    let begun = world.begin(Some("k"), true).await;
    let broken = Text::whole(&text).breaking(text.len() - 9);
    world.run(begun, broken).await.unwrap_err();
    for other in [
        text.replacen("r00001", "x00001", 1),
        text.replace("+4526000001", "+45 26000001"),
        HEADING.to_owned(),
    ] {
        let begun = world.begin(Some("k"), true).await;
        let error = world.run(begun, Text::whole(&other)).await.unwrap_err();
        assert_eq!(error.code, "idempotencyKeyReused");
    }
    let begun = world.begin(Some("k"), true).await;
    let done = world.run(begun, Text::whole(&text)).await.unwrap();
    assert_eq!(figures(&done), (6_001, 6_000, 0, 0));
    // The same request once more is told what it was told; another one under its key is refused.
    let begun = world.begin(Some("k"), true).await;
    assert_eq!(world.run(begun, Text::whole(&text)).await.unwrap(), done);
    for other in [
        format!("{text}\n"),
        text[..text.len() - 1].to_owned(),
        String::new(),
    ] {
        let begun = world.begin(Some("k"), true).await;
        let error = world.run(begun, Text::whole(&other)).await.unwrap_err();
        assert_eq!(error.code, "idempotencyKeyReused");
    }
    // A file that was changed under the same name has failed; after that its name is free.
    let begun = world.begin(Some("f"), false).await;
    world
        .run(begun, Text::whole(&text).breaking(text.len() - 9))
        .await
        .unwrap_err();
    let begun = world.begin(Some("f"), false).await;
    let error = world.run(begun, Text::whole(HEADING)).await.unwrap_err();
    assert_eq!(error.code, "importChanged");
    let begun = world.begin(Some("f"), false).await;
    assert_eq!(
        figures(&world.run(begun, Text::whole(HEADING)).await.unwrap()),
        (1, 0, 0, 0)
    );
}

#[tokio::test]
async fn whoever_is_overtaken_writes_no_more() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    let text = file(3_000);
    let slow = world.begin(Some("k"), true).await;
    let quick = world.begin(Some("k"), true).await;
    let done = world.run(quick, Text::whole(&text)).await.unwrap();
    let error = world.run(slow, Text::whole(&text)).await.unwrap_err();
    assert_eq!(
        (error.kind, &*error.code),
        (Kind::Conflict, "importTakenOver")
    );
    assert_eq!(figures(&done), (3_001, 3_000, 0, 0));
    assert_eq!(world.data(anna).await["2026-11"], 3_000_000_000);
}

#[tokio::test]
async fn good_rows_are_kept_and_bad_ones_told() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    let good = data("good", "+4526000001", 7, "2026-11-03T10:00:00Z");
    let text = format!(
        "{HEADING}{good}\n\ncore,2,+4526000009,data,,,1,2026-11-03T10:00:00Z\n{good}\n\
         core,3,+4526000001,data,,,-1,2026-11-03T10:00:00Z\n{}\ncore,4,+4526000001,data,,,1,2026-11-03T10:00:00\n\
         core,5,+4526000001,data,,,99999999999999,2026-11-03T10:00:00Z\ncore,6,+4526000001,da",
        "x".repeat(9_000)
    );
    for piece in [1, 100, 100_000] {
        let importing = world.begin(None, false).await;
        let import = world
            .run(importing, Text::whole(&text).in_pieces(piece))
            .await
            .unwrap();
        let told: Vec<_> = world
            .errors(&import)
            .await
            .into_iter()
            .map(|error| (error.line, error.field, error.code))
            .collect();
        let error = |line, field: &str, code: &str| (line, field.to_owned(), code.to_owned());
        assert_eq!(
            told,
            [
                error(4, "number", "numberUnknown"),
                error(6, "quantity", "negative"),
                error(7, "", "lineTooLong"),
                error(8, "startedAt", "timeZone"),
                error(9, "quantity", "tooMuch"),
                error(10, "", "columns"),
            ]
        );
        let first = piece == 1;
        assert_eq!(
            figures(&import),
            (10, i64::from(first), 1 + i64::from(!first), 6)
        );
        assert_eq!(import.state, ImportState::Done);
    }
    assert_eq!(world.data(anna).await["2026-11"], 7_000_000);
    world.check().await;
}

#[tokio::test]
async fn an_import_without_a_heading_changes_nothing() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    for (key, once) in [("api", true), ("file", false)] {
        let importing = world.begin(Some(key), once).await;
        let row = data("1", "+4526000001", 7, "2026-11-03T10:00:00Z");
        let error = world.run(importing, Text::whole(&row)).await.unwrap_err();
        assert_eq!(
            (error.kind, &*error.code),
            (Kind::Malformed, "importHeading")
        );
        assert_eq!(error.fields[0].code, "unknownColumn");
    }
    // An upload is as if it had never been; a file stands failed, so that somebody sees it.
    let failed =
        "SELECT COUNT(*) FROM usage_imports WHERE state = 'failed' AND problem = 'importHeading'";
    assert_eq!(world.count(failed).await, 1);
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_imports").await, 1);
    assert_eq!(world.count("SELECT COUNT(*) FROM usage_records").await, 0);
    let empty = world.import("").await;
    assert_eq!(
        (empty.state, figures(&empty)),
        (ImportState::Done, (0, 0, 0, 0))
    );
}

#[tokio::test]
async fn a_partner_brings_in_what_is_below_it_only() {
    let world = World::new().await;
    world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    world
        .subscription(world.other, "+4526000002", world.unlimited)
        .await;
    let scope = world.scope(world.customer).await;
    let mut tx = world.fixture.db.begin().await.unwrap();
    let wanted = crate::usage::Begin {
        origin: crate::usage::ImportOrigin::Api,
        name: None,
        key: None,
        once: true,
        by: None,
    };
    let importing = crate::usage::begin(&mut tx, &world.ids, &scope, &wanted)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows = [1, 2].map(|n| {
        data(
            &n.to_string(),
            &format!("+452600000{n}"),
            1,
            "2026-11-03T10:00:00Z",
        )
    });
    let text = format!("{HEADING}{}\n", rows.join("\n"));
    let import = crate::usage::run(
        &world.fixture.db,
        &world.ids,
        &scope,
        &world.portal,
        importing,
        Box::new(Text::whole(&text)),
    )
    .await
    .unwrap();
    assert_eq!(figures(&import), (3, 1, 0, 1));
    // Another organisation's import is not there.
    let mut conn = world.fixture.db.read().await.unwrap();
    let other = world.scope(world.other).await;
    let hidden = crate::usage::import(&mut conn, &other, import.id)
        .await
        .unwrap_err();
    assert_eq!(hidden.kind, Kind::NotFound);
    let errors = crate::usage::errors(&mut conn, &other, import.id, 0, 10)
        .await
        .unwrap();
    assert!(errors.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_records_at_the_same_time_count_once() {
    let world = World::new().await;
    let anna = world
        .subscription(world.customer, "+4526000001", world.unlimited)
        .await;
    let text = file(2_500);
    // The second file begins where the first ends, and the third is the first turned round.
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    let turned = format!("{HEADING}{}\n", lines.join("\n"));
    let (one, two, three) = (
        world.begin(None, false).await,
        world.begin(None, false).await,
        world.begin(None, false).await,
    );
    let (one, two, three) = tokio::join!(
        world.run(one, Text::whole(&text)),
        world.run(two, Text::whole(&turned)),
        world.run(three, Text::whole(&text)),
    );
    let imports = [one.unwrap(), two.unwrap(), three.unwrap()];
    let counted: i64 = imports.iter().map(|import| import.records).sum();
    assert_eq!(counted, 2_500);
    for import in &imports {
        assert_eq!(import.records + import.duplicates, 2_500);
    }
    assert_eq!(world.data(anna).await["2026-11"], 2_500_000_000);
    world.check().await;
}
