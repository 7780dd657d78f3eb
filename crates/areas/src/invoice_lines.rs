//! Which lines of an invoice are wanted: on the screen and in a file alike.

use crate::fields::searched;
use domain::billing::{LineFilter, LineSort};
use platform::{Error, Result};

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
    searched(&format!("{pointer}number"), filter.number.as_deref())?;
    searched(&format!("{pointer}reference"), filter.reference.as_deref())?;
    searched(&format!("{pointer}q"), filter.q.as_deref())?;
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
