//! `make tidy`: the invariants of ARCHITECTURE.md that a compiler does not check. Each finding says what to do.

mod crates;
mod docs;
mod files;
mod licences;
mod rooms;
mod rust;
mod spelling;
mod storage;
mod words;

use crate::shell;
use std::path::Path;

/// One thing to mend.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// Zero when it is about the file as a whole.
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Finding {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

/// A file of the project. The views of Rust code are blanked copies of the text: the same lines, so that a position in
/// one is a position in all.
pub struct File {
    /// From the project's folder, with `/`.
    pub path: String,
    pub text: String,
    pub rust: Option<rust::Views>,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        File {
            rust: path.ends_with(".rs").then(|| rust::views(text)),
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// The files of the project that people write and read.
pub struct Tree {
    pub files: Vec<File>,
}

impl Tree {
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.text.as_str())
    }
}

/// Folders that hold what was made or fetched.
const NOT_OURS: [&str; 8] = [
    ".git",
    "target",
    "data",
    "node_modules",
    "dist",
    "test-results",
    "playwright-report",
    "pictures",
];

const CHECKS: &[fn(&Tree) -> Vec<Finding>] = &[
    crates::crates,
    crates::dependencies,
    rooms::domain,
    rooms::areas,
    rooms::adapters,
    rooms::web_areas,
    rooms::no_http_in_domain,
    rooms::system_scope,
    storage::dialect_names,
    storage::dialect_sql,
    storage::sql_in_stores,
    words::vendors,
    words::allow,
    words::unfinished,
    words::machines,
    spelling::british,
    files::length,
    files::texts,
    docs::decisions,
    docs::links,
    docs::architecture,
    docs::configuration,
];

pub fn command() -> Result<(), String> {
    let start = shell::now();
    let tree = read(shell::root())?;
    let mut findings: Vec<Finding> = CHECKS.iter().flat_map(|check| check(&tree)).collect();
    findings.extend(licences::crates(&tree)?);
    findings.extend(licences::packages(&tree));
    findings.sort();
    findings.dedup();
    for finding in &findings {
        if finding.line == 0 {
            println!("{}: {}", finding.path, finding.what);
        } else {
            println!("{}:{}: {}", finding.path, finding.line, finding.what);
        }
    }
    if findings.is_empty() {
        println!(
            "tidy: {} files keep {} rules ({})",
            tree.files.len(),
            CHECKS.len() + 2,
            shell::took(start.elapsed())
        );
        Ok(())
    } else {
        Err(format!("tidy: {} to mend", findings.len()))
    }
}

fn read(root: &Path) -> Result<Tree, String> {
    let mut files = Vec::new();
    walk(root, "", &mut files)?;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(Tree { files })
}

fn walk(folder: &Path, at: &str, files: &mut Vec<File>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if at.is_empty() {
            name.clone()
        } else {
            format!("{at}/{name}")
        };
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                walk(&entry.path(), &path, files)?;
            }
        } else if kind.is_file() {
            // A picture is not text; a file that went away meanwhile is nobody's.
            if let Ok(text) = std::fs::read_to_string(entry.path()) {
                files.push(File::new(&path, &text));
            }
        }
    }
    Ok(())
}

/// The line on which a position of the text stands, from 1.
pub fn line_at(text: &str, position: usize) -> usize {
    text.as_bytes()[..position.min(text.len())]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
pub fn tree(files: &[(&str, &str)]) -> Tree {
    Tree {
        files: files
            .iter()
            .map(|(path, text)| File::new(path, text))
            .collect(),
    }
}
