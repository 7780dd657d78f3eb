//! Money is a whole number of minor units (øre) and a currency. There is no floating point here, and none may come.

use serde::{Deserialize, Serialize};

/// The currency the operator sells in. One today; the field is on every amount, so that a second one is an addition.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
pub enum Currency {
    #[default]
    DKK,
}

/// An amount in minor units of its currency, VAT excluded unless a name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Money {
    /// Minor units: 12900 is 129.00.
    pub amount: i64,
    pub currency: Currency,
}

crate::told_apart!(Money);

impl Money {
    pub const ZERO: Money = Money {
        amount: 0,
        currency: Currency::DKK,
    };

    /// Øre.
    pub const fn dkk(amount: i64) -> Self {
        Money {
            amount,
            currency: Currency::DKK,
        }
    }

    /// Nothing that we bill comes near the bound of 92 quadrillion kroner; it saturates there instead of wrapping.
    pub fn plus(self, other: Money) -> Money {
        Money::dkk(self.amount.saturating_add(other.amount))
    }

    /// `percent` of this amount, rounded once, half away from zero.
    pub fn percent(self, percent: i64) -> Money {
        Money::dkk(divide_half_away(
            i128::from(self.amount) * i128::from(percent),
            100,
        ))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Money::plus)
    }
}

/// `numerator / denominator`, rounded half away from zero. The denominator must be positive.
pub fn divide_half_away(numerator: i128, denominator: i128) -> i64 {
    debug_assert!(denominator > 0);
    let sign = numerator.signum();
    let rounded = (numerator.abs() * 2 + denominator) / (denominator * 2);
    i64::try_from(sign * rounded).unwrap_or(if sign < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_ore_goes_away_from_zero() {
        assert_eq!(Money::dkk(10).percent(25), Money::dkk(3));
        assert_eq!(Money::dkk(-10).percent(25), Money::dkk(-3));
        assert_eq!(Money::dkk(9).percent(25), Money::dkk(2));
        assert_eq!(divide_half_away(-7, 2), -4);
        assert_eq!(divide_half_away(0, 31), 0);
    }
}
