//! Invoices as PDF/A-3b on A4, with the e-invoice attached. Typesetting (`layout`) knows nothing of PDF; drawing (`draw`) knows
//! nothing of invoices. Fonts are embedded; nothing is fetched.

mod draw;
mod fonts;
mod layout;
mod words;

use domain::billing::Document;
use platform::{Error, Result, i18n::Language};
use std::sync::Arc;

pub use fonts::{REGULAR, SEMIBOLD};

platform::catalogue!(TEXTS, "../../texts/en.toml", "../../texts/da.toml");

/// The seller's logo, a PNG; scaled to fit 40 by 14 millimetres.
#[derive(Clone)]
pub struct Logo(Arc<Vec<u8>>);

impl Logo {
    /// # Errors
    /// When it is not a PNG.
    pub fn new(png: Vec<u8>) -> Result<Self> {
        draw::image(&png)
            .map(|_| Logo(Arc::new(png)))
            .map_err(|error| Error::internal(format!("the invoice's logo is not a PNG: {error}")))
    }
}

/// What is attached to the document.
pub struct Attachment<'a> {
    pub name: &'a str,
    pub xml: Vec<u8>,
}

/// The same document, language, logo and attachment give the same bytes.
pub fn write(
    document: &Document,
    language: Language,
    logo: Option<&Logo>,
    attachment: Attachment<'_>,
) -> Result<Vec<u8>> {
    let sheets = layout::sheets(document, language, logo.is_some());
    draw::write(document, language, logo, &sheets, attachment)
}

/// A text where it stands on its page: points from the upper left corner to the beginning of its baseline.
#[derive(Clone, Debug)]
pub struct Placed {
    pub x: f32,
    pub y: f32,
    /// Points.
    pub size: f32,
    pub semibold: bool,
    pub text: String,
}

/// The texts of each page, for whoever wants to know what setting them costs by itself.
pub fn placed(document: &Document, language: Language) -> Vec<Vec<Placed>> {
    let texts = |sheet: &layout::Sheet| {
        sheet
            .marks
            .iter()
            .filter_map(layout::Mark::placed)
            .collect()
    };
    let sheets = layout::sheets(document, language, false);
    sheets.iter().map(texts).collect()
}

#[cfg(test)]
mod tests;
