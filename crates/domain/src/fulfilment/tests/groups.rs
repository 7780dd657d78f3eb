//! Call groups when several things happen at once: members who come and go while a group is changed, and two who change it.

use super::{stage::Stage, worlds::METTE};
use crate::{
    call_groups::{self, Strategy},
    directory,
    numbering::NumberState,
    orders::{
        self, ItemRequest, NumberFate, NumberRequest, Order, OrderState, Policy, QuoteRequest,
        SimRequest,
    },
    subscriptions::{self, SubscriptionId, SubscriptionKind},
};
use platform::db::params;
use uuid::Uuid;

/// Gives Mette a mobile line too.
async fn second_line(stage: &Stage) -> SubscriptionId {
    let bench = &stage.bench;
    let mut conn = bench.fixture.db.read().await.unwrap();
    let mette = directory::person_by_object(&mut conn, &bench.scope, METTE)
        .await
        .unwrap()
        .unwrap()
        .id;
    drop(conn);
    stage
        .carry_out(vec![ItemRequest::CreateMobile {
            person: mette,
            offering: bench.mobile,
            number: NumberRequest::Series { number: None },
            sim: SimRequest::Unassigned { sim: stage.spare },
            date: None,
        }])
        .await;
    let mut conn = bench.fixture.db.read().await.unwrap();
    let live = subscriptions::live_of_person(&mut conn, &bench.scope, mette).await;
    live.unwrap()[0].id
}

fn members(stage: &Stage, members: &[SubscriptionId]) -> ItemRequest {
    ItemRequest::ChangeCallGroup {
        call_group: stage.group,
        name: None,
        number: None,
        members: Some(members.iter().map(|line| line.0).collect()),
        strategy: None,
        ring_seconds: None,
        opening_hours: None,
        overflow: None,
        date: None,
    }
}

fn end(line: SubscriptionId) -> ItemRequest {
    ItemRequest::EndSubscription {
        subscription: line,
        number: NumberFate::Rest,
        reason: None,
        date: None,
    }
}

async fn in_group(stage: &Stage) -> Vec<SubscriptionId> {
    let mut conn = stage.bench.fixture.db.read().await.unwrap();
    let group = call_groups::group(&mut conn, &stage.bench.scope, stage.group).await;
    group.unwrap().unwrap().members
}

async fn ends(stage: &Stage, order: &Order, expected: OrderState) {
    assert_eq!(stage.bench.follow(order, 1).await.state, expected);
}

/// What the tables must agree on: who rings has a line, each group holds its number, and no group is kept for anybody.
async fn sound(stage: &Stage) {
    let mut conn = stage.bench.fixture.db.read().await.unwrap();
    for sql in [
        "SELECT COUNT(*) FROM call_group_members m JOIN call_groups g ON g.id = m.call_group
           JOIN subscriptions s ON s.id = m.subscription WHERE g.state = 'ended' OR s.kind <> 'mobile' OR s.state = 'ended'",
        "SELECT COUNT(*) FROM call_groups g LEFT JOIN numbers n ON n.id = g.number AND n.holder = g.id
         WHERE g.state <> 'ended' AND n.id IS NULL",
        "SELECT COUNT(*) FROM numbers n JOIN call_groups g ON g.id = n.holder WHERE g.state = 'ended'",
        "SELECT COUNT(*) FROM call_groups WHERE moved_by IS NOT NULL",
    ] {
        let found: i64 = conn.one(sql, params![]).await.unwrap().get(0).unwrap();
        assert_eq!(found, 0, "{sql}");
    }
}

#[tokio::test]
async fn a_line_that_ends_leaves_its_group_and_comes_back_to_its_place_when_that_is_undone() {
    let stage = Stage::new(false).await;
    let second = second_line(&stage).await;
    stage
        .carry_out(vec![members(&stage, &[stage.mobile, second])])
        .await;
    let ended = stage.carry_out(vec![end(stage.mobile)]).await;
    assert_eq!(in_group(&stage).await, [second]);
    stage.check("ended").await;
    let bench = &stage.bench;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let policy = Policy::default();
    let undo = orders::undo(&mut tx, &bench.ids, &bench.scope, &policy, ended.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    ends(&stage, &undo, OrderState::Completed).await;
    assert_eq!(in_group(&stage).await, [stage.mobile, second]);
    stage.check("undone").await;
    sound(&stage).await;
}

/// Whichever is placed first: the group never rings a line that is gone, and what is placed is carried out.
#[tokio::test]
async fn a_line_that_ends_while_it_is_put_into_a_group_is_not_in_it() {
    for end_first in [true, false] {
        let stage = Stage::new(false).await;
        let second = second_line(&stage).await;
        let joins = members(&stage, &[stage.mobile, second]);
        let (join, end) = if end_first {
            let end = stage.bench.order(vec![end(second)]).await;
            (stage.bench.order(vec![joins]).await, end)
        } else {
            let join = stage.bench.order(vec![joins]).await;
            (join, stage.bench.order(vec![end(second)]).await)
        };
        ends(&stage, &join, OrderState::Completed).await;
        ends(&stage, &end, OrderState::Completed).await;
        assert_eq!(in_group(&stage).await, [stage.mobile], "{end_first}");
        stage.check("afterwards").await;
        sound(&stage).await;
    }
}

#[tokio::test]
async fn several_members_of_a_group_end_in_one_order() {
    let stage = Stage::new(false).await;
    let second = second_line(&stage).await;
    stage
        .carry_out(vec![members(&stage, &[second, stage.mobile])])
        .await;
    stage.carry_out(vec![end(stage.mobile), end(second)]).await;
    assert_eq!(in_group(&stage).await, []);
    stage.check("ended").await;
    sound(&stage).await;
}

#[tokio::test]
async fn a_group_that_is_being_changed_cannot_be_changed_by_another_order() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let first = bench
        .order(vec![ItemRequest::RemoveCallGroup {
            call_group: stage.group,
            date: None,
        }])
        .await;
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let request = QuoteRequest::of(vec![members(&stage, &[stage.mobile])]);
    let quote = orders::make_quote(
        &mut tx,
        &bench.ids,
        &bench.scope,
        &Policy::default(),
        request,
    )
    .await
    .unwrap();
    let codes: Vec<_> = quote
        .answer
        .problems
        .iter()
        .map(|problem| (problem.pointer.as_str(), problem.code.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            ("/items/0/callGroup", "orderUnderWay"),
            ("/items/0/callGroup", "nothingChanges")
        ]
    );
    drop(tx);
    ends(&stage, &first, OrderState::Completed).await;
    sound(&stage).await;
}

/// The database itself refuses a second holder, whatever the code does.
#[tokio::test]
async fn a_number_is_on_one_line_or_group_in_the_database_too() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let mut conn = bench.fixture.db.read().await.unwrap();
    let lines = subscriptions::live_of_person(&mut conn, &bench.scope, bench.person)
        .await
        .unwrap();
    let line = lines
        .iter()
        .find(|line| line.kind == SubscriptionKind::Mobile)
        .unwrap();
    let taken = line.number.unwrap();
    drop(conn);
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let refused = call_groups::set_number(&mut tx, &bench.scope, stage.group, Some(taken)).await;
    assert!(refused.is_err());
    drop(tx);
    // Nor can the number go to the line while the group has it.
    let mut tx = bench.fixture.db.begin().await.unwrap();
    let group = call_groups::group(&mut tx, &bench.scope, stage.group)
        .await
        .unwrap()
        .unwrap();
    let refused = tx
        .execute(
            "UPDATE numbers SET holder = ?2 WHERE id = ?1",
            params![group.number, Uuid::from_u128(9)],
        )
        .await;
    assert!(refused.is_err());
    drop(tx);
    sound(&stage).await;
}

#[tokio::test]
async fn a_scheduled_group_begins_with_those_who_are_left_and_fails_with_nobody() {
    let stage = Stage::new(false).await;
    let bench = &stage.bench;
    let second = second_line(&stage).await;
    let tomorrow = bench.ids.now().danish_day().tomorrow().unwrap();
    let create = |lines: &[SubscriptionId]| ItemRequest::CreateCallGroup {
        name: "Later".to_owned(),
        number: NumberRequest::Series { number: None },
        members: lines.iter().map(|line| line.0).collect(),
        strategy: Strategy::InOrder,
        ring_seconds: 10,
        opening_hours: None,
        overflow: None,
        date: Some(tomorrow),
    };
    let both = bench.order(vec![create(&[stage.mobile, second])]).await;
    let alone = bench.order(vec![create(&[second])]).await;
    stage.carry_out(vec![end(second)]).await;
    assert_eq!(bench.follow(&both, 48).await.state, OrderState::Completed);
    assert_eq!(bench.follow(&alone, 48).await.state, OrderState::Failed);
    let mut conn = bench.fixture.db.read().await.unwrap();
    let live = call_groups::live(&mut conn, &bench.scope).await.unwrap();
    assert_eq!(live.len(), 2);
    assert!(live.iter().all(|group| group.members == [stage.mobile]));
    let free = crate::numbering::list(
        &mut conn,
        &bench.scope,
        &crate::numbering::Filter {
            state: Some(NumberState::Reserved),
            ..crate::numbering::Filter::default()
        },
        None,
        9,
    )
    .await
    .unwrap();
    assert_eq!(free.1, 0, "its number is free again");
    drop(conn);
    sound(&stage).await;
}
