//! What issuing writes.

use super::text;
use crate::{
    access::Scope,
    billing::{Document, Invoice, InvoiceId, IssuedLine, TariffCategory, Units},
    subscriptions::SubscriptionId,
    usage::UsageKind,
};
use platform::{
    Error, Instant, Period, Result,
    db::{Conn, NewRows, Tx, Value, params, values},
    fold::{fold, sort_key},
};
use std::collections::{BTreeMap, HashMap};

const LINES: NewRows = NewRows {
    table: "invoice_lines",
    columns: &[
        "invoice",
        "position",
        "charged",
        "charged_name",
        "charged_key",
        "in_group",
        "person",
        "person_name",
        "person_key",
        "category",
        "offering",
        "product_en",
        "product_da",
        "subscription",
        "number",
        "reference",
        "reference_key",
        "quantity",
        "unit",
        "price",
        "base",
        "discount_rate",
        "discount_amount",
        "amount",
        "vat",
        "first_day",
        "last_day",
        "used_in",
        "charge_kind",
        "charge",
        "charge_period",
        "haystack",
    ],
    key: &["invoice", "position"],
};

/// Lines of one statement.
const AT_ONCE: usize = 1_000;

pub(in crate::billing) async fn insert_lines(
    tx: &mut Tx,
    _: &Scope,
    invoice: InvoiceId,
    lines: &[IssuedLine],
) -> Result<()> {
    for some in lines.chunks(AT_ONCE) {
        let rows: Vec<Vec<Value>> = some.iter().map(|line| row(invoice, line)).collect();
        let new = tx.insert_new(&LINES, &rows).await?;
        if new.contains(&false) {
            return Err(Error::internal("a line of a new invoice is there already"));
        }
    }
    let mut sums: BTreeMap<TariffCategory, (i64, i64)> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.line.category).or_default();
        sum.0 += line.line.amount.amount;
        sum.1 += 1;
    }
    let rows: Vec<_> = sums
        .into_iter()
        .map(|(category, (amount, lines))| values![invoice, category, amount, lines])
        .collect();
    tx.execute_many(
        "INSERT INTO invoice_sums (invoice, category, amount, lines) VALUES (?1, ?2, ?3, ?4)",
        &rows,
    )
    .await?;
    Ok(())
}

fn row(invoice: InvoiceId, issued: &IssuedLine) -> Vec<Value> {
    let (line, whose) = (&issued.line, &issued.whose);
    let reference = line.reference.as_deref();
    let mut haystack = String::new();
    for part in [
        whose.person_name.as_deref(),
        Some(&line.product.en),
        Some(&line.product.da),
        reference,
        line.number.as_deref(),
        Some(&whose.organisation_name),
    ]
    .into_iter()
    .flatten()
    {
        haystack.push_str(&fold(part));
        haystack.push('\n');
    }
    values![
        invoice,
        issued.position,
        whose.organisation,
        &whose.organisation_name,
        &whose.organisation_key,
        i64::try_from(line.group).unwrap_or(i64::MAX),
        whose.person,
        whose.person_name.as_deref(),
        &whose.person_key,
        line.category,
        issued.offering,
        &line.product.en,
        &line.product.da,
        whose.subscription,
        line.number.as_deref(),
        reference,
        reference.map(sort_key).unwrap_or_default(),
        line.quantity,
        line.unit,
        line.price,
        line.base,
        line.discount.map(|discount| discount.rate),
        line.discount.map(|discount| discount.amount),
        line.amount,
        line.vat,
        line.days.map(|days| days.0),
        line.days.map(|days| days.1),
        issued.used_in,
        issued.charge_kind,
        issued.charge,
        issued.charge_period,
        haystack
    ]
}

/// Takes the next number of a series. It is given back if the transaction comes to nothing; until it ends nobody else takes one.
pub(in crate::billing) async fn next_number(tx: &mut Tx, _: &Scope, series: &str) -> Result<i64> {
    tx.one(
        "INSERT INTO invoice_series (series, last) VALUES (?1, 1)
         ON CONFLICT (series) DO UPDATE SET last = invoice_series.last + 1 RETURNING last",
        params![series],
    )
    .await?
    .get(0)
}

/// An invoice to be written.
pub(in crate::billing) struct NewInvoice<'a> {
    pub invoice: &'a Invoice,
    pub series: &'a str,
    pub sequence: i64,
    /// Without groups and lines.
    pub head: &'a Document,
    pub hash: [u8; 32],
    pub now: Instant,
}

pub(in crate::billing) async fn insert_invoice(
    tx: &mut Tx,
    scope: &Scope,
    new: &NewInvoice<'_>,
) -> Result<()> {
    let invoice = new.invoice;
    tx.execute(
        "INSERT INTO invoices (id, organisation, kind, series, sequence, number, period, issued, due, net, vat, gross, lines,
           corrects, head, hash, created_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        params![
            invoice.id,
            scope.organisation(),
            invoice.kind,
            new.series,
            new.sequence,
            &invoice.number,
            invoice.period,
            invoice.issued,
            invoice.due,
            invoice.net,
            invoice.vat,
            invoice.gross,
            invoice.lines,
            invoice.corrects,
            text(new.head)?,
            new.hash,
            new.now,
            invoice.state
        ],
    )
    .await?;
    Ok(())
}

/// What of some months has been charged, by subscription, month and kind: units, and of how many records.
pub(in crate::billing) async fn usage_before(
    conn: &mut Conn,
    scope: &Scope,
    from: Period,
    to: Period,
) -> Result<HashMap<(SubscriptionId, Period, UsageKind), (Units, i64)>> {
    conn.all(
        "SELECT subscription, period, kind, domestic, eu, world, premium, records FROM billed_usage
         WHERE organisation = ?1 AND period >= ?2 AND period <= ?3",
        params![scope.organisation(), from, to],
    )
    .await?
    .iter()
    .map(|row| {
        Ok((
            (row.get(0)?, row.get(1)?, row.get(2)?),
            (
                Units {
                    domestic: row.get(3)?,
                    eu: row.get(4)?,
                    world: row.get(5)?,
                    premium: row.get(6)?,
                },
                row.get(7)?,
            ),
        ))
    })
    .collect()
}

/// Notes what is charged now. `before` is what was read; whoever charged something meanwhile makes this fail.
///
/// # Errors
/// 503 when it has to be worked out anew.
pub(in crate::billing) async fn keep_usage(
    tx: &mut Tx,
    _: &Scope,
    kept: &[crate::billing::gather::Kept],
) -> Result<()> {
    let (known, fresh): (Vec<_>, Vec<_>) = kept.iter().partition(|kept| kept.before.is_some());
    let row = |kept: &&crate::billing::gather::Kept| {
        let units = &kept.units;
        values![
            kept.organisation,
            kept.subscription,
            kept.period,
            kept.kind,
            kept.records,
            units.domestic,
            units.eu,
            units.world,
            units.premium
        ]
    };
    let rows: Vec<_> = fresh.iter().map(row).collect();
    let mut written = tx
        .execute_many(
            "INSERT INTO billed_usage (organisation, subscription, period, kind, records, domestic, eu, world, premium)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (subscription, period, kind) DO NOTHING",
            &rows,
        )
        .await?;
    let rows: Vec<_> = known
        .iter()
        .map(|kept| {
            let mut values = row(kept);
            values.push(kept.before.unwrap_or(0).into());
            values
        })
        .collect();
    written += tx
        .execute_many(
            "UPDATE billed_usage SET records = ?5, domestic = ?6, eu = ?7, world = ?8, premium = ?9
             WHERE organisation = ?1 AND subscription = ?2 AND period = ?3 AND kind = ?4 AND records = ?10",
            &rows,
        )
        .await?;
    if written == kept.len() as u64 {
        Ok(())
    } else {
        Err(Error::unavailable(
            "use was charged by another month's run meanwhile; it is worked out anew",
        ))
    }
}

/// Notes lines as credited; each once.
///
/// # Errors
/// 409 `creditedAlready`.
pub(in crate::billing) async fn credit(
    tx: &mut Tx,
    _: &Scope,
    invoice: InvoiceId,
    note: InvoiceId,
    positions: &[i64],
) -> Result<()> {
    let rows: Vec<_> = positions
        .iter()
        .map(|position| values![invoice, *position, note])
        .collect();
    let written = tx
        .execute_many(
            "INSERT INTO credited_lines (invoice, position, credit_note) VALUES (?1, ?2, ?3)
             ON CONFLICT (invoice, position) DO NOTHING",
            &rows,
        )
        .await?;
    if written == positions.len() as u64 {
        Ok(())
    } else {
        Err(Error::conflict(
            "creditedAlready",
            "Some of these lines have been credited already. Look at the invoice again.",
        ))
    }
}

/// Positions of an invoice that have been credited.
pub(in crate::billing) async fn credited(
    conn: &mut Conn,
    _: &Scope,
    invoice: InvoiceId,
) -> Result<Vec<i64>> {
    conn.all(
        "SELECT position FROM credited_lines WHERE invoice = ?1 ORDER BY position",
        params![invoice],
    )
    .await?
    .iter()
    .map(|row| row.get(0))
    .collect()
}
