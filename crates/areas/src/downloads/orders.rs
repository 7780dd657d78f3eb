//! The list of orders as a table.

use super::{amount, headings, or_null, table};
use crate::fields::searched;
use domain::{
    access::{PrincipalId, Scope},
    orders::{
        self, ListFilter, ListKey, ListSort, ListedOrderState, Order, OrderItem, StepCounts,
        order_number,
    },
};
use jiff::{civil::Date, tz::TimeZone};
use platform::{
    Instant, Result,
    csv::Cell,
    db::Conn,
    http::{Paging, page::sort_schema},
    i18n::Language,
    words,
};

/// As the list of orders is filtered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
    rename_all = "camelCase",
    deny_unknown_fields,
    default
)]
pub struct OrdersFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<ListedOrderState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requested_by: Option<PrincipalId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    q: Option<String>,
}

platform::told_apart!(OrdersFilter);

words! {
    pub enum OrdersColumn {
        Number = "number",
        Summary = "summary",
        RequestedBy = "requestedBy",
        RequestedAt = "requestedAt",
        ExecutedAt = "executedAt",
        State = "state",
        HeldReason = "heldReason",
        Items = "items",
        People = "people",
        Numbers = "numbers",
        OneTime = "oneTime",
        Monthly = "monthly",
        /// How many of its steps are done.
        Steps = "steps",
        /// What went wrong, and what can be done about it.
        Outcome = "outcome",
    }
}

/// Orders that are read together.
const PAGE: i64 = 200;

pub(super) fn check(filter: &OrdersFilter, sort: Option<&str>) -> Result<()> {
    searched("/filter/q", filter.q.as_deref())?;
    wished(filter, sort).map(|_| ())
}

/// What may stand in `sort`: as the list of orders sorts.
pub(super) fn sorts() -> utoipa::openapi::schema::Object {
    or_null(sort_schema(known()))
}

/// By what orders sort, the usual first.
fn known() -> Vec<&'static str> {
    std::iter::once("-requestedAt")
        .chain(ListSort::ALL.iter().map(|sort| sort.as_str()))
        .collect()
}

fn wished(filter: &OrdersFilter, sort: Option<&str>) -> Result<ListFilter> {
    let paging = Paging::check(None, None, sort, &known()).map_err(|mut error| {
        for field in &mut error.fields {
            field.pointer = "/sort".to_owned();
        }
        error
    })?;
    Ok(ListFilter {
        state: filter.state,
        requested_by: filter.requested_by,
        from: filter.from,
        to: filter.to,
        q: filter.q.clone().unwrap_or_default(),
        sort: ListSort::parse(paging.field()).unwrap_or(ListSort::RequestedAt),
        descending: paging.descends(),
    })
}

pub(super) async fn write(
    conn: &mut Conn,
    scope: &Scope,
    filter: &OrdersFilter,
    sort: Option<&str>,
    columns: Option<&[OrdersColumn]>,
    language: Language,
) -> Result<String> {
    let filter = wished(filter, sort)?;
    let columns = columns.unwrap_or(OrdersColumn::ALL);
    let names: Vec<_> = columns.iter().map(|column| column.as_str()).collect();
    let headings = headings(language, "orders", &names);
    let mut writer = table(&headings);
    let mut after: Option<(ListKey, orders::OrderId)> = None;
    loop {
        let (rows, _) = orders::list(conn, scope, &filter, after.take(), PAGE).await?;
        let ids: Vec<_> = rows.iter().map(|(order, _)| order.id).collect();
        let items = orders::summaries(conn, scope, &ids).await?;
        let steps = orders::step_counts(conn, scope, &ids).await?;
        for (order, _) in &rows {
            let row = Row {
                order,
                items: items
                    .iter()
                    .filter(|(of, _)| *of == order.id)
                    .map(|(_, item)| item)
                    .collect(),
                steps: steps.get(&order.id).copied().unwrap_or_default(),
                language,
            };
            writer.row(columns.iter().map(|column| row.cell(*column)));
        }
        match rows.last() {
            Some((last, key)) if rows.len() as i64 == PAGE => {
                after = Some((key.clone(), last.id));
            }
            _ => return Ok(writer.finish()),
        }
    }
}

struct Row<'a> {
    order: &'a Order,
    items: Vec<&'a OrderItem>,
    steps: StepCounts,
    language: Language,
}

impl Row<'_> {
    fn cell(&self, column: OrdersColumn) -> Cell<'static> {
        let order = self.order;
        match column {
            OrdersColumn::Number => Cell::plain(order_number(order.number)),
            OrdersColumn::Summary => Cell::text(orders::summary(&self.items, self.language)),
            OrdersColumn::RequestedBy => Cell::text(order.requested_by_name.clone()),
            OrdersColumn::RequestedAt => Cell::plain(minute(order.requested_at)),
            OrdersColumn::ExecutedAt => {
                Cell::plain(order.executed_at.map(minute).unwrap_or_default())
            }
            OrdersColumn::State => self.word("orderState", order.state.as_str()),
            OrdersColumn::HeldReason => match order.held_reason {
                Some(reason) => self.word("heldReason", reason.as_str()),
                None => Cell::text(""),
            },
            OrdersColumn::Items => Cell::plain(self.items.len().to_string()),
            OrdersColumn::People => Cell::text(self.joined(|item| item.person_name.clone())),
            OrdersColumn::Numbers => {
                // One number stands as a telephone number does; several are words.
                let shown = self.joined(|item| {
                    let number = item.number.as_ref()?;
                    Some(domain::numbering::rules::display(number))
                });
                match self.items.as_slice() {
                    [item] => match &item.number {
                        Some(number) => Cell::phone(number.clone()),
                        None => Cell::text(""),
                    },
                    _ => Cell::text(shown),
                }
            }
            OrdersColumn::OneTime => amount(self.language, order.one_time),
            OrdersColumn::Monthly => amount(self.language, order.monthly),
            OrdersColumn::Steps => Cell::text(super::TEXTS.text(
                self.language,
                "download.orders.stepsDone",
                &[
                    ("done", &self.steps.done.to_string()),
                    ("total", &self.steps.total.to_string()),
                ],
            )),
            OrdersColumn::Outcome => {
                let troubles = self.items.iter();
                let troubles = troubles.filter_map(|item| orders::trouble(item, self.language));
                let mut told: Vec<String> = Vec::new();
                for trouble in troubles {
                    let advice = trouble.advice.unwrap_or_default();
                    let sentence = format!("{} {advice}", trouble.detail);
                    let sentence = sentence.trim().to_owned();
                    if !told.contains(&sentence) {
                        told.push(sentence);
                    }
                }
                Cell::text(told.join(" "))
            }
        }
    }

    fn word(&self, what: &str, word: &str) -> Cell<'static> {
        let key = format!("download.{what}.{word}");
        Cell::text(super::TEXTS.text(self.language, &key, &[]))
    }

    /// Each once, in the order of the items.
    fn joined(&self, of: impl Fn(&OrderItem) -> Option<String>) -> String {
        let mut found: Vec<String> = Vec::new();
        for text in self.items.iter().filter_map(|item| of(item)) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
        found.join(", ")
    }
}

/// An instant to the minute in Copenhagen, as spreadsheets read it.
fn minute(at: Instant) -> String {
    let zone = TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC);
    jiff::Timestamp::from_microsecond(at.0)
        .map(|at| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string())
        .unwrap_or_default()
}
