//! The work of this room: keeping each tenant's mirror true, and keeping the request for notifications alive. Both jobs live
//! as long as the tenant does: a run ends by saying when the next one is due.

use super::{
    CHECK_CONNECTION, MirrorProblem,
    ops::{self, Saved},
    ports::{ChangePage, ChangeSubscription, DirectorySource, Next},
    rules,
    store::{self, Position, Subscription},
};
use crate::access::{self, SystemScope, TenantId};
use async_trait::async_trait;
use platform::{
    Error, Ids, Instant, Result,
    db::Db,
    jobs::{self, Handler, Lease, Outcome},
    live,
    outside::OutsideError,
    seal::Secret,
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// Synchronises one tenant: `{"tenant": id}`, with the tenant as key and lane.
pub const SYNC_TENANT: &str = "directory.syncTenant";
/// Keeps the request for change notifications of one tenant: `{"tenant": id}`, with the tenant as key and lane.
pub const KEEP_SUBSCRIPTION: &str = "directory.keepSubscription";

/// Pages of one run. A large directory takes several turns, so that orders need not wait for all of it.
const PAGES_A_RUN: usize = 20;
/// Once a transaction has this many people, no further page goes into it.
const PEOPLE_A_TRANSACTION: usize = 1_000;
/// What a directory may ask us to wait at most.
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);
/// When the request for notifications is refused, how long until the next try.
const REFUSED_PAUSE: Duration = Duration::from_secs(15 * 60);
/// Room for what a directory says of its refusal.
const LONGEST_DETAIL: usize = 500;

pub(super) fn tenant_of(lease: &Lease) -> Result<TenantId> {
    lease.payload["tenant"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::internal("a job of the directory without a tenant"))
}

/// Runs [`SYNC_TENANT`].
pub struct SyncTenant {
    pub db: Db,
    pub ids: Ids,
    pub source: Arc<dyn DirectorySource>,
    /// Between two rounds when nobody asks for one.
    pub interval: Duration,
}

#[async_trait]
impl Handler for SyncTenant {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let tenant = tenant_of(lease)?;
        let system = access::for_system();
        let mut conn = self.db.read().await?;
        let position = store::position(&mut conn, system, tenant).await?;
        drop(conn);
        match position {
            Some(position) => self.rounds(lease, system, tenant, position).await,
            None => Ok(Outcome::Done),
        }
    }
}

impl SyncTenant {
    async fn rounds(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        mut position: Position,
    ) -> Result<Outcome> {
        let due = rules::full_round_due(
            position.cursor.as_deref(),
            position.full_round_at,
            position.doubted_round.is_some(),
            self.ids.now(),
        );
        // A round that was cut short goes on from its page.
        if position.page.is_none() && !position.full_round && due {
            match self
                .begin_full_round(lease, system, tenant, &position)
                .await?
            {
                Some(begun) => position = begun,
                None => return self.overtaken(lease, tenant).await,
            }
        }
        let mut started_over = false;
        let mut pages = 0;
        while pages < PAGES_A_RUN {
            let (page, failure) = self.gather(tenant, &position, &mut pages).await;
            if let Some(page) = page {
                match self.save(lease, system, tenant, &position, page).await? {
                    Saved::More(further) => position = further,
                    Saved::Complete => {
                        return Ok(Outcome::Again(self.ids.now().plus(self.interval)));
                    }
                    Saved::Overtaken => return self.overtaken(lease, tenant).await,
                }
            }
            match failure {
                None => {}
                Some(OutsideError::StartOver) if !started_over => {
                    started_over = true;
                    match self
                        .begin_full_round(lease, system, tenant, &position)
                        .await?
                    {
                        Some(begun) => position = begun,
                        None => return self.overtaken(lease, tenant).await,
                    }
                }
                Some(error) => return self.failed(lease, system, tenant, &position, error).await,
            }
        }
        Ok(Outcome::Again(self.ids.now()))
    }

    /// Pages from where the mirror stands, up to as many people as one transaction takes over: a commit costs as much as
    /// some hundred people. What came before a failure is not lost.
    async fn gather(
        &self,
        tenant: TenantId,
        position: &Position,
        pages: &mut usize,
    ) -> (Option<ChangePage>, Option<OutsideError>) {
        let mut gathered: Option<ChangePage> = None;
        loop {
            let from = match &gathered {
                None => position.page.as_deref().or(position.cursor.as_deref()),
                Some(ChangePage {
                    next: Next::Page(link),
                    changes,
                }) if *pages < PAGES_A_RUN && changes.len() < PEOPLE_A_TRANSACTION => {
                    Some(link.as_str())
                }
                Some(_) => return (gathered, None),
            };
            *pages += 1;
            match (self.source.changes(tenant, from).await, &mut gathered) {
                (Ok(page), None) => gathered = Some(page),
                (Ok(page), Some(gathered)) => {
                    gathered.changes.extend(page.changes);
                    gathered.next = page.next;
                }
                (Err(error), _) => return (gathered, Some(error)),
            }
        }
    }

    async fn begin_full_round(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        position: &Position,
    ) -> Result<Option<Position>> {
        // The name is for people to read; a round does without it.
        let name = match self.source.tenant(tenant).await {
            Ok(record) => Some(record.display_name),
            Err(error) => {
                tracing::info!(%tenant, %error, "the tenant's name cannot be read");
                None
            }
        };
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let begun = ops::begin_full_round(&mut tx, &self.ids, system, tenant, position).await?;
        if let (Some(_), Some(name)) = (&begun, name) {
            store::set_name(&mut tx, system, tenant, name.trim()).await?;
        }
        tx.commit().await?;
        Ok(begun)
    }

    async fn save(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        position: &Position,
        page: ChangePage,
    ) -> Result<Saved> {
        let people = page.changes.len();
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let saved = ops::save_page(
            &mut tx,
            &self.ids,
            system,
            tenant,
            position,
            page,
            self.interval,
        )
        .await?;
        if !matches!(saved, Saved::Overtaken) {
            tx.commit().await?;
            metrics::counter!("switchboard_directory_changes_total").increment(people as u64);
        }
        Ok(saved)
    }

    /// Another run has this tenant. What this one was asked for must not be lost in the other's interval: it comes back as a
    /// job of its own, soon.
    async fn overtaken(&self, lease: &Lease, tenant: TenantId) -> Result<Outcome> {
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let soon = self.ids.now().plus(Duration::from_secs(2));
        ops::enqueue(&mut tx, &self.ids, SYNC_TENANT, tenant, Some(soon)).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    async fn failed(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        position: &Position,
        error: OutsideError,
    ) -> Result<Outcome> {
        let now = self.ids.now();
        if let Some(wait) = error.wait() {
            // Throttled: nothing is wrong, it goes on from the same page.
            let next = now.plus(wait.clamp(Duration::from_secs(1), LONGEST_WAIT));
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            store::set_next(&mut tx, system, tenant, next).await?;
            store::set_throttled(&mut tx, system, tenant, next).await?;
            tx.commit().await?;
            return Ok(Outcome::Again(next));
        }
        let code = rules::problem_code(&error);
        let detail = match &error {
            OutsideError::Unauthorised { code, message }
            | OutsideError::Refused { code, message } => format!("{code}: {message}"),
            other => other.to_string(),
        };
        let pause = if error.is_passing() {
            jobs::pause(position.failures + 1).min(self.interval)
        } else {
            self.interval
        };
        let next = now.plus(pause);
        tracing::warn!(%tenant, code, %error, "the directory cannot be synchronised");
        let problem = MirrorProblem {
            code: code.to_owned(),
            detail: shortened(&detail),
        };
        let news = position.problem.as_ref() != Some(&problem);
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        store::set_problem(&mut tx, system, tenant, &problem, next).await?;
        if news {
            // What was refused may show in what is granted.
            ops::enqueue(&mut tx, &self.ids, CHECK_CONNECTION, tenant, None).await?;
            live::tell(&mut tx, &self.ids, tenant.0, "connection", None).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Again(next))
    }
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST_DETAIL)
        .collect()
}

/// Runs [`KEEP_SUBSCRIPTION`].
pub struct KeepSubscription {
    pub db: Db,
    pub ids: Ids,
    pub source: Arc<dyn DirectorySource>,
    /// Where notifications are to be sent; `None` when they are not wanted.
    pub notification_url: Option<Url>,
    /// Between two looks whether the request still stands there.
    pub interval: Duration,
}

#[async_trait]
impl Handler for KeepSubscription {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let tenant = tenant_of(lease)?;
        let system = access::for_system();
        let mut conn = self.db.read().await?;
        let running = store::subscription(&mut conn, system, tenant).await?;
        drop(conn);
        let (Some(running), Some(url)) = (running, &self.notification_url) else {
            // No mirror, or not wanted any more: what runs is left to expire, and what it sends is nobody's.
            let mut tx = self.db.begin().await?;
            lease.guard(&mut tx).await?;
            store::drop_subscription(&mut tx, system, tenant).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        };
        let now = self.ids.now();
        let until = now.plus(rules::SUBSCRIPTION_LIFE);
        if let Some(running) = running.filter(|running| running.expires_at > now) {
            if running.renew_at > now {
                match self.source.is_subscribed(tenant, &running.id).await {
                    Ok(true) => {
                        return Ok(Outcome::Again(self.next_look(running.renew_at)));
                    }
                    Ok(false) => {
                        tracing::warn!(%tenant, "the request for notifications is gone there")
                    }
                    Err(error) => {
                        tracing::info!(%tenant, %error, "whether notifications still come is not known");
                        return Ok(Outcome::Again(self.next_look(running.renew_at)));
                    }
                }
            } else {
                match self.source.renew(tenant, &running.id, until).await {
                    Ok(renewed) => return self.keep(lease, system, tenant, renewed, None).await,
                    // It is gone there, or cannot be renewed: a new one then.
                    Err(OutsideError::NotFound(_) | OutsideError::Refused { .. }) => {}
                    Err(error) => return self.failed(lease, system, tenant, error).await,
                }
            }
        }
        let secret = Secret::random();
        match self
            .source
            .subscribe(tenant, url.as_str(), &secret.expose(), until)
            .await
        {
            Ok(made) => self.keep(lease, system, tenant, made, Some(secret)).await,
            Err(error) => self.failed(lease, system, tenant, error).await,
        }
    }
}

impl KeepSubscription {
    fn next_look(&self, renew_at: Instant) -> Instant {
        self.ids.now().plus(self.interval).min(renew_at)
    }

    async fn keep(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        subscription: ChangeSubscription,
        secret: Option<Secret>,
    ) -> Result<Outcome> {
        let renew_at = rules::renew_at(self.ids.now(), subscription.expires_at);
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        let kept = Subscription {
            id: subscription.id,
            expires_at: subscription.expires_at,
            renew_at,
        };
        let is_new = secret.is_some();
        store::save_subscription(
            &mut tx,
            system,
            tenant,
            &kept,
            secret.map(|secret| secret.hash()),
        )
        .await?;
        if is_new {
            // What changed before it stood was told to nobody.
            ops::enqueue(&mut tx, &self.ids, SYNC_TENANT, tenant, None).await?;
            live::tell(&mut tx, &self.ids, tenant.0, "connection", None).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Again(self.next_look(renew_at)))
    }

    async fn failed(
        &self,
        lease: &Lease,
        system: SystemScope,
        tenant: TenantId,
        error: OutsideError,
    ) -> Result<Outcome> {
        let pause = match error.wait() {
            Some(wait) => wait.clamp(Duration::from_secs(1), LONGEST_WAIT),
            None if error.is_passing() => jobs::pause(lease.attempts).max(Duration::from_secs(30)),
            None => REFUSED_PAUSE,
        };
        tracing::warn!(%tenant, %error, "notifications cannot be asked for");
        let mut tx = self.db.begin().await?;
        lease.guard(&mut tx).await?;
        store::set_subscription_problem(&mut tx, system, tenant, &shortened(&error.to_string()))
            .await?;
        tx.commit().await?;
        Ok(Outcome::Again(self.ids.now().plus(pause)))
    }
}
