//! `switchboard audit`: whether every organisation's audit log is whole, and whether its end is still the one that was seen before.
//!
//! A chain shows by itself what was altered in it. That its end was cut off, together with the head that names the end, shows
//! only against a head that was kept elsewhere. The server writes the heads to its log every hour; `audit heads` prints them.

use platform::{audit, db::Db};
use std::{fmt::Write, path::Path};
use uuid::Uuid;

/// A head that was kept: organisation, number of its last entry, that entry's hash.
pub type Head = (Uuid, i64, Vec<u8>);

/// Prints a line for each organisation: `audit head organisation=… sequence=… hash=…`, as it stands in the log.
///
/// # Errors
/// The database's, as a line for people.
pub async fn heads(db: &Db) -> Result<(), String> {
    let mut conn = db.read().await.map_err(|error| error.to_string())?;
    let heads = audit::heads(&mut conn)
        .await
        .map_err(|error| error.to_string())?;
    for (organisation, sequence, hash) in heads {
        println!("{}", line(organisation, sequence, &hash));
    }
    Ok(())
}

fn line(organisation: Uuid, sequence: i64, hash: &[u8]) -> String {
    let hash = hash.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    });
    format!("audit head organisation={organisation} sequence={sequence} hash={hash}")
}

/// The heads in a file: what [`heads`] printed, or a log of the server in either of its formats. Other lines are passed over.
///
/// # Errors
/// When the file cannot be read, or holds no head: a check against nothing would prove nothing.
pub fn read_heads(file: &Path) -> Result<Vec<Head>, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let heads: Vec<Head> = text
        .lines()
        .filter(|line| line.contains("audit head"))
        .filter_map(read_head)
        .collect();
    if heads.is_empty() {
        return Err(format!("{} holds no head of an audit log", file.display()));
    }
    Ok(heads)
}

fn read_head(line: &str) -> Option<Head> {
    let hex = field(line, "hash")?;
    let hash =
        (0..hex.len() / 2).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok());
    Some((
        field(line, "organisation")?.parse().ok()?,
        field(line, "sequence")?.parse().ok()?,
        hash.collect::<Option<_>>()?,
    ))
}

/// The value after `name=`, or after `"name":` in JSON.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(name)?;
    let rest = rest.trim_start_matches(['"', ':', '=']);
    rest.split([' ', ',', '"', '}']).next()
}

/// Walks every chain, and looks for every head that was kept.
///
/// # Errors
/// What is not right, a line each.
pub async fn verify(db: &Db, kept: Option<&[Head]>) -> Result<(), String> {
    let mut conn = db.read().await.map_err(|error| error.to_string())?;
    let heads = audit::heads(&mut conn)
        .await
        .map_err(|error| error.to_string())?;
    let mut bad = Vec::new();
    for (organisation, _, _) in &heads {
        let verdict = audit::verify(&mut conn, *organisation)
            .await
            .map_err(|error| error.to_string())?;
        if let Err(row) = verdict {
            bad.push(row.to_string());
        }
    }
    for (organisation, sequence, hash) in kept.unwrap_or_default() {
        let there = audit::agrees(&mut conn, *organisation, *sequence, hash)
            .await
            .map_err(|error| error.to_string())?;
        if !there {
            bad.push(format!(
                "entry {sequence} of organisation {organisation}: is not what it was when its head was kept"
            ));
        }
    }
    if !bad.is_empty() {
        return Err(bad.join("\n"));
    }
    println!("{} chains are whole.", heads.len());
    if let Some(kept) = kept {
        println!("{} kept heads are still there.", kept.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::{
        Ids, Instant,
        audit::AuditEntry,
        db::{self, params},
        testing::Fixture,
        time::ManualClock,
    };
    use std::sync::Arc;

    #[test]
    fn a_head_is_read_from_what_was_printed_and_from_either_log() {
        let organisation = Uuid::from_u128(7);
        let head = (organisation, 12, vec![0xab, 0x01]);
        let json = format!(
            "{{\"fields\":{{\"message\":\"audit head\",\"organisation\":\"{organisation}\",\"sequence\":12,\"hash\":\"ab01\"}}}}"
        );
        let text = format!(
            "2026-11-22T11:00:00Z  INFO platform::housekeeping: audit head organisation={organisation} sequence=12 hash=\"ab01\""
        );
        for line in [line(organisation, 12, &[0xab, 0x01]), json, text] {
            assert_eq!(read_head(&line), Some(head.clone()), "{line}");
        }
        assert_eq!(
            read_head("audit head organisation=x sequence=1 hash=ab"),
            None
        );
    }

    #[tokio::test]
    async fn an_end_that_was_cut_off_with_its_head_shows_against_a_kept_one() {
        let fixture = Fixture::new(db::migrations()).await;
        let ids = Ids::new(Arc::new(ManualClock::at(Instant(1_795_000_000_000_000))));
        let organisation = Uuid::from_u128(1);
        let mut earlier = Vec::new();
        for _ in 0..3 {
            let mut tx = fixture.db.begin().await.unwrap();
            let entry = AuditEntry::new(organisation, None, "place_order");
            audit::record(&mut tx, &ids, entry).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = fixture.db.read().await.unwrap();
            earlier.extend(audit::heads(&mut conn).await.unwrap());
        }
        verify(&fixture.db, Some(&earlier)).await.unwrap();
        let mut tx = fixture.db.begin().await.unwrap();
        tx.execute("DELETE FROM audit_entries WHERE sequence = 3", params![])
            .await
            .unwrap();
        tx.execute(
            "UPDATE audit_heads SET sequence = 2, hash = ?1",
            params![earlier[1].2.clone()],
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        verify(&fixture.db, None).await.unwrap();
        let told = verify(&fixture.db, Some(&earlier)).await.unwrap_err();
        assert!(told.starts_with("entry 3 of organisation"), "{told}");
    }
}
