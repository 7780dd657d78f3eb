//! What goes on with a subscription while its number is on its way.

use super::{super::bench::card, *};
use crate::{
    access,
    orders::{NumberFate, SimRequest},
    sims,
    subscriptions::SubscriptionId,
};

impl Ports {
    async fn subscription(&self, order: &Order) -> SubscriptionId {
        let (_, items) = self.see(order).await;
        items[0].subscription.expect("a subscription")
    }

    async fn carried_out(&self, wish: ItemRequest) {
        let order = self.bench.order(vec![wish]).await;
        self.work(Duration::from_secs(300)).await;
        assert_eq!(self.standing(&order).await.0, OrderState::Completed);
    }

    /// What stands in the way of a wish.
    async fn problems(&self, wish: ItemRequest) -> Vec<String> {
        let bench = &self.bench;
        let mut tx = bench.fixture.db.begin().await.unwrap();
        let request = QuoteRequest::of(vec![wish]);
        let policy = Policy::default();
        orders::make_quote(&mut tx, &bench.ids, &bench.scope, &policy, request)
            .await
            .unwrap()
            .answer
            .problems
            .into_iter()
            .map(|problem| problem.code)
            .collect()
    }
}

fn suspend(subscription: SubscriptionId) -> ItemRequest {
    ItemRequest::SuspendSim {
        subscription,
        reason: None,
        date: None,
    }
}

/// A telephone that is lost meanwhile is blocked and gets another SIM; the number comes to that one.
#[tokio::test]
async fn a_lost_sim_is_blocked_and_replaced_while_the_number_is_on_its_way() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    let subscription = ports.subscription(&order).await;
    let bench = &ports.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let (system, owner) = (access::for_system(), bench.customer);
    sims::add_to_drawer(
        &mut tx,
        &bench.ids,
        system,
        &bench.sealer,
        owner,
        &[card(2)],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let mut conn = bench.fixture.db.read().await.unwrap();
    let drawer = Some(sims::SimState::Unassigned);
    let (cards, _) = sims::list(&mut conn, &bench.scope, drawer, "", None, 9)
        .await
        .unwrap();
    drop(conn);
    // Also while the donor says no, which somebody has to put right first.
    ports.donor.says(DonorState::Rejected);
    ports.work(HOUR).await;
    ports.carried_out(suspend(subscription)).await;
    let case = ports.case(&order).await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let nothing = Corrections::default();
    porting::submit(&mut tx, &bench.ids, &bench.scope, case.id, nothing)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ports.work(HOUR).await;
    ports
        .carried_out(ItemRequest::ReplaceSim {
            subscription,
            sim: SimRequest::Unassigned { sim: cards[0].id },
            date: None,
        })
        .await;
    assert_eq!(
        ports.number_of(&order).await,
        (SubscriptionState::Suspended, "+4526000000".to_owned())
    );
    ports.donor.says(DonorState::Completed);
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await, (OrderState::Completed, None));
    assert_eq!(
        ports.number_of(&order).await,
        (SubscriptionState::Suspended, PORTED.to_owned())
    );
    let worlds = bench.fake.0.lock().unwrap();
    let line = &worlds.lines[PORTED];
    assert_eq!((&line.iccid, line.suspended), (&cards[0].iccid, true));
    assert_eq!(worlds.lines.len(), 1);
}

/// With the subscription gone the number would come to nothing.
#[tokio::test]
async fn a_subscription_does_not_end_before_the_number_that_is_on_its_way_to_it() {
    let ports = Ports::new().await;
    let order = ports.asked(true).await;
    let subscription = ports.subscription(&order).await;
    let end = ItemRequest::EndSubscription {
        subscription,
        number: NumberFate::Rest,
        reason: None,
        date: None,
    };
    let another = ItemRequest::ChangeNumber {
        subscription,
        number: NumberRequest::New {},
        date: None,
    };
    assert_eq!(ports.problems(end.clone()).await, ["portOpen"]);
    assert_eq!(ports.problems(another).await, ["portOpen"]);
    assert_eq!(
        ports.problems(suspend(subscription)).await,
        Vec::<String>::new()
    );
    ports.cancel(&order).await;
    ports.work(HOUR).await;
    assert_eq!(ports.standing(&order).await.0, OrderState::Partial);
    ports.carried_out(end).await;
    assert_eq!(ports.bench.fake.0.lock().unwrap().lines.len(), 0);
}
