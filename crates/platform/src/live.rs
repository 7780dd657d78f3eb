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
/// Rows of one query.
const AT_ONCE: i64 = 2_000;
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
                if let Err(error) = reader.turn().await {
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
    async fn turn(&mut self) -> Result<()> {
        let now = self.clock.now();
        if self.sender.receiver_count() > 0 {
            self.look(now).await?;
        } else {
            // Whoever comes next begins here.
            self.since = now;
        }
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

    async fn look(&mut self, now: Instant) -> Result<()> {
        let mut window = HashSet::new();
        let mut after = (self.since.minus(OVERLAP), Uuid::max());
        loop {
            let mut conn = self.db.read().await?;
            let rows = conn
                .all(
                    "SELECT id, topic, kind, subject, at FROM live_changes WHERE (at, id) > (?1, ?2) ORDER BY at, id LIMIT ?3",
                    params![after.0, after.1, AT_ONCE],
                )
                .await?;
            drop(conn);
            for row in &rows {
                let change = Change {
                    id: row.get(0)?,
                    topic: row.get(1)?,
                    kind: row.get(2)?,
                    subject: row.get(3)?,
                };
                after = (row.get(4)?, change.id);
                window.insert(change.id);
                if !self.seen.contains(&change.id) {
                    // Nobody listening is no failure.
                    self.sender.send(change).ok();
                }
            }
            if (rows.len() as i64) < AT_ONCE {
                break;
            }
        }
        self.since = self.since.max(after.0).max(now.minus(OVERLAP));
        self.seen = window;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{db, testing::Fixture, time::ManualClock};

    struct Bench {
        fixture: Fixture,
        clock: Arc<ManualClock>,
        ids: Ids,
        reader: Reader,
    }

    impl Bench {
        async fn new() -> Bench {
            let clock = Arc::new(ManualClock::at(Instant(1_795_000_000_000_000)));
            let fixture = Fixture::new(db::migrations()).await;
            Bench {
                reader: Reader {
                    db: fixture.db.clone(),
                    clock: clock.clone(),
                    since: clock.now(),
                    seen: HashSet::new(),
                    sender: broadcast::channel(8_192).0,
                    swept_at: clock.now(),
                },
                ids: Ids::new(clock.clone()),
                fixture,
                clock,
            }
        }

        async fn tell(&self, times: usize) {
            let mut tx = self.fixture.db.begin().await.unwrap();
            for _ in 0..times {
                tell(&mut tx, &self.ids, Uuid::from_u128(1), "orders", None)
                    .await
                    .unwrap();
            }
            tx.commit().await.unwrap();
        }
    }

    #[tokio::test]
    async fn more_changes_at_once_than_one_look_reads_are_each_told_once() {
        let mut bench = Bench::new().await;
        let mut listener = bench.reader.sender.subscribe();
        let mut told = 0;
        for _ in 0..2 {
            bench.tell(2_500).await;
            bench.clock.advance(Duration::from_secs(1));
            bench.reader.turn().await.unwrap();
            bench.reader.turn().await.unwrap();
        }
        while listener.try_recv().is_ok() {
            told += 1;
        }
        assert_eq!(told, 5_000);
    }

    #[tokio::test]
    async fn old_changes_are_swept_up_though_nobody_listens() {
        let mut bench = Bench::new().await;
        bench.tell(3).await;
        bench.clock.advance(KEEP * 2);
        bench.reader.turn().await.unwrap();
        let mut conn = bench.fixture.db.read().await.unwrap();
        let left = conn
            .one("SELECT COUNT(*) FROM live_changes", params![])
            .await
            .unwrap();
        assert_eq!(left.get::<i64>(0).unwrap(), 0);
    }
}
