//! Collections: filtering, searching, sorting, counting, and paging by opaque absolute links.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call};
use super::control::Settings;
use super::entity::{Entity, EntityType, Selection, partial, spelling};
use super::error::GraphError;
use super::filter::{self, Condition};
use super::rules;
use super::search::{self, Search};
use super::tokens::{self, PageToken};

/// An item of a collection.
pub trait Item: Entity {
    /// What the collection is kept in order by; unique in it.
    fn key(&self) -> &str;

    /// `@odata.type` where a collection mixes types.
    fn odata_type(&self) -> Option<&'static str> {
        None
    }

    /// Which of the collection's selections applies to this item.
    fn variant(&self) -> usize {
        0
    }
}

/// What kind of collection is shown.
pub struct Listing<'a> {
    /// The type by which properties are checked.
    pub entity_type: &'static EntityType,
    /// The set's name in `@odata.context`.
    pub set: &'a str,
    /// Page size without and with `$top`.
    pub pages: (usize, usize),
    /// Whether the rules of directory objects apply.
    pub directory: bool,
    /// What is shown, by variant.
    pub selections: Vec<Selection>,
}

impl<'a> Listing<'a> {
    /// Directory objects of one type.
    ///
    /// # Errors
    ///
    /// As [`Selection::of`].
    pub fn directory(
        call: &Call,
        entity_type: &'static EntityType,
        set: &'a str,
    ) -> Result<Listing<'a>, GraphError> {
        let selection = Selection::of(entity_type, call.query.select.as_deref(), true)?;
        Ok(Listing {
            entity_type,
            set,
            pages: (100, 999),
            directory: true,
            selections: vec![selection],
        })
    }

    /// Objects of another service.
    ///
    /// # Errors
    ///
    /// As [`Selection::of`].
    pub fn plain(
        call: &Call,
        entity_type: &'static EntityType,
        set: &'a str,
        pages: (usize, usize),
    ) -> Result<Listing<'a>, GraphError> {
        Ok(Listing {
            pages,
            directory: false,
            ..Listing::directory(call, entity_type, set)?
        })
    }
}

struct Conditions {
    filter: Option<Condition>,
    search: Option<Search>,
    order: Vec<(&'static str, bool)>,
    reads: Vec<&'static str>,
}

impl Conditions {
    fn of(call: &Call, listing: &Listing<'_>) -> Result<Conditions, GraphError> {
        let filter = call
            .query
            .filter
            .as_deref()
            .map(filter::parse)
            .transpose()?;
        let search = call
            .query
            .search
            .as_deref()
            .map(search::parse)
            .transpose()?;
        if listing.directory {
            rules::check(call, listing.entity_type, filter.as_ref())?;
        } else if search.is_some() {
            return Err(GraphError::bad_request(
                "The query option '$search' is not supported.",
            ));
        }
        let mut reads = Vec::new();
        for property in filter.iter().flat_map(Condition::properties) {
            if property.variable.is_none() {
                let root = property.path.first().map_or("", String::as_str);
                reads.push(spelling(listing.entity_type, root)?);
            }
        }
        for property in search.iter().flat_map(Search::properties) {
            reads.push(spelling(listing.entity_type, property)?);
        }
        let mut order = Vec::new();
        for (property, descending) in &call.query.orderby {
            order.push((spelling(listing.entity_type, property)?, *descending));
        }
        reads.extend(order.iter().map(|(name, _)| *name));
        Ok(Conditions {
            filter,
            search,
            order,
            reads,
        })
    }

    fn is_empty(&self) -> bool {
        self.filter.is_none() && self.search.is_none() && self.order.is_empty()
    }

    fn apply<E: Item>(&self, items: Vec<E>) -> Vec<E> {
        if self.is_empty() {
            return items;
        }
        let mut found: Vec<(Value, E)> = items
            .into_iter()
            .map(|item| (partial(&item, self.reads.iter().copied()), item))
            .filter(|(object, _)| {
                self.filter
                    .as_ref()
                    .is_none_or(|filter| filter.holds(object))
                    && self
                        .search
                        .as_ref()
                        .is_none_or(|search| search.finds(object))
            })
            .collect();
        // Stable, so that equal ones stay in the collection's own order.
        found.sort_by(|(a, _), (b, _)| {
            self.order
                .iter()
                .map(|(name, descending)| {
                    let order = filter::order(&a[*name], &b[*name])
                        .unwrap_or_else(|| a[*name].is_null().cmp(&b[*name].is_null()).reverse());
                    if *descending { order.reverse() } else { order }
                })
                .find(|order| order.is_ne())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        found.into_iter().map(|(_, item)| item).collect()
    }
}

/// How many items a query finds, as `/$count` answers.
///
/// # Errors
///
/// 400 for a query that cannot be understood or is not offered.
pub fn count<E: Item>(
    call: &Call,
    listing: &Listing<'_>,
    items: Vec<E>,
) -> Result<Answer, GraphError> {
    if listing.directory && !call.eventual() {
        return Err(GraphError::refused("$count is not currently supported."));
    }
    let mut counting = call.clone();
    counting.query.count = true;
    let conditions = Conditions::of(&counting, listing)?;
    Ok(Answer::count(conditions.apply(items).len()))
}

/// One page of a collection whose `items` stand in the order of their keys.
///
/// # Errors
///
/// 400 for a query that cannot be understood or is not offered, or a token that is not of this collection.
pub fn page<E: Item>(
    call: &Call,
    settings: &Settings,
    listing: &Listing<'_>,
    items: Vec<E>,
) -> Result<Answer, GraphError> {
    if call.query.expand.is_some() {
        return Err(GraphError::bad_request(
            "The query option '$expand' is not supported for this collection.",
        ));
    }
    let conditions = Conditions::of(call, listing)?;
    let asked = call.query.page_size(listing.pages.0, listing.pages.1)?;
    let size = settings.page_cap.map_or(asked, |cap| asked.min(cap.max(1)));
    let token = call
        .query
        .skip_token
        .as_deref()
        .map(|text| read_token(call, text))
        .transpose()?;

    let sorted = !conditions.order.is_empty()
        || call.query.skip.is_some()
        || settings.skip_links && !listing.directory;
    let found = conditions.apply(items);
    let total = found.len();
    let start = match &token {
        None => call.query.skip.unwrap_or(0),
        Some(token) => match (&token.a, token.o) {
            (_, Some(offset)) => offset,
            (Some(after), None) => found.partition_point(|item| item.key() <= after.as_str()),
            (None, None) => 0,
        },
    }
    .min(total);
    let pages_before = token.as_ref().map_or(0, |token| token.n);
    let empty = settings
        .empty_page_every
        .is_some_and(|every| every > 0 && (pages_before + 1) % every == 0);
    let end = if empty {
        start
    } else {
        (start + size).min(total)
    };

    let value: Vec<Value> = found[start..end]
        .iter()
        .map(|item| show(listing, item))
        .collect();
    let context = match listing.selections.as_slice() {
        [only] => call.collection_context(listing.set, only),
        _ => format!("{}/$metadata#{}", call.base, listing.set),
    };
    let mut body = json!({ "@odata.context": context, "value": value });
    if call.query.count && token.is_none() && (call.eventual() || !listing.directory) {
        body["@odata.count"] = Value::from(total);
    }
    if end < total {
        let after = end
            .checked_sub(1)
            .and_then(|last| found.get(last))
            .map(|item| item.key().to_owned());
        body["@odata.nextLink"] = Value::String(next_link(
            call,
            settings.skip_links && !listing.directory,
            PageToken {
                t: call.caller.tenant.clone(),
                p: call.matched.endpoint.template.clone(),
                a: after.filter(|_| !sorted),
                o: sorted.then_some(end),
                n: pages_before + 1,
            },
        ));
    }
    Ok(Answer::ok(body))
}

fn show<E: Item>(listing: &Listing<'_>, item: &E) -> Value {
    let selection = listing
        .selections
        .get(item.variant())
        .or_else(|| listing.selections.first());
    let mut object = selection.map_or_else(Map::new, |selection| selection.cut(item));
    if let Some(odata_type) = item.odata_type() {
        object.insert(
            "@odata.type".to_owned(),
            Value::String(odata_type.to_owned()),
        );
    }
    Value::Object(object)
}

fn read_token(call: &Call, text: &str) -> Result<PageToken, GraphError> {
    tokens::open::<PageToken>(text)
        .filter(|token| token.t == call.caller.tenant && token.p == call.matched.endpoint.template)
        .ok_or_else(GraphError::bad_page_token)
}

fn next_link(call: &Call, by_skip: bool, token: PageToken) -> String {
    let mut repeat: Vec<&str> = call
        .query
        .repeat
        .split('&')
        .filter(|pair| !pair.is_empty())
        .collect();
    repeat.retain(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !super::address::decode(name)
            .trim_start_matches('$')
            .eq_ignore_ascii_case("skip")
    });
    let position = match token.o.filter(|_| by_skip) {
        Some(offset) => format!("$skip={offset}"),
        None => format!("$skiptoken={}", tokens::seal(&token)),
    };
    repeat.push(&position);
    format!("{}{}?{}", call.base, call.path, repeat.join("&"))
}
