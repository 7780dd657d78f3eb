//! Use above what a package and its add-ons include.

use crate::{
    billing::{Units, UsagePrice},
    catalogue::{Allowance, Attributes},
    usage::{
        Destination, Direction, UsageKind,
        rules::counting::{MEGABYTE, Plan, Share},
    },
};
use platform::Period;

/// What a package allows together with its add-ons: an add-on's amount comes on top, and so do its countries.
pub fn together<'a>(
    package: &Attributes,
    add_ons: impl IntoIterator<Item = &'a Attributes>,
) -> Attributes {
    let mut all = package.clone();
    let more = |allowance: Allowance, extra: Allowance| match (allowance, extra) {
        (Allowance::Limited(amount), Allowance::Limited(extra)) => {
            Allowance::Limited(amount.saturating_add(extra))
        }
        (_, Allowance::Unlimited) => Allowance::Unlimited,
        (allowance, _) => allowance,
    };
    for add_on in add_ons {
        all.data_limit_mb = more(all.data_limit_mb, add_on.data_limit_mb);
        all.voice_minutes = more(all.voice_minutes, add_on.voice_minutes);
        // A package without countries holds everywhere already.
        if !all.countries.is_empty() {
            all.countries.extend(add_on.countries.iter().cloned());
        }
    }
    all
}

/// Whole megabytes, minutes or messages; what is begun counts.
fn units(kind: UsageKind, quantity: i64) -> i64 {
    let unit = match kind {
        UsageKind::Data => MEGABYTE,
        UsageKind::Voice => 60,
        UsageKind::Sms | UsageKind::Mms => 1,
    };
    quantity.max(0) / unit + i64::from(quantity.max(0) % unit > 0)
}

/// The order in which destinations use up an allowance: the dearest first, so that what is left to pay for is the cheapest.
const DEAREST_FIRST: [Destination; 3] =
    [Destination::World, Destination::Eu, Destination::Domestic];

/// What of one kind is to be paid for, by destination, when so much (bytes, seconds, messages) went out in the month. More use
/// never makes any of it less, so what comes late is a difference.
pub fn charged(plan: &Plan, kind: UsageKind, used: &Units) -> Units {
    let mut charged = Units::default();
    let share = |destination| plan.share(Direction::Outgoing, destination);
    let mut left = plan.allowance(kind);
    for destination in DEAREST_FIRST {
        let quantity = used.of(destination);
        let above = match (share(destination), &mut left) {
            (Share::Counted, Some(left)) => {
                let above = (quantity - *left).max(0);
                *left = (*left - quantity).max(0);
                above
            }
            (Share::Counted, None) => 0,
            _ => quantity,
        };
        charged.set(destination, units(kind, above));
    }
    charged.set(
        Destination::Premium,
        units(kind, used.of(Destination::Premium)),
    );
    charged
}

/// The price of a class of use in a month: the latest that had begun. `None` where there is none.
pub fn price(
    prices: &[UsagePrice],
    kind: UsageKind,
    destination: Destination,
    period: Period,
) -> Option<UsagePrice> {
    prices
        .iter()
        .filter(|price| {
            price.kind == kind && price.destination == destination && price.from <= period
        })
        .max_by_key(|price| price.from)
        .copied()
}
