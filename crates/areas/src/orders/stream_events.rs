use crate::{Shared, caller::Caller, operations};
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use domain::access::OrganisationId;
use futures::Stream;
use platform::{Result, http::Path, live::Change};
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::Instant,
};
use uuid::Uuid;

/// How often rights are looked at again while a page stays open.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// What changed, as it changes: never data, so that a page asks for what it may see.
///
/// `event: change` with `{ "kind", "ids" }`; `event: end` when the right or the proof of identity has ended.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/events", operation_id = "stream_events", tag = "orders",
    params(("organisation" = OrganisationId, Path)),
    responses((status = 200, description = "Server-sent events.", body = String, content_type = "text/event-stream"))
)]
pub async fn stream_events(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let scope = caller
        .enter(&app, &operations::STREAM_EVENTS, organisation)
        .await?;
    let caller = caller.listens(&app)?;
    let mut topics = vec![organisation.0];
    topics.extend(scope.tenant().map(|tenant| tenant.0));
    let listener = Listener {
        changes: app.live.listen(),
        app,
        caller,
        organisation,
        topics,
        look_at: Instant::now() + LOOK_AGAIN,
        told: None,
        ended: false,
    };
    let stream = futures::stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

struct Listener {
    changes: Receiver<Change>,
    app: Shared,
    caller: Caller,
    organisation: OrganisationId,
    topics: Vec<Uuid>,
    /// When rights are looked at again, whatever comes in between.
    look_at: Instant,
    /// A change of the caller's own roles, told once it is known that they may still listen.
    told: Option<Change>,
    ended: bool,
}

impl Listener {
    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        loop {
            // Before each event: waiting alone would never come to its end where something always changes.
            if Instant::now() >= self.look_at {
                if !self.still_allowed().await {
                    self.ended = true;
                    return Some(Event::default().event("end").data("{}"));
                }
                self.look_at = Instant::now() + LOOK_AGAIN;
            }
            if let Some(change) = self.told.take() {
                return Some(told(&change));
            }
            tokio::select! {
                change = self.changes.recv() => match change {
                    Ok(change) if self.is_about_me(&change) => {
                        // What was taken away is gone at once, also where it was given above this organisation.
                        self.look_at = Instant::now();
                        if self.topics.contains(&change.topic) {
                            self.told = Some(change);
                        }
                    }
                    Ok(change) if self.topics.contains(&change.topic) => return Some(told(&change)),
                    Ok(_) => {}
                    // Too far behind to know what changed. A page whose stream breaks off asks for everything again.
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return None,
                },
                () = tokio::time::sleep_until(self.look_at) => {}
            }
        }
    }

    /// Whether the caller's roles changed, somewhere.
    fn is_about_me(&self, change: &Change) -> bool {
        let me = self.caller.who.principal.as_ref().map(|me| me.id.0);
        change.kind == "roles" && change.subject.is_some() && change.subject == me
    }

    async fn still_allowed(&self) -> bool {
        self.caller.is_still_good(&self.app).await
            && self
                .caller
                .enter(&self.app, &operations::STREAM_EVENTS, self.organisation)
                .await
                .is_ok()
    }
}

fn told(change: &Change) -> Event {
    let ids: Vec<Uuid> = change.subject.into_iter().collect();
    Event::default()
        .event("change")
        .id(change.id.to_string())
        .data(serde_json::json!({ "kind": change.kind, "ids": ids }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{METTE, NORDVIND, World, token};
    use axum::{extract::FromRequestParts, http::Request};
    use platform::db::params;
    use tokio::sync::broadcast;

    /// What Mette listens to, before its first look at rights.
    async fn listen(world: &World, changes: Receiver<Change>) -> Listener {
        let bearer = format!("Bearer {}", token(NORDVIND, METTE, "user", "Mette"));
        let request = Request::get("/")
            .header("authorization", bearer)
            .body(())
            .unwrap();
        let (mut parts, ()) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, &world.app)
            .await
            .unwrap();
        Listener {
            changes,
            app: world.app.clone(),
            caller,
            organisation: world.nordvind,
            topics: vec![world.nordvind.0],
            look_at: Instant::now(),
            told: None,
            ended: false,
        }
    }

    fn change(world: &World) -> Change {
        Change {
            id: Uuid::nil(),
            topic: world.nordvind.0,
            kind: "orders".into(),
            subject: None,
        }
    }

    #[tokio::test]
    async fn a_stream_that_never_rests_ends_with_the_role_all_the_same() {
        let world = World::new().await;
        let (sender, changes) = broadcast::channel(64);
        let mut listener = listen(&world, changes).await;
        for _ in 0..3 {
            sender.send(change(&world)).unwrap();
        }
        assert!(listener.next().await.is_some() && !listener.ended);

        let mut tx = world.app.db.begin().await.unwrap();
        tx.execute("DELETE FROM role_assignments", params![])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // Rights are good for a while, and then they are looked at although more changes lie ready.
        assert!(listener.next().await.is_some() && !listener.ended);
        listener.look_at = Instant::now();
        assert!(listener.next().await.is_some() && listener.ended);
        assert!(listener.next().await.is_none());
    }

    #[tokio::test]
    async fn a_change_of_the_listeners_own_roles_is_looked_at_at_once() {
        let world = World::new().await;
        let (sender, changes) = broadcast::channel(64);
        let mut listener = listen(&world, changes).await;
        listener.look_at = Instant::now() + LOOK_AGAIN;
        let me = listener.caller.who.principal.as_ref().unwrap().id.0;
        let of = |topic, subject| Change {
            topic,
            kind: "roles".into(),
            subject: Some(subject),
            ..change(&world)
        };
        // Still allowed: the page hears of it and asks for its rights anew.
        sender.send(of(world.nordvind.0, me)).unwrap();
        assert!(listener.next().await.is_some() && !listener.ended);
        let mut tx = world.app.db.begin().await.unwrap();
        tx.execute("DELETE FROM role_assignments", params![])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // Somebody else's roles end nothing.
        sender
            .send(of(world.nordvind.0, Uuid::from_u128(7)))
            .unwrap();
        assert!(listener.next().await.is_some() && !listener.ended);
        // Taken away above this organisation: another topic, and yet the end.
        sender.send(of(Uuid::from_u128(8), me)).unwrap();
        assert!(listener.next().await.is_some() && listener.ended);
    }

    #[tokio::test]
    async fn a_stream_that_is_too_far_behind_breaks_off() {
        let world = World::new().await;
        let (sender, changes) = broadcast::channel(2);
        let mut listener = listen(&world, changes).await;
        for _ in 0..3 {
            sender.send(change(&world)).unwrap();
        }
        assert!(listener.next().await.is_none());
    }
}
