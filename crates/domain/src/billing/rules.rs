//! How charges become lines, and lines a total. Pure: every day, price and quantity comes as an argument.

pub mod charges;
pub mod compare;
pub mod settings;
pub mod usage;

use super::{Discount, DocumentTotals, InvoiceUnit, Line, VatCategory, VatTotal};
use jiff::civil::Date;
use platform::{Money, Period, money::divide_half_away};

/// Days of `period` on which something costs that began on `from` and ended on `until`. The day it began counts, the day it
/// ended does not: so what follows on the same day is charged from that day, and no day twice.
pub fn chargeable(period: Period, from: Date, until: Option<Date>) -> Option<(Date, Date)> {
    let first = from.max(period.first_day());
    let last = match until {
        Some(until) => until.yesterday().ok()?.min(period.last_day()),
        None => period.last_day(),
    };
    (first <= last).then_some((first, last))
}

/// How many days, both included.
pub fn count(days: (Date, Date)) -> i64 {
    i64::from((days.1 - days.0).get_days()) + 1
}

/// Quantity, unit and base for a monthly price over these days: a whole month is one month, less is its days out of the month's.
pub fn recurring(period: Period, days: (Date, Date)) -> (i64, InvoiceUnit, i64) {
    let counted = count(days);
    if counted == period.days() {
        (1, InvoiceUnit::Month, 1)
    } else {
        (counted, InvoiceUnit::Day, period.days())
    }
}

/// `quantity` at `price` for `base` of them, rounded once, half away from zero. `base` must be positive.
pub fn extend(quantity: i64, price: Money, base: i64) -> Money {
    Money::dkk(divide_half_away(
        i128::from(quantity) * i128::from(price.amount),
        i128::from(base.max(1)),
    ))
}

/// What a discount of `rate` hundredths of a per cent takes off; never more than there is.
pub fn discount(amount: Money, rate: i64) -> Option<Discount> {
    let rate = rate.clamp(0, 10_000);
    let off = Money::dkk(divide_half_away(
        i128::from(amount.amount) * i128::from(rate),
        10_000,
    ));
    (off.amount != 0).then_some(Discount { rate, amount: off })
}

/// The sum of the lines is the invoice; VAT is taken of each category's sum and rounded once.
pub fn totals<'a>(lines: impl IntoIterator<Item = &'a Line>) -> DocumentTotals {
    let mut taxable = [(VatCategory::Standard, None), (VatCategory::Zero, None)];
    for line in lines {
        for (category, sum) in &mut taxable {
            if *category == line.vat {
                *sum = Some(sum.unwrap_or(Money::ZERO).plus(line.amount));
            }
        }
    }
    let vat: Vec<VatTotal> = taxable
        .into_iter()
        .filter_map(|(category, sum)| {
            sum.map(|taxable| VatTotal {
                category,
                taxable,
                vat: taxable.percent(category.rate()),
            })
        })
        .collect();
    let net: Money = vat.iter().map(|total| total.taxable).sum();
    let gross = vat.iter().map(|total| total.vat).sum::<Money>().plus(net);
    DocumentTotals { net, vat, gross }
}
