//! Orders that wait for a number from another operator: what is set up before, what the order says meanwhile, and what follows when
//! the number has moved.

mod meanwhile;

use super::{bench::Bench, worlds::FAULTS};
use crate::{
    fulfilment::CaseMoved,
    numbering::{self, NumberState},
    orders::{
        self, HeldReason, ItemRequest, ItemState, NumberRequest, Order, OrderItem, OrderState,
        Policy, QuoteRequest,
    },
    porting::{
        self, CASE_MOVED, Case, Corrections, FOLLOW_CASE, FollowCase, OwnerRequest, PortState,
        ports::DonorState,
        tests::bench::{Donor, PASSING, PDF},
    },
    subscriptions::{self, SubscriptionState},
};
use std::{sync::Arc, time::Duration};

const PORTED: &str = "+4533445566";
const TEMPORARY: &str = "+4570100000";
const HOUR: Duration = Duration::from_secs(3600);

struct Ports {
    bench: Bench,
    donor: Donor,
}

fn port_in(number: &str) -> NumberRequest {
    NumberRequest::PortIn {
        number: number.to_owned(),
        donor: "Fjordtel".to_owned(),
        owner: OwnerRequest::Name("Nordlys ApS".to_owned()),
        date: None,
    }
}

impl Ports {
    async fn new() -> Ports {
        Ports {
            bench: Bench::new().await,
            donor: Donor::default(),
        }
    }

    /// Telephony for Anna, or a mobile subscription, with a number from elsewhere.
    async fn wish(&self, mobile: bool) -> ItemRequest {
        let [mut telephony, mut subscription] = self.bench.wishes().await.try_into().unwrap();
        if let ItemRequest::ActivateTelephony { number, .. } = &mut telephony {
            *number = port_in(PORTED);
        }
        if let ItemRequest::CreateMobile { number, .. } = &mut subscription {
            *number = port_in(PORTED);
        }
        if mobile { subscription } else { telephony }
    }

    async fn order(&self, mobile: bool) -> Order {
        self.bench.order(vec![self.wish(mobile).await]).await
    }

    async fn work(&self, time: Duration) {
        let bench = &self.bench;
        let worker = bench
            .worker()
            .with(
                FOLLOW_CASE,
                Arc::new(FollowCase {
                    db: bench.fixture.db.clone(),
                    ids: bench.ids.clone(),
                    clock: bench.clock.clone(),
                    portability: Arc::new(self.donor.clone()),
                    portal: "https://portal.example/".parse().unwrap(),
                }),
            )
            .with(
                CASE_MOVED,
                Arc::new(CaseMoved {
                    db: bench.fixture.db.clone(),
                    ids: bench.ids.clone(),
                }),
            );
        let mut passed = Duration::ZERO;
        loop {
            worker.run_until_idle().await.unwrap();
            if passed >= time {
                return;
            }
            bench.clock.advance(Duration::from_secs(30));
            passed += Duration::from_secs(30);
        }
    }

    async fn case(&self, order: &Order) -> Case {
        let filter = porting::Filter {
            order: Some(order.id.0),
            ..porting::Filter::default()
        };
        let mut conn = self.bench.fixture.db.read().await.unwrap();
        let (mut cases, _) = porting::list(&mut conn, &self.bench.scope, &filter, None, 2)
            .await
            .unwrap();
        assert_eq!(cases.len(), 1);
        cases.remove(0)
    }

    async fn consent(&self, order: &Order) {
        let case = self.case(order).await;
        let bench = &self.bench;
        let mut tx = bench.fixture.db.begin().await.unwrap();
        porting::add_consent(
            &mut tx,
            &bench.ids,
            &bench.scope,
            &bench.sealer,
            case.id,
            PDF,
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// The donor has been asked, and the order stands held.
    async fn asked(&self, mobile: bool) -> Order {
        let order = self.order(mobile).await;
        self.work(HOUR).await;
        self.consent(&order).await;
        self.work(HOUR).await;
        assert_eq!(self.donor.ledger(), ["ask 1"]);
        order
    }

    async fn see(&self, order: &Order) -> (Order, Vec<OrderItem>) {
        let mut conn = self.bench.fixture.db.read().await.unwrap();
        let now = orders::order(&mut conn, &self.bench.scope, order.id)
            .await
            .unwrap();
        let items = orders::items(&mut conn, &self.bench.scope, order.id)
            .await
            .unwrap();
        (now, items)
    }

    async fn standing(&self, order: &Order) -> (OrderState, Option<HeldReason>) {
        let (order, _) = self.see(order).await;
        (order.state, order.held_reason)
    }

    async fn cancel(&self, order: &Order) {
        let mut tx = self.bench.fixture.db.begin().await.unwrap();
        orders::cancel(&mut tx, &self.bench.ids, &self.bench.scope, order.id)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// What the subscription of an order is reached by.
    async fn number_of(&self, order: &Order) -> (SubscriptionState, String) {
        let (_, items) = self.see(order).await;
        let mut conn = self.bench.fixture.db.read().await.unwrap();
        let id = items[0].subscription.unwrap();
        let found = subscriptions::subscription(&mut conn, &self.bench.scope, id)
            .await
            .unwrap();
        let number = numbering::number(&mut conn, &self.bench.scope, found.number.unwrap())
            .await
            .unwrap();
        assert_eq!(number.holder, Some(id.0));
        (found.state, number.number)
    }

    async fn number(&self, number: &str) -> Option<NumberState> {
        let mut conn = self.bench.fixture.db.read().await.unwrap();
        numbering::find(&mut conn, &self.bench.scope, number)
            .await
            .unwrap()
            .map(|number| number.state)
    }
}

#[tokio::test]
async fn a_temporary_number_serves_until_the_number_has_moved() {
    let ports = Ports::new().await;
    let order = ports.order(false).await;
    ports.work(HOUR).await;
    // In use, and waiting for the owner's consent.
    let held = (OrderState::Held, Some(HeldReason::ScheduledPort));
    assert_eq!(ports.standing(&order).await, held);
    let case = ports.case(&order).await;
    assert_eq!(
        (case.state, case.temporary.as_deref()),
        (PortState::Draft, Some(TEMPORARY))
    );
    let served = (SubscriptionState::Active, TEMPORARY.to_owned());
    assert_eq!(ports.number_of(&order).await, served);
    assert_eq!(ports.number(PORTED).await, None);

    ports.consent(&order).await;
    ports.work(HOUR).await;
    ports.donor.says(DonorState::Scheduled);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, held);
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(
        ports.number_of(&order).await,
        (SubscriptionState::Active, PORTED.to_owned())
    );
    assert_eq!(ports.number(TEMPORARY).await, Some(NumberState::Resting));
    let mut standing = ports.bench.standing();
    standing.sort();
    assert_eq!(
        standing,
        [
            "assign +4533445566",
            "telephony +4533445566",
            "upload +4533445566"
        ]
    );
    let mut conn = ports.bench.fixture.db.read().await.unwrap();
    let temporary = porting::temporary_numbers(&mut conn, &ports.bench.scope)
        .await
        .unwrap();
    assert_eq!(temporary, []);
}

#[tokio::test]
async fn a_mobile_number_moves_onto_the_same_card() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(ports.number_of(&order).await.1, PORTED);
    let effects = ports.bench.effects();
    assert_eq!(effects.len(), 2, "{effects:?}");
    assert_eq!(
        effects[0], "+mobile +4526000000",
        "from the pool: there is no series"
    );
    assert!(
        effects[1].ends_with(&format!("number {PORTED}")),
        "{effects:?}"
    );
}

/// Six calls follow the move. However each fails, a refusal too, it is tried again: the number is here and stays.
#[tokio::test]
async fn after_the_move_every_failure_is_overcome() {
    let before = {
        let ports = Ports::new().await;
        ports.asked(false).await;
        ports.bench.fake.0.lock().unwrap().calls
    };
    for call in before..before + 6 {
        for fault in FAULTS {
            let ports = Ports::new().await;
            ports.bench.fake.0.lock().unwrap().fault = Some((call, fault));
            let order = ports.asked(false).await;
            ports.donor.says(DonorState::Completed);
            ports.work(HOUR).await;
            let told = format!("call {call}, {fault:?}");
            assert_eq!(
                ports.standing(&order).await,
                (OrderState::Completed, None),
                "{told}"
            );
            let mut standing = ports.bench.standing();
            standing.sort();
            assert_eq!(
                standing,
                [
                    "assign +4533445566",
                    "telephony +4533445566",
                    "upload +4533445566"
                ],
                "{told}"
            );
        }
    }
}

#[tokio::test]
async fn a_person_is_asked_when_what_follows_the_move_is_refused_for_long() {
    let ports = Ports::new().await;
    let order = ports.asked(false).await;
    let calls = ports.bench.fake.0.lock().unwrap().calls;
    ports.bench.fake.0.lock().unwrap().refuse_from = Some(calls);
    ports.donor.says(DonorState::Completed);
    for _ in 0..4 {
        ports.work(HOUR).await;
    }
    assert_eq!(
        ports.standing(&order).await,
        (OrderState::Held, Some(HeldReason::NeedsAttention))
    );
    assert_eq!(
        ports.number_of(&order).await.1,
        TEMPORARY,
        "it is not taken away"
    );
    ports.bench.fake.0.lock().unwrap().refuse_from = None;
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
}

#[tokio::test]
async fn whichever_call_to_the_donor_fails_the_number_moves_once() {
    for fault in PASSING {
        let ports = Ports::new().await;
        ports.donor.0.lock().unwrap().fault = Some((0, fault));
        let order = ports.asked(true).await;
        ports.donor.says(DonorState::Completed);
        ports.work(HOUR).await;
        assert_eq!(
            ports.standing(&order).await.0,
            OrderState::Completed,
            "{fault:?}"
        );
        assert_eq!(ports.donor.ledger(), ["ask 1"], "{fault:?}");
    }
}

#[tokio::test]
async fn a_rejected_number_holds_the_order_until_it_is_put_right() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    let mails = || ports.bench.fake.0.lock().unwrap().mails.clone();
    ports.donor.says(DonorState::Rejected);
    ports.work(HOUR).await;
    assert_eq!(
        ports.standing(&order).await,
        (OrderState::Held, Some(HeldReason::NeedsAttention))
    );
    let (_, items) = ports.see(&order).await;
    assert_eq!(
        (items[1].state, items[1].problem_code.as_deref()),
        (ItemState::Held, Some("portRejected"))
    );
    let subjects: Vec<String> = mails().iter().map(|mail| mail.subject.clone()).collect();
    assert_eq!(
        subjects,
        ["Your present operator does not let the number go yet"],
        "whoever ordered has something to do, and is not told otherwise"
    );
    assert!(
        mails()[0].text.contains("exact name"),
        "{}",
        mails()[0].text
    );
    assert!(
        !mails()[0].text.contains("3344"),
        "a number has no place in a mail"
    );

    let case = ports.case(&order).await;
    let bench = &ports.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    porting::submit(
        &mut tx,
        &bench.ids,
        &bench.scope,
        case.id,
        Corrections::default(),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    ports.work(HOUR).await;
    assert_eq!(
        ports.standing(&order).await,
        (OrderState::Held, Some(HeldReason::ScheduledPort))
    );
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(ports.donor.ledger(), ["ask 1", "ask 2"]);
}

#[tokio::test]
async fn what_has_not_begun_is_cancelled_without_a_trace() {
    let ports = Ports::new().await;
    let order = ports.order(true).await;
    ports.cancel(&order).await;
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await.0, OrderState::Cancelled);
    assert_eq!(ports.case(&order).await.state, PortState::Cancelled);
    assert_eq!(ports.bench.standing(), Vec::<String>::new());
    assert_eq!(ports.donor.ledger(), Vec::<String>::new());
    // The number can be ordered again.
    ports.order(true).await;
}

#[tokio::test]
async fn a_cancelled_order_waits_for_the_donor_to_agree() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    ports.donor.says(DonorState::Scheduled);
    ports.work(HOUR).await;
    ports.cancel(&order).await;
    ports.work(HOUR).await;
    let (ended, items) = ports.see(&order).await;
    assert_eq!(ended.state, OrderState::Partial);
    let states: Vec<ItemState> = items.iter().map(|item| item.state).collect();
    assert_eq!(states, [ItemState::Completed, ItemState::Cancelled]);
    assert_eq!(ports.donor.ledger(), ["ask 1", "call off"]);
    assert_eq!(ports.case(&order).await.state, PortState::Cancelled);
    assert_eq!(
        ports.number_of(&order).await.1,
        "+4526000000",
        "the temporary one stays"
    );
}

#[tokio::test]
async fn a_case_that_is_called_off_ends_the_item_that_waits_for_it() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    let case = ports.case(&order).await;
    let bench = &ports.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    porting::cancel(&mut tx, &bench.ids, &bench.scope, case.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ports.work(HOUR).await;
    let (ended, items) = ports.see(&order).await;
    assert_eq!(
        (ended.state, items[1].state),
        (OrderState::Partial, ItemState::Cancelled)
    );
}

#[tokio::test]
async fn when_it_is_too_late_a_cancelled_order_goes_on() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    ports.donor.0.lock().unwrap().too_late = true;
    ports.donor.says(DonorState::Scheduled);
    ports.cancel(&order).await;
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await.0, OrderState::Held);
    let calls = ports.donor.0.lock().unwrap().calls;
    ports.work(HOUR).await;
    let more = ports.donor.0.lock().unwrap().calls - calls;
    assert!(more < 10, "the donor is asked {more} times more");
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(ports.number_of(&order).await.1, PORTED);
}

#[tokio::test]
async fn a_number_comes_to_a_subscription_that_is_in_use() {
    let ports = Ports::new().await;
    let [telephony, _]: [ItemRequest; 2] = ports.bench.wishes().await.try_into().unwrap();
    let first = ports.bench.order(vec![telephony]).await;
    ports.work(HOUR).await;
    let (_, items) = ports.see(&first).await;
    let wish = ItemRequest::ChangeNumber {
        subscription: items[0].subscription.unwrap(),
        number: port_in("33 44 55 66"),
        date: None,
    };
    let order = ports.bench.order(vec![wish]).await;
    ports.work(HOUR).await;
    assert_eq!(ports.case(&order).await.temporary, None);
    assert_eq!(ports.number_of(&order).await.1, TEMPORARY);
    ports.consent(&order).await;
    ports.work(HOUR).await;
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(ports.number_of(&order).await.1, PORTED);
    // And there is no way back by undoing.
    let mut tx = ports.bench.fixture.db.begin().await.unwrap();
    let policy = Policy::default();
    let refused = orders::undo(
        &mut tx,
        &ports.bench.ids,
        &ports.bench.scope,
        &policy,
        order.id,
    )
    .await
    .unwrap_err();
    assert_eq!(refused.code, "undoPorted");
}

#[tokio::test]
async fn what_cannot_be_brought_is_pointed_to() {
    let ports = Ports::new().await;
    let bench = &ports.bench;
    let quoted = async |number: NumberRequest| {
        let mut wish = ports.wish(true).await;
        if let ItemRequest::CreateMobile { number: asked, .. } = &mut wish {
            *asked = number;
        }
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let policy = Policy::default();
        let request = QuoteRequest::of(vec![wish]);
        orders::make_quote(&mut tx, &bench.ids, &bench.scope, &policy, request)
            .await
            .unwrap()
            .answer
    };
    let problems = async |number: NumberRequest| -> Vec<(String, String)> {
        quoted(number)
            .await
            .problems
            .into_iter()
            .map(|problem| (problem.pointer, problem.code))
            .collect()
    };
    let told =
        |field: &str, code: &str| vec![(format!("/items/0/number/{field}"), code.to_owned())];
    for (number, code) in [
        ("112", "notANumber"),
        ("+46850828000", "portForeign"),
        ("+4580101010", "portSpecial"),
        (TEMPORARY, "portOnPlatform"),
    ] {
        assert_eq!(
            problems(port_in(number)).await,
            told("number", code),
            "{number}"
        );
    }
    let with = |donor: &str, owner: OwnerRequest, date: Option<&str>| NumberRequest::PortIn {
        number: PORTED.to_owned(),
        donor: donor.to_owned(),
        owner,
        date: date.map(|day| day.parse().unwrap()),
    };
    let owner = || OwnerRequest::Name("Nordlys ApS".to_owned());
    let cvr = OwnerRequest::Whole(porting::WholeOwner {
        name: "Nordlys ApS".to_owned(),
        cvr: Some("123".to_owned()),
    });
    assert_eq!(
        problems(with("Fjord\u{7}tel", owner(), None)).await,
        told("donor", "invalid")
    );
    assert_eq!(
        problems(with("Fjordtel", cvr, None)).await,
        told("owner/cvr", "notACvr")
    );
    let christmas = with("Fjordtel", owner(), Some("2026-12-24"));
    assert_eq!(problems(christmas).await, told("date", "notAWorkingDay"));

    let good = quoted(with("Fjordtel", owner(), Some("2026-12-01"))).await;
    assert_eq!(good.problems, []);
    let effects: Vec<&str> = good.items[0]
        .effects
        .iter()
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(
        effects[..3],
        [
            "effect.portIn",
            "effect.temporaryNumber",
            "effect.donorEnds"
        ]
    );
    ports.order(true).await;
    assert_eq!(problems(port_in(PORTED)).await[0].1, "hasMobile");
    assert_eq!(problems(port_in(PORTED)).await[1].1, "portUnderWay");
}

#[tokio::test]
async fn two_orders_for_one_number_open_one_case() {
    let ports = Ports::new().await;
    let bench = &ports.bench;
    let policy = Policy::default();
    let mut quotes = Vec::new();
    for mobile in [false, true] {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest::of(vec![ports.wish(mobile).await]);
        let quote = orders::make_quote(&mut tx, &bench.ids, &bench.scope, &policy, request).await;
        quotes.push(quote.unwrap().id);
        tx.commit().await.unwrap();
    }
    let mut told = Vec::new();
    for quote in quotes {
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let placed = orders::place(&mut tx, &bench.ids, &bench.scope, &policy, quote).await;
        told.push(placed.map(|_| ()).map_err(|error| error.code.into_owned()));
        if told.last().unwrap().is_ok() {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(told, [Ok(()), Err("portUnderWay".to_owned())]);
}
