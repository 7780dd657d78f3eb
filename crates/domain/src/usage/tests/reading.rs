use super::*;
use proptest::prelude::*;

const NOW: &str = "2026-11-22T12:00:00Z";

fn reader() -> Reader {
    Reader::new(Bounds::at(Instant::parse(NOW).unwrap()))
}

/// What each line of a text comes to.
fn read(text: &str) -> Result<Vec<Read>, HeadingError> {
    let mut reader = reader();
    text.lines()
        .map(|line| reader.read(Line::Whole(line.as_bytes())))
        .filter(|read| !matches!(read, Ok(Read::Nothing)))
        .collect()
}

fn complaint(text: &str) -> (String, String) {
    match read(text).unwrap().pop() {
        Some(Read::Error(error)) => (error.field, error.code),
        other => panic!("{text}: {other:?}"),
    }
}

const HEADING: &str = "source,record,number,kind,direction,destination,quantity,startedAt,duration";

fn expected() -> UsageRecord {
    UsageRecord {
        line: 2,
        source: "core-1".into(),
        record: "r-000001".into(),
        number: "+4526000001".into(),
        kind: UsageKind::Data,
        direction: Direction::Outgoing,
        destination: Destination::Eu,
        quantity: 1_048_576,
        duration: Some(35),
        started_at: Instant::parse("2026-11-03T09:11:12Z").unwrap(),
    }
}

#[test]
fn a_row_is_read_whatever_the_order_of_its_columns_and_the_manner_of_its_writer() {
    for text in [
        format!(
            "{HEADING}\ncore-1,r-000001,+4526000001,data,outgoing,eu,1048576,2026-11-03T10:11:12+01:00,35"
        ),
        format!(
            "\u{feff}{HEADING}\ncore-1,r-000001,26000001,data,,eu,1048576,2026-11-03T09:11:12Z,35\n"
        ),
        "duration;startedAt;quantity;destination;kind;number;record;source\n\
         35;2026-11-03T09:11:12.000Z; 1048576 ;eu;data;\"+45 26 00 00 01\";\"r-000001\";core-1"
            .to_owned(),
        format!(
            "\n{}",
            r#"{"source":"core-1","record":"r-000001","number":"+4526000001","kind":"data","direction":null,"destination":"eu","quantity":1048576,"startedAt":"2026-11-03T10:11:12+01:00","duration":35}"#
        ),
    ] {
        assert_eq!(read(&text).unwrap(), [Read::Record(expected())], "{text}");
    }
}

#[test]
fn what_may_be_left_out_is_the_usual() {
    let text =
        "source,record,number,kind,quantity,startedAt\ns,1,26000001,voice,60,2026-11-03T10:11:12Z";
    let [Read::Record(record)] = &read(text).unwrap()[..] else {
        panic!("a record");
    };
    assert_eq!(record.direction, Direction::Outgoing);
    assert_eq!(record.destination, Destination::Domestic);
    assert_eq!(record.duration, None);
}

#[test]
fn a_row_that_is_wrong_says_what_and_where() {
    let good = [
        "core-1",
        "r1",
        "26000001",
        "data",
        "outgoing",
        "eu",
        "7",
        "2026-11-03T10:11:12Z",
        "35",
    ];
    for (field, value, code) in [
        ("source", "", "missing"),
        ("source", "my core", "letters"),
        ("record", "r\u{e6}", "letters"),
        ("record", &"r".repeat(81), "tooLong"),
        ("number", "112", "notANumber"),
        ("number", "", "missing"),
        ("kind", "fax", "unknownWord"),
        ("direction", "sideways", "unknownWord"),
        ("direction", "incoming", "dataDirection"),
        ("destination", "moon", "unknownWord"),
        ("quantity", "-1", "negative"),
        ("quantity", "-99999999999999999999", "negative"),
        ("quantity", "1.5", "notAWholeNumber"),
        ("quantity", "1e9", "notAWholeNumber"),
        ("quantity", "\u{0661}", "notAWholeNumber"),
        ("quantity", "1000000000001", "tooMuch"),
        ("quantity", "99999999999999999999", "tooMuch"),
        ("startedAt", "2026-11-03T10:11:12", "timeZone"),
        ("startedAt", "2026-11-03 10:11:12", "timeZone"),
        ("startedAt", "2026-11-03T10:11:12 CET", "instant"),
        (
            "startedAt",
            "2026-11-03T10:11:12+01:00[Asia/Tokyo]",
            "instant",
        ),
        ("startedAt", "03-11-2026 10:11", "instant"),
        ("startedAt", "2026-02-30T10:11:12Z", "instant"),
        ("startedAt", "2026-11-22T13:00:00Z", "future"),
        ("startedAt", "2025-09-30T21:59:59Z", "tooOld"),
        ("duration", "-5", "negative"),
        ("duration", "99999999", "tooMuch"),
    ] {
        let at = FIELDS.iter().position(|name| *name == field).unwrap();
        let mut row = good;
        row[at] = value;
        let row = row.join(",");
        assert_eq!(
            complaint(&format!("{HEADING}\n{row}")),
            (field.into(), code.into()),
            "{row}"
        );
    }
    for (row, code) in [
        ("core-1,r1,26000001,data", "columns"),
        (
            "core-1,r1,26000001,data,,,7,2026-11-03T10:11:12Z,35,more",
            "columns",
        ),
        ("\"core-1,r1", "quotation"),
        ("\"core-1\"x,r1", "quotation"),
    ] {
        assert_eq!(
            complaint(&format!("{HEADING}\n{row}")),
            (String::new(), code.into()),
            "{row}"
        );
    }
    for (row, field, code) in [
        ("{\"source\":", "", "notAnObject"),
        ("{} {}", "", "notAnObject"),
        ("[1]", "", "notAnObject"),
        ("{\"number\":[1]}", "", "notAnObject"),
        ("{\"colour\":1}", "", "unknownField"),
        ("{\"kind\":\"data\",\"kind\":\"data\"}", "kind", "twice"),
        ("{}", "kind", "missing"),
    ] {
        // The first line decides that these are JSON lines.
        let found = complaint(&format!("{{}}\n{row}"));
        assert_eq!(found, (field.into(), code.into()), "{row}");
    }
}

#[test]
fn the_oldest_and_the_newest_are_just_read() {
    for at in ["2025-09-30T22:00:00Z", "2026-11-22T12:59:59Z"] {
        let row = format!("{HEADING}\ns,1,26000001,sms,,,1,{at},");
        assert!(matches!(read(&row).unwrap()[..], [Read::Record(_)]), "{at}");
    }
}

#[test]
fn a_heading_that_cannot_be_read_is_told_once() {
    for (heading, code, column) in [
        (
            "source,record,number,kind,quantity",
            "columnMissing",
            "startedAt",
        ),
        (
            "source,record,number,kind,quantity,startedAt,colour",
            "unknownColumn",
            "colour",
        ),
        ("source,source,record", "columnTwice", "source"),
        ("\"source", "heading", ""),
        ("just some words", "unknownColumn", "just some words"),
    ] {
        let error = read(&format!("{heading}\nx")).unwrap_err();
        assert_eq!(
            (error.code, error.column.as_str()),
            (code, column),
            "{heading}"
        );
    }
    assert_eq!(
        reader().read(Line::Whole(&[0xff, 0xfe])).unwrap_err().code,
        "encoding"
    );
    assert_eq!(
        reader().read(Line::TooLong).unwrap_err().code,
        "lineTooLong"
    );
}

#[test]
fn lines_that_were_read_before_are_counted_and_nothing_else() {
    let mut reader = reader();
    reader.skip(Line::Whole(HEADING.as_bytes())).unwrap();
    reader.skip(Line::Whole(b"rubbish")).unwrap();
    reader.skip(Line::TooLong).unwrap();
    let row = "core-1,r-000001,26000001,data,,eu,1048576,2026-11-03T09:11:12Z,35";
    let read = reader.read(Line::Whole(row.as_bytes())).unwrap();
    let record = UsageRecord {
        line: 4,
        ..expected()
    };
    assert_eq!(read, Read::Record(record));
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(text in "\\PC{0,60}", json in any::<bool>()) {
        let first = if json { "{}" } else { HEADING };
        let mut reader = reader();
        reader.read(Line::Whole(first.as_bytes())).unwrap();
        reader.read(Line::Whole(text.as_bytes())).unwrap();
    }
}
