//! Whoever changes something stands in the audit log, with the change: every operation of the contract that changes something, by
//! somebody who may.

use crate::support::{App, Caller, Org, Things, Wishes, contract};

/// What is asked, prepared or set for oneself changes nothing of the organisation's.
const NO_CHANGE: &[&str] = &[
    "quote_order",
    "update_me",
    "sign_out",
    // Asks for a look at the directory, which the schedule takes by itself as well.
    "sync_directory",
];

/// Wants an order of its own, at its own stage, or a card of one's own: what they note is looked at where they are tried.
const ELSEWHERE: &[&str] = &["reveal_my_codes", "update_order", "undo_order"];

/// Who may do it here.
fn who<'a>(app: &'a App, operation: &str) -> Caller<'a> {
    match operation {
        "reveal_sim_codes" | "reveal_e_sim" | "place_order" => app.mette(),
        "reveal_my_codes" => app.rita(),
        _ => app.olivia().at(Org::Nordvind),
    }
}

/// What an operation needs that the others have used up.
async fn prepare(app: &App, operation: &str, things: &mut Things) {
    match operation {
        "resubmit_port" | "cancel_port" | "add_port_consent" => {
            things.port = app.fresh_port(things.order, true).await;
        }
        "credit_invoice" => things.invoice = app.invoice(Org::Nordvind, things.subscription).await,
        "close_period" => things.period = app.past_month().to_string(),
        "resolve_work" => {
            let asked = app.mette().ask("question").await;
            let id = asked["id"].as_str().and_then(|id| id.parse().ok());
            things.request = id.expect("an id");
        }
        "release_number" => {
            let number = things.free_number;
            let path = format!("numbers/{number}/reservation");
            let olivia = app.olivia().at(Org::Nordvind);
            let note = serde_json::json!({ "note": "Somebody new" });
            olivia
                .send(reqwest::Method::PUT, &olivia.path(&path), Some(note))
                .await
                .ok(200);
        }
        "delete_local_person" | "update_local_person" => {
            things.local = app.local_person(Org::Nordvind).await
        }
        "remove_notification_address"
        | "confirm_notification_address"
        | "unsubscribe_notification_address" => things.address = app.address(Org::Nordvind).await,
        _ => {}
    }
}

#[tokio::test]
async fn every_change_stands_in_the_audit_log() {
    let app = App::with(Wishes {
        people: vec![(Org::Nordvind, 40)],
        ..Wishes::default()
    })
    .await;
    let mut things = app.things(Org::Nordvind, &app.mette()).await;
    let entries = "SELECT COUNT(*) FROM audit_entries WHERE action <> 'deny'";
    let (mut audited, mut silent, mut refused) = (0, Vec::new(), Vec::new());
    let operations = contract().operations.iter();
    for described in operations.filter(|d| !d.is_safe() && !NO_CHANGE.contains(&d.id.as_str())) {
        let id = described.id.as_str();
        prepare(&app, id, &mut things).await;
        let before = app.count(entries).await;
        let sample = app.sample(described, &things);
        let answer = who(&app, id).try_out(described, &sample).await;
        let after = app.count(entries).await;
        match answer.status {
            200..300 if after > before => audited += 1,
            200..300 => silent.push(id),
            _ if ELSEWHERE.contains(&id) => {}
            _ => refused.push(format!("{id}: {}", answer.text)),
        }
    }
    assert!(silent.is_empty(), "nothing was noted of {silent:?}");
    assert!(refused.is_empty(), "{refused:#?}");
    assert!(audited > 25, "only {audited} went through");
    app.work().await;
    app.end().await;
}
