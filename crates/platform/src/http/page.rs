//! Lists: a page of items, and the opaque cursor that leads to the next one. A cursor holds the sort and the keys of the last
//! row (keyset), nothing that needs to be believed: a forged one only chooses where the asker's own list goes on.

use crate::{Error, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` to get the next page; `null` on the last one.
    #[schema(required)]
    pub next: Option<String>,
    /// How many the filters let through, over all pages.
    pub total: u64,
}

impl<T> Page<T> {
    /// Makes a page of rows that were asked for with [`Paging::fetch`], which is one more than fits: when it came, there is a
    /// next page, after the last row that fits.
    pub fn cut(
        mut items: Vec<T>,
        total: u64,
        paging: &Paging,
        keys: impl FnOnce(&T) -> Vec<CursorKey>,
    ) -> Self {
        let more = items.len() > paging.limit as usize;
        items.truncate(paging.limit as usize);
        let next = match (more, items.last()) {
            (true, Some(last)) => Some(
                Cursor {
                    sort: paging.sort.clone(),
                    keys: keys(last),
                }
                .encode(),
            ),
            _ => None,
        };
        Page { items, next, total }
    }

    /// Cuts the page out of a list that is short enough to be read whole. `key` tells each item from the others.
    pub fn of_whole(
        mut items: Vec<T>,
        paging: &Paging,
        key: impl Fn(&T) -> String,
    ) -> Result<Self> {
        let total = items.len() as u64;
        if let Some(cursor) = &paging.after {
            let last = cursor.text(0)?;
            let seen = items.iter().position(|item| key(item) == last);
            items.drain(..seen.map_or(0, |place| place + 1));
        }
        Ok(Self::cut(items, total, paging, |last| {
            vec![key(last).into()]
        }))
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
            total: self.total,
        }
    }
}

/// One key of the last row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CursorKey {
    Number(i64),
    Text(String),
    Missing(()),
}

impl From<i64> for CursorKey {
    fn from(number: i64) -> Self {
        CursorKey::Number(number)
    }
}

impl From<&str> for CursorKey {
    fn from(text: &str) -> Self {
        CursorKey::Text(text.to_owned())
    }
}

impl From<String> for CursorKey {
    fn from(text: String) -> Self {
        CursorKey::Text(text)
    }
}

impl From<Uuid> for CursorKey {
    fn from(id: Uuid) -> Self {
        CursorKey::Text(id.to_string())
    }
}

impl<T: Into<CursorKey>> From<Option<T>> for CursorKey {
    fn from(value: Option<T>) -> Self {
        value.map_or(CursorKey::Missing(()), Into::into)
    }
}

/// Where a list goes on: after the row with these keys, in this sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    #[serde(rename = "s")]
    sort: String,
    #[serde(rename = "k")]
    keys: Vec<CursorKey>,
}

impl Cursor {
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn decode(text: &str) -> Option<Self> {
        if text.len() > 4096 {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    /// The key at `index` as a number.
    pub fn number(&self, index: usize) -> Result<i64> {
        match self.keys.get(index) {
            Some(CursorKey::Number(number)) => Ok(*number),
            _ => Err(bad_cursor()),
        }
    }

    /// The key at `index` as text.
    pub fn text(&self, index: usize) -> Result<&str> {
        match self.keys.get(index) {
            Some(CursorKey::Text(text)) => Ok(text),
            _ => Err(bad_cursor()),
        }
    }

    /// The key at `index` as an id.
    pub fn id(&self, index: usize) -> Result<Uuid> {
        self.text(index)?.parse().map_err(|_| bad_cursor())
    }

    /// The keys, for a query that is put together from the sort.
    pub fn keys(&self) -> &[CursorKey] {
        &self.keys
    }
}

fn bad_cursor() -> Error {
    Error::malformed("The cursor is not one that this list gave. Begin again without it.")
        .with_field(
            "?cursor",
            "invalid",
            "Not a cursor of this list in this sort.",
        )
}

/// The schema of a list's `sort`: one of these fields, with `-` in front to descend. `sorts` as in [`Paging::check`].
pub fn sort_schema<'a>(
    sorts: impl IntoIterator<Item = &'a str>,
) -> utoipa::openapi::schema::Object {
    let sorts: Vec<_> = sorts.into_iter().collect();
    let mut names: Vec<&str> = Vec::with_capacity(sorts.len());
    for name in &sorts {
        let name = name.strip_prefix('-').unwrap_or(name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let usual = sorts.first().copied().unwrap_or_default();
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .pattern(Some(format!("^-?({})$", names.join("|"))))
        .description(Some(format!(
            "A field, with `-` in front to descend; `{usual}` without."
        )))
        .build()
}

/// What a list was asked for, checked.
#[derive(Clone, Debug)]
pub struct Paging {
    /// 1 to 500.
    pub limit: u32,
    /// As asked for or the list's default: a field name, with `-` in front when it descends.
    pub sort: String,
    pub after: Option<Cursor>,
}

impl Paging {
    /// Checks `?limit=`, `?cursor=` and `?sort=`. `sorts` are the fields that the list sorts by; each also descends, with `-` in
    /// front. The first is the default, as it stands.
    ///
    /// # Errors
    /// 400 for a limit out of range, a sort that is not among them, and a cursor that is not one of this sort.
    pub fn check(
        limit: Option<u32>,
        cursor: Option<&str>,
        sort: Option<&str>,
        sorts: &[&str],
    ) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(
                Error::malformed(format!("The limit is from 1 to {MAX_LIMIT}.")).with_field(
                    "?limit",
                    "invalid",
                    format!("Choose from 1 to {MAX_LIMIT}."),
                ),
            );
        }
        let sort = sort.unwrap_or(sorts.first().copied().unwrap_or_default());
        let bare = |name: &str| name.strip_prefix('-').unwrap_or(name).to_owned();
        if !sorts.iter().any(|known| bare(known) == bare(sort)) {
            let known: Vec<_> = sorts.iter().map(|name| bare(name)).collect();
            return Err(
                Error::malformed("This list does not sort by that.").with_field(
                    "?sort",
                    "invalid",
                    format!(
                        "Choose one of {}, with - in front to descend.",
                        known.join(", ")
                    ),
                ),
            );
        }
        let after = match cursor {
            None => None,
            Some(text) => Some(
                Cursor::decode(text)
                    .filter(|cursor| cursor.sort == sort)
                    .ok_or_else(bad_cursor)?,
            ),
        };
        Ok(Paging {
            limit,
            sort: sort.to_owned(),
            after,
        })
    }

    /// The sort's field.
    pub fn field(&self) -> &str {
        self.sort.strip_prefix('-').unwrap_or(&self.sort)
    }

    pub fn descends(&self) -> bool {
        self.sort.starts_with('-')
    }

    /// How many rows to fetch: one more than fits, to learn whether there is a next page.
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: &[&str] = &["name", "-cost"];

    #[test]
    fn a_list_is_walked_page_by_page_to_its_end() {
        let all: Vec<i64> = (0..7).collect();
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let paging = Paging::check(Some(3), cursor.as_deref(), None, SORTS).unwrap();
            let start = paging
                .after
                .as_ref()
                .map_or(0, |after| after.number(0).unwrap() + 1);
            let rows: Vec<i64> = all
                .iter()
                .copied()
                .filter(|row| *row >= start)
                .take(paging.fetch() as usize)
                .collect();
            let page = Page::cut(rows, 7, &paging, |last| vec![(*last).into()]);
            seen.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn keys_of_every_kind_come_back_as_they_went() {
        let id = Uuid::from_u128(7);
        let keys = vec!["Åse".into(), 42.into(), id.into(), None::<i64>.into()];
        let cursor = Cursor {
            sort: "name".into(),
            keys,
        };
        let read = Cursor::decode(&cursor.encode()).unwrap();
        assert_eq!(read, cursor);
        assert_eq!(
            (
                read.text(0).unwrap(),
                read.number(1).unwrap(),
                read.id(2).unwrap()
            ),
            ("Åse", 42, id)
        );
        assert!(
            read.number(0).is_err()
                && read.text(3).is_err()
                && read.id(0).is_err()
                && read.number(9).is_err()
        );
    }

    #[test]
    fn limits_sorts_and_cursors_that_do_not_fit_are_400() {
        let refused = |limit, cursor, sort| {
            Paging::check(limit, cursor, sort, SORTS)
                .unwrap_err()
                .fields
                .remove(0)
                .pointer
        };
        assert_eq!(refused(Some(0), None, None), "?limit");
        assert_eq!(refused(Some(501), None, None), "?limit");
        assert_eq!(refused(None, None, Some("secret")), "?sort");
        assert_eq!(refused(None, Some("garbage!"), None), "?cursor");
        let by_name = Cursor {
            sort: "name".into(),
            keys: vec![],
        }
        .encode();
        assert_eq!(refused(None, Some(&by_name), Some("-name")), "?cursor");
        let paging = Paging::check(None, None, Some("-name"), SORTS).unwrap();
        assert_eq!(
            (paging.limit, paging.field(), paging.descends()),
            (50, "name", true)
        );
        assert!(Paging::check(Some(500), None, Some("cost"), SORTS).is_ok());
    }
}
