//! The tables of this room.

use super::{CallGroup, CallGroupId, CallGroupState, NewCallGroup, Settings};
use crate::{access::Scope, numbering::NumberId, subscriptions::SubscriptionId};
use platform::{
    Error, Ids, Result,
    db::{Conn, Row, Tx, params, values},
};
use std::collections::HashMap;
use uuid::Uuid;

const GROUP: &str = "id, state, number, name, strategy, ring_seconds, opening_hours, overflow, moved_by, started_at";

fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| Error::internal(format!("a call group's JSON: {error}")))
}

fn text<T: serde::Serialize>(value: &Option<T>) -> Result<Option<String>> {
    value
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(|error| Error::internal(format!("a call group's JSON: {error}")))
}

fn read(row: &Row) -> Result<CallGroup> {
    Ok(CallGroup {
        id: row.get(0)?,
        state: row.get(1)?,
        number: row.get(2)?,
        settings: Settings {
            name: row.get(3)?,
            strategy: row.get(4)?,
            ring_seconds: u32::try_from(row.get::<i64>(5)?).unwrap_or_default(),
            opening_hours: json(row.get(6)?)?,
            overflow: json(row.get(7)?)?,
        },
        members: Vec::new(),
        moved_by: row.get(8)?,
        started_at: row.get(9)?,
    })
}

/// One group of the organisation, ended or not.
pub async fn group(conn: &mut Conn, scope: &Scope, id: CallGroupId) -> Result<Option<CallGroup>> {
    let found = conn
        .optional(
            &format!("SELECT {GROUP} FROM call_groups WHERE organisation = ?1 AND id = ?2"),
            params![scope.organisation(), id],
        )
        .await?;
    let Some(row) = found else {
        return Ok(None);
    };
    let mut group = read(&row)?;
    group.members = conn
        .all(
            "SELECT subscription FROM call_group_members WHERE organisation = ?1 AND call_group = ?2 ORDER BY position",
            params![scope.organisation(), id],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect::<Result<_>>()?;
    Ok(Some(group))
}

/// Every group of the organisation that has not ended, the oldest first.
pub async fn live(conn: &mut Conn, scope: &Scope) -> Result<Vec<CallGroup>> {
    let rows = conn
        .all(
            &format!("SELECT {GROUP} FROM call_groups WHERE organisation = ?1 AND state <> 'ended' ORDER BY id"),
            params![scope.organisation()],
        )
        .await?;
    whole(conn, scope, &rows).await
}

/// As [`live`], each locked, in the order in which everybody locks them.
pub async fn lock_live(tx: &mut Tx, scope: &Scope) -> Result<Vec<CallGroup>> {
    let rows = tx
        .all(
            &format!("SELECT {GROUP} FROM call_groups WHERE organisation = ?1 AND state <> 'ended' ORDER BY id FOR UPDATE"),
            params![scope.organisation()],
        )
        .await?;
    whole(tx, scope, &rows).await
}

async fn whole(conn: &mut Conn, scope: &Scope, rows: &[Row]) -> Result<Vec<CallGroup>> {
    let mut groups: Vec<CallGroup> = rows.iter().map(read).collect::<Result<_>>()?;
    if groups.is_empty() {
        return Ok(groups);
    }
    let places: HashMap<CallGroupId, usize> = groups
        .iter()
        .enumerate()
        .map(|(place, group)| (group.id, place))
        .collect();
    let members = conn
        .all(
            "SELECT call_group, subscription FROM call_group_members WHERE organisation = ?1 ORDER BY call_group, position",
            params![scope.organisation()],
        )
        .await?;
    for row in &members {
        if let Some(place) = places.get(&row.get::<CallGroupId>(0)?) {
            groups[*place].members.push(row.get(1)?);
        }
    }
    Ok(groups)
}

pub(super) async fn insert(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &NewCallGroup,
    number: NumberId,
) -> Result<()> {
    let settings = &new.settings;
    tx.execute(
        "INSERT INTO call_groups (id, organisation, name, state, number, strategy, ring_seconds, opening_hours, overflow,
           ordered_at, version) VALUES (?1, ?2, ?3, 'ordered', ?4, ?5, ?6, ?7, ?8, ?9, 1)",
        params![
            new.id,
            scope.organisation(),
            &settings.name,
            number,
            settings.strategy,
            i64::from(settings.ring_seconds),
            text(&settings.opening_hours)?,
            text(&settings.overflow)?,
            ids.now()
        ],
    )
    .await?;
    Ok(())
}

/// One that had ended is ordered once more. Says how many there were.
pub(super) async fn revive(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &NewCallGroup,
    number: NumberId,
) -> Result<u64> {
    let settings = &new.settings;
    tx.execute(
        "UPDATE call_groups SET state = 'ordered', name = ?3, number = ?4, strategy = ?5, ring_seconds = ?6, opening_hours = ?7,
           overflow = ?8, ordered_at = ?9, ended_at = NULL, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ended'",
        params![
            scope.organisation(),
            new.id,
            &settings.name,
            number,
            settings.strategy,
            i64::from(settings.ring_seconds),
            text(&settings.opening_hours)?,
            text(&settings.overflow)?,
            ids.now()
        ],
    )
    .await
}

pub(super) async fn set_members(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    members: &[SubscriptionId],
) -> Result<()> {
    tx.execute(
        "DELETE FROM call_group_members WHERE organisation = ?1 AND call_group = ?2",
        params![scope.organisation(), id],
    )
    .await?;
    let rows: Vec<_> = members
        .iter()
        .enumerate()
        .map(|(place, member)| values![scope.organisation(), id, *member, place as i64])
        .collect();
    tx.execute_many(
        "INSERT INTO call_group_members (organisation, call_group, subscription, position) VALUES (?1, ?2, ?3, ?4)",
        &rows,
    )
    .await?;
    Ok(())
}

pub(super) async fn leave(tx: &mut Tx, scope: &Scope, line: SubscriptionId) -> Result<()> {
    // The places of the others need not be without gaps.
    tx.execute(
        "DELETE FROM call_group_members WHERE organisation = ?1 AND subscription = ?2",
        params![scope.organisation(), line],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_settings(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    settings: &Settings,
) -> Result<()> {
    tx.execute(
        "UPDATE call_groups SET name = ?3, strategy = ?4, ring_seconds = ?5, opening_hours = ?6, overflow = ?7,
           version = version + 1 WHERE organisation = ?1 AND id = ?2 AND state <> 'ended'",
        params![
            scope.organisation(),
            id,
            &settings.name,
            settings.strategy,
            i64::from(settings.ring_seconds),
            text(&settings.opening_hours)?,
            text(&settings.overflow)?
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_number(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    number: Option<NumberId>,
) -> Result<()> {
    tx.execute(
        "UPDATE call_groups SET number = ?3, version = version + 1 WHERE organisation = ?1 AND id = ?2 AND state <> 'ended'",
        params![scope.organisation(), id, number],
    )
    .await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    from: CallGroupState,
    to: CallGroupState,
) -> Result<u64> {
    tx.execute(
        "UPDATE call_groups SET state = ?4, version = version + 1 WHERE organisation = ?1 AND id = ?2 AND state = ?3",
        params![scope.organisation(), id, from, to],
    )
    .await
}

pub(super) async fn activate(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    id: CallGroupId,
) -> Result<u64> {
    tx.execute(
        "UPDATE call_groups SET state = 'active', started_at = COALESCE(started_at, ?3), version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state = 'ordered'",
        params![scope.organisation(), id, ids.now()],
    )
    .await
}

pub(super) async fn hold(tx: &mut Tx, scope: &Scope, id: CallGroupId, item: Uuid) -> Result<u64> {
    tx.execute(
        "UPDATE call_groups SET moved_by = ?3 WHERE organisation = ?1 AND id = ?2 AND state <> 'ended'
           AND (moved_by IS NULL OR moved_by = ?3)",
        params![scope.organisation(), id, item],
    )
    .await
}

pub(super) async fn let_go(tx: &mut Tx, scope: &Scope, item: Uuid) -> Result<Vec<CallGroupId>> {
    tx.all(
        "UPDATE call_groups SET moved_by = NULL WHERE organisation = ?1 AND moved_by = ?2 RETURNING id",
        params![scope.organisation(), item],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}

pub(super) async fn end(tx: &mut Tx, ids: &Ids, scope: &Scope, id: CallGroupId) -> Result<()> {
    tx.execute(
        "UPDATE call_groups SET state = 'ended', ended_at = ?3, number = NULL, moved_by = NULL, version = version + 1
         WHERE organisation = ?1 AND id = ?2 AND state <> 'ended'",
        params![scope.organisation(), id, ids.now()],
    )
    .await?;
    Ok(())
}
