//! The two fonts, and how wide a text is in them. Shaping happens once a text: its glyphs are kept for the drawing.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face, UnicodeBuffer};
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    Regular,
    Semibold,
}

pub(super) struct Typeface {
    face: Face<'static>,
    pub(super) font: Font,
}

/// A text with its glyphs, in units of the font's size.
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// Open Sans, as it is embedded.
pub const REGULAR: &[u8] = include_bytes!("../../assets/open-sans/OpenSans-Regular.ttf");
pub const SEMIBOLD: &[u8] = include_bytes!("../../assets/open-sans/OpenSans-Semibold.ttf");

static REGULAR_FACE: LazyLock<Typeface> = LazyLock::new(|| Typeface::read(REGULAR));
static SEMIBOLD_FACE: LazyLock<Typeface> = LazyLock::new(|| Typeface::read(SEMIBOLD));

pub(super) fn typeface(weight: Weight) -> &'static Typeface {
    match weight {
        Weight::Regular => &REGULAR_FACE,
        Weight::Semibold => &SEMIBOLD_FACE,
    }
}

impl Typeface {
    fn read(data: &'static [u8]) -> Self {
        Typeface {
            face: Face::from_slice(data, 0).expect("the font that is built in can be read"),
            font: Font::new(data.into(), 0).expect("the font that is built in can be read"),
        }
    }

    /// Control characters become spaces; what the font has no glyph for becomes a question mark.
    pub(super) fn shape(&self, text: &str) -> Shaped {
        let text: String = text
            .chars()
            .map(|char| match char {
                char if char.is_control() => ' ',
                char if self.face.glyph_index(char).is_some() => char,
                _ => '?',
            })
            .collect();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        buffer.guess_segment_properties();
        let output = rustybuzz::shape(&self.face, &[], buffer);
        let scale = |units: i32| units as f32 / self.font.units_per_em();
        let (infos, positions) = (output.glyph_infos(), output.glyph_positions());
        let mut width = 0.0;
        let glyphs = infos
            .iter()
            .zip(positions)
            .enumerate()
            .map(|(index, (info, position))| {
                let start = info.cluster as usize;
                let end = infos[index..]
                    .iter()
                    .map(|later| later.cluster as usize)
                    .find(|cluster| *cluster > start)
                    .unwrap_or(text.len());
                let advance = scale(position.x_advance);
                width += advance;
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    advance,
                    scale(position.x_offset),
                    scale(position.y_offset),
                    scale(position.y_advance),
                    start..end,
                    None,
                )
            })
            .collect();
        Shaped {
            text,
            glyphs,
            width,
        }
    }
}
