//! Invoices as documents, and their lines as tables.

use super::{File, TEXTS, amount, headings, or_null, table};
use crate::{
    App,
    invoice_lines::{checked, sorts},
};
use domain::{
    access::{OrganisationId, Scope},
    billing::{self, InvoiceId, LineFilter, LineQuery, LineSort, ListedLine, TariffCategory},
    catalogue::OfferingId,
    directory::PersonId,
};
use platform::{
    Error, Money, Result,
    csv::Cell,
    db::Conn,
    http::{Paging, page::sort_schema},
    i18n::{self, Language},
    words,
};
use std::sync::Arc;

words! {
    /// Portable document, table of the lines, or Peppol BIS Billing 3 in UBL 2.1.
    pub enum InvoiceFormat {
        Pdf = "pdf",
        Csv = "csv",
        Ubl = "ubl",
    }
}

/// As the list of an invoice's lines is filtered.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(
    remote = "Self",
    rename_all = "camelCase",
    deny_unknown_fields,
    default
)]
pub struct InvoiceLinesFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<OfferingId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<TariffCategory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    reference: Option<String>,
    /// Minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_from: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_to: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    q: Option<String>,
}

platform::told_apart!(InvoiceLinesFilter);

words! {
    pub enum InvoiceLineColumn {
        Organisation = "organisation",
        Person = "person",
        Number = "number",
        Category = "category",
        Product = "product",
        Reference = "reference",
        Quantity = "quantity",
        InvoiceUnit = "unit",
        Price = "price",
        Base = "base",
        Discount = "discount",
        Amount = "amount",
        VatRate = "vatRate",
        From = "from",
        To = "to",
        UsedIn = "usedIn",
        Position = "position",
    }
}

/// Rows that are read together.
const PAGE: i64 = 5_000;

fn wanted(filter: &InvoiceLinesFilter) -> Result<LineFilter> {
    let filter = filter.clone();
    checked(
        LineFilter {
            organisation: filter.organisation,
            person: filter.person,
            number: filter.number,
            product: filter.product,
            category: filter.category,
            reference: filter.reference,
            amount_from: filter.amount_from,
            amount_to: filter.amount_to,
            q: filter.q,
        },
        "/filter/",
    )
}

/// What may stand in `sort`: as the list of lines sorts.
pub(super) fn sort_of_lines() -> utoipa::openapi::schema::Object {
    or_null(sort_schema(sorts()))
}

fn sorting(sort: Option<&str>) -> Result<(LineSort, bool)> {
    let paging = Paging::check(None, None, sort, &sorts()).map_err(|mut error| {
        for field in &mut error.fields {
            field.pointer = "/sort".to_owned();
        }
        error
    })?;
    let field = LineSort::parse(paging.field()).unwrap_or(LineSort::Position);
    Ok((field, paging.descends()))
}

pub(super) fn check(filter: &InvoiceLinesFilter, sort: Option<&str>) -> Result<()> {
    wanted(filter)?;
    sorting(sort).map(|_| ())
}

/// The lines that a filter leaves, in the order and with the columns of the screen.
pub(super) async fn lines(
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
    filter: &InvoiceLinesFilter,
    sort: Option<&str>,
    columns: Option<&[InvoiceLineColumn]>,
    language: Language,
) -> Result<File> {
    let invoice = billing::invoice(conn, scope, id).await?;
    let (sort, descends) = sorting(sort)?;
    let mut query = LineQuery {
        filter: wanted(filter)?,
        sort,
        descends,
        language,
        after: None,
        limit: PAGE,
    };
    let columns = columns.unwrap_or(InvoiceLineColumn::ALL);
    let names: Vec<_> = columns.iter().map(|column| column.as_str()).collect();
    let mut writer = table(&headings(language, "invoiceLines", &names));
    loop {
        let (lines, _) = billing::lines(conn, scope, id, &query).await?;
        for line in &lines {
            writer.row(columns.iter().map(|column| cell(line, *column, language)));
        }
        match lines.last() {
            Some(last) if lines.len() as i64 == PAGE => {
                query.after = Some((last.key.clone(), last.position));
            }
            _ => break,
        }
    }
    Ok(File {
        name: name(language, &invoice.number, "csv"),
        content_type: "text/csv; charset=utf-8",
        content: writer.finish().into_bytes(),
    })
}

/// `invoice-2026-000042.pdf`, in the reader's language.
fn name(language: Language, number: &str, ending: &str) -> String {
    let word = TEXTS.text(language, "download.invoice.file", &[]);
    let number: String = number
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
        .collect();
    format!("{word}-{number}.{ending}")
}

fn cell(line: &ListedLine, column: InvoiceLineColumn, language: Language) -> Cell<'_> {
    let day = |day: &Option<String>| Cell::plain(day.clone().unwrap_or_default());
    match column {
        InvoiceLineColumn::Organisation => Cell::text(line.organisation_name.as_str()),
        InvoiceLineColumn::Person => Cell::maybe(line.person_name.as_deref()),
        InvoiceLineColumn::Number => match &line.number {
            Some(number) => Cell::phone(number.as_str()),
            None => Cell::text(""),
        },
        InvoiceLineColumn::Category => {
            Cell::plain(TEXTS.text(language, &format!("tariffCategory.{}", line.category), &[]))
        }
        InvoiceLineColumn::Product => Cell::text(line.product.as_str()),
        InvoiceLineColumn::Reference => Cell::maybe(line.reference.as_deref()),
        InvoiceLineColumn::Quantity => Cell::plain(line.quantity.to_string()),
        InvoiceLineColumn::InvoiceUnit => {
            Cell::plain(TEXTS.text(language, &format!("unit.{}", line.unit), &[]))
        }
        InvoiceLineColumn::Price => amount(language, line.price),
        InvoiceLineColumn::Base => Cell::plain(line.base.to_string()),
        InvoiceLineColumn::Discount => {
            let off = line
                .discount
                .map_or(Money::ZERO, |discount| discount.amount);
            amount(language, off)
        }
        InvoiceLineColumn::Amount => amount(language, line.amount),
        InvoiceLineColumn::VatRate => Cell::plain(line.vat.rate().to_string()),
        InvoiceLineColumn::From => day(&line.from),
        InvoiceLineColumn::To => day(&line.to),
        InvoiceLineColumn::UsedIn => Cell::plain(
            line.used_in
                .map(|month| i18n::month(language, month))
                .unwrap_or_default(),
        ),
        InvoiceLineColumn::Position => Cell::plain(line.position.to_string()),
    }
}

/// An invoice as a document.
pub(super) async fn document(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    id: InvoiceId,
    format: InvoiceFormat,
    language: Language,
) -> Result<File> {
    if format == InvoiceFormat::Csv {
        let all = InvoiceLinesFilter::default();
        return lines(conn, scope, id, &all, None, None, language).await;
    }
    let document = billing::document(conn, scope, id).await?;
    let number = document.number.clone();
    let renderer = Arc::clone(&app.documents);
    // Fifty thousand lines take their time, which is not to be taken from others.
    let rendering = tokio::task::spawn_blocking(move || match format {
        InvoiceFormat::Pdf => renderer.pdf(&document, language),
        InvoiceFormat::Csv | InvoiceFormat::Ubl => renderer.ubl(&document),
    });
    let content = rendering
        .await
        .map_err(|error| Error::internal(format!("an invoice could not be rendered: {error}")))??;
    let (ending, content_type) = match format {
        InvoiceFormat::Pdf => ("pdf", "application/pdf"),
        InvoiceFormat::Csv | InvoiceFormat::Ubl => ("xml", "application/xml"),
    };
    Ok(File {
        name: name(language, &number, ending),
        content_type,
        content,
    })
}
