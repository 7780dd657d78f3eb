use super::view::{Organisation, Person};
use crate::{
    Shared,
    caller::Caller,
    invoice_lines::{checked, sorts},
    operations,
};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{
        self, InvoiceId, InvoiceUnit, LineFilter, LineKey, LineQuery, LineSort, ListedLine,
        TariffCategory,
    },
    catalogue::OfferingId,
    directory::PersonId,
    subscriptions::SubscriptionId,
};
use platform::{
    Money, Period, Result,
    http::{
        Json, Page, Paging, Path, Query,
        page::{CursorKey, sort_schema},
    },
};

#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ListInvoiceLinesQuery {
    person: Option<PersonId>,
    /// Three or more digits, anywhere in the number.
    #[param(max_length = 200)]
    number: Option<String>,
    /// An offering.
    product: Option<OfferingId>,
    category: Option<TariffCategory>,
    /// A part of it.
    #[param(max_length = 200)]
    reference: Option<String>,
    /// Minor units; included.
    amount_from: Option<i64>,
    /// Minor units; included.
    amount_to: Option<i64>,
    /// Whose line it is, where the payer pays for several.
    organisation: Option<OrganisationId>,
    /// Words of person, product and reference, or digits of the number.
    q: Option<String>,
    /// A field, with `-` in front to descend; `position` (as it is printed) without.
    #[param(schema_with = sort_of_lines)]
    sort: Option<String>,
    /// 1 to 500; 50 without.
    limit: Option<u32>,
    cursor: Option<String>,
}

/// What lines are sorted by.
fn sort_of_lines() -> utoipa::openapi::schema::Object {
    sort_schema(sorts())
}

/// One charge.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLine {
    /// Its id within the invoice, from 1, as it is printed.
    position: i64,
    organisation: Organisation,
    /// `null`: the organisation's own.
    #[schema(required)]
    person: Option<Person>,
    /// E.164 with `+`.
    #[schema(required)]
    number: Option<String>,
    category: TariffCategory,
    product: String,
    #[schema(required)]
    offering: Option<OfferingId>,
    #[schema(required)]
    subscription: Option<SubscriptionId>,
    #[schema(required)]
    reference: Option<String>,
    /// Negative where something was handed back.
    quantity: i64,
    unit: InvoiceUnit,
    /// For `base` units.
    price: Money,
    base: i64,
    #[schema(required)]
    discount: Option<LineDiscount>,
    /// After the discount.
    amount: Money,
    /// Whole per cent.
    vat_rate: i64,
    #[schema(required, value_type = Option<String>, format = Date)]
    from: Option<String>,
    #[schema(required, value_type = Option<String>, format = Date)]
    to: Option<String>,
    /// The month of use that was told of late.
    #[schema(required)]
    used_in: Option<Period>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineDiscount {
    /// Hundredths of a per cent.
    basis_points: i64,
    amount: Money,
}

/// A page of lines, with what the filters leave over all pages.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct InvoiceLines {
    items: Vec<InvoiceLine>,
    /// Send it as `cursor` to get the next page; `null` on the last one.
    #[schema(required)]
    next: Option<String>,
    /// How many lines the filters let through, over all pages.
    total: u64,
    totals: InvoiceLineTotals,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct InvoiceLineTotals {
    amount: Money,
}

impl InvoiceLine {
    fn of(line: ListedLine) -> Self {
        InvoiceLine {
            position: line.position,
            organisation: Organisation {
                id: line.organisation,
                name: line.organisation_name,
            },
            person: line.person.map(|id| Person {
                id,
                name: line.person_name.unwrap_or_default(),
            }),
            number: line.number,
            category: line.category,
            product: line.product,
            offering: line.offering,
            subscription: line.subscription,
            reference: line.reference,
            quantity: line.quantity,
            unit: line.unit,
            price: line.price,
            base: line.base,
            discount: line.discount.map(|discount| LineDiscount {
                basis_points: discount.rate,
                amount: discount.amount,
            }),
            amount: line.amount,
            vat_rate: line.vat.rate(),
            from: line.from,
            to: line.to,
            used_in: line.used_in,
        }
    }
}

fn filter(query: &ListInvoiceLinesQuery) -> Result<LineFilter> {
    let filter = LineFilter {
        organisation: query.organisation,
        person: query.person,
        number: query.number.clone(),
        product: query.product,
        category: query.category,
        reference: query.reference.clone(),
        amount_from: query.amount_from,
        amount_to: query.amount_to,
        q: query.q.clone(),
    };
    checked(filter, "?")
}

/// The lines of an invoice.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/invoices/{invoice}/lines", operation_id = "list_invoice_lines", tag = "invoices",
    params(("organisation" = OrganisationId, Path), ("invoice" = InvoiceId, Path), ListInvoiceLinesQuery),
    responses((status = 200, description = "Lines, as they are printed unless asked otherwise.", body = InvoiceLines))
)]
pub async fn list_invoice_lines(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, InvoiceId)>,
    Query(query): Query<ListInvoiceLinesQuery>,
) -> Result<Json<InvoiceLines>> {
    let scope = caller
        .enter(&app, &operations::LIST_INVOICE_LINES, organisation)
        .await?;
    let paging = Paging::check(
        query.limit,
        query.cursor.as_deref(),
        query.sort.as_deref(),
        &sorts(),
    )?;
    let sort = LineSort::parse(paging.field()).unwrap_or(LineSort::Position);
    let after = match &paging.after {
        None => None,
        Some(cursor) => Some((
            match sort {
                LineSort::Position | LineSort::Quantity | LineSort::Price | LineSort::Amount => {
                    LineKey::Number(cursor.number(0)?)
                }
                _ => LineKey::Text(cursor.text(0)?.to_owned()),
            },
            cursor.number(1)?,
        )),
    };
    let wish = LineQuery {
        filter: filter(&query)?,
        sort,
        descends: paging.descends(),
        language: caller.language(),
        after,
        limit: paging.fetch(),
    };
    let mut conn = app.db.read().await?;
    let (rows, totals) = billing::lines(&mut conn, &scope, id, &wish).await?;
    drop(conn);
    let total = u64::try_from(totals.lines).unwrap_or(0);
    let page = Page::cut(rows, total, &paging, |last| {
        let key = match &last.key {
            LineKey::Number(number) => CursorKey::from(*number),
            LineKey::Text(text) => CursorKey::from(text.clone()),
        };
        vec![key, last.position.into()]
    });
    Ok(Json(InvoiceLines {
        items: page.items.into_iter().map(InvoiceLine::of).collect(),
        next: page.next,
        total: page.total,
        totals: InvoiceLineTotals {
            amount: totals.amount,
        },
    }))
}
