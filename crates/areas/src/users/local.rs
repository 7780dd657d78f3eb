//! What is written of a local person, checked.

use crate::fields::{Fields, LONGEST_TEXT};
use domain::directory::LocalDetails;
use platform::Result;

/// A field of a change: left out it stays, `null` takes it away.
#[derive(Clone, Debug, Default)]
pub(super) enum Change {
    #[default]
    Stays,
    Becomes(Option<String>),
}

impl<'de> serde::Deserialize<'de> for Change {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<String>::deserialize(deserializer).map(Change::Becomes)
    }
}

/// The texts as they came, to be checked.
pub(super) struct Written<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: Option<&'a str>,
    pub title: Option<&'a str>,
    pub department: Option<&'a str>,
    pub mobile_phone: Option<&'a str>,
}

impl Written<'_> {
    pub(super) fn check(&self) -> Result<LocalDetails> {
        let mut fields = Fields::default();
        let details = LocalDetails {
            first_name: fields.needed("/firstName", self.first_name, LONGEST_TEXT),
            last_name: fields.needed("/lastName", self.last_name, LONGEST_TEXT),
            email: self.email.and_then(|email| fields.email("/email", email)),
            title: self
                .title
                .and_then(|title| fields.text("/title", title, LONGEST_TEXT)),
            department: self
                .department
                .and_then(|department| fields.text("/department", department, LONGEST_TEXT)),
            mobile_phone: self
                .mobile_phone
                .and_then(|phone| fields.phone("/mobilePhone", phone)),
        };
        fields.done()?;
        Ok(details)
    }
}
