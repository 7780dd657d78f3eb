//! Making an invoice: what is on it, its number, its hash, all in one transaction.

use super::{
    Document, DocumentKind, Group, Invoice, InvoiceId, InvoiceState, IssuedLine, Issuer, Party,
    Payment, Terms,
    gather::{self, Gathered},
    rules, store,
};
use crate::{
    access::{self, Organisation, Scope, SystemScope},
    help, notices,
};
use jiff::civil::Date;
use platform::{
    Error, Ids, Period, Result,
    audit::{self, AuditEntry},
    db::{Conn, Db, Tx},
    jobs::Lease,
    live,
};
use sha2::{Digest, Sha256};
use tracing::{Instrument, debug_span};

/// Makes the payer's invoice of a closed month, unless that was done. Whoever else is at the same does nothing; a payer with
/// nothing to pay gets none. `lease` is a worker's.
///
/// # Errors
/// 503 when it is to be tried again.
pub async fn close_payer(
    db: &Db,
    ids: &Ids,
    issuer: &Issuer,
    payer: &Scope,
    period: Period,
    lease: Option<&Lease>,
) -> Result<()> {
    let read = month(db, payer, period).instrument(debug_span!("billing.read"));
    let Some((month, about)) = read.await? else {
        return Ok(());
    };
    let lines = debug_span!("billing.rules").in_scope(|| month.lines(period));
    write(
        db,
        ids,
        issuer,
        payer,
        (&month, &about, period),
        lines,
        lease,
    )
    .instrument(debug_span!("billing.write"))
    .await
}

/// What a payer's closed month consists of.
struct Month {
    issued: Date,
    gathered: Gathered,
}

impl Month {
    fn lines(&self, period: Period) -> Vec<IssuedLine> {
        rules::charges::lines(period, &self.gathered.charges)
    }
}

/// Looks it up, in one moment; `None` for a month that is not closed.
async fn month(db: &Db, payer: &Scope, period: Period) -> Result<Option<(Month, About)>> {
    let system = access::for_system();
    let mut conn = db.snapshot().await?;
    let Some(closed) = store::period(&mut conn, system, period).await? else {
        return Ok(None);
    };
    let members = store::members(&mut conn, payer, period).await?;
    let gathered = gather::gather(&mut conn, system, &members, period, true).await?;
    let about = About::of(&mut conn, payer).await?;
    let issued = closed.issued;
    Ok(Some((Month { issued, gathered }, about)))
}

async fn write(
    db: &Db,
    ids: &Ids,
    issuer: &Issuer,
    payer: &Scope,
    (month, about, period): (&Month, &About, Period),
    lines: Vec<IssuedLine>,
    lease: Option<&Lease>,
) -> Result<()> {
    let mut tx = db.begin().await?;
    if let Some(lease) = lease {
        lease.guard(&mut tx).await?;
    }
    if !store::waits(&mut tx, payer, period).await? {
        return Ok(());
    }
    store::keep_usage(&mut tx, payer, &month.gathered.kept).await?;
    let invoice = if lines.is_empty() {
        None
    } else {
        let making = Making {
            kind: DocumentKind::Invoice,
            period,
            issued: month.issued,
            corrects: None,
        };
        let invoice = issue(&mut tx, ids, issuer, payer, about, &making, lines).await?;
        tell(&mut tx, ids, issuer, payer, about, &invoice).await?;
        Some(invoice.id)
    };
    store::settle(&mut tx, payer, period, invoice).await?;
    tx.commit().await
}

/// What a document says of whom it is for.
pub(super) struct About {
    pub organisation: Organisation,
    pub terms: Terms,
    pub buyer: Party,
}

impl About {
    pub async fn of(conn: &mut Conn, payer: &Scope) -> Result<About> {
        let organisation = access::organisation(conn, payer).await?;
        let terms = store::terms(conn, payer).await?;
        let address = help::delivery_address(conn, payer).await?;
        let (street, postal_code, city, country) = match address {
            Some(at) => (at.street, at.postal_code, at.city, at.country),
            None => (String::new(), String::new(), String::new(), "DK".to_owned()),
        };
        let buyer = Party {
            name: organisation.name.clone(),
            cvr: terms.finance.cvr.clone().unwrap_or_default(),
            street,
            postal_code,
            city,
            country,
            gln: terms.finance.gln.clone(),
            email: terms.finance.addresses.first().cloned(),
        };
        Ok(About {
            organisation,
            terms,
            buyer,
        })
    }
}

/// Which document is made.
pub(super) struct Making {
    pub kind: DocumentKind,
    pub period: Period,
    pub issued: Date,
    /// Id, number and day of issue.
    pub corrects: Option<(InvoiceId, String, Date)>,
}

/// Writes lines, takes the number, writes the invoice.
pub(super) async fn issue(
    tx: &mut Tx,
    ids: &Ids,
    issuer: &Issuer,
    payer: &Scope,
    about: &About,
    making: &Making,
    lines: Vec<IssuedLine>,
) -> Result<Invoice> {
    let id: InvoiceId = ids.make();
    store::insert_lines(tx, payer, id, &lines).await?;
    let issued = making.issued;
    let series = format!("{}{}", issuer.prefix, issued.year());
    // Last: until the transaction ends, everybody else who issues waits here.
    let sequence = store::next_number(tx, payer, &series).await?;
    let number = format!("{series}-{sequence:06}");
    let totals = rules::totals(lines.iter().map(|issued| &issued.line));
    let due = rules::settings::due(issued, issuer.payment_days);
    let head = Document {
        kind: making.kind,
        language: about.organisation.language,
        number: number.clone(),
        issued,
        due,
        period: making.period,
        seller: issuer.seller.clone(),
        buyer: about.buyer.clone(),
        buyer_reference: about
            .terms
            .finance
            .buyer_reference
            .clone()
            .unwrap_or_else(|| about.organisation.customer_number.clone()),
        order_reference: None,
        corrects: making
            .corrects
            .as_ref()
            .map(|(_, number, issued)| (number.clone(), *issued)),
        payment: Payment {
            registration: issuer.registration.clone(),
            account: issuer.account.clone(),
            reference: number.clone(),
        },
        groups: Vec::new(),
        lines: Vec::new(),
        totals: totals.clone(),
    };
    let invoice = Invoice {
        id,
        organisation: payer.organisation(),
        kind: making.kind,
        number,
        period: making.period,
        issued,
        due,
        net: totals.net,
        vat: totals.vat_amount(),
        gross: totals.gross,
        lines: lines.len() as i64,
        state: if about.terms.finance.addresses.is_empty() {
            InvoiceState::Issued
        } else {
            InvoiceState::Sent
        },
        corrects: making.corrects.as_ref().map(|(id, ..)| *id),
    };
    let seal = || hash(&document(&head, payer.organisation(), lines));
    let new = store::NewInvoice {
        invoice: &invoice,
        series: &series,
        sequence,
        head: &head,
        hash: debug_span!("billing.seal").in_scope(seal)?,
        now: ids.now(),
    };
    store::insert_invoice(tx, payer, &new).await?;
    let by = payer.principal().map(|principal| principal.0);
    let entry = AuditEntry::new(payer.organisation().0, by, "issue_invoice")
        .on("invoice", id)
        .with(serde_json::json!({ "kind": making.kind, "lines": invoice.lines }));
    audit::record(tx, ids, entry).await?;
    for changed in [Some(id), invoice.corrects].into_iter().flatten() {
        let topic = payer.organisation().0;
        live::tell(tx, ids, topic, "invoices", Some(changed.0)).await?;
    }
    Ok(invoice)
}

/// The document of a head and its lines. Organisations are named where the payer pays for others.
pub(super) fn document(
    head: &Document,
    payer: access::OrganisationId,
    lines: Vec<IssuedLine>,
) -> Document {
    let several = lines.iter().any(|line| line.whose.organisation != payer);
    let mut groups: Vec<Group> = Vec::new();
    for issued in &lines {
        if issued.line.group >= groups.len() {
            groups.push(Group {
                person: issued.whose.person_name.clone(),
                organisation: several.then(|| issued.whose.organisation_name.clone()),
            });
        }
    }
    Document {
        groups,
        lines: lines.into_iter().map(|issued| issued.line).collect(),
        ..head.clone()
    }
}

/// SHA-256 of the document as JSON. A field that is added to the document later must be left out where it says nothing, or what
/// was issued before would look changed.
pub(super) fn hash(document: &Document) -> Result<[u8; 32]> {
    let json = serde_json::to_vec(document)
        .map_err(|error| Error::internal(format!("an invoice is no JSON: {error}")))?;
    Ok(Sha256::digest(json).into())
}

/// Mails that it is there, to whoever asked to be told, with a link and no document.
pub(super) async fn tell(
    tx: &mut Tx,
    ids: &Ids,
    issuer: &Issuer,
    payer: &Scope,
    about: &About,
    invoice: &Invoice,
) -> Result<()> {
    let mut link = issuer.portal.clone();
    link.set_path(&format!(
        "/o/{}/invoices/{}",
        payer.organisation(),
        invoice.id
    ));
    for address in &about.terms.finance.addresses {
        let news = notices::InvoiceNews {
            to: address,
            language: about.organisation.language,
            number: &invoice.number,
            period: invoice.period,
            organisation: &about.organisation.name,
            total: invoice.gross,
            due: invoice.due,
            credit_note: invoice.kind == DocumentKind::CreditNote,
            link: &link,
            lane: payer.organisation().0,
        };
        notices::invoice_ready(tx, ids, &news).await?;
    }
    Ok(())
}

/// The worker's scope on a payer.
pub(super) async fn payer(
    conn: &mut Conn,
    system: SystemScope,
    id: access::OrganisationId,
) -> Result<Scope> {
    access::for_work(conn, system, id).await
}
