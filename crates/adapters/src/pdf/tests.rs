use super::{Attachment, Logo, TEXTS, layout, write};
use crate::samples;
use platform::{Money, i18n::Language};

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
        assert!(sheets.len() > 1);
        let sum: Money = sheets.iter().map(|sheet| sheet.total.0).sum();
        assert_eq!(sum, document.totals.net);
    }
}

/// A reference of ten thousand characters without a space, and letters that the font does not have.
#[test]
fn what_does_not_fit_is_broken_and_never_leaves_the_page() {
    let mut document = samples::everything();
    document.lines[0].reference = Some("x".repeat(400));
    document.lines[1].reference = Some("日本語 \u{202e}\u{0}".into());
    for sheet in layout::sheets(&document, Language::Da, false) {
        for mark in &sheet.marks {
            if let layout::Mark::Text(text) = mark {
                let width = text.shaped.width * text.size;
                let left = if text.anchor == layout::Anchor::Left {
                    text.x
                } else {
                    text.x - width
                };
                assert!(
                    left >= 40.0 && left + width <= layout::PAGE.0 - 40.0,
                    "{}",
                    text.shaped.text
                );
                assert!(text.y < layout::PAGE.1 - 30.0);
            }
        }
    }
    pdf(&document, Language::Da);
}

#[test]
fn a_logo_that_is_no_picture_is_refused() {
    assert!(Logo::new(b"<svg/>".to_vec()).is_err());
}

/// `SWITCHBOARD_SAMPLES=folder` keeps the documents, to be looked at.
#[test]
fn every_sample_can_be_set_in_both_languages() {
    let folder = std::env::var_os("SWITCHBOARD_SAMPLES").map(std::path::PathBuf::from);
    for (name, document) in samples::all() {
        for language in [Language::En, Language::Da] {
            let bytes = pdf(&document, language);
            if let Some(folder) = &folder {
                let file = folder.join(format!("{name}-{}.pdf", language.tag()));
                std::fs::write(file, bytes).unwrap();
            }
        }
    }
}
