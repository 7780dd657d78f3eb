//! Being told of changes.

use super::{
    super::{Lifecycle, Notifications, ops},
    *,
};
use platform::{Clock, outside::OutsideError};

const HALF_LIFE: Duration = Duration::from_secs(41_760 * 60 / 2);

impl World {
    async fn note(&self, tenant: TenantId, subscription: &str, state: &str) -> bool {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let noted = ops::note_change(&mut tx, &self.ids, tenant, subscription, state)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        noted
    }

    async fn lifecycle(&self, event: Lifecycle) {
        let (subscription, _) = self.source.subscriptions().pop().unwrap();
        let secret = self.source.secret();
        let mut tx = self.fixture.db.begin().await.unwrap();
        assert!(
            ops::note_lifecycle(&mut tx, &self.ids, TENANT, &subscription, &secret, event)
                .await
                .unwrap()
        );
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_genuine_notification_brings_the_change_in_a_moment_and_a_forged_one_nothing() {
    let world = World::told(2).await;
    assert_eq!(world.mirror().await.notifications, Notifications::On);
    let (subscription, _) = world.source.subscriptions()[0].clone();
    let secret = world.source.secret();
    world.source.put(3, |_| {});
    world.source.asked();
    let forged = platform::seal::Secret::random().expose();
    for (tenant, subscription, state) in [
        (TENANT, subscription.as_str(), forged.as_str()),
        (TENANT, subscription.as_str(), ""),
        (TENANT, subscription.as_str(), &secret[1..]),
        (TENANT, "another", secret.as_str()),
        (
            TenantId(Uuid::from_u128(0xb2)),
            subscription.as_str(),
            secret.as_str(),
        ),
    ] {
        assert!(!world.note(tenant, subscription, state).await);
    }
    world.clock.advance(Duration::from_secs(1));
    world.run().await;
    assert!(
        world.source.asked().is_empty(),
        "a forged one costs no call"
    );
    for _ in 0..50 {
        assert!(world.note(TENANT, &subscription, &secret).await);
    }
    world.clock.advance(Duration::from_secs(1));
    world.run().await;
    assert_eq!(world.source.asked().len(), 1, "a burst costs one");
    assert_eq!(world.view().await.len(), 3);
}

#[tokio::test]
async fn the_request_is_renewed_halfway_and_made_anew_when_it_is_gone() {
    let world = World::told(1).await;
    let (first, expires_at) = world.source.subscriptions()[0].clone();
    assert_eq!(expires_at.since(world.clock.now()).as_secs() / 60, 41_759);
    world.clock.advance(HALF_LIFE + Duration::from_secs(60));
    world.run().await;
    let (same, later) = world.source.subscriptions()[0].clone();
    assert!(same == first && later > expires_at);

    world.source.forget_subscriptions();
    world.clock.advance(HALF_LIFE + Duration::from_secs(60));
    world.run().await;
    let (second, _) = world.source.subscriptions()[0].clone();
    assert_ne!(second, first);
    assert!(world.note(TENANT, &second, &world.source.secret()).await);
}

/// The other side was restarted, say, and remembers nothing: the next look finds out, at the start of the server the first one.
#[tokio::test]
async fn a_request_that_was_forgotten_there_is_made_anew_at_the_next_look() {
    let world = World::told(1).await;
    let (first, _) = world.source.subscriptions()[0].clone();
    for by_start in [false, true] {
        world.source.forget_subscriptions();
        if by_start {
            let mut tx = world.fixture.db.begin().await.unwrap();
            ops::start(&mut tx, &world.ids, access::for_system())
                .await
                .unwrap();
            tx.commit().await.unwrap();
        } else {
            world.clock.advance(INTERVAL + Duration::from_secs(1));
        }
        world.clock.advance(Duration::from_secs(1));
        world.run().await;
        let (second, _) = world.source.subscriptions()[0].clone();
        assert_ne!(second, first);
        assert!(world.note(TENANT, &second, &world.source.secret()).await);
    }
}

#[tokio::test]
async fn what_the_directory_says_of_the_request_is_followed() {
    let world = World::told(1).await;
    let (first, expires_at) = world.source.subscriptions()[0].clone();
    world.clock.advance(Duration::from_secs(3600));
    world.lifecycle(Lifecycle::Renew).await;
    world.run().await;
    let (same, later) = world.source.subscriptions()[0].clone();
    assert!(same == first && later > expires_at);

    world.source.put(2, |_| {});
    world.lifecycle(Lifecycle::Missed).await;
    world.run().await;
    assert_eq!(world.view().await.len(), 2);

    world.source.put(3, |_| {});
    world.lifecycle(Lifecycle::Removed).await;
    world.source.forget_subscriptions();
    world.run().await;
    assert_ne!(world.source.subscriptions()[0].0, first);
    assert_eq!(world.view().await.len(), 3);
}

#[tokio::test]
async fn without_notifications_the_schedule_does_it_alone() {
    let mut world = World::new().await;
    world.hook = Some("https://portal.example/hooks/graph");
    world.source.put(1, |_| {});
    world
        .source
        .refuse_subscriptions(Some(OutsideError::Refused {
            code: "ValidationError".into(),
            message: "the endpoint did not answer".into(),
        }));
    world.run().await;
    assert_eq!(world.mirror().await.notifications, Notifications::Failing);
    assert_eq!(world.view().await.len(), 1);
    world.source.refuse_subscriptions(None);
    world.clock.advance(Duration::from_secs(16 * 60));
    world.run().await;
    assert_eq!(world.mirror().await.notifications, Notifications::On);

    // Not wanted any more: what still comes is nobody's.
    let (subscription, _) = world.source.subscriptions()[0].clone();
    world.clock.advance(HALF_LIFE + Duration::from_secs(60));
    world.hook = None;
    world.run().await;
    assert_eq!(world.mirror().await.notifications, Notifications::Off);
    assert!(
        !world
            .note(TENANT, &subscription, &world.source.secret())
            .await
    );
}
