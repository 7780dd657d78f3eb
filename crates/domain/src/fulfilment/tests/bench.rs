//! A customer to order for, and the checks that hold after every order.

use super::worlds::{ANNA, Fake, METTE, PHONE, TEAMS, TENANT};
use crate::{
    access::{
        self, Caller, NewOrganisation, OrganisationId, OrganisationKind, Permission, Role, Scope,
    },
    catalogue::{self, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    directory::{self, PersonId},
    fulfilment::{CarryOut, Outside, ports::SentCard},
    numbering::{self, NumberKind, NumberState},
    orders::{
        self, ItemRequest, ItemState, NumberRequest, Order, Policy, QuoteRequest, SimRequest,
    },
    sims::{self, Codes, NewSim, SimKind, SimState},
    subscriptions::{self, SubscriptionState},
};
use platform::{
    Ids, Instant, Money, i18n::Language, jobs::Worker, outbox, seal::Sealer, testing::Fixture,
    time::ManualClock,
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// A customer with one licensed person, two landline numbers, a pool and a drawer.
pub(super) struct Bench {
    pub(super) fixture: Fixture,
    pub(super) clock: Arc<ManualClock>,
    pub(super) ids: Ids,
    pub(super) fake: Fake,
    pub(super) scope: Scope,
    pub(super) person: PersonId,
    pub(super) telephony: OfferingId,
    pub(super) mobile: OfferingId,
    pub(super) larger: OfferingId,
    pub(super) add_on: OfferingId,
    pub(super) operator: OrganisationId,
    pub(super) customer: OrganisationId,
    pub(super) sealer: Arc<Sealer>,
}

impl Bench {
    pub(super) async fn new() -> Bench {
        let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
        let ids = Ids::new(clock.clone());
        let fixture = Fixture::new(crate::migrations()).await;
        let fake = Fake::default();
        fake.0.lock().unwrap().plans = vec![TEAMS, PHONE];
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let operator = organisation(&mut tx, &ids, OrganisationKind::Operator, None, "1").await;
        let customer = organisation(
            &mut tx,
            &ids,
            OrganisationKind::Customer,
            Some(operator),
            "2",
        )
        .await;
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
        let sealer = Arc::new(sealer);
        sims::add_to_drawer(&mut tx, &ids, system, &sealer, customer, &[card(1)])
            .await
            .unwrap();
        let telephony = offering(&mut tx, &ids, OfferingKind::Telephony, 4_900).await;
        let mobile = offering(&mut tx, &ids, OfferingKind::MobilePackage, 7_900).await;
        let larger =
            offering_called(&mut tx, &ids, OfferingKind::MobilePackage, "larger", 12_900).await;
        let add_on = offering(&mut tx, &ids, OfferingKind::AddOn, 1_900).await;
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
            larger,
            add_on,
            operator,
            customer,
            sealer,
        };
        bench.sync().await;
        bench
    }

    /// Lets the directory in and finds Anna.
    pub(super) async fn sync(&mut self) {
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

    pub(super) fn worker(&self) -> Worker {
        let fake = Arc::new(self.fake.clone());
        Worker::new(self.fixture.db.clone(), self.clock.clone())
            .with(
                orders::CARRY_OUT,
                Arc::new(CarryOut {
                    db: self.fixture.db.clone(),
                    ids: self.ids.clone(),
                    clock: self.clock.clone(),
                    outside: Outside {
                        network: fake.clone(),
                        teams: fake.clone(),
                        directory: fake.clone(),
                    },
                    sealer: self.sealer.clone(),
                    portal: "https://portal.example/".parse().unwrap(),
                }),
            )
            .with(
                outbox::SEND_MAIL,
                Arc::new(outbox::SendMail {
                    db: self.fixture.db.clone(),
                    clock: self.clock.clone(),
                    transport: fake,
                }),
            )
    }

    pub(super) async fn wishes(&self) -> Vec<ItemRequest> {
        let mut conn = self.fixture.db.read().await.unwrap();
        let (cards, _) = sims::list(&mut conn, &self.scope, None, "", None, 1)
            .await
            .unwrap();
        vec![
            ItemRequest::ActivateTelephony {
                person: self.person,
                offering: self.telephony,
                number: NumberRequest::Series { number: None },
                date: None,
            },
            ItemRequest::CreateMobile {
                person: self.person,
                offering: self.mobile,
                number: NumberRequest::New {},
                sim: SimRequest::Unassigned { sim: cards[0].id },
                date: None,
            },
        ]
    }

    pub(super) async fn order(&self, items: Vec<ItemRequest>) -> Order {
        let mut tx = self.fixture.db.begin().await.unwrap();
        let policy = Policy::default();
        let request = QuoteRequest::of(items);
        let quote = orders::make_quote(&mut tx, &self.ids, &self.scope, &policy, request)
            .await
            .unwrap();
        assert_eq!(quote.answer.problems, []);
        let order = orders::place(&mut tx, &self.ids, &self.scope, &policy, quote.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        order
    }

    /// Works, and lets time pass, until the order has ended or `hours` are over.
    pub(super) async fn follow(&self, order: &Order, hours: u64) -> Order {
        let worker = self.worker();
        for _ in 0..hours * 120 {
            worker.run_until_idle().await.unwrap();
            let mut conn = self.fixture.db.read().await.unwrap();
            let now = orders::order(&mut conn, &self.scope, order.id)
                .await
                .unwrap();
            if orders::rules::is_final(now.state) {
                return now;
            }
            drop(conn);
            self.clock.advance(Duration::from_secs(30));
        }
        let mut conn = self.fixture.db.read().await.unwrap();
        orders::order(&mut conn, &self.scope, order.id)
            .await
            .unwrap()
    }

    pub(super) fn effects(&self) -> Vec<String> {
        self.fake.0.lock().unwrap().effects.clone()
    }

    /// What stands at the outside worlds when each effect is set against its opposite; an effect that was had twice fails.
    pub(super) fn standing(&self) -> Vec<String> {
        let mut standing: Vec<String> = Vec::new();
        for effect in self.effects() {
            let (sign, what) = effect.split_at(1);
            if sign == "+" {
                assert!(
                    !standing.contains(&what.to_owned()),
                    "{what} was done twice: {:?}",
                    self.effects()
                );
                standing.push(what.to_owned());
            } else {
                let place = standing.iter().position(|known| known == what);
                standing.remove(place.unwrap_or_else(|| {
                    panic!("{what} was taken back twice: {:?}", self.effects())
                }));
            }
        }
        standing
    }

    /// Everything here agrees with how each item ended.
    pub(super) async fn check(&self, order: &Order) {
        let mut conn = self.fixture.db.read().await.unwrap();
        let items = orders::items(&mut conn, &self.scope, order.id)
            .await
            .unwrap();
        let mut expected = Vec::new();
        for item in &items {
            let id = item.subscription.expect("each item has a subscription");
            let subscription = subscriptions::subscription(&mut conn, &self.scope, id)
                .await
                .unwrap();
            let number = item.number.clone().expect("each item has a number");
            if item.state == ItemState::Completed {
                assert_eq!(subscription.state, SubscriptionState::Active);
                let found = numbering::find(&mut conn, &self.scope, &number)
                    .await
                    .unwrap()
                    .unwrap();
                assert_eq!(
                    (found.state, found.holder),
                    (NumberState::Active, Some(id.0))
                );
                match item.iccid {
                    Some(_) => expected.push(format!("mobile {number}")),
                    None => expected.extend(
                        ["telephony", "upload", "assign"].map(|what| format!("{what} {number}")),
                    ),
                }
            } else {
                assert_eq!(subscription.state, SubscriptionState::Ended);
                let found = numbering::find(&mut conn, &self.scope, &number)
                    .await
                    .unwrap();
                assert!(found.is_none_or(
                    |number| number.state == NumberState::Free && number.holder.is_none()
                ));
                if item.iccid.is_some() {
                    let (cards, _) = sims::list(&mut conn, &self.scope, None, "", None, 1)
                        .await
                        .unwrap();
                    assert_eq!(cards[0].state, SimState::Unassigned);
                }
            }
        }
        let mut standing = self.standing();
        standing.sort();
        expected.sort();
        assert_eq!(
            standing, expected,
            "what stands outside is not what the order says"
        );
    }
}

pub(super) async fn organisation(
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

pub(super) async fn offering(
    tx: &mut platform::db::Tx,
    ids: &Ids,
    kind: OfferingKind,
    monthly: i64,
) -> OfferingId {
    offering_called(tx, ids, kind, kind.as_str(), monthly).await
}

pub(super) async fn offering_called(
    tx: &mut platform::db::Tx,
    ids: &Ids,
    kind: OfferingKind,
    code: &str,
    price: i64,
) -> OfferingId {
    let once = matches!(kind, OfferingKind::Hardware | OfferingKind::Service);
    let name = || Texts {
        en: kind.to_string(),
        da: kind.to_string(),
    };
    let new = NewOffering {
        kind,
        code: code.to_owned(),
        name: name(),
        description: name(),
        attributes: Attributes::default(),
        position: 0,
        sold_from: Instant(0),
        one_time: Money::dkk(if once { price } else { 0 }),
        monthly: Money::dkk(if once { 0 } else { price }),
    };
    catalogue::add_offering(tx, ids, access::for_system(), &new)
        .await
        .unwrap()
}

pub(super) fn card(serial: u64) -> NewSim {
    let body = &format!("894501{serial:012}");
    NewSim {
        iccid: format!("{body}{}", sims::rules::check_digit(body)),
        imsi: format!("23801{serial:010}"),
        kind: SimKind::Physical,
        codes: Codes {
            pin1: "0000".to_owned(),
            puk1: "00000000".to_owned(),
            pin2: "0000".to_owned(),
            puk2: "00000000".to_owned(),
        },
    }
}

pub(super) async fn mette(fixture: &Fixture, customer: OrganisationId) -> Scope {
    let mut conn = fixture.db.read().await.unwrap();
    let caller: Caller = access::caller(&mut conn, TENANT, METTE, "Mette", "mette", None)
        .await
        .unwrap();
    access::authorise(&mut conn, &caller, customer, Permission::Read)
        .await
        .unwrap()
}

/// A card as the network tells it.
pub(super) fn sent_card(serial: u64) -> SentCard {
    let card = card(serial);
    SentCard {
        iccid: card.iccid,
        imsi: card.imsi,
        pin1: card.codes.pin1,
        puk1: card.codes.puk1,
        pin2: card.codes.pin2,
        puk2: card.codes.puk2,
    }
}
