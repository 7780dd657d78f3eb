//! Writes one chunk: records, totals, passed limits, errors and how far the import has come, in one transaction.

use super::{
    super::{
        ImportState, Passed, RowError, UsageImport, UsageKind, UsageRecord,
        model::ERRORS_KEPT,
        rules::counting::{Plan, THRESHOLDS, percent, reached},
        store::{self, Addition},
    },
    TRIES,
    chunks::Chunk,
    numbers::{Held, Numbers},
};
use crate::{
    access::{self, Scope},
    catalogue,
    notices::{self, LimitNews},
    numbering,
    subscriptions::{self, SubscriptionId},
};
use platform::{
    Ids, Kind, Period, Result,
    audit::{self, AuditEntry},
    db::{Db, Tx},
};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use url::Url;

/// Told in a mail: what is older is noted only. A month after its end nobody can do anything about it any more.
const PERIODS_TOLD: i32 = 1;

pub(super) struct Counter {
    db: Db,
    ids: Ids,
    scope: Scope,
    portal: Url,
    numbers: Numbers,
    /// Limits of which it is known that they were noted.
    noted: HashSet<(SubscriptionId, Period, i64)>,
    /// How long the last chunk took.
    pub took: Duration,
}

/// A record and for whom it counts.
type Owned<'c> = (&'c UsageRecord, Held);

impl Counter {
    pub fn new(db: &Db, ids: &Ids, scope: &Scope, portal: &Url) -> Self {
        Counter {
            db: db.clone(),
            ids: ids.clone(),
            scope: scope.clone(),
            portal: portal.clone(),
            numbers: Numbers::default(),
            noted: HashSet::new(),
            took: Duration::ZERO,
        }
    }

    /// Writes a chunk and answers the import as it stands then. Tries again while the database is busy.
    pub async fn write(
        &mut self,
        import: &UsageImport,
        fence: i64,
        chunk: &Chunk,
        keeps_key: bool,
    ) -> Result<UsageImport> {
        let mut pause = Duration::from_millis(50);
        for attempt in 1.. {
            let began = tokio::time::Instant::now();
            match self.try_write(import, fence, chunk, keeps_key).await {
                Ok((import, passed)) => {
                    self.took = began.elapsed();
                    self.noted.extend(
                        passed
                            .iter()
                            .map(|passed| (passed.subscription, passed.period, passed.threshold)),
                    );
                    return Ok(import);
                }
                Err(error)
                    if attempt < TRIES
                        && (error.kind == Kind::Unavailable || error.code == "taken") =>
                {
                    tracing::debug!(import = %import.id, %error, "a chunk of an import is tried again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
                Err(error) => return Err(error),
            }
        }
        unreachable!("the last attempt returns")
    }

    async fn try_write(
        &mut self,
        import: &UsageImport,
        fence: i64,
        chunk: &Chunk,
        keeps_key: bool,
    ) -> Result<(UsageImport, Vec<Passed>)> {
        let now = self.ids.now();
        let mut tx = self.db.begin().await?;
        store::hold(&mut tx, &self.scope, import.id, fence).await?;
        self.numbers
            .ask(&mut tx, &self.scope, &chunk.records, now)
            .await?;
        let (owned, mut errors) = self.sort_out(chunk);
        let rows: Vec<_> = owned
            .iter()
            .map(|(record, held)| (*record, held.organisation, held.subscription))
            .collect();
        let new = store::insert_records(&mut tx, &self.scope, &rows, now).await?;
        let counted = new.iter().filter(|new| **new).count();
        let additions = additions(
            owned
                .iter()
                .zip(&new)
                .filter(|(_, new)| **new)
                .map(|(owned, _)| owned),
        );
        let after = store::add_totals(&mut tx, &self.scope, &additions).await?;
        let passed = self
            .look_at_limits(&mut tx, chunk, &additions, &after)
            .await?;

        let mut next = import.clone();
        errors.extend_from_slice(&chunk.errors);
        errors.sort_by_key(|error| error.line);
        let kept = import.errors.min(ERRORS_KEPT);
        store::insert_errors(&mut tx, &self.scope, import.id, kept, &errors).await?;
        next.errors += errors.len() as i64;
        next.records += counted as i64;
        // Every line that was read is counted, was told before, or is an error.
        let read = chunk.records.len() + chunk.errors.len();
        next.duplicates += (read - errors.len() - counted) as i64;
        next.lines = chunk.lines;
        next.position = chunk.position;
        store::progress(&mut tx, &self.scope, &next, &chunk.digest).await?;
        if chunk.last {
            store::finish(&mut tx, &self.scope, import.id, keeps_key, now).await?;
            // A table of usage is money: who brought it is kept, or that the folder did.
            let actor = self.scope.principal().map(|principal| principal.0);
            let entry = AuditEntry::new(self.scope.organisation().0, actor, "import_usage")
                .on("usageImport", import.id)
                .with(serde_json::json!({ "records": next.records, "errors": next.errors }));
            audit::record(&mut tx, &self.ids, entry).await?;
            next.state = ImportState::Done;
            next.finished_at = Some(now);
        }
        tx.commit().await?;
        for (outcome, many) in [
            ("counted", next.records - import.records),
            ("duplicate", next.duplicates - import.duplicates),
            ("error", next.errors - import.errors),
        ] {
            metrics::counter!("switchboard_usage_records_total", "outcome" => outcome)
                .increment(u64::try_from(many).unwrap_or(0));
        }
        Ok((next, passed))
    }

    /// The records with their owners, in the order of their keys and each once; and those that are nobody's.
    fn sort_out<'c>(&self, chunk: &'c Chunk) -> (Vec<Owned<'c>>, Vec<RowError>) {
        let mut owned = Vec::with_capacity(chunk.records.len());
        let mut errors = Vec::new();
        for record in &chunk.records {
            match self.numbers.holder(record) {
                Ok(held) => owned.push((record, *held)),
                Err(code) => errors.push(RowError {
                    line: record.line,
                    field: "number".to_owned(),
                    code: code.to_owned(),
                }),
            }
        }
        // In one order for everybody, so that two imports never wait for each other. Stable: of two that are the same the first counts.
        let key = |(record, _): &Owned<'c>| (record.source.as_str(), record.record.as_str());
        owned.sort_by(|one, other| key(one).cmp(&key(other)));
        owned.dedup_by(|one, other| key(one) == key(other));
        (owned, errors)
    }

    /// Notes each limit that is passed now, and writes the mails that tell of it.
    async fn look_at_limits(
        &self,
        tx: &mut Tx,
        chunk: &Chunk,
        additions: &[Addition],
        after: &[i64],
    ) -> Result<Vec<Passed>> {
        let mut passed = Vec::new();
        for (addition, used) in additions.iter().zip(after) {
            let (UsageKind::Data, Some(limit)) = (addition.kind, addition.allowance) else {
                continue;
            };
            let (subscription, period) = (addition.subscription, addition.period);
            let all_noted = reached(*used, limit)
                .all(|threshold| self.noted.contains(&(subscription, period, threshold)));
            if percent(*used, limit) < THRESHOLDS[0] || all_noted {
                continue;
            }
            let scope = access::for_work(tx, access::for_system(), addition.organisation).await?;
            let now = subscriptions::subscription(tx, &scope, subscription).await?;
            let plan = Plan::of(&catalogue::attributes(tx, now.offering).await?);
            // The package of this moment decides; the one remembered may be a minute old.
            let Some(limit) = plan.allowance(UsageKind::Data) else {
                continue;
            };
            for threshold in reached(*used, limit) {
                let at = self.ids.now();
                let is_news =
                    store::note_passed(tx, &scope, subscription, period, threshold, at).await?;
                let news = Passed {
                    organisation: addition.organisation,
                    subscription,
                    period,
                    threshold,
                    used: *used,
                    limit,
                };
                if is_news && period >= Period::of(at).back(PERIODS_TOLD) {
                    let number = self.number_of(chunk, subscription);
                    self.tell(tx, &scope, &news, number).await?;
                }
                passed.push(news);
            }
        }
        Ok(passed)
    }

    /// The number by which the subscription used what it used.
    fn number_of<'c>(&self, chunk: &'c Chunk, subscription: SubscriptionId) -> &'c str {
        let own = |record: &&UsageRecord| matches!(self.numbers.holder(record), Ok(held) if held.subscription == subscription);
        let last = chunk.records.iter().rev().find(own);
        last.map_or("", |record| record.number.as_str())
    }

    async fn tell(&self, tx: &mut Tx, scope: &Scope, passed: &Passed, number: &str) -> Result<()> {
        let number = numbering::rules::display(number);
        let news = LimitNews {
            number: &number,
            period: passed.period,
            threshold: passed.threshold,
            used: passed.used,
            limit: passed.limit,
        };
        notices::limit_passed(tx, &self.ids, scope, &self.portal, &news).await
    }
}

/// What these records add to which totals, in the order of the totals.
fn additions<'r, 'c: 'r>(records: impl Iterator<Item = &'r Owned<'c>>) -> Vec<Addition> {
    let mut sums: HashMap<(SubscriptionId, Period, UsageKind), Addition> = HashMap::new();
    let mut last: Option<(Period, platform::Instant, platform::Instant)> = None;
    for (record, held) in records {
        let at = record.started_at;
        // Records come by the thousand for one month, and a calendar is slow.
        let period = match last {
            Some((period, start, end)) if start <= at && at < end => period,
            _ => {
                let period = Period::of(at);
                last = Some((period, period.start(), period.end()));
                period
            }
        };
        sums.entry((held.subscription, period, record.kind))
            .or_insert_with(|| Addition {
                organisation: held.organisation,
                subscription: held.subscription,
                period,
                kind: record.kind,
                counted: 0,
                beyond: 0,
                received: 0,
                records: 0,
                allowance: held.plan.allowance(record.kind),
            })
            .add(
                held.plan.share(record.direction, record.destination),
                record.quantity,
            );
    }
    let mut additions: Vec<Addition> = sums.into_values().collect();
    additions.sort_unstable_by_key(|sum| (sum.subscription, sum.period, sum.kind));
    additions
}
