//! What a line says. Two shapes are read, told apart by the first letter of the first line: JSON lines, an object each, and CSV
//! with a heading, its columns in any order, commas or semicolons between them.

use super::{
    super::{Destination, Direction, RowError, UsageKind, UsageRecord},
    lines::Line,
};
use crate::numbering;
use platform::{Instant, Period};
use serde::de::{self, Deserializer, Visitor};
use std::{borrow::Cow, fmt, time::Duration};

/// The fields of a record as they are named in a heading and in an object.
pub const FIELDS: [&str; 9] = [
    "source",
    "record",
    "number",
    "kind",
    "direction",
    "destination",
    "quantity",
    "startedAt",
    "duration",
];

/// Of [`FIELDS`], those that a heading must have.
const REQUIRED: [usize; 6] = [SOURCE, RECORD, NUMBER, KIND, QUANTITY, STARTED_AT];

const SOURCE: usize = 0;
const RECORD: usize = 1;
const NUMBER: usize = 2;
const KIND: usize = 3;
const DIRECTION: usize = 4;
const DESTINATION: usize = 5;
const QUANTITY: usize = 6;
const STARTED_AT: usize = 7;
const DURATION: usize = 8;

/// How long records are kept, and so how old one may be: the billing period in which it began, and so many before the present one.
pub const MONTHS_KEPT: i32 = 13;

/// A clock of the network may be ahead of ours by this much.
const AHEAD: Duration = Duration::from_secs(3600);

/// A month of seconds: nothing lasts longer without a record in between.
const LONGEST: i64 = 31 * 24 * 3600;

/// More than this in one record is a mistake of whoever wrote it.
fn most(kind: UsageKind) -> i64 {
    match kind {
        // A terabyte.
        UsageKind::Data => 1_000_000_000_000,
        UsageKind::Voice => LONGEST,
        UsageKind::Sms | UsageKind::Mms => 10_000,
    }
}

/// Between which instants a record may begin.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub from: Instant,
    pub until: Instant,
}

impl Bounds {
    pub fn at(now: Instant) -> Bounds {
        Bounds {
            from: Period::of(now).back(MONTHS_KEPT).start(),
            until: now.plus(AHEAD),
        }
    }
}

/// Why nothing of the import can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingError {
    /// Stable slug, camelCase.
    pub code: &'static str,
    /// Which column, if it is about one.
    pub column: String,
}

/// What one line came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Read {
    /// The heading, or an empty line.
    Nothing,
    Record(UsageRecord),
    Error(RowError),
}

#[derive(Clone, Debug)]
enum Shape {
    JsonLines,
    /// For each column its place in [`FIELDS`].
    Csv {
        delimiter: char,
        columns: Vec<usize>,
    },
}

/// Reads line after line of one import.
#[derive(Clone, Debug)]
pub struct Reader {
    bounds: Bounds,
    shape: Option<Shape>,
    line: i64,
}

type Cells<'a> = [Option<Cow<'a, str>>; FIELDS.len()];

/// Field and code.
type Complaint = (&'static str, &'static str);

impl Reader {
    pub fn new(bounds: Bounds) -> Reader {
        Reader {
            bounds,
            shape: None,
            line: 0,
        }
    }

    /// The number of the line that was read last; 0 before the first.
    pub fn line(&self) -> i64 {
        self.line
    }

    /// Counts a line that was read before; only the heading is looked at.
    ///
    /// # Errors
    /// When nothing can be read because of the heading.
    pub fn skip(&mut self, line: Line<'_>) -> Result<(), HeadingError> {
        match (&self.shape, line) {
            (None, _) => self.read(line).map(|_| ()),
            _ => {
                self.line += 1;
                Ok(())
            }
        }
    }

    /// # Errors
    /// When nothing can be read because of the heading.
    pub fn read(&mut self, line: Line<'_>) -> Result<Read, HeadingError> {
        self.line += 1;
        let told = |(field, code): Complaint| {
            Read::Error(RowError {
                line: self.line,
                field: field.to_owned(),
                code: code.to_owned(),
            })
        };
        let text = match line {
            Line::TooLong => Err(("", "lineTooLong")),
            Line::Whole(bytes) => std::str::from_utf8(bytes).map_err(|_| ("", "encoding")),
        };
        let text = match text {
            Ok(text) => text,
            Err(complaint) if self.shape.is_some() => return Ok(told(complaint)),
            Err((_, code)) => {
                return Err(HeadingError {
                    code,
                    column: String::new(),
                });
            }
        };
        let text = match self.line {
            1 => text.trim_start_matches('\u{feff}'),
            _ => text,
        };
        if text.trim().is_empty() {
            return Ok(Read::Nothing);
        }
        let cells = match &self.shape {
            None if text.trim_start().starts_with('{') => {
                self.shape = Some(Shape::JsonLines);
                members(text)
            }
            None => {
                self.shape = Some(heading(text)?);
                return Ok(Read::Nothing);
            }
            Some(Shape::JsonLines) => members(text),
            Some(Shape::Csv { delimiter, columns }) => cells(text, *delimiter, columns),
        };
        let record = cells.and_then(|cells| record(self.line, &cells, self.bounds));
        Ok(match record {
            Ok(record) => Read::Record(record),
            Err(complaint) => told(complaint),
        })
    }
}

fn heading(text: &str) -> Result<Shape, HeadingError> {
    let delimiter = if text.contains(';') { ';' } else { ',' };
    let error = |code, column: &str| HeadingError {
        code,
        column: column.chars().take(60).collect(),
    };
    let names = split(text, delimiter).ok_or_else(|| error("heading", ""))?;
    let mut columns = Vec::with_capacity(names.len());
    for name in &names {
        let name = name.trim();
        let field = FIELDS
            .iter()
            .position(|field| *field == name)
            .ok_or_else(|| error("unknownColumn", name))?;
        if columns.contains(&field) {
            return Err(error("columnTwice", name));
        }
        columns.push(field);
    }
    match REQUIRED.iter().find(|field| !columns.contains(field)) {
        Some(missing) => Err(error("columnMissing", FIELDS[*missing])),
        None => Ok(Shape::Csv { delimiter, columns }),
    }
}

/// The cells of a line; `None` when a quotation is not closed.
fn split(text: &str, delimiter: char) -> Option<Vec<Cow<'_, str>>> {
    if !text.contains('"') {
        return Some(text.split(delimiter).map(Cow::Borrowed).collect());
    }
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            match rest.split_once(delimiter) {
                Some((cell, after)) => {
                    cells.push(Cow::Borrowed(cell));
                    rest = after;
                    continue;
                }
                None => {
                    cells.push(Cow::Borrowed(rest));
                    return Some(cells);
                }
            }
        };
        let mut cell = String::new();
        let mut inside = quoted;
        let after = loop {
            let (part, after) = inside.split_once('"')?;
            cell.push_str(part);
            match after.strip_prefix('"') {
                // Two quotation marks are one of the text.
                Some(more) => {
                    cell.push('"');
                    inside = more;
                }
                None => break after,
            }
        };
        cells.push(Cow::Owned(cell));
        if after.is_empty() {
            return Some(cells);
        }
        rest = after.strip_prefix(delimiter)?;
    }
}

fn cells<'a>(text: &'a str, delimiter: char, columns: &[usize]) -> Result<Cells<'a>, Complaint> {
    let mut cells = Cells::default();
    let mut put = |at: usize, cell: Cow<'a, str>| -> Result<(), Complaint> {
        let field = *columns.get(at).ok_or(("", "columns"))?;
        if !cell.trim().is_empty() {
            cells[field] = Some(cell);
        }
        Ok(())
    };
    let mut count = 0;
    if text.contains('"') {
        for cell in split(text, delimiter).ok_or(("", "quotation"))? {
            put(count, cell)?;
            count += 1;
        }
    } else {
        for cell in text.split(delimiter) {
            put(count, Cow::Borrowed(cell))?;
            count += 1;
        }
    }
    if count != columns.len() {
        return Err(("", "columns"));
    }
    Ok(cells)
}

/// A member of an object, whatever it is, as the text that a cell would hold.
struct Member<'a>(Option<Cow<'a, str>>);

impl<'de> de::Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Member<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a whole number")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Member(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Member(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Member(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Member(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                // Refused further on, by the field's own rule.
                Ok(Member(Some(Cow::Owned(format!("{number:?}")))))
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Member(None))
            }
        }

        deserializer.deserialize_any(Text)
    }
}

/// The members of an object as cells.
fn members(text: &str) -> Result<Cells<'_>, Complaint> {
    struct Object;

    impl<'de> Visitor<'de> for Object {
        type Value = Result<Cells<'de>, Complaint>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut cells = Cells::default();
            let mut complaint = None;
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                let Some(field) = FIELDS.iter().position(|field| *field == name) else {
                    complaint.get_or_insert(("", "unknownField"));
                    map.next_value::<de::IgnoredAny>()?;
                    continue;
                };
                if cells[field].is_some() {
                    complaint.get_or_insert((FIELDS[field], "twice"));
                }
                let Member(cell) = map.next_value()?;
                cells[field] = cell.filter(|text| !text.trim().is_empty());
            }
            Ok(complaint.map_or(Ok(cells), Err))
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(text);
    let cells = deserializer
        .deserialize_map(Object)
        .map_err(|_| ("", "notAnObject"))?;
    deserializer.end().map_err(|_| ("", "notAnObject"))?;
    cells
}

fn record(line: i64, cells: &Cells<'_>, bounds: Bounds) -> Result<UsageRecord, Complaint> {
    let text = |field: usize| cells[field].as_deref().map(str::trim);
    let needed = |field: usize| text(field).ok_or((FIELDS[field], "missing"));
    let kind = UsageKind::parse(needed(KIND)?).ok_or((FIELDS[KIND], "unknownWord"))?;
    let direction = text(DIRECTION)
        .map_or(Some(Direction::Outgoing), Direction::parse)
        .ok_or((FIELDS[DIRECTION], "unknownWord"))?;
    if kind == UsageKind::Data && direction == Direction::Incoming {
        return Err((FIELDS[DIRECTION], "dataDirection"));
    }
    let destination = text(DESTINATION)
        .map_or(Some(Destination::Domestic), Destination::parse)
        .ok_or((FIELDS[DESTINATION], "unknownWord"))?;
    let started_at =
        instant(needed(STARTED_AT)?, bounds).map_err(|code| (FIELDS[STARTED_AT], code))?;
    let duration = text(DURATION)
        .map(|text| amount(text, LONGEST))
        .transpose()
        .map_err(|code| (FIELDS[DURATION], code))?;
    Ok(UsageRecord {
        line,
        source: name(needed(SOURCE)?, 40).map_err(|code| (FIELDS[SOURCE], code))?,
        record: name(needed(RECORD)?, 80).map_err(|code| (FIELDS[RECORD], code))?,
        number: number(needed(NUMBER)?).map_err(|code| (FIELDS[NUMBER], code))?,
        kind,
        direction,
        destination,
        quantity: amount(needed(QUANTITY)?, most(kind)).map_err(|code| (FIELDS[QUANTITY], code))?,
        duration,
        started_at,
    })
}

/// An id of somebody else's: printable ASCII without spaces.
fn name(text: &str, longest: usize) -> Result<String, &'static str> {
    if text.len() > longest {
        return Err("tooLong");
    }
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("letters")
    }
}

fn number(text: &str) -> Result<String, &'static str> {
    numbering::rules::e164(text).map_err(|_| "notANumber")
}

fn amount(text: &str, most: i64) -> Result<i64, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("notAWholeNumber");
    }
    if digits.len() < text.len() {
        return Err("negative");
    }
    match text.parse::<i64>() {
        Ok(amount) if amount <= most => Ok(amount),
        _ => Err("tooMuch"),
    }
}

fn instant(text: &str, bounds: Bounds) -> Result<Instant, &'static str> {
    // What comes after an offset in brackets may contradict it.
    if text.contains('[') {
        return Err("instant");
    }
    let Some(instant) = Instant::parse(text) else {
        let has_no_zone = text.parse::<jiff::civil::DateTime>().is_ok();
        return Err(if has_no_zone { "timeZone" } else { "instant" });
    };
    if instant >= bounds.until {
        Err("future")
    } else if instant < bounds.from {
        Err("tooOld")
    } else {
        Ok(instant)
    }
}

#[cfg(test)]
#[path = "../tests/reading.rs"]
mod tests;
