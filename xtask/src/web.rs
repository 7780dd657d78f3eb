//! The web client: installed and built only when what it is made of has changed.

use crate::{needs, shell, stamp::Stamp};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    shell::root().join("web")
}

/// Brings node_modules to what the lock file says.
pub fn install() -> Result<(), String> {
    let read = |path: &str| std::fs::read_to_string(folder().join(path)).unwrap_or_default();
    if is_installed(
        &read("package-lock.json"),
        &read("node_modules/.package-lock.json"),
    ) {
        return Ok(());
    }
    println!("installing the web client's packages");
    shell::must(shell::npm(["ci", "--no-audit", "--no-fund"]))
}

/// Whether what npm noted in node_modules is what the lock file asks for: every package in the version of the lock, and none
/// missing but those for other machines.
fn is_installed(lock: &str, noted: &str) -> bool {
    let packages = |text: &str| -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_str::<serde_json::Value>(text)
            .ok()
            .and_then(|mut json| json["packages"].as_object_mut().map(std::mem::take))
            .unwrap_or_default()
    };
    let (lock, noted) = (packages(lock), packages(noted));
    !noted.is_empty()
        && noted.iter().all(|(path, package)| {
            lock.get(path)
                .is_some_and(|asked| asked["version"] == package["version"])
        })
        && lock.iter().all(|(path, package)| {
            path.is_empty() || package["optional"] == true || noted.contains_key(path)
        })
}

fn built() -> Stamp {
    Stamp::of(
        "web",
        &folder(),
        &[
            "package-lock.json",
            "package.json",
            "index.html",
            "vite.config.ts",
            "tsconfig.json",
            "src",
            "public",
        ],
    )
}

/// Builds web/dist when an input has changed; answers whether it had.
pub fn install_and_build() -> Result<bool, String> {
    needs::to_build()?;
    let stamp = built();
    if stamp.is_fresh() && folder().join("dist/index.html").is_file() {
        return Ok(false);
    }
    install()?;
    println!("building the web client");
    shell::output(shell::npm(["run", "--silent", "build"]))?;
    stamp.write();
    Ok(true)
}

/// Somebody else has built it just now.
pub fn note_built() {
    built().write();
}

/// Writes openapi.json from the server's code, and the web client's types from that.
pub fn contract() -> Result<(), String> {
    let mut test = shell::cargo(["test", "-p", "server", "--test", "it", "contract"]);
    test.env("UPDATE_CONTRACT", "1");
    shell::must(test)?;
    install()?;
    shell::must(shell::npm(["run", "--silent", "gen"]))
}

/// The types in the repository are what openapi.json gives.
pub fn types_are_fresh() -> Result<(), String> {
    let fresh = shell::target().join("xtask").join("schema.d.ts");
    let mut generate = shell::npm(["exec", "--", "openapi-typescript", "../openapi.json", "-o"]);
    generate.arg(&fresh);
    shell::output(generate)?;
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    if read(&fresh)? == read(&folder().join("src/api/schema.d.ts"))? {
        Ok(())
    } else {
        Err("web/src/api/schema.d.ts is not what openapi.json gives: run `make contract`".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_npm_noted_is_held_against_the_lock() {
        let lock =
            r#"{"packages":{"":{},"a":{"version":"1"},"b":{"version":"2","optional":true}}}"#;
        assert!(is_installed(lock, r#"{"packages":{"a":{"version":"1"}}}"#));
        assert!(!is_installed(lock, r#"{"packages":{"a":{"version":"2"}}}"#));
        assert!(!is_installed(lock, r#"{"packages":{"b":{"version":"2"}}}"#));
        assert!(!is_installed(
            lock,
            r#"{"packages":{"a":{"version":"1"},"c":{"version":"1"}}}"#
        ));
        assert!(!is_installed(lock, ""));
    }
}
