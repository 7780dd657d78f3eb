//! What must be on the machine: looked for, and where this program may (as root on Debian) installed.

use crate::shell;
use std::path::{Path, PathBuf};

const NODE: (u32, u32) = (20, 19);

/// A compiler for C (SQLite and ring are built with it), Node.js and npm.
pub fn to_build() -> Result<(), String> {
    let mut missing = Vec::new();
    if shell::which("cc").is_none() {
        missing.push("a C compiler (Debian: apt-get install build-essential)".to_owned());
    }
    match shell::output({
        let mut node = shell::command("node");
        node.arg("--version");
        node
    }) {
        Ok(version) if node_suffices(version.trim()) => {}
        Ok(version) => missing.push(format!(
            "Node.js {}.{} or later (this is {})",
            NODE.0,
            NODE.1,
            version.trim()
        )),
        Err(_) => missing.push(format!("Node.js {}.{} or later", NODE.0, NODE.1)),
    }
    if shell::which("npm").is_none() {
        missing.push("npm".to_owned());
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("Missing: {}.", missing.join(", ")))
    }
}

fn node_suffices(version: &str) -> bool {
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= NODE
}

/// A thing that a test needs from the system, and the Debian package that brings it.
struct Tool {
    package: &'static str,
    present: fn() -> bool,
}

const TOOLS: [Tool; 4] = [
    Tool {
        package: "chromium",
        present: || chromium().is_some(),
    },
    Tool {
        package: "postgresql",
        present: || postgres_program("initdb").is_some(),
    },
    Tool {
        package: "python3-venv",
        present: can_make_environments,
    },
    Tool {
        package: "fonts-open-sans",
        present: || Path::new("/usr/share/fonts/truetype/open-sans").is_dir(),
    },
];

/// Installs what of `packages` is missing when this runs as root on Debian, and otherwise says the command.
pub fn to_test(packages: &[&str]) -> Result<(), String> {
    let missing: Vec<&str> = TOOLS
        .iter()
        .filter(|tool| packages.contains(&tool.package) && !(tool.present)())
        .map(|tool| tool.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!(
        "apt-get update && apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    );
    if !is_root() || shell::which("apt-get").is_none() {
        return Err(format!(
            "Missing: {}. As root: {by_hand}",
            missing.join(", ")
        ));
    }
    println!("installing {}", missing.join(", "));
    for arguments in [
        vec!["update"],
        [&["install", "-y", "--no-install-recommends"], &missing[..]].concat(),
    ] {
        let mut apt = shell::command("apt-get");
        apt.arg("-q")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        shell::must(apt).map_err(|error| format!("{error}\nBy hand, as root: {by_hand}"))?;
    }
    Ok(())
}

/// Debian's Python comes without what makes environments.
fn can_make_environments() -> bool {
    shell::output({
        let mut python = shell::command("python3");
        python.args(["-c", "import ensurepip, venv"]);
        python
    })
    .is_ok()
}

/// Chromium, which the end-to-end tests drive.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .find_map(|name| shell::which(name))
}

/// A program of the PostgreSQL server: Debian keeps them beside the version, off the path.
pub fn postgres_program(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            let program = entry.path().join("bin").join(name);
            program.is_file().then_some((version, program))
        })
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, program)| program)
        .or_else(|| shell::which(name))
}

pub fn is_root() -> bool {
    shell::output({
        let mut id = shell::command("id");
        id.arg("-u");
        id
    })
    .is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_compare_by_number() {
        assert!(node_suffices("v20.19.0"));
        assert!(node_suffices("v22.1.0"));
        assert!(!node_suffices("v20.9.1"));
        assert!(!node_suffices("v18.20.0"));
        assert!(!node_suffices(""));
    }
}
