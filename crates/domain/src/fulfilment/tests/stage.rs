//! A world in which Anna has telephony, a mobile line with an add-on, and a call group that rings it, and Mette nothing; and
//! what must hold in it.

use super::{
    bench::{Bench, card, offering, offering_called},
    worlds::{ANNA, Line, METTE},
};
use crate::{
    access,
    call_groups::{self, CallGroupId, Strategy},
    catalogue::{OfferingId, OfferingKind},
    directory::{self, PersonId},
    help,
    numbering::{self, NumberKind},
    orders::{
        self, GroupService, ItemRequest, NumberRequest, Order, OrderState, OverflowRequest, Policy,
        SimRequest,
    },
    sims::{self, SimKind},
    subscriptions::{self, Subscription, SubscriptionId, SubscriptionKind, SubscriptionState},
};
use platform::db::{Conn, params};
use std::collections::{BTreeMap, BTreeSet};

/// What they have, in words, to be compared before and after.
pub(super) type Snapshot = BTreeMap<String, String>;

pub(super) struct Stage {
    pub(super) bench: Bench,
    pub(super) mette: PersonId,
    pub(super) telephony: SubscriptionId,
    pub(super) mobile: SubscriptionId,
    pub(super) spare: sims::SimId,
    pub(super) another_add_on: OfferingId,
    pub(super) hardware: OfferingId,
    pub(super) service: OfferingId,
    /// A call group that the mobile line is in.
    pub(super) group: CallGroupId,
}

impl Stage {
    pub(super) async fn new(suspended: bool) -> Stage {
        let bench = Bench::new().await;
        let system = access::for_system();
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let (add_on, goods) = (OfferingKind::AddOn, OfferingKind::Hardware);
        let another_add_on = offering_called(&mut tx, &bench.ids, add_on, "another", 900).await;
        let hardware = offering(&mut tx, &bench.ids, goods, 149_900).await;
        let service = offering(&mut tx, &bench.ids, OfferingKind::Service, 120_000).await;
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
            hardware,
            service,
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

    pub(super) fn create_mobile(&self, sim: SimRequest) -> ItemRequest {
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

    pub(super) async fn undo(&self, order: &Order) -> Result<Order, platform::Error> {
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
        snapshot.insert(
            "sent".to_owned(),
            format!("{:?}", self.sent(&mut conn).await),
        );
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

    /// The hardware that was sent, as it is charged: the item, and of each line the product's code and how many.
    async fn sent(&self, conn: &mut Conn) -> BTreeMap<String, Vec<(String, i64)>> {
        let rows = conn
            .all(
                "SELECT i.id, f.code, l.quantity FROM order_items i JOIN order_lines l ON l.item = i.id
                 JOIN offerings f ON f.id = l.offering WHERE i.state = 'completed' ORDER BY i.id, l.position",
                params![],
            )
            .await
            .unwrap();
        let mut sent: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
        for row in &rows {
            let item: uuid::Uuid = row.get(0).unwrap();
            let line = (row.get(1).unwrap(), row.get(2).unwrap());
            sent.entry(item.to_string()).or_default().push(line);
        }
        sent
    }

    /// The call groups as the network is to know them.
    async fn groups(&self) -> BTreeMap<String, GroupService> {
        let bench = &self.bench;
        let mut conn = bench.fixture.db.read().await.unwrap();
        let mut groups = BTreeMap::new();
        for group in call_groups::live(&mut conn, &bench.scope).await.unwrap() {
            let number = numbering::number(&mut conn, &bench.scope, group.number.unwrap());
            let number = number.await.unwrap().number;
            let mut members = Vec::new();
            for line in &group.members {
                let line = subscriptions::subscription(&mut conn, &bench.scope, *line).await;
                let reached = line.unwrap().number.unwrap();
                let reached = numbering::number(&mut conn, &bench.scope, reached).await;
                members.push(reached.unwrap().number);
            }
            let settings = group.settings;
            let service = GroupService {
                group: group.id.to_string(),
                number,
                name: settings.name,
                strategy: settings.strategy,
                ring_seconds: settings.ring_seconds,
                opening_hours: settings.opening_hours,
                overflow: settings.overflow.map(|overflow| overflow.number),
                members,
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
        let sent = self.sent(&mut conn).await;
        drop(conn);
        let groups = self.groups().await;
        let worlds = bench.fake.0.lock().unwrap();
        assert_eq!(worlds.groups, groups, "{place}: the network's call groups");
        assert_eq!(worlds.parcels, sent, "{place}: parcels in the post");
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
