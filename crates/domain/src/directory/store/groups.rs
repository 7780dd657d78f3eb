//! Groups of the directory, and who is in them.

use super::super::{groups::Group, ports::GroupRecord};
use crate::access::{ObjectId, Scope, SystemScope, TenantId};
use platform::{
    Instant, Result,
    db::{Conn, Row, Tx, Value, params, values},
    fold::{fold, like_contains, sort_key},
};
use std::{collections::HashSet, sync::LazyLock};

const GROUP: &str = "g.object_id, g.name, g.description, g.name_key, g.gone, g.members_at,
    CASE WHEN g.members_at IS NULL THEN NULL ELSE
      (SELECT COUNT(*) FROM directory_group_members m WHERE m.tenant = g.tenant AND m.group_object = g.object_id) END";

fn read(row: &Row) -> Result<Group> {
    Ok(Group {
        object: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        name_key: row.get(3)?,
        gone: row.get(4)?,
        members_at: row.get(5)?,
        members: row.get(6)?,
    })
}

/// More words than this narrow nothing down.
const WORDS: usize = 3;

pub(in super::super) async fn groups(
    conn: &mut Conn,
    scope: &Scope,
    q: &str,
    after: Option<(&str, ObjectId)>,
    limit: i64,
) -> Result<(Vec<Group>, i64)> {
    const WHERE: &str = "g.tenant = ?1 AND g.gone = FALSE AND g.haystack LIKE ?2 ESCAPE '\\'
         AND g.haystack LIKE ?3 ESCAPE '\\' AND g.haystack LIKE ?4 ESCAPE '\\'";
    let folded = fold(q);
    let mut words = folded.split(' ').map(like_contains);
    let patterns: [String; WORDS] =
        std::array::from_fn(|_| words.next().unwrap_or_else(|| "%".to_owned()));
    let (after_name, after_id) = after.unzip();
    let rows = conn
        .all(
            &format!(
                "SELECT {GROUP} FROM directory_groups g WHERE {WHERE}
                   AND (CAST(?5 AS TEXT) IS NULL OR (g.name_key, g.object_id) > (?5, ?6))
                 ORDER BY g.name_key, g.object_id LIMIT ?7"
            ),
            params![
                scope.tenant(),
                patterns[0].as_str(),
                patterns[1].as_str(),
                patterns[2].as_str(),
                after_name,
                after_id,
                limit
            ],
        )
        .await?;
    let total = conn
        .one(
            &format!("SELECT COUNT(*) FROM directory_groups g WHERE {WHERE}"),
            params![
                scope.tenant(),
                patterns[0].as_str(),
                patterns[1].as_str(),
                patterns[2].as_str()
            ],
        )
        .await?
        .get(0)?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

pub(in super::super) async fn group(
    conn: &mut Conn,
    scope: &Scope,
    object: ObjectId,
) -> Result<Option<Group>> {
    conn.optional(
        &format!("SELECT {GROUP} FROM directory_groups g WHERE g.tenant = ?1 AND g.object_id = ?2"),
        params![scope.tenant(), object],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Takes the right to read the list of groups when it was last read before `older`; gives when that was, `None` within for
/// never. `None`: it is fresh, or somebody reads it.
pub(in super::super) async fn claim_groups(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    now: Instant,
    older: Instant,
) -> Result<Option<Option<Instant>>> {
    let before: Option<Instant> = tx
        .one(
            "SELECT groups_at FROM tenants WHERE id = ?1 FOR UPDATE",
            params![tenant],
        )
        .await?
        .get(0)?;
    if before.is_some_and(|at| at > older) {
        return Ok(None);
    }
    tx.execute(
        "UPDATE tenants SET groups_at = ?2 WHERE id = ?1",
        params![tenant, now],
    )
    .await?;
    Ok(Some(before))
}

/// The reading failed: the next may try.
pub(in super::super) async fn unclaim_groups(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    before: Option<Instant>,
) -> Result<()> {
    tx.execute(
        "UPDATE tenants SET groups_at = ?2 WHERE id = ?1",
        params![tenant, before],
    )
    .await?;
    Ok(())
}

/// Takes over the whole list; a group that is not in it is gone.
pub(in super::super) async fn save_groups(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    found: &[GroupRecord],
    now: Instant,
) -> Result<()> {
    let mut seen = HashSet::with_capacity(found.len());
    let rows: Vec<_> = found
        .iter()
        .filter(|group| seen.insert(group.object))
        .map(|group| {
            let name = plain(&group.display_name);
            let description = group.description.as_deref().map(plain);
            let haystack = fold(&format!(
                "{name} {}",
                description.as_deref().unwrap_or_default()
            ));
            values![
                tenant,
                group.object,
                name.as_str(),
                description,
                sort_key(&name),
                haystack,
                false,
                now
            ]
        })
        .collect();
    tx.execute_many(
        "INSERT INTO directory_groups (tenant, object_id, name, description, name_key, haystack, gone, seen_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (tenant, object_id) DO UPDATE SET name = excluded.name, description = excluded.description,
           name_key = excluded.name_key, haystack = excluded.haystack, gone = excluded.gone, seen_at = excluded.seen_at",
        &rows,
    )
    .await?;
    tx.execute(
        "UPDATE directory_groups SET gone = ?3 WHERE tenant = ?1 AND seen_at < ?2",
        params![tenant, now, true],
    )
    .await?;
    Ok(())
}

/// What can be shown, not longer than we show.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(300)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Members that are written together.
const ROWS: usize = 50;

/// Takes over who is in a group; says whether that has changed.
pub(in super::super) async fn save_members(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    group: ObjectId,
    members: &[ObjectId],
    now: Instant,
) -> Result<bool> {
    static MANY: LazyLock<String> = LazyLock::new(|| insert(ROWS));
    static ONE: LazyLock<String> = LazyLock::new(|| insert(1));
    let mut before = HashSet::new();
    for row in tx
        .all(
            "SELECT member FROM directory_group_members WHERE tenant = ?1 AND group_object = ?2",
            params![tenant, group],
        )
        .await?
    {
        before.insert(row.get::<ObjectId>(0)?);
    }
    let after: HashSet<ObjectId> = members.iter().copied().collect();
    let gone: Vec<_> = before
        .difference(&after)
        .map(|member| values![tenant, group, *member])
        .collect();
    let new: Vec<ObjectId> = after.difference(&before).copied().collect();
    tx.execute_many(
        "DELETE FROM directory_group_members WHERE tenant = ?1 AND group_object = ?2 AND member = ?3",
        &gone,
    )
    .await?;
    let row = |members: &[ObjectId]| -> Vec<Value> {
        let mut row = values![tenant, group];
        row.extend(members.iter().map(|member| Value::from(*member)));
        row
    };
    let (many, rest) = new.split_at(new.len() - new.len() % ROWS);
    for chunk in many.chunks(ROWS) {
        tx.execute(&MANY, &row(chunk)).await?;
    }
    for member in rest {
        tx.execute(&ONE, &row(&[*member])).await?;
    }
    tx.execute(
        "UPDATE directory_groups SET members_at = ?3 WHERE tenant = ?1 AND object_id = ?2",
        params![tenant, group, now],
    )
    .await?;
    Ok(!gone.is_empty() || !new.is_empty())
}

fn insert(members: usize) -> String {
    let rows: Vec<_> = (3..members + 3)
        .map(|place| format!("(?1, ?2, ?{place})"))
        .collect();
    format!(
        "INSERT INTO directory_group_members (tenant, group_object, member) VALUES {}",
        rows.join(", ")
    )
}

/// Gone from the directory. Its members stay as they were last known.
pub(in super::super) async fn mark_gone(
    tx: &mut Tx,
    _: SystemScope,
    tenant: TenantId,
    group: ObjectId,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE directory_groups SET gone = ?3, members_at = ?4 WHERE tenant = ?1 AND object_id = ?2",
        params![tenant, group, true, now],
    )
    .await?;
    Ok(())
}

/// Whether nobody has filtered by the group since `since`.
pub(in super::super) async fn is_unused(
    conn: &mut Conn,
    scope: &Scope,
    group: ObjectId,
    since: Instant,
) -> Result<bool> {
    Ok(conn
        .optional(
            "SELECT 1 FROM directory_groups WHERE tenant = ?1 AND object_id = ?2 AND used_at >= ?3",
            params![scope.tenant(), group, since],
        )
        .await?
        .is_none())
}

pub(in super::super) async fn mark_used(
    tx: &mut Tx,
    scope: &Scope,
    group: ObjectId,
    now: Instant,
) -> Result<()> {
    tx.execute(
        "UPDATE directory_groups SET used_at = ?3 WHERE tenant = ?1 AND object_id = ?2",
        params![scope.tenant(), group, now],
    )
    .await?;
    Ok(())
}

/// Which groups are to be read again.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Wanted {
    pub used_since: Instant,
    pub read_before: Instant,
}

/// Groups that an organisation has as its default, or that were used lately, whose members are not fresh.
pub(in super::super) async fn wanted_groups(
    conn: &mut Conn,
    _: SystemScope,
    tenant: TenantId,
    wanted: Wanted,
) -> Result<Vec<ObjectId>> {
    conn.all(
        "SELECT g.object_id FROM directory_groups g WHERE g.tenant = ?1 AND g.gone = FALSE
           AND (g.members_at IS NULL OR g.members_at < ?3)
           AND (g.used_at >= ?2 OR g.object_id IN
             (SELECT o.default_group FROM organisations o WHERE o.tenant = ?1 AND o.default_group IS NOT NULL))
         ORDER BY g.object_id",
        params![tenant, wanted.used_since, wanted.read_before],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}
