//! The verbs of this room.

use super::{
    CHECK_CONNECTION, KEEP_SUBSCRIPTION, MirrorProblem, MirrorState, Person, PersonId, SYNC_TENANT,
    groups,
    ports::{Change, ChangePage, DirectorySource, Next},
    rules::{self, Sweep, Tally, Turn},
    store::{self, Position},
};
use crate::access::{self, ObjectId, Scope, SystemScope, TenantId};
use platform::{
    Error, Ids, Instant, Result,
    db::{Conn, Db, Tx},
    jobs::{self, NewJob},
    live,
    outside::OutsideError,
    seal::Secret,
};
use std::{collections::HashSet, time::Duration};
use subtle::ConstantTimeEq;

/// Notifications come in bursts; the first waits this long for the others.
const BURST: Duration = Duration::from_millis(300);

/// Sees to it that every tenant which an organisation names has a mirror, and that its jobs exist. Call it when the server
/// starts, and when an organisation has been onboarded; calling it again changes nothing.
pub async fn start(tx: &mut Tx, ids: &Ids, system: SystemScope) -> Result<()> {
    for tenant in store::tenants_served(tx, system).await? {
        store::insert_tenant(tx, system, tenant).await?;
    }
    for (tenant, next_at) in store::tenants(tx, system).await? {
        enqueue(tx, ids, SYNC_TENANT, tenant, next_at).await?;
        enqueue(tx, ids, KEEP_SUBSCRIPTION, tenant, None).await?;
        enqueue(tx, ids, CHECK_CONNECTION, tenant, None).await?;
    }
    Ok(())
}

/// Asks for a synchronisation now. Asked for while one waits, it is the same one.
///
/// # Errors
/// 422 `noDirectory` when the organisation has no tenant.
pub async fn request_sync(tx: &mut Tx, ids: &Ids, scope: &Scope) -> Result<()> {
    let tenant = scope.tenant().ok_or_else(|| {
        Error::rule(
            "noDirectory",
            "This organisation is not connected to a directory, so there is nothing to synchronise.",
        )
    })?;
    store::insert_tenant(tx, access::for_system(), tenant).await?;
    enqueue(tx, ids, CHECK_CONNECTION, tenant, None).await?;
    enqueue(tx, ids, SYNC_TENANT, tenant, None).await
}

/// A notification says that something changed. It is believed in nothing but that: when it carries the secret that we gave to
/// this very subscription of this tenant, a synchronisation is asked for, and otherwise nothing happens. Says which.
pub async fn note_change(
    tx: &mut Tx,
    ids: &Ids,
    tenant: TenantId,
    subscription: &str,
    client_state: &str,
) -> Result<bool> {
    if !is_genuine(tx, tenant, subscription, client_state).await? {
        return Ok(false);
    }
    let at = ids.now().plus(BURST);
    enqueue(tx, ids, SYNC_TENANT, tenant, Some(at)).await?;
    Ok(true)
}

/// What a notification about the subscription itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// It must be renewed before its time.
    Renew,
    /// It is gone; a new one is needed, and what happened meanwhile must be asked for.
    Removed,
    /// Notifications were lost.
    Missed,
}

/// As [`note_change`], for what concerns the subscription itself.
pub async fn note_lifecycle(
    tx: &mut Tx,
    ids: &Ids,
    tenant: TenantId,
    subscription: &str,
    client_state: &str,
    event: Lifecycle,
) -> Result<bool> {
    let system = access::for_system();
    if !is_genuine(tx, tenant, subscription, client_state).await? {
        return Ok(false);
    }
    match event {
        Lifecycle::Renew => store::renew_subscription_at(tx, system, tenant, ids.now()).await?,
        Lifecycle::Removed => store::drop_subscription(tx, system, tenant).await?,
        Lifecycle::Missed => {}
    }
    if event != Lifecycle::Missed {
        enqueue(tx, ids, KEEP_SUBSCRIPTION, tenant, None).await?;
    }
    if event != Lifecycle::Renew {
        enqueue(tx, ids, SYNC_TENANT, tenant, None).await?;
    }
    Ok(true)
}

/// Whether a notification carries the secret that we gave to this very subscription of this tenant. Asking costs no write, so
/// that a flood of forged ones costs none either.
pub async fn is_genuine(
    conn: &mut Conn,
    tenant: TenantId,
    subscription: &str,
    client_state: &str,
) -> Result<bool> {
    let Some(secret) = Secret::parse(client_state) else {
        return Ok(false);
    };
    let expected =
        store::subscription_secret(conn, access::for_system(), tenant, subscription).await?;
    Ok(expected.is_some_and(|expected| secret.hash().ct_eq(expected.as_slice()).into()))
}

pub(super) async fn enqueue(
    tx: &mut Tx,
    ids: &Ids,
    kind: &'static str,
    tenant: TenantId,
    run_after: Option<Instant>,
) -> Result<()> {
    jobs::enqueue(
        tx,
        ids,
        NewJob {
            kind,
            key: Some(tenant.to_string()),
            payload: serde_json::json!({ "tenant": tenant }),
            lane: tenant.0,
            run_after,
        },
    )
    .await
}

/// Asks the directory for one person as of now and takes over what it says: before an order, and where somebody looks at the
/// licences. A local person, and one of another organisation (`None`), costs no call.
///
/// # Errors
/// What the directory came to when it could not answer: 503. What the mirror has stands.
pub async fn refresh_person(
    db: &Db,
    ids: &Ids,
    source: &dyn DirectorySource,
    scope: &Scope,
    id: PersonId,
) -> Result<Option<Person>> {
    let mut conn = db.read().await?;
    let person = store::person(&mut conn, scope, id).await?;
    drop(conn);
    let Some(person) = person else {
        return Ok(None);
    };
    let (Some(object), Some(tenant)) = (person.object, scope.tenant()) else {
        return Ok(Some(person));
    };
    let change = match source.person(tenant, object).await {
        Ok(record) => Change::Present(Box::new(record)),
        Err(OutsideError::NotFound(_)) => Change::Absent {
            object,
            restorable: true,
        },
        Err(error) => return Err(error.into()),
    };
    let system = access::for_system();
    let mut conn = db.read().await?;
    let known = store::known(&mut conn, system, tenant, &[object]).await?;
    drop(conn);
    let turn = rules::reconcile(vec![change], &known);
    if turn.changed.is_empty() && turn.departed.is_empty() {
        return Ok(Some(person));
    }
    let mut tx = db.begin().await?;
    let round = match store::position(&mut tx, system, tenant).await? {
        Some(position) => position.round,
        None => 0,
    };
    // Somebody new, whom nobody asked for, is left to the next round.
    write(
        &mut tx,
        ids,
        system,
        tenant,
        Turn {
            arrived: Vec::new(),
            ..turn
        },
        round,
        false,
    )
    .await?;
    let person = store::person(&mut tx, scope, id).await?;
    tx.commit().await?;
    Ok(person)
}

/// What saving a page came to.
#[derive(Debug)]
pub(super) enum Saved {
    /// Another run has moved the mirror on since this page was asked for. Nothing was written; drop the transaction.
    Overtaken,
    More(Position),
    /// The round is complete.
    Complete,
}

/// Begins to list everybody anew. `None`: another run was quicker.
pub(super) async fn begin_full_round(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    tenant: TenantId,
    was: &Position,
) -> Result<Option<Position>> {
    if !store::claim(tx, system, tenant, was.version).await? {
        return Ok(None);
    }
    let begun = Position {
        state: MirrorState::Running,
        cursor: None,
        page: None,
        round: was.round + 1,
        full_round: true,
        version: was.version + 1,
        started_at: Some(ids.now()),
        tally: Tally::default(),
        ..was.clone()
    };
    store::save_position(tx, system, tenant, &begun).await?;
    live::tell(tx, ids, tenant.0, "connection", None).await?;
    Ok(Some(begun))
}

/// Takes over one page: people, accounts, where to go on, and at the end of a full round who was not in it.
pub(super) async fn save_page(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    tenant: TenantId,
    was: &Position,
    page: ChangePage,
    interval: Duration,
) -> Result<Saved> {
    if !store::claim(tx, system, tenant, was.version).await? {
        return Ok(Saved::Overtaken);
    }
    let objects: HashSet<ObjectId> = page
        .changes
        .iter()
        .map(|change| match change {
            Change::Present(record) => record.object,
            Change::Absent { object, .. } => *object,
        })
        .collect();
    let objects: Vec<_> = objects.into_iter().collect();
    let known = store::known(tx, system, tenant, &objects).await?;
    let turn = rules::reconcile(page.changes, &known);
    // A delta round begins with its first page, a full one did before.
    let begins = was.page.is_none() && !was.full_round;
    let mut position = Position {
        version: was.version + 1,
        failures: 0,
        problem: None,
        started_at: if begins {
            Some(ids.now())
        } else {
            was.started_at
        },
        tally: if begins { Tally::default() } else { was.tally },
        ..was.clone()
    };
    position.tally = position.tally.plus(turn.tally);
    write(tx, ids, system, tenant, turn, was.round, was.full_round).await?;
    match page.next {
        Next::Page(link) => {
            position.state = MirrorState::Running;
            position.page = Some(link);
            store::save_position(tx, system, tenant, &position).await?;
            Ok(Saved::More(position))
        }
        Next::Cursor(link) => {
            position.state = MirrorState::Ok;
            position.page = None;
            position.cursor = Some(link);
            if was.full_round {
                end_full_round(tx, ids, system, tenant, &mut position).await?;
            }
            let now = ids.now();
            store::save_position(tx, system, tenant, &position).await?;
            store::finish_round(tx, ids, system, tenant, now.plus(interval)).await?;
            groups::follow_round(tx, ids, system, tenant).await?;
            live::tell(tx, ids, tenant.0, "connection", None).await?;
            Ok(Saved::Complete)
        }
    }
}

async fn end_full_round(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    tenant: TenantId,
    position: &mut Position,
) -> Result<()> {
    position.full_round = false;
    position.full_round_at = Some(ids.now());
    let (present, missing) = store::unseen(tx, system, tenant, position.round).await?;
    let detail = format!("{missing} of {present}");
    match rules::sweep(position.round, present, missing, position.doubted_round) {
        Sweep::Nobody => position.doubted_round = None,
        Sweep::Before(round) => {
            position.doubted_round = None;
            let (objects, colleagues) = store::mark_unseen(tx, ids, system, tenant, round).await?;
            access::set_accounts_enabled(tx, system, tenant, &objects, false, ids.now()).await?;
            position.tally.departed += colleagues;
            if colleagues > 0 {
                live::tell(tx, ids, tenant.0, "people", None).await?;
            }
        }
        Sweep::Doubt => {
            position.doubted_round = Some(position.round);
            position.state = MirrorState::Failing;
            position.problem = Some(MirrorProblem {
                code: "tooManyMissing".into(),
                detail,
            });
        }
        Sweep::Empty => {
            // The next round lists everybody again.
            position.full_round_at = None;
            position.state = MirrorState::Failing;
            position.problem = Some(MirrorProblem {
                code: "emptyDirectory".into(),
                detail,
            });
        }
    }
    Ok(())
}

/// Writes what a page came to.
async fn write(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    tenant: TenantId,
    turn: Turn,
    round: i64,
    full_round: bool,
) -> Result<()> {
    let visible = turn.is_visible();
    store::insert_people(tx, ids, system, tenant, turn.arrived, round).await?;
    store::update_people(tx, ids, system, turn.changed, round).await?;
    store::mark_departed(tx, ids, system, &turn.departed).await?;
    if full_round {
        store::mark_seen(tx, system, &turn.seen, round).await?;
    }
    let now = ids.now();
    access::set_accounts_enabled(tx, system, tenant, &turn.disabled, false, now).await?;
    access::set_accounts_enabled(tx, system, tenant, &turn.enabled, true, now).await?;
    if visible {
        live::tell(tx, ids, tenant.0, "people", None).await?;
    }
    Ok(())
}
