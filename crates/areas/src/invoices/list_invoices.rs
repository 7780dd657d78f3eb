use super::view::{Change, InvoiceRef};
use crate::{Shared, caller::Caller, fields::searched, operations};
use axum::extract::State;
use domain::{
    access::{OrganisationId, Scope},
    billing::{self, DocumentKind, InvoiceId, InvoiceQuery, InvoiceSort, InvoiceState, LineKey},
};
use jiff::civil::Date;
use platform::{
    Money, Period, Result,
    db::Conn,
    http::{
        Json, Page, Paging, Path, Query,
        page::{CursorKey, sort_schema},
    },
};
use std::collections::HashMap;

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListInvoicesQuery {
    kind: Option<DocumentKind>,
    state: Option<InvoiceState>,
    /// The first month.
    from: Option<Period>,
    /// The last month.
    to: Option<Period>,
    /// A part of the number.
    q: Option<String>,
    /// A field, with `-` in front to descend; `-issued` without.
    #[param(schema_with = sorts)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What invoices are sorted by.
const SORTS: [&str; 5] = ["-issued", "number", "period", "due", "total"];

fn sorts() -> utoipa::openapi::schema::Object {
    sort_schema(SORTS)
}

/// An invoice or a credit note, without its lines.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invoice {
    id: InvoiceId,
    kind: DocumentKind,
    number: String,
    /// The month, `2026-11`.
    period: Period,
    #[schema(value_type = String, format = Date)]
    issued: Date,
    #[schema(value_type = String, format = Date)]
    due: Date,
    state: InvoiceState,
    /// Without VAT.
    net: Money,
    vat: Money,
    /// With VAT.
    total: Money,
    lines: i64,
    /// Of `net`, from the invoice of the month before; `null` without one, and on a credit note.
    #[schema(required)]
    change: Option<Change>,
    /// The invoice that a credit note corrects.
    #[schema(required)]
    corrects: Option<InvoiceRef>,
    credit_notes: Vec<InvoiceRef>,
}

impl Invoice {
    pub fn of(
        invoice: &billing::Invoice,
        before: Option<&billing::Invoice>,
        corrects: Option<&billing::Invoice>,
        credit_notes: &[billing::Invoice],
    ) -> Self {
        Invoice {
            id: invoice.id,
            kind: invoice.kind,
            number: invoice.number.clone(),
            period: invoice.period,
            issued: invoice.issued,
            due: invoice.due,
            state: invoice.state,
            net: invoice.net,
            vat: invoice.vat,
            total: invoice.gross,
            lines: invoice.lines,
            change: before.map(|before| Change::of(before.net, invoice.net)),
            corrects: corrects.map(InvoiceRef::of),
            credit_notes: credit_notes.iter().map(InvoiceRef::of).collect(),
        }
    }
}

/// An invoice with what it is compared with, corrects and is corrected by.
pub(crate) async fn whole(
    conn: &mut Conn,
    scope: &Scope,
    invoice: &billing::Invoice,
) -> Result<Invoice> {
    let before = match invoice.corrects {
        None => billing::before(conn, scope, invoice.period).await?,
        Some(_) => None,
    };
    let corrects = match invoice.corrects {
        Some(id) => Some(billing::invoice(conn, scope, id).await?),
        None => None,
    };
    let notes = billing::corrections(conn, scope, &[invoice.id]).await?;
    Ok(Invoice::of(
        invoice,
        before.as_ref(),
        corrects.as_ref(),
        &notes,
    ))
}

/// The invoices that the organisation pays.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/invoices", operation_id = "list_invoices", tag = "invoices",
    params(("organisation" = OrganisationId, Path), ListInvoicesQuery),
    responses((status = 200, description = "Invoices and credit notes, the newest first unless asked otherwise.", body = Page<Invoice>))
)]
pub async fn list_invoices(
    State(app): State<Shared>,
    caller: Caller,
    Path(organisation): Path<OrganisationId>,
    Query(query): Query<ListInvoicesQuery>,
) -> Result<Json<Page<Invoice>>> {
    let scope = caller
        .enter(&app, &operations::LIST_INVOICES, organisation)
        .await?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        &SORTS,
    )?;
    searched("?q", query.q.as_deref())?;
    let sort = InvoiceSort::parse(paging.field()).unwrap_or(InvoiceSort::Issued);
    let after = match &paging.after {
        None => None,
        Some(cursor) => Some((
            match sort {
                InvoiceSort::Total => LineKey::Number(cursor.number(0)?),
                _ => LineKey::Text(cursor.text(0)?.to_owned()),
            },
            InvoiceId(cursor.id(1)?),
        )),
    };
    let wish = InvoiceQuery {
        kind: query.kind,
        state: query.state,
        from: query.from,
        to: query.to,
        q: query.q.unwrap_or_default(),
        sort,
        descends: paging.descends(),
        after,
        limit: paging.fetch(),
    };
    let mut conn = app.db.read().await?;
    let (rows, total) = billing::invoices(&mut conn, &scope, &wish).await?;
    let page = Page::cut(rows, u64::try_from(total).unwrap_or(0), &paging, |last| {
        let key = match wish.key(last) {
            LineKey::Number(number) => CursorKey::from(number),
            LineKey::Text(text) => CursorKey::from(text),
        };
        vec![key, last.id.0.into()]
    });
    let mut shown = HashMap::new();
    for invoice in &page.items {
        shown.insert(invoice.id, whole(&mut conn, &scope, invoice).await?);
    }
    drop(conn);
    let (next, total) = (page.next, page.total);
    let items = page
        .items
        .iter()
        .filter_map(|invoice| shown.remove(&invoice.id))
        .collect();
    Ok(Json(Page { items, next, total }))
}
