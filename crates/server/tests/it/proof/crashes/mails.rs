//! A mail is handed to the mail server and ours dies: before the other has it, when it has it and has not said so, and before we
//! have noted what it said. It is never lost. Where nobody can know that it went, it goes again, the same to the byte.

use super::places::{Place, Side};
use crate::support::{App, Org, Process, Wishes, in_full};
use serde_json::json;
use std::collections::BTreeSet;

/// Where, how often one after the other, and how many copies arrive.
fn deaths() -> [(Place, usize, usize); 5] {
    let path = || "/data/**".to_owned();
    let before = Place::Before(Side::Network, "SMTP", path(), String::new());
    let after = Place::After(Side::Network, "SMTP", path(), String::new());
    let noting = Place::Commit("UPDATE ON mail_outbox", "NEW.state = 'sent'".to_owned());
    [
        (before.clone(), 1, 1),
        (before, 3, 1),
        (after.clone(), 1, 2),
        (after, 2, 3),
        (noting, 1, 2),
    ]
}

/// In the long form only: each death takes seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mail_that_the_dying_send_is_never_lost_and_never_another() {
    if !in_full() {
        return;
    }
    let mut app = App::with(Wishes {
        mirrored: vec![Org::Nordvind],
        ..Wishes::default()
    })
    .await;
    let mut server = Process::serving(&mut app).await;
    let people = app.people(Org::Nordvind, true).await;
    let mut seen = 0;
    for (at, (place, times, copies)) in deaths().into_iter().enumerate() {
        let name = format!("{place:?}, {times}");
        let mut left = Vec::new();
        for time in 0..times {
            let trap = place.arm(&app).await;
            match time {
                0 => {
                    app.mette()
                        .activate_telephony(people[at], json!({ "from": "series" }))
                        .await;
                }
                _ => server.restart().await,
            }
            app.await_that(&name, async || {
                if trap.is_sprung(&app).await {
                    return Some(());
                }
                app.try_hurry().await.ok();
                None
            })
            .await;
            server.kill().await;
            left.extend(trap.after_death(&app).await);
            app.expire_leases().await;
        }
        server.restart().await;
        for trap in left {
            trap.clear(&app).await;
        }
        app.until_all_ended().await;
        app.until_all_is_done().await;
        let mails = app.sim.mailbox.mails(None).split_off(seen);
        seen += mails.len();
        assert_eq!(mails.len(), copies, "{name}");
        let texts: BTreeSet<_> = mails.iter().map(|mail| &mail.raw).collect();
        assert_eq!(texts.len(), 1, "{name}: they differ");
        let mine = "SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'";
        assert_eq!(app.count(mine).await, at as i64 + 1, "{name}");
        app.check_books().await;
        println!("{name}");
    }
    drop(server);
    app.forget_jobs().await;
    app.end().await;
}
