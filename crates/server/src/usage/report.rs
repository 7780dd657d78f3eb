//! What came of a file, for whoever put it there.

use domain::{
    TEXTS,
    access::Scope,
    usage::{self, RowError, UsageImport, UsageImportId},
};
use platform::{Result, db::Db, i18n::Language};
use std::fmt::Write;

/// Lines with errors that a report shows by itself.
pub const SHOWN: i64 = 20;

pub async fn errors(db: &Db, scope: &Scope, id: UsageImportId, most: i64) -> Result<Vec<RowError>> {
    let mut conn = db.read().await?;
    usage::errors(&mut conn, scope, id, 0, most).await
}

fn detail(error: &RowError) -> String {
    TEXTS.text(Language::En, &format!("row.{}", error.code), &[])
}

/// For a person at a terminal.
pub fn words(import: &UsageImport, errors: &[RowError]) -> String {
    let mut text = format!(
        "{} lines: {} records counted, {} told before, {} lines that cannot be counted.",
        import.lines, import.records, import.duplicates, import.errors
    );
    for error in errors {
        // Writing to a String does not fail.
        write!(
            text,
            "\n  line {} {} {}: {}",
            error.line,
            error.field,
            error.code,
            detail(error)
        )
        .unwrap_or_default();
    }
    if import.errors > errors.len() as i64 {
        write!(
            text,
            "\n  … and {} more",
            import.errors - errors.len() as i64
        )
        .unwrap_or_default();
    }
    text
}

/// For a program: what stands beside a file that was read.
pub fn json(import: &UsageImport, errors: &[RowError]) -> String {
    let first: Vec<_> = errors
        .iter()
        .take(SHOWN as usize)
        .map(|error| {
            serde_json::json!({
                "line": error.line, "field": error.field, "code": error.code, "detail": detail(error),
            })
        })
        .collect();
    let report = serde_json::json!({
        "import": import.id,
        "state": import.state,
        "problem": import.problem,
        "lines": import.lines,
        "records": import.records,
        "duplicates": import.duplicates,
        "errors": import.errors,
        "firstErrors": first,
        "startedAt": import.started_at,
        "finishedAt": import.finished_at,
    });
    format!("{report:#}\n")
}

/// Of a file of which nothing could be read.
pub fn refused(error: &platform::Error) -> String {
    let fields: Vec<_> = error
        .fields
        .iter()
        .map(|field| serde_json::json!({ "pointer": field.pointer, "code": field.code }))
        .collect();
    let report = serde_json::json!({
        "state": "failed", "problem": error.code, "detail": error.message, "fields": fields,
    });
    format!("{report:#}\n")
}

/// Every error that was kept, as CSV. Nothing of the file stands in it.
pub fn csv(errors: &[RowError]) -> String {
    let mut text = String::from("line,field,code,detail\r\n");
    for error in errors {
        let detail = detail(error).replace('"', "\"\"");
        write!(
            text,
            "{},{},{},\"{detail}\"\r\n",
            error.line, error.field, error.code
        )
        .unwrap_or_default();
    }
    text
}
