//! ICCID (ITU-T E.118), IMSI and codes.

use super::Codes;
use platform::{Error, Result};

/// Checks an ICCID: 19 or 20 digits, `89` first, the last one the Luhn check digit. Spaces and dashes are dropped.
pub fn iccid(text: &str) -> Result<String> {
    let digits: String = text
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-'))
        .collect();
    let shaped = matches!(digits.len(), 19 | 20)
        && digits.starts_with("89")
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !shaped {
        return Err(Error::rule(
            "notAnIccid",
            "A SIM card number has 19 or 20 digits and begins with 89. It is printed on the card.",
        ));
    }
    if !luhn(&digits) {
        return Err(Error::rule(
            "wrongCheckDigit",
            "The last digit does not fit the others: a digit is wrong or two are swapped. Compare it with the card.",
        ));
    }
    Ok(digits)
}

/// The check digit that completes these digits.
pub fn check_digit(digits: &str) -> char {
    ('0'..='9')
        .find(|last| luhn(&format!("{digits}{last}")))
        .unwrap_or('0')
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// PIN 4 to 8 digits, PUK 8.
pub fn check_codes(codes: &Codes) -> Result<()> {
    let digits = |code: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
    };
    let good = digits(&codes.pin1, 4..=8)
        && digits(&codes.pin2, 4..=8)
        && digits(&codes.puk1, 8..=8)
        && digits(&codes.puk2, 8..=8);
    if good {
        Ok(())
    } else {
        Err(Error::rule(
            "wrongCodes",
            "A PIN has 4 to 8 digits and a PUK has 8.",
        ))
    }
}

pub fn imsi(text: &str) -> Result<String> {
    if (6..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Error::rule("notAnImsi", "An IMSI has at most 15 digits."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_card_number_is_checked_to_its_last_digit() {
        assert_eq!(iccid("8945 0110 0000 0829 478").unwrap().len(), 19);
        assert_eq!(
            iccid("8945011000000829479").unwrap_err().code,
            "wrongCheckDigit"
        );
        assert_eq!(iccid("7945011000000829473").unwrap_err().code, "notAnIccid");
        assert_eq!(iccid("894501100000082").unwrap_err().code, "notAnIccid");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(body in "89[0-9]{16}", place in 0_usize..19, add in 1_u8..10) {
            let good = format!("{body}{}", check_digit(&body));
            prop_assert!(iccid(&good).is_ok());
            let mut bytes = good.into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + add) % 10;
            prop_assert!(iccid(&String::from_utf8(bytes).unwrap()).is_err());
        }
    }
}
