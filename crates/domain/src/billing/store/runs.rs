//! Months that are closed, and each payer's part of them.

use crate::{
    access::{OrganisationId, PrincipalId, Scope, SystemScope},
    billing::{InvoiceId, PeriodState, PeriodStatus},
};
use jiff::civil::Date;
use platform::{
    Instant, Money, Period, Result,
    db::{Conn, Tx, params, values},
};

/// A closed month.
#[derive(Clone, Copy, Debug)]
pub(in crate::billing) struct Closed {
    pub issued: Date,
    pub gathered: bool,
}

pub(in crate::billing) async fn period(
    conn: &mut Conn,
    _: SystemScope,
    period: Period,
) -> Result<Option<Closed>> {
    conn.optional(
        "SELECT issued, gathered FROM billing_periods WHERE period = ?1",
        params![period],
    )
    .await?
    .map(|row| {
        Ok(Closed {
            issued: super::day(&row.get::<String>(0)?)?,
            gathered: row.get(1)?,
        })
    })
    .transpose()
}

/// Closes a month; `false` when it was closed before.
pub(in crate::billing) async fn close(
    tx: &mut Tx,
    _: SystemScope,
    period: Period,
    by: Option<PrincipalId>,
    now: Instant,
) -> Result<bool> {
    let closed = tx
        .execute(
            "INSERT INTO billing_periods (period, issued, closed_at, closed_by, gathered) VALUES (?1, ?2, ?3, ?4, FALSE)
             ON CONFLICT (period) DO NOTHING",
            params![period, now.danish_day(), now, by],
        )
        .await?;
    Ok(closed == 1)
}

/// Whose month goes on whose invoice, as it is now.
pub(in crate::billing) async fn note_member(
    tx: &mut Tx,
    _: SystemScope,
    period: Period,
    organisations: &[OrganisationId],
) -> Result<()> {
    let rows: Vec<_> = organisations
        .iter()
        .map(|organisation| values![period, *organisation])
        .collect();
    tx.execute_many(
        "INSERT INTO billing_members (period, organisation, payer)
         SELECT ?1, o.id, COALESCE(t.payer, o.id) FROM organisations o LEFT JOIN billing_terms t ON t.organisation = o.id
         WHERE o.id = ?2 ON CONFLICT (period, organisation) DO NOTHING",
        &rows,
    )
    .await?;
    Ok(())
}

/// Writes a run for each payer that has none.
pub(in crate::billing) async fn begin(tx: &mut Tx, _: SystemScope, period: Period) -> Result<()> {
    tx.execute(
        "INSERT INTO billing_runs (period, payer, state)
         SELECT DISTINCT period, payer, 'waiting' FROM billing_members WHERE period = ?1
         ON CONFLICT (period, payer) DO NOTHING",
        params![period],
    )
    .await?;
    Ok(())
}

pub(in crate::billing) async fn set_gathered(
    tx: &mut Tx,
    _: SystemScope,
    period: Period,
) -> Result<()> {
    tx.execute(
        "UPDATE billing_periods SET gathered = TRUE WHERE period = ?1",
        params![period],
    )
    .await?;
    Ok(())
}

/// Payers whose month waits, after the given one, in the order of their ids.
pub(in crate::billing) async fn runs_waiting(
    conn: &mut Conn,
    _: SystemScope,
    period: Period,
    after: Option<OrganisationId>,
    limit: i64,
) -> Result<Vec<OrganisationId>> {
    conn.all(
        "SELECT payer FROM billing_runs WHERE period = ?1 AND state = 'waiting' AND (CAST(?2 AS UUID) IS NULL OR payer > ?2)
         ORDER BY payer LIMIT ?3",
        params![period, after, limit],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// Whether the payer's month still waits. In a transaction the run is locked: whoever else is at it waits, and then finds that
/// it does not.
pub(in crate::billing) async fn waits(
    conn: &mut Conn,
    payer: &Scope,
    period: Period,
) -> Result<bool> {
    let row = conn
        .optional(
            "SELECT state FROM billing_runs WHERE period = ?1 AND payer = ?2 FOR UPDATE",
            params![period, payer.organisation()],
        )
        .await?;
    Ok(match row {
        Some(row) => row.get::<String>(0)? == "waiting",
        None => false,
    })
}

/// What the payer's month came to.
pub(in crate::billing) async fn settle(
    tx: &mut Tx,
    payer: &Scope,
    period: Period,
    invoice: Option<InvoiceId>,
) -> Result<()> {
    tx.execute(
        "UPDATE billing_runs SET state = CASE WHEN CAST(?3 AS UUID) IS NULL THEN 'nothing' ELSE 'issued' END, invoice = ?3
         WHERE period = ?1 AND payer = ?2 AND state = 'waiting'",
        params![period, payer.organisation(), invoice],
    )
    .await?;
    Ok(())
}

/// The organisations whose month is on the payer's invoice.
pub(in crate::billing) async fn members(
    conn: &mut Conn,
    payer: &Scope,
    period: Period,
) -> Result<Vec<OrganisationId>> {
    conn.all(
        "SELECT organisation FROM billing_members WHERE period = ?1 AND payer = ?2 ORDER BY organisation",
        params![period, payer.organisation()],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// The organisations that the payer pays for now.
pub(in crate::billing) async fn members_now(
    conn: &mut Conn,
    payer: &Scope,
) -> Result<Vec<OrganisationId>> {
    conn.all(
        "SELECT o.id FROM organisations o LEFT JOIN billing_terms t ON t.organisation = o.id
         WHERE (o.id = ?1 AND t.payer IS NULL) OR t.payer = ?1 ORDER BY o.id",
        params![payer.organisation()],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// The closed months of an organisation from one on, whoever paid for them.
pub(in crate::billing) async fn member_periods(
    conn: &mut Conn,
    scope: &Scope,
    from: Period,
) -> Result<Vec<Period>> {
    conn.all(
        "SELECT period FROM billing_members WHERE organisation = ?1 AND period >= ?2 ORDER BY period",
        params![scope.organisation(), from],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// How a month stands.
pub(in crate::billing) async fn status(
    conn: &mut Conn,
    _: SystemScope,
    period: Period,
) -> Result<PeriodStatus> {
    let closed = conn
        .optional(
            "SELECT closed_at, gathered FROM billing_periods WHERE period = ?1",
            params![period],
        )
        .await?;
    let runs = conn
        .one(
            "SELECT CAST(COALESCE(SUM(CASE WHEN r.state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN r.state = 'issued' THEN 1 ELSE 0 END), 0) AS BIGINT),
               CAST(COALESCE(SUM(CASE WHEN r.state = 'nothing' THEN 1 ELSE 0 END), 0) AS BIGINT),
               CAST(COALESCE(SUM(i.lines), 0) AS BIGINT), CAST(COALESCE(SUM(i.net), 0) AS BIGINT),
               CAST(COALESCE(SUM(i.vat), 0) AS BIGINT), CAST(COALESCE(SUM(i.gross), 0) AS BIGINT)
             FROM billing_runs r LEFT JOIN invoices i ON i.id = r.invoice WHERE r.period = ?1",
            params![period],
        )
        .await?;
    let waiting: i64 = runs.get(0)?;
    let state = match &closed {
        None => PeriodState::Open,
        Some(row) if row.get::<bool>(1)? && waiting == 0 => PeriodState::Closed,
        Some(_) => PeriodState::Running,
    };
    Ok(PeriodStatus {
        period,
        state,
        closed_at: closed.map(|row| row.get(0)).transpose()?,
        waiting,
        issued: runs.get(1)?,
        nothing: runs.get(2)?,
        lines: runs.get(3)?,
        net: Money::dkk(runs.get(4)?),
        vat: Money::dkk(runs.get(5)?),
        gross: Money::dkk(runs.get(6)?),
        unpriced: Vec::new(),
    })
}
