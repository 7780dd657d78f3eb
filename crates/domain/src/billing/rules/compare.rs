//! What changed from one invoice to the next, and why.

use crate::billing::{Cause, ChargeKind, InvoiceUnit, IssuedLine, TariffCategory, Whose};
use crate::{
    catalogue::{OfferingId, Texts},
    subscriptions::SubscriptionId,
};
use platform::{Money, money::divide_half_away};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Change in hundredths of a per cent; `None` where there is nothing to compare with.
pub fn basis_points(before: Money, now: Money) -> Option<i64> {
    if before.amount == 0 {
        return (now.amount == 0).then_some(0);
    }
    let base = i128::from(before.amount).abs();
    let change = i128::from(now.amount) - i128::from(before.amount);
    Some(divide_half_away(change * 10_000, base))
}

/// The parts of their sum in hundredths of a per cent, which come to 10,000 together: what rounding down leaves goes to those who
/// lost most by it, of two alike to the first. All 0 where the sum is nothing.
pub fn shares(parts: &[Money]) -> Vec<i64> {
    let whole: i128 = parts.iter().map(|part| i128::from(part.amount)).sum();
    if whole == 0 {
        return vec![0; parts.len()];
    }
    let exact: Vec<i128> = parts
        .iter()
        .map(|part| i128::from(part.amount) * 10_000 * whole.signum())
        .collect();
    let mut shares: Vec<i128> = exact
        .iter()
        .map(|part| part.div_euclid(whole.abs()))
        .collect();
    let mut losers: Vec<usize> = (0..parts.len()).collect();
    losers.sort_by_key(|place| std::cmp::Reverse(exact[*place].rem_euclid(whole.abs())));
    let left = usize::try_from(10_000 - shares.iter().sum::<i128>()).unwrap_or(0);
    for place in losers.into_iter().take(left) {
        shares[place] += 1;
    }
    shares
        .into_iter()
        .map(|share| i64::try_from(share).unwrap_or(if share < 0 { i64::MIN } else { i64::MAX }))
        .collect()
}

/// What one product of somebody's cost then and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub cause: Cause,
    pub category: TariffCategory,
    pub whose: Whose,
    pub product: Texts,
    /// `None`: it is not on that invoice.
    pub before: Option<Money>,
    pub now: Option<Money>,
}

impl Difference {
    pub fn change(&self) -> Money {
        let amount = |money: Option<Money>| money.map_or(0, |money| money.amount);
        Money::dkk(amount(self.now) - amount(self.before))
    }
}

/// What makes two lines the same product of the same subscription.
type Key = (
    TariffCategory,
    Option<SubscriptionId>,
    Option<OfferingId>,
    Option<Uuid>,
    String,
);

#[derive(Default)]
struct Side<'a> {
    lines: Vec<&'a IssuedLine>,
}

impl Side<'_> {
    fn amount(&self) -> Option<Money> {
        (!self.lines.is_empty()).then(|| self.lines.iter().map(|line| line.line.amount).sum())
    }

    /// Monthly price and discount of what costs by the month, when they are one.
    fn terms(&self) -> Option<(i64, i64)> {
        let terms = |line: &IssuedLine| {
            (
                line.line.price.amount,
                line.line.discount.map_or(0, |discount| discount.rate),
            )
        };
        let first = terms(self.lines.first()?);
        self.lines
            .iter()
            .all(|line| terms(line) == first)
            .then_some(first)
    }
}

fn key(line: &IssuedLine) -> Key {
    let (own, name) = match line.charge_kind {
        // Each happens for itself.
        ChargeKind::Item | ChargeKind::Credit => (line.charge, line.line.product.en.clone()),
        ChargeKind::Interval => (None, String::new()),
        // Late use of a month is use of its class.
        ChargeKind::Usage => (None, class(line)),
    };
    (
        line.line.category,
        line.whose.subscription,
        line.offering,
        own,
        name,
    )
}

fn class(line: &IssuedLine) -> String {
    // The class by what it is counted in and costs; names carry months.
    let unit = match line.line.unit {
        InvoiceUnit::Megabyte => "mb",
        InvoiceUnit::Minute => "min",
        _ => "piece",
    };
    match line.used_in {
        Some(_) => format!("{unit} late"),
        None => format!("{unit} {}", line.line.product.en),
    }
}

/// Everything that differs, the largest change first; the changes come to the difference of the invoices.
pub fn differences(before: &[IssuedLine], now: &[IssuedLine]) -> Vec<Difference> {
    let mut pairs: BTreeMap<Key, (Side<'_>, Side<'_>)> = BTreeMap::new();
    for line in before {
        pairs.entry(key(line)).or_default().0.lines.push(line);
    }
    for line in now {
        pairs.entry(key(line)).or_default().1.lines.push(line);
    }
    let mut differences: Vec<Difference> = pairs
        .into_values()
        .filter_map(|(before, now)| difference(&before, &now))
        .collect();
    differences.sort_by(|one, other| {
        let size = |difference: &Difference| difference.change().amount.unsigned_abs();
        size(other)
            .cmp(&size(one))
            .then_with(|| one.whose.cmp(&other.whose))
            .then_with(|| one.product.en.cmp(&other.product.en))
    });
    differences
}

fn difference(before: &Side<'_>, now: &Side<'_>) -> Option<Difference> {
    let shown = *now.lines.last().or(before.lines.last())?;
    let (was, is) = (before.amount(), now.amount());
    if was.unwrap_or(Money::ZERO) == is.unwrap_or(Money::ZERO) {
        return None;
    }
    let cause = match shown.charge_kind {
        ChargeKind::Item | ChargeKind::Credit => Cause::Once,
        ChargeKind::Usage => Cause::Usage,
        ChargeKind::Interval => match (was, is) {
            (None, _) => Cause::New,
            (_, None) => Cause::Ended,
            _ if before.terms() != now.terms() => Cause::Price,
            _ => Cause::Days,
        },
    };
    Some(Difference {
        cause,
        category: shown.line.category,
        whose: shown.whose.clone(),
        product: shown.line.product.clone(),
        before: was,
        now: is,
    })
}
