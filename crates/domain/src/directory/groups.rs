//! The groups of a tenant's directory and who is in them. Both are kept here, so that a list filtered by a group, and a box
//! in which somebody types its name, ask our own tables and never the directory.
//!
//! The list of groups is read again when it is looked at and five minutes old. The members of a group are read when it is first
//! used, and from then on after each round of the mirror, as long as it is an organisation's default or was used in the last day.

use super::{
    ops,
    ports::DirectorySource,
    store::{self, Wanted},
};
use crate::access::{self, ObjectId, Scope, SystemScope, TenantId};
use async_trait::async_trait;
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Db, Tx},
    jobs::{Handler, Lease, Outcome},
    live,
    outside::OutsideError,
};
use std::{sync::Arc, time::Duration};

/// Reads the members of a tenant's groups that are in use: `{"tenant": id}`, with the tenant as key and lane.
pub const SYNC_GROUPS: &str = "directory.syncGroups";

/// So long the list of groups is good.
const LIST_LIFE: Duration = Duration::from_secs(5 * 60);
/// Members are not asked for more often than this, however often the mirror moves.
const MEMBERS_LIFE: Duration = Duration::from_secs(60);
/// A group that nobody filters by any more is kept fresh this long.
const USED: Duration = Duration::from_secs(24 * 3600);
/// How long somebody who looks waits for the directory.
const PATIENCE: Duration = Duration::from_secs(8);

/// A group as the directory tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub object: ObjectId,
    pub name: String,
    pub description: Option<String>,
    pub name_key: String,
    /// No longer in the directory.
    pub gone: bool,
    /// Colleagues in it, nested groups counted; `None` while nobody has asked.
    pub members: Option<i64>,
    pub members_at: Option<Instant>,
}

/// Groups by name from after a place on, those that are gone left out, and how many there are in all. `q`: folded words.
pub async fn groups(
    conn: &mut Conn,
    scope: &Scope,
    q: &str,
    after: Option<(&str, ObjectId)>,
    limit: i64,
) -> Result<(Vec<Group>, i64)> {
    store::groups(conn, scope, q, after, limit).await
}

/// A group of the organisation's directory, gone or not.
pub async fn group(conn: &mut Conn, scope: &Scope, object: ObjectId) -> Result<Option<Group>> {
    store::group(conn, scope, object).await
}

fn tenant_of(scope: &Scope) -> Result<TenantId> {
    scope.tenant().ok_or_else(|| {
        Error::rule(
            "noDirectory",
            "This organisation is not connected to a directory, so there is nothing to synchronise.",
        )
    })
}

/// Sees to it that the list of groups is not older than five minutes. When the directory does not answer, what is there serves;
/// only when nothing ever was is it an error.
///
/// # Errors
/// 422 `noDirectory` for an organisation without a tenant; 503 when the directory was never read and cannot be now.
pub async fn freshen_groups(
    db: &Db,
    ids: &Ids,
    source: &dyn DirectorySource,
    scope: &Scope,
) -> Result<()> {
    freshen(db, ids, source, tenant_of(scope)?, LIST_LIFE).await
}

async fn freshen(
    db: &Db,
    ids: &Ids,
    source: &dyn DirectorySource,
    tenant: TenantId,
    life: Duration,
) -> Result<()> {
    let system = access::for_system();
    let now = ids.now();
    let mut tx = db.begin().await?;
    store::insert_tenant(&mut tx, system, tenant).await?;
    let claimed = store::claim_groups(&mut tx, system, tenant, now, now.minus(life)).await?;
    tx.commit().await?;
    let Some(before) = claimed else {
        // Read a moment ago, or somebody is reading them now.
        return Ok(());
    };
    match patiently(source.groups(tenant)).await {
        Ok(found) => {
            let mut tx = db.begin().await?;
            store::save_groups(&mut tx, system, tenant, &found, now).await?;
            tx.commit().await
        }
        Err(error) => {
            let mut tx = db.begin().await?;
            store::unclaim_groups(&mut tx, system, tenant, before).await?;
            tx.commit().await?;
            match before {
                Some(_) => {
                    tracing::info!(%tenant, %error, "the groups cannot be read; those of before serve");
                    Ok(())
                }
                None => Err(error.into()),
            }
        }
    }
}

async fn patiently<T>(
    asked: impl Future<Output = Result<T, OutsideError>>,
) -> Result<T, OutsideError> {
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|_| Err(OutsideError::Unavailable("no answer in time".into())))
}

/// Sees to it that a list can be filtered by `group`: that it is one of the directory's and its members are here. Only the
/// first use of a group waits for the directory.
///
/// # Errors
/// 422 `groupUnknown`; 503 when its members were never read and cannot be now.
pub async fn use_group(
    db: &Db,
    ids: &Ids,
    source: &dyn DirectorySource,
    scope: &Scope,
    object: ObjectId,
) -> Result<Group> {
    let tenant = tenant_of(scope)?;
    let system = access::for_system();
    let mut found = known(db, scope, object).await?;
    if found.is_none() {
        // It may have been made since the list was read. Somebody who makes ids up causes one look a minute.
        freshen(db, ids, source, tenant, MEMBERS_LIFE).await?;
        found = known(db, scope, object).await?;
    }
    let group = found.ok_or_else(unknown)?;
    let now = ids.now();
    if group.members_at.is_none() {
        read_members(db, ids, source, system, tenant, object).await?;
    }
    let mut conn = db.read().await?;
    let stale = store::is_unused(&mut conn, scope, object, now.minus(USED / 24)).await?;
    drop(conn);
    if stale {
        let mut tx = db.begin().await?;
        store::mark_used(&mut tx, scope, object, now).await?;
        if group.members_at.is_some() {
            ops::enqueue(&mut tx, ids, SYNC_GROUPS, tenant, None).await?;
        }
        tx.commit().await?;
    }
    known(db, scope, object).await?.ok_or_else(unknown)
}

async fn known(db: &Db, scope: &Scope, object: ObjectId) -> Result<Option<Group>> {
    let mut conn = db.read().await?;
    store::group(&mut conn, scope, object).await
}

fn unknown() -> Error {
    Error::rule(
        "groupUnknown",
        "There is no such group in your directory. Choose one from the list.",
    )
}

/// Takes over who is in a group.
async fn read_members(
    db: &Db,
    ids: &Ids,
    source: &dyn DirectorySource,
    system: SystemScope,
    tenant: TenantId,
    group: ObjectId,
) -> Result<(), OutsideError> {
    let ours = |error: Error| OutsideError::Unavailable(error.to_string());
    let members = match patiently(source.group_members(tenant, group)).await {
        Ok(members) => Some(members),
        // Gone since the list was read.
        Err(OutsideError::NotFound(_)) => None,
        Err(error) => return Err(error),
    };
    let mut tx = db.begin().await.map_err(ours)?;
    let changed = match members {
        Some(members) => {
            store::save_members(&mut tx, system, tenant, group, &members, ids.now()).await
        }
        None => store::mark_gone(&mut tx, system, tenant, group, ids.now())
            .await
            .map(|()| false),
    }
    .map_err(ours)?;
    if changed {
        live::tell(&mut tx, ids, tenant.0, "people", None)
            .await
            .map_err(ours)?;
    }
    tx.commit().await.map_err(ours)
}

/// Asks for the members of groups in use to be read, if there are any. At the end of each round of the mirror.
pub(super) async fn follow_round(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    tenant: TenantId,
) -> Result<()> {
    let now = ids.now();
    let wanted = Wanted {
        used_since: now.minus(USED),
        read_before: now.minus(MEMBERS_LIFE),
    };
    if store::wanted_groups(tx, system, tenant, wanted)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    ops::enqueue(tx, ids, SYNC_GROUPS, tenant, None).await
}

/// Runs [`SYNC_GROUPS`].
pub struct SyncGroups {
    pub db: Db,
    pub ids: Ids,
    pub source: Arc<dyn DirectorySource>,
}

#[async_trait]
impl Handler for SyncGroups {
    async fn run(&self, lease: &Lease) -> Result<Outcome> {
        let tenant = super::jobs::tenant_of(lease)?;
        let system = access::for_system();
        let now = self.ids.now();
        let wanted = Wanted {
            used_since: now.minus(USED),
            read_before: now.minus(MEMBERS_LIFE),
        };
        let mut conn = self.db.read().await?;
        let groups = store::wanted_groups(&mut conn, system, tenant, wanted).await?;
        drop(conn);
        for group in groups {
            let read =
                read_members(&self.db, &self.ids, &*self.source, system, tenant, group).await;
            if let Err(error) = read {
                // What was read before serves on; the next round of the mirror asks again.
                tracing::info!(%tenant, %error, "members of a group cannot be read");
                if let Some(wait) = error.wait() {
                    return Ok(Outcome::Again(now.plus(wait.max(Duration::from_secs(1)))));
                }
                return Ok(Outcome::Done);
            }
        }
        Ok(Outcome::Done)
    }
}
