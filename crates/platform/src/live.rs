//! What open pages hear: that something of theirs changed, so that they ask again. Written in the transaction of the change,
//! read by every process, never data. A page that misses one asks again when it gets the focus.

use crate::{
    Clock, Ids, Instant, Result,
    db::{Db, Tx, params},
};
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::sync::broadcast;
use uuid::Uuid;

const KEEP: Duration = Duration::from_secs(600);
/// Transactions of other processes may become visible out of order by this much; what was seen already is told apart by its id.
const OVERLAP: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(500);
const REST: Duration = Duration::from_millis(40);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: Uuid,
    /// An organisation's or a tenant's id.
    pub topic: Uuid,
    /// The word that the page knows: people, person, orders, subscriptions, numbers, sims, connection.
    pub kind: String,
    pub subject: Option<Uuid>,
}

/// Tells `topic` in the transaction of the change.
pub async fn tell(
    tx: &mut Tx,
    ids: &Ids,
    topic: Uuid,
    kind: &str,
    subject: Option<Uuid>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO live_changes (id, topic, kind, subject, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![ids.uuid(), topic, kind, subject, ids.now()],
    )
    .await?;
    Ok(())
}

/// Hands what was told to those who listen in this process.
#[derive(Clone)]
pub struct Live {
    sender: broadcast::Sender<Change>,
}

impl Live {
    /// Starts the one reader of this process; it ends with `stop`.
    pub fn start(db: Db, clock: Arc<dyn Clock>, stop: tokio_util::sync::CancellationToken) -> Live {
        let (sender, _) = broadcast::channel(1_024);
        let live = Live {
            sender: sender.clone(),
        };
        tokio::spawn(async move {
            let mut reader = Reader {
                db,
                since: clock.now(),
                seen: HashSet::new(),
                sender,
                clock,
                swept_at: Instant(0),
            };
            let committed = reader.db.committed();
            while !stop.is_cancelled() {
                let woken = committed.notified();
                if reader.sender.receiver_count() > 0
                    && let Err(error) = reader.look().await
                {
                    tracing::warn!(%error, "live changes cannot be read");
                }
                tokio::select! {
                    () = woken => tokio::time::sleep(REST).await,
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = stop.cancelled() => {}
                }
            }
        });
        live
    }

    /// Everything told from now on; the listener picks its topics. `RecvError::Lagged` means: refetch everything.
    pub fn listen(&self) -> broadcast::Receiver<Change> {
        self.sender.subscribe()
    }
}

struct Reader {
    db: Db,
    clock: Arc<dyn Clock>,
    since: Instant,
    seen: HashSet<Uuid>,
    sender: broadcast::Sender<Change>,
    swept_at: Instant,
}

impl Reader {
    async fn look(&mut self) -> Result<()> {
        let now = self.clock.now();
        let from = self.since.minus(OVERLAP);
        let mut conn = self.db.read().await?;
        let rows = conn
            .all(
                "SELECT id, topic, kind, subject, at FROM live_changes WHERE at > ?1 ORDER BY at LIMIT 2000",
                params![from],
            )
            .await?;
        drop(conn);
        let mut window = HashSet::with_capacity(rows.len());
        for row in &rows {
            let change = Change {
                id: row.get(0)?,
                topic: row.get(1)?,
                kind: row.get(2)?,
                subject: row.get(3)?,
            };
            window.insert(change.id);
            if !self.seen.contains(&change.id) {
                // Nobody listening is no failure.
                self.sender.send(change).ok();
            }
            self.since = self.since.max(row.get(4)?);
        }
        if rows.is_empty() {
            self.since = self.since.max(now.minus(OVERLAP));
        }
        self.seen = window;
        if now.since(self.swept_at) > KEEP / 4 {
            self.swept_at = now;
            let mut tx = self.db.begin().await?;
            tx.execute(
                "DELETE FROM live_changes WHERE at < ?1",
                params![now.minus(KEEP)],
            )
            .await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
