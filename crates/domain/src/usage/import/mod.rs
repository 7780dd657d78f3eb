//! Bringing records in: a task reads and takes the lines apart while the chunk before it is written. Memory holds three chunks,
//! whatever the size of what comes in.

mod chunks;
mod counting;
mod numbers;

use super::{
    ImportOrigin, ImportState, UsageImport,
    ports::Source,
    rules::reading::{Bounds, HeadingError},
    store,
};
use crate::access::{PrincipalId, Scope};
use chunks::{Ended, Feed};
use counting::Counter;
use platform::{
    Error, Ids, Kind, Result,
    db::{Db, Tx},
};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;
use url::Url;

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct Begin<'a> {
    pub origin: ImportOrigin,
    /// Of the file, where it has one.
    pub name: Option<&'a str>,
    /// The same key once more is the same import: it goes on where it was cut short.
    pub key: Option<&'a str>,
    /// Whether the key also names it when it is done, so that it is told again and not read again.
    pub once: bool,
    pub by: Option<PrincipalId>,
}

/// An import that may be read now.
#[derive(Debug)]
pub struct Importing {
    import: UsageImport,
    fence: i64,
    digest: Vec<u8>,
    once: bool,
}

/// Begins an import, or takes up one that was cut short: whoever read it before cannot write any more.
pub async fn begin(tx: &mut Tx, ids: &Ids, scope: &Scope, wanted: &Begin<'_>) -> Result<Importing> {
    let kept = match wanted.key {
        Some(key) => store::running(tx, scope, key).await?,
        None => None,
    };
    if let Some(kept) = kept {
        let fence = match kept.import.state {
            ImportState::Running => store::take_over(tx, scope, kept.import.id).await?,
            _ => kept.fence,
        };
        return Ok(Importing {
            import: kept.import,
            fence,
            digest: kept.digest,
            once: wanted.once,
        });
    }
    let digest: [u8; 32] = Sha256::new().finalize().into();
    let new = store::New {
        id: ids.make(),
        key: wanted.key,
        origin: wanted.origin,
        name: wanted.name,
        by: wanted.by,
        digest,
        now: ids.now(),
    };
    store::insert(tx, scope, &new).await?;
    Ok(Importing {
        import: store::import(tx, scope, new.id).await?,
        fence: 1,
        digest: digest.to_vec(),
        once: wanted.once,
    })
}

/// Reads `source` from its beginning to its end. What was counted before is passed over, after a look whether it is the same.
/// `portal` is where mails lead.
///
/// # Errors
/// 400 `importHeading` when nothing of it can be read; 422 `idempotencyKeyReused`, or for a file 409 `importChanged`, when it
/// is not what was read before; 409 `importTakenOver`; whatever `source` fails with. In all cases what was counted stays counted.
pub async fn run(
    db: &Db,
    ids: &Ids,
    scope: &Scope,
    portal: &Url,
    importing: Importing,
    source: Box<dyn Source>,
) -> Result<UsageImport> {
    let Importing {
        mut import,
        fence,
        digest,
        once,
    } = importing;
    if import.state != ImportState::Running {
        chunks::compare(source, import.position, &digest).await?;
        return Ok(import);
    }
    let (sender, mut receiver) = mpsc::channel(1);
    let pace = Arc::new(chunks::Pace::default());
    let feed = Feed {
        bounds: Bounds::at(ids.now()),
        position: import.position,
        digest,
        pace: pace.clone(),
    };
    let reading = tokio::spawn(feed.read(source, sender));
    // Whoever gives up the import (the upload broke off) gives up the reading with it.
    let _guard = Abort(reading.abort_handle());
    let mut counter = Counter::new(db, ids, scope, portal);
    let ended = loop {
        match receiver.recv().await {
            Some(Ok(chunk)) => {
                import = counter.write(&import, fence, &chunk, once).await?;
                if import.state != ImportState::Running {
                    return Ok(import);
                }
                pace.next(&chunk, counter.took);
            }
            Some(Err(ended)) => break ended,
            None => break Ended::Broken(Error::internal("the reader of an import is gone")),
        }
    };
    let error = match ended {
        Ended::Broken(error) => return Err(error),
        Ended::Heading(error) => heading(&error),
        Ended::Changed if once => return Err(reused()),
        Ended::Changed => Error::conflict(
            "importChanged",
            "The file is not what it was when it was begun.",
        ),
    };
    let mut tx = db.begin().await?;
    store::hold(&mut tx, scope, import.id, fence).await?;
    if once {
        store::delete(&mut tx, scope, import.id).await?;
    } else {
        store::fail(&mut tx, scope, import.id, &error.code, ids.now()).await?;
    }
    tx.commit().await?;
    Err(error)
}

struct Abort(tokio::task::AbortHandle);

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn reused() -> Error {
    Error::rule(
        "idempotencyKeyReused",
        "The Idempotency-Key was already used for another request. Send a fresh one.",
    )
}

fn heading(error: &HeadingError) -> Error {
    Error::new(
        Kind::Malformed,
        "importHeading",
        "The first line does not say which columns follow, so nothing was read. Write the columns' names as the documentation has them.",
    )
    .with_field(format!("/{}", error.column), error.code, "This column cannot be read, or is missing.")
}

/// A transaction of an import should be over after this long, so that nobody waits for it.
const AIM: Duration = Duration::from_millis(250);

/// How often a chunk is tried that the database does not take: it was busy, or somebody had written the same rows.
const TRIES: u32 = 8;
