use super::{
    list_invoices::{Invoice, whole},
    view::Change,
};
use crate::{Shared, caller::Caller, operations};
use axum::extract::State;
use domain::{
    access::OrganisationId,
    billing::{self, CategorySum, InvoiceId, TariffCategory, VatCategory},
};
use platform::{
    Money, Result,
    http::{Json, Path},
};

/// An invoice with what stands at its head.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceDetails {
    #[serde(flatten)]
    invoice: Invoice,
    seller: Party,
    buyer: Party,
    /// The buyer's own mark, or the customer number.
    buyer_reference: String,
    #[schema(required)]
    order_reference: Option<String>,
    payment: Payment,
    vat_totals: Vec<VatTotal>,
    /// All of them, in the order in which they are shown.
    categories: Vec<Category>,
    /// Whose charges are paid.
    organisations: Vec<OrganisationSum>,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InvoiceParty)]
pub struct Party {
    name: String,
    #[schema(required)]
    cvr: Option<String>,
    #[schema(required)]
    street: Option<String>,
    #[schema(required)]
    postal_code: Option<String>,
    #[schema(required)]
    city: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    #[schema(required)]
    gln: Option<String>,
    #[schema(required)]
    email: Option<String>,
}

impl Party {
    fn of(party: &billing::Party) -> Self {
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        Party {
            name: party.name.clone(),
            cvr: said(&party.cvr),
            street: said(&party.street),
            postal_code: said(&party.postal_code),
            city: said(&party.city),
            country: party.country.clone(),
            gln: party.gln.clone(),
            email: party.email.clone(),
        }
    }
}

/// How to pay: a transfer to a Danish bank account.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = InvoicePayment)]
pub struct Payment {
    registration: String,
    account: String,
    /// To be written on the payment.
    reference: String,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = InvoiceVatTotal)]
pub struct VatTotal {
    category: VatCategory,
    /// Whole per cent.
    rate: i64,
    taxable: Money,
    vat: Money,
}

/// What the invoice comes to in one tariff category.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = InvoiceCategory)]
pub struct Category {
    category: TariffCategory,
    amount: Money,
    /// From the invoice of the month before.
    #[schema(required)]
    change: Option<Change>,
    lines: i64,
}

#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = InvoiceOrganisation)]
pub struct OrganisationSum {
    id: OrganisationId,
    name: String,
    amount: Money,
    lines: i64,
}

/// One of the invoices that the organisation pays.
#[utoipa::path(
    get, path = "/api/v1/organisations/{organisation}/invoices/{invoice}", operation_id = "get_invoice", tag = "invoices",
    params(("organisation" = OrganisationId, Path), ("invoice" = InvoiceId, Path)),
    responses((status = 200, description = "The invoice.", body = InvoiceDetails))
)]
pub async fn get_invoice(
    State(app): State<Shared>,
    caller: Caller,
    Path((organisation, id)): Path<(OrganisationId, InvoiceId)>,
) -> Result<Json<InvoiceDetails>> {
    let scope = caller
        .enter(&app, &operations::GET_INVOICE, organisation)
        .await?;
    let mut conn = app.db.read().await?;
    let details = billing::details(&mut conn, &scope, id).await?;
    let invoice = whole(&mut conn, &scope, &details.invoice).await?;
    drop(conn);
    let head = &details.head;
    let find = |sums: &[CategorySum], category| {
        sums.iter()
            .find(|sum| sum.category == category)
            .copied()
            .unwrap_or(CategorySum {
                category,
                amount: Money::ZERO,
                lines: 0,
            })
    };
    let categories = TariffCategory::ALL
        .iter()
        .map(|category| {
            let now = find(&details.categories, *category);
            let before = details
                .before
                .as_ref()
                .map(|(_, sums)| find(sums, *category));
            Category {
                category: *category,
                amount: now.amount,
                change: before.map(|before| Change::of(before.amount, now.amount)),
                lines: now.lines,
            }
        })
        .collect();
    Ok(Json(InvoiceDetails {
        invoice,
        seller: Party::of(&head.seller),
        buyer: Party::of(&head.buyer),
        buyer_reference: head.buyer_reference.clone(),
        order_reference: head.order_reference.clone(),
        payment: Payment {
            registration: head.payment.registration.clone(),
            account: head.payment.account.clone(),
            reference: head.payment.reference.clone(),
        },
        vat_totals: head
            .totals
            .vat
            .iter()
            .map(|total| VatTotal {
                category: total.category,
                rate: total.category.rate(),
                taxable: total.taxable,
                vat: total.vat,
            })
            .collect(),
        categories,
        organisations: details
            .organisations
            .into_iter()
            .map(|sum| OrganisationSum {
                id: sum.id,
                name: sum.name,
                amount: sum.amount,
                lines: sum.lines,
            })
            .collect(),
    }))
}
