//! The words of this room, besides the document itself.

use super::{Discount, DocumentKind, InvoiceUnit, Line, Party, TariffCategory, VatCategory};
use crate::{
    access::OrganisationId,
    catalogue::OfferingId,
    directory::PersonId,
    subscriptions::SubscriptionId,
    usage::{Destination, UsageKind},
};
use jiff::civil::Date;
use platform::{Instant, Money, Period, config::Config, id, words};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

id!(InvoiceId, "An invoice, or a credit note.");
id!(DiscountId, "A customer's discount.");

words! {
    pub enum InvoiceState {
        /// Nobody was told by mail: there was no address.
        Issued = "issued",
        Sent = "sent",
        /// All of it was credited.
        Credited = "credited",
    }
}

words! {
    /// What was charged. Each once: an interval in its month, an order's item, a unit of use.
    pub enum ChargeKind {
        Interval = "interval",
        Item = "item",
        Usage = "usage",
        /// A line of another invoice, on a credit note.
        Credit = "credit",
    }
}

/// Who sells, and on which terms; from the configuration.
#[derive(Clone, Debug)]
pub struct Issuer {
    pub seller: Party,
    /// Bank registration number and account.
    pub registration: String,
    pub account: String,
    /// Days from issue until an invoice is due.
    pub payment_days: u32,
    /// In front of the year in every invoice's number.
    pub prefix: String,
    /// Day of the month on which the month before is closed by itself; 0 is never.
    pub close_day: u32,
    /// Where mails lead.
    pub portal: Url,
}

impl Issuer {
    /// The seller of a configuration.
    pub fn of(config: &Config) -> Issuer {
        let seller = &config.seller;
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        Issuer {
            seller: Party {
                name: (*seller.name).clone(),
                cvr: said(&seller.cvr),
                street: said(&seller.street),
                postal_code: said(&seller.postal_code),
                city: said(&seller.city),
                country: seller.country.clone(),
                gln: None,
                email: seller.email.clone(),
            },
            registration: said(&seller.bank_registration),
            account: said(&seller.bank_account),
            payment_days: config.billing.payment_days,
            prefix: said(&config.billing.number_prefix),
            close_day: config.billing.close_day,
            portal: config.server.public_url.clone(),
        }
    }

    /// What must be known of a seller before anything is issued: the first that is missing, as the configuration names it.
    pub fn missing(&self) -> Option<&'static str> {
        [
            ("seller.cvr", &self.seller.cvr),
            ("seller.street", &self.seller.street),
            ("seller.postal_code", &self.seller.postal_code),
            ("seller.city", &self.seller.city),
            ("seller.bank_registration", &self.registration),
            ("seller.bank_account", &self.account),
        ]
        .into_iter()
        .find(|(_, value)| value.is_empty())
        .map(|(key, _)| key)
    }
}

/// How an organisation is billed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// `None`: itself.
    pub payer: Option<OrganisationId>,
    pub finance: Finance,
}

/// What a customer decides of its invoices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finance {
    /// Told of each invoice.
    pub addresses: Vec<String>,
    /// The buyer's own mark on each invoice.
    pub buyer_reference: Option<String>,
    /// Thirteen digits.
    pub gln: Option<String>,
    /// Eight digits.
    pub cvr: Option<String>,
}

/// Takes something off a customer's charges, for whole months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountRule {
    /// Hundredths of a per cent: 1 to 10,000.
    pub rate: i64,
    /// Of this category alone, or of this offering alone, or of all.
    pub category: Option<TariffCategory>,
    pub offering: Option<OfferingId>,
    pub from: Period,
    /// The first month without it.
    pub until: Option<Period>,
}

/// What a class of use costs from a month on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsagePrice {
    pub kind: UsageKind,
    pub destination: Destination,
    pub from: Period,
    /// For `base` megabytes, minutes or messages.
    pub price: Money,
    pub base: i64,
}

/// Whose charge it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whose {
    pub organisation_key: String,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    /// What concerns no person comes after what does.
    pub is_organisations: bool,
    pub person_key: String,
    pub person: Option<PersonId>,
    pub person_name: Option<String>,
    pub subscription: Option<SubscriptionId>,
    /// E.164 with `+`.
    pub number: Option<String>,
    pub reference: Option<String>,
}

/// A line with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedLine {
    /// From 1.
    pub position: i64,
    pub whose: Whose,
    pub offering: Option<OfferingId>,
    pub line: Line,
    /// The month of use that came late.
    pub used_in: Option<Period>,
    pub charge_kind: ChargeKind,
    pub charge: Option<Uuid>,
    /// With `charge`, unique.
    pub charge_period: Option<Period>,
}

/// A line as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedLine {
    /// From 1.
    pub position: i64,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub person: Option<PersonId>,
    pub person_name: Option<String>,
    /// E.164 with `+`.
    pub number: Option<String>,
    pub category: TariffCategory,
    /// In the list's language.
    pub product: String,
    pub offering: Option<OfferingId>,
    pub subscription: Option<SubscriptionId>,
    pub reference: Option<String>,
    pub quantity: i64,
    pub unit: InvoiceUnit,
    /// For `base` units.
    pub price: Money,
    pub base: i64,
    pub discount: Option<Discount>,
    /// After the discount.
    pub amount: Money,
    pub vat: VatCategory,
    /// First and last day, YYYY-MM-DD as they are kept: of fifty thousand nobody asks more than to be shown them.
    pub from: Option<String>,
    pub to: Option<String>,
    /// The month of use that came late.
    pub used_in: Option<Period>,
    /// What it stands by in the order of its list.
    pub key: LineKey,
}

/// An invoice without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
    pub id: InvoiceId,
    pub organisation: OrganisationId,
    pub kind: DocumentKind,
    pub number: String,
    pub period: Period,
    pub issued: Date,
    pub due: Date,
    pub net: Money,
    pub vat: Money,
    /// With VAT.
    pub gross: Money,
    pub lines: i64,
    pub state: InvoiceState,
    /// The invoice that a credit note corrects.
    pub corrects: Option<InvoiceId>,
}

words! {
    pub enum InvoiceSort {
        Issued = "issued",
        Number = "number",
        Period = "period",
        Due = "due",
        Total = "total",
    }
}

/// What a list of invoices was asked for.
#[derive(Clone, Debug)]
pub struct InvoiceQuery {
    pub kind: Option<DocumentKind>,
    pub state: Option<InvoiceState>,
    /// Both included.
    pub from: Option<Period>,
    pub to: Option<Period>,
    /// A part of the number.
    pub q: String,
    pub sort: InvoiceSort,
    pub descends: bool,
    /// Key and id of the row after which the list goes on.
    pub after: Option<(LineKey, InvoiceId)>,
    pub limit: i64,
}

words! {
    pub enum LineSort {
        /// As it is printed.
        Position = "position",
        Organisation = "organisation",
        Person = "person",
        Number = "number",
        Category = "category",
        Product = "product",
        Reference = "reference",
        Quantity = "quantity",
        Price = "price",
        Amount = "amount",
        From = "from",
    }
}

/// What of an invoice's lines is wanted; all of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineFilter {
    pub organisation: Option<OrganisationId>,
    pub person: Option<PersonId>,
    /// Digits anywhere in the number.
    pub number: Option<String>,
    pub product: Option<OfferingId>,
    pub category: Option<TariffCategory>,
    /// A part of the reference.
    pub reference: Option<String>,
    /// Øre, both included.
    pub amount_from: Option<i64>,
    pub amount_to: Option<i64>,
    /// Words of person, product and reference, or digits of the number.
    pub q: Option<String>,
}

impl LineFilter {
    pub fn is_empty(&self) -> bool {
        *self == LineFilter::default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKey {
    Number(i64),
    Text(String),
}

#[derive(Clone, Debug)]
pub struct LineQuery {
    pub filter: LineFilter,
    pub sort: LineSort,
    pub descends: bool,
    /// In which language products sort.
    pub language: platform::i18n::Language,
    /// Key and position of the row after which the list goes on.
    pub after: Option<(LineKey, i64)>,
    pub limit: i64,
}

/// How many lines a filter leaves, and what they come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineTotals {
    pub lines: i64,
    pub amount: Money,
}

/// What one category of an invoice comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategorySum {
    pub category: TariffCategory,
    pub amount: Money,
    pub lines: i64,
}

words! {
    pub enum PeriodState {
        Open = "open",
        /// Its invoices are being made.
        Running = "running",
        Closed = "closed",
    }
}

/// How a billing period stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodStatus {
    pub period: Period,
    pub state: PeriodState,
    pub closed_at: Option<Instant>,
    pub waiting: i64,
    pub issued: i64,
    pub nothing: i64,
    pub lines: i64,
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
    /// Use for which there is no price: (kind, destination, units).
    pub unpriced: Vec<(UsageKind, Destination, i64)>,
}

words! {
    /// Why one invoice differs from the one before.
    pub enum Cause {
        New = "new",
        Ended = "ended",
        /// The same product at another price, or with another discount.
        Price = "price",
        Usage = "usage",
        /// The same product for another number of days.
        Days = "days",
        /// Happens once, now or then.
        Once = "once",
    }
}

/// What of a subscription's use has been charged, in whole megabytes, minutes or messages, by destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    pub domestic: i64,
    pub eu: i64,
    pub world: i64,
    pub premium: i64,
}

impl Units {
    pub fn of(&self, destination: Destination) -> i64 {
        match destination {
            Destination::Domestic => self.domestic,
            Destination::Eu => self.eu,
            Destination::World => self.world,
            Destination::Premium => self.premium,
        }
    }

    pub fn set(&mut self, destination: Destination, units: i64) {
        match destination {
            Destination::Domestic => self.domestic = units,
            Destination::Eu => self.eu = units,
            Destination::World => self.world = units,
            Destination::Premium => self.premium = units,
        }
    }
}
