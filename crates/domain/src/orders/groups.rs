//! Call groups as orders see them: which there are, who is in them, which of them an item touches, and what the network is told.

use super::{
    Action, GroupService, ItemRequest, NumberRequest, OrderId, OrderItem, QuoteRequest, store,
};
use crate::{
    access::Scope,
    call_groups::{self, CallGroup, CallGroupId, CallGroupState, Settings},
    directory::PersonId,
    numbering::{self, Number, NumberId},
    subscriptions::{self, SubscriptionId, SubscriptionKind},
};
use platform::{
    Instant, Result,
    db::{Conn, Tx},
};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// A call group with what hangs on it.
#[derive(Clone, Debug)]
pub struct Group {
    pub group: CallGroup,
    pub number: Option<Number>,
    /// Another order's item is under way or will be at once.
    pub busy: bool,
    /// Actions of other orders that wait for their day.
    pub scheduled: Vec<Action>,
}

impl Group {
    pub fn number_text(&self) -> String {
        self.number
            .as_ref()
            .map(|number| number.number.clone())
            .unwrap_or_default()
    }
}

/// The organisation's call groups, as far as somebody asks about any.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    pub all: BTreeMap<CallGroupId, Group>,
    /// By which number each member is reached.
    pub numbers: HashMap<SubscriptionId, String>,
}

/// Whether an item may have to do with call groups.
fn concerns(wish: &ItemRequest, restores: bool) -> bool {
    matches!(
        wish.action(),
        Action::CreateCallGroup
            | Action::ChangeCallGroup
            | Action::RemoveCallGroup
            | Action::EndSubscription
            | Action::ChangeNumber
    ) || restores
}

/// Looks the groups up for a quote, or for an order that is about to be placed.
pub(super) async fn of_request(
    conn: &mut Conn,
    scope: &Scope,
    request: &QuoteRequest,
    own: Option<OrderId>,
    now: Instant,
) -> Result<Groups> {
    let restores = request
        .undo
        .iter()
        .flat_map(|undo| &undo.restored)
        .any(|restored| !restored.memberships.is_empty());
    if !request.items.iter().any(|wish| concerns(wish, restores)) {
        return Ok(Groups::default());
    }
    let groups = call_groups::live(conn, scope).await?;
    let mut groups = Groups::of(conn, scope, groups).await?;
    let ids: Vec<CallGroupId> = groups.all.keys().copied().collect();
    for open in store::open_on_groups(conn, scope, &ids).await? {
        let Some(group) = groups.all.get_mut(&open.call_group) else {
            continue;
        };
        if Some(open.order) == own {
            continue;
        }
        if open.waits(now) {
            group.scheduled.push(open.action);
        } else {
            group.busy = true;
        }
    }
    Ok(groups)
}

/// As they are for items that are about to begin: locked, if any of them may have to do with one.
pub(super) async fn of_due(tx: &mut Tx, scope: &Scope, due: &[OrderItem]) -> Result<Groups> {
    let any = due.iter().any(|item| {
        let restores = item
            .before
            .restored
            .as_ref()
            .is_some_and(|restored| !restored.memberships.is_empty());
        concerns(&item.wish(), restores)
    });
    if !any {
        return Ok(Groups::default());
    }
    let groups = call_groups::lock_live(tx, scope).await?;
    Groups::of(tx, scope, groups).await
}

/// Who is meant by the members of a wish: people by their mobile subscription, subscriptions as they are.
pub(super) async fn resolve(
    conn: &mut Conn,
    scope: &Scope,
    request: &QuoteRequest,
) -> Result<HashMap<Uuid, SubscriptionId>> {
    let mut wanted: Vec<Uuid> = request
        .items
        .iter()
        .filter_map(ItemRequest::members)
        .flatten()
        .copied()
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let lines: Vec<SubscriptionId> = wanted.iter().copied().map(SubscriptionId).collect();
    let mut found: HashMap<Uuid, SubscriptionId> =
        subscriptions::subscriptions(conn, scope, &lines)
            .await?
            .into_iter()
            .map(|line| (line.id.0, line.id))
            .collect();
    let people: Vec<PersonId> = wanted
        .into_iter()
        .filter(|id| !found.contains_key(id))
        .map(PersonId)
        .collect();
    found.extend(
        subscriptions::mobile_of_people(conn, scope, &people)
            .await?
            .into_iter()
            .map(|(person, line)| (person.0, line)),
    );
    Ok(found)
}

impl Groups {
    async fn of(conn: &mut Conn, scope: &Scope, groups: Vec<CallGroup>) -> Result<Groups> {
        let numbers: Vec<NumberId> = groups.iter().filter_map(|group| group.number).collect();
        let numbers: HashMap<NumberId, Number> = numbering::numbers(conn, scope, &numbers)
            .await?
            .into_iter()
            .map(|number| (number.id, number))
            .collect();
        let mut members: Vec<SubscriptionId> = groups
            .iter()
            .flat_map(|group| group.members.iter().copied())
            .collect();
        members.sort_unstable();
        members.dedup();
        let mut found = Groups {
            all: groups
                .into_iter()
                .map(|group| {
                    let number = group.number.and_then(|id| numbers.get(&id).cloned());
                    let seen = Group {
                        number,
                        busy: false,
                        scheduled: Vec::new(),
                        group,
                    };
                    (seen.group.id, seen)
                })
                .collect(),
            numbers: HashMap::new(),
        };
        let lines = subscriptions::subscriptions(conn, scope, &members).await?;
        let numbers: Vec<NumberId> = lines.iter().filter_map(|line| line.number).collect();
        let numbers: HashMap<NumberId, String> = numbering::numbers(conn, scope, &numbers)
            .await?
            .into_iter()
            .map(|number| (number.id, number.number))
            .collect();
        for line in lines {
            if let Some(number) = line.number.and_then(|id| numbers.get(&id)) {
                found.numbers.insert(line.id, number.clone());
            }
        }
        Ok(found)
    }

    /// The groups that a line is in.
    pub fn of_line(&self, line: SubscriptionId) -> impl Iterator<Item = &Group> {
        self.all
            .values()
            .filter(move |seen| seen.group.members.contains(&line))
    }

    /// The groups that an item changes at the network, and which nobody else may change meanwhile.
    pub fn touched_by(&self, item: &OrderItem, wish: &ItemRequest) -> Vec<CallGroupId> {
        let mut touched: Vec<CallGroupId> = match (item.action, item.subscription) {
            (Action::CreateCallGroup | Action::ChangeCallGroup | Action::RemoveCallGroup, _) => {
                item.call_group.into_iter().collect()
            }
            (Action::EndSubscription, Some(line)) => {
                self.of_line(line).map(|seen| seen.group.id).collect()
            }
            // A number that comes from another operator takes weeks: its line is in no group.
            (Action::ChangeNumber, Some(_))
                if matches!(wish.number(), Some(NumberRequest::PortIn { .. })) =>
            {
                Vec::new()
            }
            (Action::ChangeNumber, Some(line)) => {
                self.of_line(line).map(|seen| seen.group.id).collect()
            }
            _ => item
                .before
                .restored
                .iter()
                .flat_map(|restored| &restored.memberships)
                .map(|(group, _)| *group)
                .collect(),
        };
        touched.retain(|group| self.all.contains_key(group));
        touched
    }

    /// Somebody else's item is changing one of these at the network.
    pub fn is_moved(&self, groups: &[CallGroupId], item: Uuid) -> bool {
        groups
            .iter()
            .filter_map(|id| self.all.get(id))
            .any(|seen| seen.group.moved_by.is_some_and(|by| by != item))
    }

    /// From now on this item is.
    pub fn mark(&mut self, groups: &[CallGroupId], item: Uuid) {
        for id in groups {
            if let Some(seen) = self.all.get_mut(id) {
                seen.group.moved_by = Some(item);
            }
        }
    }

    /// The place of a line in each of its groups.
    pub fn memberships(&self, line: SubscriptionId) -> Vec<(CallGroupId, usize)> {
        self.of_line(line)
            .filter_map(|seen| {
                let place = seen
                    .group
                    .members
                    .iter()
                    .position(|member| *member == line)?;
                Some((seen.group.id, place))
            })
            .collect()
    }

    /// Where each group's number passes unanswered calls on to.
    pub fn passes(&self) -> BTreeMap<String, String> {
        self.all
            .values()
            .filter_map(|seen| {
                let to = seen.group.settings.overflow.as_ref()?.number.clone();
                Some((seen.number.as_ref()?.number.clone(), to))
            })
            .collect()
    }

    /// What the network is told of a group with these members. `renumbered`: a line that is reached by another number than here.
    pub fn service(
        &self,
        id: CallGroupId,
        settings: &Settings,
        number: &str,
        members: &[SubscriptionId],
        renumbered: Option<(SubscriptionId, &str)>,
    ) -> GroupService {
        let reached = |line: &SubscriptionId| match renumbered {
            Some((other, number)) if other == *line => Some(number.to_owned()),
            _ => self.numbers.get(line).cloned(),
        };
        GroupService {
            group: id.to_string(),
            number: number.to_owned(),
            name: settings.name.clone(),
            strategy: settings.strategy,
            ring_seconds: settings.ring_seconds,
            opening_hours: settings.opening_hours.clone(),
            overflow: settings
                .overflow
                .as_ref()
                .map(|overflow| overflow.number.clone()),
            members: members.iter().filter_map(reached).collect(),
        }
    }

    /// A group as the network knows it.
    pub fn present(&self, seen: &Group) -> GroupService {
        let group = &seen.group;
        self.service(
            group.id,
            &group.settings,
            &seen.number_text(),
            &group.members,
            None,
        )
    }

    /// Those of `groups` that the network knows.
    pub fn known_outside<'a>(
        &'a self,
        groups: impl Iterator<Item = CallGroupId> + 'a,
    ) -> impl Iterator<Item = &'a Group> + 'a {
        groups
            .filter_map(|id| self.all.get(&id))
            .filter(|seen| seen.group.state == CallGroupState::Active)
    }
}

/// The settings that a wish brings about.
pub(super) fn settings_of(wish: &ItemRequest, before: Option<&Settings>) -> Option<Settings> {
    match wish {
        ItemRequest::CreateCallGroup {
            name,
            strategy,
            ring_seconds,
            opening_hours,
            ..
        } => Some(Settings {
            name: name.clone(),
            strategy: *strategy,
            ring_seconds: *ring_seconds,
            opening_hours: opening_hours.clone(),
            overflow: wish.overflow(),
        }),
        ItemRequest::ChangeCallGroup {
            name,
            strategy,
            ring_seconds,
            opening_hours,
            overflow,
            ..
        } => {
            let before = before?.clone();
            Some(Settings {
                name: name.clone().unwrap_or(before.name),
                strategy: strategy.unwrap_or(before.strategy),
                ring_seconds: ring_seconds.unwrap_or(before.ring_seconds),
                opening_hours: opening_hours.clone().unwrap_or(before.opening_hours),
                overflow: if overflow.is_some() {
                    wish.overflow()
                } else {
                    before.overflow
                },
            })
        }
        _ => None,
    }
}

/// Whether a line can be a member, or the code of why not.
pub(super) fn member_hindrance(line: &super::facts::Line) -> Option<&'static str> {
    use subscriptions::SubscriptionState::{Active, Ended, Ending, Ordered, Suspended};
    if line.subscription.kind != SubscriptionKind::Mobile {
        return Some("memberNoMobile");
    }
    match line.subscription.state {
        Active | Suspended if line.ports => Some("memberPorting"),
        Active | Suspended => None,
        Ordered => Some("memberNotActiveYet"),
        Ending | Ended => Some("memberEnding"),
    }
}
