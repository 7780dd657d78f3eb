//! The tables of this room.

mod keeping;

pub(super) use keeping::{in_order, keep, let_go, lock};

use super::{Number, NumberId, NumberKind, NumberSeries, NumberSeriesId, NumberState, Reservation};
use crate::access::{OrganisationId, Scope, SystemScope};
use platform::{
    Error, Ids, Result,
    db::{Conn, Row, Tx, params, values},
};
use uuid::Uuid;

const NUMBER: &str =
    "id, number, kind, state, series, holder, release_at, reserved_for, reserved_by, reserved_at";

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

/// The first free number of a kind that belongs to `owner`: the organisation itself, or the operator's pool.
pub async fn suggest(
    conn: &mut Conn,
    _: &Scope,
    owner: OrganisationId,
    kind: NumberKind,
    skip: i64,
) -> Result<Option<Number>> {
    conn.optional(
        &format!("SELECT {NUMBER} FROM numbers WHERE organisation = ?1 AND state = 'free' AND reserved_for IS NULL AND kind = ?2 ORDER BY number LIMIT 1 OFFSET ?3"),
        params![owner, kind, skip],
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

/// Takes one free number of `owner` for `holder` and gives it to the scope's organisation. `wanted` names it; otherwise the
/// first that nobody else is taking. `None`: there is none, or somebody was quicker.
pub(super) async fn take(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    owner: OrganisationId,
    kind: NumberKind,
    wanted: Option<&str>,
    holder: Uuid,
) -> Result<Option<Number>> {
    let id: Option<NumberId> = match wanted {
        Some(number) => {
            tx.optional(
                "SELECT id FROM numbers WHERE organisation = ?1 AND number = ?2 AND kind = ?3 AND state = 'free' FOR UPDATE",
                params![owner, number, kind],
            )
            .await?
        }
        None => {
            tx.optional(
                "SELECT id FROM numbers WHERE organisation = ?1 AND state = 'free' AND reserved_for IS NULL AND kind = ?2 ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED",
                params![owner, kind],
            )
            .await?
        }
    }
    .map(|row| row.get(0))
    .transpose()?;
    let Some(id) = id else {
        return Ok(None);
    };
    let mut params = params![owner, id, holder, ids.now()].to_vec();
    let moves = if owner == scope.organisation() {
        // Not even to the same value: the organisation is part of a key, and all subscriptions would be looked through for it.
        ""
    } else {
        params.push(scope.organisation().into());
        ", organisation = ?5"
    };
    tx.optional(
        &format!(
            "UPDATE numbers SET state = 'reserved', holder = ?3, changed_at = ?4{moves}
             WHERE id = ?2 AND organisation = ?1 AND state = 'free' AND holder IS NULL RETURNING {NUMBER}"
        ),
        &params,
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

pub(super) async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET state = 'active', reserved_for = NULL, reserved_by = NULL, reserved_at = NULL, changed_at = ?3 WHERE organisation = ?1 AND holder = ?2 AND state = 'reserved'",
        params![scope.organisation(), holder, ids.now()],
    )
    .await
}

/// Back to where it was before the order: free, and with the organisation that it came from.
pub(super) async fn give_back(tx: &mut Tx, ids: &Ids, scope: &Scope, holder: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE numbers SET state = 'free', holder = NULL, organisation = origin, changed_at = ?3
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
