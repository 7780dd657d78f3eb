//! Writing: UTF-8 with a byte order mark, semicolons, CRLF, which the spreadsheets of this country open as they are.

use super::begins_a_formula;
use std::borrow::Cow;

/// One cell. Its kind decides what is done so that a spreadsheet does not carry it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// What people wrote: an apostrophe goes in front of what would be a formula.
    Text(Cow<'a, str>),
    /// A telephone number in E.164. It begins with `+` and stays readable: grouped with spaces it is neither a formula nor a
    /// number to a spreadsheet. What is no telephone number is treated as text.
    Phone(Cow<'a, str>),
    /// What we made ourselves, such as an amount or a day.
    Plain(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Cell::Text(text.into())
    }

    /// An empty cell for `None`.
    pub fn maybe(text: Option<&'a str>) -> Self {
        Cell::Text(text.unwrap_or_default().into())
    }

    pub fn phone(number: impl Into<Cow<'a, str>>) -> Self {
        Cell::Phone(number.into())
    }

    pub fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Cell::Plain(text.into())
    }
}

/// A table being written.
pub struct Writer {
    out: String,
}

impl Default for Writer {
    fn default() -> Self {
        Writer {
            // The mark tells spreadsheets that it is UTF-8.
            out: "\u{feff}".to_owned(),
        }
    }
}

impl Writer {
    /// Begins with the column headings.
    pub fn new<'a>(headings: impl IntoIterator<Item = &'a str>) -> Self {
        let mut writer = Writer::default();
        writer.row(headings.into_iter().map(Cell::text));
        writer
    }

    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                self.out.push(';');
            }
            match cell {
                Cell::Plain(text) => self.put(&text, false),
                Cell::Phone(number) => match spaced(&number) {
                    Some(spaced) => self.put(&spaced, false),
                    None => self.text(&number),
                },
                Cell::Text(text) => self.text(&text),
            }
        }
        self.out.push_str("\r\n");
    }

    fn text(&mut self, text: &str) {
        // An apostrophe of the text's own would be taken for ours when it is read again.
        let like_ours = text
            .strip_prefix('\'')
            .is_some_and(|rest| begins_a_formula(rest) || rest.starts_with('\''));
        if begins_a_formula(text) || like_ours {
            self.put(&format!("'{text}"), true);
        } else {
            self.put(text, false);
        }
    }

    fn put(&mut self, text: &str, quoted: bool) {
        let special = |letter| matches!(letter, ';' | ',' | '\t' | '"' | '\r' | '\n');
        if !quoted && !text.contains(special) && text.trim() == text {
            self.out.push_str(text);
            return;
        }
        self.out.push('"');
        self.out.push_str(&text.replace('"', "\"\""));
        self.out.push('"');
    }

    pub fn finish(self) -> String {
        self.out
    }
}

/// `+45 70 10 12 34` for `+4570101234`; `None` for what is not `+` and digits.
fn spaced(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+')?;
    if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut spaced = String::from("+");
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 2 == 0 {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    Some(spaced)
}
