//! The cards of a pack: which they are and their codes follow from the service's id, so that they are the same whenever the order
//! is read. The ledger does not hold them.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Whoever has these takes the lines: they are told to who asks for the order, and not in events.
pub(super) const CARDS: &str = "cards";

/// As many digits as asked for that follow from the pack, the card's place and what they are for.
fn digits(service: &str, place: u32, what: &str, count: usize) -> String {
    let hash = Sha256::digest(format!("{service}/{place}/{what}"));
    hash.iter()
        .cycle()
        .take(count)
        .map(|byte| char::from(b'0' + byte % 10))
        .collect()
}

/// The check digit that completes a card number (ITU-T E.118, by Luhn).
fn check_digit(body: &str) -> char {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                1 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    char::from_digit((10 - sum % 10) % 10, 10).unwrap_or('0')
}

/// The cards of a pack, as they are told.
pub(super) fn cards(service: &str, quantity: u32) -> Value {
    let block = digits(service, 0, "block", 9);
    (0..quantity)
        .map(|place| {
            let body = format!("894501{block}{:03}", place % 1_000);
            json!({
                "iccid": format!("{body}{}", check_digit(&body)),
                "imsi": format!("23802{}{:03}", &block[..7], place % 1_000),
                "pin1": digits(service, place, "pin1", 4),
                "puk1": digits(service, place, "puk1", 8),
                "pin2": digits(service, place, "pin2", 4),
                "puk2": digits(service, place, "puk2", 8),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_pack_has_different_cards_with_right_check_digits_and_the_same_ones_again() {
        assert_eq!(check_digit("894501100000082947"), '8');
        let pack = cards("a-service", 10);
        assert_eq!(pack, cards("a-service", 10));
        assert_ne!(pack, cards("another", 10));
        let iccids: BTreeSet<&str> = pack
            .as_array()
            .unwrap()
            .iter()
            .map(|card| card["iccid"].as_str().unwrap())
            .collect();
        assert_eq!(iccids.len(), 10);
        assert!(iccids.iter().all(|iccid| iccid.len() == 19));
    }
}
