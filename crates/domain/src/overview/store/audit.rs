//! The audit log with the names of who did what.

use super::Statement;
use crate::{
    access::{PrincipalId, Scope},
    overview::{AuditActor, AuditFilter, AuditRow},
};
use platform::{
    Error, Result,
    db::{Conn, Row},
};

/// Entries of the organisation's audit log, the newest first, before a sequence; and how many the filter lets through.
pub async fn audit_entries(
    conn: &mut Conn,
    scope: &Scope,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<AuditRow>, i64)> {
    let mut counted = Statement::default();
    let wanted = wanted(&mut counted, scope, filter);
    let total = conn
        .one(
            &format!(
                "SELECT COUNT(*) FROM audit_entries e LEFT JOIN principals p ON p.id = e.principal WHERE {wanted}"
            ),
            &counted.params,
        )
        .await?
        .get(0)?;
    let mut listed = Statement::default();
    let wanted = self::wanted(&mut listed, scope, filter);
    let before = listed.bind(before.unwrap_or(i64::MAX));
    let limit = listed.bind(limit);
    let rows = conn
        .all(
            &format!(
                "SELECT e.sequence, e.at, e.action, e.subject_kind, e.subject_id, e.detail, p.id, p.name, p.tenant
                 FROM audit_entries e LEFT JOIN principals p ON p.id = e.principal
                 WHERE {wanted} AND e.sequence < {before} ORDER BY e.sequence DESC LIMIT {limit}"
            ),
            &listed.params,
        )
        .await?;
    let rows = rows
        .iter()
        .map(|row| read(row, scope))
        .collect::<Result<_>>()?;
    Ok((rows, total))
}

fn wanted(statement: &mut Statement, scope: &Scope, filter: &AuditFilter) -> String {
    let organisation = statement.organisation(scope);
    let mut wanted = format!("e.organisation = {organisation}");
    if let Some(principal) = filter.principal {
        let principal = statement.bind(principal);
        wanted.push_str(&format!(" AND e.principal = {principal}"));
    }
    match (filter.on_behalf, scope.tenant()) {
        (None, _) => {}
        // Without a directory of its own nobody is the organisation's colleague.
        (Some(true), None) => wanted.push_str(" AND e.principal IS NOT NULL"),
        (Some(false), None) => wanted.push_str(" AND e.principal IS NULL"),
        (Some(true), Some(tenant)) => {
            let tenant = statement.bind(tenant);
            wanted.push_str(&format!(" AND p.tenant <> {tenant}"));
        }
        (Some(false), Some(tenant)) => {
            let tenant = statement.bind(tenant);
            wanted.push_str(&format!(" AND (p.tenant IS NULL OR p.tenant = {tenant})"));
        }
    }
    wanted
}

fn read(row: &Row, scope: &Scope) -> Result<AuditRow> {
    let tenant = row.get(8)?;
    let by = match row.get::<Option<PrincipalId>>(6)? {
        None => None,
        Some(principal) => Some(AuditActor {
            principal,
            name: row.get(7)?,
            on_behalf: scope.tenant() != tenant,
        }),
    };
    let detail: String = row.get(5)?;
    Ok(AuditRow {
        sequence: row.get(0)?,
        at: row.get(1)?,
        by,
        action: row.get(2)?,
        subject_kind: row.get(3)?,
        subject_id: row.get(4)?,
        detail: serde_json::from_str(&detail)
            .map_err(|error| Error::internal(format!("an audit entry's detail: {error}")))?,
    })
}
