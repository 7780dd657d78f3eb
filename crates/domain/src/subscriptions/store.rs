//! The tables of this room.

mod tenures;

pub use tenures::holders;
pub(super) use tenures::keep_history;

use super::{NewSubscription, Subscription, SubscriptionId};
use crate::{access::Scope, directory::PersonId};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, params},
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

/// Whether the person has Teams telephony from any organisation: a Teams account has one number.
pub(super) async fn has_telephony_anywhere(
    conn: &mut Conn,
    _: &Scope,
    person: PersonId,
) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM subscriptions WHERE person = ?1 AND kind = 'telephony' AND state <> 'ended' LIMIT 1",
            params![person],
        )
        .await?
        .is_some())
}

pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &NewSubscription,
) -> Result<()> {
    tx.execute(
        "INSERT INTO subscriptions (id, organisation, person, kind, offering, number, sim, state, monthly, ordered_at, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'ordered', ?8, ?9, 1)",
        params![
            new.id,
            scope.organisation(),
            new.person,
            new.kind,
            new.offering,
            new.number,
            new.sim,
            new.monthly,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn activate(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: SubscriptionId,
) -> Result<u64> {
    tx.execute(
        "UPDATE subscriptions SET state = 'active', started_at = ?3, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ordered'",
        params![scope.organisation(), id, ids.now()],
    )
    .await
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
