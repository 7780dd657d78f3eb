//! Measures the service: requests a second, latency and processor time of the operations that matter most, in a world of
//! 100,000 people, beside a floor, which is the least program that gives the same answers; the synchronisation of a directory
//! beside a bulk upsert; and memory. `make bench` runs it; docs/performance.md keeps what came out.

mod authority;
mod billing;
mod bulk;
mod cluster;
mod floor;
mod load;
mod options;
mod people;
mod process;
mod report;
mod runs;
mod store;
mod sync;
mod usage;
mod world;

use options::{HELP, Options};
use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};
use store::Store;
use sync::Cost;

#[tokio::main]
async fn main() -> ExitCode {
    // Only one provider can be installed; a second try is harmless.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.first().map(String::as_str) {
        Some("floor") => floor::serve().await,
        Some("sync") => sync::run(&words[1..]).await.and_then(|cost| {
            println!(
                "{}",
                serde_json::to_string(&cost).map_err(|error| error.to_string())?
            );
            Ok(())
        }),
        Some("usage") => usage::run(&words[1..]).await.and_then(|speed| {
            println!(
                "{}",
                serde_json::to_string(&speed).map_err(|error| error.to_string())?
            );
            Ok(())
        }),
        Some("billing") => billing::run(&words[1..]).await.and_then(|closed| {
            println!(
                "{}",
                serde_json::to_string(&closed).map_err(|error| error.to_string())?
            );
            Ok(())
        }),
        Some("--help" | "-h" | "help") => {
            print!("{HELP}");
            Ok(())
        }
        _ => tokio::select! {
            outcome = everything(&words) => outcome,
            // What was started is stopped as it is dropped.
            () = interrupted() => Err("interrupted".to_owned()),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("switchboard-bench: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        Err(_) => std::future::pending().await,
    }
}

async fn everything(words: &[String]) -> Result<(), String> {
    let options = Options::read(words)?;
    let folder = folder()?;
    let mut text = conditions(&options);
    print!("{text}");
    let authority = authority::Authority::start().await?;
    let mut memory = Vec::new();
    for engine in ["sqlite", "postgres"] {
        if !options.wants_engine(engine) {
            continue;
        }
        let store = match engine {
            "sqlite" => Store::Sqlite {
                folder: folder.clone(),
            },
            _ => Store::Postgres {
                cluster: cluster::Cluster::start()?,
            },
        };
        if !matches!(options.only.as_deref(), Some("usage" | "bulk" | "billing")) {
            store.prepare(&options).await?;
        }
        let mut say = |part: String| {
            print!("{part}");
            text.push_str(&part);
        };
        if !matches!(
            options.only.as_deref(),
            Some("sync" | "usage" | "bulk" | "billing")
        ) {
            let (lines, found) = runs::measure(&store, &options, &authority, &folder).await?;
            say(report::operations(store.name(), &lines));
            memory.extend(found);
        }
        if options.wants("sync") {
            let domain = synchronise(&store, "domain", options.size.largest).await?;
            let hand = synchronise(&store, "hand", options.size.largest).await?;
            say(report::sync(
                store.name(),
                options.size.largest,
                domain,
                hand,
            ));
        }
        if options.wants("bulk") {
            let came = bulk::measure(&store, &folder).await?;
            say(report::bulk(store.name(), &came));
        }
        if options.wants("usage") {
            let records = options.size.usage;
            let file = usage::write_file(&folder, records)?;
            let import = count_usage(&store, "import", records, &file).await?;
            let load = count_usage(&store, "load", records, &file).await?;
            say(report::usage(store.name(), records, import, load));
        }
        if options.wants("billing") {
            say(billing::measure(&store, &options, &authority, &folder).await?);
        }
    }
    if options.wants("billing") {
        let part = billing::documents()?;
        print!("{part}");
        text.push_str(&part);
    }
    let part = report::memory(&memory);
    print!("{part}");
    text.push_str(&part);
    let end = format!("\nload average at the end: {}\n", load_average());
    print!("{end}");
    text.push_str(&end);
    let file = folder.join("report.md");
    std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    println!("(also in {})", file.display());
    Ok(())
}

/// The median of three, each in a new process on a new database.
async fn synchronise(store: &Store, way: &str, people: usize) -> Result<Cost, String> {
    let mut costs = Vec::new();
    for _ in 0..3 {
        let url = store.make("sync", None).await?;
        let output = Command::new(std::env::current_exe().map_err(|error| error.to_string())?)
            .args(["sync", way, &url, &people.to_string()])
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        costs.push(
            serde_json::from_slice::<Cost>(&output.stdout).map_err(|error| error.to_string())?,
        );
    }
    store.remove("sync").await?;
    let median = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Ok(Cost {
        first: median(|cost| cost.first),
        again: median(|cost| cost.again),
    })
}

/// The median of three by speed, each in a new process on a new database.
async fn count_usage(
    store: &Store,
    way: &str,
    records: usize,
    file: &Path,
) -> Result<usage::Speed, String> {
    let mut speeds: Vec<usage::Speed> = Vec::new();
    for _ in 0..3 {
        let url = store.make("usage", None).await?;
        let output = Command::new(std::env::current_exe().map_err(|error| error.to_string())?)
            .args(["usage", way, &url, &records.to_string()])
            .arg(file)
            .output()
            .map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        speeds.push(serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?);
    }
    store.remove("usage").await?;
    speeds.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    Ok(speeds[speeds.len() / 2])
}

/// Beside the program: what it makes is thrown away with the build.
fn folder() -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = program
        .ancestors()
        .nth(2)
        .unwrap_or_else(|| Path::new("target"));
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// What a figure is worth nothing without.
fn conditions(options: &Options) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unnamed processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let build = if cfg!(debug_assertions) {
        "a debug build: the figures mean nothing"
    } else {
        "the release build"
    };
    format!(
        "{} people in {} organisations ({} in the largest, {} in the smallest); {} connections; {} rounds of {} requests ({} orders)\n\
         {cores} cores of {model}; {build}; load average at the start: {}\n",
        options.size.people,
        options.size.organisations,
        options.size.largest,
        options.size.smallest,
        load::CONCURRENCY,
        options.rounds,
        options.requests,
        options.orders(),
        load_average(),
    )
}

fn load_average() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}
