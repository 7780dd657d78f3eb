//! Who sells in the tests, and what the documents look like.

use domain::billing::{Document, Issuer, Party, ports::Renderer};
use platform::i18n::Language;

/// Documents that say which they are.
pub(super) struct Paper;

impl Renderer for Paper {
    fn ubl(&self, document: &Document) -> platform::Result<Vec<u8>> {
        Ok(format!("ubl {}", document.number).into_bytes())
    }

    fn pdf(&self, document: &Document, language: Language) -> platform::Result<Vec<u8>> {
        Ok(format!("pdf {} {language}", document.number).into_bytes())
    }
}

pub(super) fn issuer() -> Issuer {
    Issuer {
        seller: Party {
            name: "Nordtel A/S".into(),
            cvr: "12345674".into(),
            street: "Telegrafvej 5".into(),
            postal_code: "2750".into(),
            city: "Ballerup".into(),
            country: "DK".into(),
            gln: None,
            email: None,
        },
        registration: "9570".into(),
        account: "0012345678".into(),
        payment_days: 30,
        prefix: String::new(),
        close_day: 3,
        portal: "https://portal.example/".parse().unwrap(),
    }
}
