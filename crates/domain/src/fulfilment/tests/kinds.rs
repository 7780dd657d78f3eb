//! Every kind of order, at its best and with each call of each step failing in each way, the process killed at each, cancelled
//! half-way, and undone. What stands outside is compared with what stands here after each.

use super::{bench::Bench, stage::Stage, worlds::Fault};
use crate::{
    call_groups::{
        OpeningHours,
        Strategy::{self, AllAtOnce},
        Weekday,
    },
    numbering::{self, NumberKind},
    orders::{
        self, HardwareLine, ItemRequest, NumberFate, NumberRequest, OrderState, OverflowRequest,
        Policy, SimRequest,
    },
    sims,
};
use std::time::Duration;

/// One wish, made of a world in which Anna has telephony and a mobile line with an add-on, and Mette nothing; `true` when the
/// line is suspended.
type Wish = fn(&Stage) -> ItemRequest;
const KINDS: [(&str, bool, Wish); 24] = [
    ("activateTelephony", false, |stage| {
        ItemRequest::ActivateTelephony {
            person: stage.mette,
            offering: stage.bench.telephony,
            number: NumberRequest::Series { number: None },
            date: None,
        }
    }),
    ("createMobile from the drawer", false, |stage| {
        stage.create_mobile(SimRequest::Unassigned { sim: stage.spare })
    }),
    ("createMobile by eSIM", false, |stage| {
        stage.create_mobile(SimRequest::ESim {})
    }),
    ("createMobile by post", false, |stage| {
        stage.create_mobile(SimRequest::Ship {})
    }),
    ("changeMobilePackage", false, |stage| {
        ItemRequest::ChangeMobilePackage {
            subscription: stage.mobile,
            offering: stage.bench.larger,
            date: None,
        }
    }),
    ("removeAddOn", false, |stage| ItemRequest::RemoveAddOn {
        subscription: stage.mobile,
        offering: stage.bench.add_on,
        date: None,
    }),
    ("suspendSim", false, |stage| ItemRequest::SuspendSim {
        subscription: stage.mobile,
        reason: Some("Lost".to_owned()),
        date: None,
    }),
    ("resumeSim", true, |stage| ItemRequest::ResumeSim {
        subscription: stage.mobile,
        reason: None,
        date: None,
    }),
    ("replaceSim", false, |stage| ItemRequest::ReplaceSim {
        subscription: stage.mobile,
        sim: SimRequest::Unassigned { sim: stage.spare },
        date: None,
    }),
    ("replaceSim, suspended", true, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::Unassigned { sim: stage.spare },
            date: None,
        }
    }),
    ("replaceSim by eSIM", false, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::ESim {},
            date: None,
        }
    }),
    ("replaceSim by post", false, |stage| {
        ItemRequest::ReplaceSim {
            subscription: stage.mobile,
            sim: SimRequest::Ship {},
            date: None,
        }
    }),
    ("changeNumber, mobile", false, |stage| {
        ItemRequest::ChangeNumber {
            subscription: stage.mobile,
            number: NumberRequest::New {},
            date: None,
        }
    }),
    ("changeNumber, telephony", false, |stage| {
        ItemRequest::ChangeNumber {
            subscription: stage.telephony,
            number: NumberRequest::Series { number: None },
            date: None,
        }
    }),
    ("endSubscription, telephony", false, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.telephony,
            number: NumberFate::Rest,
            reason: None,
            date: None,
        }
    }),
    ("endSubscription, mobile", false, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.mobile,
            number: NumberFate::Return,
            reason: None,
            date: None,
        }
    }),
    ("endSubscription, suspended", true, |stage| {
        ItemRequest::EndSubscription {
            subscription: stage.mobile,
            number: NumberFate::Rest,
            reason: None,
            date: None,
        }
    }),
    ("addAddOn", false, |stage| ItemRequest::AddAddOn {
        subscription: stage.mobile,
        offering: stage.another_add_on,
        date: None,
    }),
    ("orderSims", false, |_| ItemRequest::OrderSims {
        packs: 1,
        date: None,
    }),
    ("buyHardware", false, |stage| ItemRequest::BuyHardware {
        lines: vec![HardwareLine {
            offering: stage.hardware,
            quantity: 3,
        }],
        date: None,
    }),
    ("createCallGroup", false, |stage| {
        ItemRequest::CreateCallGroup {
            name: "Night watch".to_owned(),
            number: NumberRequest::Series { number: None },
            members: vec![stage.mobile.0],
            strategy: Strategy::AllAtOnce,
            ring_seconds: 20,
            opening_hours: Some(vec![OpeningHours {
                days: vec![Weekday::Monday],
                from: "22:00".to_owned(),
                to: "24:00".to_owned(),
            }]),
            overflow: Some(OverflowRequest::Number("70 10 00 09".to_owned())),
            date: None,
        }
    }),
    ("changeCallGroup", false, |stage| {
        change_group(stage, None, Some(AllAtOnce))
    }),
    ("changeCallGroup, number", false, |stage| {
        let number = NumberRequest::Series { number: None };
        change_group(stage, Some(number), None)
    }),
    ("removeCallGroup", false, |stage| {
        ItemRequest::RemoveCallGroup {
            call_group: stage.group,
            date: None,
        }
    }),
];

fn change_group(
    stage: &Stage,
    number: Option<NumberRequest>,
    strategy: Option<Strategy>,
) -> ItemRequest {
    ItemRequest::ChangeCallGroup {
        call_group: stage.group,
        name: Some("Front desk".to_owned()),
        number,
        // Whoever has the line: the line itself is meant.
        members: Some(vec![stage.bench.person.0]),
        strategy,
        ring_seconds: None,
        opening_hours: None,
        overflow: Some(None),
        date: None,
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
                let code = if name == "buyHardware" {
                    "undoGoodsPosted"
                } else {
                    assert!(name.ends_with("by post") || name == "orderSims", "{name}");
                    "undoSimPosted"
                };
                assert_eq!(error.code, code, "{name}");
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
