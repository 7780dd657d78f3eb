//! A document of sixty lines on two pages as PDF, beside the least that krilla takes to set the same text: fonts and faces read
//! once, each text shaped and drawn where it stands, the same profile, the same attachment.

use crate::process::Cpu;
use adapters::{
    pdf::{self, Attachment, Placed},
    ubl,
};
use domain::{
    billing::{
        Document, DocumentKind, Group, InvoiceUnit, Line, Party, Payment, TariffCategory,
        VatCategory, rules,
    },
    catalogue::Texts,
};
use krilla::{
    Data, SerializeSettings,
    configure::{Archival, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::Point,
    metadata::{DateTime, Metadata},
    page::PageSettings,
    text::{Font, GlyphId, KrillaGlyph},
};
use platform::{Money, Period, i18n::Language};
use rustybuzz::{Face, UnicodeBuffer};

const ROUNDS: usize = 9;
/// Documents of a round.
const EACH: usize = 40;

/// Microseconds of processor time a document, the medians.
pub struct Compared {
    pub lines: usize,
    pub pages: usize,
    pub ours: f64,
    pub krilla: f64,
    /// The attachment by itself, which is in neither.
    pub e_invoice: f64,
    pub bytes: usize,
}

pub fn compare() -> Result<Compared, String> {
    let document = sixty();
    let language = document.language;
    let xml = ubl::write(&document).map_err(crate::sync::told)?;
    let placed = pdf::placed(&document, language);
    let fonts = Fonts::read()?;
    let ours = || {
        let attachment = Attachment {
            name: "invoice.xml",
            xml: xml.clone(),
        };
        pdf::write(&document, language, None, attachment).map_err(crate::sync::told)
    };
    let theirs = || fonts.set(&placed, &xml);
    let e_invoice = || ubl::write(&document).map_err(crate::sync::told);
    let bytes = ours()?.len();
    theirs()?;
    let (mut one, mut other, mut third) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(cost(ours)?);
        other.push(cost(theirs)?);
        third.push(cost(e_invoice)?);
    }
    Ok(Compared {
        lines: document.lines.len(),
        pages: placed.len(),
        ours: median(one),
        krilla: median(other),
        e_invoice: median(third),
        bytes,
    })
}

fn cost(make: impl Fn() -> Result<Vec<u8>, String>) -> Result<f64, String> {
    let before = Cpu::own();
    for _ in 0..EACH {
        std::hint::black_box(make()?);
    }
    Ok(Cpu::own().since(&before) / EACH as f64)
}

fn median(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs.get(costs.len() / 2).copied().unwrap_or_default()
}

struct Fonts {
    regular: (Face<'static>, Font),
    semibold: (Face<'static>, Font),
}

impl Fonts {
    fn read() -> Result<Fonts, String> {
        let font = |data: &'static [u8]| {
            Face::from_slice(data, 0)
                .zip(Font::new(data.into(), 0))
                .ok_or_else(|| "a font cannot be read".to_owned())
        };
        Ok(Fonts {
            regular: font(pdf::REGULAR)?,
            semibold: font(pdf::SEMIBOLD)?,
        })
    }

    fn set(&self, pages: &[Vec<Placed>], xml: &[u8]) -> Result<Vec<u8>, String> {
        let configuration = ConfigurationBuilder::new()
            .with_archival_validator(Archival::A3_B)
            .finish()
            .map_err(|error| format!("{error:?}"))?;
        let mut document = krilla::Document::new_with(SerializeSettings {
            configuration,
            enable_tagging: false,
            ..SerializeSettings::default()
        });
        let day = DateTime::new(2026).month(12).day(1).hour(0).minute(0);
        let day = day.second(0).utc_offset_hour(0).utc_offset_minute(0);
        document.set_metadata(
            Metadata::new()
                .title("Faktura 2026-000042".to_owned())
                .language("da-DK".to_owned())
                .document_id("12345674-2026-000042".to_owned())
                .creation_date(day),
        );
        for texts in pages {
            let settings = PageSettings::from_wh(595.28, 841.89).ok_or("no page")?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for text in texts {
                let (face, font) = match text.semibold {
                    true => &self.semibold,
                    false => &self.regular,
                };
                let place = Point::from_xy(text.x, text.y);
                let glyphs = shape(face, font, &text.text);
                surface.draw_glyphs(place, &glyphs, font.clone(), &text.text, text.size, false);
            }
            surface.finish();
            page.finish();
        }
        document
            .embed_file(EmbeddedFile {
                path: "invoice.xml".to_owned(),
                mime_type: MimeType::new("application/xml"),
                description: Some("2026-000042".to_owned()),
                association_kind: AssociationKind::Alternative,
                data: Data::from(xml.to_vec()),
                modification_date: Some(day),
                compress: Some(true),
                location: None,
            })
            .ok_or("no attachment")?;
        document.finish().map_err(|error| format!("{error:?}"))
    }
}

fn shape(face: &Face<'static>, font: &Font, text: &str) -> Vec<KrillaGlyph> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let output = rustybuzz::shape(face, &[], buffer);
    let scale = |units: i32| units as f32 / font.units_per_em();
    let infos = output.glyph_infos();
    infos
        .iter()
        .zip(output.glyph_positions())
        .enumerate()
        .map(|(index, (info, position))| {
            let start = info.cluster as usize;
            let end = infos
                .get(index + 1)
                .map_or(text.len(), |next| (next.cluster as usize).max(start));
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                scale(position.x_advance),
                scale(position.x_offset),
                scale(position.y_offset),
                scale(position.y_advance),
                start..end,
                None,
            )
        })
        .collect()
}

pub fn party(name: &str, cvr: &str) -> Party {
    Party {
        name: name.to_owned(),
        cvr: cvr.to_owned(),
        street: "Havnegade 12".to_owned(),
        postal_code: "1058".to_owned(),
        city: "København K".to_owned(),
        country: "DK".to_owned(),
        gln: None,
        email: Some("faktura@nordtel.example".to_owned()),
    }
}

/// Twenty people with three lines each.
fn sixty() -> Document {
    let period = Period::of_day(jiff::civil::date(2026, 11, 1));
    let days = Some((period.first_day(), period.last_day()));
    let mut lines = Vec::new();
    let mut groups = Vec::new();
    for group in 0..20 {
        let (first, last) = crate::people::names(group * 7);
        groups.push(Group {
            person: Some(format!("{first} {last}")),
            organisation: None,
        });
        for (category, en, da, price) in [
            (TariffCategory::Subscriptions, "Mobile M", "Mobil M", 12_900),
            (
                TariffCategory::AddOns,
                "5 GB extra data",
                "5 GB ekstra data",
                3_900,
            ),
            (
                TariffCategory::Usage,
                "Calls outside the EU",
                "Opkald uden for EU",
                599,
            ),
        ] {
            let used = category == TariffCategory::Usage;
            let quantity = if used { 3 + group as i64 % 9 } else { 1 };
            let price = Money::dkk(price);
            lines.push(Line {
                group,
                category,
                product: Texts {
                    en: en.to_owned(),
                    da: da.to_owned(),
                },
                number: Some(format!("+45200000{group:02}")),
                reference: Some(format!("Afdeling {}", 4_000 + group)),
                quantity,
                unit: if used {
                    InvoiceUnit::Minute
                } else {
                    InvoiceUnit::Month
                },
                price,
                base: 1,
                discount: None,
                amount: rules::extend(quantity, price, 1),
                vat: VatCategory::Standard,
                days,
            });
        }
    }
    let totals = rules::totals(&lines);
    Document {
        kind: DocumentKind::Invoice,
        language: Language::Da,
        number: "2026-000042".to_owned(),
        issued: jiff::civil::date(2026, 12, 2),
        due: jiff::civil::date(2027, 1, 1),
        period,
        seller: party("Nordtel A/S", "12345674"),
        buyer: party("Nordvind A/S", "87654325"),
        buyer_reference: "NV-IT".to_owned(),
        order_reference: None,
        corrects: None,
        payment: Payment {
            registration: "9570".to_owned(),
            account: "0012345678".to_owned(),
            reference: "2026-000042".to_owned(),
        },
        groups,
        lines,
        totals,
    }
}
