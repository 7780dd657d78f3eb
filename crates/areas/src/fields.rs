//! Checking what people write into fields. All complaints are gathered, each with its pointer, and told at once: 400.

use domain::numbering;
use platform::{Error, Result};

/// More is no search, and a pattern that one engine refuses. Characters; the contract says it of every `q`.
pub(crate) const LONGEST_SEARCH: usize = 200;

/// Something to be looked for; `pointer` as in a problem.
///
/// # Errors
/// 400 for more than can be looked for.
pub(crate) fn searched(pointer: &str, text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > LONGEST_SEARCH) {
        return Err(
            Error::malformed("What to search for is too long.").with_field(
                pointer,
                "tooLong",
                "At most 200 characters.",
            ),
        );
    }
    Ok(())
}

/// Names, titles, departments and references.
pub(crate) const LONGEST_TEXT: usize = 100;
/// An address (RFC 5321 §4.5.3.1.3).
const LONGEST_EMAIL: usize = 254;

/// What is wrong so far.
#[derive(Default)]
pub(crate) struct Fields {
    complaints: Vec<(String, &'static str, &'static str)>,
}

impl Fields {
    pub(crate) fn complain(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: &'static str,
    ) {
        self.complaints.push((pointer.into(), code, detail));
    }

    /// A text without blanks around; `None` for an empty one. At most `longest` characters, none of them a control character.
    pub(crate) fn text(&mut self, pointer: &str, text: &str, longest: usize) -> Option<String> {
        let text = text.trim();
        if text.chars().any(is_unseen) {
            self.complain(
                pointer,
                "controlCharacters",
                "There is a line break or another character in it that cannot be seen.",
            );
        } else if text.chars().count() > longest {
            self.complain(pointer, "tooLong", "This is too long.");
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// As [`Fields::text`], and it must say something.
    pub(crate) fn needed(&mut self, pointer: &str, text: &str, longest: usize) -> String {
        self.text(pointer, text, longest).unwrap_or_else(|| {
            self.complain(pointer, "required", "This is needed.");
            String::new()
        })
    }

    /// An address that mail could be sent to.
    pub(crate) fn email(&mut self, pointer: &str, text: &str) -> Option<String> {
        let email = self.text(pointer, text, LONGEST_EMAIL)?;
        if !is_email(&email) {
            self.complain(
                pointer,
                "notAnEmail",
                "This is not an e-mail address. Write it like anna@example.com.",
            );
        }
        Some(email)
    }

    /// A telephone number, in E.164 or Danish spelling; E.164 with `+` comes out.
    pub(crate) fn phone(&mut self, pointer: &str, text: &str) -> Option<String> {
        let text = self.text(pointer, text, LONGEST_TEXT)?;
        match numbering::rules::e164(&text) {
            Ok(number) => Some(number),
            Err(_) => {
                self.complain(
                    pointer,
                    "notANumber",
                    "This is not a telephone number. Write it like +45 70 10 12 34.",
                );
                None
            }
        }
    }

    /// # Errors
    /// 400 with all complaints.
    pub(crate) fn done(self) -> Result<()> {
        if self.complaints.is_empty() {
            return Ok(());
        }
        let mut error =
            Error::malformed("Some fields do not fit. What is wrong stands at each of them.");
        for (pointer, code, detail) in self.complaints {
            error = error.with_field(pointer, code, detail);
        }
        Err(error)
    }
}

/// Control characters, and those that turn the direction of writing around and make a text look like another one.
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Something, an at sign, and a name of a host with a dot. Whether it exists is for the mail to find out.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    (1..=64).contains(&local.len())
        && !local
            .chars()
            .any(|letter| letter.is_whitespace() || "@,;:<>()[]\\\"".contains(letter))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && host.contains('.')
        && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_what_is_none() {
        for good in ["anna@example.com", "a.b+c@sub.example.dk", "søren@æble.dk"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "anna",
            "anna@",
            "@example.com",
            "anna@example",
            "anna holm@example.com",
            "a@b@example.com,",
            "a..b@example.com",
            "a@-x.dk",
            "a@x..dk",
            "<a@example.com>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn every_complaint_is_told_with_its_field() {
        let mut fields = Fields::default();
        assert_eq!(fields.needed("/a", "  Anna ", 10), "Anna");
        assert_eq!(fields.text("/b", "   ", 10), None);
        fields.needed("/c", "", 10);
        fields.text("/d", "x\ny", 10);
        fields.text("/e", "ååååå", 4);
        fields.text("/f", "abc\u{202e}fdp", 20);
        fields.email("/g", "nobody");
        assert_eq!(
            fields.phone("/h", "70 10 12 34").as_deref(),
            Some("+4570101234")
        );
        fields.phone("/i", "12");
        let error = fields.done().unwrap_err();
        let told: Vec<_> = error
            .fields
            .iter()
            .map(|field| (field.pointer.as_str(), field.code.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("/c", "required"),
                ("/d", "controlCharacters"),
                ("/e", "tooLong"),
                ("/f", "controlCharacters"),
                ("/g", "notAnEmail"),
                ("/i", "notANumber"),
            ]
        );
        assert!(Fields::default().done().is_ok());
    }
}
