//! The audit log: who did what to what, when. One chain of hashes per organisation, numbered without gaps, written in the
//! transaction of the change itself, only ever added to. It holds ids and no names, so that erasing a person's data leaves
//! the chain whole.
//!
//! An entry's hash is SHA-256 over the hash before it and its own canonical bytes. [`verify`] walks the chain and names the
//! first row that is not right. Rows cut off at the end show in the chain's head; a head that was cut as well shows against
//! a head that was exported before ([`heads`]).

use crate::{
    Ids, Instant, Result,
    db::{Conn, Row, Tx, params},
    http::page::Cursor,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Something that happened: `AuditEntry::new(organisation, principal, "place_order").on("order", order)`.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    organisation: Uuid,
    principal: Option<Uuid>,
    action: &'static str,
    subject_kind: &'static str,
    subject_id: String,
    detail: serde_json::Value,
}

impl AuditEntry {
    /// `principal` is who did it, `None` for the system itself; `action` a verb, as the operations are named.
    pub fn new(organisation: Uuid, principal: Option<Uuid>, action: &'static str) -> Self {
        AuditEntry {
            organisation,
            principal,
            action,
            subject_kind: "organisation",
            subject_id: organisation.to_string(),
            detail: serde_json::json!({}),
        }
    }

    /// What it was done to, a word of the product and an id; without this, the organisation itself.
    #[must_use]
    pub fn on(mut self, kind: &'static str, id: impl std::fmt::Display) -> Self {
        self.subject_kind = kind;
        self.subject_id = id.to_string();
        self
    }

    /// Ids, codes and counts; never a name, a number of a telephone or a secret.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }
}

/// An entry as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub organisation: Uuid,
    /// 1, 2, 3 … within the organisation.
    pub sequence: i64,
    pub at: Instant,
    pub principal: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    /// Canonical JSON: members sorted, no spaces.
    pub detail: String,
    pub hash: Vec<u8>,
}

/// What the first entry of a chain follows.
const BEGINNING: [u8; 32] = [0; 32];

/// Writes an entry in the caller's transaction. The organisation's head is locked until that ends: entries of one
/// organisation wait for one another, those of others do not.
pub async fn record(tx: &mut Tx, ids: &Ids, entry: AuditEntry) -> Result<()> {
    let head = tx
        .one(
            "INSERT INTO audit_heads (organisation, sequence, hash) VALUES (?1, 1, ?2)
             ON CONFLICT (organisation) DO UPDATE SET sequence = audit_heads.sequence + 1
             RETURNING sequence, hash",
            params![entry.organisation, BEGINNING],
        )
        .await?;
    let mut written = Entry {
        organisation: entry.organisation,
        sequence: head.get(0)?,
        at: ids.now(),
        principal: entry.principal,
        action: entry.action.to_owned(),
        subject_kind: entry.subject_kind.to_owned(),
        subject_id: entry.subject_id,
        detail: canonical(&entry.detail),
        hash: Vec::new(),
    };
    let hash = written.hash_after(&head.get::<Vec<u8>>(1)?);
    written.hash = hash.to_vec();
    tx.execute(
        "INSERT INTO audit_entries
           (organisation, sequence, at, principal, action, subject_kind, subject_id, detail, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            written.organisation,
            written.sequence,
            written.at,
            written.principal,
            written.action,
            written.subject_kind,
            written.subject_id,
            written.detail,
            written.hash
        ],
    )
    .await?;
    tx.execute(
        "UPDATE audit_heads SET hash = ?2 WHERE organisation = ?1",
        params![entry.organisation, hash],
    )
    .await?;
    Ok(())
}

impl Entry {
    const COLUMNS: &str =
        "organisation, sequence, at, principal, action, subject_kind, subject_id, detail, hash";

    fn read(row: &Row) -> Result<Entry> {
        Ok(Entry {
            organisation: row.get(0)?,
            sequence: row.get(1)?,
            at: row.get(2)?,
            principal: row.get(3)?,
            action: row.get(4)?,
            subject_kind: row.get(5)?,
            subject_id: row.get(6)?,
            detail: row.get(7)?,
            hash: row.get(8)?,
        })
    }

    /// Fixed widths first, then each text with its length before it: no two different entries have the same bytes.
    fn hash_after(&self, previous: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(self.organisation.as_bytes());
        hash.update(self.sequence.to_be_bytes());
        hash.update(self.at.0.to_be_bytes());
        hash.update([u8::from(self.principal.is_some())]);
        hash.update(self.principal.unwrap_or_default().as_bytes());
        for text in [
            &self.action,
            &self.subject_kind,
            &self.subject_id,
            &self.detail,
        ] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        hash.finalize().into()
    }
}

/// JSON with the members of every object sorted by name and without spaces, so that the same value has the same bytes.
pub fn canonical(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| name.as_str());
            let members: Vec<_> = members
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        scalar => scalar.to_string(),
    }
}

/// A chain that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub entries: i64,
    /// Hash of the last entry: 32 bytes, zero for an empty chain.
    pub head: Vec<u8>,
}

/// The first row of a chain that is not right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {sequence} of organisation {organisation}: {why}")]
pub struct BadRow {
    pub organisation: Uuid,
    pub sequence: i64,
    pub why: &'static str,
}

/// Walks an organisation's chain from the beginning. The outer error is the database's.
pub async fn verify(conn: &mut Conn, organisation: Uuid) -> Result<Result<Verified, BadRow>> {
    let bad = |sequence, why| {
        Ok(Err(BadRow {
            organisation,
            sequence,
            why,
        }))
    };
    // The head first: entries written while we read come after it.
    let head = conn
        .optional(
            "SELECT sequence, hash FROM audit_heads WHERE organisation = ?1",
            params![organisation],
        )
        .await?;
    let (last, head) = match head {
        Some(row) => (row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?),
        None => (0, BEGINNING.to_vec()),
    };
    let (mut checked, mut hash) = (0_i64, BEGINNING.to_vec());
    loop {
        let rows = conn
            .all(
                &format!(
                    "SELECT {} FROM audit_entries WHERE organisation = ?1 AND sequence > ?2 ORDER BY sequence LIMIT 1000",
                    Entry::COLUMNS
                ),
                params![organisation, checked],
            )
            .await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let entry = Entry::read(row)?;
            if entry.sequence != checked + 1 {
                return bad(checked + 1, "is missing");
            }
            if entry.hash != entry.hash_after(&hash) {
                return bad(entry.sequence, "was altered, or one before it was replaced");
            }
            checked = entry.sequence;
            hash = entry.hash;
            if checked == last && hash != head {
                return bad(checked, "is not the one that the head of the chain names");
            }
        }
    }
    if checked < last {
        return bad(checked + 1, "is missing at the end");
    }
    if last == 0 && checked > 0 {
        return bad(1, "has no head of the chain");
    }
    Ok(Ok(Verified {
        entries: checked,
        head: hash,
    }))
}

/// The head of every chain, to be kept outside this database: `(organisation, sequence, hash)`.
pub async fn heads(conn: &mut Conn) -> Result<Vec<(Uuid, i64, Vec<u8>)>> {
    let rows = conn
        .all(
            "SELECT organisation, sequence, hash FROM audit_heads ORDER BY organisation",
            params![],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .collect()
}

/// Whether an exported head is still what the chain says at that place; tells of a chain whose end was cut off together with
/// its head.
pub async fn agrees(
    conn: &mut Conn,
    organisation: Uuid,
    sequence: i64,
    hash: &[u8],
) -> Result<bool> {
    let row = conn
        .optional(
            "SELECT hash FROM audit_entries WHERE organisation = ?1 AND sequence = ?2",
            params![organisation, sequence],
        )
        .await?;
    row.map_or(Ok(false), |row| Ok(row.get::<Vec<u8>>(0)? == hash))
}

/// The organisation's entries, newest first, after the cursor (its key 0 is a sequence).
pub async fn list(
    conn: &mut Conn,
    organisation: Uuid,
    after: Option<&Cursor>,
    fetch: i64,
) -> Result<Vec<Entry>> {
    let before = match after {
        Some(cursor) => cursor.number(0)?,
        None => i64::MAX,
    };
    let rows = conn
        .all(
            &format!(
                "SELECT {} FROM audit_entries WHERE organisation = ?1 AND sequence < ?2 ORDER BY sequence DESC LIMIT ?3",
                Entry::COLUMNS
            ),
            params![organisation, before, fetch],
        )
        .await?;
    rows.iter().map(Entry::read).collect()
}

#[cfg(test)]
mod tests;
