//! Records, their totals, and what was noted of limits.

use super::super::{UsageKind, UsageRecord, UsageTotal, rules::counting::Share};
use crate::{
    access::{OrganisationId, Scope, SystemScope},
    subscriptions::SubscriptionId,
};
use platform::{
    Instant, Period, Result,
    db::{Conn, NewRows, Row, Tx, Value, params, values},
};

const RECORDS: NewRows = NewRows {
    table: "usage_records",
    columns: &[
        "source",
        "record",
        "organisation",
        "subscription",
        "kind",
        "direction",
        "destination",
        "quantity",
        "duration",
        "started_at",
        "imported_at",
    ],
    key: &["source", "record"],
};

/// Writes records with whose they are, and says of each whether it is new. No two may be the same.
pub(in crate::usage) async fn insert_records(
    tx: &mut Tx,
    _: &Scope,
    records: &[(&UsageRecord, OrganisationId, SubscriptionId)],
    now: Instant,
) -> Result<Vec<bool>> {
    let rows: Vec<Vec<Value>> = records
        .iter()
        .map(|(record, organisation, subscription)| {
            values![
                &record.source,
                &record.record,
                *organisation,
                *subscription,
                record.kind,
                record.direction,
                record.destination,
                record.quantity,
                record.duration,
                record.started_at,
                now
            ]
        })
        .collect();
    tx.insert_new(&RECORDS, &rows).await
}

/// What is added to one total.
#[derive(Clone, Copy, Debug)]
pub(in crate::usage) struct Addition {
    pub organisation: OrganisationId,
    pub subscription: SubscriptionId,
    pub period: Period,
    pub kind: UsageKind,
    pub counted: i64,
    pub beyond: i64,
    pub received: i64,
    pub records: i64,
    pub allowance: Option<i64>,
}

impl Addition {
    pub fn add(&mut self, share: Share, quantity: i64) {
        let place = match share {
            Share::Counted => &mut self.counted,
            Share::Beyond => &mut self.beyond,
            Share::Received => &mut self.received,
        };
        *place = place.saturating_add(quantity);
        self.records += 1;
    }

    /// Whether a row with subscription, period and kind is this one's total.
    fn is_of(&self, row: &Row) -> bool {
        matches!(row.get::<SubscriptionId>(0), Ok(id) if id == self.subscription)
            && matches!(row.get::<UsageKind>(2), Ok(kind) if kind == self.kind)
            && matches!(row.get::<Period>(1), Ok(period) if period == self.period)
    }

    fn values(&self) -> Vec<Value> {
        values![
            self.organisation,
            self.subscription,
            self.period,
            self.kind,
            self.counted,
            self.beyond,
            self.received,
            self.records,
            self.allowance
        ]
    }
}

/// Adds to totals, and answers what counts now for each, in their order. Whoever adds to the same totals at the same time waits;
/// so that two never wait for each other, everybody comes with theirs in the same order: sort them by subscription, period, kind.
pub(in crate::usage) async fn add_totals(
    tx: &mut Tx,
    _: &Scope,
    additions: &[Addition],
) -> Result<Vec<i64>> {
    let rows: Vec<Vec<Value>> = additions.iter().map(Addition::values).collect();
    let totals = tx
        .all_many(
            "INSERT INTO usage_totals (organisation, subscription, period, kind, counted, beyond, received, records, allowance)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (subscription, period, kind) DO UPDATE SET
               counted = usage_totals.counted + excluded.counted, beyond = usage_totals.beyond + excluded.beyond,
               received = usage_totals.received + excluded.received, records = usage_totals.records + excluded.records,
               allowance = excluded.allowance
             RETURNING subscription, period, kind, counted",
            &rows,
        )
        .await?;
    let mut counted = Vec::with_capacity(additions.len());
    for (place, addition) in additions.iter().enumerate() {
        // Usually they come back in the order in which they went; nobody promises that.
        let own = totals
            .iter()
            .skip(place)
            .chain(&totals)
            .find(|row| addition.is_of(row));
        counted.push(own.map_or(Ok(addition.counted), |row| row.get(3))?);
    }
    Ok(counted)
}

/// Notes that a threshold was passed; `false` when that was noted before.
pub(in crate::usage) async fn note_passed(
    tx: &mut Tx,
    scope: &Scope,
    subscription: SubscriptionId,
    period: Period,
    threshold: i64,
    now: Instant,
) -> Result<bool> {
    let noted = tx
        .execute(
            "INSERT INTO usage_notices (organisation, subscription, period, threshold, passed_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (subscription, period, threshold) DO NOTHING",
            params![scope.organisation(), subscription, period, threshold, now],
        )
        .await?;
    Ok(noted == 1)
}

/// The totals of a subscription from a period on, the newest first.
pub(in crate::usage) async fn totals(
    conn: &mut Conn,
    scope: &Scope,
    subscription: SubscriptionId,
    from: Period,
) -> Result<Vec<UsageTotal>> {
    conn.all(
        "SELECT period, kind, counted, beyond, received, records, allowance FROM usage_totals
         WHERE organisation = ?1 AND subscription = ?2 AND period >= ?3 ORDER BY period DESC, kind",
        params![scope.organisation(), subscription, from],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(UsageTotal {
            period: row.get(0)?,
            kind: row.get(1)?,
            counted: row.get(2)?,
            beyond: row.get(3)?,
            received: row.get(4)?,
            records: row.get(5)?,
            allowance: row.get(6)?,
        })
    })
    .collect()
}

/// The earliest period of which something is kept.
pub(in crate::usage) async fn oldest_period(
    conn: &mut Conn,
    _: SystemScope,
) -> Result<Option<Period>> {
    conn.one("SELECT MIN(period) FROM usage_totals", params![])
        .await?
        .get(0)
}

/// Forgets what some subscriptions used in a period, records and totals. Says how many subscriptions that were.
pub(in crate::usage) async fn forget_period(
    tx: &mut Tx,
    _: SystemScope,
    period: Period,
    at_once: i64,
) -> Result<usize> {
    let rows = tx
        .all(
            "SELECT DISTINCT subscription FROM usage_totals WHERE period = ?1 LIMIT ?2",
            params![period, at_once],
        )
        .await?;
    for row in &rows {
        let subscription: SubscriptionId = row.get(0)?;
        tx.execute(
            "DELETE FROM usage_records WHERE subscription = ?1 AND started_at >= ?2 AND started_at < ?3",
            params![subscription, period.start(), period.end()],
        )
        .await?;
        for sql in [
            "DELETE FROM usage_totals WHERE subscription = ?1 AND period = ?2",
            "DELETE FROM usage_notices WHERE subscription = ?1 AND period = ?2",
        ] {
            tx.execute(sql, params![subscription, period]).await?;
        }
    }
    Ok(rows.len())
}
