//! What is read of invoices: lists, spending, what changed, what the running month will come to.

use super::{
    CategorySum, Document, Invoice, InvoiceId, InvoiceQuery, LineFilter, LineQuery, LineTotals,
    ListedLine, TariffCategory, gather, ops, rules,
    rules::compare::{self, Difference},
    store,
};
use crate::access::{self, OrganisationId, Scope};
use platform::{
    Instant, Money, Period, Result,
    db::{Conn, Db},
};
use std::collections::{BTreeMap, HashMap};

/// Months of one look at the spending at most.
pub const MOST_MONTHS: i32 = 60;

/// The payer's invoices and how many the filters leave.
pub async fn invoices(
    conn: &mut Conn,
    scope: &Scope,
    query: &InvoiceQuery,
) -> Result<(Vec<Invoice>, i64)> {
    store::list(conn, scope, query).await
}

/// One of the payer's invoices, without its lines.
pub async fn invoice(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Invoice> {
    store::invoice(conn, scope, id).await
}

/// Who pays an invoice, if that is the scope's own organisation or one below it.
pub async fn payer_of(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
) -> Result<Option<OrganisationId>> {
    store::payer_of(conn, scope, id).await
}

/// The payer's invoice of the latest month.
pub async fn latest(conn: &mut Conn, scope: &Scope) -> Result<Option<Invoice>> {
    match store::months(conn, scope).await? {
        Some((_, last)) => store::other_period(conn, scope, last.next()).await,
        None => Ok(None),
    }
}

/// The payer's invoice of the latest month before this one's.
pub async fn before(conn: &mut Conn, scope: &Scope, period: Period) -> Result<Option<Invoice>> {
    store::other_period(conn, scope, period).await
}

/// The credit notes to some invoices.
pub async fn corrections(
    conn: &mut Conn,
    scope: &Scope,
    ids: &[InvoiceId],
) -> Result<Vec<Invoice>> {
    store::corrections(conn, scope, ids).await
}

/// An organisation on an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationSum {
    pub id: OrganisationId,
    pub name: String,
    pub amount: Money,
    pub lines: i64,
}

/// An invoice with what stands at its head and what it comes to.
#[derive(Clone, Debug)]
pub struct Details {
    pub invoice: Invoice,
    /// Without groups and lines.
    pub head: Document,
    pub categories: Vec<CategorySum>,
    pub organisations: Vec<OrganisationSum>,
    pub before: Option<(Invoice, Vec<CategorySum>)>,
    pub credit_notes: Vec<Invoice>,
}

/// One of the payer's invoices.
pub async fn details(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Details> {
    let invoice = store::invoice(conn, scope, id).await?;
    let (head, _) = store::head(conn, scope, id).await?;
    let categories = store::sums(conn, scope, id).await?;
    let organisations = store::organisations(conn, scope, id)
        .await?
        .into_iter()
        .map(|(id, name, amount, lines)| OrganisationSum {
            id,
            name,
            amount,
            lines,
        })
        .collect();
    let before = match store::other_period(conn, scope, invoice.period).await? {
        Some(before) if invoice.corrects.is_none() => {
            let sums = store::sums(conn, scope, before.id).await?;
            Some((before, sums))
        }
        _ => None,
    };
    Ok(Details {
        credit_notes: store::corrections(conn, scope, &[id]).await?,
        invoice,
        head,
        categories,
        organisations,
        before,
    })
}

/// A page of an invoice's lines, with what the filter leaves in all.
///
/// # Errors
/// 404 for an invoice that is not the payer's.
pub async fn lines(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
    query: &LineQuery,
) -> Result<(Vec<ListedLine>, LineTotals)> {
    let whole = store::extent(conn, scope, id).await?;
    let lines = store::list_lines(conn, scope, id, query).await?;
    let totals = if query.filter.is_empty() {
        whole
    } else {
        line_totals(conn, scope, id, &query.filter).await?
    };
    Ok((lines, totals))
}

async fn line_totals(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
    filter: &LineFilter,
) -> Result<LineTotals> {
    store::totals(conn, scope, id, filter).await
}

/// What a month came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSpent {
    pub period: Period,
    pub invoices: Vec<InvoiceId>,
    pub amount: Money,
    pub categories: BTreeMap<TariffCategory, Money>,
}

/// What the payer's months came to, the oldest first, without gaps. Without bounds the last twelve up to the newest invoice.
pub async fn spending(
    conn: &mut Conn,
    scope: &Scope,
    from: Option<Period>,
    to: Option<Period>,
) -> Result<Vec<MonthSpent>> {
    let Some((first, last)) = store::months(conn, scope).await? else {
        return Ok(Vec::new());
    };
    let last = to.map_or(last, |to| to.min(last));
    // The month before the first one is needed to say how that changed.
    let first = first.max(
        from.unwrap_or_else(|| last.back(11))
            .max(last.back(MOST_MONTHS - 1)),
    );
    let mut months: Vec<MonthSpent> = Vec::new();
    let mut period = first;
    while period <= last {
        months.push(MonthSpent {
            period,
            invoices: Vec::new(),
            amount: Money::ZERO,
            categories: BTreeMap::new(),
        });
        period = period.next();
    }
    let rows = store::sums_of_period(conn, scope, first, last).await?;
    let places: HashMap<Period, usize> = months
        .iter()
        .enumerate()
        .map(|(place, month)| (month.period, place))
        .collect();
    for (period, invoice, category, amount) in rows {
        let Some(month) = places.get(&period).and_then(|place| months.get_mut(*place)) else {
            continue;
        };
        if !month.invoices.contains(&invoice) {
            month.invoices.push(invoice);
        }
        let Some(category) = category else { continue };
        month.amount = month.amount.plus(amount);
        let sum = month.categories.entry(category).or_insert(Money::ZERO);
        *sum = sum.plus(amount);
    }
    Ok(months)
}

/// What changed from the invoice of the month before, and why.
#[derive(Clone, Debug)]
pub struct Explained {
    pub invoice: Invoice,
    pub before: Option<Invoice>,
    pub differences: Vec<Difference>,
}

/// What changed from the payer's invoice before.
pub async fn explain(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Explained> {
    let invoice = store::invoice(conn, scope, id).await?;
    let before = match invoice.corrects {
        Some(_) => None,
        None => store::other_period(conn, scope, invoice.period).await?,
    };
    let now = store::all_lines(conn, scope, id).await?;
    let then = match &before {
        Some(before) => store::all_lines(conn, scope, before.id).await?,
        None => Vec::new(),
    };
    Ok(Explained {
        invoice,
        before,
        differences: compare::differences(&then, &now),
    })
}

/// What the running month will come to if nothing changes any more.
#[derive(Clone, Debug)]
pub struct Forecast {
    pub period: Period,
    pub as_of: Instant,
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
    /// What is certain already.
    pub so_far: Money,
    pub categories: BTreeMap<TariffCategory, Money>,
    pub before: Option<Invoice>,
}

/// What the payer's running month will come to.
pub async fn forecast(db: &Db, scope: &Scope, now: Instant) -> Result<Forecast> {
    let system = access::for_system();
    let period = Period::of(now);
    let mut conn = db.snapshot().await?;
    let members = store::members_now(&mut conn, scope).await?;
    let mut gathered = gather::gather(&mut conn, system, &members, period, true).await?;
    let before = store::other_period(&mut conn, scope, period).await?;
    drop(conn);
    let lines = rules::charges::lines(period, &gathered.charges);
    let totals = rules::totals(lines.iter().map(|issued| &issued.line));
    let mut categories = BTreeMap::new();
    for issued in &lines {
        let sum = categories
            .entry(issued.line.category)
            .or_insert(Money::ZERO);
        *sum = issued.line.amount.plus(*sum);
    }
    // Everything that costs by the month, as if it ended tonight.
    let tomorrow = ops::first_of_tomorrow(now);
    for charge in &mut gathered.charges.recurring {
        charge.until = Some(charge.until.map_or(tomorrow, |until| until.min(tomorrow)));
    }
    let certain = rules::charges::lines(period, &gathered.charges);
    Ok(Forecast {
        period,
        as_of: now,
        net: totals.net,
        vat: totals.vat_amount(),
        gross: totals.gross,
        so_far: certain.iter().map(|issued| issued.line.amount).sum(),
        categories,
        before,
    })
}
