use super::*;
use crate::{db, testing::Fixture, time::ManualClock};
use serde_json::json;
use std::sync::Arc;

const ORGANISATION: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn ids() -> Ids {
    Ids::new(Arc::new(ManualClock::at(Instant(1_795_000_000_000_000))))
}

fn entry(organisation: Uuid, at: i64) -> AuditEntry {
    AuditEntry::new(
        organisation,
        (at % 2 == 0).then_some(Uuid::from_u128(9)),
        "place_order",
    )
    .on("order", format!("order-{at}"))
    .with(json!({ "items": at, "a": [1, { "z": null, "b": "x" }] }))
}

async fn five() -> Fixture {
    let fixture = Fixture::new(db::migrations()).await;
    for at in 0..5 {
        let mut tx = fixture.db.begin().await.unwrap();
        record(&mut tx, &ids(), entry(ORGANISATION, at))
            .await
            .unwrap();
        record(&mut tx, &ids(), entry(OTHER, at)).await.unwrap();
        tx.commit().await.unwrap();
    }
    fixture
}

async fn check(fixture: &Fixture) -> Result<Verified, BadRow> {
    verify(&mut fixture.db.read().await.unwrap(), ORGANISATION)
        .await
        .unwrap()
}

async fn meddle(fixture: &Fixture, sql: &str) {
    let mut tx = fixture.db.begin().await.unwrap();
    tx.execute(sql, params![ORGANISATION]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_chain_is_numbered_without_gaps_and_verifies() {
    let fixture = five().await;
    let verified = check(&fixture).await.unwrap();
    assert_eq!(verified.entries, 5);
    let mut conn = fixture.db.read().await.unwrap();
    let heads = heads(&mut conn).await.unwrap();
    assert_eq!(heads.len(), 2);
    assert_eq!((heads[0].1, &heads[0].2), (5, &verified.head));
    assert_ne!(
        heads[0].2, heads[1].2,
        "the organisation is part of what is hashed"
    );
    let newest = list(&mut conn, ORGANISATION, None, 2).await.unwrap();
    assert_eq!(
        newest
            .iter()
            .map(|entry| entry.sequence)
            .collect::<Vec<_>>(),
        [5, 4]
    );
    assert_eq!(
        newest[0].detail,
        r#"{"a":[1,{"b":"x","z":null}],"items":4}"#
    );
}

#[tokio::test]
async fn an_entry_whose_transaction_did_not_happen_leaves_no_gap() {
    let fixture = five().await;
    let mut tx = fixture.db.begin().await.unwrap();
    record(&mut tx, &ids(), entry(ORGANISATION, 100))
        .await
        .unwrap();
    drop(tx);
    let mut tx = fixture.db.begin().await.unwrap();
    record(&mut tx, &ids(), entry(ORGANISATION, 101))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(check(&fixture).await.unwrap().entries, 6);
}

#[tokio::test]
async fn many_at_once_make_one_chain() {
    let fixture = Fixture::new(db::migrations()).await;
    let writers = (0..20).map(|at| {
        let db = fixture.db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            record(&mut tx, &ids(), entry(ORGANISATION, at))
                .await
                .unwrap();
            tx.commit().await.unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(check(&fixture).await.unwrap().entries, 20);
}

#[tokio::test]
async fn whatever_is_done_to_the_rows_the_first_bad_one_is_named() {
    let edits = [
        ("UPDATE audit_entries SET subject_id = 'x' WHERE organisation = ?1 AND sequence = 3", 3),
        ("UPDATE audit_entries SET at = at + 1 WHERE organisation = ?1 AND sequence = 1", 1),
        ("UPDATE audit_entries SET principal = NULL WHERE organisation = ?1 AND sequence = 3", 3),
        ("DELETE FROM audit_entries WHERE organisation = ?1 AND sequence = 2", 2),
        ("DELETE FROM audit_entries WHERE organisation = ?1 AND sequence = 5", 5),
        ("DELETE FROM audit_entries WHERE organisation = ?1", 1),
        ("UPDATE audit_entries SET sequence = 7 - sequence + 100 WHERE organisation = ?1 AND sequence IN (3, 4)", 3),
        ("UPDATE audit_heads SET sequence = 4 WHERE organisation = ?1", 4),
        ("DELETE FROM audit_heads WHERE organisation = ?1", 1),
        (
            "INSERT INTO audit_entries SELECT organisation, 6, at, principal, action, subject_kind, subject_id, detail, hash
             FROM audit_entries WHERE organisation = ?1 AND sequence = 5",
            6,
        ),
    ];
    for (sql, sequence) in edits {
        let fixture = five().await;
        meddle(&fixture, sql).await;
        let found = check(&fixture)
            .await
            .map(|_| 0)
            .unwrap_or_else(|bad| bad.sequence);
        assert_eq!(found, sequence, "{sql}");
    }
}

#[tokio::test]
async fn an_end_cut_off_with_its_head_shows_against_an_exported_head() {
    let fixture = five().await;
    let mut conn = fixture.db.read().await.unwrap();
    let (organisation, sequence, hash) = heads(&mut conn).await.unwrap().remove(0);
    assert!(
        agrees(&mut conn, organisation, sequence, &hash)
            .await
            .unwrap()
    );
    drop(conn);
    meddle(
        &fixture,
        "DELETE FROM audit_entries WHERE organisation = ?1 AND sequence = 5",
    )
    .await;
    meddle(
        &fixture,
        "UPDATE audit_heads SET sequence = 4,
           hash = (SELECT e.hash FROM audit_entries e WHERE e.organisation = ?1 AND e.sequence = 4)
         WHERE organisation = ?1",
    )
    .await;
    assert!(
        check(&fixture).await.is_ok(),
        "by itself the shortened chain looks whole"
    );
    let mut conn = fixture.db.read().await.unwrap();
    assert!(
        !agrees(&mut conn, organisation, sequence, &hash)
            .await
            .unwrap()
    );
}
