//! How this area shows amounts that changed, and whose they are.

use domain::{
    access::OrganisationId,
    billing::{self, InvoiceId, Whose, rules::compare},
    directory::PersonId,
};
use platform::{Money, Period};

/// A change from one amount to another.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AmountChange)]
pub struct Change {
    amount: Money,
    /// Hundredths of a per cent: `1250` is 12.5 %. `null` where there was nothing before.
    #[schema(required)]
    basis_points: Option<i64>,
}

impl Change {
    pub fn of(before: Money, now: Money) -> Self {
        Change {
            amount: Money::dkk(now.amount - before.amount),
            basis_points: compare::basis_points(before, now),
        }
    }
}

/// An organisation whose charges are paid.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = ChargedOrganisation)]
pub struct Organisation {
    pub id: OrganisationId,
    pub name: String,
}

impl Organisation {
    pub fn of(whose: &Whose) -> Self {
        Organisation {
            id: whose.organisation,
            name: whose.organisation_name.clone(),
        }
    }
}

/// Somebody, as they were called when the invoice was issued.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = ChargedPerson)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
}

impl Person {
    pub fn of(whose: &Whose) -> Option<Self> {
        whose.person.map(|id| Person {
            id,
            name: whose.person_name.clone().unwrap_or_default(),
        })
    }
}

/// Another invoice.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = InvoiceRef)]
pub struct InvoiceRef {
    id: InvoiceId,
    number: String,
    period: Period,
}

impl InvoiceRef {
    pub fn of(invoice: &billing::Invoice) -> Self {
        InvoiceRef {
            id: invoice.id,
            number: invoice.number.clone(),
            period: invoice.period,
        }
    }
}
