//! Every call to the donor failing in every way: the donor is asked once, and the case comes to its end.

use super::bench::{Bench, Fault, PASSING};
use crate::porting::{PortId, PortState, ports::DonorState};
use platform::saga::TRIES;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// Plays a case to its end with one call failing; says how many calls there were.
async fn play(fault: Option<(usize, Fault)>, called_off: bool) -> (Bench, PortId, usize) {
    let bench = Bench::new().await;
    bench.donor.0.lock().unwrap().fault = fault;
    let id = bench.open().await;
    bench.consent(id).await.unwrap();
    bench.release(id).await;
    bench.work(HOUR).await;
    bench.donor.says(DonorState::Scheduled);
    bench.work(HOUR).await;
    if called_off {
        bench.cancel(id).await.unwrap();
    } else {
        bench.donor.says(DonorState::Completed);
    }
    bench.work(HOUR).await;
    let calls = bench
        .donor
        .0
        .lock()
        .unwrap_or_else(|killed| killed.into_inner())
        .calls;
    (bench, id, calls)
}

#[tokio::test]
async fn whichever_call_fails_however_the_number_moves_once() {
    let (bench, id, calls) = play(None, false).await;
    assert_eq!(bench.state(id).await, PortState::Completed);
    assert!(calls >= 4, "{calls}");
    // The first ones, and those around the donor's news; the others are looks like them.
    for call in [0, 1, 2, calls - 1] {
        for fault in PASSING {
            let (bench, id, _) = play(Some((call, fault)), false).await;
            assert_eq!(
                bench.state(id).await,
                PortState::Completed,
                "{call} {fault:?}"
            );
            assert_eq!(bench.donor.ledger(), ["ask 1"], "{call} {fault:?}");
            assert_eq!(bench.case(id).await.tries, 0, "{call} {fault:?}");
        }
    }
}

#[tokio::test]
async fn whichever_call_fails_however_it_is_called_off_once() {
    let (_, _, calls) = play(None, true).await;
    // The look before it is called off, calling off, and asking.
    for call in [0, calls - 2, calls - 1] {
        for fault in PASSING {
            let (bench, id, _) = play(Some((call, fault)), true).await;
            assert_eq!(
                bench.state(id).await,
                PortState::Cancelled,
                "{call} {fault:?}"
            );
            assert_eq!(
                bench.donor.ledger(),
                ["ask 1", "call off"],
                "{call} {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_network_refuses_at_once_is_rejected_with_its_reason() {
    let bench = Bench::new().await;
    bench.donor.0.lock().unwrap().fault = Some((0, Fault::Refused));
    let id = bench.asked().await;
    let case = bench.case(id).await;
    assert_eq!(case.state, PortState::Rejected);
    assert_eq!(case.rejection.unwrap().code, "ownerMismatch");
    assert_eq!(bench.donor.ledger(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wish_to_call_off_is_kept_while_nobody_can_be_reached() {
    let bench = Bench::new().await;
    bench.donor.0.lock().unwrap().always = Some(Fault::Unavailable);
    let id = bench.asked().await;
    bench.cancel(id).await.unwrap();
    bench.work(HOUR).await;
    assert_eq!(
        bench.state(id).await,
        PortState::Submitted,
        "perhaps it was asked"
    );
    bench.donor.0.lock().unwrap().always = None;
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Cancelled);
    assert_eq!(bench.donor.ledger(), Vec::<String>::new());
}

#[tokio::test]
async fn a_person_is_asked_when_nobody_can_be_reached_for_long_and_then_it_goes_on() {
    let bench = Bench::new().await;
    bench.donor.0.lock().unwrap().always = Some(Fault::Unauthorised);
    let id = bench.asked().await;
    let before = *bench.told.0.lock().unwrap();
    for _ in 0..8 {
        bench.work(HOUR).await;
    }
    let case = bench.case(id).await;
    assert!(case.tries >= TRIES, "{}", case.tries);
    assert!(case.trouble.unwrap().contains("unauthorised"));
    assert_eq!(
        *bench.told.0.lock().unwrap(),
        before + 1,
        "told once, when it became too long"
    );
    bench.donor.0.lock().unwrap().always = None;
    bench.work(HOUR).await;
    let case = bench.case(id).await;
    assert_eq!((case.tries, case.trouble), (0, None));
    assert_eq!(
        *bench.told.0.lock().unwrap(),
        before + 2,
        "and that it goes on"
    );
    assert_eq!(bench.donor.ledger(), ["ask 1"]);
}
