//! The tables of this room.

mod invoices;
mod issue;
mod lines;
mod runs;
mod terms;

pub(super) use invoices::{
    corrections, everybodys, extent, head, invoice, list, months, other_period, payer_of,
    set_state, sums, sums_of_period,
};
pub(super) use issue::{
    NewInvoice, credit, credited, insert_invoice, insert_lines, keep_usage, next_number,
    usage_before,
};
pub(super) use lines::{all as all_lines, list as list_lines, organisations, totals};
pub(super) use runs::{
    begin, close, member_periods, members, members_now, note_member, period, runs_waiting,
    set_gathered, settle, status, waits,
};
pub(super) use terms::{
    discounts, insert_usage_prices, prices, set_discounts, set_finance, set_payer, terms,
};

use platform::{Error, Result};

fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("billing JSON: {error}")))
}

fn text<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal(format!("billing JSON: {error}")))
}

/// A day as it is kept.
fn day(text: &str) -> Result<jiff::civil::Date> {
    text.parse()
        .map_err(|_| Error::internal(format!("no day {text}")))
}
