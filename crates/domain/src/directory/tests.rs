//! The mirror against a directory in memory, on a database of its own.

mod mirror;
mod notifications;
pub(crate) mod source;

use super::{KeepSubscription, Mirror, Person, PersonState, SYNC_TENANT, SyncTenant, ops, store};
use crate::access::{
    self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Role, Scope,
    TenantId,
};
use platform::{
    Ids, Instant,
    i18n::Language,
    jobs::{self, Backlog, Worker},
    testing::Fixture,
    time::ManualClock,
};
use source::Source;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;
use uuid::Uuid;

const INTERVAL: Duration = Duration::from_secs(300);
const TENANT: TenantId = TenantId(Uuid::from_u128(0xa1));

fn object(number: u128) -> ObjectId {
    ObjectId(Uuid::from_u128(number))
}

struct World {
    clock: Arc<ManualClock>,
    ids: Ids,
    source: Arc<Source>,
    organisation: OrganisationId,
    /// Where the directory is asked to tell of changes.
    hook: Option<&'static str>,
    fixture: Fixture,
}

impl World {
    async fn new() -> World {
        let fixture = Fixture::new(crate::migrations()).await;
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-21T12:00:00Z").unwrap(),
        ));
        let ids = Ids::new(clock.clone());
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let mut organisations = Vec::new();
        for (kind, name, tenant) in [
            (OrganisationKind::Operator, "Nordtel", None),
            (OrganisationKind::Customer, "Nordvind", Some(TENANT)),
        ] {
            let new = NewOrganisation {
                kind,
                name: name.into(),
                customer_number: name.into(),
                parent: organisations.first().copied(),
                tenant,
                language: Language::En,
                number_type: NumberType::OperatorConnect,
            };
            organisations.push(
                access::create_organisation(&mut tx, &ids, system, &new)
                    .await
                    .unwrap(),
            );
        }
        ops::start(&mut tx, &ids, system).await.unwrap();
        tx.commit().await.unwrap();
        World {
            source: Arc::new(Source::new(clock.clone())),
            clock,
            ids,
            organisation: organisations[1],
            hook: None,
            fixture,
        }
    }

    /// A world to which the directory tells of changes.
    async fn told(people: u128) -> World {
        let world = World {
            hook: Some("https://portal.example/hooks/graph"),
            ..World::new().await
        };
        for number in 1..=people {
            world.source.put(number, |_| {});
        }
        world.run().await;
        world
    }

    /// A world whose mirror has `people` people.
    async fn with(people: u128) -> World {
        let world = World::new().await;
        for number in 1..=people {
            world.source.put(number, |_| {});
        }
        world.run().await;
        world
    }

    fn worker(&self) -> Worker {
        Worker::new(self.fixture.db.clone(), self.clock.clone())
            .with(
                SYNC_TENANT,
                Arc::new(SyncTenant {
                    db: self.fixture.db.clone(),
                    ids: self.ids.clone(),
                    source: self.source.clone(),
                    interval: INTERVAL,
                }),
            )
            .with(
                super::KEEP_SUBSCRIPTION,
                Arc::new(KeepSubscription {
                    db: self.fixture.db.clone(),
                    ids: self.ids.clone(),
                    source: self.source.clone(),
                    notification_url: self.hook.map(|url| url.parse::<Url>().unwrap()),
                    interval: INTERVAL,
                }),
            )
    }

    /// Whatever is due now, to its end.
    async fn run(&self) {
        self.worker().run_until_idle().await.unwrap();
    }

    /// The next round by schedule.
    async fn next_round(&self) {
        self.clock.advance(INTERVAL + Duration::from_secs(1));
        self.run().await;
    }

    async fn scope(&self) -> Scope {
        let mut conn = self.fixture.db.read().await.unwrap();
        access::for_work(&mut conn, access::for_system(), self.organisation)
            .await
            .unwrap()
    }

    async fn mirror(&self) -> Mirror {
        let scope = self.scope().await;
        let mut conn = self.fixture.db.read().await.unwrap();
        store::mirror(&mut conn, &scope).await.unwrap().unwrap()
    }

    /// Arrived, changed, left: of the last complete round.
    async fn last(&self) -> (i64, i64, i64) {
        let last = self.mirror().await.last.unwrap();
        (last.arrived, last.changed, last.departed)
    }

    async fn person(&self, number: u128) -> Option<Person> {
        let scope = self.scope().await;
        let mut conn = self.fixture.db.read().await.unwrap();
        store::person_by_object(&mut conn, &scope, object(number))
            .await
            .unwrap()
    }

    /// Everybody of the first hundred who is not deleted: number to whether active.
    async fn view(&self) -> BTreeMap<u128, bool> {
        let objects: Vec<_> = (1..=100).map(object).collect();
        let mut conn = self.fixture.db.read().await.unwrap();
        store::known(&mut conn, access::for_system(), TENANT, &objects)
            .await
            .unwrap()
            .into_iter()
            .filter(|(_, known)| known.state != PersonState::Deleted)
            .map(|(object, known)| (object.0.as_u128(), known.state == PersonState::Active))
            .collect()
    }

    async fn backlog(&self) -> Backlog {
        jobs::backlog(&mut self.fixture.db.read().await.unwrap())
            .await
            .unwrap()
    }

    async fn request_sync(&self) {
        let scope = self.scope().await;
        let mut tx = self.fixture.db.begin().await.unwrap();
        ops::request_sync(&mut tx, &self.ids, &scope).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Whether somebody with a role may still do what it allows.
    async fn may_enter(&self, number: u128) -> bool {
        let mut conn = self.fixture.db.read().await.unwrap();
        let caller = access::caller(&mut conn, TENANT, object(number), "", "", None)
            .await
            .unwrap();
        access::authorise(
            &mut conn,
            &caller,
            self.organisation,
            access::Permission::Read,
        )
        .await
        .is_ok()
    }

    async fn give_role(&self, number: u128) {
        let mut tx = self.fixture.db.begin().await.unwrap();
        access::grant_at_onboarding(
            &mut tx,
            &self.ids,
            access::for_system(),
            self.organisation,
            (TENANT, object(number)),
            ("Somebody", "somebody@example.dk"),
            Role::Reader,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
}
