//! What a profile says at its bottom is what the rating rules charge for a full month, to the øre, whatever somebody has had.

use super::{
    super::super::{person_details, rules::discount},
    everybody, list_people,
};
use crate::{
    access::{self, NewOrganisation, NumberType, OrganisationKind, Scope},
    billing::{DiscountRule, TariffCategory, rules},
    catalogue::{self, Attributes, NewOffering, OfferingId, OfferingKind, Texts},
    directory::{self, LocalDetails, PersonId},
    subscriptions::{self, Agreed, IntervalKind, SubscriptionId, SubscriptionState},
};
use platform::{
    Ids, Instant, Money, Period,
    db::{Tx, params},
    i18n::Language,
    testing::Fixture,
    time::ManualClock,
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// A life of one subscription: what was agreed for its package, add-ons with their prices and whether each was taken away again,
/// a package that came later, and how it stands now.
#[derive(Clone, Debug)]
struct Life {
    package: i64,
    add_ons: Vec<(i64, bool)>,
    later: Option<i64>,
    now: &'static str,
}

fn life() -> impl Strategy<Value = Life> {
    let states = prop::sample::select(vec!["ordered", "active", "suspended", "ending", "ended"]);
    let price = || prop_oneof![Just(0_i64), 1_i64..100_000];
    (
        price(),
        prop::collection::vec((price(), any::<bool>()), 0..6),
        prop::option::of(price()),
        states,
    )
        .prop_map(|(package, add_ons, later, now)| Life {
            package,
            add_ons,
            later,
            now,
        })
}

struct World {
    fixture: Fixture,
    clock: Arc<ManualClock>,
    ids: Ids,
    scope: Scope,
    telephony: OfferingId,
    packages: [OfferingId; 2],
    add_ons: Vec<OfferingId>,
}

async fn offering(tx: &mut Tx, ids: &Ids, kind: OfferingKind, code: &str) -> OfferingId {
    let text = || Texts {
        en: code.to_owned(),
        da: code.to_owned(),
    };
    let new = NewOffering {
        kind,
        code: code.to_owned(),
        name: text(),
        description: text(),
        attributes: Attributes::default(),
        position: 0,
        sold_from: Instant(0),
        one_time: Money::ZERO,
        monthly: Money::ZERO,
    };
    catalogue::add_offering(tx, ids, access::for_system(), &new)
        .await
        .unwrap()
}

impl World {
    async fn new() -> World {
        let clock = Arc::new(ManualClock::at(
            Instant::parse("2026-11-21T12:00:00Z").unwrap(),
        ));
        let ids = Ids::new(clock.clone());
        let fixture = Fixture::new(crate::migrations()).await;
        let system = access::for_system();
        let mut tx = fixture.db.begin().await.unwrap();
        let mut above = None;
        for kind in [OrganisationKind::Operator, OrganisationKind::Customer] {
            let new = NewOrganisation {
                kind,
                name: kind.to_string(),
                customer_number: kind.to_string(),
                parent: above,
                tenant: None,
                language: Language::En,
                number_type: NumberType::OperatorConnect,
            };
            above = Some(
                access::create_organisation(&mut tx, &ids, system, &new)
                    .await
                    .unwrap(),
            );
        }
        let telephony = offering(&mut tx, &ids, OfferingKind::Telephony, "telephony").await;
        let packages = [
            offering(&mut tx, &ids, OfferingKind::MobilePackage, "s").await,
            offering(&mut tx, &ids, OfferingKind::MobilePackage, "l").await,
        ];
        let mut add_ons = Vec::new();
        for place in 0..6 {
            let code = format!("add-on {place}");
            add_ons.push(offering(&mut tx, &ids, OfferingKind::AddOn, &code).await);
        }
        tx.commit().await.unwrap();
        let mut conn = fixture.db.read().await.unwrap();
        let scope = access::for_work(&mut conn, system, above.unwrap())
            .await
            .unwrap();
        drop(conn);
        World {
            fixture,
            clock,
            ids,
            scope,
            telephony,
            packages,
            add_ons,
        }
    }

    /// A subscription that lives so, by the verbs that orders end with.
    async fn live(&self, person: PersonId, kind: &str, life: &Life) -> SubscriptionId {
        let (ids, scope) = (&self.ids, &self.scope);
        let id: SubscriptionId = ids.make();
        let number = self.ids.uuid();
        let (package, number_kind) = match kind {
            "telephony" => (self.telephony, "landline"),
            _ => (self.packages[0], "mobile"),
        };
        let agreed = |offering, monthly| Agreed {
            offering,
            monthly: Money::dkk(monthly),
            item: Uuid::nil(),
        };
        let mut tx = self.fixture.db.begin().await.unwrap();
        tx.execute(
            "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?4, 'active', ?5, 0)",
            params![number, format!("+{}", id.0.as_u128() % 1_000_000_000_000), number_kind, scope.organisation(), id],
        )
        .await
        .unwrap();
        tx.execute(
            "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, state, monthly, ordered_at, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'ordered', ?7, ?8, 1)",
            params![id, scope.organisation(), person, kind, package, number, life.package, ids.now()],
        )
        .await
        .unwrap();
        if life.now == "ordered" {
            tx.commit().await.unwrap();
            return id;
        }
        let first = agreed(package, life.package);
        subscriptions::activate(&mut tx, ids, scope, id, first, &[], false)
            .await
            .unwrap();
        for ((monthly, stays), offering) in life.add_ons.iter().zip(&self.add_ons) {
            subscriptions::add_add_on(&mut tx, ids, scope, id, agreed(*offering, *monthly))
                .await
                .unwrap();
            self.clock.advance(Duration::from_secs(3_600));
            if !stays {
                subscriptions::remove_add_on(&mut tx, ids, scope, id, *offering)
                    .await
                    .unwrap();
            }
        }
        if let Some(monthly) = life.later {
            let later = agreed(self.packages[1], monthly);
            subscriptions::change_package(&mut tx, ids, scope, id, later)
                .await
                .unwrap();
        }
        let state = SubscriptionState::parse(life.now).unwrap();
        if state == SubscriptionState::Ended {
            subscriptions::end(&mut tx, ids, scope, id).await.unwrap();
        } else {
            let active = SubscriptionState::Active;
            subscriptions::set_state(&mut tx, scope, id, active, state)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        id
    }

    /// Discounts of each width, with rates that do not divide evenly.
    fn discounts(&self) -> Vec<DiscountRule> {
        let of = |rate, category, offering| DiscountRule {
            rate,
            category,
            offering,
            from: Period::of(self.ids.now()),
            until: None,
        };
        vec![
            of(333, None, None),
            of(1_250, Some(TariffCategory::AddOns), None),
            of(999, None, Some(self.packages[1])),
        ]
    }

    /// What the rules of invoices charge for a subscription in a month that it goes through whole, and what the discounts take off.
    async fn charged(&self, id: SubscriptionId, period: Period) -> (Money, Money) {
        let discounts = self.discounts();
        let mut conn = self.fixture.db.read().await.unwrap();
        subscriptions::intervals(&mut conn, &self.scope, id)
            .await
            .unwrap()
            .iter()
            .filter_map(|interval| {
                let from = interval.started_at.danish_day();
                let until = interval.ended_at.map(Instant::danish_day);
                let days = rules::chargeable(period, from, until)?;
                let (quantity, _, base) = rules::recurring(period, days);
                let full = rules::extend(quantity, interval.monthly, base);
                let category = match interval.kind {
                    IntervalKind::Package => TariffCategory::Subscriptions,
                    IntervalKind::AddOn => TariffCategory::AddOns,
                };
                let offering = Some(interval.offering);
                let rate = rules::charges::rate(&discounts, period, category, offering);
                let off = rules::discount(full, rate).map_or(Money::ZERO, |off| off.amount);
                Some((full, off))
            })
            .fold((Money::ZERO, Money::ZERO), |sum, (full, off)| {
                (sum.0.plus(full), sum.1.plus(off))
            })
    }
}

#[tokio::test]
async fn the_total_is_what_a_full_month_is_charged_with() {
    let world = World::new().await;
    let mut runner = TestRunner::deterministic();
    let lives = (prop::option::of(life()), prop::option::of(life()));
    let mut people = Vec::new();
    for serial in 0..60 {
        let details = LocalDetails {
            first_name: "Person".to_owned(),
            last_name: serial.to_string(),
            email: None,
            title: None,
            department: None,
            mobile_phone: None,
        };
        let mut tx = world.fixture.db.begin().await.unwrap();
        let person = directory::create_local(&mut tx, &world.ids, &world.scope, &details)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let (telephony, mobile) = lives.new_tree(&mut runner).unwrap().current();
        let mut held = Vec::new();
        if let Some(life) = &telephony {
            held.push(world.live(person, "telephony", life).await);
        }
        if let Some(life) = &mobile {
            held.push(world.live(person, "mobile", life).await);
        }
        people.push((person, held, (telephony, mobile)));
    }
    let next = Period::of(world.ids.now()).next();
    let mut conn = world.fixture.db.read().await.unwrap();
    let page = list_people(
        &mut conn,
        &world.scope,
        &super::PeopleQuery {
            limit: 500,
            ..everybody()
        },
    )
    .await
    .unwrap();
    assert_eq!(page.rows.len(), people.len());
    let (mut costs, mut whole) = (0, Money::ZERO);
    for (person, held, lives) in people {
        // In a month of 28 days as in one of 31.
        for period in [next, next.next(), next.next().next()] {
            let (mut charged, mut off) = (Money::ZERO, Money::ZERO);
            for id in &held {
                let (full, less) = world.charged(*id, period).await;
                (charged, off) = (charged.plus(full), off.plus(less));
            }
            let profile = person_details(&mut conn, &world.scope, person)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(profile.row.monthly, charged, "{lives:?} in {period}");
            let discount = discount(&profile.row.subscriptions, &world.discounts(), period);
            assert_eq!(discount, off, "what {lives:?} has off in {period}");
            let row = page.rows.iter().find(|row| row.person.id == person);
            assert_eq!(row.unwrap().monthly, charged, "{lives:?} in the list");
            if period == next {
                whole = whole.plus(charged);
            }
        }
        costs += i32::from(!held.is_empty());
    }
    assert!(costs > 20 && whole.amount > 0, "the lives are all alike");
    // And the landing page adds up the same.
    let figures = super::dashboard(&mut conn, &world.scope).await.unwrap();
    let products: Money = figures.products.iter().map(|product| product.monthly).sum();
    assert_eq!(products, whole);
}
