//! What a request and an address must look like.

use super::{DeliveryAddress, NewRequest, SupportKind};
use platform::{Error, Result};

pub const LONGEST_SUBJECT: usize = 150;
pub const LONGEST_TEXT: usize = 5_000;
const LONGEST_LINE: usize = 100;

fn unfit(pointer: &str, detail: &'static str) -> Error {
    Error::rule("textUnfit", detail).with_field(pointer, "textUnfit", detail)
}

/// One line of at most `most` characters, without what steers a terminal or a mail.
fn line(pointer: &str, text: &str, most: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(unfit(
            pointer,
            "This is missing, too long, or holds characters that are no text.",
        ));
    }
    Ok(text.to_owned())
}

/// Several lines.
pub fn text(pointer: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if text.is_empty() || text.chars().count() > LONGEST_TEXT || text.chars().any(strange) {
        return Err(unfit(
            pointer,
            "This is missing, too long, or holds characters that are no text.",
        ));
    }
    Ok(text.to_owned())
}

pub fn address(at: &str, address: &DeliveryAddress) -> Result<DeliveryAddress> {
    let field = |name: &str, value: &str, most| line(&format!("{at}/{name}"), value, most);
    let country = address.country.trim();
    if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(unfit(
            &format!("{at}/country"),
            "The country is two capital letters, for example DK.",
        ));
    }
    Ok(DeliveryAddress {
        name: field("name", &address.name, LONGEST_LINE)?,
        attention: match address.attention.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(attention) => Some(field("attention", attention, LONGEST_LINE)?),
        },
        street: field("street", &address.street, LONGEST_LINE)?,
        postal_code: field("postalCode", &address.postal_code, 20)?,
        city: field("city", &address.city, LONGEST_LINE)?,
        country: country.to_owned(),
    })
}

/// The request as it is kept.
pub fn check(new: &NewRequest) -> Result<NewRequest> {
    let address = match (new.kind, &new.address) {
        (SupportKind::DeliveryAddress, Some(wanted)) => Some(address("/address", wanted)?),
        (SupportKind::DeliveryAddress, None) => {
            return Err(unfit("/address", "Say which address it is to be."));
        }
        (SupportKind::Question, None) => None,
        (SupportKind::Question, Some(_)) => {
            return Err(unfit(
                "/address",
                "Only a request for another delivery address has one.",
            ));
        }
    };
    Ok(NewRequest {
        kind: new.kind,
        subject: line("/subject", &new.subject, LONGEST_SUBJECT)?,
        text: text("/text", &new.text)?,
        address,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn havnegade() -> DeliveryAddress {
        DeliveryAddress {
            name: "Havn Logistik A/S".into(),
            attention: Some("  ".into()),
            street: " Havnegade 1 ".into(),
            postal_code: "8000".into(),
            city: "Aarhus C".into(),
            country: "DK".into(),
        }
    }

    #[test]
    fn an_address_is_tidied_and_what_is_none_is_pointed_to() {
        let good = address("/address", &havnegade()).unwrap();
        assert_eq!(
            (good.street.as_str(), good.attention),
            ("Havnegade 1", None)
        );
        let wrong = |change: fn(&mut DeliveryAddress)| {
            let mut wanted = havnegade();
            change(&mut wanted);
            let error = address("/address", &wanted).unwrap_err();
            error.fields[0].pointer.clone()
        };
        assert_eq!(
            wrong(|it| it.country = "Danmark".into()),
            "/address/country"
        );
        assert_eq!(wrong(|it| it.country = "dk".into()), "/address/country");
        assert_eq!(wrong(|it| it.street = "  ".into()), "/address/street");
        assert_eq!(wrong(|it| it.city = "A\u{7}".into()), "/address/city");
        assert_eq!(wrong(|it| it.name = "x".repeat(101)), "/address/name");
    }

    #[test]
    fn an_address_belongs_to_a_request_for_one() {
        let request = |kind, address| {
            check(&NewRequest {
                kind,
                subject: "Moving".into(),
                text: "We move\non Monday.".into(),
                address,
            })
            .is_ok()
        };
        assert!(request(SupportKind::DeliveryAddress, Some(havnegade())));
        assert!(request(SupportKind::Question, None));
        assert!(!request(SupportKind::DeliveryAddress, None));
        assert!(!request(SupportKind::Question, Some(havnegade())));
    }
}
