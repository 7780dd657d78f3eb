//! Remembers the content of files as of the last time that something was made of them, so that it is made again only
//! when they have changed.

use crate::shell;
use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

pub struct Stamp {
    path: PathBuf,
    value: String,
}

impl Stamp {
    /// Looks at the inputs (files, and folders with all that is in them) now.
    pub fn of(name: &str, folder: &Path, inputs: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            hash(&folder.join(input), &mut hasher);
        }
        Stamp {
            path: shell::target().join("xtask").join("stamps").join(name),
            value: format!("{:016x}", hasher.finish()),
        }
    }

    pub fn is_fresh(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|text| text == self.value)
    }

    /// A stamp that cannot be written only makes the next run do its work again.
    pub fn write(&self) {
        if let Some(folder) = self.path.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        let _ = std::fs::write(&self.path, &self.value);
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            hash(&path, hasher);
        }
    } else if let Ok(bytes) = std::fs::read(path) {
        bytes.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_stale_when_an_input_changes() {
        let folder = std::env::temp_dir().join(format!("switchboard-stamp-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("in")).expect("a temporary folder");
        std::fs::write(folder.join("in/a"), "one").expect("a temporary file");
        let first = Stamp::of("test", &folder, &["in", "absent"]).value;
        assert_eq!(first, Stamp::of("test", &folder, &["in", "absent"]).value);
        std::fs::write(folder.join("in/a"), "two").expect("a temporary file");
        assert_ne!(first, Stamp::of("test", &folder, &["in", "absent"]).value);
        std::fs::remove_dir_all(&folder).expect("the folder made above");
    }
}
