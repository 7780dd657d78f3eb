//! Elements, one after the other. The writing and escaping is quick-xml's.

use platform::{Error, Result};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
const AGGREGATES: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASICS: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
    /// The first thing that went wrong; told at the end.
    trouble: Option<std::io::Error>,
}

impl Xml {
    pub(super) fn begin(root: &str) -> Self {
        let mut xml = Xml {
            writer: Writer::new_with_indent(Vec::new(), b' ', 2),
            trouble: None,
        };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        let mut start = BytesStart::new(root);
        start.push_attribute(("xmlns", format!("{INVOICE}{root}-2").as_str()));
        start.push_attribute(("xmlns:cac", AGGREGATES));
        start.push_attribute(("xmlns:cbc", BASICS));
        xml.event(Event::Start(start));
        xml
    }

    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.leaf_with(name, &[], text);
    }

    pub(super) fn leaf_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let mut start = BytesStart::new(name);
        for attribute in attributes {
            start.push_attribute(*attribute);
        }
        self.event(Event::Start(start));
        self.event(Event::Text(BytesText::new(&allowed(text))));
        self.event(Event::End(BytesEnd::new(name)));
    }

    pub(super) fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.event(Event::Start(BytesStart::new(name)));
        inside(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    pub(super) fn finish(mut self, root: &str) -> Result<Vec<u8>> {
        self.event(Event::End(BytesEnd::new(root)));
        match self.trouble {
            Some(error) => Err(Error::internal(format!("an invoice is no XML: {error}"))),
            None => Ok(self.writer.into_inner()),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        if let Err(error) = self.writer.write_event(event) {
            self.trouble.get_or_insert(error);
        }
    }
}

/// XML 1.0 has no place for most control characters, escaped or not.
fn allowed(text: &str) -> String {
    text.chars()
        .map(|char| if char.is_control() { ' ' } else { char })
        .filter(|char| !matches!(char, '\u{fffe}' | '\u{ffff}'))
        .collect()
}
