//! Reading what somebody uploads or pastes. Nothing is believed: sizes are limited by the caller, rows here.

use super::begins_a_formula;
use std::borrow::Cow;

/// A table with its first row taken for the headings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Without blanks around.
    pub headings: Vec<String>,
    pub records: Vec<Record>,
}

/// A row that has something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// As a spreadsheet counts: the headings are 1.
    pub row: usize,
    /// As many as the row has, without blanks around.
    pub cells: Vec<String>,
}

impl Record {
    /// The cell of a column; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// Why a table cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("neither UTF-8 nor Windows-1252")]
    NotText,
    #[error("nothing in it")]
    Empty,
    #[error("more rows than are read")]
    TooManyRows,
    /// This row has more than [`MOST_CELLS`].
    #[error("more cells in row {0} than are read")]
    TooWide(usize),
    /// A quotation mark was opened in this row and never closed.
    #[error("an open quotation mark in row {0}")]
    OpenQuote(usize),
}

/// Cells of a row at most. Each heading is looked up in every language: a row of a hundred thousand would cost seconds.
pub const MOST_CELLS: usize = 100;

/// Bytes as text: UTF-8, with or without a byte order mark, or else Windows-1252, as older spreadsheets write.
///
/// # Errors
/// [`ReadError::NotText`] for UTF-16 and for what has NUL in it.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.contains(&0) {
        return Err(ReadError::NotText);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => bytes
            .iter()
            .map(|byte| western(*byte))
            .collect::<Option<String>>()
            .map(Cow::Owned)
            .ok_or(ReadError::NotText),
    }
}

/// Windows-1252; `None` for the five bytes that it leaves undefined.
fn western(byte: u8) -> Option<char> {
    const UPPER: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => Some(UPPER[usize::from(byte - 0x80)]).filter(|letter| *letter != '\0'),
        other => Some(char::from(other)),
    }
}

/// Reads a table of at most `most` rows below the headings; it stops at the first row too many.
pub fn read(text: &str, most: usize) -> Result<Table, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = Rows {
        letters: text.chars().peekable(),
        separator: separator(text),
        row: 0,
    };
    let mut table: Option<Table> = None;
    while let Some(cells) = rows.next()? {
        if cells.iter().all(String::is_empty) {
            continue;
        }
        match &mut table {
            None => {
                table = Some(Table {
                    headings: cells,
                    records: Vec::new(),
                });
            }
            Some(table) if table.records.len() == most => return Err(ReadError::TooManyRows),
            Some(table) => table.records.push(Record {
                row: rows.row,
                cells,
            }),
        }
    }
    table.ok_or(ReadError::Empty)
}

/// The most frequent of the three in the first line that says anything; a semicolon where they are equal.
fn separator(text: &str) -> char {
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(';', 0), (',', 0), ('\t', 0)];
    for letter in line.chars() {
        if letter == '"' {
            quoted = !quoted;
        } else if !quoted
            && let Some((_, count)) = counts.iter_mut().find(|(sign, _)| *sign == letter)
        {
            *count += 1;
        }
    }
    let mut best = counts[0];
    for other in &counts[1..] {
        if other.1 > best.1 {
            best = *other;
        }
    }
    best.0
}

struct Rows<'a> {
    letters: std::iter::Peekable<std::str::Chars<'a>>,
    separator: char,
    /// Of the row read last.
    row: usize,
}

impl Rows<'_> {
    /// The cells of the next row; `None` at the end.
    fn next(&mut self) -> Result<Option<Vec<String>>, ReadError> {
        if self.letters.peek().is_none() {
            return Ok(None);
        }
        self.row += 1;
        let mut cells = Vec::new();
        loop {
            let (cell, ended) = self.cell()?;
            if cells.len() == MOST_CELLS {
                return Err(ReadError::TooWide(self.row));
            }
            cells.push(cell);
            if ended {
                return Ok(Some(cells));
            }
        }
    }

    /// One cell, and whether its row ends with it.
    fn cell(&mut self) -> Result<(String, bool), ReadError> {
        let mut cell = String::new();
        let mut quoted = false;
        while let Some(letter) = self.letters.next() {
            match letter {
                '"' if quoted => {
                    if self.letters.next_if_eq(&'"').is_some() {
                        cell.push('"');
                    } else {
                        quoted = false;
                    }
                }
                // Only at the beginning of a cell does a quotation mark open anything.
                '"' if cell.trim().is_empty() => {
                    cell.clear();
                    quoted = true;
                }
                other if quoted => cell.push(other),
                '\r' => {
                    self.letters.next_if_eq(&'\n');
                    return Ok((finished(&cell), true));
                }
                '\n' => return Ok((finished(&cell), true)),
                other if other == self.separator => return Ok((finished(&cell), false)),
                other => cell.push(other),
            }
        }
        if quoted {
            return Err(ReadError::OpenQuote(self.row));
        }
        Ok((finished(&cell), true))
    }
}

/// Without blanks around, and without the apostrophe that our own files put in front of what would be a formula.
fn finished(cell: &str) -> String {
    let cell = cell.trim();
    match cell.strip_prefix('\'') {
        Some(rest) if begins_a_formula(rest) || rest.starts_with('\'') => rest.to_owned(),
        _ => cell.to_owned(),
    }
}
