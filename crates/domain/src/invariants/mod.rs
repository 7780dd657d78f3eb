//! What must be true of all tables together, looked at by `switchboard fsck`.
//!
//! Owns no table and changes none. Promises that a look sees one moment, on a database in use as on a restored one, and that what
//! it names is wrong. Does not mend, and does not ask anybody outside: what the network and Microsoft have done is in their books.

mod store;
#[cfg(test)]
mod tests;

use crate::{access::SystemScope, billing};
use platform::{
    Result, audit,
    db::{Conn, Db},
};
use serde::Serialize;

/// Of one kind of wrong, so many are named.
const NAMED: usize = 20;

/// One thing that must be true.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Stable slug, camelCase.
    pub check: &'static str,
    /// What is wrong where something is, in English, for operators.
    pub says: &'static str,
    /// How often.
    pub found: usize,
    /// Ids of the first of them, or the engine's words.
    pub named: Vec<String>,
}

impl Finding {
    fn new(check: &'static str, says: &'static str, found: Vec<String>) -> Finding {
        Finding {
            check,
            says,
            found: found.len(),
            named: found.into_iter().take(NAMED).collect(),
        }
    }
}

/// Looks at everything, in one snapshot. Every check is named in the answer; where nothing was found all is well.
///
/// # Errors
/// The database cannot be read.
pub async fn look(db: &Db, system: SystemScope) -> Result<Vec<Finding>> {
    let mut conn = db.snapshot().await?;
    let mut findings = Vec::new();
    for check in store::CHECKS {
        let found = store::ids(&mut conn, system, check.sql).await?;
        findings.push(Finding::new(check.name, check.says, found));
    }
    findings.push(Finding::new(
        "orderWithoutNextStep",
        "an order is under way, and no job will take it further",
        store::stranded_orders(&mut conn, system).await?,
    ));
    findings.push(Finding::new(
        "orderNotInAuditLog",
        "an order was placed, or has ended, and the audit log does not tell it exactly once",
        store::untold_orders(&mut conn, system).await?,
    ));
    findings.push(Finding::new(
        "orderAgainstQuote",
        "an order does not cost what its quote said",
        store::mispriced_orders(&mut conn, system).await?,
    ));
    let altered = billing::altered(&mut conn, system).await?;
    findings.push(Finding::new(
        "invoiceAltered",
        "an invoice is not what was issued: its head or its lines do not fit its hash, or do not add up",
        altered.iter().map(ToString::to_string).collect(),
    ));
    findings.push(Finding::new(
        "invoiceNumberGap",
        "a series of invoice numbers has a gap, or does not end where it says",
        store::gaps(&mut conn, system).await?,
    ));
    findings.push(chains(&mut conn).await?);
    findings.push(Finding::new(
        "damage",
        "the database engine finds its own data wrong",
        conn.damage().await?,
    ));
    Ok(findings)
}

async fn chains(conn: &mut Conn) -> Result<Finding> {
    let mut broken = Vec::new();
    for (organisation, ..) in audit::heads(conn).await? {
        if let Err(row) = audit::verify(conn, organisation).await? {
            broken.push(row.to_string());
        }
    }
    Ok(Finding::new(
        "auditChain",
        "the audit log of an organisation is not whole",
        broken,
    ))
}
