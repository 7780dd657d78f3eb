//! Which lines of an invoice are wanted: on the screen and in a file alike.

use domain::billing::{LineFilter, LineSort};
use platform::{Error, Result};

const LONGEST: usize = 200;

/// # Errors
/// 400 for a text that is too long to be looked for.
pub(crate) fn short(pointer: &str, text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.len() > LONGEST) {
        return Err(
            Error::malformed("What to search for is too long.").with_field(
                pointer,
                "tooLong",
                "At most 200 bytes.",
            ),
        );
    }
    Ok(())
}

/// # Errors
/// 400 for texts that are too long, and for a number of fewer than three digits.
pub(crate) fn checked(filter: LineFilter, pointer: &str) -> Result<LineFilter> {
    let text = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let filter = LineFilter {
        number: text(&filter.number),
        reference: text(&filter.reference),
        q: text(&filter.q),
        ..filter
    };
    short(&format!("{pointer}number"), filter.number.as_deref())?;
    short(&format!("{pointer}reference"), filter.reference.as_deref())?;
    short(&format!("{pointer}q"), filter.q.as_deref())?;
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).count();
    if filter
        .number
        .as_ref()
        .is_some_and(|number| digits(number) < 3)
    {
        return Err(
            Error::malformed("Fewer than three digits are no piece of a number.").with_field(
                format!("{pointer}number"),
                "tooShort",
                "At least three digits.",
            ),
        );
    }
    Ok(filter)
}

/// By what lines sort.
pub(crate) fn sorts() -> Vec<&'static str> {
    LineSort::ALL.iter().map(|sort| sort.as_str()).collect()
}
