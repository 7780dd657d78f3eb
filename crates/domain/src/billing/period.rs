//! The billing month.

use jiff::civil::Date;
use platform::Instant;
use serde::{Deserialize, Serialize};

/// A calendar month in Denmark, from the beginning of its first day to the beginning of the next month's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    first: Date,
}

impl Period {
    pub fn containing(day: Date) -> Self {
        Period {
            first: day.first_of_month(),
        }
    }

    /// The month in which this instant falls in Denmark.
    pub fn at(instant: Instant) -> Self {
        Period::containing(instant.danish_day())
    }

    /// `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
        (first.year() >= 2000).then_some(Period { first })
    }

    pub fn first_day(self) -> Date {
        self.first
    }

    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    pub fn days(self) -> i64 {
        i64::from(self.first.days_in_month())
    }

    /// The month after. The calendar ends in the year 9999, and there this one is given back.
    pub fn next(self) -> Self {
        self.last_day().tomorrow().map_or(self, Period::containing)
    }

    pub fn previous(self) -> Self {
        self.first.yesterday().map_or(self, Period::containing)
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl TryFrom<String> for Period {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Period::parse(&text).ok_or_else(|| format!("{text} is not a month like 2026-11"))
    }
}

impl From<Period> for String {
    fn from(period: Period) -> String {
        period.to_string()
    }
}
