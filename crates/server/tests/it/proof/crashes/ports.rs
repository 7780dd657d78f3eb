//! A number comes from another operator, and the server dies at every boundary of its way: when the consent comes, when the donor is
//! asked, when it has agreed, when the number has moved, and at each step that follows. The number moves once.

use super::{
    kinds::Stage,
    places::{Place, SERVICE_ORDER, Side, Trap},
};
use crate::support::{Org, in_full, telephony};
use platform::db::params;
use reqwest::Method;
use serde_json::json;
use simulators::network::donor::{Decides, Decision};
use uuid::Uuid;

const NUMBER: &str = "+4533445566";

impl Stage {
    /// Waits, and lets nobody else wait.
    async fn until_ported(&self, what: &str, mut ready: impl AsyncFnMut(&Stage) -> bool) {
        let mut looks = 0;
        self.app
            .await_that(what, async || {
                looks += 1;
                if ready(self).await {
                    return Some(());
                }
                if looks % 20 == 0 {
                    self.app.try_hurry().await.ok();
                    if let Ok(mut tx) = self.app.db().begin().await {
                        let soon = "UPDATE jobs SET run_after = 1 WHERE kind LIKE 'porting.%' AND state = 'ready'";
                        if tx.execute(soon, params![]).await.is_ok() {
                            tx.commit().await.ok();
                        }
                    }
                }
                None
            })
            .await;
    }

    /// Armed while the server is dead: it rises, walks into it, and dies.
    async fn walk_into(&mut self, place: &Place, left: Option<Trap>, then: Then) -> Option<Trap> {
        let trap = place.arm(&self.app).await;
        self.rise(left).await;
        match then {
            Then::Nothing => {}
            Then::Consent(port) => self.consent(port).await,
            Then::Moves => {
                let decision = Decision {
                    number: NUMBER.to_owned(),
                    does: Decides::Complete,
                    day: None,
                    code: None,
                    reason: None,
                };
                let moved = self.app.sim.network.decide(decision).await;
                assert!(moved.is_some(), "the number is on its way");
            }
        }
        self.until_ported(&format!("{place:?}"), async |stage| {
            trap.is_sprung(&stage.app).await
        })
        .await;
        self.die(trap).await
    }

    async fn consent(&self, port: Uuid) {
        let mette = self.app.mette();
        let path = mette.path(&format!("ports/{port}/consent"));
        let body = Some("%PDF-1.7 the owner agrees".to_owned());
        let answer = mette
            .send_text(Method::POST, &path, body, "application/pdf")
            .await;
        answer.ok(201);
    }
}

/// What happens outside once the server has risen.
#[derive(Clone, Copy)]
enum Then {
    Nothing,
    Consent(Uuid),
    Moves,
}

/// In the long form only: it takes a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_is_brought_by_the_dying_moves_once() {
    if !in_full() {
        return;
    }
    let mut stage = Stage::new().await;
    let person = stage.app.people(Org::Nordvind, true).await[2];
    let wish =
        json!({ "from": "portIn", "number": NUMBER, "donor": "Fjordtel", "owner": "Nordvind A/S" });
    let order = stage
        .app
        .mette()
        .order(json!([telephony(&stage.app, person, wish)]))
        .await;
    stage
        .until_ported("the order waits for the number", async |stage| {
            let held = "SELECT COUNT(*) FROM orders WHERE state = 'held' AND held_reason = 'scheduledPort'";
            stage.app.count(held).await == 1
        })
        .await;
    let mut conn = stage.app.db().read().await.expect("a connection");
    let row = conn.one("SELECT id FROM ports", params![]).await;
    let port: Uuid = row.expect("a case").get(0).expect("an id");
    drop(conn);

    // The consent is on its way in.
    let commit = |change, condition: &str| Place::Commit(change, condition.to_owned());
    let submitted = commit("UPDATE ON ports", "NEW.state = 'submitted'");
    let trap = submitted.arm(&stage.app).await;
    let mette = stage.app.mette();
    let first = mette
        .request(Method::POST, &mette.path(&format!("ports/{port}/consent")))
        .header("content-type", "application/pdf")
        .body("%PDF-1.7 the owner agrees");
    let first = tokio::spawn(first.send());
    stage
        .until_ported("the consent", async |stage| {
            trap.is_sprung(&stage.app).await
        })
        .await;
    let mut left = stage.die(trap).await;
    drop(first.await);

    let asks = |place: fn(Side, &'static str, String, String) -> Place| {
        let (path, what) = (SERVICE_ORDER.to_owned(), "numberPortability".to_owned());
        place(Side::Network, "POST", path, what)
    };
    for (place, then) in [
        (asks(Place::Before), Then::Consent(port)),
        (asks(Place::After), Then::Nothing),
        (
            commit(
                "UPDATE ON ports",
                "NEW.state = 'scheduled' AND OLD.state <> 'scheduled'",
            ),
            Then::Nothing,
        ),
        (
            commit("UPDATE ON ports", "NEW.state = 'completed'"),
            Then::Moves,
        ),
        (
            commit(
                "UPDATE ON saga_steps",
                "NEW.kind = 'port.in' AND NEW.state = 'done'",
            ),
            Then::Nothing,
        ),
    ] {
        left = stage.walk_into(&place, left.take(), then).await;
    }
    // What follows the move: the other number, in Teams and at the network.
    let mut steps = stage.steps().await;
    steps.retain(|step| step.position > 0 && step.item_action == "changeNumber");
    assert!(!steps.is_empty());
    for step in &steps {
        for place in [
            step.place(false, Place::Before),
            step.place(false, Place::After),
        ] {
            left = stage.walk_into(&place, left.take(), Then::Nothing).await;
        }
        let done = format!(
            "NEW.kind = '{}' AND NEW.position = {} AND OLD.state = 'running' AND NEW.state = 'done'",
            step.kind, step.position
        );
        let done = commit("UPDATE ON saga_steps", &done);
        left = stage.walk_into(&done, left.take(), Then::Nothing).await;
    }
    let ended = "OLD.executed_at IS NULL AND NEW.executed_at IS NOT NULL";
    let ended = commit("UPDATE ON orders", ended);
    left = stage.walk_into(&ended, left.take(), Then::Nothing).await;
    stage.rise(left).await;
    stage.app.work().await;
    let seen = stage.app.mette().see(&order).await;
    assert_eq!(seen["state"], "completed", "{seen}");
    let moves = stage
        .app
        .sim
        .network
        .effects(|effect| effect.applied && effect.specification == "numberPortability");
    assert_eq!(moves.len(), 1);
    stage.app.check_books().await;
    println!("{} deaths", stage.deaths);
    stage.finish().await;
}
