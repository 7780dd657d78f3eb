//! Orders for a day, and wishes that cannot be granted.

use super::stage::Stage;
use crate::{
    access, numbering,
    orders::{
        self, Action, ItemRequest, ItemState, NumberFate, NumberRequest, OrderId, OrderState,
        Policy, QuoteRequest, SimRequest,
    },
    subscriptions::SubscriptionId,
};
use jiff::ToSpan;
use platform::{Clock, db::params};
use std::time::Duration;

#[tokio::test]
async fn an_order_for_a_day_waits_for_it_and_may_be_moved() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let day = |days: i64| bench.clock.now().danish_day().saturating_add(days.days());
    let later = ItemRequest::EndSubscription {
        subscription: stage.mobile,
        number: NumberFate::Rest,
        reason: None,
        date: Some(day(10)),
    };
    let order = bench.order(vec![later]).await;
    assert_eq!(order.state, OrderState::Pending);
    // What goes before it is not in its way.
    stage
        .carry_out(vec![ItemRequest::ChangeMobilePackage {
            subscription: stage.mobile,
            offering: bench.larger,
            date: None,
        }])
        .await;
    let moved = day(20);
    let mut tx = bench.fixture.db.begin().await.unwrap();
    orders::reschedule(&mut tx, &bench.ids, &bench.scope, order.id, moved, |_| {
        Ok(())
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    bench.clock.advance(Duration::from_secs(15 * 24 * 3600));
    assert_eq!(bench.follow(&order, 0).await.state, OrderState::Pending);
    bench.worker().run_until_idle().await.unwrap();
    assert_eq!(bench.follow(&order, 0).await.state, OrderState::Pending);
    bench.clock.advance(Duration::from_secs(5 * 24 * 3600));
    assert_eq!(bench.follow(&order, 1).await.state, OrderState::Completed);
    stage.check("ended on its day").await;
    // The number rests, and after its rest is free again.
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let now = bench.clock.now();
    let system = access::for_system();
    assert_eq!(numbering::end_rests(&mut tx, system, now).await.unwrap(), 0);
    let over = now.plus(Duration::from_secs(91 * 24 * 3600));
    assert_eq!(
        numbering::end_rests(&mut tx, system, over).await.unwrap(),
        1
    );
}

#[tokio::test]
async fn what_was_promised_for_a_day_and_cannot_be_kept_fails_and_costs_nothing() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let day = bench.clock.now().danish_day().saturating_add(3.days());
    let order = bench
        .order(vec![ItemRequest::ChangeMobilePackage {
            subscription: stage.mobile,
            offering: bench.larger,
            date: Some(day),
        }])
        .await;
    let before = stage.snapshot().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let now = bench.clock.now();
    crate::catalogue::end_sale(&mut tx, access::for_system(), bench.larger, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    bench.clock.advance(Duration::from_secs(4 * 24 * 3600));
    assert_eq!(bench.follow(&order, 1).await.state, OrderState::Failed);
    let mut conn = bench.fixture.db.read().await.unwrap();
    let items = orders::items(&mut conn, &bench.scope, order.id)
        .await
        .unwrap();
    assert_eq!(items[0].problem_code.as_deref(), Some("offeringNotSold"));
    drop(conn);
    assert_eq!(stage.snapshot().await, before);
}

/// The same for a second day is not taken; and where something has brought it all the same before its day, it is not brought,
/// nor charged, a second time.
#[tokio::test]
async fn a_product_that_came_before_its_day_is_not_brought_twice() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let subscription = stage.mobile;
    let wish = |action, date| match action {
        Action::AddAddOn => ItemRequest::AddAddOn {
            subscription,
            offering: stage.another_add_on,
            date,
        },
        Action::RemoveAddOn => ItemRequest::RemoveAddOn {
            subscription,
            offering: bench.add_on,
            date,
        },
        _ => ItemRequest::ChangeMobilePackage {
            subscription,
            offering: bench.larger,
            date,
        },
    };
    for (action, code) in [
        (Action::AddAddOn, "hasAddOn"),
        (Action::RemoveAddOn, "noSuchAddOn"),
        (Action::ChangeMobilePackage, "samePackage"),
    ] {
        let day = bench.clock.now().danish_day().saturating_add(3.days());
        let order = bench.order(vec![wish(action, Some(day))]).await;
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let (policy, request) = (
            Policy::default(),
            QuoteRequest::of(vec![wish(action, Some(day))]),
        );
        let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, &policy, request)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let problem = &quote.answer.problems[0];
        assert_eq!(problem.code, "isScheduled", "{action}");

        set_state(&stage, order.id, ItemState::Cancelled).await;
        stage.carry_out(vec![wish(action, None)]).await;
        set_state(&stage, order.id, ItemState::Acknowledged).await;
        let before = (stage.snapshot().await, bench.effects().len());
        bench.clock.advance(Duration::from_secs(4 * 24 * 3600));
        assert_eq!(bench.follow(&order, 1).await.state, OrderState::Failed);
        let mut conn = bench.fixture.db.read().await.unwrap();
        let items = orders::items(&mut conn, &bench.scope, order.id)
            .await
            .unwrap();
        drop(conn);
        assert_eq!(items[0].problem_code.as_deref(), Some(code));
        assert_eq!((stage.snapshot().await, bench.effects().len()), before);
    }
}

/// Judging thousands of items for each look at a list would cost more than the list.
#[tokio::test]
async fn whether_an_order_can_be_undone_is_looked_at_closely_up_to_a_thousand_items() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let made = stage
        .carry_out(vec![stage.create_mobile(SimRequest::ESim {})])
        .await;
    let mut conn = bench.fixture.db.read().await.unwrap();
    let items = orders::items(&mut conn, &bench.scope, made.id)
        .await
        .unwrap();
    drop(conn);
    let day = bench.clock.now().danish_day().saturating_add(3.days());
    bench
        .order(vec![ItemRequest::EndSubscription {
            subscription: items[0].subscription.unwrap(),
            number: NumberFate::Rest,
            reason: None,
            date: Some(day),
        }])
        .await;
    let (policy, now) = (Policy::default(), bench.clock.now());
    let mut conn = bench.fixture.db.read().await.unwrap();
    for (count, expected) in [(1, Some("undoScheduled")), (1_001, None)] {
        let order = [(&made, vec![&items[0]; count])];
        let told = orders::undoable(&mut conn, &bench.scope, &policy, now, &order)
            .await
            .unwrap();
        let code = told[&made.id]
            .as_ref()
            .err()
            .map(|problem| problem.code.as_str());
        assert_eq!(code, expected, "{count}");
    }
}

async fn set_state(stage: &Stage, order: OrderId, state: ItemState) {
    let mut tx = stage.bench.fixture.db.begin().await.unwrap();
    let sql = "UPDATE order_items SET state = ?2 WHERE order_id = ?1";
    tx.execute(sql, params![order, state]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_bad_wish_is_named_at_its_field() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let today = bench.clock.now().danish_day();
    let end = |date| ItemRequest::EndSubscription {
        subscription: stage.mobile,
        number: NumberFate::Rest,
        reason: None,
        date,
    };
    let problems = async |item: ItemRequest| {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let policy = Policy::default();
        let request = QuoteRequest::of(vec![item]);
        let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, &policy, request)
            .await
            .unwrap();
        quote
            .answer
            .problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.pointer, problem.code))
            .collect::<Vec<_>>()
    };
    let cases = [
        (
            end(Some(today.saturating_sub(1.day()))),
            "/items/0/date dateInThePast",
        ),
        (
            end(Some(today.saturating_add(1.year()).saturating_add(1.day()))),
            "/items/0/date dateTooFar",
        ),
        (
            ItemRequest::ChangeMobilePackage {
                subscription: stage.mobile,
                offering: bench.mobile,
                date: None,
            },
            "/items/0/offering samePackage",
        ),
        (
            ItemRequest::AddAddOn {
                subscription: stage.mobile,
                offering: bench.add_on,
                date: None,
            },
            "/items/0/offering hasAddOn",
        ),
        (
            ItemRequest::RemoveAddOn {
                subscription: stage.mobile,
                offering: stage.another_add_on,
                date: None,
            },
            "/items/0/offering noSuchAddOn",
        ),
        (
            ItemRequest::SuspendSim {
                subscription: stage.telephony,
                reason: None,
                date: None,
            },
            "/items/0/subscription notMobile",
        ),
        (
            ItemRequest::ResumeSim {
                subscription: stage.mobile,
                reason: None,
                date: None,
            },
            "/items/0/subscription simNotSuspended",
        ),
        (
            ItemRequest::ChangeNumber {
                subscription: SubscriptionId(uuid::Uuid::from_u128(7)),
                number: NumberRequest::New {},
                date: None,
            },
            "/items/0/subscription subscriptionUnknown",
        ),
        (
            ItemRequest::ChangeNumber {
                subscription: stage.telephony,
                number: NumberRequest::Resting {
                    number: "+4570100001".to_owned(),
                },
                date: None,
            },
            "/items/0/number/number notResting",
        ),
    ];
    for (item, expected) in cases {
        assert_eq!(problems(item).await, [expected]);
    }
}

/// As many as one order may have are too many for every run: a tenth of them shows the same, and the size is one word.
const MANY: u64 = 100;

#[tokio::test]
async fn many_people_are_given_a_subscription_in_one_order() {
    let bench = super::bench::Bench::new().await;
    let system = access::for_system();
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let mut profiles = Vec::new();
    for serial in 0..MANY {
        let mut profile = super::bench::card(1_000 + serial);
        profile.kind = crate::sims::SimKind::ESim;
        profiles.push(profile);
    }
    crate::sims::add_to_drawer(
        &mut tx,
        &bench.ids,
        system,
        &bench.sealer,
        bench.operator,
        &profiles,
    )
    .await
    .unwrap();
    numbering::add_series(
        &mut tx,
        &bench.ids,
        system,
        bench.operator,
        numbering::NumberKind::Mobile,
        "+4527000000",
        "+4527000999",
    )
    .await
    .unwrap();
    let mut items = Vec::new();
    for place in 0..MANY {
        let details = crate::directory::LocalDetails {
            first_name: "Person".to_owned(),
            last_name: place.to_string(),
            email: None,
            title: None,
            department: None,
            mobile_phone: None,
        };
        let person = crate::directory::create_local(&mut tx, &bench.ids, &bench.scope, &details)
            .await
            .unwrap();
        items.push(ItemRequest::CreateMobile {
            person,
            offering: bench.mobile,
            number: NumberRequest::New {},
            sim: orders::SimRequest::ESim {},
            date: None,
        });
    }
    tx.commit().await.unwrap();
    let order = bench.order(items).await;
    let ended = bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Completed);
    let worlds = bench.fake.0.lock().unwrap();
    assert_eq!(worlds.lines.len() as u64, MANY);
    assert_eq!(worlds.calls as u64, 2 * MANY, "each step once");
}
