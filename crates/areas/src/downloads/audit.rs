//! The audit log as a table.

use super::{headings, table};
use domain::{
    access::Scope,
    overview::{self, AuditFilter},
};
use platform::{Result, csv::Cell, db::Conn, i18n::Language};

const COLUMNS: [&str; 8] = [
    "sequence",
    "at",
    "by",
    "onBehalf",
    "action",
    "subject",
    "subjectId",
    "detail",
];

/// Entries that are read together, and in one file: more than that is the operator's to hand over.
const PAGE: i64 = 1_000;
const AT_MOST: usize = 100_000;

/// The newest entries of the organisation, the newest first.
pub(super) async fn write(conn: &mut Conn, scope: &Scope, language: Language) -> Result<String> {
    let headings = headings(language, "audit", &COLUMNS);
    let mut writer = table(&headings);
    let (mut before, mut written) = (None, 0);
    while written < AT_MOST {
        let filter = AuditFilter::default();
        let (rows, _) = overview::audit_entries(conn, scope, &filter, before, PAGE).await?;
        let Some(last) = rows.last() else {
            break;
        };
        before = Some(last.sequence);
        written += rows.len();
        for row in &rows {
            let by = row.by.as_ref();
            let behalf = match by {
                Some(by) if by.on_behalf => "yes",
                _ => "no",
            };
            let behalf = super::TEXTS.text(language, &format!("download.audit.{behalf}"), &[]);
            writer.row([
                Cell::plain(row.sequence.to_string()),
                Cell::plain(row.at.to_string()),
                Cell::maybe(by.map(|by| by.name.as_str())),
                Cell::text(behalf),
                Cell::text(row.action.as_str()),
                Cell::text(row.subject_kind.as_str()),
                Cell::text(row.subject_id.as_str()),
                Cell::text(row.detail.to_string()),
            ]);
        }
    }
    Ok(writer.finish())
}
