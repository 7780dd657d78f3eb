//! The list of orders: filtered and sorted here, by every column that it shows. The text is put together from fixed pieces, every
//! value by parameter.

use super::{ORDER, read_order};
use crate::{
    access::{PrincipalId, Scope},
    orders::{ListSort, ListedOrderState, Order, OrderId, StepCounts},
};
use jiff::civil::Date;
use platform::{
    Instant, Result,
    db::{Conn, Value, params},
    fold::{fold, like_contains},
};
use std::collections::HashMap;

/// More words than this in a search narrow nothing down.
const MOST_WORDS: usize = 5;
/// Fewer digits than this are no piece of a telephone number.
const FEWEST_DIGITS: usize = 3;

#[derive(Clone, Debug)]
pub struct ListFilter {
    pub state: Option<ListedOrderState>,
    pub requested_by: Option<PrincipalId>,
    /// The first and the last Danish day on which it was ordered.
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// An order number, a telephone number, or words of a name.
    pub q: String,
    pub sort: ListSort,
    pub descending: bool,
}

/// The key of an order in its list's sorting, for the next page's cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListKey {
    Number(i64),
    Text(String),
}

impl ListSort {
    pub fn is_text(self) -> bool {
        matches!(
            self,
            ListSort::Summary | ListSort::RequestedBy | ListSort::State
        )
    }

    const fn key(self) -> &'static str {
        match self {
            ListSort::RequestedAt => "o.requested_at",
            ListSort::Number => "o.number",
            ListSort::Summary => {
                "COALESCE((SELECT i.action || ' ' || COALESCE(pe.name_key, '') FROM order_items i
                   LEFT JOIN people pe ON pe.id = i.person WHERE i.order_id = o.id AND i.position = 0), '')"
            }
            ListSort::RequestedBy => "LOWER(p.name)",
            ListSort::ExecutedAt => "COALESCE(o.executed_at, 9223372036854775807)",
            ListSort::State => "o.state",
            ListSort::OneTime => "o.one_time",
            ListSort::Monthly => "o.monthly",
        }
    }
}

struct Text {
    params: Vec<Value>,
    wheres: Vec<String>,
}

impl Text {
    fn of(scope: &Scope, filter: &ListFilter) -> Self {
        let mut text = Text {
            params: vec![Value::from(scope.organisation())],
            wheres: vec!["o.organisation = ?1".to_owned()],
        };
        match filter.state {
            None => {}
            Some(ListedOrderState::Open) => text.wheres.push("o.executed_at IS NULL".to_owned()),
            Some(ListedOrderState::Ended) => {
                text.wheres.push("o.executed_at IS NOT NULL".to_owned())
            }
            Some(state) => text.and("o.state =", state.as_str()),
        }
        if let Some(by) = filter.requested_by {
            text.and("o.requested_by =", by);
        }
        if let Some(from) = filter.from {
            text.and("o.requested_at >=", Instant::of_danish_day(from));
        }
        // The last of all days has no end to look for.
        if let Some(Ok(next)) = filter.to.map(Date::tomorrow) {
            text.and("o.requested_at <", Instant::of_danish_day(next));
        }
        text.search(&filter.q);
        text
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.params.push(value.into());
        format!("?{}", self.params.len())
    }

    fn and(&mut self, what: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.wheres.push(format!("{what} {place}"));
    }

    fn search(&mut self, q: &str) {
        let q = q.trim();
        if q.is_empty() {
            return;
        }
        let mut found = Vec::new();
        if let Some(number) = number_in(q) {
            let place = self.bind(number);
            found.push(format!("o.number = {place}"));
        }
        let digits: String = q.chars().filter(char::is_ascii_digit).collect();
        let spelling = |letter: char| letter.is_ascii_digit() || " +-()./".contains(letter);
        if digits.len() >= FEWEST_DIGITS && q.chars().all(spelling) {
            let place = self.bind(like_contains(&digits));
            found.push(format!(
                "EXISTS (SELECT 1 FROM order_items i WHERE i.order_id = o.id AND i.number LIKE {place} ESCAPE '\\')"
            ));
        }
        let folded = fold(q);
        let words: Vec<String> = folded
            .split(' ')
            .filter(|word| !word.is_empty())
            .take(MOST_WORDS)
            .map(|word| {
                let place = self.bind(like_contains(word));
                format!("pe.haystack LIKE {place} ESCAPE '\\'")
            })
            .collect();
        if !words.is_empty() {
            found.push(format!(
                "EXISTS (SELECT 1 FROM order_items i JOIN people pe ON pe.id = i.person WHERE i.order_id = o.id AND {})",
                words.join(" AND ")
            ));
        }
        // Capitals of the English alphabet are not told apart, on either engine; others are as they are written.
        let place = self.bind(like_contains(&q.to_ascii_lowercase()));
        found.push(format!("LOWER(p.name) LIKE {place} ESCAPE '\\'"));
        found.push(format!(
            "EXISTS (SELECT 1 FROM order_items i JOIN call_groups g ON g.id = i.call_group
               WHERE i.order_id = o.id AND LOWER(g.name) LIKE {place} ESCAPE '\\')"
        ));
        self.wheres.push(format!("({})", found.join(" OR ")));
    }
}

/// The order number that somebody means with `O-000123` or `123`.
fn number_in(q: &str) -> Option<i64> {
    q.trim_start_matches(['O', 'o', '-', ' ']).parse().ok()
}

/// A page of the organisation's orders, each with its key in this sorting, and how many the filter leaves in all.
pub async fn list(
    conn: &mut Conn,
    scope: &Scope,
    filter: &ListFilter,
    after: Option<(ListKey, OrderId)>,
    limit: i64,
) -> Result<(Vec<(Order, ListKey)>, i64)> {
    let mut text = Text::of(scope, filter);
    let from = "FROM orders o JOIN principals p ON p.id = o.requested_by";
    let total = conn
        .one(
            &format!("SELECT COUNT(*) {from} WHERE {}", text.wheres.join(" AND ")),
            &text.params,
        )
        .await?
        .get(0)?;
    let key = filter.sort.key();
    let (than, direction) = if filter.descending {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    if let Some((last, id)) = after {
        let last = match last {
            ListKey::Number(number) => text.bind(number),
            ListKey::Text(words) => text.bind(words),
        };
        let id = text.bind(id);
        text.wheres
            .push(format!("({key}, o.id) {than} ({last}, {id})"));
    }
    let limit = text.bind(limit);
    let rows = conn
        .all(
            &format!(
                "SELECT {ORDER}, {key} {from} WHERE {}
                 ORDER BY {key} {direction}, o.id {direction} LIMIT {limit}",
                text.wheres.join(" AND ")
            ),
            &text.params,
        )
        .await?;
    let orders = rows
        .iter()
        .map(|row| {
            let key = if filter.sort.is_text() {
                ListKey::Text(row.get(17)?)
            } else {
                ListKey::Number(row.get(17)?)
            };
            Ok((read_order(row)?, key))
        })
        .collect::<Result<_>>()?;
    Ok((orders, total))
}

/// Who has ordered here, by name.
pub async fn requesters(conn: &mut Conn, scope: &Scope) -> Result<Vec<(PrincipalId, String)>> {
    conn.all(
        "SELECT p.id, p.name FROM principals p
         WHERE EXISTS (SELECT 1 FROM orders o WHERE o.organisation = ?1 AND o.requested_by = p.id)
         ORDER BY LOWER(p.name), p.id",
        params![scope.organisation()],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// How the steps of several orders stand.
pub async fn step_counts(
    conn: &mut Conn,
    scope: &Scope,
    orders: &[OrderId],
) -> Result<HashMap<OrderId, StepCounts>> {
    let rows = conn
        .all_of(params![scope.organisation()], orders, |places| {
            format!(
                "SELECT i.order_id, COUNT(*), SUM(CASE WHEN s.state = 'done' THEN 1 ELSE 0 END),
                   SUM(CASE WHEN s.state = 'failed' THEN 1 ELSE 0 END)
                 FROM order_items i JOIN saga_steps s ON s.saga = i.id
                 WHERE i.organisation = ?1 AND i.order_id IN ({places}) GROUP BY i.order_id"
            )
        })
        .await?;
    rows.iter()
        .map(|row| {
            let counts = StepCounts {
                total: row.get(1)?,
                done: row.get(2)?,
                failed: row.get(3)?,
            };
            Ok((row.get(0)?, counts))
        })
        .collect()
}
