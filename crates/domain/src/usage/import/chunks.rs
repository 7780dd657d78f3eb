//! Reads a source and hands on its lines in chunks, each with the place where it ends.

use super::{
    super::{
        RowError, UsageRecord,
        ports::Source,
        rules::{
            lines::{Line, Lines},
            reading::{Bounds, HeadingError, Read, Reader},
        },
    },
    AIM, reused,
};
use platform::{Error, Result};
use sha2::{Digest, Sha256};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::mpsc;

/// Some lines, read.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub records: Vec<UsageRecord>,
    pub errors: Vec<RowError>,
    /// The lines of the import up to the end of this chunk.
    pub lines: i64,
    /// The bytes up to there, and the SHA-256 of them.
    pub position: i64,
    pub digest: [u8; 32],
    pub last: bool,
}

/// Why no more chunks come.
#[derive(Debug)]
pub(super) enum Ended {
    Heading(HeadingError),
    /// What was read before is not what is there now.
    Changed,
    Broken(Error),
}

/// How many records make a chunk: as many as are written in a quarter of a second.
pub(super) struct Pace(AtomicUsize);

const FEWEST: usize = 500;
const MOST: usize = 20_000;

impl Default for Pace {
    fn default() -> Self {
        Pace(AtomicUsize::new(2_000))
    }
}

impl Pace {
    pub fn next(&self, chunk: &Chunk, took: Duration) {
        let fits = chunk.records.len() as u128 * AIM.as_micros() / took.as_micros().max(1);
        let now = self.0.load(Ordering::Relaxed);
        // Not more than twice as many at once: a chunk of a few tells little.
        let next = usize::try_from(fits).unwrap_or(MOST).min(now * 2);
        self.0.store(next.clamp(FEWEST, MOST), Ordering::Relaxed);
    }
}

/// Errors and bytes after which a chunk ends, however few records it has.
const ERRORS: usize = 5_000;
const BYTES: i64 = 16 * 1024 * 1024;

pub(super) struct Feed {
    pub bounds: Bounds,
    /// Up to where everything was counted before, and its SHA-256.
    pub position: i64,
    pub digest: Vec<u8>,
    pub pace: Arc<Pace>,
}

type Sender = mpsc::Sender<Result<Chunk, Ended>>;

impl Feed {
    pub async fn read(self, source: Box<dyn Source>, sender: Sender) {
        if let Err(ended) = self.read_all(source, &sender).await {
            // Nobody waits for it any more: then nobody need know.
            sender.send(Err(ended)).await.ok();
        }
    }

    async fn read_all(&self, mut source: Box<dyn Source>, sender: &Sender) -> Result<(), Ended> {
        let mut lines = Lines::default();
        let mut cutter = Cutter::new(self);
        let mut piece = Vec::new();
        loop {
            piece.clear();
            let more = source.read(&mut piece).await.map_err(Ended::Broken)?;
            cutter.piece(&piece, &mut lines)?;
            if !more {
                break;
            }
            for chunk in cutter.full.drain(..) {
                if sender.send(Ok(chunk)).await.is_err() {
                    return Ok(());
                }
            }
        }
        cutter.end(&mut lines)?;
        for chunk in cutter.full.drain(..) {
            if sender.send(Ok(chunk)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

struct Cutter<'a> {
    feed: &'a Feed,
    reader: Reader,
    hash: Sha256,
    /// Bytes before the present piece.
    before: i64,
    /// Where the last chunk ended.
    cut_at: i64,
    /// What was read before was found to be the same.
    checked: bool,
    now: Chunk,
    full: Vec<Chunk>,
}

impl<'a> Cutter<'a> {
    fn new(feed: &'a Feed) -> Self {
        Cutter {
            feed,
            reader: Reader::new(feed.bounds),
            hash: Sha256::new(),
            before: 0,
            cut_at: feed.position,
            checked: feed.position == 0,
            now: Chunk::default(),
            full: Vec::new(),
        }
    }

    fn piece(&mut self, piece: &[u8], lines: &mut Lines) -> Result<(), Ended> {
        let mut hashed = 0;
        let mut outcome = Ok(());
        lines.feed(piece, |line, behind| {
            if outcome.is_ok() {
                let end = piece.len() - behind;
                outcome = self.line(line, self.before + end as i64, &piece[hashed..end]);
                hashed = end;
            }
        });
        outcome?;
        self.hash.update(&piece[hashed..]);
        self.before += piece.len() as i64;
        Ok(())
    }

    /// `end` is the place behind the line, `bytes` what leads there from the line before.
    fn line(&mut self, line: Line<'_>, end: i64, bytes: &[u8]) -> Result<(), Ended> {
        self.hash.update(bytes);
        if end <= self.feed.position {
            self.reader.skip(line).map_err(Ended::Heading)?;
            if end == self.feed.position {
                self.checked = self.hash.clone().finalize()[..] == self.feed.digest[..];
            }
            return Ok(());
        }
        if !self.checked {
            return Err(Ended::Changed);
        }
        match self.reader.read(line).map_err(Ended::Heading)? {
            Read::Nothing => {}
            Read::Record(record) => self.now.records.push(record),
            Read::Error(error) => self.now.errors.push(error),
        }
        if self.now.records.len() >= self.feed.pace.0.load(Ordering::Relaxed)
            || self.now.errors.len() >= ERRORS
            || end - self.cut_at >= BYTES
        {
            self.cut(end, false);
        }
        Ok(())
    }

    fn cut(&mut self, position: i64, last: bool) {
        self.now.lines = self.reader.line();
        self.now.position = position;
        self.now.digest = self.hash.clone().finalize().into();
        self.now.last = last;
        self.cut_at = position;
        self.full.push(std::mem::take(&mut self.now));
    }

    /// The last chunk comes always, if only to say that it is the last.
    fn end(&mut self, lines: &mut Lines) -> Result<(), Ended> {
        let mut outcome = Ok(());
        lines.end(|line, _| {
            // Its bytes are in the hash already.
            outcome = self.line(line, self.before, &[]);
        });
        outcome?;
        if !self.checked {
            return Err(Ended::Changed);
        }
        self.cut(self.before, true);
        Ok(())
    }
}

/// Reads to the end and compares with what was read when it was done.
///
/// # Errors
/// 422 `idempotencyKeyReused` when it is something else.
pub(super) async fn compare(
    mut source: Box<dyn Source>,
    position: i64,
    digest: &[u8],
) -> Result<()> {
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut piece = Vec::new();
    loop {
        piece.clear();
        let more = source.read(&mut piece).await?;
        hash.update(&piece);
        length += piece.len() as i64;
        if !more {
            break;
        }
        if length > position {
            return Err(reused());
        }
    }
    if length == position && hash.finalize()[..] == *digest {
        Ok(())
    } else {
        Err(reused())
    }
}
