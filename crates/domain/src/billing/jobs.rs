//! What goes on by itself: a closed month is divided among its payers, each payer's invoice is made, and the month that has ended
//! is closed on its day.

use super::{Issuer, close_payer, issue, ops, store};
use crate::access::{self, OrganisationId};
use async_trait::async_trait;
use platform::{
    Error, Ids, Period, Result,
    db::{Db, Tx},
    jobs::{self, Handler, Lease, NewJob, Outcome},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Divides a closed month among its payers. Payload `{ "period" }`. Its handler is [`ClosePeriod`].
pub const CLOSE_PERIOD: &str = "billing.closePeriod";
/// Makes one payer's invoice. Payload `{ "period", "payer" }`. Its handler is [`ClosePayer`].
pub const CLOSE_PAYER: &str = "billing.closePayer";
/// Closes the month that has ended. Its handler is [`Schedule`].
pub const SCHEDULE: &str = "billing.schedule";

/// How often it is looked whether a month is to be closed.
const EVERY: Duration = Duration::from_secs(3600);
/// Organisations, or payers, of one transaction.
const AT_ONCE: i64 = 200;

/// Sees to it that months are closed by themselves. Call it when the server starts; calling it again changes nothing.
pub async fn start(tx: &mut Tx, ids: &Ids) -> Result<()> {
    let job = NewJob {
        kind: SCHEDULE,
        key: Some("only".to_owned()),
        payload: serde_json::json!({}),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

pub(super) async fn enqueue_period(tx: &mut Tx, ids: &Ids, period: Period) -> Result<()> {
    let job = NewJob {
        kind: CLOSE_PERIOD,
        key: Some(period.to_string()),
        payload: serde_json::json!({ "period": period }),
        lane: Uuid::nil(),
        run_after: None,
    };
    jobs::enqueue(tx, ids, job).await
}

/// Divides a closed month among its payers: notes who pays for whom, and that each payer's month waits. Begun again it goes on.
pub(super) async fn divide(db: &Db, period: Period, lease: Option<&Lease>) -> Result<()> {
    let system = access::for_system();
    let mut after = None;
    loop {
        let mut tx = db.begin().await?;
        if let Some(lease) = lease {
            lease.guard(&mut tx).await?;
        }
        match store::period(&mut tx, system, period).await? {
            Some(closed) if !closed.gathered => {}
            _ => return Ok(()),
        }
        let some = access::organisations_after(&mut tx, system, after, AT_ONCE).await?;
        store::note_member(&mut tx, system, period, &some).await?;
        match some.last() {
            Some(last) if some.len() as i64 == AT_ONCE => after = Some(*last),
            _ => {
                // A payer's run begins when it is known for whom it pays.
                store::begin(&mut tx, system, period).await?;
                store::set_gathered(&mut tx, system, period).await?;
                return tx.commit().await;
            }
        }
        tx.commit().await?;
    }
}

/// Divides a month and asks for each payer's invoice. Register it for [`CLOSE_PERIOD`].
pub struct ClosePeriod {
    pub db: Db,
    pub ids: Ids,
}

#[async_trait]
impl Handler for ClosePeriod {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let period = period_of(lease)?;
        divide(&self.db, period, Some(lease)).await?;
        let system = access::for_system();
        let mut after = None;
        loop {
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            let payers = store::runs_waiting(&mut tx, system, period, after, AT_ONCE).await?;
            for payer in &payers {
                let job = NewJob {
                    kind: CLOSE_PAYER,
                    key: Some(format!("{period}/{payer}")),
                    payload: serde_json::json!({ "period": period, "payer": payer }),
                    lane: payer.0,
                    run_after: None,
                };
                jobs::enqueue(&mut tx, &self.ids, job).await?;
            }
            tx.commit().await?;
            match payers.last() {
                Some(last) if payers.len() as i64 == AT_ONCE => after = Some(*last),
                _ => return Ok(Outcome::Done),
            }
        }
    }
}

fn period_of(lease: &Lease) -> Result<Period> {
    serde_json::from_value(lease.payload["period"].clone())
        .map_err(|error| Error::internal(format!("a job's period: {error}")))
}

/// Makes a payer's invoice of a month. Register it for [`CLOSE_PAYER`].
pub struct ClosePayer {
    pub db: Db,
    pub ids: Ids,
    pub issuer: Arc<Issuer>,
}

#[async_trait]
impl Handler for ClosePayer {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let period = period_of(lease)?;
        let payer: OrganisationId = serde_json::from_value(lease.payload["payer"].clone())
            .map_err(|error| Error::internal(format!("a job's payer: {error}")))?;
        let mut conn = self.db.read().await?;
        let scope = issue::payer(&mut conn, access::for_system(), payer).await?;
        drop(conn);
        close_payer(
            &self.db,
            &self.ids,
            &self.issuer,
            &scope,
            period,
            Some(lease),
        )
        .await?;
        Ok(Outcome::Done)
    }
}

/// Closes the month that has ended, on the day of the month that the configuration says. Register it for [`SCHEDULE`].
pub struct Schedule {
    pub db: Db,
    pub ids: Ids,
    pub issuer: Arc<Issuer>,
}

#[async_trait]
impl Handler for Schedule {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let now = self.ids.now();
        let again = Outcome::Again(now.plus(EVERY));
        let today = now.danish_day();
        let close_day = i8::try_from(self.issuer.close_day).unwrap_or(i8::MAX);
        if close_day == 0 || today.day() < close_day {
            return Ok(again);
        }
        let ended = Period::of(now).back(1);
        let system = access::for_system();
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        if let Some(missing) = self.issuer.missing() {
            tracing::warn!(
                key = missing,
                "no month is closed while the seller is not known well enough"
            );
            return Ok(again);
        }
        let Ok(operator) = access::operator(&mut tx, system).await else {
            return Ok(again);
        };
        let scope = access::for_work(&mut tx, system, operator).await?;
        // What ended before there was anybody to sell it has no invoices.
        if access::onboarded_at(&mut tx, &scope).await? >= ended.end() {
            return Ok(again);
        }
        match ops::close(&mut tx, &self.ids, &scope, &self.issuer, ended).await {
            Ok(()) => {
                tx.commit().await?;
                tracing::info!(period = %ended, "a month is closed by its schedule");
            }
            Err(error) if error.code == "periodClosed" => {}
            Err(error) => return Err(error),
        }
        Ok(again)
    }
}

/// Does all of a closed month's work at once, for the command line: beside a running server, or without one.
pub async fn finish_period(db: &Db, ids: &Ids, issuer: &Issuer, period: Period) -> Result<()> {
    divide(db, period, None).await?;
    let system = access::for_system();
    let mut after = None;
    loop {
        let mut conn = db.read().await?;
        let payers = store::runs_waiting(&mut conn, system, period, after, AT_ONCE).await?;
        for payer in &payers {
            let scope = issue::payer(&mut conn, system, *payer).await?;
            drop(conn);
            once_more(db, ids, issuer, &scope, period).await?;
            conn = db.read().await?;
        }
        match payers.last() {
            Some(last) if payers.len() as i64 == AT_ONCE => after = Some(*last),
            _ => return Ok(()),
        }
    }
}

/// A worker would come back later; here it is tried a few times.
async fn once_more(
    db: &Db,
    ids: &Ids,
    issuer: &Issuer,
    payer: &access::Scope,
    period: Period,
) -> Result<()> {
    let mut tries = 0;
    loop {
        match close_payer(db, ids, issuer, payer, period, None).await {
            Err(error) if error.kind == platform::Kind::Unavailable && tries < 5 => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(100 * tries)).await;
            }
            outcome => return outcome,
        }
    }
}
