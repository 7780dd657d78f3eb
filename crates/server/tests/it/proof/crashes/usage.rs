//! Usage comes in, and the server dies in the middle of it. The same file once more goes on from there: each record is counted once, each
//! limit told once.

use super::places::Place;
use crate::{
    organisation::usage::HEADING,
    support::{App, Org, Process, Wishes, in_full, mobile},
};
use platform::db::params;
use reqwest::Method;
use serde_json::json;
use std::fmt::Write;
use uuid::Uuid;

const BOUNDARIES: &[(&str, &str)] = &[
    ("INSERT ON usage_imports", "NEW.state = 'running'"),
    ("UPDATE ON usage_imports", "NEW.position > OLD.position"),
    ("INSERT ON usage_records", "NEW.record LIKE '%-17'"),
    ("INSERT ON usage_records", "NEW.record LIKE '%-2999'"),
    ("INSERT ON usage_totals", "NEW.records > 0"),
    ("INSERT ON usage_notices", "NEW.threshold = 80"),
    ("INSERT ON usage_notices", "NEW.threshold = 100"),
    (
        "INSERT ON mail_outbox",
        "NEW.recipient LIKE '%@firm.example'",
    ),
    ("UPDATE ON usage_imports", "NEW.state = 'done'"),
];

/// More than are written together.
const RECORDS: usize = 3_000;

/// In the long form only: each boundary takes seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_is_read_by_the_dying_is_counted_once() {
    if !in_full() {
        return;
    }
    let mut app = App::with(Wishes {
        numbers: 16,
        sims: 16,
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let mut server = Process::serving(&mut app).await;
    let address = app.address(Org::Nordvind).await.id;
    let mut tx = app.db().begin().await.expect("a transaction");
    tx.execute(
        "UPDATE notification_addresses SET confirmed_at = 1 WHERE id = ?1",
        params![address],
    )
    .await
    .expect("it is confirmed");
    tx.commit().await.expect("it is confirmed");
    let people = app.people(Org::Nordvind, true).await;
    let cards = app.cards(Org::Nordvind).await;
    let items: Vec<_> = (0..BOUNDARIES.len())
        .map(|at| {
            let number = json!({ "from": "series", "number": Org::Nordvind.mobile(at as u32) });
            mobile(&app, people[at], number, cards[at])
        })
        .collect();
    let order = app.mette().order(json!(items)).await;
    app.work().await;
    for (at, (change, condition)) in BOUNDARIES.iter().enumerate() {
        let place = format!("{change}, {condition}");
        let line: Uuid = order["items"][at]["subscription"]
            .as_str()
            .and_then(|id| id.parse().ok())
            .expect("a line");
        // Past the whole limit of 20 GB, by a little.
        let mut file = HEADING.to_owned();
        let (number, now) = (Org::Nordvind.mobile(at as u32), app.just_now());
        for record in 0..RECORDS {
            writeln!(file, "core,{at}-{record},{number},data,,,7000000,{now}").expect("a line");
        }
        let olivia = app.olivia();
        let key = app.fresh_key();
        let path = olivia.path("imports/usage?name=november.csv");
        let trap = Place::Commit(change, (*condition).to_owned())
            .arm(&app)
            .await;
        let first = olivia
            .clone()
            .with("idempotency-key", &key)
            .request(Method::POST, &path)
            .header("content-type", "text/csv")
            .body(file.clone());
        let first = tokio::spawn(first.send());
        app.await_that(&place, async || trap.is_sprung(&app).await.then_some(()))
            .await;
        server.kill().await;
        trap.clear(&app).await;
        drop(first.await);
        app.expire_leases().await;
        server.restart().await;
        let again = olivia
            .clone()
            .with("idempotency-key", &key)
            .send_text(Method::POST, &path, Some(file), "text/csv")
            .await;
        let told = again.ok(200);
        assert_eq!(told["errors"], 0, "{place}: {told}");
        let count = async |sql: &str| {
            let mut conn = app.db().read().await.expect("a connection");
            let row = conn.one(sql, params![line]).await.expect("a count");
            row.get::<i64>(0).expect("a number")
        };
        let records = "SELECT COUNT(*) FROM usage_records WHERE subscription = ?1";
        assert_eq!(count(records).await, RECORDS as i64, "{place}");
        let total = "SELECT counted FROM usage_totals WHERE subscription = ?1";
        assert_eq!(count(total).await, 7_000_000 * RECORDS as i64, "{place}");
        let notices = "SELECT COUNT(*) FROM usage_notices WHERE subscription = ?1";
        assert_eq!(count(notices).await, 2, "{place}");
        app.check_books().await;
        println!("{place}");
    }
    app.until_all_is_done().await;
    let written = "SELECT COUNT(*) FROM mail_outbox WHERE recipient LIKE '%@firm.example'";
    assert_eq!(app.count(written).await, 2 * BOUNDARIES.len() as i64);
    drop(server);
    app.forget_jobs().await;
    app.end().await;
}
