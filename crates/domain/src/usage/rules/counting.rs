//! What counts against an allowance, and when a limit is passed.

use super::super::{Destination, Direction, UsageKind};
use crate::catalogue::{Allowance, Attributes};

/// A megabyte of an allowance: 1 GB is 1,000 MB.
pub const MEGABYTE: i64 = 1_000_000;

/// Per cent of the monthly data limit at which is told.
pub const THRESHOLDS: [i64; 2] = [80, 100];

/// What a package means for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Bytes a month; `None` without limit.
    data: Option<i64>,
    /// Seconds a month; `None` without limit.
    voice: Option<i64>,
    domestic: bool,
    eu: bool,
    world: bool,
}

/// Where a quantity is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    Counted,
    Beyond,
    Received,
}

impl Plan {
    pub fn of(attributes: &Attributes) -> Plan {
        // A package that names no country holds everywhere.
        let holds = |word: &str| {
            attributes.countries.is_empty() || attributes.countries.iter().any(|at| at == word)
        };
        Plan {
            data: limit(attributes.data_limit_mb, MEGABYTE),
            voice: limit(attributes.voice_minutes, 60),
            domestic: holds("DK"),
            eu: holds("EU"),
            world: holds("WORLD"),
        }
    }

    /// What the package allows a month, in what the kind is counted in; `None` without limit.
    pub fn allowance(&self, kind: UsageKind) -> Option<i64> {
        match kind {
            UsageKind::Data => self.data,
            UsageKind::Voice => self.voice,
            UsageKind::Sms | UsageKind::Mms => None,
        }
    }

    pub fn share(&self, direction: Direction, destination: Destination) -> Share {
        let holds = match destination {
            Destination::Domestic => self.domestic,
            Destination::Eu => self.eu,
            Destination::World => self.world,
            Destination::Premium => false,
        };
        match direction {
            Direction::Incoming => Share::Received,
            Direction::Outgoing if holds => Share::Counted,
            Direction::Outgoing => Share::Beyond,
        }
    }
}

fn limit(allowance: Allowance, unit: i64) -> Option<i64> {
    match allowance {
        Allowance::Limited(amount) => Some(amount.saturating_mul(unit)),
        Allowance::Absent | Allowance::Unlimited => None,
    }
}

/// Whole per cent of the limit, rounded down; of a limit of nothing 100 as soon as anything is used.
pub fn percent(used: i64, limit: i64) -> i64 {
    if limit <= 0 {
        return if used > 0 { 100 } else { 0 };
    }
    let percent = i128::from(used) * 100 / i128::from(limit);
    i64::try_from(percent).unwrap_or(i64::MAX)
}

/// The thresholds that are reached with `used` of `limit`.
pub fn reached(used: i64, limit: i64) -> impl Iterator<Item = i64> {
    let percent = percent(used, limit);
    THRESHOLDS
        .into_iter()
        .filter(move |threshold| percent >= *threshold)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_counts_depends_on_where_the_package_holds() {
        let package = Plan::of(&Attributes {
            data_limit_mb: Allowance::Limited(5_000),
            voice_minutes: Allowance::Unlimited,
            countries: vec!["DK".into(), "EU".into()],
        });
        assert_eq!(package.allowance(UsageKind::Data), Some(5_000_000_000));
        assert_eq!(package.allowance(UsageKind::Voice), None);
        let share = |destination| package.share(Direction::Outgoing, destination);
        assert_eq!(share(Destination::Domestic), Share::Counted);
        assert_eq!(share(Destination::Eu), Share::Counted);
        assert_eq!(share(Destination::World), Share::Beyond);
        assert_eq!(share(Destination::Premium), Share::Beyond);
        for destination in Destination::ALL {
            let share = package.share(Direction::Incoming, *destination);
            assert_eq!(share, Share::Received);
        }
        let everywhere = Plan::of(&Attributes::default());
        let world = everywhere.share(Direction::Outgoing, Destination::World);
        assert_eq!(world, Share::Counted);
    }

    #[test]
    fn a_limit_is_passed_at_the_very_byte() {
        let at = |used| reached(used, 5_000).collect::<Vec<_>>();
        assert_eq!(at(3_999), [0; 0]);
        assert_eq!(at(4_000), [80]);
        assert_eq!(at(4_999), [80]);
        assert_eq!(at(5_000), [80, 100]);
        assert_eq!(reached(0, 0).count(), 0);
        assert_eq!(reached(1, 0).count(), 2);
        assert_eq!(percent(i64::MAX, 1), i64::MAX);
    }

    proptest! {
        #[test]
        fn more_use_never_reaches_less(used in 0_i64..1_000_000, more in 0_i64..1_000_000, limit in 0_i64..1_000_000) {
            prop_assert!(percent(used + more, limit) >= percent(used, limit));
        }
    }
}
