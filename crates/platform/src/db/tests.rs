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
