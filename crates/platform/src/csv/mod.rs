//! Tables as CSV (RFC 4180), as spreadsheets write and read them.
//!
//! What is written cannot become a formula in a spreadsheet, whatever somebody put into a name or a reference; what is read may
//! be separated by semicolon, comma or tab and be spelt in UTF-8 or Windows-1252.

mod read;
mod write;

pub use read::{MOST_CELLS, ReadError, Record, Table, decode, read};
pub use write::{Cell, Writer};

/// What a spreadsheet takes for the beginning of a formula, with the full-width forms that some of them take too.
fn begins_a_formula(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')
    )
}

#[cfg(test)]
mod tests;
