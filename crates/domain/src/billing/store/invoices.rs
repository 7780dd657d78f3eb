//! Issued invoices, without their lines.

use super::{day, json};
use crate::{
    access::{OrganisationId, Scope, SystemScope},
    billing::{
        CategorySum, Document, Invoice, InvoiceId, InvoiceQuery, InvoiceSort, InvoiceState,
        LineKey, LineTotals, TariffCategory,
    },
};
use platform::{
    Money, Period, Result,
    db::{Conn, Row, Tx, Value, params},
    fold::like_contains,
};

const INVOICE: &str = "i.id, i.organisation, i.kind, i.number, i.period, i.issued, i.due, i.net, i.vat, i.gross, i.lines, i.state,
    i.corrects";

fn read(row: &Row) -> Result<Invoice> {
    Ok(Invoice {
        id: row.get(0)?,
        organisation: row.get(1)?,
        kind: row.get(2)?,
        number: row.get(3)?,
        period: row.get(4)?,
        issued: day(&row.get::<String>(5)?)?,
        due: day(&row.get::<String>(6)?)?,
        net: Money::dkk(row.get(7)?),
        vat: Money::dkk(row.get(8)?),
        gross: Money::dkk(row.get(9)?),
        lines: row.get(10)?,
        state: row.get(11)?,
        corrects: row.get(12)?,
    })
}

pub(in crate::billing) async fn invoice(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
) -> Result<Invoice> {
    read(
        &conn
            .one(
                &format!(
                    "SELECT {INVOICE} FROM invoices i WHERE i.organisation = ?1 AND i.id = ?2"
                ),
                params![scope.organisation(), id],
            )
            .await?,
    )
}

/// How many lines one of the payer's invoices has, and what they come to.
pub(in crate::billing) async fn extent(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
) -> Result<LineTotals> {
    let row = conn
        .one(
            "SELECT lines, net FROM invoices WHERE organisation = ?1 AND id = ?2",
            params![scope.organisation(), id],
        )
        .await?;
    Ok(LineTotals {
        lines: row.get(0)?,
        amount: Money::dkk(row.get(1)?),
    })
}

/// Whose an invoice is, if it is the scope's own or of somebody below.
pub(in crate::billing) async fn payer_of(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
) -> Result<Option<OrganisationId>> {
    conn.optional(
        "SELECT i.organisation FROM invoices i JOIN organisation_ancestors a ON a.organisation = i.organisation
         WHERE a.ancestor = ?1 AND i.id = ?2",
        params![scope.organisation(), id],
    )
    .await?
    .map(|row| row.get(0))
    .transpose()
}

/// Everything that stands on an invoice but its groups and lines; with the hash that was kept of it all.
pub(in crate::billing) async fn head(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
) -> Result<(Document, Vec<u8>)> {
    let row = conn
        .one(
            "SELECT head, hash FROM invoices WHERE organisation = ?1 AND id = ?2",
            params![scope.organisation(), id],
        )
        .await?;
    Ok((json(&row.get::<String>(0)?)?, row.get(1)?))
}

pub(in crate::billing) async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    id: InvoiceId,
    state: InvoiceState,
) -> Result<()> {
    tx.execute(
        "UPDATE invoices SET state = ?3 WHERE organisation = ?1 AND id = ?2",
        params![scope.organisation(), id, state],
    )
    .await?;
    Ok(())
}

/// The credit notes to an invoice, the earliest first.
pub(in crate::billing) async fn corrections(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[InvoiceId],
) -> Result<Vec<Invoice>> {
    let mut found = conn
        .all_of(params![scope.organisation()], ids, |places| {
            format!(
                "SELECT {INVOICE} FROM invoices i WHERE i.organisation = ?1 AND i.corrects IN ({places})"
            )
        })
        .await?
        .iter()
        .map(read)
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(|one, other| one.number.cmp(&other.number));
    Ok(found)
}

/// The payer's invoice of the latest month before this one.
pub(in crate::billing) async fn other_period(
    conn: &mut Conn,
    scope: &Scope,
    period: Period,
) -> Result<Option<Invoice>> {
    conn.optional(
        &format!(
            "SELECT {INVOICE} FROM invoices i WHERE i.organisation = ?1 AND i.kind = 'invoice' AND i.period < ?2
             ORDER BY i.period DESC LIMIT 1"
        ),
        params![scope.organisation(), period],
    )
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// What an invoice comes to by category.
pub(in crate::billing) async fn sums(
    conn: &mut Conn,
    _: &Scope,
    id: InvoiceId,
) -> Result<Vec<CategorySum>> {
    conn.all(
        "SELECT category, amount, lines FROM invoice_sums WHERE invoice = ?1",
        params![id],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(CategorySum {
            category: row.get(0)?,
            amount: Money::dkk(row.get(1)?),
            lines: row.get(2)?,
        })
    })
    .collect()
}

/// First and last month of the payer's invoices.
pub(in crate::billing) async fn months(
    conn: &mut Conn,
    scope: &Scope,
) -> Result<Option<(Period, Period)>> {
    let row = conn
        .one(
            "SELECT MIN(period), MAX(period) FROM invoices WHERE organisation = ?1",
            params![scope.organisation()],
        )
        .await?;
    let (first, last): (Option<Period>, Option<Period>) = (row.get(0)?, row.get(1)?);
    Ok(first.zip(last))
}

/// What some months came to: (month, invoice, category, amount), credit notes with a minus.
pub(in crate::billing) async fn sums_of_period(
    conn: &mut Conn,
    scope: &Scope,
    from: Period,
    to: Period,
) -> Result<Vec<(Period, InvoiceId, Option<TariffCategory>, Money)>> {
    conn.all(
        "SELECT i.period, i.id, s.category, CASE WHEN i.kind = 'creditNote' THEN -s.amount ELSE s.amount END
         FROM invoices i LEFT JOIN invoice_sums s ON s.invoice = i.id
         WHERE i.organisation = ?1 AND i.period >= ?2 AND i.period <= ?3 ORDER BY i.period, i.number",
        params![scope.organisation(), from, to],
    )
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            Money::dkk(row.get::<Option<i64>>(3)?.unwrap_or(0)),
        ))
    })
    .collect()
}

/// Some of everybody's invoices with whose they are, in the order of their ids, after the given one.
pub(in crate::billing) async fn everybodys(
    conn: &mut Conn,
    _: SystemScope,
    after: Option<InvoiceId>,
    limit: i64,
) -> Result<Vec<(InvoiceId, OrganisationId)>> {
    conn.all(
        "SELECT id, organisation FROM invoices WHERE CAST(?1 AS UUID) IS NULL OR id > ?1 ORDER BY id LIMIT ?2",
        params![after, limit],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get(0)?, row.get(1)?)))
    .collect()
}

/// The payer's invoices, by filter, in order, and how many the filters leave.
pub(in crate::billing) async fn list(
    conn: &mut Conn,
    scope: &Scope,
    query: &InvoiceQuery,
) -> Result<(Vec<Invoice>, i64)> {
    let mut params: Vec<Value> = vec![scope.organisation().into()];
    let mut filters = vec!["i.organisation = ?1".to_owned()];
    let mut filter = |text: &str, value: Value| {
        params.push(value);
        filters.push(text.replace("{}", &format!("?{}", params.len())));
    };
    if let Some(kind) = query.kind {
        filter("i.kind = {}", kind.into());
    }
    if let Some(state) = query.state {
        filter("i.state = {}", state.into());
    }
    if let Some(from) = query.from {
        filter("i.period >= {}", from.into());
    }
    if let Some(to) = query.to {
        filter("i.period <= {}", to.into());
    }
    let q = query.q.trim();
    if !q.is_empty() {
        filter("i.number LIKE {} ESCAPE '\\'", like_contains(q).into());
    }
    let total = conn
        .one(
            &format!(
                "SELECT COUNT(*) FROM invoices i WHERE {}",
                filters.join(" AND ")
            ),
            &params,
        )
        .await?
        .get(0)?;
    let column = match query.sort {
        InvoiceSort::Issued => "i.issued",
        InvoiceSort::Number => "i.number",
        InvoiceSort::Period => "i.period",
        InvoiceSort::Due => "i.due",
        InvoiceSort::Total => "i.gross",
    };
    let (than, direction) = if query.descends {
        ("<", "DESC")
    } else {
        (">", "ASC")
    };
    if let Some((key, id)) = &query.after {
        let key = match key {
            LineKey::Number(number) => Value::from(*number),
            LineKey::Text(text) => Value::from(text),
        };
        params.push(key);
        params.push((*id).into());
        let last = params.len();
        filters.push(format!("({column}, i.id) {than} (?{}, ?{last})", last - 1));
    }
    params.push(query.limit.into());
    let rows = conn
        .all(
            &format!(
                "SELECT {INVOICE} FROM invoices i WHERE {} ORDER BY {column} {direction}, i.id {direction} LIMIT ?{}",
                filters.join(" AND "),
                params.len()
            ),
            &params,
        )
        .await?;
    Ok((rows.iter().map(read).collect::<Result<_>>()?, total))
}

impl InvoiceQuery {
    /// What the row stands by in the order of its list.
    pub fn key(&self, invoice: &Invoice) -> LineKey {
        match self.sort {
            InvoiceSort::Issued => LineKey::Text(invoice.issued.to_string()),
            InvoiceSort::Number => LineKey::Text(invoice.number.clone()),
            InvoiceSort::Period => LineKey::Text(invoice.period.to_string()),
            InvoiceSort::Due => LineKey::Text(invoice.due.to_string()),
            InvoiceSort::Total => LineKey::Number(invoice.gross.amount),
        }
    }
}
