use super::{Attachment, Logo, TEXTS, layout, write};
use crate::samples;
use platform::{Money, i18n::Language};
use std::collections::BTreeMap;

fn pdf(document: &domain::billing::Document, language: Language) -> Vec<u8> {
    let attachment = Attachment {
        name: "invoice.xml",
        xml: b"<Invoice/>".to_vec(),
    };
    write(document, language, None, attachment).unwrap()
}

#[test]
fn every_text_is_there_in_both_languages() {
    assert_eq!(TEXTS.differences(), Vec::<String>::new());
}

#[test]
fn the_same_invoice_is_the_same_bytes() {
    let document = samples::everything();
    let first = pdf(&document, Language::Da);
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(first == pdf(&document, Language::Da));
    assert!(first != pdf(&document, Language::En));
}

#[test]
fn the_pages_come_to_the_total() {
    let document = samples::sixty();
    for language in [Language::En, Language::Da] {
        let sheets = layout::sheets(&document, language, false);
        assert_eq!(sheets.len(), 2);
        let sum: Money = sheets.iter().map(|sheet| sheet.total.0).sum();
        assert_eq!(sum, document.totals.net);
    }
}

/// No text stands on another one, and none leaves the page.
fn look_at(sheets: &[layout::Sheet]) {
    for sheet in sheets {
        let mut lines: BTreeMap<i64, Vec<(f32, f32, &str)>> = BTreeMap::new();
        for mark in &sheet.marks {
            let layout::Mark::Text(text) = mark else {
                continue;
            };
            let width = text.shaped.width * text.size;
            let left = match text.anchor {
                layout::Anchor::Left => text.x,
                layout::Anchor::Right => text.x - width,
            };
            let said = text.shaped.text.as_str();
            assert!(
                left >= 40.0 && left + width <= layout::PAGE.0 - 40.0,
                "{said}"
            );
            assert!(text.y < layout::PAGE.1 - 20.0, "{said}");
            let line = lines.entry((text.y * 10.0).round() as i64).or_default();
            line.push((left, left + width, said));
        }
        for line in lines.values_mut() {
            line.sort_by(|one, other| one.0.total_cmp(&other.0));
            for pair in line.windows(2) {
                assert!(pair[0].1 + 2.0 < pair[1].0, "{:?} {:?}", pair[0], pair[1]);
            }
        }
    }
}

#[test]
fn no_text_stands_on_another_one() {
    for (_, document) in samples::all() {
        for language in [Language::En, Language::Da] {
            look_at(&layout::sheets(&document, language, false));
        }
    }
}

/// Long names and references, and people whose lines go on on the next page.
#[test]
fn three_hundred_lines_are_set_page_by_page() {
    let document = samples::long();
    for (language, going_on, total, page, of) in [
        (
            Language::En,
            ", continued",
            "Lines on this page",
            "Page",
            "of",
        ),
        (
            Language::Da,
            ", fortsat",
            "Linjer på denne side",
            "Side",
            "af",
        ),
    ] {
        let sheets = layout::sheets(&document, language, true);
        look_at(&sheets);
        let sum: Money = sheets.iter().map(|sheet| sheet.total.0).sum();
        assert_eq!(sum, document.totals.net);
        let said = |sheet: &layout::Sheet, wanted: &str| {
            let texts = sheet.marks.iter().filter_map(layout::Mark::placed);
            texts.filter(|text| text.text.ends_with(wanted)).count()
        };
        let continued: usize = sheets.iter().map(|sheet| said(sheet, going_on)).sum();
        assert!(continued > 0 && continued < sheets.len());
        for (index, sheet) in sheets.iter().enumerate() {
            let number = format!("{page} {} {of} {}", index + 1, sheets.len());
            assert_eq!(said(sheet, &number), 1, "{number}");
            assert_eq!(said(sheet, total), 1);
        }
    }
}

/// A reference of ten thousand characters without a space, and letters that the font does not have.
#[test]
fn what_does_not_fit_is_broken_and_never_leaves_the_page() {
    let mut document = samples::everything();
    document.lines[0].reference = Some("x".repeat(400));
    document.lines[1].reference = Some("日本語 \u{202e}\u{0}".into());
    look_at(&layout::sheets(&document, Language::Da, false));
    pdf(&document, Language::Da);
}

#[test]
fn a_logo_that_is_no_picture_is_refused() {
    assert!(Logo::new(b"<svg/>".to_vec()).is_err());
}

/// A logo is in the profile too. `SWITCHBOARD_SAMPLES=folder` keeps the documents, to be looked at.
#[test]
fn every_sample_can_be_set_in_both_languages() {
    let folder = std::env::var_os("SWITCHBOARD_SAMPLES").map(std::path::PathBuf::from);
    let logo = Logo::new(include_bytes!("../../../../teams/color.png").to_vec()).unwrap();
    for (name, document) in samples::all() {
        for (language, logo) in [(Language::En, None), (Language::Da, Some(&logo))] {
            let attachment = Attachment {
                name: "invoice.xml",
                xml: b"<Invoice/>".to_vec(),
            };
            let bytes = write(&document, language, logo, attachment).unwrap();
            if let Some(folder) = &folder {
                let file = folder.join(format!("{name}-{}.pdf", language.tag()));
                std::fs::write(file, bytes).unwrap();
            }
        }
    }
    if let Some(folder) = &folder {
        let file = folder.join("long-da.pdf");
        std::fs::write(file, pdf(&samples::long(), Language::Da)).unwrap();
    }
}
