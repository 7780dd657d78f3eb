//! Call groups with who is in them, and which number rings one.

use super::super::{CallGroupRow, GroupMember, OpenOrder};
use crate::{
    access::Scope,
    call_groups::{self, CallGroup, CallGroupId},
    numbering::{self, NumberId},
};
use platform::{
    Result,
    db::{Conn, params},
};
use std::collections::HashMap;

/// Every call group of the organisation that has not ended. There are tens of them, not thousands.
pub async fn call_groups(conn: &mut Conn, scope: &Scope) -> Result<Vec<CallGroupRow>> {
    let groups = call_groups::live(conn, scope).await?;
    let numbers: Vec<NumberId> = groups.iter().filter_map(|group| group.number).collect();
    let numbers: HashMap<_, _> = numbering::numbers(conn, scope, &numbers)
        .await?
        .into_iter()
        .map(|number| (number.id, number))
        .collect();
    let mut members = members(conn, scope).await?;
    let mut open = open(conn, scope).await?;
    Ok(groups
        .into_iter()
        .map(|group: CallGroup| CallGroupRow {
            number: group.number.and_then(|id| numbers.get(&id).cloned()),
            members: members.remove(&group.id).unwrap_or_default(),
            open: open.remove(&group.id),
            group,
        })
        .collect())
}

async fn members(conn: &mut Conn, scope: &Scope) -> Result<HashMap<CallGroupId, Vec<GroupMember>>> {
    let mut found: HashMap<CallGroupId, Vec<GroupMember>> = HashMap::new();
    for row in conn
        .all(
            "SELECT m.call_group, s.id, s.state, p.id, p.display_name, n.number
             FROM call_group_members m JOIN subscriptions s ON s.id = m.subscription JOIN people p ON p.id = s.person
               LEFT JOIN numbers n ON n.id = s.number
             WHERE m.organisation = ?1 ORDER BY m.call_group, m.position",
            params![scope.organisation()],
        )
        .await?
    {
        found.entry(row.get(0)?).or_default().push(GroupMember {
            subscription: row.get(1)?,
            state: row.get(2)?,
            person: row.get(3)?,
            person_name: row.get(4)?,
            number: row.get(5)?,
        });
    }
    Ok(found)
}

/// The order that is under way for each group, and if there is none one that waits for its day.
async fn open(conn: &mut Conn, scope: &Scope) -> Result<HashMap<CallGroupId, OpenOrder>> {
    let mut found: HashMap<CallGroupId, OpenOrder> = HashMap::new();
    for row in conn
        .all(
            "SELECT i.call_group, o.id, o.number, i.action, o.state, o.held_reason,
               CASE WHEN i.state = 'acknowledged' THEN i.start_at END
             FROM order_items i JOIN orders o ON o.id = i.order_id
             WHERE i.organisation = ?1 AND i.call_group IS NOT NULL AND i.state IN ('acknowledged', 'inProgress', 'held')
             ORDER BY o.number",
            params![scope.organisation()],
        )
        .await?
    {
        let order = OpenOrder {
            id: row.get(1)?,
            number: row.get(2)?,
            action: row.get(3)?,
            state: row.get(4)?,
            held_reason: row.get(5)?,
            subscription: None,
            start_at: row.get(6)?,
            at_donor: false,
            replaces_temporary: false,
            port_day: None,
        };
        let group: CallGroupId = row.get(0)?;
        let waits = |known: &OpenOrder| known.start_at.is_some();
        if found
            .get(&group)
            .is_none_or(|known| waits(known) && !waits(&order))
        {
            found.insert(group, order);
        }
    }
    Ok(found)
}

/// Which call groups of this organisation these numbers ring, with their names.
pub async fn groups_of_numbers(
    conn: &mut Conn,
    scope: &Scope,
    numbers: &[NumberId],
) -> Result<HashMap<NumberId, (CallGroupId, String)>> {
    conn.all_of(params![scope.organisation()], numbers, |places| {
        format!(
            "SELECT number, id, name FROM call_groups WHERE organisation = ?1 AND number IN ({places}) AND state <> 'ended'"
        )
    })
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))
    .collect()
}
