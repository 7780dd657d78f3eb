//! The words of this room.

use jiff::civil::Date;
use platform::{Instant, Money, i18n::Language, id, words};
use serde::{Deserialize, Serialize};

id!(OfferingId, "A product offering.");

words! {
    pub enum OfferingKind {
        Telephony = "telephony",
        MobilePackage = "mobilePackage",
        AddOn = "addOn",
        Feature = "feature",
        Hardware = "hardware",
        Service = "service",
    }
}

/// A text in each language that the portal speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    pub en: String,
    pub da: String,
}

impl Texts {
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Da => &self.da,
        }
    }
}

/// What a package allows. Absent means that the kind of product has no such thing; `null` means without limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(as = OfferingAttributes)]
pub struct Attributes {
    /// Megabytes a month (1 GB is 1,000 MB).
    #[serde(skip_serializing_if = "Allowance::is_absent")]
    #[schema(value_type = Option<i64>, required = false)]
    pub data_limit_mb: Allowance,
    /// Minutes a month.
    #[serde(skip_serializing_if = "Allowance::is_absent")]
    #[schema(value_type = Option<i64>, required = false)]
    pub voice_minutes: Allowance,
    /// ISO 3166-1 alpha-2 countries, or group words such as `EU`, in which the allowances hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub countries: Vec<String>,
}

/// An amount that may be absent, without limit or limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<i64>", into = "Option<i64>")]
pub enum Allowance {
    #[default]
    Absent,
    Unlimited,
    Limited(i64),
}

impl Allowance {
    fn is_absent(&self) -> bool {
        *self == Allowance::Absent
    }
}

impl From<Option<i64>> for Allowance {
    fn from(amount: Option<i64>) -> Self {
        amount.map_or(Allowance::Unlimited, Allowance::Limited)
    }
}

impl From<Allowance> for Option<i64> {
    fn from(allowance: Allowance) -> Self {
        match allowance {
            Allowance::Limited(amount) => Some(amount),
            Allowance::Absent | Allowance::Unlimited => None,
        }
    }
}

/// An offering with the price that stands at the instant it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    pub id: OfferingId,
    pub kind: OfferingKind,
    /// Stable, for the network and for files.
    pub code: String,
    pub name: Texts,
    pub description: Texts,
    pub attributes: Attributes,
    pub one_time: Money,
    pub monthly: Money,
}

#[derive(Clone, Debug)]
pub struct NewOffering {
    pub kind: OfferingKind,
    pub code: String,
    pub name: Texts,
    pub description: Texts,
    pub attributes: Attributes,
    pub position: i64,
    pub sold_from: Instant,
    pub one_time: Money,
    pub monthly: Money,
}

/// What an offering costs from a day on.
#[derive(Clone, Debug)]
pub struct NewPrice {
    /// The offering's.
    pub code: String,
    pub from: Date,
    /// The first day without it; then another one follows.
    pub until: Option<Date>,
    pub one_time: Money,
    pub monthly: Money,
}
