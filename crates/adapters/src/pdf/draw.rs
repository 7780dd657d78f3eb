//! Sheets as PDF/A-3b.

use super::{
    Attachment, Logo,
    fonts::typeface,
    layout::{Anchor, Ink, LOGO, Mark, PAGE, Sheet},
    words::Words,
};
use domain::billing::{Document as Invoice, DocumentKind};
use krilla::{
    Data, Document, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};
use platform::{Error, Result, i18n::Language};

pub(super) fn image(png: &[u8]) -> std::result::Result<Image, String> {
    Image::from_png(Data::from(png.to_vec()), false)
}

pub(super) fn write(
    invoice: &Invoice,
    language: Language,
    logo: Option<&Logo>,
    sheets: &[Sheet],
    attachment: Attachment<'_>,
) -> Result<Vec<u8>> {
    let wrong = |what: &str| Error::internal(format!("the invoice could not be drawn: {what}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_B)
        .finish()
        .map_err(|error| wrong(&format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: false,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(invoice, language));
    let (width, height) = PAGE;
    for (index, sheet) in sheets.iter().enumerate() {
        let settings = PageSettings::from_wh(width, height).ok_or_else(|| wrong("the page"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        if let (0, Some(logo)) = (index, logo) {
            draw_logo(&mut surface, logo).ok_or_else(|| wrong("the logo"))?;
        }
        for mark in &sheet.marks {
            draw_mark(&mut surface, mark);
        }
        surface.finish();
        page.finish();
    }
    document
        .embed_file(EmbeddedFile {
            path: attachment.name.to_owned(),
            mime_type: MimeType::new("application/xml"),
            description: Some(invoice.number.clone()),
            association_kind: AssociationKind::Alternative,
            data: attachment.xml.into(),
            modification_date: Some(issued(invoice)),
            compress: Some(true),
            location: None,
        })
        .ok_or_else(|| wrong("two attachments of one name"))?;
    document
        .finish()
        .map_err(|error| wrong(&format!("{error:?}")))
}

fn metadata(invoice: &Invoice, language: Language) -> Metadata {
    let words = Words { language };
    let title = words.say(match invoice.kind {
        DocumentKind::Invoice => "invoice.invoice",
        DocumentKind::CreditNote => "invoice.creditNote",
    });
    Metadata::new()
        .title(format!("{title} {}", invoice.number))
        .authors(vec![invoice.seller.name.clone()])
        .creator("Switchboard".to_owned())
        .language(language.tag().to_owned())
        // Krilla makes the file's identifiers of these, so the same invoice gives the same bytes.
        .document_id(format!("{}-{}", invoice.seller.cvr, invoice.number))
        .creation_date(issued(invoice))
}

/// Never now: the same invoice gives the same bytes.
fn issued(invoice: &Invoice) -> DateTime {
    let day = invoice.issued;
    DateTime::new(day.year().unsigned_abs())
        .month(day.month().unsigned_abs())
        .day(day.day().unsigned_abs())
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn colour(ink: Ink) -> Fill {
    let (red, green, blue) = match ink {
        Ink::Text => (0x24, 0x24, 0x24),
        Ink::Quiet => (0x61, 0x61, 0x61),
        Ink::Accent => (0x4f, 0x52, 0xb2),
        Ink::Line => (0xd1, 0xd1, 0xd1),
        Ink::Wash => (0xf5, 0xf5, 0xf5),
    };
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text(text) => {
            let width = text.shaped.width * text.size;
            let x = match text.anchor {
                Anchor::Left => text.x,
                Anchor::Right => text.x - width,
            };
            surface.set_fill(Some(colour(text.ink)));
            surface.draw_glyphs(
                Point::from_xy(x, text.y),
                &text.shaped.glyphs,
                typeface(text.weight).font.clone(),
                &text.shaped.text,
                text.size,
                false,
            );
        }
        Mark::Box { area, ink } => {
            let (x, y, width, height) = *area;
            let Some(rect) = Rect::from_xywh(x, y, width, height) else {
                return;
            };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            if let Some(path) = path.finish() {
                surface.set_fill(Some(colour(*ink)));
                surface.draw_path(&path);
            }
        }
    }
}

fn draw_logo(surface: &mut Surface<'_>, logo: &Logo) -> Option<()> {
    let image = image(&logo.0).ok()?;
    let (x, y, most_width, most_height) = LOGO;
    let (width, height) = image.size();
    let (width, height) = (width as f32, height as f32);
    let scale = (most_width / width).min(most_height / height);
    surface.push_transform(&Transform::from_translate(x, y));
    surface.draw_image(image, Size::from_wh(width * scale, height * scale)?);
    surface.pop();
    Some(())
}
