//! A billing period: a month of Copenhagen's calendar. An instant is in exactly one, on both sides of summer time too.

use crate::{
    Error, Instant, Result,
    db::{FromValue, Value},
    time::copenhagen,
};
use jiff::civil::Date;

/// A month, written `2026-11`; earlier months sort before later ones, as text too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Months since the beginning of year 0.
    months: i32,
}

/// The years that can be written with four digits.
const MONTHS: std::ops::Range<i32> = 0..120_000;

impl Period {
    /// The period that `instant` falls in; before year 0 and after 9999 the nearest one.
    pub fn of(instant: Instant) -> Period {
        Period::of_day(instant.danish_day())
    }

    pub fn of_day(day: Date) -> Period {
        Period::from_months(i32::from(day.year()) * 12 + i32::from(day.month()) - 1)
    }

    fn from_months(months: i32) -> Period {
        Period {
            months: months.clamp(MONTHS.start, MONTHS.end - 1),
        }
    }

    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Period> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, many: usize| {
            (text.len() == many && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse::<i32>().ok())
                .flatten()
        };
        let (year, month) = (digits(year, 4)?, digits(month, 2)?);
        (1..=12)
            .contains(&month)
            .then(|| Period::from_months(year * 12 + month - 1))
    }

    pub fn year(self) -> i16 {
        i16::try_from(self.months / 12).unwrap_or(i16::MAX)
    }

    /// 1 to 12.
    pub fn month(self) -> i8 {
        i8::try_from(self.months % 12 + 1).unwrap_or(1)
    }

    pub fn first_day(self) -> Date {
        Date::new(self.year(), self.month(), 1).unwrap_or(Date::MIN)
    }

    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    pub fn days(self) -> i64 {
        i64::from(self.first_day().days_in_month())
    }

    /// Its first instant.
    pub fn start(self) -> Instant {
        let midnight = self.first_day().to_zoned(copenhagen());
        midnight.map_or(Instant(i64::MIN), |zoned| {
            Instant::from_timestamp(zoned.timestamp())
        })
    }

    /// The first instant that is not in it any more.
    pub fn end(self) -> Instant {
        if self.months + 1 == MONTHS.end {
            return Instant(i64::MAX);
        }
        self.next().start()
    }

    #[must_use]
    pub fn next(self) -> Period {
        Period::from_months(self.months + 1)
    }

    /// So many months before.
    #[must_use]
    pub fn back(self, months: i32) -> Period {
        Period::from_months(self.months.saturating_sub(months))
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Period::parse(&text).ok_or_else(|| serde::de::Error::custom("not a month like 2026-11"))
    }
}

impl utoipa::PartialSchema for Period {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[0-9]{4}-(0[1-9]|1[0-2])$"))
            .description(Some("A month in Copenhagen, `2026-11`."))
            .into()
    }
}

impl utoipa::ToSchema for Period {}

impl From<Period> for Value {
    fn from(period: Period) -> Value {
        Value::Text(period.to_string())
    }
}

impl FromValue for Period {
    fn from_value(value: &Value) -> Result<Self> {
        let text = value.as_text()?;
        Period::parse(text).ok_or_else(|| Error::internal(format!("no period {text}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(text: &str) -> Period {
        Period::of(Instant::parse(text).unwrap())
    }

    #[test]
    fn a_month_begins_at_danish_midnight() {
        assert_eq!(at("2026-10-31T22:59:59.999999Z").to_string(), "2026-10");
        assert_eq!(at("2026-10-31T23:00:00Z").to_string(), "2026-11");
        // In summer two hours before UTC's.
        assert_eq!(at("2026-07-31T21:59:59Z").to_string(), "2026-07");
        assert_eq!(at("2026-07-31T22:00:00Z").to_string(), "2026-08");
        let march = Period::parse("2027-03").unwrap();
        let hours = march.end().since(march.start()).as_secs() / 3600;
        assert_eq!(hours, 31 * 24 - 1, "summer time begins");
    }

    #[test]
    fn every_quarter_of_an_hour_of_three_years_is_in_exactly_one_period() {
        let (mut now, end) = (
            Instant::parse("2025-12-31T00:00:00Z").unwrap(),
            Instant::parse("2029-01-02T00:00:00Z").unwrap(),
        );
        let mut before = Period::of(now);
        while now < end {
            let period = Period::of(now);
            assert!(period.start() <= now && now < period.end(), "{now}");
            assert!(period == before || period == before.next(), "{now}");
            assert_eq!(period.start(), period.back(1).end());
            before = period;
            now = now.plus(Duration::from_secs(900));
        }
    }

    #[test]
    fn what_is_no_month_is_not_read() {
        for text in [
            "2026",
            "2026-13",
            "2026-00",
            "26-11",
            "2026-1",
            "+026-11",
            "2026-11-01",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
        assert_eq!(
            Period::parse("0000-01").unwrap().back(5).to_string(),
            "0000-01"
        );
    }
}
