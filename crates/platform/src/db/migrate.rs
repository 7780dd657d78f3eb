//! One history of SQL for both engines. A migration is written with the type words BIGINT, TEXT, UUID, BYTEA and BOOLEAN;
//! the words that an engine spells differently are replaced here. A migration that has run is never edited (its checksum
//! is kept): expand first, contract in a later one.

use super::{Db, EngineName, Tx, Value};
use crate::{Error, Result};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_jobs`: sorts in the order in which they run, unique over all crates.
    pub name: &'static str,
    pub sql: &'static str,
}

/// Declares migrations: `migrations!["0001_jobs", ...]` reads `migrations/0001_jobs.sql` of the calling crate.
#[macro_export]
macro_rules! migration_files {
    ($($name:literal),* $(,)?) => {
        &[$($crate::db::Migration {
            name: $name,
            sql: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
        }),*]
    };
}

/// The tables that the platform owns.
pub fn migrations() -> &'static [Migration] {
    migration_files![
        "0001_jobs_and_sagas",
        "0002_audit_outbox_idempotency",
        "0003_limits_and_due_jobs",
        "0182_lost_leases",
    ]
}

pub(super) async fn run(db: &Db, migrations: &[Migration]) -> Result<usize> {
    let mut tx = db.begin().await?;
    tx.script(&translate(
        db.engine(),
        "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)",
    ))
    .await?;
    known(&mut tx, migrations).await?;
    tx.commit().await?;
    let mut done = 0;
    for migration in migrations {
        // One transaction each: a kill in between leaves whole migrations only.
        let mut tx = db.begin().await?;
        lock(db.engine(), &mut tx).await?;
        if !known(&mut tx, migrations)
            .await?
            .contains(&migration.name.to_owned())
        {
            tx.script(&translate(db.engine(), migration.sql))
                .await
                .map_err(|error| {
                    let context = format!(
                        "migration {}: {}",
                        migration.name,
                        error.context.as_deref().unwrap_or("")
                    );
                    error.with_context(context)
                })?;
            tx.execute(
                "INSERT INTO migrations (name, checksum) VALUES (?1, ?2)",
                &[
                    Value::from(migration.name),
                    Value::from(checksum(migration.sql)),
                ],
            )
            .await?;
            done += 1;
        }
        tx.commit().await?;
    }
    Ok(done)
}

/// Two nodes that start at once migrate one after the other.
async fn lock(engine: EngineName, tx: &mut Tx) -> Result<()> {
    if engine == EngineName::Postgres {
        tx.script("LOCK TABLE migrations IN EXCLUSIVE MODE").await?;
    }
    Ok(())
}

async fn known(conn: &mut super::Conn, migrations: &[Migration]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for row in conn
        .all("SELECT name, checksum FROM migrations ORDER BY name", &[])
        .await?
    {
        let name: String = row.get(0)?;
        let ran: String = row.get(1)?;
        match migrations.iter().find(|migration| migration.name == name) {
            None => {
                return Err(Error::internal(format!(
                    "the database has migration {name}, which this program does not know: it was used by a newer \
                     version; start that version, or restore a backup made before the upgrade"
                )));
            }
            Some(migration) if checksum(migration.sql) != ran => {
                return Err(Error::internal(format!(
                    "migration {name} is not the one that ran on this database; a migration that has run is never edited"
                )));
            }
            Some(_) => names.push(name),
        }
    }
    Ok(names)
}

pub(super) async fn check(db: &Db, migrations: &[Migration]) -> Result<()> {
    let mut conn = db.read().await?;
    let known = known(&mut conn, migrations).await?;
    if known.len() == migrations.len() {
        Ok(())
    } else {
        Err(Error::unavailable("migrations are still to be done"))
    }
}

fn checksum(sql: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(sql.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        })
}

/// Type words per engine. Text is compared byte by byte on both, so that lists sort the same.
fn translate(engine: EngineName, sql: &str) -> String {
    let word = |found: &str| -> Option<&'static str> {
        match (engine, found) {
            (EngineName::Sqlite, "UUID" | "BYTEA") => Some("BLOB"),
            (EngineName::Sqlite, "BIGINT" | "BOOLEAN") => Some("INTEGER"),
            (EngineName::Postgres, "TEXT") => Some("TEXT COLLATE \"C\""),
            _ => None,
        }
    };
    let mut translated = String::with_capacity(sql.len());
    let mut rest = sql;
    while !rest.is_empty() {
        let letters = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        if letters == 0 {
            let other = rest
                .find(|c: char| c.is_ascii_alphanumeric() || c == '_')
                .unwrap_or(rest.len());
            translated.push_str(&rest[..other]);
            rest = &rest[other..];
        } else {
            let found = &rest[..letters];
            translated.push_str(word(found).unwrap_or(found));
            rest = &rest[letters..];
        }
    }
    if engine == EngineName::Sqlite {
        translated.push('\n');
    }
    translated
}
