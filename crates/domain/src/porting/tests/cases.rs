//! The life of a case on good days.

use super::bench::{Bench, NUMBER, day};
use crate::porting::{
    self, Corrections, EventKind, Filter, Owner, PortState, earliest_day, ports::DonorState,
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_case_goes_from_draft_to_completed_and_tells_of_each_step() {
    let bench = Bench::new().await;
    let id = bench.open().await;
    assert_eq!(bench.state(id).await, PortState::Draft);
    // Nothing is asked before the owner agreed, nor before the subscription here is in force.
    bench.work(HOUR).await;
    let case = bench.consent(id).await.unwrap();
    assert_eq!(
        case.state,
        PortState::Submitted,
        "the consent was all that was missing"
    );
    bench.work(HOUR).await;
    assert_eq!(bench.donor.ledger(), Vec::<String>::new());

    bench.release(id).await;
    bench.release(id).await;
    bench.work(Duration::ZERO).await;
    assert_eq!(bench.donor.ledger(), ["ask 1"]);
    let asked = bench
        .donor
        .0
        .lock()
        .unwrap()
        .requests
        .values()
        .next()
        .unwrap()
        .0
        .clone();
    assert_eq!(
        (
            asked.number.as_str(),
            asked.day,
            asked.mobile,
            asked.customer.as_str()
        ),
        (NUMBER, day("2026-11-23"), true, "2"),
        "the next working day after a Friday"
    );

    bench.donor.says(DonorState::Accepted);
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Accepted);
    bench.donor.says(DonorState::Scheduled);
    bench.work(HOUR).await;
    let case = bench.case(id).await;
    assert_eq!(
        (case.state, case.day),
        (PortState::Scheduled, Some(day("2026-11-23")))
    );
    bench.donor.says(DonorState::Completed);
    bench.work(HOUR).await;
    let case = bench.case(id).await;
    assert_eq!(case.state, PortState::Completed);
    assert!(case.ended_at.is_some());
    assert_eq!(bench.donor.ledger(), ["ask 1"]);

    let kinds: Vec<EventKind> = bench
        .events(id)
        .await
        .iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            EventKind::Opened,
            EventKind::ConsentAdded,
            EventKind::Submitted,
            EventKind::Accepted,
            EventKind::Scheduled,
            EventKind::Completed,
            EventKind::DonorEnded,
        ]
    );
    let events = bench.events(id).await;
    assert_eq!(events[1].by_name.as_deref(), Some("Mette"));
    assert_eq!(events[3].by_name, None, "that was the donor");
    assert_eq!(
        *bench.told.0.lock().unwrap(),
        4,
        "submitted, accepted, scheduled, completed"
    );
}

#[tokio::test]
async fn news_that_comes_late_and_all_at_once_is_taken_in_order() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    bench.donor.says(DonorState::Completed);
    let mut tx = bench.fixture.db.begin().await.unwrap();
    for _ in 0..2 {
        assert!(
            porting::note_network_event(&mut tx, &bench.ids, id)
                .await
                .unwrap()
        );
    }
    let nobody = porting::PortId(bench.ids.uuid());
    assert!(
        !porting::note_network_event(&mut tx, &bench.ids, nobody)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    bench.work(Duration::ZERO).await;
    assert_eq!(bench.state(id).await, PortState::Completed);
    let kinds: Vec<EventKind> = bench
        .events(id)
        .await
        .iter()
        .skip(3)
        .map(|event| event.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            EventKind::Accepted,
            EventKind::Scheduled,
            EventKind::Completed,
            EventKind::DonorEnded
        ]
    );
}

#[tokio::test]
async fn a_rejected_case_says_why_and_is_submitted_again_put_right() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    bench.donor.says(DonorState::Rejected);
    bench.work(HOUR).await;
    let case = bench.case(id).await;
    assert_eq!(case.state, PortState::Rejected);
    let rejection = case.rejection.unwrap();
    assert_eq!(
        (rejection.code.as_str(), rejection.detail.as_str()),
        ("ownerMismatch", "Another owner.")
    );
    // Still on its way here: nobody else may bring it.
    assert_eq!(
        bench.try_open(&bench.other, NUMBER).await.unwrap_err().code,
        "portUnderWay"
    );

    let wrong = Corrections {
        donor: Some(String::new()),
        owner: Some(Owner {
            name: "Nordlys A/S".to_owned(),
            cvr: Some("123".to_owned()),
        }),
        date: Some(day("2026-12-24")),
    };
    let error = bench.submit(id, wrong).await.unwrap_err();
    let fields: Vec<(&str, &str)> = error
        .fields
        .iter()
        .map(|field| (field.pointer.as_str(), field.code.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("/donor", "required"),
            ("/owner/cvr", "notACvr"),
            ("/date", "notAWorkingDay")
        ]
    );
    assert!(
        error.fields.iter().all(|field| field.detail.ends_with('.')),
        "{:?}",
        error.fields
    );
    assert_eq!(bench.state(id).await, PortState::Rejected);

    let right = Corrections {
        owner: Some(Owner {
            name: "Nordlys A/S".to_owned(),
            cvr: Some("12345678".to_owned()),
        }),
        date: Some(day("2026-12-01")),
        ..Corrections::default()
    };
    let case = bench.submit(id, right).await.unwrap();
    assert_eq!(
        (case.state, case.attempt, case.rejection),
        (PortState::Submitted, 2, None)
    );
    assert_eq!(case.owner.name, "Nordlys A/S");
    // Pressed once more, it changes nothing; with something else to put right it is too late.
    assert_eq!(
        bench
            .submit(id, Corrections::default())
            .await
            .unwrap()
            .attempt,
        2
    );
    let late = Corrections {
        donor: Some("Telby".to_owned()),
        ..Corrections::default()
    };
    assert_eq!(
        bench.submit(id, late).await.unwrap_err().code,
        "portUnderWay"
    );
    bench.work(HOUR).await;
    assert_eq!(bench.donor.ledger(), ["ask 1", "ask 2"]);
    bench.donor.says(DonorState::Completed);
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Completed);
    assert_eq!(
        bench
            .submit(id, Corrections::default())
            .await
            .unwrap_err()
            .code,
        "portCompleted"
    );
}

#[tokio::test]
async fn a_day_that_has_become_too_early_is_asked_about_again() {
    let bench = Bench::new().await;
    let id = bench.open().await;
    let error = bench
        .submit(
            id,
            Corrections {
                date: Some(day("2026-11-23")),
                ..Corrections::default()
            },
        )
        .await
        .unwrap_err();
    assert_eq!(error.fields[0].code, "consentMissing");
    bench.consent(id).await.unwrap();
    bench.release(id).await;
    bench.work(HOUR).await;
    bench.donor.says(DonorState::Rejected);
    bench.work(HOUR).await;
    bench.clock.advance(Duration::from_secs(4 * 24 * 3600));
    let case = bench.submit(id, Corrections::default()).await.unwrap();
    assert_eq!(case.wished_for, None);
    bench.work(HOUR).await;
    let asked = bench
        .donor
        .0
        .lock()
        .unwrap()
        .requests
        .values()
        .last()
        .unwrap()
        .0
        .day;
    assert_eq!(asked, earliest_day(bench.ids.now()));
}

#[tokio::test]
async fn until_the_donor_was_asked_a_case_is_called_off_at_once() {
    let bench = Bench::new().await;
    let draft = bench.open().await;
    assert_eq!(
        bench.cancel(draft).await.unwrap().state,
        PortState::Cancelled
    );
    let submitted = bench.open().await;
    bench.consent(submitted).await.unwrap();
    assert_eq!(
        bench.cancel(submitted).await.unwrap().state,
        PortState::Cancelled
    );
    assert_eq!(
        bench.cancel(submitted).await.unwrap_err().code,
        "portCancelled"
    );
    bench.release(submitted).await;
    bench.work(HOUR).await;
    assert_eq!(bench.donor.ledger(), Vec::<String>::new());
    // And the number can be brought again.
    bench.open().await;
}

#[tokio::test]
async fn afterwards_the_donor_has_to_agree() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    bench.donor.says(DonorState::Scheduled);
    let case = bench.cancel(id).await.unwrap();
    assert!(case.cancel_requested_at.is_some());
    assert_eq!(bench.cancel(id).await.unwrap_err().code, "cancelUnderWay");
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Cancelled);
    assert_eq!(bench.donor.ledger(), ["ask 1", "call off"]);
}

#[tokio::test]
async fn a_number_that_is_already_moving_is_not_called_off() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    bench.donor.says(DonorState::Scheduled);
    bench.donor.0.lock().unwrap().too_late = true;
    bench.cancel(id).await.unwrap();
    bench.work(HOUR).await;
    let case = bench.case(id).await;
    assert_eq!(
        (case.state, case.cancel_requested_at),
        (PortState::Scheduled, None)
    );
    assert!(
        bench
            .events(id)
            .await
            .iter()
            .any(|event| event.kind == EventKind::CancelRefused)
    );
    bench.donor.says(DonorState::Completed);
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Completed);
    assert_eq!(bench.cancel(id).await.unwrap_err().code, "portCompleted");
}

#[tokio::test]
async fn the_donor_may_decide_while_it_is_being_called_off() {
    for (said, end) in [
        (DonorState::Completed, PortState::Completed),
        (DonorState::Rejected, PortState::Cancelled),
        (DonorState::CalledOff, PortState::Cancelled),
    ] {
        let bench = Bench::new().await;
        let id = bench.asked().await;
        bench.cancel(id).await.unwrap();
        bench.donor.says(said);
        bench.work(HOUR).await;
        assert_eq!(bench.state(id).await, end, "{said:?}");
        assert_eq!(bench.donor.ledger(), ["ask 1"]);
    }
}

#[tokio::test]
async fn a_number_is_on_its_way_once_and_a_case_is_its_organisations() {
    let bench = Bench::new().await;
    let id = bench.open().await;
    assert_eq!(
        bench.try_open(&bench.scope, NUMBER).await.unwrap_err().code,
        "portUnderWay"
    );
    let theirs = bench.try_open(&bench.other, "+4522334456").await.unwrap();
    let mut tx = bench.fixture.db.begin().await.unwrap();
    assert_eq!(
        porting::case(&mut tx, &bench.other, id)
            .await
            .unwrap_err()
            .code,
        "notFound"
    );
    assert_eq!(
        porting::cancel(&mut tx, &bench.ids, &bench.scope, theirs)
            .await
            .unwrap_err()
            .code,
        "notFound"
    );
    let list = |digits: &str| Filter {
        digits: digits.to_owned(),
        ..Filter::default()
    };
    let (cases, total) = porting::list(&mut tx, &bench.scope, &list("2233"), None, 10)
        .await
        .unwrap();
    assert_eq!((cases.len(), total, cases[0].id), (1, 1, id));
    let (none, total) = porting::list(&mut tx, &bench.scope, &list("9999"), None, 10)
        .await
        .unwrap();
    assert_eq!((none.len(), total), (0, 0));
    let after = Some((cases[0].created_at, id));
    let by_order = Filter {
        order: Some(cases[0].order),
        state: Some(PortState::Draft),
        ..Filter::default()
    };
    let (rest, total) = porting::list(&mut tx, &bench.scope, &by_order, after, 10)
        .await
        .unwrap();
    assert_eq!((rest.len(), total), (0, 1));
    drop(tx);

    let reader = bench.reader().await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let refused = porting::cancel(&mut tx, &bench.ids, &reader, id)
        .await
        .unwrap_err();
    assert_eq!(refused.code, "forbidden");
    let refused = porting::submit(&mut tx, &bench.ids, &reader, id, Corrections::default())
        .await
        .unwrap_err();
    assert_eq!(refused.code, "forbidden");
}

#[tokio::test]
async fn whoever_waits_may_give_up_and_a_worker_does_it() {
    let bench = Bench::new().await;
    let id = bench.asked().await;
    let item = bench.case(id).await.item;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    for _ in 0..2 {
        porting::abandon(&mut tx, &bench.ids, &bench.scope, item)
            .await
            .unwrap();
    }
    porting::abandon(&mut tx, &bench.ids, &bench.scope, bench.ids.uuid())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    bench.work(HOUR).await;
    assert_eq!(bench.state(id).await, PortState::Cancelled);
    assert_eq!(bench.donor.ledger(), ["ask 1", "call off"]);
}
