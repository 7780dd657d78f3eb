//! Makes the documents of invoices: the e-invoice, and the PDF with the e-invoice attached.

use adapters::{
    pdf::{self, Attachment, Logo},
    ubl,
};
use domain::billing::{Document, ports::Renderer};
use platform::{Result, config::Config, i18n::Language};

/// With the seller's logo, if there is one.
pub struct Documents {
    logo: Option<Logo>,
}

impl Documents {
    /// # Errors
    /// One line that says what is wrong with the logo.
    pub fn new(config: &Config) -> std::result::Result<Self, String> {
        let logo =
            match &config.seller.logo {
                None => None,
                Some(path) => {
                    let png = std::fs::read(path).map_err(|error| {
                        format!("seller.logo: {} cannot be read: {error}", path.display())
                    })?;
                    Some(Logo::new(png).map_err(|_| {
                        format!("seller.logo: {} is no PNG picture", path.display())
                    })?)
                }
            };
        Ok(Documents { logo })
    }
}

impl Renderer for Documents {
    fn ubl(&self, document: &Document) -> Result<Vec<u8>> {
        ubl::write(document)
    }

    fn pdf(&self, document: &Document, language: Language) -> Result<Vec<u8>> {
        let attachment = Attachment {
            name: "invoice.xml",
            xml: ubl::write(document)?,
        };
        pdf::write(document, language, self.logo.as_ref(), attachment)
    }
}
