//! `createCallGroup`, `changeCallGroup` and `removeCallGroup`: a number that rings several mobiles.

use super::{Carried, End, Kind, rest_until, step};
use crate::{
    call_groups::{self, CallGroupId, CallGroupState, NewCallGroup, Settings},
    numbering,
    orders::{
        Action, Before, ItemRequest, NumberRequest, OrderItem, OverflowRequest, PlannedStep,
        QuotedItem, Rest, Restored, StepKind, StepPayload,
        assess::{Look, effect},
        groups::{member_hindrance, settings_of},
        placing::Placing,
    },
    subscriptions::SubscriptionId,
};
use async_trait::async_trait;
use jiff::civil::Date;
use platform::{Error, Result};
use std::collections::HashSet;
use uuid::Uuid;

pub(super) struct Group;

/// Who is meant, each once; what is wrong with one is told at its place.
fn members(look: &mut Look<'_>, wanted: &[Uuid]) -> Vec<SubscriptionId> {
    if wanted.is_empty() {
        look.problem("members", "noMembers", &[]);
    } else if wanted.len() > call_groups::rules::MOST_MEMBERS {
        look.problem("members", "tooManyMembers", &[]);
    }
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(wanted.len());
    for (place, id) in wanted.iter().enumerate() {
        let field = format!("members/{place}");
        let line = look
            .facts
            .members
            .get(id)
            .and_then(|line| look.facts.lines.get(line));
        let Some(line) = line else {
            let known = look.facts.people.contains_key(&(*id).into());
            let code = if known {
                "memberNoMobile"
            } else {
                "memberUnknown"
            };
            look.problem(&field, code, &[]);
            continue;
        };
        if let Some(code) = member_hindrance(line) {
            look.problem(&field, code, &[]);
        }
        if !seen.insert(line.subscription.id) {
            look.problem(&field, "twiceInOrder", &[]);
        }
        found.push(line.subscription.id);
    }
    found
}

/// The number that is asked for, and the text that says so.
fn number(look: &mut Look<'_>, request: &NumberRequest) -> Option<String> {
    if matches!(request, NumberRequest::PortIn { .. }) {
        look.problem("number", "portForGroup", &[]);
        return None;
    }
    let restored = look
        .restored
        .and_then(|restored| restored.number.as_deref())
        .and_then(|number| look.facts.numbers.get(number));
    let kind = match restored {
        Some(number) => number.kind,
        None => look.facts.group_number_kind(request),
    };
    look.number(request, kind).number
}

fn number_effect(item: &mut QuotedItem, request: &NumberRequest) {
    item.effects.push(match (&item.number, request) {
        (Some(number), _) => effect(
            "groupNumber",
            &[("number", &numbering::rules::display(number))],
        ),
        (None, NumberRequest::New {}) => effect("newNumber", &[]),
        (None, _) => effect("groupNextNumber", &[]),
    });
}

fn overflow(look: &mut Look<'_>, wish: &ItemRequest, settings: &Settings, own: Option<&str>) {
    let (Some(_), Some(overflow)) = (wish.overflow(), &settings.overflow) else {
        return;
    };
    let wrong = call_groups::rules::check_overflow(overflow, own).and_then(|()| {
        let passes = look.facts.groups.passes();
        match own {
            Some(own) if call_groups::rules::comes_back(own, &overflow.number, &passes) => {
                Err("overflowLoop")
            }
            _ => Ok(()),
        }
    });
    if let Err(code) = wrong {
        look.problem("overflow/number", code, &[]);
    }
}

/// What `changeCallGroup` and `removeCallGroup` are about.
fn group<'a>(
    look: &mut Look<'a>,
    id: CallGroupId,
    action: Action,
) -> Option<&'a crate::orders::groups::Group> {
    let Some(seen) = look.facts.groups.all.get(&id) else {
        look.problem("callGroup", "callGroupUnknown", &[]);
        return None;
    };
    if let Some(code) = call_groups::rules::hindrance(seen.group.state) {
        look.problem("callGroup", code, &[]);
    } else if seen.busy {
        look.problem("callGroup", "orderUnderWay", &[]);
    } else if seen.scheduled.contains(&action) {
        look.problem("callGroup", look.scheduled(), &[]);
    }
    look.claim("callGroup", format!("group/{id}"));
    Some(seen)
}

/// The wish with its members by their subscriptions, as it is kept.
fn settled(placing: &Placing<'_>, wish: &ItemRequest) -> (ItemRequest, Vec<SubscriptionId>) {
    let mut wish = wish.clone();
    let lines = |members: &[Uuid]| -> Vec<SubscriptionId> {
        members
            .iter()
            .filter_map(|id| placing.facts.members.get(id).copied())
            .collect()
    };
    let mut found = Vec::new();
    let members = match &mut wish {
        ItemRequest::CreateCallGroup { members, .. } => Some(members),
        ItemRequest::ChangeCallGroup { members, .. } => members.as_mut(),
        _ => None,
    };
    if let Some(members) = members {
        found = lines(members);
        *members = found.iter().map(|line| line.0).collect();
    }
    (wish, found)
}

#[async_trait]
impl Kind for Group {
    fn assess(&self, look: &mut Look<'_>, wish: &ItemRequest, day: Date) -> QuotedItem {
        let mut item = look.about(wish, None, day);
        if let ItemRequest::CreateCallGroup {
            members: wanted,
            number: request,
            ..
        } = wish
        {
            let Some(settings) = settings_of(wish, None) else {
                return item;
            };
            item.call_group = look.restored.and_then(|restored| restored.call_group);
            item.call_group_name = Some(settings.name.clone());
            for (field, code) in call_groups::rules::check_settings(&settings) {
                look.problem(&field, code, &[]);
            }
            let count = members(look, wanted).len().to_string();
            item.number = number(look, request);
            overflow(look, wish, &settings, item.number.as_deref());
            number_effect(&mut item, request);
            item.effects
                .push(effect("groupRings", &[("count", &count)]));
            return item;
        }
        let Some(seen) = wish
            .call_group()
            .and_then(|id| group(look, id, wish.action()))
        else {
            return item;
        };
        item.call_group_name = Some(seen.group.settings.name.clone());
        let shown = numbering::rules::display(&seen.number_text());
        let until = rest_until(day, look.policy.rest_days).to_string();
        let never = look.restored.is_some_and(|restored| restored.as_if_never);
        let lets_go = if never {
            effect("numberReturnsAtOnce", &[("number", &shown)])
        } else {
            effect("numberRests", &[("number", &shown), ("until", &until)])
        };
        if wish.action() == Action::RemoveCallGroup {
            item.number = seen.number.as_ref().map(|number| number.number.clone());
            item.effects.push(effect("groupEnds", &[]));
            item.effects.push(lets_go);
            return item;
        }
        let Some(settings) = settings_of(wish, Some(&seen.group.settings)) else {
            return item;
        };
        for (field, code) in call_groups::rules::check_settings(&settings) {
            look.problem(&field, code, &[]);
        }
        let wanted = wish.members().map(|wanted| members(look, wanted));
        let own = seen.number_text();
        if let Some(request) = wish.number() {
            item.number = number(look, request);
            number_effect(&mut item, request);
            item.effects.push(lets_go);
        }
        overflow(look, wish, &settings, item.number.as_deref().or(Some(&own)));
        let same_members = wanted
            .as_ref()
            .is_none_or(|wanted| *wanted == seen.group.members);
        if settings == seen.group.settings && same_members && wish.number().is_none() {
            look.problem("callGroup", "nothingChanges", &[]);
        }
        let count = wanted.map_or(seen.group.members.len(), |wanted| wanted.len());
        item.effects
            .push(effect("groupRings", &[("count", &count.to_string())]));
        item
    }

    fn place(&self, placing: &mut Placing<'_>, wish: &ItemRequest, quoted: &QuotedItem) {
        let (wish, members) = settled(placing, wish);
        let mut item = placing.item(&wish, quoted);
        let restored = placing.restored().cloned();
        item.before = Before {
            rest: Some(Rest {
                days: placing.policy.rest_days,
                back_to: None,
            }),
            restored: restored.clone(),
            rested: placing.rested(quoted.number.as_deref()),
            ..Before::default()
        };
        if let Some(settings) = settings_of(&wish, None) {
            let revived = restored.and_then(|restored| restored.call_group);
            let id = revived.unwrap_or_else(|| placing.ids.make());
            item.call_group = Some(id);
            placing.groups.push(NewCallGroup {
                id,
                settings,
                members,
                revived: revived.is_some(),
            });
        }
        if let Some(request) = wish.number() {
            // A group that is there keeps its number until the new one rings.
            let holder = match (item.action, item.call_group) {
                (Action::CreateCallGroup, Some(group)) => group.0,
                _ => item.id.0,
            };
            let known = quoted
                .number
                .as_ref()
                .and_then(|number| placing.facts.numbers.get(number));
            let kind = match known {
                Some(number) => number.kind,
                None => placing.facts.group_number_kind(request),
            };
            placing.want_number(&item, holder, kind, request, quoted.number.as_deref());
        }
        placing.items.push(item);
    }

    fn steps(&self, carried: &Carried<'_>) -> Result<Vec<PlannedStep>> {
        let seen = carried
            .item
            .call_group
            .and_then(|id| carried.groups.all.get(&id))
            .ok_or_else(|| Error::internal("the call group of an item is not there"))?;
        let group = &seen.group;
        let number = match carried.wish.number() {
            Some(_) => carried.number()?.to_owned(),
            None => seen.number_text(),
        };
        let members = match carried.wish.members() {
            Some(_) => carried.members,
            None => &group.members,
        };
        let present = carried.groups.present(seen);
        let payload = carried.payload(&number);
        Ok(vec![match carried.item.action {
            Action::RemoveCallGroup => step(
                StepKind::NetworkCallGroupEnd,
                StepPayload {
                    group: Some(present.clone()),
                    group_before: Some(present),
                    ..payload
                },
            ),
            action => {
                let settings = settings_of(carried.wish, Some(&group.settings))
                    .unwrap_or(group.settings.clone());
                let service = carried
                    .groups
                    .service(group.id, &settings, &number, members, None);
                let (kind, before) = if action == Action::CreateCallGroup {
                    (StepKind::NetworkCallGroup, None)
                } else {
                    (StepKind::NetworkCallGroupChange, Some(present))
                };
                step(
                    kind,
                    StepPayload {
                        group: Some(service),
                        group_before: before,
                        ..payload
                    },
                )
            }
        }])
    }

    async fn begin(&self, end: &mut End<'_>) -> Result<()> {
        let id = of(end.item)?;
        match end.item.action {
            // Who has left since it was ordered is not in it.
            Action::CreateCallGroup => {
                let members = end.members.clone();
                call_groups::set_members(end.tx, end.scope, id, &members).await
            }
            // Both those who are in it and those who will be: none of them may leave unnoticed meanwhile.
            Action::ChangeCallGroup => {
                let Some(group) = call_groups::group(end.tx, end.scope, id).await? else {
                    return Ok(());
                };
                let mut members = group.members;
                for line in &end.members {
                    if !members.contains(line) {
                        members.push(*line);
                    }
                }
                call_groups::set_members(end.tx, end.scope, id, &members).await
            }
            _ => {
                let (from, to) = (CallGroupState::Active, CallGroupState::Ending);
                call_groups::set_state(end.tx, end.scope, id, from, to)
                    .await
                    .map(|_| ())
            }
        }
    }

    async fn finish(&self, end: &mut End<'_>) -> Result<()> {
        let id = of(end.item)?;
        match end.item.action {
            Action::CreateCallGroup => {
                call_groups::activate(end.tx, end.ids, end.scope, id).await?;
                numbering::activate(end.tx, end.ids, end.scope, id.0).await
            }
            Action::ChangeCallGroup => finish_change(end, id).await,
            _ => {
                call_groups::end(end.tx, end.ids, end.scope, id).await?;
                end.let_number_of(id.0).await
            }
        }
    }

    async fn give_up(&self, end: &mut End<'_>) -> Result<()> {
        let id = of(end.item)?;
        match end.item.action {
            Action::CreateCallGroup => {
                call_groups::end(end.tx, end.ids, end.scope, id).await?;
                numbering::give_back(end.tx, end.ids, end.scope, id.0).await
            }
            Action::ChangeCallGroup => {
                if let Some(before) = &end.item.before.group {
                    let members = before.members.clone();
                    call_groups::set_members(end.tx, end.scope, id, &members).await?;
                }
                numbering::give_back(end.tx, end.ids, end.scope, end.item.id.0).await
            }
            _ => {
                let (from, to) = (CallGroupState::Ending, CallGroupState::Active);
                call_groups::set_state(end.tx, end.scope, id, from, to)
                    .await
                    .map(|_| ())
            }
        }
    }

    fn reverse(
        &self,
        item: &OrderItem,
    ) -> std::result::Result<(ItemRequest, Restored), &'static str> {
        let call_group = item.call_group.ok_or("undoNothing")?;
        if item.action == Action::CreateCallGroup {
            let wish = ItemRequest::RemoveCallGroup {
                call_group,
                date: None,
            };
            let restored = Restored {
                as_if_never: true,
                rested: item.before.rested,
                ..Restored::default()
            };
            return Ok((wish, restored));
        }
        let before = item.before.group.clone().ok_or("undoNothing")?;
        let members: Vec<Uuid> = before.members.iter().map(|line| line.0).collect();
        let overflow = before.settings.overflow.map(OverflowRequest::Whole);
        let resting = NumberRequest::Resting {
            number: before.number.clone(),
        };
        if item.action == Action::RemoveCallGroup {
            let wish = ItemRequest::CreateCallGroup {
                name: before.settings.name,
                number: resting,
                members,
                strategy: before.settings.strategy,
                ring_seconds: before.settings.ring_seconds,
                opening_hours: before.settings.opening_hours,
                overflow,
                date: None,
            };
            let restored = Restored {
                number: Some(before.number),
                call_group: Some(call_group),
                ..Restored::default()
            };
            return Ok((wish, restored));
        }
        let renumbered = item
            .request
            .as_ref()
            .is_some_and(|wish| wish.number().is_some());
        let wish = ItemRequest::ChangeCallGroup {
            call_group,
            name: Some(before.settings.name),
            number: renumbered.then_some(resting),
            members: Some(members),
            strategy: Some(before.settings.strategy),
            ring_seconds: Some(before.settings.ring_seconds),
            opening_hours: Some(before.settings.opening_hours),
            overflow: Some(overflow),
            date: None,
        };
        let restored = Restored {
            number: renumbered.then_some(before.number),
            as_if_never: true,
            rested: item.before.rested,
            ..Restored::default()
        };
        Ok((wish, restored))
    }
}

fn of(item: &OrderItem) -> Result<CallGroupId> {
    item.call_group
        .ok_or_else(|| Error::internal("the item has no call group"))
}

async fn finish_change(end: &mut End<'_>, id: CallGroupId) -> Result<()> {
    let (Some(before), Some(wish)) = (end.item.before.group.clone(), end.item.request.clone())
    else {
        return Err(Error::internal("a call group is changed from nothing"));
    };
    if let Some(settings) = settings_of(&wish, Some(&before.settings)) {
        call_groups::set_settings(end.tx, end.scope, id, &settings).await?;
    }
    let Some(group) = call_groups::group(end.tx, end.scope, id).await? else {
        return Err(Error::internal("the call group of an item is not there"));
    };
    let members: Vec<SubscriptionId> = match wish.members() {
        None => before.members,
        // Those who were let in as it began.
        Some(wanted) => wanted
            .iter()
            .map(|id| SubscriptionId(*id))
            .filter(|line| group.members.contains(line))
            .collect(),
    };
    call_groups::set_members(end.tx, end.scope, id, &members).await?;
    if wish.number().is_none() {
        return Ok(());
    }
    let item = end.item.id.0;
    let new = numbering::of_holder(end.tx, end.scope, item)
        .await?
        .ok_or_else(|| Error::internal("the new number is not reserved"))?;
    call_groups::set_number(end.tx, end.scope, id, None).await?;
    end.let_number_of(id.0).await?;
    numbering::pass_on(end.tx, end.ids, end.scope, item, id.0).await?;
    call_groups::set_number(end.tx, end.scope, id, Some(new.id)).await?;
    numbering::activate(end.tx, end.ids, end.scope, id.0).await
}
