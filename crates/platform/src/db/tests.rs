use super::*;
use crate::testing::Fixture;

fn table() -> &'static [Migration] {
    &[Migration {
        name: "0001_things",
        sql: "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, tag UUID, blob BYTEA, flag BOOLEAN)",
    }]
}

async fn names(db: &Db) -> Vec<String> {
    let mut conn = db.read().await.unwrap();
    conn.all("SELECT name FROM things ORDER BY name", params![])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0).unwrap())
        .collect()
}

async fn insert(tx: &mut Tx, id: i64, name: &str) -> Result<u64> {
    tx.execute(
        "INSERT INTO things (id, name) VALUES (?1, ?2)",
        params![id, name],
    )
    .await
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went_in() {
    let fixture = Fixture::new(table()).await;
    let tag = uuid::Uuid::from_u128(7);
    let mut tx = fixture.db.begin().await.unwrap();
    tx.execute(
        "INSERT INTO things (id, name, tag, blob, flag) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            i64::MIN,
            "Søren ? $1 '\u{1f4de}'",
            tag,
            vec![0_u8, 255],
            true
        ],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut conn = fixture.db.read().await.unwrap();
    let row = conn
        .one(
            "SELECT id, name, tag, blob, flag FROM things WHERE tag = ?1 AND name <> '?'",
            params![tag],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<i64>(0).unwrap(), i64::MIN);
    assert_eq!(row.get::<String>(1).unwrap(), "Søren ? $1 '\u{1f4de}'");
    assert_eq!(row.get::<uuid::Uuid>(2).unwrap(), tag);
    assert_eq!(row.get::<Vec<u8>>(3).unwrap(), [0, 255]);
    assert!(row.get::<bool>(4).unwrap());
}

#[tokio::test]
async fn what_is_not_committed_never_was() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "dropped").await.unwrap();
    drop(tx);
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 2, "kept").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&fixture.db).await, ["kept"]);
}

#[tokio::test]
async fn a_transaction_with_a_failed_statement_cannot_be_committed() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "once").await.unwrap();
    let error = insert(&mut tx, 2, "once").await.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_ref()),
        (crate::Kind::Conflict, "taken")
    );
    assert!(tx.commit().await.is_err());
    assert_eq!(names(&fixture.db).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_reader_sees_committed_data_only_and_changes_nothing() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "early").await.unwrap();
    assert_eq!(names(&fixture.db).await, Vec::<String>::new());
    tx.commit().await.unwrap();
    assert_eq!(names(&fixture.db).await, ["early"]);
    let mut conn = fixture.db.read().await.unwrap();
    assert!(conn.execute("DELETE FROM things", params![]).await.is_err());
    drop(conn);
    assert_eq!(names(&fixture.db).await, ["early"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_each_get_what_they_were_told() {
    let fixture = Fixture::new(table()).await;
    let writers = (0..200).map(|id: i64| {
        let db = fixture.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, id, &format!("{id:03}")).await.unwrap();
            // Every third changes its mind.
            if id % 3 == 0 {
                drop(tx);
                None
            } else {
                tx.commit().await.unwrap();
                Some(format!("{id:03}"))
            }
        })
    });
    let mut told = Vec::new();
    for writer in futures::future::join_all(writers).await {
        told.extend(writer.unwrap());
    }
    told.sort();
    assert_eq!(names(&fixture.db).await, told);
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_nobody_hanging() {
    let fixture = Fixture::new(table()).await;
    let mut first = fixture.db.begin().await.unwrap();
    insert(&mut first, 1, "first").await.unwrap();
    let db = fixture.db.clone();
    let mut second = Box::pin(async move { db.begin().await });
    // Let it queue up, then give up while the first one counts on it to commit the group.
    assert!(
        futures::poll!(&mut second).is_pending() || fixture.db.engine() == EngineName::Postgres
    );
    let commit = tokio::spawn(first.commit());
    tokio::task::yield_now().await;
    drop(second);
    commit.await.unwrap().unwrap();
    assert_eq!(names(&fixture.db).await, ["first"]);
}

#[tokio::test]
async fn one_row_for_a_name_however_many_race_for_it() {
    let fixture = Fixture::new(table()).await;
    let racers = (0..20).map(|id: i64| {
        let db = fixture.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await?;
            insert(&mut tx, id, "wanted").await?;
            tx.commit().await
        })
    });
    let won = futures::future::join_all(racers)
        .await
        .into_iter()
        .filter(|outcome| outcome.as_ref().unwrap().is_ok())
        .count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_history_that_was_edited_or_is_newer_is_refused() {
    let fixture = Fixture::new(table()).await;
    let edited: &[Migration] = &[Migration {
        name: "0001_things",
        sql: "CREATE TABLE things (id BIGINT PRIMARY KEY)",
    }];
    let error = fixture.db.migrate(edited).await.unwrap_err();
    assert!(error.context.unwrap().contains("never edited"));
    let error = fixture.db.migrate(&[]).await.unwrap_err();
    assert!(error.context.unwrap().contains("newer"));
    assert_eq!(fixture.db.migrate(table()).await.unwrap(), 0);
}

#[tokio::test]
async fn many_rows_at_once_are_all_or_none() {
    let fixture = Fixture::new(table()).await;
    let rows: Vec<_> = (0..600_i64)
        .map(|id| values![id, format!("{id}")])
        .collect();
    let mut tx = fixture.db.begin().await.unwrap();
    let sql = "INSERT INTO things (id, name) VALUES (?1, ?2)";
    assert_eq!(tx.execute_many(sql, &rows).await.unwrap(), 600);
    tx.commit().await.unwrap();
    let mut tx = fixture.db.begin().await.unwrap();
    let clash = [values![700_i64, "a new one"], values![701_i64, "5"]];
    assert!(tx.execute_many(sql, &clash).await.is_err());
    drop(tx);
    assert_eq!(names(&fixture.db).await.len(), 600);
}

#[tokio::test]
async fn many_rows_at_once_answer_in_their_order_whether_they_are_new_or_not() {
    let fixture = Fixture::new(table()).await;
    let sql = "INSERT INTO things (id, name, tag, flag) VALUES (?1, ?2, ?3, COALESCE(?4, TRUE))
               ON CONFLICT (name) DO UPDATE SET id = excluded.id, flag = FALSE RETURNING name, id, tag, flag";
    let row = |id: i64, name: i64| {
        let tag = (name % 2 == 0).then(|| uuid::Uuid::from_u128(3));
        values![id, format!("n{name:04}"), tag, None::<bool>]
    };
    let mut tx = fixture.db.begin().await.unwrap();
    for (names, known, first) in [(0..300, 0, 0), (0..3_000, 300, 10_000), (7..8, 8, 20_000)] {
        let rows: Vec<_> = names.clone().map(|name| row(first + name, name)).collect();
        let answers = tx.all_many(sql, &rows).await.unwrap();
        assert_eq!(answers.len(), rows.len());
        for (answer, name) in answers.iter().zip(names) {
            assert_eq!(answer.get::<String>(0).unwrap(), format!("n{name:04}"));
            assert_eq!(answer.get::<i64>(1).unwrap(), first + name);
            let tag: Option<uuid::Uuid> = answer.get(2).unwrap();
            assert_eq!(tag.is_some(), name % 2 == 0);
            assert_eq!(answer.get::<bool>(3).unwrap(), name >= known);
        }
    }
    assert!(tx.all_many(sql, &[]).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    // All or none, and not outside a transaction.
    let mut tx = fixture.db.begin().await.unwrap();
    let nameless = values![1_i64, None::<String>, None::<uuid::Uuid>, true];
    assert!(tx.all_many(sql, &[nameless]).await.is_err());
    drop(tx);
    let mut conn = fixture.db.read().await.unwrap();
    assert!(conn.all_many(sql, &[row(1, 1)]).await.is_err());
}

#[tokio::test]
async fn nothing_is_kept_of_a_transaction_that_the_engine_itself_has_rolled_back() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "before").await.unwrap();
    // What SQLite does when the disk is full, say.
    tx.script("ROLLBACK").await.unwrap();
    if fixture.db.engine() == EngineName::Sqlite {
        assert!(insert(&mut tx, 2, "after").await.is_err());
    }
    drop(tx);
    assert_eq!(names(&fixture.db).await, Vec::<String>::new());
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 3, "later").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&fixture.db).await, ["later"]);
}

#[tokio::test]
async fn a_text_with_nul_is_the_askers_fault_on_both_engines() {
    let fixture = Fixture::new(table()).await;
    let mut conn = fixture.db.read().await.unwrap();
    let asked = conn
        .all("SELECT id FROM things WHERE name = ?1", params!["a\0b"])
        .await;
    assert_eq!(asked.unwrap_err().kind, crate::Kind::Malformed);
    let mut tx = fixture.db.begin().await.unwrap();
    let kept = insert(&mut tx, 1, "a\0b").await;
    assert_eq!(kept.unwrap_err().kind, crate::Kind::Malformed);
}

#[tokio::test]
async fn what_is_logged_of_an_error_does_not_quote_the_row() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "Mette Holm").await.unwrap();
    let error = insert(&mut tx, 2, "Mette Holm").await.unwrap_err();
    assert_eq!(error.code, "taken");
    assert!(!error.to_string().contains("Mette"), "{error}");
}

#[tokio::test]
async fn whoever_gives_up_while_a_transaction_begins_leaves_none_behind() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 1, "one").await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..20 {
        let mut beginning = Box::pin(fixture.db.begin());
        // Far enough that it is under way, and no further.
        for _ in 0..3 {
            if futures::poll!(beginning.as_mut()).is_ready() {
                break;
            }
        }
    }
    if fixture.db.engine() == EngineName::Postgres {
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(fixture.db.read().await.unwrap());
        }
        let mut conn = held.pop().unwrap();
        for _ in 0..50 {
            let row = conn
                .one(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
                    params![],
                )
                .await
                .unwrap();
            if row.get::<i64>(0).unwrap() == 0 {
                return;
            }
        }
        panic!("an open transaction lies in the pool");
    }
}

/// A full disk, played by a limit on the file's pages. PostgreSQL's own is tried by hand (docs/deploy.md).
#[tokio::test]
async fn a_full_disk_is_told_as_such_and_loses_nothing_and_passes() {
    let fixture = Fixture::new(table()).await;
    if fixture.db.engine() == EngineName::Postgres {
        return;
    }
    let mut tx = fixture.db.begin().await.unwrap();
    insert(&mut tx, 0, "kept").await.unwrap();
    tx.script("PRAGMA max_page_count = 24").await.unwrap();
    tx.commit().await.unwrap();
    let mut told = Vec::new();
    for id in 1..200_i64 {
        let mut tx = fixture.db.begin().await.unwrap();
        let name = format!("{id:03}{}", "x".repeat(2_000));
        match insert(&mut tx, id, &name).await {
            Ok(_) => match tx.commit().await {
                Ok(()) => told.push(name),
                Err(error) => assert_eq!(error.kind, crate::Kind::Unavailable),
            },
            Err(error) => {
                assert_eq!(error.kind, crate::Kind::Unavailable, "{error}");
                break;
            }
        }
    }
    assert!(
        !told.is_empty() && told.len() < 199,
        "the disk became full half-way"
    );
    told.push("kept".to_owned());
    told.sort();
    assert_eq!(names(&fixture.db).await, told);
    let mut tx = fixture.db.begin().await.unwrap();
    tx.script("PRAGMA max_page_count = 100000").await.unwrap();
    insert(&mut tx, 500, "there is room again").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(names(&fixture.db).await.len(), told.len() + 1);
}

const THINGS: NewRows = NewRows {
    table: "things",
    columns: &["id", "name", "tag", "flag"],
    key: &["name"],
};

fn thing(id: i64, name: &str) -> Vec<Value> {
    values![id, name, uuid::Uuid::from_u128(3), None::<bool>]
}

#[tokio::test]
async fn many_rows_at_once_are_told_apart_from_those_that_were_there() {
    let fixture = Fixture::new(table()).await;
    let mut tx = fixture.db.begin().await.unwrap();
    let first: Vec<_> = (0..600).map(|id| thing(id, &format!("n{id:04}"))).collect();
    assert_eq!(tx.insert_new(&THINGS, &first).await.unwrap(), [true; 600]);
    assert_eq!(tx.insert_new(&THINGS, &[]).await.unwrap(), [false; 0]);
    tx.commit().await.unwrap();

    let mut tx = fixture.db.begin().await.unwrap();
    for _ in 0..2 {
        let mixed = [thing(-1, "n0007"), thing(900, "new"), thing(-2, "n0599")];
        let new = tx.insert_new(&THINGS, &mixed).await.unwrap();
        assert_eq!(new, [false, true, false]);
        tx.execute("DELETE FROM things WHERE name = 'new'", params![])
            .await
            .unwrap();
    }
    // The transaction goes on after a key that was taken.
    let new = tx.insert_new(&THINGS, &[thing(901, "newer")]).await;
    assert_eq!(new.unwrap(), [true]);
    tx.commit().await.unwrap();
    let mut conn = fixture.db.read().await.unwrap();
    let row = conn
        .one("SELECT COUNT(*), MIN(id) FROM things", params![])
        .await
        .unwrap();
    assert_eq!(row.get::<i64>(0).unwrap(), 601);
    assert_eq!(row.get::<i64>(1).unwrap(), 0);
}

#[tokio::test]
async fn many_rows_at_once_are_written_in_a_transaction_or_not_at_all() {
    let fixture = Fixture::new(table()).await;
    let mut conn = fixture.db.read().await.unwrap();
    assert!(conn.insert_new(&THINGS, &[thing(1, "a")]).await.is_err());
    drop(conn);
    let mut tx = fixture.db.begin().await.unwrap();
    tx.insert_new(&THINGS, &[thing(1, "a")]).await.unwrap();
    drop(tx);
    assert_eq!(names(&fixture.db).await, [""; 0]);
    // Another constraint than the key is an error like any other.
    let mut tx = fixture.db.begin().await.unwrap();
    let nameless = values![1_i64, None::<String>, None::<uuid::Uuid>, true];
    assert!(tx.insert_new(&THINGS, &[nameless]).await.is_err());
    assert!(tx.commit().await.is_err());
}
