//! Every kind of order, at its best and with each call of each step failing in each way, the process killed at each, cancelled
//! half-way, and undone. What stands outside is compared with what stands here after each.

mod table;

use super::{
    bench::{Bench, card},
    worlds::{ANNA, Fault, Line, METTE},
};
use crate::{
    access,
    call_groups::{self, CallGroupId, Strategy},
    directory::{self, PersonId},
    help,
    numbering::{self, NumberKind},
    orders::{
        self, GroupService, ItemRequest, NumberRequest, Order, OrderState, OverflowRequest, Policy,
        SimRequest,
    },
    overview,
    sims::{self, SimKind},
    subscriptions::{self, Subscription, SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::db::{Conn, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use table::{KINDS, Wish};

pub(super) struct Stage {
    pub(super) bench: Bench,
    mette: PersonId,
    pub(super) telephony: SubscriptionId,
    pub(super) mobile: SubscriptionId,
    pub(super) spare: sims::SimId,
    pub(super) another_add_on: crate::catalogue::OfferingId,
    /// A call group that the mobile line is in.
    pub(super) group: CallGroupId,
}

/// What they have, in words, to be compared before and after.
pub(super) type Snapshot = BTreeMap<String, String>;

impl Stage {
    pub(super) async fn new(suspended: bool) -> Stage {
        let bench = Bench::new().await;
        let system = access::for_system();
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let another_add_on = super::bench::offering_called(
            &mut tx,
            &bench.ids,
            crate::catalogue::OfferingKind::AddOn,
            "another",
            900,
        )
        .await;
        let mut profile = card(3);
        profile.kind = SimKind::ESim;
        for (owner, sim) in [
            (bench.customer, card(2)),
            (bench.operator, profile),
            (bench.operator, card(4)),
        ] {
            sims::add_to_drawer(&mut tx, &bench.ids, system, &bench.sealer, owner, &[sim])
                .await
                .unwrap();
        }
        let (mobile, first, last) = (NumberKind::Mobile, "+4525000000", "+4525000003");
        numbering::add_series(
            &mut tx,
            &bench.ids,
            system,
            bench.customer,
            mobile,
            first,
            last,
        )
        .await
        .unwrap();
        let address = help::DeliveryAddress {
            name: "Nordlys A/S".to_owned(),
            attention: None,
            street: "Havnegade 1".to_owned(),
            postal_code: "8000".to_owned(),
            city: "Aarhus C".to_owned(),
            country: "DK".to_owned(),
        };
        help::begin_address(&mut tx, &bench.ids, system, bench.customer, &address)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let order = bench.order(bench.wishes().await).await;
        bench.follow(&order, 1).await;
        let mut conn = bench.fixture.db.read().await.unwrap();
        let live = subscriptions::live_of_person(&mut conn, &bench.scope, bench.person)
            .await
            .unwrap();
        let of = |kind| live.iter().find(|found| found.kind == kind).unwrap().id;
        let mette = directory::person_by_object(&mut conn, &bench.scope, METTE)
            .await
            .unwrap()
            .expect("Mette was mirrored");
        let (cards, _) = sims::list(
            &mut conn,
            &bench.scope,
            Some(sims::SimState::Unassigned),
            "",
            None,
            9,
        )
        .await
        .unwrap();
        drop(conn);
        let mut stage = Stage {
            mette: mette.id,
            group: CallGroupId(uuid::Uuid::nil()),
            telephony: of(SubscriptionKind::Telephony),
            mobile: of(SubscriptionKind::Mobile),
            spare: cards[0].id,
            another_add_on,
            bench,
        };
        let mut wishes = vec![ItemRequest::AddAddOn {
            subscription: stage.mobile,
            offering: stage.bench.add_on,
            date: None,
        }];
        wishes.push(ItemRequest::CreateCallGroup {
            name: "Reception".to_owned(),
            number: NumberRequest::Series { number: None },
            members: vec![stage.mobile.0],
            strategy: Strategy::InOrder,
            ring_seconds: 15,
            opening_hours: None,
            overflow: Some(OverflowRequest::Number("+4570100009".to_owned())),
            date: None,
        });
        stage.carry_out(wishes.split_off(0)).await;
        let mut conn = stage.bench.fixture.db.read().await.unwrap();
        let groups = call_groups::live(&mut conn, &stage.bench.scope).await;
        stage.group = groups.unwrap()[0].id;
        drop(conn);
        if suspended {
            stage
                .carry_out(vec![ItemRequest::SuspendSim {
                    subscription: stage.mobile,
                    reason: None,
                    date: None,
                }])
                .await;
        }
        stage.bench.fake.0.lock().unwrap().calls = 0;
        stage
    }

    fn create_mobile(&self, sim: SimRequest) -> ItemRequest {
        ItemRequest::CreateMobile {
            person: self.mette,
            offering: self.bench.mobile,
            number: NumberRequest::New {},
            sim,
            date: None,
        }
    }

    /// What both of them have, or are being given.
    async fn live(&self, conn: &mut Conn) -> Vec<Subscription> {
        let mut live = Vec::new();
        for person in [self.bench.person, self.mette] {
            live.extend(
                subscriptions::live_of_person(conn, &self.bench.scope, person)
                    .await
                    .unwrap(),
            );
        }
        live
    }

    pub(super) async fn carry_out(&self, wishes: Vec<ItemRequest>) -> Order {
        let order = self.bench.order(wishes).await;
        let ended = self.bench.follow(&order, 1).await;
        assert_eq!(ended.state, OrderState::Completed);
        ended
    }

    async fn undo(&self, order: &Order) -> Result<Order, platform::Error> {
        let bench = &self.bench;
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let policy = Policy::default();
        let undone = orders::undo(&mut tx, &bench.ids, &bench.scope, &policy, order.id).await?;
        tx.commit().await.unwrap();
        Ok(undone)
    }

    pub(super) async fn snapshot(&self) -> Snapshot {
        let bench = &self.bench;
        let mut conn = bench.fixture.db.read().await.unwrap();
        let mut snapshot = Snapshot::new();
        for subscription in self.live(&mut conn).await {
            let number = match subscription.number {
                Some(id) => numbering::number(&mut conn, &bench.scope, id)
                    .await
                    .unwrap(),
                None => panic!("a live subscription without a number"),
            };
            let sim = match subscription.sim {
                Some(id) => sims::sim(&mut conn, &bench.scope, id).await.unwrap(),
                None => None,
            };
            let mut add_ons: Vec<_> =
                subscriptions::open_intervals(&mut conn, &bench.scope, &[subscription.id])
                    .await
                    .unwrap()
                    .iter()
                    .map(|interval| (interval.kind, interval.offering, interval.monthly.amount))
                    .collect();
            add_ons.sort_by_key(|(_, offering, _)| *offering);
            snapshot.insert(
                subscription.id.to_string(),
                format!(
                    "{} {} {} {:?} {} {:?} {} {add_ons:?}",
                    subscription.kind,
                    subscription.state,
                    number.number,
                    sim.as_ref().map(|sim| (&sim.iccid, sim.state)),
                    subscription.monthly.amount,
                    number.state,
                    subscription.offering,
                ),
            );
        }
        let drawer = Some(sims::SimState::Unassigned);
        let (_, cards) = sims::list(&mut conn, &bench.scope, drawer, "", None, 1)
            .await
            .unwrap();
        snapshot.insert("drawer".to_owned(), cards.to_string());
        for group in call_groups::live(&mut conn, &bench.scope).await.unwrap() {
            let number = numbering::number(&mut conn, &bench.scope, group.number.unwrap())
                .await
                .unwrap();
            assert_eq!(group.moved_by, None, "nobody changes it any more");
            snapshot.insert(
                group.id.to_string(),
                format!(
                    "{} {} {:?} {:?} {:?}",
                    group.state, number.number, number.state, group.settings, group.members
                ),
            );
        }
        snapshot
    }

    /// The call groups as the network is to know them.
    async fn groups(&self) -> BTreeMap<String, GroupService> {
        let bench = &self.bench;
        let mut conn = bench.fixture.db.read().await.unwrap();
        let mut groups = BTreeMap::new();
        for row in overview::call_groups(&mut conn, &bench.scope)
            .await
            .unwrap()
        {
            let settings = row.group.settings;
            let service = GroupService {
                group: row.group.id.to_string(),
                number: row.number.unwrap().number,
                name: settings.name,
                strategy: settings.strategy,
                ring_seconds: settings.ring_seconds,
                opening_hours: settings.opening_hours,
                overflow: settings.overflow.map(|overflow| overflow.number),
                members: row
                    .members
                    .into_iter()
                    .filter_map(|member| member.number)
                    .collect(),
            };
            groups.insert(service.group.clone(), service);
        }
        groups
    }

    /// What runs outside is what stands here: each line with its card, package and add-ons, each number with its person.
    pub(super) async fn check(&self, place: &str) {
        let bench = &self.bench;
        let mut conn = bench.fixture.db.read().await.unwrap();
        let mut lines = BTreeMap::new();
        let mut routed = BTreeSet::new();
        let everything = subscriptions::of_organisation(&mut conn, &bench.scope)
            .await
            .unwrap();
        for subscription in everything {
            let number = numbering::number(&mut conn, &bench.scope, subscription.number.unwrap())
                .await
                .unwrap()
                .number;
            if subscription.kind == SubscriptionKind::Telephony {
                routed.insert(number);
                continue;
            }
            let sim = sims::sim(&mut conn, &bench.scope, subscription.sim.unwrap())
                .await
                .unwrap()
                .unwrap();
            let mut line = Line {
                iccid: sim.iccid,
                suspended: subscription.state == SubscriptionState::Suspended,
                ..Line::default()
            };
            for interval in
                subscriptions::open_intervals(&mut conn, &bench.scope, &[subscription.id])
                    .await
                    .unwrap()
            {
                let code = crate::catalogue::code(&mut conn, interval.offering)
                    .await
                    .unwrap();
                if interval.kind == subscriptions::IntervalKind::Package {
                    line.package = code;
                } else {
                    line.add_ons.insert(code);
                }
            }
            lines.insert(number, line);
        }
        let stray = conn
            .one("SELECT COUNT(*) FROM sim_arrivals", params![])
            .await
            .unwrap();
        assert_eq!(stray.get::<i64>(0).unwrap(), 0, "{place}: cards that come");
        let stray = conn
            .one(
                "SELECT COUNT(*) FROM numbers WHERE state = 'reserved'",
                params![],
            )
            .await
            .unwrap();
        assert_eq!(stray.get::<i64>(0).unwrap(), 0, "{place}: reserved numbers");
        let stray = conn
            .one(
                "SELECT COUNT(*) FROM sims WHERE state = 'reserved'",
                params![],
            )
            .await
            .unwrap();
        assert_eq!(stray.get::<i64>(0).unwrap(), 0, "{place}: reserved SIMs");
        drop(conn);
        let groups = self.groups().await;
        let worlds = bench.fake.0.lock().unwrap();
        assert_eq!(worlds.groups, groups, "{place}: the network's call groups");
        assert_eq!(worlds.lines, lines, "{place}: the network's lines");
        assert_eq!(worlds.routed, routed, "{place}: routed numbers");
        let assigned: BTreeSet<String> = worlds
            .inventory
            .iter()
            .filter(|(_, to)| [ANNA, METTE].iter().any(|who| **to == Some(*who)))
            .map(|(number, _)| number.clone())
            .collect();
        assert_eq!(assigned, routed, "{place}: numbers in Teams");
        let uploaded: BTreeSet<String> = worlds.inventory.keys().cloned().collect();
        assert_eq!(uploaded, routed, "{place}: the tenant's inventory");
    }
}

#[tokio::test]
async fn each_kind_is_carried_out_and_undone() {
    for (name, suspended, wish) in KINDS {
        let stage = Stage::new(suspended).await;
        let before = stage.snapshot().await;
        let order = stage.carry_out(vec![wish(&stage)]).await;
        stage.check(name).await;
        assert_ne!(stage.snapshot().await, before, "{name}");
        match stage.undo(&order).await {
            Ok(undo) => {
                let ended = stage.bench.follow(&undo, 1).await;
                assert_eq!(ended.state, OrderState::Completed, "{name} undone");
                stage.check(name).await;
                assert_eq!(stage.snapshot().await, before, "{name} undone");
                let again = stage.undo(&order).await.unwrap_err();
                assert_eq!(again.code, "undoneAlready", "{name}");
            }
            Err(error) => {
                assert_eq!(error.code, "undoSimPosted", "{name}");
                assert!(name.ends_with("by post") || name == "orderSims", "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_subscription_is_undone_as_if_it_had_never_been() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    let ended = bench.follow(&order, 1).await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let policy = Policy::default();
    let undo = orders::undo(&mut tx, &bench.ids, &bench.scope, &policy, ended.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(bench.follow(&undo, 1).await.state, OrderState::Completed);
    assert_eq!(bench.standing(), Vec::<String>::new());
    let mut conn = bench.fixture.db.read().await.unwrap();
    // The new number is the operator's again, the other free in its series, the card back in the drawer.
    let ours = numbering::count_free(
        &mut conn,
        &bench.scope,
        bench.customer,
        NumberKind::Landline,
    );
    assert_eq!(ours.await.unwrap(), 2);
    let theirs = numbering::count_free(&mut conn, &bench.scope, bench.operator, NumberKind::Mobile);
    assert_eq!(theirs.await.unwrap(), 2);
    let (cards, _) = sims::list(&mut conn, &bench.scope, None, "", None, 9)
        .await
        .unwrap();
    assert_eq!(cards[0].state, sims::SimState::Unassigned);
}

/// How many calls with an effect an order of this kind makes.
async fn calls(suspended: bool, wish: Wish) -> usize {
    let stage = Stage::new(suspended).await;
    stage.carry_out(vec![wish(&stage)]).await;
    let calls = stage.bench.fake.0.lock().unwrap().calls;
    assert!(calls > 0);
    calls
}

/// What may happen to the call of a step. Only a refusal ends in failure, and then everything is as it was.
#[tokio::test]
async fn each_call_of_each_kind_fails_in_each_way_and_nothing_happens_twice_or_stays_behind() {
    for (name, suspended, wish) in KINDS {
        for call in 0..calls(suspended, wish).await {
            for fault in [Fault::Refused, Fault::Lost, Fault::Unavailable] {
                let place = format!("{name}, call {call}, {fault:?}");
                let stage = Stage::new(suspended).await;
                let before = stage.snapshot().await;
                stage.bench.fake.0.lock().unwrap().fault = Some((call, fault));
                let order = stage.bench.order(vec![wish(&stage)]).await;
                let ended = stage.bench.follow(&order, 2).await;
                let expected = match fault {
                    Fault::Refused => OrderState::Failed,
                    _ => OrderState::Completed,
                };
                assert_eq!(ended.state, expected, "{place}");
                stage.check(&place).await;
                if expected == OrderState::Failed {
                    assert_eq!(stage.snapshot().await, before, "{place}");
                }
            }
        }
    }
}

/// The process is gone after the effect and before it is recorded; another one takes over when the lease has run out.
#[tokio::test]
async fn a_process_that_dies_at_a_step_is_followed_by_one_that_goes_on_from_there() {
    for (name, suspended, wish) in KINDS {
        for call in 0..calls(suspended, wish).await {
            let place = format!("{name}, killed at call {call}");
            let stage = Stage::new(suspended).await;
            let killed = {
                let mut worlds = stage.bench.fake.0.lock().unwrap();
                worlds.fault = Some((call, Fault::Killed));
                worlds.killed.clone()
            };
            let order = stage.bench.order(vec![wish(&stage)]).await;
            tokio::select! {
                _ = stage.bench.follow(&order, 1) => panic!("{place}: it was not killed"),
                () = killed.notified() => {}
            }
            stage.bench.clock.advance(Duration::from_secs(120));
            let ended = stage.bench.follow(&order, 1).await;
            assert_eq!(ended.state, OrderState::Completed, "{place}");
            stage.check(&place).await;
        }
    }
}

/// The answer to each call that takes something back is lost, so each is taken back twice: it is asked for, and what stands outside
/// is taken back once.
#[tokio::test]
async fn each_kind_that_is_cancelled_half_way_leaves_everything_as_it_was() {
    for (name, suspended, wish) in KINDS {
        for call in 0..calls(suspended, wish).await {
            let place = format!("{name}, cancelled at call {call}");
            let stage = Stage::new(suspended).await;
            let before = stage.snapshot().await;
            stage.bench.fake.0.lock().unwrap().fault = Some((call, Fault::Lost));
            let order = stage.bench.order(vec![wish(&stage)]).await;
            stage.bench.worker().run_one().await.unwrap();
            let made = {
                let mut worlds = stage.bench.fake.0.lock().unwrap();
                worlds.lost_from = Some(worlds.calls);
                worlds.calls
            };
            let mut tx = stage.bench.fixture.db.begin().await.unwrap();
            orders::cancel(&mut tx, &stage.bench.ids, &stage.bench.scope, order.id)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let ended = stage.bench.follow(&order, 2).await;
            assert_eq!(ended.state, OrderState::Cancelled, "{place}");
            stage.check(&place).await;
            assert_eq!(stage.snapshot().await, before, "{place}");
            let worlds = stage.bench.fake.0.lock().unwrap();
            assert_eq!(worlds.calls, 2 * made, "{place}: once there, once back");
        }
    }
}
