//! What may be an address.

use platform::{Error, Result};

/// An e-mail address as it is kept: without the spaces around it, its domain in lower case. Only what can go into a mail's head
/// without harm; whether somebody reads it only a mail can tell.
///
/// # Errors
/// 422 `mailAddress`.
pub fn address(text: &str) -> Result<String> {
    let refused = || {
        Error::rule(
            "mailAddress",
            "This is not an e-mail address that a mail can be sent to.",
        )
        .with_field(
            "/address",
            "mailAddress",
            "Write it like name@company.example.",
        )
    };
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
    let is_local =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter);
    let local_fits = (1..=64).contains(&local.len())
        && local.chars().all(is_local)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    let label_fits = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain_fits =
        domain.len() <= 185 && domain.contains('.') && domain.split('.').all(label_fits);
    if local_fits && domain_fits {
        Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_fits_into_a_mails_head() {
        assert_eq!(
            address("  Mette.Holm+usage@Nordvind.EXAMPLE ").unwrap(),
            "Mette.Holm+usage@nordvind.example"
        );
        for text in [
            "",
            "mette",
            "@nordvind.example",
            "mette@",
            "mette@localhost",
            "mette@nordvind..example",
            "me tte@nordvind.example",
            "mette@nordvind.example\r\nBcc: all@havn.example",
            "mette@nordvind.example,all@havn.example",
            "Mette <mette@nordvind.example>",
            "\"mette\"@nordvind.example",
            ".mette@nordvind.example",
            "m\u{f8}@nordvind.example",
            &format!("{}@nordvind.example", "m".repeat(65)),
            &format!("mette@{}.example", "n".repeat(64)),
        ] {
            assert_eq!(address(text).unwrap_err().code, "mailAddress", "{text}");
        }
    }
}
