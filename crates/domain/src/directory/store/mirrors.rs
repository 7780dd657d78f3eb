//! Where the mirror of each tenant stands.

use super::super::{Mirror, MirrorProblem, MirrorState, Notifications, Round, rules::Tally};
use crate::access::{Scope, SystemScope, TenantId};
use platform::{
    Ids, Instant, Result,
    db::{Conn, Tx, params},
};

/// Where the mirror of a tenant stands, for the job that moves it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Position {
    pub state: MirrorState,
    pub problem: Option<MirrorProblem>,
    pub cursor: Option<String>,
    pub page: Option<String>,
    pub round: i64,
    pub full_round: bool,
    pub full_round_at: Option<Instant>,
    pub doubted_round: Option<i64>,
    pub version: i64,
    pub failures: i64,
    pub started_at: Option<Instant>,
    pub tally: Tally,
}

fn read_problem(code: Option<String>, detail: Option<String>) -> Option<MirrorProblem> {
    code.map(|code| MirrorProblem {
        code,
        detail: detail.unwrap_or_default(),
    })
}

pub(in super::super) async fn position(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
) -> Result<Option<Position>> {
    conn.optional(
        "SELECT state, problem_code, problem_detail, cursor, page, round, full_round, full_round_at, doubted_round, version,
           failures, started_at, arrived, changed, departed
         FROM tenants WHERE id = ?1",
        params![tenant],
    )
    .await?
    .map(|row| {
        Ok(Position {
            state: row.get(0)?,
            problem: read_problem(row.get(1)?, row.get(2)?),
            cursor: row.get(3)?,
            page: row.get(4)?,
            round: row.get(5)?,
            full_round: row.get(6)?,
            full_round_at: row.get(7)?,
            doubted_round: row.get(8)?,
            version: row.get(9)?,
            failures: row.get(10)?,
            started_at: row.get(11)?,
            tally: Tally {
                arrived: row.get(12)?,
                changed: row.get(13)?,
                departed: row.get(14)?,
            },
        })
    })
    .transpose()
}

/// Takes the right to move the mirror on from where it stood at `version`; `false` when somebody else has moved it. Whoever
/// comes second at the same time waits here until the first has committed.
pub(in super::super) async fn claim(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    version: i64,
) -> Result<bool> {
    let claimed = tx
        .execute(
            "UPDATE tenants SET version = version + 1 WHERE id = ?1 AND version = ?2",
            params![tenant, version],
        )
        .await?;
    Ok(claimed == 1)
}

/// Saves where the mirror now stands, after [`claim`].
pub(in super::super) async fn save_position(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    position: &Position,
) -> Result<()> {
    let (code, detail) = position
        .problem
        .as_ref()
        .map(|problem| (problem.code.as_str(), problem.detail.as_str()))
        .unzip();
    tx.execute(
        "UPDATE tenants SET state = ?2, problem_code = ?3, problem_detail = ?4, cursor = ?5, page = ?6, round = ?7,
           full_round = ?8, full_round_at = ?9, doubted_round = ?10, version = ?11, failures = ?12, started_at = ?13,
           arrived = ?14, changed = ?15, departed = ?16
         WHERE id = ?1",
        params![
            tenant,
            position.state,
            code,
            detail,
            position.cursor.as_deref(),
            position.page.as_deref(),
            position.round,
            position.full_round,
            position.full_round_at,
            position.doubted_round,
            position.version,
            position.failures,
            position.started_at,
            position.tally.arrived,
            position.tally.changed,
            position.tally.departed
        ],
    )
    .await?;
    Ok(())
}

/// A round is complete: what it came to is what people are shown from now on.
pub(in super::super) async fn finish_round(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    tenant: TenantId,
    next_at: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET next_at = ?2, last_started_at = started_at, last_finished_at = ?3, last_arrived = arrived,
           last_changed = changed, last_departed = departed
         WHERE id = ?1",
        params![tenant, next_at, ids.now()],
    )
    .await?;
    Ok(())
}

/// The try failed. What was saved of the round stays.
pub(in super::super) async fn set_problem(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    problem: &MirrorProblem,
    next_at: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET state = 'failing', problem_code = ?2, problem_detail = ?3, failures = failures + 1, next_at = ?4
         WHERE id = ?1",
        params![tenant, &problem.code, &problem.detail, next_at],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn set_next(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    next_at: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET next_at = ?2 WHERE id = ?1",
        params![tenant, next_at],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn set_name(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    name: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET name = ?2 WHERE id = ?1",
        params![tenant, name],
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn insert_tenant(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
) -> Result<()> {
    tx.execute(
        "INSERT INTO tenants (id, name, state, failures, round, full_round, version, arrived, changed, departed, last_arrived,
           last_changed, last_departed)
         VALUES (?1, '', 'never', 0, 0, ?2, 0, 0, 0, 0, 0, 0, 0)
         ON CONFLICT (id) DO NOTHING",
        params![tenant, false],
    )
    .await?;
    Ok(())
}

/// The tenants that organisations name as their directory.
pub(in super::super) async fn tenants_served(
    conn: &mut Conn,
    _: SystemScope,
) -> Result<Vec<TenantId>> {
    conn.all(
        "SELECT DISTINCT tenant FROM organisations WHERE tenant IS NOT NULL ORDER BY tenant",
        &[],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Every mirror, with when it is next due.
pub(in super::super) async fn tenants(
    conn: &mut Conn,
    _: SystemScope,
) -> Result<Vec<(TenantId, Option<Instant>)>> {
    conn.all("SELECT id, next_at FROM tenants ORDER BY id", &[])
        .await?
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect()
}

/// The organisation's connection; `None` while its tenant has no mirror, or it has no tenant.
pub async fn mirror(conn: &mut Conn, scope: &Scope) -> Result<Option<Mirror>> {
    let row = conn
        .optional(
            "SELECT t.id, t.name, t.state, t.problem_code, t.problem_detail, t.last_started_at, t.last_finished_at,
               t.last_arrived, t.last_changed, t.last_departed, t.next_at, t.subscription, t.subscription_problem,
               (SELECT COUNT(*) FROM people p WHERE p.home = t.id AND p.listed = TRUE AND p.state IN ('active', 'disabled'))
             FROM tenants t WHERE t.id = ?1",
            params![scope.tenant()],
        )
        .await?;
    row.map(|row| {
        let (started, finished): (Option<Instant>, Option<Instant>) = (row.get(5)?, row.get(6)?);
        let last = match (started, finished) {
            (Some(started_at), Some(finished_at)) => Some(Round {
                started_at,
                finished_at,
                arrived: row.get(7)?,
                changed: row.get(8)?,
                departed: row.get(9)?,
            }),
            _ => None,
        };
        let (subscription, problem): (Option<String>, Option<String>) =
            (row.get(11)?, row.get(12)?);
        Ok(Mirror {
            tenant: row.get(0)?,
            name: row.get(1)?,
            state: row.get(2)?,
            problem: read_problem(row.get(3)?, row.get(4)?),
            last,
            total: row.get(13)?,
            next_at: row.get(10)?,
            notifications: match (subscription, problem) {
                (_, Some(_)) => Notifications::Failing,
                (Some(_), None) => Notifications::On,
                (None, None) => Notifications::Off,
            },
        })
    })
    .transpose()
}
