//! An invoice as it was issued: everything that stands on it, so that it can be rendered again at any time to the same bytes.

use crate::catalogue::Texts;
use jiff::civil::Date;
use platform::{Money, Period, i18n::Language, words};
use serde::{Deserialize, Serialize};

words! {
    pub enum DocumentKind {
        Invoice = "invoice",
        CreditNote = "creditNote",
    }
}

words! {
    /// Under what a charge is shown. VAT category is something else.
    pub enum TariffCategory {
        Subscriptions = "subscriptions",
        Usage = "usage",
        AddOns = "addOns",
        Hardware = "hardware",
        Services = "services",
        Other = "other",
    }
}

words! {
    /// EN 16931's VAT category codes (UNTDID 5305), as far as they are used.
    pub enum VatCategory {
        /// Standard rate.
        Standard = "S",
        /// Zero rated.
        Zero = "Z",
    }
}

impl VatCategory {
    /// Whole per cent.
    pub fn rate(self) -> i64 {
        match self {
            VatCategory::Standard => crate::catalogue::rules::VAT_RATE,
            VatCategory::Zero => 0,
        }
    }
}

words! {
    /// What a quantity counts.
    pub enum InvoiceUnit {
        Piece = "piece",
        Month = "month",
        Day = "day",
        Megabyte = "megabyte",
        Minute = "minute",
    }
}

/// One of the two on an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    pub name: String,
    /// Danish business register number, eight digits.
    pub cvr: String,
    pub street: String,
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Global Location Number, thirteen digits: where a public buyer receives invoices.
    pub gln: Option<String>,
    pub email: Option<String>,
}

/// How it is to be paid: a transfer to a Danish bank account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// Bank registration number, four digits.
    pub registration: String,
    /// Account number, up to ten digits.
    pub account: String,
    /// What the payer writes on the payment.
    pub reference: String,
}

/// Whose lines follow: a person, or the organisation itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// As it was when the invoice was issued. `None`: what belongs to the organisation itself.
    pub person: Option<String>,
    /// The organisation, where the payer pays for several.
    pub organisation: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Discount {
    /// Hundredths of a per cent: 1,000 is 10 %.
    pub rate: i64,
    pub amount: Money,
}

/// One charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Position in the document's groups.
    pub group: usize,
    pub category: TariffCategory,
    pub product: Texts,
    /// E.164.
    pub number: Option<String>,
    /// The customer's own reference: cost centre, project.
    pub reference: Option<String>,
    pub quantity: i64,
    pub unit: InvoiceUnit,
    /// For `base` units. Negative never; a credit note is a document of its own.
    pub price: Money,
    pub base: i64,
    pub discount: Option<Discount>,
    /// After the discount, VAT excluded.
    pub amount: Money,
    pub vat: VatCategory,
    /// First and last day, both included; `None` for what happens once.
    pub days: Option<(Date, Date)>,
}

/// What is taxed at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VatTotal {
    pub category: VatCategory,
    pub taxable: Money,
    pub vat: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentTotals {
    pub net: Money,
    pub vat: Vec<VatTotal>,
    pub gross: Money,
}

impl DocumentTotals {
    pub fn vat_amount(&self) -> Money {
        self.vat.iter().map(|total| total.vat).sum()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    pub kind: DocumentKind,
    /// The buyer's; the e-invoice has one language only.
    pub language: Language,
    /// Consecutive in its series, without a gap.
    pub number: String,
    pub issued: Date,
    pub due: Date,
    pub period: Period,
    pub seller: Party,
    pub buyer: Party,
    /// The buyer's own mark; without one the customer number stands there.
    pub buyer_reference: String,
    pub order_reference: Option<String>,
    /// The invoice that a credit note corrects: its number and day of issue.
    pub corrects: Option<(String, Date)>,
    pub payment: Payment,
    pub groups: Vec<Group>,
    /// In the order in which they are shown.
    pub lines: Vec<Line>,
    pub totals: DocumentTotals,
}
