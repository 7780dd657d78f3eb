use super::*;
use proptest::prelude::*;

fn rows(text: &str) -> Vec<Vec<String>> {
    let table = read(text, 100).unwrap();
    let mut rows = vec![table.headings];
    rows.extend(table.records.into_iter().map(|record| record.cells));
    rows
}

#[test]
fn semicolon_comma_and_tab_are_told_apart_by_the_headings() {
    for separator in [";", ",", "\t"] {
        let text = format!(
            "person{separator}action\r\n\"Holm, Anna; A.\"{separator}\"say \"\"hi\"\"\"\r\n"
        );
        assert_eq!(
            rows(&text),
            [
                vec!["person", "action"],
                vec!["Holm, Anna; A.", "say \"hi\""]
            ],
            "{separator}"
        );
    }
    assert_eq!(rows("only\nx,y"), [["only"], ["x,y"]]);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let table = read("\u{feff}a;b\r\n\r\n1;\"two\nlines\"\r\n;;\n3", 100).unwrap();
    let found: Vec<(usize, &str)> = table
        .records
        .iter()
        .map(|record| (record.row, record.cell(0)))
        .collect();
    assert_eq!(found, [(3, "1"), (5, "3")]);
    assert_eq!(table.records[0].cell(1), "two\nlines");
    assert_eq!(table.records[1].cell(7), "");
}

#[test]
fn what_cannot_be_read_says_why() {
    assert_eq!(read("", 9), Err(ReadError::Empty));
    assert_eq!(read(" \r\n;;\n", 9), Err(ReadError::Empty));
    assert_eq!(read("a\n1\n\"2", 9), Err(ReadError::OpenQuote(3)));
    assert_eq!(read("a\n1\n2\n3", 2), Err(ReadError::TooManyRows));
    let wide = "x;".repeat(MOST_CELLS);
    assert_eq!(
        read(&wide[..2 * MOST_CELLS - 1], 9).unwrap().headings.len(),
        MOST_CELLS
    );
    assert_eq!(read(&format!("a\n{wide}"), 9), Err(ReadError::TooWide(2)));
    assert_eq!(decode(b"\xFF\xFEa\0"), Err(ReadError::NotText));
    assert_eq!(decode(b"a\0b"), Err(ReadError::NotText));
    assert_eq!(decode(b"\x81\xF8"), Err(ReadError::NotText));
}

#[test]
fn danish_letters_come_through_in_either_spelling() {
    assert_eq!(decode("Søren Åse".as_bytes()).unwrap(), "Søren Åse");
    assert_eq!(decode("\u{feff}Æ".as_bytes()).unwrap(), "Æ");
    assert_eq!(decode(b"S\xF8ren \xC5se \x80").unwrap(), "Søren Åse €");
}

#[test]
fn nothing_that_is_written_is_a_formula() {
    let mut writer = Writer::new(["name", "number", "cost"]);
    writer.row([
        Cell::text("=HYPERLINK(\"http://x\")"),
        Cell::phone("+4570101234"),
        Cell::plain("-12,50"),
    ]);
    writer.row([
        Cell::text("@SUM(1)"),
        Cell::phone("+45=1"),
        Cell::maybe(None),
    ]);
    assert_eq!(
        writer.finish(),
        "\u{feff}name;number;cost\r\n\
         \"'=HYPERLINK(\"\"http://x\"\")\";+45 70 10 12 34;\"-12,50\"\r\n\
         \"'@SUM(1)\";\"'+45=1\";\r\n"
    );
}

proptest! {
    /// Whatever is written comes back, and no cell of it is a formula to a spreadsheet.
    #[test]
    fn what_is_written_is_read_again(cells in proptest::collection::vec("[ -~æøå=+@'\";,\t\r\n-]{0,12}", 1..6)) {
        let mut writer = Writer::new(["heading"]);
        let kept: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
        for cell in &kept {
            // A row that is empty altogether is passed over.
            writer.row([Cell::plain("x"), Cell::text(cell.as_str())]);
        }
        let text = writer.finish();
        for cell in kept.iter().filter(|cell| !cell.is_empty()) {
            let mut alone = Writer::default();
            alone.row([Cell::text(cell.as_str())]);
            let alone = alone.finish();
            let shown = alone.trim_start_matches('\u{feff}');
            prop_assert!(!begins_a_formula(shown.strip_prefix('"').unwrap_or(shown)), "{}", alone);
        }
        // The heading has no separator; the semicolon is meant where nothing tells.
        let table = read(&text, 100).unwrap();
        let read: Vec<String> = table.records.iter().map(|record| record.cell(1).to_owned()).collect();
        prop_assert_eq!(read, kept);
    }

    /// No input makes the reader panic, and it never reads more rows than it may.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), most in 0_usize..5) {
        if let Ok(text) = decode(&bytes)
            && let Ok(table) = read(&text, most)
        {
            prop_assert!(table.records.len() <= most);
            let mut last = 1;
            for record in &table.records {
                prop_assert!(record.row > last);
                last = record.row;
            }
        }
    }
}
