//! Instants are UTC microseconds since 1970, in the database too: text sorts wrongly on SQLite. Days and billing months
//! are Europe/Copenhagen's.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

/// A point in time: microseconds since 1970-01-01T00:00:00Z. As JSON an RFC 3339 text in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Instant(timestamp.as_microsecond())
    }

    /// Outside jiff's range (years -9999 to 9999) the nearest bound.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(Self::from_timestamp)
    }

    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    pub fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    pub fn plus(self, duration: Duration) -> Self {
        Instant(
            self.0
                .saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    pub fn minus(self, duration: Duration) -> Self {
        Instant(
            self.0
                .saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// The time from `earlier` to this; zero when `earlier` is later.
    pub fn since(self, earlier: Instant) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The instant at which this day begins in Denmark.
    pub fn of_danish_day(day: Date) -> Self {
        copenhagen()
            .to_ambiguous_zoned(day.at(0, 0, 0, 0))
            .compatible()
            .map_or(Instant(0), |zoned| {
                Instant::from_timestamp(zoned.timestamp())
            })
    }

    /// The day in Denmark on which this instant falls.
    pub fn danish_day(self) -> Date {
        self.timestamp().to_zoned(copenhagen()).date()
    }
}

pub(crate) fn copenhagen() -> TimeZone {
    TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC)
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Instant::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("not an RFC 3339 instant in UTC"))
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .description(Some("RFC 3339, UTC"))
            .into()
    }
}

impl utoipa::ToSchema for Instant {}

/// Where the present comes from. Tests and the demo move their own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    fn now(&self) -> Instant {
        Instant::from_timestamp(Timestamp::now())
    }
}

/// A clock that stands still until it is moved. It never stands: each look moves it one microsecond, so that ids and
/// instants made after one another sort after one another.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(start: Instant) -> Self {
        ManualClock(AtomicI64::new(start.0))
    }

    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// The system's time plus an offset that tests and the demo may move, so that time flows while it can also be jumped.
#[derive(Default)]
pub struct OffsetClock(AtomicI64);

impl OffsetClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(
            i64::try_from(by.as_micros()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Instant {
        Instant(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_what_it_wrote() {
        let instant = Instant::parse("2026-11-21T21:15:00.123456Z").unwrap();
        assert_eq!(instant.to_string(), "2026-11-21T21:15:00.123456Z");
        assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
    }

    #[test]
    fn a_danish_day_begins_at_danish_midnight_on_both_sides_of_summer_time() {
        let day = |text: &str| Instant::parse(text).unwrap().danish_day().to_string();
        assert_eq!(day("2026-03-28T23:00:00Z"), "2026-03-29");
        assert_eq!(day("2026-03-28T22:59:59Z"), "2026-03-28");
        assert_eq!(day("2026-07-31T22:00:00Z"), "2026-08-01");
        assert_eq!(day("2026-10-25T22:59:59Z"), "2026-10-25");
        assert_eq!(day("2026-10-25T23:00:00Z"), "2026-10-26");
    }

    #[test]
    fn the_beginning_of_a_danish_day_lies_on_it_and_the_microsecond_before_does_not() {
        for text in ["2026-03-29", "2026-07-01", "2026-10-25", "2026-12-31"] {
            let day: Date = text.parse().unwrap();
            let begins = Instant::of_danish_day(day);
            assert_eq!(begins.danish_day(), day);
            let before = begins.minus(Duration::from_micros(1));
            assert_eq!(before.danish_day(), day.yesterday().unwrap());
        }
    }
}
