//! Delta queries: a full round through everything, then rounds through what the journal says has changed.
//!
//! A round that began at some point of the journal ends with a link from that point, so that what changes while a
//! client turns the pages comes again in the next round rather than never.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::super::world::journal::{Change, ChangeKind};
use super::super::world::{ObjectKind, Tenant};
use super::call::{Answer, Call};
use super::control::Settings;
use super::entity::{EntityType, GROUP, Selection, USER};
use super::error::GraphError;
use super::filter;
use super::state::Graph;
use super::tokens::{self, DeltaToken};
use super::users::tenant;
use super::views::ObjectView;

/// How long a token can be used: 7 days.
const LIFE_SECONDS: i64 = 7 * 24 * 3600;
/// How many objects a round can be limited to.
const MOST_IDS: usize = 50;

/// `GET /users/delta`.
pub fn users(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    Round::begin(graph, call, ObjectKind::User)?.answer()
}

/// `GET /groups/delta`.
pub fn groups(graph: &Graph, call: &Call) -> Result<Answer, GraphError> {
    Round::begin(graph, call, ObjectKind::Group)?.answer()
}

/// What has changed about one object between two points of the journal.
#[derive(Default)]
struct Changed {
    /// The whole object is to be shown: it is new, or back.
    whole: bool,
    properties: Vec<&'static str>,
    /// Members by kind and id, and whether they are in now.
    members: BTreeMap<(ObjectKind, String), bool>,
}

struct Round<'a> {
    graph: &'a Graph,
    call: &'a Call,
    kind: ObjectKind,
    settings: Settings,
    selection: Selection,
    with_members: bool,
    token: DeltaToken,
}

impl<'a> Round<'a> {
    fn begin(graph: &'a Graph, call: &'a Call, kind: ObjectKind) -> Result<Round<'a>, GraphError> {
        refuse_options(call)?;
        let (entity_type, name): (&'static EntityType, &str) = match kind {
            ObjectKind::User => (&USER, "users"),
            ObjectKind::Group => (&GROUP, "groups"),
        };
        let given = call
            .query
            .skip_token
            .as_deref()
            .or(call.query.delta_token.as_deref());
        let token = match given {
            None | Some("" | "latest") => fresh_token(graph, call, name)?,
            Some(text) => {
                let token: DeltaToken = tokens::open(text)
                    .filter(|token: &DeltaToken| token.k == name)
                    .ok_or_else(|| GraphError::bad_request("Badly formed token."))?;
                let expired = call.now.as_second() - token.i > LIFE_SECONDS
                    || token.g != graph.delta_generation()
                    || token.t != call.caller.tenant;
                if expired {
                    return Err(GraphError::sync_state_gone(start_over(call, name, &token)));
                }
                token
            }
        };
        let select = token.q.clone();
        let with_members = kind == ObjectKind::Group
            && select.as_ref().is_none_or(|names| {
                names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case("members"))
            });
        let own = select.map(|mut names| {
            names.retain(|name| kind != ObjectKind::Group || !name.eq_ignore_ascii_case("members"));
            names
        });
        let selection = Selection::of(entity_type, own.as_deref(), true)?;
        Ok(Round {
            graph,
            call,
            kind,
            settings: graph.settings(),
            selection,
            with_members,
            token,
        })
    }

    fn answer(&self) -> Result<Answer, GraphError> {
        let world = self.graph.world().read();
        let tenant = tenant(&world, self.call)?;
        if self.token.s > tenant.last_sequence() {
            // The world was put back to its beginning.
            let location = start_over(self.call, &self.token.k, &self.token);
            return Err(GraphError::sync_state_gone(location));
        }
        if self.call.query.delta_token.as_deref() == Some("latest") {
            let token = DeltaToken {
                s: tenant.last_sequence(),
                ..self.token.clone()
            };
            return Ok(self.page(Vec::new(), self.delta_link(token)));
        }
        let first = self.token.a.is_none() && self.token.o.is_none();
        if first
            && self
                .call
                .query
                .delta_token
                .as_deref()
                .is_none_or(str::is_empty)
        {
            let token = DeltaToken {
                s: tenant.last_sequence(),
                a: Some(String::new()),
                ..self.token.clone()
            };
            return Ok(self.full(tenant, token));
        }
        if self.token.a.is_some() {
            return Ok(self.full(tenant, self.token.clone()));
        }
        let mut token = self.token.clone();
        token.e.get_or_insert(tenant.last_sequence());
        token.o.get_or_insert(0);
        Ok(self.incremental(tenant, token))
    }

    /// A page of the round through everything.
    fn full(&self, tenant: &Tenant, token: DeltaToken) -> Answer {
        let after = token.a.clone().unwrap_or_default();
        let wanted = |id: &str| {
            token
                .f
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|wanted| wanted == id))
        };
        let ids: Vec<&str> = match self.kind {
            ObjectKind::User => tenant
                .users
                .keys()
                .map(String::as_str)
                .filter(|id| wanted(id))
                .collect(),
            ObjectKind::Group => tenant
                .groups
                .keys()
                .map(String::as_str)
                .filter(|id| wanted(id))
                .collect(),
        };
        let mut at = ids.partition_point(|id| *id <= after.as_str());
        let mut value = Vec::new();
        if self.settings.delta_repeats && at > 0 {
            value.extend(self.whole(tenant, ids[at - 1], 0).map(|(object, _)| object));
        }
        let size = self.settings.delta_page_size.max(1);
        let mut members_given = token.m.unwrap_or(0);
        let mut room = size;
        while at < ids.len() && room > 0 {
            room -= 1;
            let Some((object, rest)) = self.whole(tenant, ids[at], members_given) else {
                at += 1;
                continue;
            };
            value.push(object);
            match rest {
                // The rest of a large group's members comes on the next page.
                Some(given) => {
                    let last = at
                        .checked_sub(1)
                        .map_or("", |before| ids[before])
                        .to_owned();
                    let next = DeltaToken {
                        a: Some(last),
                        m: Some(given),
                        ..token
                    };
                    return self.page(value, self.next_link(next));
                }
                None => {
                    members_given = 0;
                    at += 1;
                }
            }
        }
        if at < ids.len() {
            let next = DeltaToken {
                a: Some(ids[at - 1].to_owned()),
                m: None,
                ..token
            };
            return self.page(value, self.next_link(next));
        }
        self.page(value, self.delta_link(token))
    }

    /// The whole object, with its members from `from` on; and how many members are given when some are left.
    fn whole(&self, tenant: &Tenant, id: &str, from: usize) -> Option<(Value, Option<usize>)> {
        let view = ObjectView::find(tenant, self.kind, id)?;
        let mut object = self.selection.cut_known(&view);
        object.insert("id".to_owned(), json!(id));
        let mut rest = None;
        if let (true, ObjectView::Group(group)) = (self.with_members, view) {
            let most = self.settings.delta_member_page_size.max(1);
            let members: Vec<Value> = group
                .0
                .members
                .iter()
                .skip(from)
                .take(most)
                .map(|(kind, id)| member(*kind, id, true))
                .collect();
            let given = from + members.len();
            rest = (given < group.0.members.len()).then_some(given);
            if !members.is_empty() {
                object.insert("members@delta".to_owned(), Value::Array(members));
            }
        }
        Some((Value::Object(object), rest))
    }

    /// A page of a round through the journal.
    fn incremental(&self, tenant: &Tenant, token: DeltaToken) -> Answer {
        let end = token.e.unwrap_or(token.s);
        let length = usize::try_from(end.saturating_sub(token.s)).unwrap_or(usize::MAX);
        let changes = tenant.changes_since(token.s);
        let changes = &changes[..length.min(changes.len())];
        let mut items: Vec<Value> = self
            .gather(changes, token.f.as_deref())
            .into_iter()
            .filter_map(|(id, changed)| self.show_change(tenant, &id, &changed))
            .collect();
        if self.settings.delta_repeats {
            items = items
                .into_iter()
                .flat_map(|item| [item.clone(), item])
                .collect();
        }
        let from = token.o.unwrap_or(0).min(items.len());
        let to = (from + self.settings.delta_page_size.max(1)).min(items.len());
        let link = if to < items.len() {
            self.next_link(DeltaToken {
                o: Some(to),
                ..token
            })
        } else {
            self.delta_link(DeltaToken { s: end, ..token })
        };
        let answer = self.page(items.drain(from..to).collect(), link);
        if self.call.prefers("return=minimal") {
            answer.with_header("Preference-Applied", "return=minimal")
        } else {
            answer
        }
    }

    /// What happened to each object, in the order of the last change.
    fn gather(&self, changes: &[Change], only: Option<&[String]>) -> Vec<(String, Changed)> {
        let mut found: HashMap<&str, (u64, Changed)> = HashMap::new();
        let relevant = changes.iter().filter(|change| {
            change.object == self.kind && only.is_none_or(|ids| ids.contains(&change.id))
        });
        for change in relevant {
            let (last, changed) = found.entry(&change.id).or_default();
            *last = change.sequence;
            match &change.kind {
                ChangeKind::Created | ChangeKind::Restored => changed.whole = true,
                ChangeKind::Updated(names) => changed.properties.extend(names),
                ChangeKind::MemberAdded(kind, id) => {
                    changed.members.insert((*kind, id.clone()), true);
                }
                ChangeKind::MemberRemoved(kind, id) => {
                    changed.members.insert((*kind, id.clone()), false);
                }
                ChangeKind::SoftDeleted | ChangeKind::HardDeleted => {}
            }
        }
        let mut ordered: Vec<(u64, String, Changed)> = found
            .into_iter()
            .map(|(id, (last, changed))| (last, id.to_owned(), changed))
            .collect();
        ordered.sort_by_key(|(last, ..)| *last);
        ordered
            .into_iter()
            .map(|(_, id, changed)| (id, changed))
            .collect()
    }

    fn show_change(&self, tenant: &Tenant, id: &str, changed: &Changed) -> Option<Value> {
        let Some(view) = ObjectView::find(tenant, self.kind, id) else {
            let soft = self.kind == ObjectKind::User && tenant.deleted_users.contains_key(id);
            let reason = if soft { "changed" } else { "deleted" };
            return Some(json!({ "id": id, "@removed": { "reason": reason } }));
        };
        if changed.whole {
            return self.whole(tenant, id, 0).map(|(object, _)| object);
        }
        let touched: Vec<&str> = changed
            .properties
            .iter()
            .copied()
            .filter(|name| self.selection.shows(name))
            .collect();
        let members = self.with_members && !changed.members.is_empty();
        if touched.is_empty() && !members {
            return None;
        }
        let mut object: Map<String, Value> = if self.call.prefers("return=minimal") {
            self.selection.narrowed(&touched).cut(&view)
        } else {
            let mut all = self.selection.cut_known(&view);
            // A property that was cleared is told as null; one that never had a value is left out.
            all.extend(self.selection.narrowed(&touched).cut(&view));
            all
        };
        object.insert("id".to_owned(), json!(id));
        if members {
            let list = changed
                .members
                .iter()
                .map(|((kind, id), there)| member(*kind, id, *there))
                .collect();
            object.insert("members@delta".to_owned(), Value::Array(list));
        }
        Some(Value::Object(object))
    }

    fn page(&self, value: Vec<Value>, (name, link): (&str, String)) -> Answer {
        let context = self.call.collection_context(&self.token.k, &self.selection);
        Answer::ok(json!({ "@odata.context": context, "value": value, name: link }))
    }

    fn next_link(&self, token: DeltaToken) -> (&'static str, String) {
        ("@odata.nextLink", self.link("$skiptoken", &token))
    }

    fn delta_link(&self, token: DeltaToken) -> (&'static str, String) {
        let token = DeltaToken {
            a: None,
            m: None,
            o: None,
            e: None,
            i: self.call.now.as_second(),
            ..token
        };
        ("@odata.deltaLink", self.link("$deltatoken", &token))
    }

    fn link(&self, option: &str, token: &DeltaToken) -> String {
        format!(
            "{}/{}/delta?{option}={}",
            self.call.base,
            token.k,
            tokens::seal(token)
        )
    }
}

fn fresh_token(graph: &Graph, call: &Call, name: &str) -> Result<DeltaToken, GraphError> {
    let ids = match &call.query.filter {
        None => None,
        Some(text) => {
            let unsupported = || {
                GraphError::unsupported_query(
                    "The delta query supports only $filter on the 'id' property: id eq '…' or id eq '…'.",
                )
            };
            let ids = filter::parse(text)?.only_ids().ok_or_else(unsupported)?;
            if ids.len() > MOST_IDS {
                return Err(GraphError::unsupported_query(format!(
                    "A delta query can follow at most {MOST_IDS} ids."
                )));
            }
            Some(ids)
        }
    };
    Ok(DeltaToken {
        t: call.caller.tenant.clone(),
        k: name.to_owned(),
        s: 0,
        a: None,
        m: None,
        o: None,
        e: None,
        q: call.query.select.clone(),
        f: ids,
        i: call.now.as_second(),
        g: graph.delta_generation(),
    })
}

/// Only `$select` and a `$filter` on ids are documented for delta queries.
fn refuse_options(call: &Call) -> Result<(), GraphError> {
    let query = &call.query;
    let refused = [
        ("$top", query.top.is_some()),
        ("$skip", query.skip.is_some()),
        ("$orderby", !query.orderby.is_empty()),
        ("$expand", query.expand.is_some()),
        ("$search", query.search.is_some()),
        ("$count", query.count),
    ];
    match refused.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(GraphError::unsupported_query(format!(
            "The query option '{option}' is not supported for a delta query."
        ))),
        None => Ok(()),
    }
}

/// Where a client with an expired token begins anew: the same query without a state.
fn start_over(call: &Call, name: &str, token: &DeltaToken) -> String {
    let select = token
        .q
        .as_ref()
        .map(|names| format!("&$select={}", names.join(",")))
        .unwrap_or_default();
    let ids = token.f.as_ref().map(|ids| {
        let any: Vec<String> = ids.iter().map(|id| format!("id eq '{id}'")).collect();
        format!("&$filter={}", any.join(" or ").replace(' ', "%20"))
    });
    format!(
        "{}/{name}/delta?$deltatoken={select}{}",
        call.base,
        ids.unwrap_or_default()
    )
}

fn member(kind: ObjectKind, id: &str, there: bool) -> Value {
    let odata_type = match kind {
        ObjectKind::User => "#microsoft.graph.user",
        ObjectKind::Group => "#microsoft.graph.group",
    };
    let mut object = json!({ "@odata.type": odata_type, "id": id });
    if !there {
        object["@removed"] = json!({ "reason": "deleted" });
    }
    object
}
