//! People for the tests' world: a directory in memory, mirrored as in life.

use super::{METTE, NORDVIND, World};
use async_trait::async_trait;
use domain::{
    access::{self, ObjectId, Role, TenantId},
    catalogue::{self, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    directory::{self, KeepSubscription, SyncGroups, SyncTenant, ports::*},
    numbering::{self, NumberKind},
    sims::{self, Codes, NewSim, SimKind},
};
use platform::{Instant, Money, db::params, jobs::Worker, outside::OutsideError};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::{Uuid, uuid};

const TEAMS: Uuid = uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929");
const PHONE: Uuid = uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7");

/// A colleague with Teams and Teams Phone.
pub(crate) fn person(number: u128, name: &str) -> PersonRecord {
    let plan = |plan| PlanRecord {
        plan,
        effective: true,
    };
    PersonRecord {
        object: ObjectId(Uuid::from_u128(number)),
        display_name: name.to_owned(),
        given_name: name.split(' ').next().map(str::to_owned),
        surname: name.split(' ').nth(1).map(str::to_owned),
        mail: Some(format!("{number}@nordvind.example")),
        username: format!("{number}@nordvind.example"),
        title: None,
        department: None,
        office_location: None,
        mobile_phone: None,
        enabled: true,
        guest: false,
        resource_account: false,
        usage_location: None,
        preferred_language: None,
        skus: Vec::new(),
        plans: vec![plan(TEAMS), plan(PHONE)],
    }
}

/// As [`person`], without a licence for Teams Phone.
pub(crate) fn person_without_phone(number: u128, name: &str) -> PersonRecord {
    let mut record = person(number, name);
    record.plans.truncate(1);
    record
}

/// A directory that always lists everybody, and how it is asked.
#[derive(Default)]
pub(crate) struct Directory {
    pub(crate) people: Mutex<Vec<PersonRecord>>,
    pub(crate) groups: Mutex<Vec<(GroupRecord, Vec<ObjectId>)>>,
    pub(crate) refuses: Mutex<Option<OutsideError>>,
    pub(crate) asked: Mutex<usize>,
    pub(crate) secret: Mutex<String>,
}

#[async_trait]
impl DirectorySource for Directory {
    async fn changes(&self, _: TenantId, _: Option<&str>) -> Result<ChangePage, OutsideError> {
        *self.asked.lock().unwrap() += 1;
        if let Some(error) = &*self.refuses.lock().unwrap() {
            return Err(error.clone());
        }
        let present = |record: &PersonRecord| Change::Present(Box::new(record.clone()));
        Ok(ChangePage {
            changes: self.people.lock().unwrap().iter().map(present).collect(),
            next: Next::Cursor("since".into()),
        })
    }

    async fn person(&self, _: TenantId, object: ObjectId) -> Result<PersonRecord, OutsideError> {
        *self.asked.lock().unwrap() += 1;
        if let Some(error) = &*self.refuses.lock().unwrap() {
            return Err(error.clone());
        }
        let people = self.people.lock().unwrap();
        people
            .iter()
            .find(|record| record.object == object)
            .cloned()
            .ok_or_else(|| OutsideError::NotFound(object.to_string()))
    }

    async fn licences(&self, _: TenantId, _: ObjectId) -> Result<Vec<LicenceRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        Ok(TenantRecord {
            tenant,
            display_name: "Nordvind".into(),
            country: None,
            verified_domains: Vec::new(),
        })
    }

    async fn groups(&self, _: TenantId) -> Result<Vec<GroupRecord>, OutsideError> {
        *self.asked.lock().unwrap() += 1;
        if let Some(error) = &*self.refuses.lock().unwrap() {
            return Err(error.clone());
        }
        let groups = self.groups.lock().unwrap();
        Ok(groups.iter().map(|(group, _)| group.clone()).collect())
    }

    async fn group_members(
        &self,
        _: TenantId,
        group: ObjectId,
    ) -> Result<Vec<ObjectId>, OutsideError> {
        *self.asked.lock().unwrap() += 1;
        if let Some(error) = &*self.refuses.lock().unwrap() {
            return Err(error.clone());
        }
        let groups = self.groups.lock().unwrap();
        groups
            .iter()
            .find(|(known, _)| known.object == group)
            .map(|(_, members)| members.clone())
            .ok_or_else(|| OutsideError::NotFound(group.to_string()))
    }

    async fn subscribe(
        &self,
        _: TenantId,
        _: &str,
        client_state: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        *self.secret.lock().unwrap() = client_state.to_owned();
        Ok(ChangeSubscription {
            id: "subscription".into(),
            expires_at,
        })
    }

    async fn is_subscribed(&self, _: TenantId, _: &str) -> Result<bool, OutsideError> {
        Ok(true)
    }

    async fn renew(
        &self,
        _: TenantId,
        subscription: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        Ok(ChangeSubscription {
            id: subscription.to_owned(),
            expires_at,
        })
    }
}

impl World {
    /// Connects Nordvind to a directory with these people, and mirrors them.
    pub(crate) async fn mirror(&self, people: Vec<PersonRecord>) -> Arc<Directory> {
        let directory = self.directory.clone();
        *directory.people.lock().unwrap() = people;
        let mut tx = self.app.db.begin().await.unwrap();
        directory::start(&mut tx, &self.app.ids, access::for_system())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.work(&directory).await;
        directory
    }

    /// Does the work that is due.
    pub(crate) async fn work(&self, source: &Arc<Directory>) {
        let app = &self.app;
        let sync = SyncTenant {
            db: app.db.clone(),
            ids: app.ids.clone(),
            source: source.clone(),
            interval: Duration::from_secs(300),
        };
        let keep = KeepSubscription {
            db: app.db.clone(),
            ids: app.ids.clone(),
            source: source.clone(),
            notification_url: Some("https://portal.example/hooks/graph".parse().unwrap()),
            interval: Duration::from_secs(300),
        };
        let groups = SyncGroups {
            db: app.db.clone(),
            ids: app.ids.clone(),
            source: source.clone(),
        };
        Worker::new(app.db.clone(), self.clock.clone())
            .with(directory::SYNC_GROUPS, Arc::new(groups))
            .with(directory::SYNC_TENANT, Arc::new(sync))
            .with(directory::KEEP_SUBSCRIPTION, Arc::new(keep))
            .run_until_idle()
            .await
            .unwrap();
    }

    /// Gives somebody of Nordvind's directory a mobile subscription at 99.00 a month, with a number and a card whose codes are
    /// 0042 and the like; gives the card's id.
    pub(crate) async fn give_card(&self, object: u128, number: u8) -> String {
        let mut conn = self.app.db.read().await.unwrap();
        let person: Uuid = conn
            .one(
                "SELECT id FROM people WHERE home = ?1 AND object_id = ?2",
                params![NORDVIND, ObjectId(Uuid::from_u128(object))],
            )
            .await
            .unwrap()
            .get(0)
            .unwrap();
        drop(conn);
        self.give_card_to(&person.to_string(), number).await
    }

    /// As [`World::give_card`], to somebody by id.
    pub(crate) async fn give_card_to(&self, person: &str, number: u8) -> String {
        let person: Uuid = person.parse().unwrap();
        let (ids, system) = (&self.app.ids, access::for_system());
        let text = |text: &str| Texts {
            en: text.to_owned(),
            da: text.to_owned(),
        };
        let mut tx = self.app.db.begin().await.unwrap();
        let new = NewOffering {
            kind: OfferingKind::MobilePackage,
            code: format!("mobile-{number}"),
            name: text("Mobile"),
            description: text(""),
            attributes: Attributes::default(),
            position: 2,
            sold_from: Instant(0),
            one_time: Money::ZERO,
            monthly: Money::dkk(9_900),
        };
        let offering = catalogue::add_offering(&mut tx, ids, system, &new)
            .await
            .unwrap();
        let body = format!("89450110000000000{number}");
        let card = NewSim {
            iccid: format!("{body}{}", sims::rules::check_digit(&body)),
            imsi: format!("23801000000000{number}"),
            kind: SimKind::Physical,
            codes: Codes {
                pin1: "0042".into(),
                puk1: "00000001".into(),
                pin2: "0043".into(),
                puk2: "00000002".into(),
            },
        };
        sims::add_to_drawer(
            &mut tx,
            ids,
            system,
            &self.app.sealer,
            self.nordvind,
            &[card],
        )
        .await
        .unwrap();
        let (sim, line, subscription) = (
            tx.one(
                "SELECT id FROM sims WHERE organisation = ?1 ORDER BY id DESC LIMIT 1",
                params![self.nordvind],
            )
            .await
            .unwrap()
            .get::<Uuid>(0)
            .unwrap(),
            ids.uuid(),
            ids.uuid(),
        );
        tx.execute(
            "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
             VALUES (?1, ?2, 'mobile', ?3, ?3, 'active', ?4, 0)",
            params![line, format!("+452000000{number}"), self.nordvind, subscription],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, sim, state, monthly, ordered_at, started_at, version)
             VALUES (?1, ?2, ?6, 'mobile', ?3, ?4, ?5, 'active', 9900, 0, 1, 1)",
            params![
                subscription,
                self.nordvind,
                offering,
                line,
                sim,
                person
            ],
        )
        .await
        .unwrap();
        tx.execute(
            "UPDATE sims SET state = 'active', holder = ?2 WHERE id = ?1",
            params![sim, subscription],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        sim.to_string()
    }

    /// Gives Mette one more role on Nordvind.
    pub(crate) async fn grant(&self, role: Role) {
        let mut tx = self.app.db.begin().await.unwrap();
        access::grant_at_onboarding(
            &mut tx,
            &self.app.ids,
            access::for_system(),
            self.nordvind,
            (NORDVIND, METTE),
            ("Mette", "mette@example.test"),
            role,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Puts Teams telephony at 49.00 a month into the catalogue, and ten numbers into Nordvind's series.
    pub(crate) async fn sell_telephony(&self) -> OfferingId {
        let (ids, system) = (&self.app.ids, access::for_system());
        let text = |en: &str, da: &str| Texts {
            en: en.to_owned(),
            da: da.to_owned(),
        };
        let new = NewOffering {
            kind: OfferingKind::Telephony,
            code: "teams".into(),
            name: text("Teams telephony", "Teams-telefoni"),
            description: text("", ""),
            attributes: Attributes::default(),
            position: 1,
            sold_from: Instant(0),
            one_time: Money::ZERO,
            monthly: Money::dkk(4_900),
        };
        let mut tx = self.app.db.begin().await.unwrap();
        let offering = catalogue::add_offering(&mut tx, ids, system, &new)
            .await
            .unwrap();
        let (first, last) = ("+4570100000", "+4570100009");
        numbering::add_series(
            &mut tx,
            ids,
            system,
            self.nordvind,
            NumberKind::Landline,
            first,
            last,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        offering
    }
}
