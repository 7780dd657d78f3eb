//! The verbs of the operator and of whoever keeps the finance settings.

use super::{
    ChargeKind, DiscountRule, Document, DocumentKind, Finance, Invoice, InvoiceId, InvoiceState,
    IssuedLine, Issuer, PeriodState, PeriodStatus, Terms, UsagePrice, gather,
    issue::{self, About, Making},
    jobs, rules, store,
};
use crate::{
    access::{self, OrganisationId, Scope, SystemScope},
    catalogue::{
        self,
        rules::{Span, overlap as overlapping},
    },
};
use platform::{
    Error, Ids, Instant, Kind, Period, Result,
    audit::{self, AuditEntry},
    db::{Conn, Db, Tx},
};
use std::collections::{BTreeMap, HashSet};

/// Organisations of one look.
const AT_ONCE: i64 = 500;

/// How an organisation is billed.
pub async fn terms(conn: &mut Conn, scope: &Scope) -> Result<Terms> {
    store::terms(conn, scope).await
}

/// The name of who pays for the organisation.
pub async fn payer_name(conn: &mut Conn, scope: &Scope) -> Result<String> {
    let payer = store::terms(conn, scope).await?.payer;
    let payer = payer.unwrap_or(scope.organisation());
    let scope = access::for_work(conn, access::for_system(), payer).await?;
    Ok(access::organisation(conn, &scope).await?.name)
}

/// Sets what the organisation decides of its invoices; used from the next one on. The values were checked.
pub async fn set_finance(tx: &mut Tx, scope: &Scope, finance: &Finance) -> Result<()> {
    store::set_finance(tx, scope, finance).await
}

/// The discounts of a customer.
pub async fn discounts(conn: &mut Conn, scope: &Scope) -> Result<Vec<DiscountRule>> {
    store::discounts(conn, scope).await
}

/// Sets who pays for the organisation, and its discounts, instead of what there was. Both count from the next invoice on.
///
/// # Errors
/// 422 `payerNotAbove`, `overlap`, `rateOutOfRange`.
pub async fn set_terms(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    payer: Option<OrganisationId>,
    discounts: &[DiscountRule],
) -> Result<()> {
    if let Some(payer) = payer.filter(|payer| *payer != scope.organisation()) {
        let above = access::for_work(tx, access::for_system(), payer).await;
        let is_above = match above {
            Ok(above) => access::is_within(tx, &above, scope.organisation()).await?,
            Err(error) if error.kind == Kind::NotFound => false,
            Err(error) => return Err(error),
        };
        if !is_above {
            let detail = "The organisation itself pays, or one above it.";
            return Err(Error::rule("payerNotAbove", detail).with_field(
                "/payer",
                "payerNotAbove",
                detail,
            ));
        }
    }
    for (place, rule) in discounts.iter().enumerate() {
        if !(1..=10_000).contains(&rule.rate) {
            let detail = "From 1 to 10,000 hundredths of a per cent.";
            return Err(Error::rule("rateOutOfRange", detail).with_field(
                format!("/discounts/{place}/basisPoints"),
                "rateOutOfRange",
                detail,
            ));
        }
        if rule.until.is_some_and(|until| until <= rule.from)
            || (rule.category.is_some() && rule.offering.is_some())
        {
            let detail =
                "A discount is for a category or for a product, and begins before it ends.";
            return Err(Error::rule("discountUnfit", detail).with_field(
                format!("/discounts/{place}"),
                "discountUnfit",
                detail,
            ));
        }
    }
    let wanted: Vec<_> = discounts.iter().filter_map(|rule| rule.offering).collect();
    let known = catalogue::known(tx, ids.now(), &wanted).await?;
    for (place, rule) in discounts.iter().enumerate() {
        let unknown = |id| !known.iter().any(|offering| offering.id == id);
        if rule.offering.is_some_and(unknown) {
            let detail = "There is no such product.";
            return Err(Error::rule("offeringUnknown", detail).with_field(
                format!("/discounts/{place}/offering"),
                "offeringUnknown",
                detail,
            ));
        }
    }
    if let Some((one, other)) = rules::settings::overlapping_discounts(discounts) {
        return Err(catalogue::overlap("/discounts", one, other));
    }
    let payer = payer.filter(|payer| *payer != scope.organisation());
    store::set_payer(tx, scope, payer).await?;
    store::set_discounts(tx, ids, scope, discounts).await?;
    let by = scope.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(scope.organisation().0, by, "set_billing_terms")
        .with(serde_json::json!({ "payer": payer, "discounts": discounts.len() }));
    audit::record(tx, ids, entry).await
}

/// New prices of use, each from the beginning of a month on: never of one that has begun.
///
/// # Errors
/// 422 `priceInThePast`, `overlap`.
pub async fn set_usage_prices(
    tx: &mut Tx,
    ids: &Ids,
    system: SystemScope,
    prices: &[UsagePrice],
) -> Result<()> {
    let running = Period::of(ids.now());
    for (place, price) in prices.iter().enumerate() {
        if price.from <= running {
            let detail =
                "A price of use cannot change in a month that has begun; choose a later one.";
            return Err(Error::rule("priceInThePast", detail).with_field(
                format!("/usagePrices/{place}/from"),
                "priceInThePast",
                detail,
            ));
        }
    }
    add_usage_prices(tx, system, prices).await
}

/// The same without a look at the calendar: for onboarding, before anything is charged.
pub async fn add_usage_prices(
    tx: &mut Tx,
    system: SystemScope,
    prices: &[UsagePrice],
) -> Result<()> {
    let spans: Vec<_> = prices
        .iter()
        .map(|price| Span {
            key: (price.kind, price.destination),
            from: price.from,
            until: None,
        })
        .collect();
    if let Some((one, other)) = overlapping(&spans, false) {
        return Err(catalogue::overlap("/usagePrices", one, other));
    }
    let known = store::prices(tx).await?;
    for (place, price) in prices.iter().enumerate() {
        let same = |known: &UsagePrice| {
            (known.kind, known.destination, known.from)
                == (price.kind, price.destination, price.from)
        };
        if known.iter().any(same) {
            return Err(catalogue::already(&format!("/usagePrices/{place}/from")));
        }
    }
    store::insert_usage_prices(tx, system, prices).await
}

/// Closes a month, for everybody: from now on its invoices are made. For whoever operates.
///
/// # Errors
/// 409 `periodClosed`; 422 `periodNotEnded`, `sellerIncomplete`.
pub async fn close(
    tx: &mut Tx,
    ids: &Ids,
    scope: &Scope,
    issuer: &Issuer,
    period: Period,
) -> Result<()> {
    let now = ids.now();
    if now < period.end() {
        return Err(Error::rule(
            "periodNotEnded",
            "This month has not ended. It can be closed from the first day of the next one.",
        ));
    }
    if let Some(missing) = issuer.missing() {
        return Err(Error::rule(
            "sellerIncomplete",
            format!("The seller's details are not complete: the configuration lacks {missing}."),
        ));
    }
    let system = access::for_system();
    if !store::close(tx, system, period, scope.principal(), now).await? {
        return Err(Error::conflict(
            "periodClosed",
            "This month is closed already. What was missing goes on the next invoices.",
        ));
    }
    let by = scope.principal().map(|principal| principal.0);
    let operator = access::operator(tx, system).await?;
    let entry = AuditEntry::new(operator.0, by, "close_period").on("period", period);
    audit::record(tx, ids, entry).await?;
    jobs::enqueue_period(tx, ids, period).await
}

/// How a month stands, without what an open one would come to. For whoever operates.
pub async fn period_status(conn: &mut Conn, _: &Scope, period: Period) -> Result<PeriodStatus> {
    store::status(conn, access::for_system(), period).await
}

/// How a month stands; for one that is open, what closing it now would make. For whoever operates.
pub async fn preview(db: &Db, _: &Scope, period: Period) -> Result<PeriodStatus> {
    preview_by(db, period, AT_ONCE).await
}

/// The same, looking at so many organisations at a time.
pub(super) async fn preview_by(db: &Db, period: Period, at_once: i64) -> Result<PeriodStatus> {
    let system = access::for_system();
    let mut conn = db.snapshot().await?;
    let mut status = store::status(&mut conn, system, period).await?;
    if status.state != PeriodState::Open {
        return Ok(status);
    }
    let mut unpriced = BTreeMap::new();
    let mut after = None;
    loop {
        let some = access::organisations_after(&mut conn, system, after, at_once).await?;
        for payer in &some {
            let payer = access::for_work(&mut conn, system, *payer).await?;
            let members = store::members_now(&mut conn, &payer).await?;
            if members.is_empty() {
                continue;
            }
            status.waiting += 1;
            let gathered = gather::gather(&mut conn, system, &members, period, true).await?;
            add(
                &mut status,
                &rules::charges::lines(period, &gathered.charges),
            );
            for (class, units) in gathered.unpriced {
                *unpriced.entry(class).or_insert(0) += units;
            }
        }
        match some.last() {
            Some(last) if some.len() as i64 == at_once => after = Some(*last),
            _ => break,
        }
    }
    status.unpriced = unpriced
        .into_iter()
        .map(|((kind, destination), units)| (kind, destination, units))
        .collect();
    Ok(status)
}

/// What one payer's month adds to what all come to.
fn add(status: &mut PeriodStatus, lines: &[IssuedLine]) {
    if lines.is_empty() {
        status.nothing += 1;
        return;
    }
    let totals = rules::totals(lines.iter().map(|issued| &issued.line));
    status.issued += 1;
    status.lines += lines.len() as i64;
    status.net = status.net.plus(totals.net);
    status.vat = status.vat.plus(totals.vat_amount());
    status.gross = status.gross.plus(totals.gross);
}

/// Credits an invoice, or some of its lines, by a credit note of its own. In the payer's scope.
///
/// # Errors
/// 404; 409 `creditedAlready`; 422 `notAnInvoice`, `noSuchLine`, `creditBelowNothing`.
pub async fn credit(
    tx: &mut Tx,
    ids: &Ids,
    payer: &Scope,
    issuer: &Issuer,
    id: InvoiceId,
    positions: Option<&[i64]>,
    reason: &str,
) -> Result<Invoice> {
    let invoice = store::invoice(tx, payer, id).await?;
    if invoice.kind != DocumentKind::Invoice {
        return Err(Error::rule(
            "notAnInvoice",
            "A credit note cannot be credited.",
        ));
    }
    let all = store::all_lines(tx, payer, id).await?;
    let gone: HashSet<i64> = store::credited(tx, payer, id).await?.into_iter().collect();
    let wanted: HashSet<i64> = match positions {
        Some(positions) => positions.iter().copied().collect(),
        None => all
            .iter()
            .map(|line| line.position)
            .filter(|position| !gone.contains(position))
            .collect(),
    };
    if let Some(place) = positions.and_then(|positions| {
        positions
            .iter()
            .position(|position| !(1..=invoice.lines).contains(position))
    }) {
        let detail = "The invoice has no such line.";
        return Err(Error::rule("noSuchLine", detail).with_field(
            format!("/lines/{place}"),
            "noSuchLine",
            detail,
        ));
    }
    let mut lines: Vec<IssuedLine> = all
        .into_iter()
        .filter(|line| wanted.contains(&line.position))
        .map(|mut line| {
            line.charge_kind = ChargeKind::Credit;
            line.charge = None;
            line.charge_period = None;
            line
        })
        .collect();
    if lines.is_empty() || wanted.iter().any(|position| gone.contains(position)) {
        return Err(Error::conflict(
            "creditedAlready",
            "Some of these lines have been credited already. Look at the invoice again.",
        ));
    }
    // DK-R-016: a credit note of a Danish seller's never comes to less than nothing.
    if rules::totals(lines.iter().map(|issued| &issued.line))
        .gross
        .amount
        < 0
    {
        return Err(Error::rule(
            "creditBelowNothing",
            "These lines hand back more than they cost, and a credit note cannot come to less than nothing. \
             Choose them together with lines that were charged.",
        ));
    }
    let positions: Vec<i64> = lines.iter().map(|line| line.position).collect();
    rules::charges::arrange(&mut lines);
    let about = About::of(tx, payer).await?;
    let making = Making {
        kind: DocumentKind::CreditNote,
        period: invoice.period,
        issued: ids.now().danish_day(),
        corrects: Some((invoice.id, invoice.number.clone(), invoice.issued)),
    };
    let note = issue::issue(tx, ids, issuer, payer, &about, &making, lines).await?;
    store::credit(tx, payer, id, note.id, &positions).await?;
    if gone.len() + positions.len() == usize::try_from(invoice.lines).unwrap_or(usize::MAX) {
        store::set_state(tx, payer, id, InvoiceState::Credited).await?;
    }
    let by = payer.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(payer.organisation().0, by, "credit_invoice")
        .on("invoice", id)
        .with(serde_json::json!({ "creditNote": note.id, "lines": positions.len(), "reason": reason }));
    audit::record(tx, ids, entry).await?;
    issue::tell(tx, ids, issuer, payer, &about, &note).await?;
    Ok(note)
}

/// Everything that stands on an invoice, as it was issued.
pub async fn document(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<Document> {
    let (head, hash) = store::head(conn, scope, id).await?;
    let lines = store::all_lines(conn, scope, id).await?;
    let document = issue::document(&head, scope.organisation(), lines);
    if issue::hash(&document)?.as_slice() != hash {
        return Err(Error::internal(format!(
            "the invoice {id} is not what was issued"
        )));
    }
    Ok(document)
}

/// Everybody's invoices that are not what was issued: the hash does not fit head and lines, or they do not add up.
pub async fn altered(conn: &mut Conn, system: SystemScope) -> Result<Vec<InvoiceId>> {
    let mut wrong = Vec::new();
    let mut after = None;
    loop {
        let some = store::everybodys(conn, system, after, AT_ONCE).await?;
        for (id, payer) in &some {
            let scope = access::for_work(conn, system, *payer).await?;
            let sound = is_sound(conn, &scope, *id).await?;
            if !sound {
                wrong.push(*id);
            }
        }
        match some.last() {
            Some((last, _)) if some.len() as i64 == AT_ONCE => after = Some(*last),
            _ => return Ok(wrong),
        }
    }
}

async fn is_sound(conn: &mut Conn, scope: &Scope, id: InvoiceId) -> Result<bool> {
    let invoice = store::invoice(conn, scope, id).await?;
    let (head, hash) = store::head(conn, scope, id).await?;
    let lines = store::all_lines(conn, scope, id).await?;
    let document = issue::document(&head, scope.organisation(), lines);
    let totals = rules::totals(&document.lines);
    let shown = (
        document.kind,
        &document.number,
        document.period,
        document.issued,
        document.due,
    );
    let kept = (
        invoice.kind,
        &invoice.number,
        invoice.period,
        invoice.issued,
        invoice.due,
    );
    Ok(issue::hash(&document)?.as_slice() == hash
        && shown == kept
        && totals == document.totals
        && (totals.net, totals.vat_amount(), totals.gross)
            == (invoice.net, invoice.vat, invoice.gross))
}

/// The day after this one.
pub(super) fn first_of_tomorrow(now: Instant) -> jiff::civil::Date {
    let today = now.danish_day();
    today.tomorrow().unwrap_or(today)
}
