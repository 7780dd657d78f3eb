//! What is printed of billing.

use super::{closing::Closed, pdf::Compared};
use crate::report::{Line, READ_TARGET};
use std::time::Duration;

/// Setting a document may cost this many times what krilla takes for its text alone.
const PDF_TARGET: f64 = 1.5;

pub fn closing(engine: &str, closed: &Closed) -> String {
    let seconds = closed.elapsed.as_secs_f64();
    let last = &closed.last;
    // Rendering is not part of the closing: documents are made when they are asked for.
    let whole = last.elapsed + last.rendering;
    let share =
        |part: Duration| format!("{:.0} %", 100.0 * part.as_secs_f64() / whole.as_secs_f64());
    let database = last.elapsed.saturating_sub(last.rules);
    format!(
        "\n{engine}: closing {} months of {} customers with 100 people each (set up in {:.0} s)\n\n\
         | invoices | lines | s | invoices/s | lines/s | CPU s | highest MB | preview of a month, s |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n\
         | {} | {} | {seconds:.1} | {:.0} | {:.0} | {:.1} | {} | {:.1} |\n\n\
         One month payer by payer ({} invoices, {} lines, {:.1} s), and PDF and e-invoice of each ({:.2} ms)\n\n\
         | database | of it reading | of it writing | rules | rendering |\n|---:|---:|---:|---:|---:|\n| {} | {} | {} | {} | {} |\n",
        closed.months,
        closed.customers,
        closed.setup.as_secs_f64(),
        closed.invoices,
        closed.lines,
        closed.invoices as f64 / seconds,
        closed.lines as f64 / seconds,
        closed.cpu,
        closed.memory,
        closed.preview.as_secs_f64(),
        last.invoices,
        last.lines,
        last.elapsed.as_secs_f64(),
        1_000.0 * last.rendering.as_secs_f64() / last.invoices.max(1) as f64,
        share(database),
        share(last.reading),
        share(last.writing),
        share(last.rules),
        share(last.rendering),
    )
}

fn verdict(ratio: f64, target: f64) -> String {
    if ratio <= target {
        format!("{ratio:.2}")
    } else {
        format!("{ratio:.2} (target {target})")
    }
}

pub fn listing(closed: &Closed, line: &Line) -> String {
    let Some(floor) = &line.floor else {
        return String::new();
    };
    let difference = line.difference.as_ref().map_or_else(String::new, |found| {
        format!(
            "\n{}: the floor answers differently, {found}\n",
            line.operation
        )
    });
    format!(
        "\nAn invoice of {} lines (made in {:.1} s), read 500 at a time\n\n\
         | pages/s | p99 ms | CPU µs/page | floor: CPU µs | CPU ratio | bytes |\n|---:|---:|---:|---:|---:|---:|\n\
         | {:.0} | {:.1} | {:.0} | {:.0} | {} | {} |\n{difference}",
        closed.long_lines,
        closed.long.as_secs_f64(),
        line.server.per_second,
        1_000.0 * line.server.p99.as_secs_f64(),
        line.server.cpu,
        floor.cpu,
        verdict(line.server.cpu / floor.cpu, READ_TARGET),
        line.server.bytes,
    )
}

pub fn pdf(compared: &Compared) -> String {
    format!(
        "\nAn invoice of {} lines on {} pages as PDF ({} KB), CPU µs\n\n\
         | PDF | krilla alone, the same text | ratio | e-invoice |\n|---:|---:|---:|---:|\n| {:.0} | {:.0} | {} | {:.0} |\n",
        compared.lines,
        compared.pages,
        compared.bytes / 1_024,
        compared.ours,
        compared.krilla,
        verdict(compared.ours / compared.krilla, PDF_TARGET),
        compared.e_invoice,
    )
}
