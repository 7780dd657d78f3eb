//! How prices become totals. Quotes and invoices share these rules, so that the one never costs more than the other said.

use platform::Money;

/// Per cent. Denmark has one rate for what is sold here.
pub const VAT_RATE: i64 = 25;

/// An amount without VAT, its VAT, and both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    pub net: Money,
    pub vat: Money,
    pub gross: Money,
}

/// VAT is taken of the sum and rounded once, half away from zero.
pub fn totals(amounts: impl IntoIterator<Item = Money>) -> Totals {
    let net: Money = amounts.into_iter().sum();
    let vat = net.percent(VAT_RATE);
    Totals {
        net,
        vat,
        gross: net.plus(vat),
    }
}

/// Something that holds from one time up to, and without, another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span<K, T> {
    /// What it is about: two of different keys have nothing to do with each other.
    pub key: K,
    pub from: T,
    pub until: Option<T>,
}

/// The places of the first two of a list that overlap, the earlier place first. Two that begin at the same time do; one without
/// an end is ended by the next that begins, unless `open_overlaps`.
pub fn overlap<K: PartialEq, T: Ord + Copy>(
    spans: &[Span<K, T>],
    open_overlaps: bool,
) -> Option<(usize, usize)> {
    for (later, span) in spans.iter().enumerate() {
        for (earlier, other) in spans.iter().take(later).enumerate() {
            if span.key != other.key {
                continue;
            }
            let (first, second) = if span.from <= other.from {
                (span, other)
            } else {
                (other, span)
            };
            let ends_before = match first.until {
                Some(until) => until <= second.from,
                None => !open_overlaps && first.from < second.from,
            };
            if !ends_before {
                return Some((earlier, later));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn vat_is_rounded_once_for_the_whole_sum() {
        // Each line alone would round 0.5 øre up and make 2 of it.
        let totals = totals([Money::dkk(2), Money::dkk(2)]);
        assert_eq!(totals.vat, Money::dkk(1));
        assert_eq!(totals.gross, Money::dkk(5));
    }

    proptest! {
        #[test]
        fn however_the_lines_are_cut_the_total_is_the_same(amounts in proptest::collection::vec(0_i64..10_000_000, 0..40)) {
            let cut = totals(amounts.iter().copied().map(Money::dkk));
            let whole = totals([Money::dkk(amounts.iter().sum())]);
            prop_assert_eq!(cut, whole);
            prop_assert_eq!(cut.net.plus(cut.vat), cut.gross);
        }
    }
}
