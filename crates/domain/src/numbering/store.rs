//! The tables of this room.

mod keeping;

pub(super) use keeping::{in_order, keep, let_go, lock};

use super::{
    Number, NumberId, NumberKind, NumberSeries, NumberSeriesId, NumberState, Reservation, Wanted,
};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Row, Tx, params, values},
};
use std::collections::HashMap;
use uuid::Uuid;

const NUMBER: &str = "id, number, kind, state, series, holder, release_at, reserved_for, reserved_by, reserved_at, origin";

fn read(row: &Row) -> Result<Number> {
    Ok(Number {
        id: row.get(0)?,
        number: row.get(1)?,
        kind: row.get(2)?,
        state: row.get(3)?,
        series: row.get(4)?,
        holder: row.get(5)?,
        release_at: row.get(6)?,
        reservation: match row.get::<Option<String>>(7)? {
            Some(note) => Some(Reservation {
                note,
                by: row.get(8)?,
                at: row.get(9)?,
            }),
            None => None,
        },
        origin: row.get(10)?,
    })
}

#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `Reserved` finds what an order holds and what is kept for something; `Free` finds neither.
    pub state: Option<NumberState>,
    pub kind: Option<NumberKind>,
    /// Digits that the number contains.
    pub digits: String,
}

/// A page of the organisation's numbers in order, from after a number on, and how many there are in all.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<Number>, i64)> {
    const WHERE: &str = "organisation = ?1
         AND (CAST(?2 AS TEXT) IS NULL OR (CASE WHEN state = 'free' AND reserved_for IS NOT NULL THEN 'reserved' ELSE state END) = ?2)
         AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (?4 = '' OR number LIKE '%' || ?4 || '%')";
    let rows = conn
        .all(
            &format!("SELECT {NUMBER} FROM numbers WHERE {WHERE} AND (CAST(?5 AS TEXT) IS NULL OR number > ?5) ORDER BY number LIMIT ?6"),
            params![scope.organisation(), filter.state, filter.kind, &filter.digits, after, limit],
        )
        .await?;
    let total = conn
        .one(
            &format!("SELECT COUNT(*) FROM numbers WHERE {WHERE}"),
            params![
                scope.organisation(),
                filter.state,
                filter.kind,
                &filter.digits
            ],
        )
        .await?
        .get(0)?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

/// One number of the organisation.
pub async fn number(conn: &mut Conn, scope: &Scope, id: NumberId) -> Result<Number> {
    read(
        &conn
            .one(
                &format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND id = ?2"),
                params![scope.organisation(), id],
            )
            .await?,
    )
}

/// One number of the organisation, by what it is; E.164 with `+`.
pub async fn find(conn: &mut Conn, scope: &Scope, number: &str) -> Result<Option<Number>> {
    conn.optional(
        &format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND number = ?2"),
        params![scope.organisation(), number],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// The series of the organisation with how many of each are free.
pub async fn series(conn: &mut Conn, scope: &Scope) -> Result<Vec<NumberSeries>> {
    conn.all(
        "SELECT s.id, s.first, s.last, s.kind, COUNT(n.id),
           CAST(COALESCE(SUM(CASE WHEN n.state = 'free' AND n.organisation = s.organisation AND n.reserved_for IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM number_series s LEFT JOIN numbers n ON n.series = s.id
         WHERE s.organisation = ?1 GROUP BY s.id, s.first, s.last, s.kind ORDER BY s.first",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(NumberSeries {
            id: row.get(0)?,
            first: row.get(1)?,
            last: row.get(2)?,
            kind: row.get(3)?,
            total: row.get(4)?,
            free: row.get(5)?,
        })
    })
    .collect()
}

/// Whether anybody here has this number; E.164 with `+`.
pub async fn is_known(conn: &mut Conn, _: &Scope, number: &str) -> Result<bool> {
    Ok(conn
        .optional("SELECT 1 FROM numbers WHERE number = ?1", params![number])
        .await?
        .is_some())
}

/// A number that came from another operator: the organisation's, of no series, reserved for `holder`. Bears being called
/// twice.
pub(super) async fn take_in(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    number: &str,
    kind: NumberKind,
    holder: Uuid,
) -> Result<()> {
    tx.execute(
        "INSERT INTO numbers (id, number, kind, organisation, origin, state, holder, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?4, 'reserved', ?5, ?6) ON CONFLICT (number) DO NOTHING",
        params![
            ids.make::<NumberId>(),
            number,
            kind,
            scope.organisation(),
            holder,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// Several numbers of the organisation, by what they are; E.164 with `+`.
pub async fn find_many(conn: &mut Conn, scope: &Scope, numbers: &[&str]) -> Result<Vec<Number>> {
    conn.all_of(params![scope.organisation()], numbers, |places| {
        format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND number IN ({places})")
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Several numbers of the organisation, by their ids.
pub async fn numbers(conn: &mut Conn, scope: &Scope, ids: &[NumberId]) -> Result<Vec<Number>> {
    conn.all_of(params![scope.organisation()], ids, |places| {
        format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND id IN ({places})")
    })
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The number that a holder has, or that is reserved for it.
pub async fn of_holder(conn: &mut Conn, scope: &Scope, holder: Uuid) -> Result<Option<Number>> {
    conn.optional(
        &format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND holder = ?2"),
        params![scope.organisation(), holder],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// How many free numbers of a kind `owner` has: the organisation itself, or the operator's pool.
pub async fn count_free(
    conn: &mut Conn,
    _: &Scope,
    owner: OrganisationId,
    kind: NumberKind,
) -> Result<i64> {
    conn.one(
        "SELECT COUNT(*) FROM numbers WHERE organisation = ?1 AND state = 'free' AND reserved_for IS NULL AND kind = ?2",
        params![owner, kind],
    )
    .await?
    .get(0)
}

/// The named numbers of the organisation, locked, each by what it is.
pub(super) async fn lock_named(
    tx: &mut Tx,
    scope: &Scope,
    named: &[(&str, &Wanted)],
) -> Result<HashMap<String, Number>> {
    let mut numbers: Vec<&str> = named.iter().map(|(number, _)| *number).collect();
    // Everybody locks in the same order.
    numbers.sort_unstable();
    tx.all_of(params![scope.organisation()], &numbers, |places| {
        format!(
            "SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND number IN ({places}) ORDER BY number FOR UPDATE"
        )
    })
    .await?
    .iter()
    .map(|row| read(row).map(|number| (number.number.clone(), number)))
    .collect()
}

/// The first free numbers of `owner` that nobody else is taking, locked.
pub(super) async fn lock_free(
    tx: &mut Tx,
    _: &Scope,
    owner: OrganisationId,
    kind: NumberKind,
    count: usize,
) -> Result<Vec<Number>> {
    tx.all(
        &format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND state = 'free' AND reserved_for IS NULL AND kind = ?2 ORDER BY number LIMIT ?3 FOR UPDATE SKIP LOCKED"),
        params![owner, kind, count as i64],
    )
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Reserves locked numbers: (number, holder, whether it joins the organisation). Says how many there were to reserve.
pub(super) async fn reserve(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    rows: &[(NumberId, Uuid, bool)],
) -> Result<u64> {
    const WHERE: &str = "WHERE id = ?1 AND state IN ('free', 'resting') AND holder IS NULL";
    let now = ids.now();
    let stays: Vec<_> = rows
        .iter()
        .filter(|(_, _, joins)| !joins)
        .map(|(id, holder, _)| values![*id, *holder, now])
        .collect();
    let joins: Vec<_> = rows
        .iter()
        .filter(|(_, _, joins)| *joins)
        .map(|(id, holder, _)| values![*id, *holder, now, scope.organisation()])
        .collect();
    // The organisation is set only where it changes: it is part of a key, and all subscriptions would be looked through.
    let mut reserved = tx
        .execute_many(
            &format!("UPDATE numbers SET state = 'reserved', holder = ?2, changed_at = ?3 {WHERE}"),
            &stays,
        )
        .await?;
    reserved += tx
        .execute_many(
            &format!("UPDATE numbers SET state = 'reserved', holder = ?2, changed_at = ?3, organisation = ?4 {WHERE}"),
            &joins,
        )
        .await?;
    Ok(reserved)
}

pub(super) async fn pass_on(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    from: Uuid,
    to: Uuid,
) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET holder = ?3, changed_at = ?4 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), from, to, ids.now()],
    )
    .await
}

/// Whose series a number is from; the rest of the expression says whose one is that is from none.
const HOME: &str =
    "COALESCE((SELECT s.organisation FROM number_series s WHERE s.id = numbers.series)";

pub(super) async fn rest(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    until: Instant,
    back_to: Option<OrganisationId>,
) -> Result<()> {
    let mut params = params![scope.organisation(), holder, ids.now(), until].to_vec();
    let moves = match back_to {
        None => String::new(),
        Some(operator) => {
            params.push(operator.into());
            // It stays here while it rests, in case it is wanted back.
            format!(", origin = {HOME}, ?5)")
        }
    };
    tx.execute(
        &format!(
            "UPDATE numbers SET state = 'resting', holder = NULL, changed_at = ?3, release_at = ?4{moves}
             WHERE organisation = ?1 AND holder = ?2"
        ),
        &params,
    )
    .await?;
    Ok(())
}

pub(super) async fn return_at_once(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    operator: OrganisationId,
) -> Result<()> {
    tx.execute(
        &format!(
            "UPDATE numbers SET state = 'free', holder = NULL, changed_at = ?3, release_at = NULL,
               organisation = {HOME}, ?4), origin = {HOME}, ?4)
             WHERE organisation = ?1 AND holder = ?2"
        ),
        params![scope.organisation(), holder, ids.now(), operator],
    )
    .await?;
    Ok(())
}

pub(super) async fn rest_again(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    holder: Uuid,
    until: Instant,
    origin: OrganisationId,
) -> Result<()> {
    tx.execute(
        "UPDATE numbers SET state = 'resting', holder = NULL, changed_at = ?3, release_at = ?4, origin = ?5
         WHERE organisation = ?1 AND holder = ?2",
        params![scope.organisation(), holder, ids.now(), until, origin],
    )
    .await?;
    Ok(())
}

pub(super) async fn end_rests(tx: &mut Tx, _: SystemScope, now: Instant) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET organisation = origin, changed_at = ?1
         WHERE state = 'resting' AND release_at <= ?1 AND organisation <> origin",
        params![now],
    )
    .await?;
    tx.execute(
        "UPDATE numbers SET state = 'free', release_at = NULL, changed_at = ?1 WHERE state = 'resting' AND release_at <= ?1",
        params![now],
    )
    .await
}

pub(super) async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET state = 'active', release_at = NULL, reserved_for = NULL, reserved_by = NULL, reserved_at = NULL, changed_at = ?3 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

/// Back to where it was before the order: free or resting, and with the organisation that it came from.
pub(super) async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET state = CASE WHEN release_at IS NULL THEN 'free' ELSE 'resting' END,
           organisation = CASE WHEN release_at IS NULL THEN origin ELSE organisation END, holder = NULL, changed_at = ?3
         WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

/// The number came to the organisation for good.
pub(super) async fn settle(tx: &mut Tx, scope: &Scope, holder: Uuid) -> Result<()> {
    tx.execute(
        "UPDATE numbers SET origin = organisation WHERE organisation = ?1 AND holder = ?2",
        params![scope.organisation(), holder],
    )
    .await?;
    Ok(())
}

pub(super) async fn insert_series(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    owner: OrganisationId,
    kind: NumberKind,
    numbers: &[String],
) -> Result<NumberSeriesId> {
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else {
        return Err(Error::rule(
            "notASeries",
            "A series has at least one number.",
        ));
    };
    let series: NumberSeriesId = ids.make();
    let now = ids.now();
    tx.execute(
        "INSERT INTO number_series (id, organisation, kind, first, last, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![series, owner, kind, first, last, now],
    )
    .await?;
    let rows: Vec<_> = numbers
        .iter()
        .map(|number| values![ids.make::<NumberId>(), number, kind, owner, series, now])
        .collect();
    tx.execute_many(
        "INSERT INTO numbers (id, number, kind, organisation, origin, series, state, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, 'free', ?6)",
        &rows,
    )
    .await?;
    Ok(series)
}
