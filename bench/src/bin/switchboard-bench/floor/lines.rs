//! An invoice's lines as they are printed, page by page.

use super::{
    data::{Columns, Conn, FromRow, Id},
    json::Json,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

struct Head {
    lines: i64,
    net: i64,
}

impl FromRow for Head {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        Ok(Head {
            lines: row.column(0)?,
            net: row.column(1)?,
        })
    }
}

struct Line {
    position: i64,
    charged: Uuid,
    charged_name: String,
    person: Option<Uuid>,
    person_name: Option<String>,
    number: Option<String>,
    category: String,
    product: String,
    offering: Option<Uuid>,
    subscription: Option<Uuid>,
    reference: Option<String>,
    quantity: i64,
    unit: String,
    price: i64,
    base: i64,
    rate: Option<i64>,
    off: Option<i64>,
    amount: i64,
    vat: String,
    first: Option<String>,
    last: Option<String>,
    used_in: Option<String>,
}

impl FromRow for Line {
    fn from_row(row: &impl Columns) -> Result<Self, String> {
        let id = |id: Option<Id>| id.map(|id| id.0);
        Ok(Line {
            position: row.column(0)?,
            charged: row.column::<Id>(1)?.0,
            charged_name: row.column(2)?,
            person: id(row.column(3)?),
            person_name: row.column(4)?,
            number: row.column(5)?,
            category: row.column(6)?,
            product: row.column(7)?,
            offering: id(row.column(8)?),
            subscription: id(row.column(9)?),
            reference: row.column(10)?,
            quantity: row.column(11)?,
            unit: row.column(12)?,
            price: row.column(13)?,
            base: row.column(14)?,
            rate: row.column(15)?,
            off: row.column(16)?,
            amount: row.column(17)?,
            vat: row.column(18)?,
            first: row.column(19)?,
            last: row.column(20)?,
            used_in: row.column(21)?,
        })
    }
}

const HEAD: &str = "SELECT lines, net FROM invoices WHERE organisation = ?1 AND id = ?2";
const LINES: &str =
    "SELECT position, charged, charged_name, person, person_name, number, category, product_en, offering, subscription, reference,
       quantity, unit, price, base, discount_rate, discount_amount, amount, vat, first_day, last_day, used_in
     FROM invoice_lines WHERE invoice = ?1 AND position > ?2 ORDER BY position LIMIT ?3";

const PAGE: usize = 500;

/// `None` for an invoice that is not the organisation's. `query` as it is after the question mark.
pub async fn list(
    conn: &mut Conn,
    organisation: Uuid,
    invoice: Uuid,
    query: &str,
) -> Result<Option<String>, String> {
    let after = match query.split_once("cursor=") {
        None => 0,
        Some((_, cursor)) => position(cursor).ok_or("no cursor of this list")?,
    };
    let heads: Vec<Head> = conn.rows(HEAD, &[&Id(organisation), &Id(invoice)]).await?;
    let Some(head) = heads.into_iter().next() else {
        return Ok(None);
    };
    let limit = PAGE as i64 + 1;
    let mut lines: Vec<Line> = conn.rows(LINES, &[&Id(invoice), &after, &limit]).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let mut json = Json::with_capacity(256 * 1024);
    json.raw("{\"items\":").list(&lines, line).raw(",\"next\":");
    match lines.last().filter(|_| more) {
        Some(last) => {
            let position = last.position;
            let cursor = format!("{{\"s\":\"position\",\"k\":[{position},{position}]}}");
            json.text(&URL_SAFE_NO_PAD.encode(cursor));
        }
        None => {
            json.raw("null");
        }
    }
    json.raw(",\"total\":").number(head.lines);
    json.raw(",\"totals\":{\"amount\":").money(head.net);
    json.raw("}}");
    Ok(Some(json.0))
}

/// The last number of a cursor.
fn position(cursor: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (_, last) = text.trim_end_matches("]}").rsplit_once(',')?;
    last.parse().ok()
}

fn id(json: &mut Json, id: Option<Uuid>) {
    match id {
        Some(id) => json.id(id),
        None => json.raw("null"),
    };
}

fn line(json: &mut Json, line: &Line) {
    json.raw("{\"position\":").number(line.position);
    json.raw(",\"organisation\":{\"id\":").id(line.charged);
    json.raw(",\"name\":").text(&line.charged_name);
    json.raw("},\"person\":");
    match line.person {
        Some(person) => {
            json.raw("{\"id\":").id(person).raw(",\"name\":");
            json.text(line.person_name.as_deref().unwrap_or_default());
            json.raw("}");
        }
        None => {
            json.raw("null");
        }
    }
    json.raw(",\"number\":").optional(line.number.as_deref());
    json.raw(",\"category\":").text(&line.category);
    json.raw(",\"product\":").text(&line.product);
    json.raw(",\"offering\":");
    id(json, line.offering);
    json.raw(",\"subscription\":");
    id(json, line.subscription);
    json.raw(",\"reference\":")
        .optional(line.reference.as_deref());
    json.raw(",\"quantity\":").number(line.quantity);
    json.raw(",\"unit\":").text(&line.unit);
    json.raw(",\"price\":").money(line.price);
    json.raw(",\"base\":").number(line.base);
    json.raw(",\"discount\":");
    match line.rate.zip(line.off) {
        Some((rate, off)) => {
            json.raw("{\"basisPoints\":").number(rate);
            json.raw(",\"amount\":").money(off).raw("}");
        }
        None => {
            json.raw("null");
        }
    }
    json.raw(",\"amount\":").money(line.amount);
    let rate = if line.vat == "S" { 25 } else { 0 };
    json.raw(",\"vatRate\":").number(rate);
    json.raw(",\"from\":").optional(line.first.as_deref());
    json.raw(",\"to\":").optional(line.last.as_deref());
    json.raw(",\"usedIn\":").optional(line.used_in.as_deref());
    json.raw("}");
}
