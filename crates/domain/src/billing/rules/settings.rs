//! What may stand in the terms of a customer and in a list of prices.

use crate::{
    billing::DiscountRule,
    catalogue::rules::{Span, overlap},
};
use jiff::civil::Date;

/// Whether these are the digits of a number of the Danish business register: eight, whose weighted sum is a multiple of eleven.
/// Source: Erhvervsstyrelsen, "Modulus 11".
pub fn is_cvr(text: &str) -> bool {
    const WEIGHTS: [u32; 8] = [2, 7, 6, 5, 4, 3, 2, 1];
    weighted(text, &WEIGHTS).is_some_and(|sum| sum > 0 && sum % 11 == 0)
}

/// Whether this is a Global Location Number: thirteen digits with GS1's check digit.
pub fn is_gln(text: &str) -> bool {
    const WEIGHTS: [u32; 13] = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
    weighted(text, &WEIGHTS).is_some_and(|sum| sum > 0 && sum % 10 == 0)
}

fn weighted(text: &str, weights: &[u32]) -> Option<u32> {
    if text.len() != weights.len() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.bytes().map(|byte| u32::from(byte - b'0'));
    Some(
        digits
            .zip(weights)
            .map(|(digit, weight)| digit * weight)
            .sum(),
    )
}

/// Two discounts of the same width that hold in the same month.
pub fn overlapping_discounts(rules: &[DiscountRule]) -> Option<(usize, usize)> {
    let spans: Vec<_> = rules
        .iter()
        .map(|rule| Span {
            key: (rule.category, rule.offering),
            from: rule.from,
            until: rule.until,
        })
        .collect();
    overlap(&spans, true)
}

/// When an invoice is due.
pub fn due(issued: Date, payment_days: u32) -> Date {
    let days = jiff::Span::new().days(i64::from(payment_days.min(3_650)));
    issued.checked_add(days).unwrap_or(issued)
}
