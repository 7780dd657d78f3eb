//! Closing twelve months: eleven as the server does it, by its jobs, several payers at a time, which gives the speed; the last one
//! payer by payer, as the command line does it, which gives the shares.

use super::{
    spent,
    world::{self, World},
};
use crate::{process::Cpu, store::open, sync::told};
use adapters::{pdf, ubl};
use domain::{
    access::{self, Scope},
    billing::{self, CLOSE_PAYER, CLOSE_PERIOD, ClosePayer, ClosePeriod, Document, Issuer},
};
use platform::{
    Clock, Error, Ids, Instant, Period, Result,
    db::{Db, params},
    jobs::Worker,
    time::{ManualClock, SystemClock},
};
use std::{sync::Arc, time::Duration};

/// Payers that are worked on at once, as the server's worker has it unless configured otherwise.
const LANES: usize = 4;
/// Documents that are rendered to tell what one takes.
const RENDERED: usize = 200;

/// What it came to.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Closed {
    pub customers: usize,
    pub setup: Duration,
    /// By the jobs.
    pub months: usize,
    pub invoices: i64,
    pub lines: i64,
    pub elapsed: Duration,
    /// Seconds of this process's processor time.
    pub cpu: f64,
    /// The month that was closed payer by payer.
    pub last: Shares,
    /// A preview of an open month.
    pub preview: Duration,
    /// One invoice for many customers.
    pub long_lines: i64,
    pub long: Duration,
    /// Megabytes, at the highest.
    pub memory: u64,
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub struct Shares {
    pub invoices: i64,
    pub lines: i64,
    pub elapsed: Duration,
    pub reading: Duration,
    /// From charges to lines, and the hash of the whole.
    pub rules: Duration,
    pub writing: Duration,
    /// PDF and e-invoice of all of them, as far as some tell.
    pub rendering: Duration,
}

#[expect(clippy::disallowed_methods, reason = "measuring")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

pub async fn run(url: &str, customers: usize, lines: usize) -> std::result::Result<Closed, String> {
    spent::watch()?;
    let issuer = issuer()?;
    let db = open(url).await?;
    let began = now();
    let first = Period::of(SystemClock.now()).back(12);
    let world = World::build(&db, customers, first).await.map_err(told)?;
    let setup = began.elapsed();
    let run = Run {
        db,
        issuer: Arc::new(issuer),
        world,
        first,
    };
    let mut closed = run.all(lines).await.map_err(told)?;
    (closed.customers, closed.setup) = (customers, setup);
    Ok(closed)
}

fn issuer() -> std::result::Result<Issuer, String> {
    Ok(Issuer {
        seller: super::pdf::party("Nordtel A/S", "12345674"),
        registration: "9570".to_owned(),
        account: "0012345678".to_owned(),
        payment_days: 30,
        prefix: String::new(),
        close_day: 0,
        portal: "https://portal.example/"
            .parse()
            .map_err(|_| "no address of a portal".to_owned())?,
    })
}

struct Run {
    db: Db,
    issuer: Arc<Issuer>,
    world: World,
    first: Period,
}

/// On the second day of the month after.
fn closing_day(period: Period) -> Instant {
    period.end().plus(Duration::from_secs(24 * 3600 + 4 * 3600))
}

impl Run {
    async fn all(&self, lines: usize) -> Result<Closed> {
        let mut period = self.first;
        let months = world::MONTHS - 1;
        let (before, cpu, began) = (self.counted().await?, Cpu::own(), now());
        for _ in 0..months {
            self.by_jobs(period).await?;
            period = period.next();
        }
        let (elapsed, cpu) = (began.elapsed(), Cpu::own().since(&cpu) / 1_000_000.0);
        let after = self.counted().await?;

        let began = now();
        let scope = self.operator().await?;
        billing::preview(&self.db, &scope, period).await?;
        let preview = began.elapsed();

        let last = self.one_by_one(period).await?;
        let (long_lines, long) = self.long(period.next(), lines).await?;
        Ok(Closed {
            customers: 0,
            setup: Duration::ZERO,
            months,
            invoices: after.0 - before.0,
            lines: after.1 - before.1,
            elapsed,
            cpu,
            last,
            preview,
            long_lines,
            long,
            memory: highest_memory(),
        })
    }

    async fn operator(&self) -> Result<Scope> {
        let mut conn = self.db.read().await?;
        access::for_work(&mut conn, access::for_system(), self.world.operator).await
    }

    /// Invoices and lines so far.
    async fn counted(&self) -> Result<(i64, i64)> {
        let mut conn = self.db.read().await?;
        let row = conn
            .one(
                "SELECT COUNT(*), CAST(COALESCE(SUM(lines), 0) AS BIGINT) FROM invoices",
                params![],
            )
            .await?;
        Ok((row.get(0)?, row.get(1)?))
    }

    async fn close(&self, ids: &Ids, period: Period) -> Result<()> {
        let scope = self.operator().await?;
        let mut tx = self.db.begin().await?;
        billing::close(&mut tx, ids, &scope, &self.issuer, period).await?;
        tx.commit().await
    }

    fn worker(&self, clock: &Arc<ManualClock>) -> Worker {
        let (db, ids) = (self.db.clone(), Ids::new(clock.clone()));
        let divide = ClosePeriod { db, ids };
        Worker::new(self.db.clone(), clock.clone()).with(CLOSE_PERIOD, Arc::new(divide))
    }

    async fn by_jobs(&self, period: Period) -> Result<()> {
        let clock = Arc::new(ManualClock::at(closing_day(period)));
        let ids = Ids::new(clock.clone());
        self.close(&ids, period).await?;
        let payer = ClosePayer {
            db: self.db.clone(),
            ids,
            issuer: self.issuer.clone(),
        };
        let worker = self.worker(&clock).with(CLOSE_PAYER, Arc::new(payer));
        // The first divides the month; the others come to rest when every payer has had its turn.
        worker.run_one().await?;
        let worker = Arc::new(worker);
        let lanes = (0..LANES).map(|_| {
            let worker = worker.clone();
            tokio::spawn(async move { worker.run_until_idle().await })
        });
        for lane in futures::future::join_all(lanes).await {
            lane.map_err(|error| Error::internal(error.to_string()))??;
        }
        Ok(())
    }

    async fn one_by_one(&self, period: Period) -> Result<Shares> {
        let clock = Arc::new(ManualClock::at(closing_day(period)));
        let ids = Ids::new(clock.clone());
        let before = self.counted().await?;
        spent::take();
        let began = now();
        self.close(&ids, period).await?;
        billing::finish_period(&self.db, &ids, &self.issuer, period).await?;
        let elapsed = began.elapsed();
        let spent = spent::take();
        // The month's job finds it divided, and nobody who waits.
        self.worker(&clock).run_one().await?;
        let after = self.counted().await?;
        let of = |name: &str| spent.get(name).copied().unwrap_or_default();
        let invoices = after.0 - before.0;
        Ok(Shares {
            invoices,
            lines: after.1 - before.1,
            elapsed,
            reading: of("billing.read"),
            rules: of("billing.rules") + of("billing.seal"),
            writing: of("billing.write").saturating_sub(of("billing.seal")),
            rendering: self.rendering(period, invoices).await?,
        })
    }

    async fn rendering(&self, period: Period, invoices: i64) -> Result<Duration> {
        let mut conn = self.db.read().await?;
        let rows = conn
            .all(
                "SELECT organisation, id FROM invoices WHERE period = ?1 ORDER BY number LIMIT ?2",
                params![period, RENDERED as i64],
            )
            .await?;
        let mut spent = Duration::ZERO;
        for row in &rows {
            let system = access::for_system();
            let scope = access::for_work(&mut conn, system, row.get(0)?).await?;
            let document = billing::document(&mut conn, &scope, row.get(1)?).await?;
            let began = now();
            render(&document)?;
            spent += began.elapsed();
        }
        let all = spent.as_secs_f64() * invoices as f64 / rows.len().max(1) as f64;
        Ok(Duration::from_secs_f64(all))
    }

    /// One payer for as many customers as come to so many lines.
    async fn long(&self, period: Period, lines: usize) -> Result<(i64, Duration)> {
        let clock = Arc::new(ManualClock::at(closing_day(period)));
        let ids = Ids::new(clock.clone());
        let system = access::for_system();
        let mut tx = self.db.begin().await?;
        let mut sum = 0;
        for (place, customer) in self.world.customers.iter().enumerate() {
            if sum >= lines as i64 {
                break;
            }
            // A transaction has five seconds.
            if place % 50 == 49 {
                tx.commit().await?;
                tx = self.db.begin().await?;
            }
            let scope = access::for_work(&mut tx, system, *customer).await?;
            let payer = Some(self.world.operator);
            billing::set_terms(&mut tx, &ids, &scope, payer, &[]).await?;
            if let Some(invoice) = billing::latest(&mut tx, &scope).await? {
                // Use is not of this month, nor what happens once.
                sum += invoice.lines * 3 / 4;
            }
        }
        tx.commit().await?;
        self.close(&ids, period).await?;
        // Divides the month, and leaves the payers to wait.
        self.worker(&clock).run_one().await?;
        let payer = self.operator().await?;
        let began = now();
        billing::close_payer(&self.db, &ids, &self.issuer, &payer, period, None).await?;
        let elapsed = began.elapsed();
        let mut conn = self.db.read().await?;
        let invoice = billing::latest(&mut conn, &payer).await?;
        Ok((invoice.map_or(0, |invoice| invoice.lines), elapsed))
    }
}

fn render(document: &Document) -> Result<()> {
    let attachment = pdf::Attachment {
        name: "invoice.xml",
        xml: ubl::write(document)?,
    };
    pdf::write(document, document.language, None, attachment)?;
    Ok(())
}

fn highest_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| {
            let words = line.strip_prefix("VmHWM:")?;
            words.split_whitespace().next()?.parse::<u64>().ok()
        })
        .unwrap_or(0)
        / 1_024
}
