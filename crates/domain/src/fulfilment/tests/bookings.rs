//! Services that wait for a person: confirmed, declined, cancelled before and after, and answered twice.

use super::stage::Stage;
use crate::{
    access, fulfilment,
    orders::{self, HeldReason, ItemRequest, Order, OrderItem, OrderState, Policy},
};
use platform::Result;

async fn book(stage: &Stage) -> (Order, OrderItem) {
    let bench = &stage.bench;
    let order = bench
        .order(vec![ItemRequest::BookService {
            offering: stage.service,
            wish: "Call queues, one day in May".to_owned(),
            date: None,
        }])
        .await;
    let order = bench.follow(&order, 1).await;
    assert_eq!(
        (order.state, order.held_reason),
        (OrderState::Held, Some(HeldReason::NeedsAttention))
    );
    let mut conn = bench.fixture.db.read().await.unwrap();
    let mut items = orders::items(&mut conn, &bench.scope, order.id)
        .await
        .unwrap();
    let item = items.remove(0);
    assert_eq!(item.problem_code.as_deref(), Some("serviceBooking"));
    (order, item)
}

async fn answer(stage: &Stage, item: &OrderItem, confirmed: bool, why: Option<&str>) -> Result<()> {
    let bench = &stage.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    fulfilment::answer_booking(&mut tx, &bench.ids, &bench.scope, item.id, confirmed, why).await?;
    tx.commit().await
}

async fn cancel(stage: &Stage, order: &Order) {
    let bench = &stage.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    orders::cancel(&mut tx, &bench.ids, &bench.scope, order.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Waiting for people of the operator's, as the operator sees it.
async fn waiting(stage: &Stage) -> (usize, usize) {
    let bench = &stage.bench;
    let mut conn = bench.fixture.db.read().await.unwrap();
    let scope = access::for_work(&mut conn, access::for_system(), bench.operator)
        .await
        .unwrap();
    let booked = fulfilment::booked_below(&mut conn, &scope).await.unwrap();
    let held = fulfilment::held_below(&mut conn, &scope).await.unwrap();
    (booked.len(), held.len())
}

#[tokio::test]
async fn a_service_is_carried_out_when_somebody_confirms_it_and_charged_once() {
    let stage = Stage::new(false).await;
    let (order, item) = book(&stage).await;
    assert_eq!(waiting(&stage).await, (1, 0));
    answer(&stage, &item, true, None).await.unwrap();
    assert_eq!(waiting(&stage).await, (0, 0));
    let again = answer(&stage, &item, false, Some("No")).await.unwrap_err();
    assert_eq!(again.code, "bookingAnswered");
    // Cancelled too late: what was agreed is carried out.
    cancel(&stage, &order).await;
    let ended = stage.bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Completed);
    let mut conn = stage.bench.fixture.db.read().await.unwrap();
    let (from, until) = (platform::Instant(0), stage.bench.ids.now());
    let until = until.plus(std::time::Duration::from_secs(60));
    let charged = orders::charged_once(&mut conn, &stage.bench.scope, from, until)
        .await
        .unwrap();
    let of_item: Vec<_> = charged
        .iter()
        .filter(|charged| charged.charge == item.id.0)
        .map(|charged| (charged.quantity, charged.price.amount))
        .collect();
    assert_eq!(of_item, [(1, 120_000)]);
    drop(conn);
    let undone = stage.undo(&ended).await.unwrap_err();
    assert_eq!(undone.code, "undoServiceAgreed");
    assert_eq!(stage.bench.fake.0.lock().unwrap().calls, 0);
}

#[tokio::test]
async fn a_service_that_is_declined_says_why_and_costs_nothing() {
    let stage = Stage::new(false).await;
    let (order, item) = book(&stage).await;
    let unsaid = answer(&stage, &item, false, Some("  ")).await.unwrap_err();
    assert_eq!(unsaid.code, "required");
    answer(&stage, &item, false, Some("Nobody is free in May"))
        .await
        .unwrap();
    let ended = stage.bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Failed);
    let mut conn = stage.bench.fixture.db.read().await.unwrap();
    let items = orders::items(&mut conn, &stage.bench.scope, order.id)
        .await
        .unwrap();
    assert_eq!(
        items[0].problem_detail.as_deref(),
        Some("Nobody is free in May")
    );
}

#[tokio::test]
async fn a_service_that_nobody_has_confirmed_is_cancelled() {
    let stage = Stage::new(false).await;
    let (order, item) = book(&stage).await;
    cancel(&stage, &order).await;
    let late = answer(&stage, &item, true, None).await.unwrap_err();
    assert_eq!(late.code, "cancelUnderWay");
    let ended = stage.bench.follow(&order, 1).await;
    assert_eq!(ended.state, OrderState::Cancelled);
    assert_eq!(waiting(&stage).await, (0, 0));
    let policy = Policy::default();
    let (scope, now) = (&stage.bench.scope, stage.bench.ids.now());
    let mut conn = stage.bench.fixture.db.read().await.unwrap();
    let told = orders::undoable(&mut conn, scope, &policy, now, &[(&ended, Vec::new())])
        .await
        .unwrap();
    assert_eq!(told[&order.id].as_ref().unwrap_err().code, "undoNothing");
}
