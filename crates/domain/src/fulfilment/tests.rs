//! Orders carried out against two outside worlds in memory that keep ledgers of their own and fail on command: each call
//! of each step in turn, before and after its effect.

use super::{
    CarryOut, Outside,
    ports::{
        InventoryNumber, Network, NetworkOrder, NetworkOrderState, NetworkRequest, NumberType,
        OperationLink, OperationState, TeamsTelephony, VoiceConfiguration,
    },
};
use crate::{
    access::{
        self, Caller, NewOrganisation, ObjectId, OrganisationId, OrganisationKind, Permission,
        Role, Scope, TenantId,
    },
    catalogue::{self, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    directory::{
        self, PersonId,
        ports::{
            Change, ChangePage, ChangeSubscription, DirectorySource, GroupRecord, LicenceRecord,
            Next, PersonRecord, PlanRecord, TenantRecord,
        },
    },
    numbering::{self, NumberKind, NumberState},
    orders::{
        self, ItemRequest, ItemState, NumberRequest, Order, OrderState, QuoteRequest, SimRequest,
    },
    sims::{self, Codes, NewSim, SimKind, SimState},
    subscriptions::{self, SubscriptionState},
};
use async_trait::async_trait;
use platform::{
    Clock, Ids, Instant, Money,
    i18n::Language,
    jobs::Worker,
    outside::OutsideError,
    seal::Sealer,
    testing::Fixture,
    time::ManualClock,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use uuid::{Uuid, uuid};

const TENANT: TenantId = TenantId(Uuid::from_u128(3));
const ANNA: ObjectId = ObjectId(Uuid::from_u128(31));
const METTE: ObjectId = ObjectId(Uuid::from_u128(32));
const TEAMS: Uuid = uuid!("57ff2da0-773e-42df-b2af-ffb7a2317929");
const PHONE: Uuid = uuid!("4828c8ec-dc2e-4779-b502-87ac9ce28ab7");

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Refused for good, nothing done.
    Refused,
    /// Did not get there, nothing done.
    Unavailable,
    /// Done, and the answer was lost.
    Lost,
    /// Too much at once, nothing done.
    Busy,
}

const FAULTS: [Fault; 4] = [Fault::Refused, Fault::Unavailable, Fault::Lost, Fault::Busy];

impl Fault {
    fn error(self) -> OutsideError {
        match self {
            Fault::Refused => OutsideError::Refused {
                code: "no".to_owned(),
                message: "planned refusal".to_owned(),
            },
            Fault::Unavailable => OutsideError::Unavailable("planned".to_owned()),
            Fault::Lost => OutsideError::UnknownOutcome("planned".to_owned()),
            Fault::Busy => OutsideError::Busy(Duration::from_secs(7)),
        }
    }
}

/// Both outside worlds: what they did, and what they are told to do wrong.
#[derive(Default)]
struct Worlds {
    /// Effectful calls so far.
    calls: usize,
    /// The call with this number, from 0, fails.
    fault: Option<(usize, Fault)>,
    /// Every effectful call from this number on is refused.
    refuse_from: Option<usize>,
    network: HashMap<String, NetworkOrder>,
    /// What took effect, in order.
    effects: Vec<String>,
    /// Number in the tenant's inventory, and to whom it is assigned.
    inventory: HashMap<String, Option<ObjectId>>,
    plans: Vec<Uuid>,
}

impl Worlds {
    /// Counts an effectful call and says how it is to fail.
    fn next_call(&mut self) -> Option<Fault> {
        let call = self.calls;
        self.calls += 1;
        if self.refuse_from.is_some_and(|from| call >= from) {
            return Some(Fault::Refused);
        }
        self.fault
            .filter(|(number, _)| *number == call)
            .map(|(_, fault)| fault)
    }
}

#[derive(Clone, Default)]
struct Fake(Arc<Mutex<Worlds>>);

impl Fake {
    fn effect(
        &self,
        effect: impl FnOnce(&mut Worlds),
    ) -> Result<(), OutsideError> {
        let mut worlds = self.0.lock().unwrap();
        match worlds.next_call() {
            None => effect(&mut worlds),
            Some(Fault::Lost) => {
                effect(&mut worlds);
                return Err(Fault::Lost.error());
            }
            Some(fault) => return Err(fault.error()),
        }
        Ok(())
    }
}

#[async_trait]
impl Network for Fake {
    async fn find_order(&self, external_id: &str) -> Result<Option<NetworkOrder>, OutsideError> {
        Ok(self.0.lock().unwrap().network.get(external_id).cloned())
    }

    async fn place_order(
        &self,
        external_id: &str,
        request: &NetworkRequest,
    ) -> Result<NetworkOrder, OutsideError> {
        let order = NetworkOrder {
            id: format!("n-{external_id}"),
            external_id: external_id.to_owned(),
            state: NetworkOrderState::Completed,
            message: None,
        };
        self.effect(|worlds| {
            worlds.network.insert(external_id.to_owned(), order.clone());
            let told = match request {
                NetworkRequest::ActivateTelephony { number, .. } => format!("+telephony {number}"),
                NetworkRequest::DeactivateTelephony { number } => format!("-telephony {number}"),
                NetworkRequest::UploadNumber { number, .. } => {
                    worlds.inventory.insert(number.clone(), None);
                    format!("+upload {number}")
                }
                NetworkRequest::WithdrawNumber { number, .. } => {
                    worlds.inventory.remove(number);
                    format!("-upload {number}")
                }
                NetworkRequest::ActivateMobile { number, .. } => format!("+mobile {number}"),
                NetworkRequest::DeactivateMobile { number, .. } => format!("-mobile {number}"),
            };
            worlds.effects.push(told);
        })?;
        Ok(order)
    }

    async fn listen(&self, _: &str) -> Result<(), OutsideError> {
        Ok(())
    }
}

#[async_trait]
impl TeamsTelephony for Fake {
    async fn find_number(
        &self,
        _: TenantId,
        number: &str,
    ) -> Result<Option<InventoryNumber>, OutsideError> {
        let worlds = self.0.lock().unwrap();
        Ok(worlds.inventory.get(number).map(|assigned_to| InventoryNumber {
            number: number.to_owned(),
            assigned_to: *assigned_to,
            activated: assigned_to.is_some(),
        }))
    }

    async fn assign_number(
        &self,
        _: TenantId,
        number: &str,
        _: NumberType,
        to: ObjectId,
        _: &str,
    ) -> Result<OperationLink, OutsideError> {
        self.effect(|worlds| {
            worlds.inventory.insert(number.to_owned(), Some(to));
            worlds.effects.push(format!("+assign {number}"));
        })?;
        Ok(OperationLink("https://graph/operation".to_owned()))
    }

    async fn unassign_number(
        &self,
        _: TenantId,
        number: &str,
        _: NumberType,
        _: &str,
    ) -> Result<OperationLink, OutsideError> {
        self.effect(|worlds| {
            worlds.inventory.insert(number.to_owned(), None);
            worlds.effects.push(format!("-assign {number}"));
        })?;
        Ok(OperationLink("https://graph/operation".to_owned()))
    }

    async fn operation(&self, _: TenantId, _: &OperationLink) -> Result<OperationState, OutsideError> {
        Ok(OperationState::Succeeded)
    }

    async fn voice_configuration(
        &self,
        _: TenantId,
        _: ObjectId,
    ) -> Result<Option<VoiceConfiguration>, OutsideError> {
        Ok(None)
    }
}

#[async_trait]
impl DirectorySource for Fake {
    async fn changes(&self, tenant: TenantId, _: Option<&str>) -> Result<ChangePage, OutsideError> {
        let anna = self.person(tenant, ANNA).await?;
        Ok(ChangePage {
            changes: vec![Change::Present(Box::new(anna))],
            next: Next::Cursor("now".to_owned()),
        })
    }

    async fn person(&self, _: TenantId, object: ObjectId) -> Result<PersonRecord, OutsideError> {
        let plans = self.0.lock().unwrap().plans.clone();
        Ok(PersonRecord {
            object,
            display_name: "Anna Åkjær".to_owned(),
            given_name: None,
            surname: None,
            mail: None,
            username: "anna@nordlys.example".to_owned(),
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
            plans: plans
                .into_iter()
                .map(|plan| PlanRecord {
                    plan,
                    effective: true,
                })
                .collect(),
        })
    }

    async fn licences(&self, _: TenantId, _: ObjectId) -> Result<Vec<LicenceRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn tenant(&self, tenant: TenantId) -> Result<TenantRecord, OutsideError> {
        Ok(TenantRecord {
            tenant,
            display_name: "Nordlys".to_owned(),
            country: None,
            verified_domains: Vec::new(),
        })
    }

    async fn groups(&self, _: TenantId) -> Result<Vec<GroupRecord>, OutsideError> {
        Ok(Vec::new())
    }

    async fn group_members(&self, _: TenantId, _: ObjectId) -> Result<Vec<ObjectId>, OutsideError> {
        Ok(Vec::new())
    }

    async fn subscribe(
        &self,
        _: TenantId,
        _: &str,
        _: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        Ok(ChangeSubscription {
            id: "s".to_owned(),
            expires_at,
        })
    }

    async fn renew(
        &self,
        tenant: TenantId,
        _: &str,
        expires_at: Instant,
    ) -> Result<ChangeSubscription, OutsideError> {
        self.subscribe(tenant, "", "", expires_at).await
    }
}

/// A customer with one licensed person, two landline numbers, a pool and a drawer.
struct Bench {
    fixture: Fixture,
    clock: Arc<ManualClock>,
    ids: Ids,
    fake: Fake,
    scope: Scope,
    person: PersonId,
    telephony: OfferingId,
    mobile: OfferingId,
}

impl Bench {
    async fn new() -> Bench {
        let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
        let ids = Ids::new(clock.clone());
        let fixture = Fixture::new(crate::migrations()).await;
        let fake = Fake::default();
        fake.0.lock().unwrap().plans = vec![TEAMS, PHONE];
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let operator = organisation(&mut tx, &ids, OrganisationKind::Operator, None, "1").await;
        let customer = organisation(&mut tx, &ids, OrganisationKind::Customer, Some(operator), "2").await;
        let series = [
            (customer, NumberKind::Landline, "+4570100000", "+4570100001"),
            (operator, NumberKind::Mobile, "+4526000000", "+4526000001"),
        ];
        for (owner, kind, first, last) in series {
            numbering::add_series(&mut tx, &ids, system, owner, kind, first, last)
                .await
                .unwrap();
        }
        let sealer = Sealer::parse(&Sealer::make_key_line("1")).unwrap();
        sims::add_to_drawer(&mut tx, &ids, system, &sealer, customer, &[card()])
            .await
            .unwrap();
        let telephony = offering(&mut tx, &ids, OfferingKind::Telephony, 4_900).await;
        let mobile = offering(&mut tx, &ids, OfferingKind::MobilePackage, 7_900).await;
        access::grant_at_onboarding(
            &mut tx,
            &ids,
            system,
            customer,
            (TENANT, METTE),
            ("Mette", "mette@nordlys.example"),
            Role::OrganisationAdministrator,
        )
        .await
        .unwrap();
        directory::start(&mut tx, &ids, system).await.unwrap();
        tx.commit().await.unwrap();
        let mut bench = Bench {
            scope: mette(&fixture, customer).await,
            person: PersonId(Uuid::nil()),
            fixture,
            clock,
            ids,
            fake,
            telephony,
            mobile,
        };
        bench.sync().await;
        bench
    }

    /// Lets the directory in and finds Anna.
    async fn sync(&mut self) {
        let worker = Worker::new(self.fixture.db.clone(), self.clock.clone()).with(
            directory::SYNC_TENANT,
            Arc::new(directory::SyncTenant {
                db: self.fixture.db.clone(),
                ids: self.ids.clone(),
                source: Arc::new(self.fake.clone()),
                interval: Duration::from_secs(30 * 24 * 3600),
            }),
        );
        worker.run_until_idle().await.unwrap();
        let mut conn = self.fixture.db.read().await.unwrap();
        self.person = directory::person_by_object(&mut conn, &self.scope, ANNA)
            .await
            .unwrap()
            .expect("Anna was mirrored")
            .id;
    }

    fn worker(&self) -> Worker {
        let fake = Arc::new(self.fake.clone());
        Worker::new(self.fixture.db.clone(), self.clock.clone()).with(
            orders::CARRY_OUT,
            Arc::new(CarryOut {
                db: self.fixture.db.clone(),
                ids: self.ids.clone(),
                clock: self.clock.clone(),
                outside: Outside {
                    network: fake.clone(),
                    teams: fake.clone(),
                    directory: fake,
                },
            }),
        )
    }

    async fn wishes(&self) -> Vec<ItemRequest> {
        let mut conn = self.fixture.db.read().await.unwrap();
        let (cards, _) = sims::list(&mut conn, &self.scope, None, "", None, 1).await.unwrap();
        vec![
            ItemRequest::ActivateTelephony {
                person: self.person,
                offering: self.telephony,
                number: NumberRequest::Series { number: None },
            },
            ItemRequest::CreateMobile {
                person: self.person,
                offering: self.mobile,
                number: NumberRequest::New {},
                sim: SimRequest::Unassigned { sim: cards[0].id },
            },
        ]
    }

    async fn order(&self, items: Vec<ItemRequest>) -> Order {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let request = QuoteRequest {
            items,
            comment: None,
        };
        let quote = orders::make_quote(&mut tx, &self.ids, &self.scope, request).await.unwrap();
        assert_eq!(quote.answer.problems, []);
        let order = orders::place(&mut tx, &self.ids, &self.scope, quote.id).await.unwrap();
        tx.commit().await.unwrap();
        order
    }

    /// Works, and lets time pass, until the order has ended or `hours` are over.
    async fn follow(&self, order: &Order, hours: u64) -> Order {
        let worker = self.worker();
        for _ in 0..hours * 120 {
            worker.run_until_idle().await.unwrap();
            let mut conn = self.fixture.db.read().await.unwrap();
            let now = orders::order(&mut conn, &self.scope, order.id).await.unwrap();
            if orders::rules::is_final(now.state) {
                return now;
            }
            drop(conn);
            self.clock.advance(Duration::from_secs(30));
        }
        let mut conn = self.fixture.db.read().await.unwrap();
        orders::order(&mut conn, &self.scope, order.id).await.unwrap()
    }

    fn effects(&self) -> Vec<String> {
        self.fake.0.lock().unwrap().effects.clone()
    }

    /// What stands at the outside worlds when each effect is set against its opposite; an effect that was had twice fails.
    fn standing(&self) -> Vec<String> {
        let mut standing: Vec<String> = Vec::new();
        for effect in self.effects() {
            let (sign, what) = effect.split_at(1);
            if sign == "+" {
                assert!(!standing.contains(&what.to_owned()), "{what} was done twice: {:?}", self.effects());
                standing.push(what.to_owned());
            } else {
                let place = standing.iter().position(|known| known == what);
                standing.remove(place.unwrap_or_else(|| panic!("{what} was taken back twice: {:?}", self.effects())));
            }
        }
        standing
    }

    /// Everything here agrees with how each item ended.
    async fn check(&self, order: &Order) {
        let mut conn = self.fixture.db.read().await.unwrap();
        let items = orders::items(&mut conn, &self.scope, order.id).await.unwrap();
        let mut expected = Vec::new();
        for item in &items {
            let id = item.subscription.expect("each item has a subscription");
            let subscription = subscriptions::subscription(&mut conn, &self.scope, id).await.unwrap();
            let number = item.number.clone().expect("each item has a number");
            if item.state == ItemState::Completed {
                assert_eq!(subscription.state, SubscriptionState::Active);
                let found = numbering::find(&mut conn, &self.scope, &number).await.unwrap().unwrap();
                assert_eq!((found.state, found.holder), (NumberState::Active, Some(id.0)));
                match item.iccid {
                    Some(_) => expected.push(format!("mobile {number}")),
                    None => expected.extend(["telephony", "upload", "assign"].map(|what| format!("{what} {number}"))),
                }
            } else {
                assert_eq!(subscription.state, SubscriptionState::Ended);
                let found = numbering::find(&mut conn, &self.scope, &number).await.unwrap();
                assert!(found.is_none_or(|number| number.state == NumberState::Free && number.holder.is_none()));
                if item.iccid.is_some() {
                    let (cards, _) = sims::list(&mut conn, &self.scope, None, "", None, 1).await.unwrap();
                    assert_eq!(cards[0].state, SimState::Unassigned);
                }
            }
        }
        let mut standing = self.standing();
        standing.sort();
        expected.sort();
        assert_eq!(standing, expected, "what stands outside is not what the order says");
    }
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
        number_type: access::NumberType::OperatorConnect,
    };
    access::create_organisation(tx, ids, access::for_system(), &new)
        .await
        .unwrap()
}

async fn offering(tx: &mut platform::db::Tx, ids: &Ids, kind: OfferingKind, monthly: i64) -> OfferingId {
    let name = || Texts {
        en: kind.to_string(),
        da: kind.to_string(),
    };
    let new = NewOffering {
        kind,
        code: kind.to_string(),
        name: name(),
        description: name(),
        attributes: Attributes::default(),
        position: 0,
        sold_from: Instant(0),
        one_time: Money::ZERO,
        monthly: Money::dkk(monthly),
    };
    catalogue::add_offering(tx, ids, access::for_system(), &new).await.unwrap()
}

fn card() -> NewSim {
    let body = "894501000000000001";
    NewSim {
        iccid: format!("{body}{}", sims::rules::check_digit(body)),
        imsi: "238010000000001".to_owned(),
        kind: SimKind::Physical,
        codes: Codes {
            pin1: "0000".to_owned(),
            puk1: "00000000".to_owned(),
            pin2: "0000".to_owned(),
            puk2: "00000000".to_owned(),
        },
    }
}

async fn mette(fixture: &Fixture, customer: OrganisationId) -> Scope {
    let mut conn = fixture.db.read().await.unwrap();
    let caller: Caller = access::caller(&mut conn, TENANT, METTE, "Mette", "mette", None).await.unwrap();
    access::authorise(&mut conn, &caller, customer, Permission::Read).await.unwrap()
}

#[tokio::test]
async fn a_number_and_a_mobile_subscription_come_to_life_once() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    let ended = bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Completed);
    bench.check(&ended).await;
    assert_eq!(
        bench.effects(),
        ["+telephony +4570100000", "+upload +4570100000", "+assign +4570100000", "+mobile +4526000000"]
    );
}

/// Four calls have effects; each fails in each way. Only a refusal ends in failure, and then without a trace.
#[tokio::test]
async fn each_call_fails_in_each_way_and_nothing_happens_twice_or_stays_behind() {
    for call in 0..4 {
        for fault in FAULTS {
            let bench = Bench::new().await;
            bench.fake.0.lock().unwrap().fault = Some((call, fault));
            let order = bench.order(bench.wishes().await).await;
            let ended = bench.follow(&order, 2).await;
            let expected = match fault {
                Fault::Refused => OrderState::Partial,
                Fault::Unavailable | Fault::Lost | Fault::Busy => OrderState::Completed,
            };
            assert_eq!(ended.state, expected, "call {call}, {fault:?}");
            bench.check(&ended).await;
        }
    }
}

/// The last step of telephony is refused, and each call of taking back then fails in each passing way.
#[tokio::test]
async fn taking_back_bears_every_failure_and_takes_back_once() {
    for call in 3..5 {
        for fault in [Fault::Unavailable, Fault::Lost, Fault::Busy] {
            let bench = Bench::new().await;
            // The licence goes between quote and execution: the third step refuses without a call.
            let order = bench.order(bench.wishes().await.into_iter().take(1).collect()).await;
            bench.fake.0.lock().unwrap().plans = vec![TEAMS];
            bench.fake.0.lock().unwrap().fault = Some((call - 1, fault));
            let ended = bench.follow(&order, 2).await;
            assert_eq!(ended.state, OrderState::Failed, "call {call}, {fault:?}");
            bench.check(&ended).await;
            assert_eq!(bench.standing(), Vec::<String>::new());
        }
    }
}

#[tokio::test]
async fn what_cannot_be_taken_back_stands_held_for_a_person_and_goes_on_when_it_is_mended() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await.into_iter().take(1).collect()).await;
    bench.fake.0.lock().unwrap().plans = Vec::new();
    bench.fake.0.lock().unwrap().refuse_from = Some(2);
    let held = bench.follow(&order, 1).await;
    assert_eq!(held.state, OrderState::Held);
    assert_eq!(bench.standing().len(), 2, "the network still has it");
    bench.fake.0.lock().unwrap().refuse_from = None;
    let ended = bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Failed);
    bench.check(&ended).await;
}

#[tokio::test]
async fn a_network_that_stays_away_holds_the_order_and_loses_nothing() {
    let bench = Bench::new().await;
    bench.fake.0.lock().unwrap().inventory.clear();
    let order = bench.order(bench.wishes().await.into_iter().skip(1).collect()).await;
    {
        let mut worlds = bench.fake.0.lock().unwrap();
        worlds.fault = Some((0, Fault::Unavailable));
    }
    // Each try fails for hours, then the network is back.
    let worker = bench.worker();
    for _ in 0..60 {
        worker.run_until_idle().await.unwrap();
        {
            let mut worlds = bench.fake.0.lock().unwrap();
            worlds.fault = Some((worlds.calls, Fault::Unavailable));
        }
        bench.clock.advance(Duration::from_secs(600));
    }
    let mut conn = bench.fixture.db.read().await.unwrap();
    let held = orders::order(&mut conn, &bench.scope, order.id).await.unwrap();
    drop(conn);
    assert_eq!(held.state, OrderState::Held);
    bench.fake.0.lock().unwrap().fault = None;
    let ended = bench.follow(&order, 2).await;
    assert_eq!(ended.state, OrderState::Completed);
    bench.check(&ended).await;
}

#[tokio::test]
async fn a_cancelled_order_leaves_nothing_wherever_it_was() {
    // After how many looks of the worker the cancellation comes; 0 is before anything was begun.
    for looks in 0..3 {
        let bench = Bench::new().await;
        let order = bench.order(bench.wishes().await.into_iter().take(1).collect()).await;
        if looks > 0 {
            // The second call has no answer, so that the order is half-way when the cancellation comes.
            bench.fake.0.lock().unwrap().fault = Some((looks, Fault::Lost));
            bench.worker().run_one().await.unwrap();
        }
        let mut tx = bench.fixture.db.begin().await.unwrap();
        orders::cancel(&mut tx, &bench.ids, &bench.scope, order.id).await.unwrap();
        tx.commit().await.unwrap();
        let ended = bench.follow(&order, 2).await;
        assert_eq!(ended.state, OrderState::Cancelled, "after {looks} looks");
        bench.check(&ended).await;
        assert_eq!(bench.standing(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_order_that_has_ended_cannot_be_cancelled() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    bench.follow(&order, 1).await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let error = orders::cancel(&mut tx, &bench.ids, &bench.scope, order.id).await.unwrap_err();
    assert_eq!(error.code, "orderEnded");
}

#[tokio::test]
async fn two_orders_for_one_number_and_one_of_them_hears_that_it_is_taken() {
    let bench = Bench::new().await;
    let wish = |number: &str| ItemRequest::ActivateTelephony {
        person: bench.person,
        offering: bench.telephony,
        number: NumberRequest::Series {
            number: Some(number.to_owned()),
        },
    };
    let mut quotes = Vec::new();
    for _ in 0..2 {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest {
            items: vec![wish("+4570100001")],
            comment: None,
        };
        quotes.push(orders::make_quote(&mut tx, &bench.ids, &bench.scope, request).await.unwrap());
        tx.commit().await.unwrap();
    }
    let mut tx = bench.fixture.db.begin().await.unwrap();
    orders::place(&mut tx, &bench.ids, &bench.scope, quotes[0].id).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let error = orders::place(&mut tx, &bench.ids, &bench.scope, quotes[1].id).await.unwrap_err();
    assert_eq!(error.kind, platform::Kind::Conflict);
    let codes: Vec<_> = error.fields.iter().map(|field| field.code.as_str()).collect();
    assert_eq!(codes, ["hasTelephony", "numberTaken"]);
}

#[tokio::test]
async fn a_quote_is_good_once_and_for_half_an_hour_and_at_its_price() {
    let bench = Bench::new().await;
    let quote = || async {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest {
            items: bench.wishes().await.into_iter().take(1).collect(),
            comment: None,
        };
        let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, request).await.unwrap();
        tx.commit().await.unwrap();
        quote.id
    };
    let place = async |quote| {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let outcome = orders::place(&mut tx, &bench.ids, &bench.scope, quote).await;
        if outcome.is_ok() {
            tx.commit().await.unwrap();
        }
        outcome.map(|_| ()).map_err(|error| error.code.into_owned())
    };
    let old = quote().await;
    bench.clock.advance(orders::rules::QUOTE_LIFE);
    assert_eq!(place(old).await, Err("quoteExpired".to_owned()));
    let dear = quote().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let from = bench.clock.now().plus(Duration::from_secs(60));
    catalogue::set_price(&mut tx, &bench.ids, access::for_system(), bench.telephony, from, Money::ZERO, Money::dkk(9_900))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(place(dear).await, Err("priceChanged".to_owned()));
    let good = quote().await;
    assert_eq!(place(good).await, Ok(()));
    assert_eq!(place(good).await, Err("quoteUsed".to_owned()));
}
