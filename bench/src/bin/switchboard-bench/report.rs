//! What is printed: tables in Markdown, as they go into docs/performance.md. Says whether a target was met; fails nothing.

use crate::{bulk::Bulk, sync::Cost, usage::Speed};
use std::{fmt::Write, time::Duration};

/// A read may cost this many times the floor, and a synchronisation this many times the upsert.
pub const READ_TARGET: f64 = 2.0;
pub const SYNC_TARGET: f64 = 3.0;
/// Megabytes.
pub const MEMORY_TARGET: u64 = 150;

pub struct Side {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
    /// Microseconds of processor time a request, the median of the rounds.
    pub cpu: f64,
    /// Of an answer.
    pub bytes: u64,
}

pub struct Line {
    pub operation: &'static str,
    pub server: Side,
    pub floor: Option<Side>,
    /// Where the floor's answer differs from the server's, if it does.
    pub difference: Option<String>,
}

pub struct Memory {
    pub engine: &'static str,
    pub name: &'static str,
    /// Kilobytes.
    pub now: u64,
    pub highest: u64,
}

pub fn operations(engine: &str, lines: &[Line]) -> String {
    let mut text = format!(
        "\n{engine}\n\n| operation | requests/s | p50 ms | p99 ms | CPU µs/request | floor: requests/s | floor: p99 ms | floor: CPU µs | CPU ratio | bytes |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    for line in lines {
        let server = &line.server;
        let (floor, ratio) = match &line.floor {
            Some(floor) => (
                format!(
                    "{:.0} | {:.1} | {:.0}",
                    floor.per_second,
                    millis(floor.p99),
                    floor.cpu
                ),
                verdict(line.operation, server.cpu / floor.cpu),
            ),
            None => ("– | – | –".to_owned(), "–".to_owned()),
        };
        // Writing to a String does not fail.
        writeln!(
            text,
            "| {} | {:.0} | {:.1} | {:.1} | {:.0} | {floor} | {ratio} | {} |",
            line.operation,
            server.per_second,
            millis(server.p50),
            millis(server.p99),
            server.cpu,
            server.bytes,
        )
        .unwrap_or_default();
    }
    for line in lines {
        if let Some(difference) = &line.difference {
            writeln!(
                text,
                "\n{}: the floor answers differently, {difference}",
                line.operation
            )
            .unwrap_or_default();
        }
    }
    text
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}

fn verdict(operation: &str, ratio: f64) -> String {
    // For orders there is a floor and no target.
    if operation == "place_order" || ratio <= READ_TARGET {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.2} (target {READ_TARGET})")
    }
}

pub fn sync(engine: &str, people: usize, domain: Cost, hand: Cost) -> String {
    let mut text = format!(
        "\n{engine}: synchronising {people} people\n\n| round | sync, CPU ms | upsert by hand, CPU ms | ratio |\n|---|---:|---:|---:|\n"
    );
    for (name, ours, theirs) in [
        ("everybody new", domain.first, hand.first),
        ("listed anew, nothing changed", domain.again, hand.again),
    ] {
        let ratio = ours / theirs;
        let missed = if ratio > SYNC_TARGET {
            format!(" (target {SYNC_TARGET})")
        } else {
            String::new()
        };
        writeln!(
            text,
            "| {name} | {:.0} | {:.0} | {ratio:.2}{missed} |",
            ours / 1_000.0,
            theirs / 1_000.0
        )
        .unwrap_or_default();
    }
    text
}

/// Seconds in which a table of 1,000 rows should be accepted, and of processor time that it may cost in all.
pub const BULK_TARGETS: (f64, f64) = (5.0, 30.0);

pub fn bulk(engine: &str, bulk: &Bulk) -> String {
    let seconds = |micros: f64| micros / 1_000_000.0;
    let accepted = (bulk.upload + bulk.order).as_secs_f64();
    let cost = seconds(bulk.upload_cpu + bulk.order_cpu + bulk.carried_out_cpu);
    let missed = |value: f64, target: f64| {
        if value > target {
            format!(" (target {target})")
        } else {
            String::new()
        }
    };
    format!(
        "\n{engine}: a table of {} rows over HTTP, carried out to its end\n\n\
         | part | s | server's CPU s |\n|---|---:|---:|\n| upload and quote | {:.2} | {:.2} |\n| order | {:.2} | {:.2} |\n\
         | accepted: both | {accepted:.2}{} | {:.2} |\n| carried out | {:.0} | {:.2} |\n| in all | | {cost:.1}{} |\n",
        bulk.rows,
        bulk.upload.as_secs_f64(),
        seconds(bulk.upload_cpu),
        bulk.order.as_secs_f64(),
        seconds(bulk.order_cpu),
        missed(accepted, BULK_TARGETS.0),
        seconds(bulk.upload_cpu + bulk.order_cpu),
        bulk.carried_out.as_secs_f64(),
        seconds(bulk.carried_out_cpu),
        missed(cost, BULK_TARGETS.1),
    )
}

/// An import should have at least this part of the load's speed.
pub const USAGE_TARGET: f64 = 1.0 / 3.0;

pub fn usage(engine: &str, records: usize, import: Speed, load: Speed) -> String {
    let part = import.per_second / load.per_second;
    let missed = if part < USAGE_TARGET {
        " (target 0.33)"
    } else {
        ""
    };
    let megabytes = |kilobytes: u64| kilobytes / 1_024;
    format!(
        "\n{engine}: importing {records} usage records\n\n\
         | import, records/s | bulk load, records/s | part of it | import's MB at a fifth | at the end | highest |\n\
         |---:|---:|---:|---:|---:|---:|\n| {:.0} | {:.0} | {part:.2}{missed} | {} | {} | {} |\n",
        import.per_second,
        load.per_second,
        megabytes(import.early),
        megabytes(import.end),
        megabytes(import.highest),
    )
}

pub fn memory(found: &[Memory]) -> String {
    let mut text = "\nResident memory after the run\n\n| engine | program | MB | highest MB |\n|---|---|---:|---:|\n".to_owned();
    for memory in found {
        let (now, highest) = (memory.now / 1_024, memory.highest / 1_024);
        let missed = if memory.name == "server" && now >= MEMORY_TARGET {
            format!(" (target under {MEMORY_TARGET})")
        } else {
            String::new()
        };
        writeln!(
            text,
            "| {} | {} | {now}{missed} | {highest} |",
            memory.engine, memory.name
        )
        .unwrap_or_default();
    }
    text
}
