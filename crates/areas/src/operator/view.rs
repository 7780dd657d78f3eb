//! How this area shows imports.

use domain::{
    TEXTS,
    usage::{self, ImportOrigin, ImportState, UsageImportId},
};
use platform::{Instant, i18n::Language};

/// An import of usage records, in a list.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsageImportBrief {
    id: UsageImportId,
    origin: ImportOrigin,
    /// Of the file, where it had one.
    #[schema(required)]
    name: Option<String>,
    state: ImportState,
    /// Lines that were read, the heading included.
    lines: i64,
    /// Records that were counted.
    records: i64,
    /// Records that had been told before, and so were not counted again.
    duplicates: i64,
    /// Lines that could not be counted.
    errors: i64,
    started_at: Instant,
    #[schema(required)]
    finished_at: Option<Instant>,
}

impl From<usage::UsageImport> for UsageImportBrief {
    fn from(import: usage::UsageImport) -> Self {
        UsageImportBrief {
            id: import.id,
            origin: import.origin,
            name: import.name,
            state: import.state,
            lines: import.lines,
            records: import.records,
            duplicates: import.duplicates,
            errors: import.errors,
            started_at: import.started_at,
            finished_at: import.finished_at,
        }
    }
}

/// An import of usage records and what came of it.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsageImport {
    id: UsageImportId,
    origin: ImportOrigin,
    /// Of the file, where it had one.
    #[schema(required)]
    name: Option<String>,
    state: ImportState,
    /// Bytes that were read and counted. An import that was cut short goes on behind them.
    position: i64,
    /// Lines that were read, the heading included.
    lines: i64,
    /// Records that were counted.
    records: i64,
    /// Records that had been told before, and so were not counted again.
    duplicates: i64,
    /// Lines that could not be counted. The first hundred thousand can be downloaded.
    errors: i64,
    /// The first hundred lines that could not be counted.
    first_errors: Vec<RowError>,
    /// Why nothing could be read.
    #[schema(required)]
    problem: Option<String>,
    started_at: Instant,
    #[schema(required)]
    finished_at: Option<Instant>,
}

/// Errors that an import shows by itself.
pub const FIRST_ERRORS: i64 = 100;

impl UsageImport {
    pub fn of(
        import: usage::UsageImport,
        errors: Vec<usage::RowError>,
        language: Language,
    ) -> Self {
        UsageImport {
            id: import.id,
            origin: import.origin,
            name: import.name,
            state: import.state,
            position: import.position,
            lines: import.lines,
            records: import.records,
            duplicates: import.duplicates,
            errors: import.errors,
            first_errors: errors
                .into_iter()
                .map(|error| RowError::of(error, language))
                .collect(),
            problem: import.problem,
            started_at: import.started_at,
            finished_at: import.finished_at,
        }
    }
}

/// What is wrong with a line.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = UsageRowError)]
pub struct RowError {
    /// Counted from 1, the heading included.
    line: i64,
    /// As in the heading; empty when it is the line as a whole.
    field: String,
    /// Stable.
    code: String,
    /// In the caller's language.
    detail: String,
}

impl RowError {
    fn of(error: usage::RowError, language: Language) -> Self {
        RowError {
            detail: detail(&error.code, language),
            line: error.line,
            field: error.field,
            code: error.code,
        }
    }
}

pub fn detail(code: &str, language: Language) -> String {
    TEXTS.text(language, &format!("row.{code}"), &[])
}
