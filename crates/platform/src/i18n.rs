//! What the server says in words, in the reader's language. Texts stand in `texts/en.toml` and `texts/da.toml`, compiled in;
//! every room that speaks has such a pair and a [`Catalogue`] of it. A text may hold `{name}` placeholders.

use crate::{Instant, Money, Period};
use jiff::{civil::Date, tz::TimeZone};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Da,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::En, Language::Da];

    /// BCP 47, as stored and as in `Content-Language`.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Da => "da",
        }
    }

    /// Reads a BCP 47 tag; only the first subtag counts.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().trim();
        Language::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// What an `Accept-Language` header (RFC 9110 §12.5.4) prefers among ours; `None` when it names none of them.
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut best: Option<(Language, u32)> = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1000, |weight| {
                    weight
                        .parse::<f32>()
                        .map_or(0, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u32)
                });
            let language = if tag == "*" {
                Some(Language::default())
            } else {
                Language::parse(tag)
            };
            if let Some(language) = language
                && weight > 0
                && best.is_none_or(|(_, known)| weight > known)
            {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

/// The texts of one room in every language.
pub struct Catalogue {
    texts: HashMap<(Language, String), String>,
}

/// Declares a room's catalogue from its two files: `catalogue!(pub TEXTS, "../texts/en.toml", "../texts/da.toml");`
#[macro_export]
macro_rules! catalogue {
    ($visibility:vis $name:ident, $en:literal, $da:literal) => {
        /// What this room says in words.
        $visibility static $name: std::sync::LazyLock<$crate::i18n::Catalogue> = std::sync::LazyLock::new(|| {
            $crate::i18n::Catalogue::parse(include_str!($en), include_str!($da))
                .expect("the texts are checked by a test")
        });
    };
}

catalogue!(pub TEXTS, "../texts/en.toml", "../texts/da.toml");

impl Catalogue {
    /// Reads the two files. Nested tables become keys with dots: `[problem.stale] title = …` is `problem.stale.title`.
    pub fn parse(en: &str, da: &str) -> Result<Self, String> {
        let mut texts = HashMap::new();
        for (language, file) in [(Language::En, en), (Language::Da, da)] {
            let table = file
                .parse::<toml::Table>()
                .map_err(|error| format!("{language}: {error}"))?;
            flatten(&table, "", &mut |key, text| {
                texts.insert((language, key), text);
            })
            .map_err(|key| format!("{language}: {key} is not text"))?;
        }
        Ok(Catalogue { texts })
    }

    /// The text for `key` with its placeholders filled in; `None` when there is no such text, or when a placeholder has no
    /// value among `values`: half a sentence is worse than none.
    pub fn find(&self, language: Language, key: &str, values: &[(&str, &str)]) -> Option<String> {
        let text = self.texts.get(&(language, key.to_owned()))?;
        fill(text, values)
    }

    /// The text for `key` as it stands; `None` when there is none, or when it has placeholders.
    pub fn plain(&self, language: Language, key: &str) -> Option<&str> {
        self.texts
            .get(&(language, key.to_owned()))
            .map(String::as_str)
            .filter(|text| !text.contains('{'))
    }

    /// The text for `key`, or the key itself when there is none: a mistake that a reader of the page can report.
    pub fn text(&self, language: Language, key: &str, values: &[(&str, &str)]) -> String {
        self.find(language, key, values)
            .unwrap_or_else(|| key.to_owned())
    }

    /// Keys that only one language has, and keys whose placeholders differ. Empty when the catalogue is sound; each room's
    /// test asks.
    pub fn differences(&self) -> Vec<String> {
        let keys: BTreeSet<&String> = self.texts.keys().map(|(_, key)| key).collect();
        let mut found = Vec::new();
        for key in keys {
            let of = |language| {
                self.texts
                    .get(&(language, key.clone()))
                    .map(|text| placeholders(text))
            };
            match (of(Language::En), of(Language::Da)) {
                (Some(en), Some(da)) if en != da => {
                    found.push(format!("{key}: {en:?} in English, {da:?} in Danish"))
                }
                (Some(_), Some(_)) => {}
                (None, _) => found.push(format!("{key}: not in English")),
                (_, None) => found.push(format!("{key}: not in Danish")),
            }
        }
        found
    }
}

fn flatten(
    table: &toml::Table,
    prefix: &str,
    put: &mut impl FnMut(String, String),
) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::String(text) => put(key, text.trim_end().to_owned()),
            toml::Value::Table(table) => flatten(table, &key, put)?,
            _ => return Err(key),
        }
    }
    Ok(())
}

fn fill(text: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        filled.push_str(before);
        filled.push_str(value);
        rest = tail;
    }
    filled.push_str(rest);
    Some(filled)
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

/// An amount as people of that language write it: `1.394.100 kr.`, `129,50 kr.`; `DKK 1,394,100.00`.
pub fn money(language: Language, money: Money) -> String {
    let sign = if money.amount < 0 { "-" } else { "" };
    let whole = (money.amount.unsigned_abs() / 100).to_string();
    let minor = money.amount.unsigned_abs() % 100;
    match language {
        Language::En => format!("{sign}DKK {}.{minor:02}", grouped(&whole, ',')),
        Language::Da if minor == 0 => format!("{sign}{} kr.", grouped(&whole, '.')),
        Language::Da => format!("{sign}{},{minor:02} kr.", grouped(&whole, '.')),
    }
}

/// A number of minor units with two decimals and no currency, for columns: `1,394,100.00`; `1.394.100,00`.
pub fn amount(language: Language, money: Money) -> String {
    let sign = if money.amount < 0 { "-" } else { "" };
    let whole = (money.amount.unsigned_abs() / 100).to_string();
    let minor = money.amount.unsigned_abs() % 100;
    match language {
        Language::En => format!("{sign}{}.{minor:02}", grouped(&whole, ',')),
        Language::Da => format!("{sign}{},{minor:02}", grouped(&whole, '.')),
    }
}

/// A whole number: `1,394,100`; `1.394.100`.
pub fn whole(language: Language, number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let separator = match language {
        Language::En => ',',
        Language::Da => '.',
    };
    format!(
        "{sign}{}",
        grouped(&number.unsigned_abs().to_string(), separator)
    )
}

fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "december",
    ],
];

/// `21 November 2026`, `21. november 2026`.
pub fn date(language: Language, date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()) - 1;
    match language {
        Language::En => format!("{} {} {}", date.day(), MONTHS[0][month], date.year()),
        Language::Da => format!("{}. {} {}", date.day(), MONTHS[1][month], date.year()),
    }
}

/// `November 2026`, `november 2026`.
pub fn month(language: Language, period: Period) -> String {
    let names = match language {
        Language::En => MONTHS[0],
        Language::Da => MONTHS[1],
    };
    let month = usize::from(period.month().unsigned_abs()) - 1;
    format!("{} {}", names[month], period.year())
}

/// An amount of data with one decimal, rounded down: `16.4 GB`, `16,4 GB`; under a gigabyte whole megabytes. 1 GB is 1,000 MB.
pub fn data(language: Language, bytes: i64) -> String {
    let tenths = bytes / 100_000_000;
    if tenths < 10 {
        return format!("{} MB", bytes / 1_000_000);
    }
    let (comma, separator) = match language {
        Language::En => ('.', ','),
        Language::Da => (',', '.'),
    };
    format!(
        "{}{comma}{} GB",
        grouped(&(tenths / 10).to_string(), separator),
        tenths % 10
    )
}

static COPENHAGEN: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC));

/// Day and time of day in Denmark: `21 November 2026, 14:05`, `21. november 2026 kl. 14.05`.
pub fn date_time(language: Language, instant: Instant) -> String {
    let local = instant.timestamp().to_zoned(COPENHAGEN.clone());
    let day = date(language, local.date());
    match language {
        Language::En => format!("{day}, {:02}:{:02}", local.hour(), local.minute()),
        Language::Da => format!("{day} kl. {:02}.{:02}", local.hour(), local.minute()),
    }
}

/// String and number members of a JSON object, as values for placeholders.
pub(crate) fn values_of(object: &serde_json::Value) -> BTreeMap<String, String> {
    let members = object.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| match value {
            serde_json::Value::String(text) => Some((name.clone(), text.clone())),
            serde_json::Value::Number(number) => Some((name.clone(), number.to_string())),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_things() {
        assert_eq!(TEXTS.differences(), Vec::<String>::new());
    }

    #[test]
    fn a_catalogue_that_is_not_sound_says_where() {
        let catalogue = Catalogue::parse(
            "a = 'x {n}'\nb = 'only here'",
            "a = 'y {m}'\n[c]\nd = 'kun her'",
        )
        .unwrap();
        assert_eq!(
            catalogue.differences(),
            [
                "a: {\"n\"} in English, {\"m\"} in Danish",
                "b: not in Danish",
                "c.d: not in English"
            ]
        );
        assert!(Catalogue::parse("a = 1", "").is_err());
    }

    #[test]
    fn a_text_with_a_hole_is_not_said() {
        let catalogue = Catalogue::parse("a = 'from {x} to {y}'", "a = 'fra {x} til {y}'").unwrap();
        assert_eq!(
            catalogue
                .find(Language::Da, "a", &[("y", "2"), ("x", "1")])
                .unwrap(),
            "fra 1 til 2"
        );
        assert_eq!(catalogue.find(Language::En, "a", &[("x", "1")]), None);
        assert_eq!(catalogue.text(Language::En, "b", &[]), "b");
    }

    #[test]
    fn the_preferred_language_of_ours_wins() {
        assert_eq!(
            Language::negotiate("da-DK,da;q=0.9,en;q=0.8"),
            Some(Language::Da)
        );
        assert_eq!(
            Language::negotiate("de, en-GB;q=0.5, da;q=0.7"),
            Some(Language::Da)
        );
        assert_eq!(Language::negotiate("sv, *;q=0.1"), Some(Language::En));
        assert_eq!(Language::negotiate("da;q=0, sv"), None);
        assert_eq!(Language::negotiate("da;q=x, en;q=0.1"), Some(Language::En));
        assert_eq!(Language::negotiate(""), None);
    }

    #[test]
    fn months_and_data_are_written_as_people_write_them() {
        let period = Period::parse("2026-03").unwrap();
        assert_eq!(month(Language::En, period), "March 2026");
        assert_eq!(month(Language::Da, period), "marts 2026");
        assert_eq!(data(Language::En, 16_499_999_999), "16.4 GB");
        assert_eq!(data(Language::Da, 1_234_000_000_000), "1.234,0 GB");
        assert_eq!(data(Language::Da, 999_999_999), "999 MB");
        assert_eq!(data(Language::En, 0), "0 MB");
    }

    #[test]
    fn amounts_and_days_are_written_as_people_write_them() {
        assert_eq!(
            money(Language::Da, Money::dkk(139_410_000)),
            "1.394.100 kr."
        );
        assert_eq!(money(Language::Da, Money::dkk(-12_950)), "-129,50 kr.");
        assert_eq!(
            money(Language::En, Money::dkk(139_410_000)),
            "DKK 1,394,100.00"
        );
        assert_eq!(money(Language::En, Money::dkk(5)), "DKK 0.05");
        let instant = Instant::parse("2026-11-21T23:05:00Z").unwrap();
        assert_eq!(
            date_time(Language::Da, instant),
            "22. november 2026 kl. 00.05"
        );
        assert_eq!(date_time(Language::En, instant), "22 November 2026, 00:05");
    }
}
