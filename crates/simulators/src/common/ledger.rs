//! An append-only file of JSON lines: what a simulator did, written before it answers.
//!
//! It owns one file. It promises that what [`Ledger::append`] returned `Ok` for is on disk (`fdatasync`) and comes back,
//! in order, when the file is opened again; and that a line torn by a crash, which nobody was told of, is cut away at the
//! next opening. Without a data directory it lives in memory and promises the order only. It is not a database: all
//! entries are kept in memory as well, and a query walks them.

use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A ledger of `T`. Clones share the same file and entries.
pub struct Ledger<T>(Arc<Mutex<Inner<T>>>);

struct Inner<T> {
    file: Option<File>,
    entries: Vec<T>,
}

impl<T> Clone for Ledger<T> {
    fn clone(&self) -> Self {
        Ledger(Arc::clone(&self.0))
    }
}

impl<T: Serialize + DeserializeOwned + Clone> Ledger<T> {
    /// A ledger that ends with the process.
    pub fn in_memory() -> Self {
        Ledger(Arc::new(Mutex::new(Inner {
            file: None,
            entries: Vec::new(),
        })))
    }

    /// Opens `directory/name`, making both where missing, and reads back what is there. `None`: in memory.
    ///
    /// # Errors
    /// The file cannot be read or made, or a line that is not the last one cannot be understood.
    pub fn open(directory: Option<&Path>, name: &str) -> io::Result<Self> {
        let Some(directory) = directory else {
            return Ok(Self::in_memory());
        };
        std::fs::create_dir_all(directory)?;
        let path = directory.join(name);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        // A new file's name is only as durable as its directory.
        File::open(directory)?.sync_all()?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let complete = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut entries = Vec::new();
        for (number, line) in text[..complete].split(|byte| *byte == b'\n').enumerate() {
            if line.is_empty() {
                continue;
            }
            entries.push(serde_json::from_slice(line).map_err(|error| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("{}: line {}: {error}", path.display(), number + 1),
                )
            })?);
        }
        if complete < text.len() {
            file.set_len(complete as u64)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(complete as u64))?;
        Ok(Ledger(Arc::new(Mutex::new(Inner {
            file: Some(file),
            entries,
        }))))
    }

    /// Adds one entry. When it returns `Ok` the entry is on disk. Blocks for the length of an `fdatasync`.
    ///
    /// # Errors
    /// The disk refused. The entry is not kept, and the ledger accepts no further one: after a failed sync nobody
    /// knows what the file holds, so the only honest way on is to open it anew.
    pub fn append(&self, entry: T) -> io::Result<()> {
        self.write(entry, File::sync_data)
    }

    /// Adds one entry that could be worked out again from others: it survives the process at once, and a power cut only
    /// once something is appended after it.
    ///
    /// # Errors
    /// As [`Ledger::append`].
    pub fn note(&self, entry: T) -> io::Result<()> {
        self.write(entry, |_| Ok(()))
    }

    fn write(&self, entry: T, sync: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        let mut inner = self.lock();
        if let Some(mut file) = inner.file.as_ref() {
            let written = file.write_all(&line).and_then(|()| sync(file));
            if let Err(error) = written {
                // A read-only handle refuses every later write.
                inner.file = Some(File::open("/dev/null")?);
                return Err(error);
            }
        }
        inner.entries.push(entry);
        Ok(())
    }

    /// Every entry that `wanted` accepts, oldest first.
    pub fn find(&self, wanted: impl Fn(&T) -> bool) -> Vec<T> {
        self.lock()
            .entries
            .iter()
            .filter(|entry| wanted(entry))
            .cloned()
            .collect()
    }

    /// Whether any entry is accepted by `wanted`.
    pub fn any(&self, wanted: impl Fn(&T) -> bool) -> bool {
        self.lock().entries.iter().any(wanted)
    }

    /// Every entry, oldest first.
    pub fn all(&self) -> Vec<T> {
        self.lock().entries.clone()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets everything that `kept` does not accept, on disk too.
    ///
    /// # Errors
    /// The disk refused.
    pub fn retain(&self, kept: impl Fn(&T) -> bool) -> io::Result<()> {
        let mut inner = self.lock();
        inner.entries.retain(kept);
        if inner.file.is_some() {
            let mut text = Vec::new();
            for entry in &inner.entries {
                serde_json::to_writer(&mut text, entry)?;
                text.push(b'\n');
            }
            if let Some(mut file) = inner.file.as_ref() {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0))?;
                file.write_all(&text)?;
                file.sync_all()?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_was_appended_comes_back_and_a_torn_line_does_not() {
        let directory = std::env::temp_dir().join(format!("ledger-{}", crate::common::fresh_id()));
        let ledger = Ledger::<Value>::open(Some(&directory), "it.jsonl").unwrap();
        ledger.append(json!({"n": 1})).unwrap();
        ledger.append(json!({"n": 2})).unwrap();
        drop(ledger);
        let path = directory.join("it.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"n\": 3").unwrap();

        let again = Ledger::<Value>::open(Some(&directory), "it.jsonl").unwrap();
        again.append(json!({"n": 4})).unwrap();
        drop(again);
        let third = Ledger::<Value>::open(Some(&directory), "it.jsonl").unwrap();
        assert_eq!(
            third.all(),
            [json!({"n": 1}), json!({"n": 2}), json!({"n": 4})]
        );
        assert_eq!(third.find(|entry| entry["n"] == 4).len(), 1);

        third.retain(|entry| entry["n"] == 2).unwrap();
        third.append(json!({"n": 5})).unwrap();
        drop(third);
        let fourth = Ledger::<Value>::open(Some(&directory), "it.jsonl").unwrap();
        assert_eq!(fourth.all(), [json!({"n": 2}), json!({"n": 5})]);
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_broken_line_in_the_middle_is_not_passed_over() {
        let directory = std::env::temp_dir().join(format!("ledger-{}", crate::common::fresh_id()));
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(
            directory.join("it.jsonl"),
            "{\"n\":1}\nnonsense\n{\"n\":3}\n",
        )
        .unwrap();
        let error = Ledger::<Value>::open(Some(&directory), "it.jsonl")
            .err()
            .unwrap();
        assert!(error.to_string().contains("line 2"), "{error}");
        std::fs::remove_dir_all(directory).unwrap();
    }
}
