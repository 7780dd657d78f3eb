//! People as the mirror has them.

use super::super::{
    Person, PersonId,
    rules::{Entry, Known, VoicePlan},
};
use crate::access::{ObjectId, Scope, SystemScope, TenantId};
use platform::{
    Ids, Result,
    db::{Conn, Row, Tx, Value, params, values},
};
use std::{collections::HashMap, sync::LazyLock};
use uuid::Uuid;

/// Ids asked for at once: some, or as many as one transaction takes over. A shorter list is filled up with nulls, so that there
/// are two texts to prepare.
const CHUNKS: [usize; 2] = [64, 1_024];

/// A text in both forms; `sql` gets the places of the ids, from the second parameter on.
fn in_chunks(sql: impl Fn(&str) -> String) -> [String; 2] {
    CHUNKS.map(|size| {
        let places: Vec<_> = (2..2 + size).map(|place| format!("?{place}")).collect();
        sql(&places.join(", "))
    })
}

/// The ids in chunks, each with the form that it needs and all its parameters, of which `first` is the first.
fn chunks<'i, T: Copy + Into<Value>>(
    first: &'i Value,
    ids: &'i [T],
) -> impl Iterator<Item = (usize, Vec<Value>)> + 'i {
    let [small, large] = CHUNKS;
    ids.chunks(large).map(move |some| {
        let form = usize::from(some.len() > small);
        let mut params = Vec::with_capacity(1 + CHUNKS[form]);
        params.push(first.clone());
        params.extend(some.iter().map(|id| (*id).into()));
        params.resize(1 + CHUNKS[form], Value::Null);
        (form, params)
    })
}

/// What [`read_person`] reads, of `people p`: [`PERSON_WIDTH`] columns.
pub const PERSON: &str = "p.id, p.kind, p.object_id, p.state, p.display_name, p.first_name, p.last_name, p.email, p.username,
    p.title, p.department, p.office_location, p.mobile_phone, p.plans, p.skus, p.updated_at, p.version";

pub const PERSON_WIDTH: usize = 17;

/// The person whose columns stand first in the row.
pub fn read_person(row: &Row) -> Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        kind: row.get(1)?,
        object: row.get(2)?,
        state: row.get(3)?,
        display_name: row.get(4)?,
        first_name: row.get(5)?,
        last_name: row.get(6)?,
        email: row.get(7)?,
        username: row.get(8)?,
        title: row.get(9)?,
        department: row.get(10)?,
        office_location: row.get(11)?,
        mobile_phone: row.get(12)?,
        plans: read_plans(&row.get::<String>(13)?),
        skus: read_skus(&row.get::<String>(14)?),
        updated_at: row.get(15)?,
        version: row.get(16)?,
    })
}

/// A name that a later version no longer knows is passed over.
fn read_plans(text: &str) -> Vec<VoicePlan> {
    text.split_ascii_whitespace()
        .filter_map(VoicePlan::parse)
        .collect()
}

fn read_skus(text: &str) -> Vec<Uuid> {
    text.split_ascii_whitespace()
        .filter_map(|sku| sku.parse().ok())
        .collect()
}

/// A colleague whom the organisation may know of: its own local person, or one of its tenant's directory. Whoever has left is
/// found too; guests and resource accounts are not.
pub async fn person(conn: &mut Conn, scope: &Scope, id: PersonId) -> Result<Option<Person>> {
    conn.optional(
        &format!("SELECT {PERSON} FROM people p WHERE p.id = ?1 AND p.listed AND (p.home = ?2 OR p.home = ?3)"),
        params![id, scope.organisation(), scope.tenant()],
    )
    .await?
    .as_ref()
    .map(read_person)
    .transpose()
}

/// As [`person`], for many at once and in no order; whoever is not to be known of is left out.
pub async fn people(conn: &mut Conn, scope: &Scope, ids: &[PersonId]) -> Result<Vec<Person>> {
    conn.all_of(
        params![scope.organisation(), scope.tenant()],
        ids,
        |places| {
            format!(
                "SELECT {PERSON} FROM people p WHERE p.id IN ({places}) AND p.listed AND (p.home = ?1 OR p.home = ?2)"
            )
        },
    )
    .await?
    .iter()
    .map(read_person)
    .collect()
}

/// The colleague behind an account of the organisation's tenant: for somebody's own page.
pub async fn person_by_object(
    conn: &mut Conn,
    scope: &Scope,
    object: ObjectId,
) -> Result<Option<Person>> {
    conn.optional(
        &format!(
            "SELECT {PERSON} FROM people p WHERE p.home = ?1 AND p.object_id = ?2 AND p.listed"
        ),
        params![scope.tenant(), object],
    )
    .await?
    .as_ref()
    .map(read_person)
    .transpose()
}

/// Whether the directory has this account and lets it in no more. No scope: it is asked before there is one.
pub async fn account_is_off(conn: &mut Conn, tenant: TenantId, object: ObjectId) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM people WHERE home = ?1 AND object_id = ?2 AND state <> 'active'",
            params![tenant, object],
        )
        .await?
        .is_some())
}

/// Where an account's mail goes, as the directory tells it; `None` for somebody unknown, departed or without an address.
pub async fn email(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
    object: ObjectId,
) -> Result<Option<String>> {
    match conn
        .optional(
            "SELECT email FROM people WHERE home = ?1 AND object_id = ?2 AND state = 'active'",
            params![tenant, object],
        )
        .await?
    {
        Some(row) => row.get(0),
        None => Ok(None),
    }
}

/// Those of `objects` whom the mirror has, in one query a chunk.
pub(in super::super) async fn known(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
    objects: &[ObjectId],
) -> Result<HashMap<ObjectId, Known>> {
    static SQL: LazyLock<[String; 2]> = LazyLock::new(|| {
        in_chunks(|places| {
            format!(
                "SELECT object_id, id, fingerprint, state, listed FROM people WHERE home = ?1 AND object_id IN ({places})"
            )
        })
    });
    let mut known = HashMap::with_capacity(objects.len());
    for (form, params) in chunks(&tenant.into(), objects) {
        for row in conn.all(&SQL[form], &params).await? {
            known.insert(
                row.get(0)?,
                Known {
                    id: row.get(1)?,
                    fingerprint: row.get(2)?,
                    state: row.get(3)?,
                    listed: row.get(4)?,
                },
            );
        }
    }
    Ok(known)
}

pub(in super::super) async fn insert_people(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    tenant: TenantId,
    entries: Vec<Entry>,
    round: i64,
) -> Result<()> {
    let now = ids.now();
    let rows: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            values![
                ids.make::<PersonId>(),
                tenant,
                entry.object,
                entry.state,
                entry.listed,
                entry.display_name,
                entry.first_name,
                entry.last_name,
                entry.email,
                entry.username,
                entry.title,
                entry.department,
                entry.office_location,
                entry.mobile_phone,
                entry.usage_location,
                entry.preferred_language,
                entry.plans,
                entry.skus,
                entry.keys.name,
                entry.keys.department,
                entry.keys.haystack,
                entry.keys.first_name,
                entry.keys.last_name,
                entry.keys.email,
                entry.keys.title,
                entry.fingerprint,
                round,
                now
            ]
        })
        .collect();
    tx.execute_many(
        "INSERT INTO people (id, kind, home, object_id, state, listed, display_name, first_name, last_name, email, username,
           title, department, office_location, mobile_phone, usage_location, preferred_language, plans, skus, name_key,
           department_key, haystack, first_name_key, last_name_key, email_key, title_key, fingerprint, round, created_at,
           updated_at, version)
         VALUES (?1, 'directory', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
           ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?28, 1)",
        &rows,
    )
    .await?;
    Ok(())
}

pub(in super::super) async fn update_people(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    entries: Vec<(PersonId, Entry)>,
    round: i64,
) -> Result<()> {
    let now = ids.now();
    let rows: Vec<_> = entries
        .into_iter()
        .map(|(id, entry)| {
            values![
                id,
                entry.state,
                entry.listed,
                entry.display_name,
                entry.first_name,
                entry.last_name,
                entry.email,
                entry.username,
                entry.title,
                entry.department,
                entry.office_location,
                entry.mobile_phone,
                entry.usage_location,
                entry.preferred_language,
                entry.plans,
                entry.skus,
                entry.keys.name,
                entry.keys.department,
                entry.keys.haystack,
                entry.keys.first_name,
                entry.keys.last_name,
                entry.keys.email,
                entry.keys.title,
                entry.fingerprint,
                round,
                now
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.execute_many(
        "UPDATE people SET state = ?2, listed = ?3, display_name = ?4, first_name = ?5, last_name = ?6, email = ?7,
           username = ?8, title = ?9, department = ?10, office_location = ?11, mobile_phone = ?12, usage_location = ?13,
           preferred_language = ?14, plans = ?15, skus = ?16, name_key = ?17, department_key = ?18, haystack = ?19,
           first_name_key = ?20, last_name_key = ?21, email_key = ?22, title_key = ?23, fingerprint = ?24, round = ?25,
           left_at = NULL, updated_at = ?26, version = version + 1
         WHERE id = ?1",
        &rows,
    )
    .await?;
    Ok(())
}

/// Remembers that the full round `round` has seen these.
pub(in super::super) async fn mark_seen(
    tx: &mut Tx,
    _: SystemScope,
    seen: &[PersonId],
    round: i64,
) -> Result<()> {
    static SQL: LazyLock<[String; 2]> = LazyLock::new(|| {
        in_chunks(|places| format!("UPDATE people SET round = ?1 WHERE id IN ({places})"))
    });
    for (form, params) in chunks(&round.into(), seen) {
        tx.execute(&SQL[form], &params).await?;
    }
    Ok(())
}

pub(in super::super) async fn mark_departed(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    departed: &[PersonId],
) -> Result<()> {
    static SQL: LazyLock<[String; 2]> = LazyLock::new(|| {
        in_chunks(|places| {
            format!(
                "UPDATE people SET state = 'deleted', left_at = ?1, updated_at = ?1, version = version + 1 WHERE id IN ({places})"
            )
        })
    });
    for (form, params) in chunks(&ids.now().into(), departed) {
        tx.execute(&SQL[form], &params).await?;
    }
    Ok(())
}

/// How many the mirror has, and how many of them the full round `round` did not see.
pub(in super::super) async fn unseen(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
    round: i64,
) -> Result<(i64, i64)> {
    let row = conn
        .one(
            "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN round < ?2 THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM people WHERE home = ?1 AND state <> 'deleted'",
            params![tenant, round],
        )
        .await?;
    Ok((row.get(0)?, row.get(1)?))
}

/// Marks whoever was last seen before `round`; says whose accounts those were, and how many of them were colleagues.
pub(in super::super) async fn mark_unseen(
    tx: &mut Tx,
    ids: &Ids,
    _: SystemScope,
    tenant: TenantId,
    round: i64,
) -> Result<(Vec<ObjectId>, i64)> {
    let rows = tx
        .all(
            "UPDATE people SET state = 'deleted', left_at = ?3, updated_at = ?3, version = version + 1
             WHERE home = ?1 AND state <> 'deleted' AND round < ?2 RETURNING object_id, listed",
            params![tenant, round, ids.now()],
        )
        .await?;
    let mut objects = Vec::with_capacity(rows.len());
    let mut colleagues = 0;
    for row in &rows {
        objects.push(row.get(0)?);
        colleagues += i64::from(row.get::<bool>(1)?);
    }
    Ok((objects, colleagues))
}
