//! Orders carried out against two outside worlds in memory that keep ledgers of their own and fail on command: each call
//! of each step in turn, before and after its effect.

mod bench;
mod bookings;
mod days;
mod groups;
mod kinds;
mod ports;
mod stage;
mod worlds;

use super::ports::{NetworkOrderState, NetworkRequest};
use crate::{
    access, catalogue,
    orders::{self, HeldReason, ItemRequest, NumberRequest, OrderState, Policy, QuoteRequest},
};
use bench::Bench;
use platform::{
    Clock, Money,
    audit::{self, AuditEntry},
    db::params,
    outbox::{self, NewMail},
};
use std::time::Duration;
use worlds::{ANNA, FAULTS, Fault, PHONE, TEAMS};

const POLICY: Policy = Policy {
    undo_minutes: 30,
    rest_days: 90,
    address_hold_hours: 24,
};

#[tokio::test]
async fn a_number_and_a_mobile_subscription_come_to_life_once() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    let ended = bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Completed);
    bench.check(&ended).await;
    assert_eq!(
        bench.effects(),
        [
            "+telephony +4570100000",
            "+upload +4570100000",
            "+assign +4570100000",
            "+mobile +4526000000"
        ]
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
                Fault::Unavailable | Fault::Lost | Fault::Busy | Fault::Killed => {
                    OrderState::Completed
                }
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
            let order = bench
                .order(bench.wishes().await.into_iter().take(1).collect())
                .await;
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
    let order = bench
        .order(bench.wishes().await.into_iter().take(1).collect())
        .await;
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
    let order = bench
        .order(bench.wishes().await.into_iter().skip(1).collect())
        .await;
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
    let held = orders::order(&mut conn, &bench.scope, order.id)
        .await
        .unwrap();
    drop(conn);
    assert_eq!(held.state, OrderState::Held);
    bench.fake.0.lock().unwrap().fault = None;
    let ended = bench.follow(&order, 2).await;
    assert_eq!(ended.state, OrderState::Completed);
    bench.check(&ended).await;
}

#[tokio::test]
async fn what_is_accepted_and_never_shown_done_stands_held_and_is_not_asked_for_twice() {
    let bench = Bench::new().await;
    bench.fake.0.lock().unwrap().assigned_unseen = true;
    let order = bench
        .order(bench.wishes().await.into_iter().take(1).collect())
        .await;
    let patient = bench.follow(&order, 1).await;
    assert_eq!(patient.state, OrderState::InProgress);
    let held = bench.follow(&order, 2).await;
    assert_eq!(held.held_reason, Some(HeldReason::NeedsAttention));
    let calls = bench.fake.0.lock().unwrap().calls;
    {
        let mut worlds = bench.fake.0.lock().unwrap();
        for holder in worlds.inventory.values_mut() {
            *holder = Some(ANNA);
        }
    }
    let ended = bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Completed);
    assert_eq!(bench.fake.0.lock().unwrap().calls, calls);
    bench.check(&ended).await;
}

/// The job itself cannot be run, however often it is tried. The order does not stand as if somebody were at it.
#[tokio::test]
async fn an_order_whose_job_is_given_up_stands_held_and_goes_on_when_it_is_mended() {
    for begun in [false, true] {
        let bench = Bench::new().await;
        let order = bench.order(bench.wishes().await).await;
        if begun {
            bench.fake.0.lock().unwrap().mobile_takes_long = true;
            bench.worker().run_until_idle().await.unwrap();
        }
        let rename = async |from: &str, to: &str| {
            let mut tx = bench.fixture.db.begin().await.unwrap();
            let sql = format!("ALTER TABLE {from} RENAME TO {to}");
            tx.execute(&sql, params![]).await.unwrap();
            tx.commit().await.unwrap();
        };
        rename("saga_steps", "saga_steps_gone").await;
        let held = bench.follow(&order, 10).await;
        assert_eq!(
            (held.state, held.held_reason),
            (OrderState::Held, Some(orders::HeldReason::NeedsAttention))
        );
        let mut conn = bench.fixture.db.read().await.unwrap();
        let told = conn
            .one(
                "SELECT COUNT(*) FROM audit_entries WHERE action = 'hold_order'",
                params![],
            )
            .await
            .unwrap();
        assert_eq!(told.get::<i64>(0).unwrap(), 2, "each item once");
        drop(conn);
        {
            let worlds = bench.fake.0.lock().unwrap();
            assert_eq!(worlds.mails.len(), 1, "{:?}", worlds.mails);
        }
        rename("saga_steps_gone", "saga_steps").await;
        for order in bench.fake.0.lock().unwrap().network.values_mut() {
            order.state = NetworkOrderState::Completed;
        }
        let ended = bench.follow(&order, 2).await;
        assert_eq!(ended.state, OrderState::Completed);
        bench.check(&ended).await;
    }
}

/// Who ends an order holds the audit log's head and then asks for a mail; who places one must not come the other way.
#[tokio::test]
async fn an_order_is_placed_while_another_one_of_the_organisation_ends() {
    let bench = Bench::new().await;
    let request = QuoteRequest::of(bench.wishes().await);
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, &POLICY, request)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let organisation = bench.scope.organisation().0;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let entry = AuditEntry::new(organisation, None, "end_order");
    audit::record(&mut tx, &bench.ids, entry).await.unwrap();
    let ending = async {
        // Long enough for the other to come to where it has to wait.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mail = NewMail {
            to: "mette@nordlys.example".into(),
            subject: "Ended".into(),
            text: String::new(),
            lane: organisation,
        };
        outbox::enqueue(&mut tx, &bench.ids, mail).await?;
        tx.commit().await
    };
    let placing = async {
        let mut tx = bench.fixture.db.begin().await?;
        orders::place(&mut tx, &bench.ids, &bench.scope, &POLICY, quote.id).await?;
        tx.commit().await
    };
    let (ended, placed) = tokio::join!(ending, placing);
    ended.unwrap();
    placed.unwrap();
}

/// One item is stuck, the other waits and is looked at every minute.
#[tokio::test]
async fn a_stuck_item_stands_held_and_is_told_once_however_often_its_neighbour_is_looked_at() {
    let taking_back: fn(&NetworkRequest) -> Option<Fault> = |request| match request {
        NetworkRequest::WithdrawNumber { .. } | NetworkRequest::DeactivateTelephony { .. } => {
            Some(Fault::Refused)
        }
        _ => None,
    };
    let telephony: fn(&NetworkRequest) -> Option<Fault> = |request| match request {
        NetworkRequest::ActivateTelephony { .. } => Some(Fault::Unavailable),
        _ => None,
    };
    // The telephony cannot be taken back after its licence has gone, or it cannot be begun.
    for (judge, plans, most_calls, outcome) in [
        (taking_back, vec![TEAMS], 9, OrderState::Partial),
        (telephony, vec![TEAMS, PHONE], 20, OrderState::Completed),
    ] {
        let bench = Bench::new().await;
        let order = bench.order(bench.wishes().await).await;
        {
            let mut worlds = bench.fake.0.lock().unwrap();
            worlds.plans = plans;
            worlds.judge = Some(judge);
            worlds.mobile_takes_long = true;
        }
        bench.follow(&order, 1).await;
        let held = bench.follow(&order, 1).await;
        assert_eq!(held.state, OrderState::Held);
        {
            let mut conn = bench.fixture.db.read().await.unwrap();
            let items = orders::items(&mut conn, &bench.scope, order.id)
                .await
                .unwrap();
            assert_eq!(items[0].state, orders::ItemState::Held);
            assert_eq!(items[1].state, orders::ItemState::InProgress);
        }
        {
            let mut worlds = bench.fake.0.lock().unwrap();
            assert_eq!(worlds.mails.len(), 1, "{:?}", worlds.mails);
            assert!(worlds.judged <= most_calls, "{} calls", worlds.judged);
            // The one is mended; the other still takes its time.
            worlds.judge = None;
        }
        let moving = bench.follow(&order, 1).await;
        assert_eq!(moving.state, OrderState::InProgress);
        for order in bench.fake.0.lock().unwrap().network.values_mut() {
            order.state = NetworkOrderState::Completed;
        }
        let ended = bench.follow(&order, 1).await;
        assert_eq!(ended.state, outcome);
        bench.check(&ended).await;
    }
}

#[tokio::test]
async fn a_cancelled_order_leaves_nothing_wherever_it_was() {
    // After how many looks of the worker the cancellation comes; 0 is before anything was begun.
    for looks in 0..3 {
        let bench = Bench::new().await;
        let order = bench
            .order(bench.wishes().await.into_iter().take(1).collect())
            .await;
        if looks > 0 {
            // The second call has no answer, so that the order is half-way when the cancellation comes.
            bench.fake.0.lock().unwrap().fault = Some((looks, Fault::Lost));
            bench.worker().run_one().await.unwrap();
        }
        let mut tx = bench.fixture.db.begin().await.unwrap();
        orders::cancel(&mut tx, &bench.ids, &bench.scope, order.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let ended = bench.follow(&order, 2).await;
        assert_eq!(ended.state, OrderState::Cancelled, "after {looks} looks");
        bench.check(&ended).await;
        assert_eq!(bench.standing(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn whoever_ordered_is_told_once_how_it_ended_and_no_number_is_in_the_mail() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    bench.follow(&order, 1).await;
    bench.worker().run_until_idle().await.unwrap();
    let mails = bench.fake.0.lock().unwrap().mails.clone();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "mette@nordlys.example");
    assert_eq!(mails[0].subject, "Order O-000001 is completed");
    let link = format!(
        "https://portal.example/o/{}/organisation/orders/{}",
        bench.scope.organisation(),
        order.id
    );
    assert!(mails[0].text.contains(&link));
    assert!(!mails[0].text.contains("+45"));
}

#[tokio::test]
async fn an_order_that_has_ended_cannot_be_cancelled() {
    let bench = Bench::new().await;
    let order = bench.order(bench.wishes().await).await;
    bench.follow(&order, 1).await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let error = orders::cancel(&mut tx, &bench.ids, &bench.scope, order.id)
        .await
        .unwrap_err();
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
        date: None,
    };
    let mut quotes = Vec::new();
    for _ in 0..2 {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest::of(vec![wish("+4570100001")]);
        quotes.push(
            orders::make_quote(&mut tx, &bench.ids, &bench.scope, &POLICY, request)
                .await
                .unwrap(),
        );
        tx.commit().await.unwrap();
    }
    let mut tx = bench.fixture.db.begin().await.unwrap();
    orders::place(&mut tx, &bench.ids, &bench.scope, &POLICY, quotes[0].id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let error = orders::place(&mut tx, &bench.ids, &bench.scope, &POLICY, quotes[1].id)
        .await
        .unwrap_err();
    assert_eq!(error.kind, platform::Kind::Conflict);
    let codes: Vec<_> = error
        .fields
        .iter()
        .map(|field| field.code.as_str())
        .collect();
    assert_eq!(codes, ["hasTelephony", "numberTaken"]);
}

#[tokio::test]
async fn a_quote_is_good_once_and_for_half_an_hour_and_at_its_price() {
    let bench = Bench::new().await;
    let quote = || async {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest::of(bench.wishes().await.into_iter().take(1).collect());
        let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, &POLICY, request)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        quote.id
    };
    let place = async |quote| {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let outcome = orders::place(&mut tx, &bench.ids, &bench.scope, &POLICY, quote).await;
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
    catalogue::set_price(
        &mut tx,
        &bench.ids,
        access::for_system(),
        bench.telephony,
        from,
        Money::ZERO,
        Money::dkk(9_900),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(place(dear).await, Err("priceChanged".to_owned()));
    let good = quote().await;
    assert_eq!(place(good).await, Ok(()));
    assert_eq!(place(good).await, Err("quoteUsed".to_owned()));
}
