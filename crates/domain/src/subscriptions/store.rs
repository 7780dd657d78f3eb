//! The tables of this room.

mod charged;
mod tenures;

pub use charged::charged;
pub use tenures::holders;
pub(super) use tenures::keep_history;

use super::{
    Agreed, Interval, IntervalKind, NewSubscription, Subscription, SubscriptionId,
    SubscriptionKind, SubscriptionState,
};
use crate::{
    access::Scope, catalogue::OfferingId, directory::PersonId, numbering::NumberId, sims::SimId,
};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, params, values},
};

const SUBSCRIPTION: &str =
    "id, person, kind, offering, number, sim, state, monthly, reference, started_at, version";

fn read(row: &Row) -> Result<Subscription> {
    Ok(Subscription {
        id: row.get(0)?,
        person: row.get(1)?,
        kind: row.get(2)?,
        offering: row.get(3)?,
        number: row.get(4)?,
        sim: row.get(5)?,
        state: row.get(6)?,
        monthly: row.get(7)?,
        reference: row.get(8)?,
        started_at: row.get(9)?,
        version: row.get(10)?,
    })
}

pub async fn subscription(
    conn: &mut Conn,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<Subscription> {
    read(
        &conn
            .one(
                &format!(
                    "SELECT {SUBSCRIPTION} FROM subscriptions WHERE organisation = ?1 AND id = ?2"
                ),
                params![scope.organisation(), id],
            )
            .await?,
    )
}

/// What the person has here and what is being set up for them.
pub async fn live_of_person(
    conn: &mut Conn,
    scope: &Scope,
    person: PersonId,
) -> Result<Vec<Subscription>> {
    conn.all(
        &format!("SELECT {SUBSCRIPTION} FROM subscriptions WHERE person = ?2 AND organisation = ?1 AND state <> 'ended' ORDER BY kind, ordered_at"),
        params![scope.organisation(), person],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Several subscriptions of the organisation.
pub async fn subscriptions(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[SubscriptionId],
) -> Result<Vec<Subscription>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!(
            "SELECT {SUBSCRIPTION} FROM subscriptions WHERE organisation = ?1 AND id IN ({places})"
        )
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Locks several, so that two orders for one come one after the other.
pub async fn lock(tx: &mut Tx, scope: &Scope, ids: &[SubscriptionId]) -> Result<()> {
    let mut ids = ids.to_vec();
    // Everybody locks in the same order.
    ids.sort_unstable();
    tx.all_of(params![scope.organisation()], &ids, |places| {
        format!("SELECT id FROM subscriptions WHERE organisation = ?1 AND id IN ({places}) ORDER BY id FOR UPDATE")
    })
    .await
    .map(|_| ())
}

/// What several people have, or are being given: (person, kind, whether it is from this organisation). Of other organisations
/// only telephony is told: a Teams account has one number.
pub async fn kinds_of_people(
    conn: &mut Conn,
    scope: &Scope,
    people: &[PersonId],
) -> Result<Vec<(PersonId, SubscriptionKind, bool)>> {
    conn.all_of(params![scope.organisation()], people, |places| {
        format!(
            "SELECT person, kind, organisation = ?1 FROM subscriptions
             WHERE person IN ({places}) AND state <> 'ended' AND (organisation = ?1 OR kind = 'telephony')"
        )
    })
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    .collect()
}

/// Everything in the organisation that has not ended.
pub async fn of_organisation(conn: &mut Conn, scope: &Scope) -> Result<Vec<Subscription>> {
    conn.all(
        &format!("SELECT {SUBSCRIPTION} FROM subscriptions WHERE organisation = ?1 AND state <> 'ended' ORDER BY id"),
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The mobile subscription that each of several people has here, or is being given.
pub async fn mobile_of_people(
    conn: &mut Conn,
    scope: &Scope,
    people: &[PersonId],
) -> Result<Vec<(PersonId, SubscriptionId)>> {
    conn.all_of(params![scope.organisation()], people, |places| {
        format!(
            "SELECT person, id FROM subscriptions
             WHERE person IN ({places}) AND organisation = ?1 AND kind = 'mobile' AND state <> 'ended'"
        )
    })
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// What several subscriptions are charged for now.
pub async fn open_intervals(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[SubscriptionId],
) -> Result<Vec<Interval>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!(
            "SELECT {INTERVAL} FROM subscription_intervals
             WHERE organisation = ?1 AND subscription IN ({places}) AND ended_at IS NULL ORDER BY subscription, started_at, id"
        )
    })
    .await?
    .iter()
    .map(read_interval)
    .collect()
}

/// Everything that a subscription was and is charged for, the earliest first.
pub async fn intervals(
    conn: &mut Conn,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<Vec<Interval>> {
    conn.all(
        &format!(
            "SELECT {INTERVAL} FROM subscription_intervals WHERE organisation = ?1 AND subscription = ?2 ORDER BY started_at, id"
        ),
        params![scope.organisation(), id],
    )
    .await?
    .iter()
    .map(read_interval)
    .collect()
}

const INTERVAL: &str = "subscription, kind, offering, monthly, started_at, ended_at";

fn read_interval(row: &Row) -> Result<Interval> {
    Ok(Interval {
        subscription: row.get(0)?,
        kind: row.get(1)?,
        offering: row.get(2)?,
        monthly: row.get(3)?,
        started_at: row.get(4)?,
        ended_at: row.get(5)?,
    })
}

pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &[&NewSubscription],
) -> Result<()> {
    let now = ids.now();
    let rows: Vec<_> = new
        .iter()
        .map(|new| {
            values![
                new.id,
                scope.organisation(),
                new.person,
                new.kind,
                new.offering,
                new.number,
                new.sim,
                new.monthly,
                now
            ]
        })
        .collect();
    tx.execute_many(
        "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, sim, state, monthly, ordered_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'ordered', ?8, ?9, 1)",
        &rows,
    )
    .await?;
    Ok(())
}

/// Those that had ended are ordered once more. Says how many there were.
pub(super) async fn revive(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    revived: &[&NewSubscription],
) -> Result<u64> {
    let now = ids.now();
    let rows: Vec<_> = revived
        .iter()
        .map(|new| {
            values![
                scope.organisation(),
                new.id,
                new.offering,
                new.number,
                new.sim,
                new.monthly,
                now
            ]
        })
        .collect();
    tx.execute_many(
        "UPDATE subscriptions SET state = 'ordered', offering = ?3, number = ?4, sim = ?5, monthly = ?6, ordered_at = ?7,
           ended_at = NULL, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ended'",
        &rows,
    )
    .await
}

pub(super) async fn activate(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    suspended: bool,
) -> Result<u64> {
    let state = if suspended {
        SubscriptionState::Suspended
    } else {
        SubscriptionState::Active
    };
    tx.execute(
        "UPDATE subscriptions SET state = ?4, started_at = COALESCE(started_at, ?3), version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ordered'",
        params![scope.organisation(), id, ids.now(), state],
    )
    .await
}

pub(super) async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    from: SubscriptionState,
    to: SubscriptionState,
) -> Result<u64> {
    tx.execute(
        "UPDATE subscriptions SET state = ?4, version = version + 1 WHERE organisation = ?1 AND id = ?2 AND state = ?3",
        params![scope.organisation(), id, from, to],
    )
    .await
}

pub(super) async fn open_interval(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    kind: IntervalKind,
    agreed: Agreed,
) -> Result<()> {
    tx.execute(
        "INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, order_item, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            ids.uuid(),
            scope.organisation(),
            id,
            kind,
            agreed.offering,
            agreed.monthly,
            agreed.item,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn close_intervals(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
    kind: Option<IntervalKind>,
    offering: Option<OfferingId>,
) -> Result<()> {
    tx.execute(
        "UPDATE subscription_intervals SET ended_at = ?3
         WHERE organisation = ?1 AND subscription = ?2 AND ended_at IS NULL
           AND (CAST(?4 AS TEXT) IS NULL OR kind = ?4) AND (CAST(?5 AS UUID) IS NULL OR offering = ?5)",
        params![scope.organisation(), id, ids.now(), kind, offering],
    )
    .await?;
    Ok(())
}

/// What it costs a month is what its open intervals do.
pub(super) async fn sum_up(tx: &mut Tx, scope: &Scope, id: SubscriptionId) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET version = version + 1, monthly =
           (SELECT CAST(COALESCE(SUM(i.monthly), 0) AS BIGINT) FROM subscription_intervals i
            WHERE i.subscription = subscriptions.id AND i.ended_at IS NULL)
         WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_offering(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    offering: OfferingId,
) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET offering = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, offering],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_number(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    number: NumberId,
) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET number = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, number],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_sim(
    tx: &mut Tx,
    scope: &Scope,
    id: SubscriptionId,
    sim: SimId,
) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET sim = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, sim],
    )
    .await?;
    Ok(())
}

pub(super) async fn end(tx: &mut Tx, ids: &Ids, scope: &Scope, id: SubscriptionId) -> Result<()> {
    tx.execute(
        "UPDATE subscriptions SET state = 'ended', ended_at = ?3, number = NULL, sim = NULL, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state <> 'ended'",
        params![scope.organisation(), id, ids.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn abandon(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<u64> {
    tx.execute(
        "UPDATE subscriptions SET state = 'ended', ended_at = ?3, number = NULL, sim = NULL, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ordered'",
        params![scope.organisation(), id, ids.now()],
    )
    .await
}
