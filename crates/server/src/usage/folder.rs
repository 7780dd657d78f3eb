//! A folder into which the network puts files of usage records.
//!
//! A file is taken once it is complete: it has not changed for a while, and its name does not say that it is being written. It is
//! taken by renaming it into `working`, which one process alone can do, and locked while it is read, so that another process
//! takes it up when this one has died. Afterwards it lies in `done`, or in `failed` when nothing of it could be read, with a
//! report beside it.

use super::{Reading, report};
use domain::{access::Scope, usage::ImportOrigin, usage::UsageImport};
use platform::{Clock, Error, Instant, Kind, Result};
use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio_util::sync::CancellationToken;

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Endings of names that say: not yet.
const BEING_WRITTEN: [&str; 6] = ["part", "partial", "filepart", "tmp", "temp", "swp"];

pub struct Folder {
    folder: PathBuf,
    settle: Duration,
    reading: Reading,
    clock: Arc<dyn Clock>,
    /// What each file looked like, and since when.
    seen: HashMap<PathBuf, (Look, Instant)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    length: u64,
    modified: Option<SystemTime>,
}

impl Folder {
    /// `settle` is how long a file must stay as it is before it is taken for complete.
    pub fn new(folder: PathBuf, settle: Duration, reading: Reading, clock: Arc<dyn Clock>) -> Self {
        Folder {
            folder,
            settle,
            reading,
            clock,
            seen: HashMap::new(),
        }
    }

    /// Looks again and again until `stop`.
    pub async fn watch(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.look().await {
                Ok(0) => {}
                Ok(files) => tracing::info!(files, "files of usage were read"),
                Err(error) => tracing::warn!(%error, "the folder of usage cannot be looked at"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Takes what is complete, and what somebody left; says how many files were read to their end or refused.
    ///
    /// # Errors
    /// When the folder cannot be read or written. A file that could not be read now is read at the next look.
    pub async fn look(&mut self) -> Result<usize> {
        for place in ["working", "done", "failed"] {
            fs::create_dir_all(self.folder.join(place)).map_err(|error| self.told(&error))?;
        }
        self.take_complete()?;
        let mut read = 0;
        for path in files(&self.folder.join("working")).map_err(|error| self.told(&error))? {
            let Some(file) = claim(&path) else { continue };
            match self.read(&path, &file).await {
                Ok(()) => read += 1,
                Err(error) => {
                    let name = path.display().to_string();
                    tracing::warn!(file = name, %error, "a file of usage could not be read now");
                }
            }
        }
        Ok(read)
    }

    fn told(&self, error: &io::Error) -> Error {
        Error::internal(format!("usage.folder {}: {error}", self.folder.display()))
    }

    /// Renames into `working` what has stayed as it is for long enough.
    fn take_complete(&mut self) -> Result<()> {
        let now = self.clock.now();
        let found = files(&self.folder).map_err(|error| self.told(&error))?;
        self.seen.retain(|path, _| found.contains(path));
        for path in found {
            if is_being_written(&path) {
                continue;
            }
            let Ok(metadata) = fs::metadata(&path) else {
                // Somebody else has taken it.
                continue;
            };
            let look = Look {
                length: metadata.len(),
                modified: metadata.modified().ok(),
            };
            let since = match self.seen.get(&path) {
                Some((before, since)) if *before == look => *since,
                _ => now,
            };
            self.seen.insert(path.clone(), (look, since));
            if now.since(since) < self.settle {
                continue;
            }
            let taken = self
                .folder
                .join("working")
                .join(path.file_name().unwrap_or_default());
            // One of that name that is still being read goes first. Of two processes that rename at once, one finds nothing.
            if !taken.exists() && fs::rename(&path, &taken).is_ok() {
                self.seen.remove(&path);
            }
        }
        Ok(())
    }

    /// Reads a file that is ours, and puts it away.
    async fn read(&self, path: &Path, file: &File) -> Result<()> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let scope = self.reading.scope().await?;
        let key = format!("folder {name}");
        let outcome = self
            .reading
            .file(&scope, ImportOrigin::Folder, &name, &key, file)
            .await;
        match outcome {
            Ok(import) => self.put_away(path, &scope, &import).await,
            Err(error) if error.kind == Kind::Malformed => {
                self.place(path, "failed", &report::refused(&error), None)
            }
            Err(error) => Err(error),
        }
    }

    async fn put_away(&self, path: &Path, scope: &Scope, import: &UsageImport) -> Result<()> {
        let most = domain::usage::ERRORS_KEPT;
        let errors = report::errors(&self.reading.db, scope, import.id, most).await?;
        let listed = (!errors.is_empty()).then(|| report::csv(&errors));
        self.place(path, "done", &report::json(import, &errors), listed)
    }

    /// The reports first: a file that lies in its last place has them.
    fn place(&self, path: &Path, place: &str, report: &str, errors: Option<String>) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let folder = self.folder.join(place);
        // The network may use a name again.
        let target = (1..)
            .map(|number| match number {
                1 => folder.join(&*name),
                _ => folder.join(format!("{name}.{number}")),
            })
            .find(|target| !target.exists())
            .unwrap_or_else(|| folder.join(&*name));
        let beside = |ending: &str| {
            let mut name = target.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        if let Some(errors) = errors {
            fs::write(beside(".errors.csv"), errors).map_err(|error| self.told(&error))?;
        }
        fs::write(beside(".report.json"), report).map_err(|error| self.told(&error))?;
        fs::rename(path, &target).map_err(|error| self.told(&error))
    }
}

/// Plain files, by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // A link may lead anywhere; it is left alone.
        if entry.file_type()?.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

fn is_being_written(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    name.starts_with('.') || name.ends_with('~') || BEING_WRITTEN.contains(&ending)
}

/// A file in `working`, locked for as long as it is open; `None` when another process reads it, or has put it away.
fn claim(path: &Path) -> Option<File> {
    let file = File::open(path).ok()?;
    file.try_lock().ok()?;
    // It may have been put away between opening and locking.
    path.exists().then_some(file)
}
