//! An invoice is credited and the server dies on the way: there is one credit note, its series has no gap, and the mail is written
//! once. Asked again, the same note is answered; asked anew, there is nothing left to credit.

use super::{billing::Stage, places::Place};
use crate::support::{Org, in_full};
use platform::db::params;
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

/// Each thing that the one transaction writes, in its order.
const BOUNDARIES: &[(&str, &str)] = &[
    ("UPDATE ON invoice_series", "NEW.last > 0"),
    ("INSERT ON invoices", "NEW.kind = 'creditNote'"),
    ("INSERT ON invoice_lines", "NEW.charge_kind = 'credit'"),
    ("INSERT ON invoice_sums", "NEW.lines > 0"),
    ("INSERT ON credited_lines", "NEW.position > 0"),
    ("UPDATE ON invoices", "NEW.state = 'credited'"),
    ("INSERT ON audit_entries", "NEW.action = 'credit_invoice'"),
    ("INSERT ON mail_outbox", "NEW.state = 'pending'"),
    ("UPDATE ON idempotency_keys", "NEW.status = 201"),
];

/// In the long form only: each boundary takes seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invoice_that_the_dying_credit_is_credited_once() {
    if !in_full() {
        return;
    }
    let mut stage = Stage::new().await;
    let payer = stage.app.org(Org::Nordvind);
    for (at, (change, condition)) in BOUNDARIES.iter().enumerate() {
        let period = stage.month().await;
        let told = stage
            .server
            .command(&["close-period", &period.to_string()])
            .await;
        assert!(told.is_ok(), "{told:?}");
        let invoice: Uuid = {
            let mut conn = stage.app.db().read().await.expect("a connection");
            conn.one(
                "SELECT id FROM invoices WHERE organisation = ?1 AND period = ?2 AND kind = 'invoice'",
                params![payer, period],
            )
            .await
            .and_then(|row| row.get(0))
            .expect("an invoice")
        };
        // What the month's mails do is tried elsewhere.
        stage.app.until_all_is_done().await;

        let place = Place::Commit(change, (*condition).to_owned());
        let name = format!("{place:?}");
        let trap = place.arm(&stage.app).await;
        let key = stage.app.fresh_key();
        let olivia = stage.app.olivia();
        let path = olivia.path(&format!("billing/invoices/{invoice}/credit"));
        let wish = json!({ "reason": "Charged twice" });
        let asked = olivia
            .clone()
            .with("idempotency-key", &key)
            .request(Method::POST, &path)
            .header("content-type", "application/json")
            .body(wish.to_string());
        let asked = tokio::spawn(asked.send());
        stage.until_sprung(&trap, &name).await;
        stage.server.kill().await;
        trap.clear(&stage.app).await;
        drop(asked.await);
        stage.app.expire_leases().await;
        stage.server.restart().await;

        let olivia = stage.app.olivia();
        let keyed = olivia.clone().with("idempotency-key", &key);
        let note = keyed.post(&path, wish.clone()).await.ok(201);
        let again = keyed.post(&path, wish.clone()).await.ok(201);
        assert_eq!(note, again, "{name}");
        let key = stage.app.fresh_key();
        let anew = olivia.with("idempotency-key", &key).post(&path, wish).await;
        assert_eq!(
            anew.problem(),
            (409, "creditedAlready".to_owned()),
            "{name}"
        );

        let count = async |sql: &str| stage.app.count(sql).await;
        let months = at as i64 + 1;
        let notes = "SELECT COUNT(*) FROM invoices WHERE kind = 'creditNote'";
        assert_eq!(count(notes).await, months, "{name}");
        let credited = "SELECT COUNT(*) FROM invoices WHERE state = 'credited'";
        assert_eq!(count(credited).await, months, "{name}");
        let lines = "SELECT COUNT(*) FROM credited_lines";
        assert_eq!(count(lines).await, months, "{name}");
        let documents = count("SELECT COUNT(*) FROM invoices").await;
        assert_eq!(documents, months * 4, "{name}");
        assert_eq!(
            count("SELECT CAST(SUM(last) AS BIGINT) FROM invoice_series").await,
            documents,
            "{name}"
        );
        let told = "SELECT COUNT(*) FROM audit_entries WHERE action = 'credit_invoice'";
        assert_eq!(count(told).await, months, "{name}");
        stage.app.until_all_is_done().await;
        let mails = "SELECT COUNT(*) FROM mail_outbox WHERE recipient = 'bills@firm.example' AND state = 'sent'";
        assert_eq!(count(mails).await, documents, "{name}");
        stage.app.check_books().await;
        println!("{name}");
    }
    let sound = stage.server.command(&["fsck"]).await;
    assert!(sound.is_ok(), "{sound:?}");
    drop(stage.server);
    stage.app.forget_jobs().await;
    stage.app.end().await;
}
