//! The verbs of this room.

use super::{CallGroup, CallGroupId, CallGroupState, NewCallGroup, Settings, store};
use crate::{access::Scope, numbering::NumberId, subscriptions::SubscriptionId};
use platform::{
    Error, Ids, Result,
    db::{Conn, Tx},
    live,
};
use uuid::Uuid;

/// Writes the groups that an order is about to bring to life; each number is reserved for its group.
pub async fn order(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    new: &[(NewCallGroup, NumberId)],
) -> Result<()> {
    for (group, number) in new {
        if group.revived {
            if store::revive(tx, ids, scope, group, *number).await? != 1 {
                return Err(Error::conflict(
                    "groupThere",
                    "This call group lives again already. Look at the call groups.",
                ));
            }
        } else {
            store::insert(tx, ids, scope, group, *number).await?;
        }
        store::set_members(tx, scope, group.id, &group.members).await?;
        told(tx, ids, scope, group.id).await?;
    }
    Ok(())
}

/// Of these groups none may be changed by anybody else until `item` has ended. Lock them first.
pub async fn hold(tx: &mut Tx, scope: &Scope, groups: &[CallGroupId], item: Uuid) -> Result<()> {
    for group in groups {
        if store::hold(tx, scope, *group, item).await? != 1 {
            return Err(Error::internal("a call group is being changed already"));
        }
    }
    Ok(())
}

/// The item has ended: what it changed may be changed by others. Bears being called twice.
pub async fn let_go(tx: &mut Tx, ids: &Ids, scope: &Scope, item: Uuid) -> Result<()> {
    for group in store::let_go(tx, scope, item).await? {
        told(tx, ids, scope, group).await?;
    }
    Ok(())
}

/// From one state to another.
pub async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    from: CallGroupState,
    to: CallGroupState,
) -> Result<bool> {
    Ok(store::set_state(tx, scope, id, from, to).await? == 1)
}

/// Carried out: it rings.
pub async fn activate(tx: &mut Tx, ids: &Ids, scope: &Scope, id: CallGroupId) -> Result<()> {
    if store::activate(tx, ids, scope, id).await? == 1 {
        Ok(())
    } else {
        Err(Error::internal("the call group to activate is not ordered"))
    }
}

/// How it rings from now on.
pub async fn set_settings(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    settings: &Settings,
) -> Result<()> {
    store::set_settings(tx, scope, id, settings).await
}

/// Who is in it, in the order in which they ring.
pub async fn set_members(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    members: &[SubscriptionId],
) -> Result<()> {
    store::set_members(tx, scope, id, members).await
}

/// Another number, or none while the old one is let go.
pub async fn set_number(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    number: Option<NumberId>,
) -> Result<()> {
    store::set_number(tx, scope, id, number).await
}

/// It is no more; its number can be let go. Bears being called twice.
pub async fn end(tx: &mut Tx, ids: &Ids, scope: &Scope, id: CallGroupId) -> Result<()> {
    store::set_members(tx, scope, id, &[]).await?;
    store::end(tx, ids, scope, id).await?;
    told(tx, ids, scope, id).await
}

/// Takes a line out of every group that it is in.
pub async fn leave(tx: &mut Tx, scope: &Scope, line: SubscriptionId) -> Result<()> {
    store::leave(tx, scope, line).await
}

/// Puts a line back into a group at its place, if the group is still there.
pub async fn join(
    tx: &mut Tx,
    scope: &Scope,
    id: CallGroupId,
    line: SubscriptionId,
    place: usize,
) -> Result<()> {
    let group = match store::group(tx, scope, id).await? {
        Some(group) if group.state != CallGroupState::Ended => group,
        _ => return Ok(()),
    };
    let members = with(&group, line, place);
    store::set_members(tx, scope, id, &members).await
}

/// The members with one more at its place.
pub fn with(group: &CallGroup, line: SubscriptionId, place: usize) -> Vec<SubscriptionId> {
    let mut members = group.members.clone();
    if !members.contains(&line) {
        members.insert(place.min(members.len()), line);
    }
    members
}

async fn told(tx: &mut Tx, ids: &Ids, scope: &Scope, id: CallGroupId) -> Result<()> {
    live::tell(tx, ids, scope.organisation().0, "callGroups", Some(id.0)).await
}

/// The groups of the organisation that a line is in.
pub async fn of_line(
    conn: &mut Conn,
    scope: &Scope,
    line: SubscriptionId,
) -> Result<Vec<CallGroup>> {
    let mut groups = store::live(conn, scope).await?;
    groups.retain(|group| group.members.contains(&line));
    Ok(groups)
}
