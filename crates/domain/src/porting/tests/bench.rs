//! A customer with an order that waits for a number, and a donor in memory that keeps a book of its own.

use crate::{
    access::{
        self, NewOrganisation, NumberType, ObjectId, OrganisationId, OrganisationKind, Permission,
        Role, Scope, TenantId,
    },
    directory::PersonId,
    numbering::NumberKind,
    porting::{
        self, CASE_MOVED, Case, Corrections, Event, FOLLOW_CASE, FollowCase, NewCase, Owner,
        PortId, PortState,
        ports::{CallOff, DonorAnswer, DonorState, NumberPortability, PortIn},
    },
    subscriptions::SubscriptionId,
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{
    Ids, Instant, Result,
    db::params,
    i18n::Language,
    jobs::{Handler, Lease, Outcome, Worker},
    outbox,
    outside::OutsideError,
    seal::Sealer,
    testing::Fixture,
    time::ManualClock,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::Uuid;

pub(super) const NUMBER: &str = "+4522334455";
pub(crate) const PDF: &[u8] = b"%PDF-1.7 consent of the owner";

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Refused,
    Unavailable,
    Busy,
    /// Done, and the answer was lost.
    Lost,
    /// Not done, and nobody knows.
    Vanished,
    Malformed,
    Unauthorised,
    /// The process dies before, and after, the call had its effect.
    KilledBefore,
    KilledAfter,
}

pub(crate) const PASSING: [Fault; 8] = [
    Fault::Unavailable,
    Fault::Busy,
    Fault::Lost,
    Fault::Vanished,
    Fault::Malformed,
    Fault::Unauthorised,
    Fault::KilledBefore,
    Fault::KilledAfter,
];

impl Fault {
    fn has_effect(self) -> bool {
        matches!(self, Fault::Lost | Fault::Malformed | Fault::KilledAfter)
    }

    fn strike<T>(self) -> Result<T, OutsideError> {
        let said = || "planned".to_owned();
        Err(match self {
            Fault::Refused => OutsideError::Refused {
                code: "ownerMismatch".to_owned(),
                message: "Another owner.".to_owned(),
            },
            Fault::Unavailable => OutsideError::Unavailable(said()),
            Fault::Busy => OutsideError::Busy(Duration::from_secs(7)),
            Fault::Lost | Fault::Vanished => OutsideError::UnknownOutcome(said()),
            Fault::Malformed => OutsideError::Malformed(said()),
            Fault::Unauthorised => OutsideError::Unauthorised {
                code: said(),
                message: said(),
            },
            Fault::KilledBefore | Fault::KilledAfter => panic!("the process was killed"),
        })
    }
}

#[derive(Default)]
pub(crate) struct Donors {
    /// Calls so far, whichever.
    pub(crate) calls: usize,
    /// The call with this number, from 0, fails.
    pub(crate) fault: Option<(usize, Fault)>,
    /// Every call fails like this.
    pub(crate) always: Option<Fault>,
    pub(crate) requests: BTreeMap<String, (PortIn, DonorAnswer)>,
    /// What was asked and called off, in order; each once, if all is well.
    pub(crate) ledger: Vec<String>,
    pub(crate) too_late: bool,
}

impl Donors {
    fn fault(&mut self) -> Option<Fault> {
        let call = self.calls;
        self.calls += 1;
        self.always.or(self
            .fault
            .filter(|(at, _)| *at == call)
            .map(|(_, fault)| fault))
    }
}

#[derive(Clone, Default)]
pub(crate) struct Donor(pub(crate) Arc<Mutex<Donors>>);

impl Donor {
    fn call<T>(&self, act: impl FnOnce(&mut Donors) -> T) -> Result<T, OutsideError> {
        let mut donors = self.0.lock().unwrap_or_else(|killed| killed.into_inner());
        match donors.fault() {
            None => Ok(act(&mut donors)),
            Some(fault) => {
                if fault.has_effect() {
                    act(&mut donors);
                }
                drop(donors);
                fault.strike()
            }
        }
    }

    /// The donor decides about what was asked last.
    pub(crate) fn says(&self, state: DonorState) {
        let mut donors = self.0.lock().unwrap();
        let (asked, answer) = donors.requests.values_mut().last().expect("was asked");
        answer.state = state;
        if matches!(state, DonorState::Scheduled | DonorState::Completed) {
            answer.day = Some(asked.day);
        }
        if state == DonorState::Rejected {
            answer.reason = Some(("ownerMismatch".to_owned(), "Another owner.".to_owned()));
        }
    }

    pub(crate) fn ledger(&self) -> Vec<String> {
        self.0.lock().unwrap().ledger.clone()
    }
}

#[async_trait]
impl NumberPortability for Donor {
    async fn find(&self, reference: &str) -> Result<Option<DonorAnswer>, OutsideError> {
        self.call(|donors| {
            donors
                .requests
                .get(reference)
                .map(|(_, answer)| answer.clone())
        })
    }

    async fn ask(&self, reference: &str, request: &PortIn) -> Result<DonorAnswer, OutsideError> {
        self.call(|donors| {
            let answer = DonorAnswer {
                id: format!("n-{reference}"),
                state: DonorState::Asked,
                day: None,
                reason: None,
            };
            let attempt = reference.rsplit('-').next().unwrap_or_default();
            donors.ledger.push(format!("ask {attempt}"));
            donors
                .requests
                .insert(reference.to_owned(), (request.clone(), answer.clone()));
            answer
        })
    }

    async fn call_off(&self, id: &str) -> Result<CallOff, OutsideError> {
        self.call(|donors| {
            if donors.too_late {
                return CallOff::TooLate;
            }
            for (_, answer) in donors.requests.values_mut() {
                if answer.id == id && answer.state != DonorState::CalledOff {
                    answer.state = DonorState::CalledOff;
                    donors.ledger.push("call off".to_owned());
                }
            }
            CallOff::Done
        })
    }
}

/// Counts how often whoever waits was told that a case has moved.
pub(super) struct Told(pub(super) Mutex<usize>);

#[async_trait]
impl Handler for Told {
    async fn run(&self, _: &Lease) -> Result<Outcome> {
        *self.0.lock().unwrap() += 1;
        Ok(Outcome::Done)
    }
}

pub(super) struct Bench {
    pub(super) fixture: Fixture,
    pub(super) clock: Arc<ManualClock>,
    pub(super) ids: Ids,
    pub(super) scope: Scope,
    pub(super) other: Scope,
    pub(super) donor: Donor,
    pub(super) sealer: Sealer,
    pub(super) told: Arc<Told>,
}

const TENANT: TenantId = TenantId(Uuid::from_u128(3));

impl Bench {
    /// It is Friday 20 November 2026, noon in Denmark.
    pub(super) async fn new() -> Bench {
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-20T11:00:00Z").unwrap(),
        ));
        let ids = Ids::new(clock.clone());
        let fixture = Fixture::new(crate::migrations()).await;
        let mut tx = fixture.db.begin().await.unwrap();
        let operator = organisation(&mut tx, &ids, OrganisationKind::Operator, None, "1").await;
        let customer = OrganisationKind::Customer;
        let ours = organisation(&mut tx, &ids, customer, Some(operator), "2").await;
        let theirs = organisation(&mut tx, &ids, customer, Some(operator), "3").await;
        for (owner, object, role) in [
            (ours, 1, Role::OrganisationAdministrator),
            (ours, 2, Role::Reader),
            (theirs, 3, Role::OrganisationAdministrator),
        ] {
            access::grant_at_onboarding(
                &mut tx,
                &ids,
                access::for_system(),
                owner,
                (TENANT, ObjectId(Uuid::from_u128(object))),
                ("Mette", "mette@nordlys.example"),
                role,
            )
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        Bench {
            scope: scope(&fixture, ours, 1).await,
            other: scope(&fixture, theirs, 3).await,
            fixture,
            clock,
            ids,
            donor: Donor::default(),
            sealer: Sealer::parse(&Sealer::make_key_line("1")).unwrap(),
            told: Arc::new(Told(Mutex::new(0))),
        }
    }

    /// Somebody who may only look.
    pub(super) async fn reader(&self) -> Scope {
        scope(&self.fixture, self.scope.organisation(), 2).await
    }

    pub(super) async fn open(&self) -> PortId {
        self.try_open(&self.scope, NUMBER).await.unwrap()
    }

    /// An order as small as the tables allow, and a case for it.
    pub(super) async fn try_open(&self, scope: &Scope, number: &str) -> Result<PortId> {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let order = waiting_order(&mut tx, &self.ids, scope).await;
        let new = NewCase {
            number: number.to_owned(),
            kind: NumberKind::Mobile,
            donor: "Fjordtel".to_owned(),
            owner: Owner {
                name: "Nordlys ApS".to_owned(),
                cvr: None,
            },
            wished_for: None,
            order: order.0,
            order_number: 1,
            item: self.ids.uuid(),
            subscription: order.1,
            person: Some(order.2),
            temporary: Some("+4526000000".to_owned()),
            right: Permission::OrderPeopleItems,
        };
        let id = porting::open(&mut tx, &self.ids, scope, &new).await?;
        tx.commit().await.unwrap();
        Ok(id)
    }

    pub(super) async fn consent(&self, id: PortId) -> Result<Case> {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let case =
            porting::add_consent(&mut tx, &self.ids, &self.scope, &self.sealer, id, PDF).await?;
        tx.commit().await.unwrap();
        Ok(case)
    }

    pub(super) async fn release(&self, id: PortId) {
        let mut tx = self.fixture.db.begin().await.unwrap();
        porting::release(&mut tx, &self.ids, &self.scope, id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    pub(super) async fn submit(&self, id: PortId, corrections: Corrections) -> Result<Case> {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let case = porting::submit(&mut tx, &self.ids, &self.scope, id, corrections).await?;
        tx.commit().await.unwrap();
        Ok(case)
    }

    pub(super) async fn cancel(&self, id: PortId) -> Result<Case> {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let case = porting::cancel(&mut tx, &self.ids, &self.scope, id).await?;
        tx.commit().await.unwrap();
        Ok(case)
    }

    pub(super) async fn case(&self, id: PortId) -> Case {
        let mut conn = self.fixture.db.read().await.unwrap();
        porting::case(&mut conn, &self.scope, id).await.unwrap()
    }

    pub(super) async fn state(&self, id: PortId) -> PortState {
        self.case(id).await.state
    }

    pub(super) async fn events(&self, id: PortId) -> Vec<Event> {
        let mut conn = self.fixture.db.read().await.unwrap();
        porting::events(&mut conn, &self.scope, id).await.unwrap()
    }

    pub(super) fn worker(&self) -> Worker {
        Worker::new(self.fixture.db.clone(), self.clock.clone())
            .with(
                FOLLOW_CASE,
                Arc::new(FollowCase {
                    db: self.fixture.db.clone(),
                    ids: self.ids.clone(),
                    clock: self.clock.clone(),
                    portability: Arc::new(self.donor.clone()),
                    portal: "https://portal.example/".parse().unwrap(),
                }),
            )
            .with(CASE_MOVED, self.told.clone())
            .with(outbox::SEND_MAIL, Arc::new(Told(Mutex::new(0))))
    }

    /// Works while so much time passes.
    pub(super) async fn work(&self, time: Duration) {
        let worker = self.worker();
        let step = Duration::from_secs(20).min(time);
        let mut passed = Duration::ZERO;
        loop {
            worker.run_until_idle().await.unwrap();
            if passed >= time {
                return;
            }
            self.clock.advance(step);
            passed += step;
        }
    }

    /// A case that the donor has been asked about.
    pub(super) async fn asked(&self) -> PortId {
        let id = self.open().await;
        self.consent(id).await.unwrap();
        self.release(id).await;
        self.work(Duration::from_secs(120)).await;
        id
    }

    pub(super) async fn texts(&self, sql: &str) -> Vec<String> {
        let mut conn = self.fixture.db.read().await.unwrap();
        let rows = conn.all(sql, params![]).await.unwrap();
        rows.iter().map(|row| row.get(0).unwrap()).collect()
    }
}

pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

async fn waiting_order(
    tx: &mut platform::db::Tx,
    ids: &Ids,
    scope: &Scope,
) -> (Uuid, SubscriptionId, PersonId) {
    let (quote, order, person, offering) = (ids.uuid(), ids.uuid(), ids.uuid(), ids.uuid());
    let subscription: SubscriptionId = ids.make();
    let (now, who) = (ids.now(), scope.principal());
    let of = scope.organisation();
    tx.execute(
        "INSERT INTO quotes (id, organisation, principal, request, answer, created_at, expires_at) VALUES (?1, ?2, ?3, '{}', '{}', ?4, ?4)",
        params![quote, of, who, now],
    )
    .await
    .unwrap();
    let last = tx
        .one(
            "UPDATE order_numbers SET last = last + 1 WHERE singleton = 1 RETURNING last",
            params![],
        )
        .await
        .unwrap();
    tx.execute(
        "INSERT INTO orders (id, organisation, number, quote, state, requested_by, requested_at, one_time, monthly, version)
         VALUES (?1, ?2, ?3, ?4, 'inProgress', ?5, ?6, 0, 0, 1)",
        params![order, of, last.get::<i64>(0).unwrap(), quote, who, now],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO offerings (id, kind, code, name, description, attributes, position, sold_from)
         VALUES (?1, 'mobilePackage', ?2, '{}', '{}', '{}', 0, 0)",
        params![offering, offering.to_string()],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO people (id, kind, home, state, listed, display_name, email, plans, skus, name_key, department_key, haystack,
           fingerprint, round, created_at, updated_at, version)
         VALUES (?1, 'local', ?2, 'active', TRUE, 'Anna', 'anna@nordlys.example', '', '', 'anna', '', 'anna', 0, 0, ?3, ?3, 1)",
        params![person, of, now],
    )
    .await
    .unwrap();
    tx.execute(
        "INSERT INTO subscriptions (id, organisation, person, kind, offering, state, monthly, ordered_at, version)
         VALUES (?1, ?2, ?3, 'mobile', ?4, 'ordered', 0, ?5, 1)",
        params![subscription, of, person, offering, now],
    )
    .await
    .unwrap();
    (order, subscription, person.into())
}

async fn organisation(
    tx: &mut platform::db::Tx,
    ids: &Ids,
    kind: OrganisationKind,
    parent: Option<OrganisationId>,
    number: &str,
) -> OrganisationId {
    let new = NewOrganisation {
        kind,
        name: number.to_owned(),
        customer_number: number.to_owned(),
        parent,
        tenant: parent.map(|_| TENANT),
        language: Language::En,
        number_type: NumberType::OperatorConnect,
    };
    access::create_organisation(tx, ids, access::for_system(), &new)
        .await
        .unwrap()
}

async fn scope(fixture: &Fixture, organisation: OrganisationId, object: u128) -> Scope {
    let mut conn = fixture.db.read().await.unwrap();
    let object = ObjectId(Uuid::from_u128(object));
    let caller = access::caller(&mut conn, TENANT, object, "Mette", "mette", None)
        .await
        .unwrap();
    access::authorise(&mut conn, &caller, organisation, Permission::Read)
        .await
        .unwrap()
}
